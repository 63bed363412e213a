#include "pdf/pdf_settings.h"

#include "pdf/compose.h"
#include "pdf/scan.h"

static const tc_setting rows[] = {
    {"pdf.max_bytes", TC_SETTING_INTEGER, "536870912", 1024, 4294967296, NULL, "Largest PDF that is read, in bytes."},
    {"pdf.max_pages", TC_SETTING_INTEGER, "1000", 1, 100000, NULL, "Most pages of a PDF that is read or composed."},
    {"pdf.max_content_bytes", TC_SETTING_INTEGER, "33554432", 1024, 1073741824, NULL,
     "Largest content stream of one page, decoded, in bytes."},
    {"pdf.max_image_bytes", TC_SETTING_INTEGER, "536870912", 1024, 4294967296, NULL,
     "Largest image of one page, encoded or decoded, in bytes."},
    {"pdf.max_words", TC_SETTING_INTEGER, "2000000", 1000, 100000000, NULL, "Most words in one certified copy."},
    {"pdf.font_regular", TC_SETTING_TEXT, "/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf", 1, 1024,
     NULL, "TrueType font of strips and attestation; it is embedded."},
    {"pdf.font_bold", TC_SETTING_TEXT, "/usr/share/fonts/truetype/liberation2/LiberationSerif-Bold.ttf", 1, 1024, NULL,
     "Its bold."},
    {"pdf.font_italic", TC_SETTING_TEXT, "/usr/share/fonts/truetype/liberation2/LiberationSerif-Italic.ttf", 1, 1024,
     NULL, "Its italic."},
    {"pdf.icc_rgb", TC_SETTING_TEXT, "/usr/share/color/icc/sRGB.icc", 1, 1024, NULL,
     "ICC profile of the output intent (RGB)."},
};

const tc_settings_table tc_pdf_settings = {rows, TC_ARRAY_LEN(rows)};

tc_scan_limits tc_scan_limits_from(const tc_settings *settings)
{
  return (tc_scan_limits){
      .max_bytes = (size_t)tc_settings_integer(settings, "pdf.max_bytes"),
      .max_pages = (size_t)tc_settings_integer(settings, "pdf.max_pages"),
      .max_content_bytes = (size_t)tc_settings_integer(settings, "pdf.max_content_bytes"),
      .max_image_bytes = (size_t)tc_settings_integer(settings, "pdf.max_image_bytes"),
  };
}

tc_compose_options tc_compose_options_from(const tc_settings *settings)
{
  tc_compose_options options = tc_compose_options_default();
  options.font_regular = tc_settings_text(settings, "pdf.font_regular");
  options.font_bold = tc_settings_text(settings, "pdf.font_bold");
  options.font_italic = tc_settings_text(settings, "pdf.font_italic");
  options.icc_rgb = tc_settings_text(settings, "pdf.icc_rgb");
  options.max_pages = (size_t)tc_settings_integer(settings, "pdf.max_pages");
  options.max_words = (size_t)tc_settings_integer(settings, "pdf.max_words");
  return options;
}
