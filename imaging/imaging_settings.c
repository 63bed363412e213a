#include "imaging/imaging_settings.h"

/* The fallbacks stand twice, as text for the table and as a value for callers without settings; a test compares. */
static const tc_setting rows[] = {
    {"imaging.max_bytes", TC_SETTING_INTEGER, "536870912", 1024, INT64_C(1) << 40, NULL,
     "Largest capture file that is taken, in bytes."},
    {"imaging.max_pixels", TC_SETTING_INTEGER, "120000000", 10000, 1000000000, NULL,
     "Largest page that is decoded or rendered, in pixels (width × height)."},
    {"imaging.max_pages", TC_SETTING_INTEGER, "500", 1, 10000, NULL, "Most pages that one capture file may have."},
};

const tc_settings_table tc_imaging_settings = {rows, TC_ARRAY_LEN(rows)};

tc_imaging_limits tc_imaging_limits_default(void)
{
  return (tc_imaging_limits){.max_bytes = 536870912, .max_pixels = 120000000, .max_pages = 500};
}

tc_imaging_limits tc_imaging_limits_from(const tc_settings *settings)
{
  return (tc_imaging_limits){.max_bytes = tc_settings_integer(settings, "imaging.max_bytes"),
                             .max_pixels = tc_settings_integer(settings, "imaging.max_pixels"),
                             .max_pages = (int)tc_settings_integer(settings, "imaging.max_pages")};
}

bool tc_imaging_check_pixels(const tc_imaging_limits *limits, int64_t width, int64_t height, tc_error *err)
{
  int64_t pixels;
  if (width <= 0 || height <= 0)
    return tc_fail(err, TC_FORMAT, "the image says it is %lld × %lld pixels", (long long)width, (long long)height);
  if (width > INT32_MAX || height > INT32_MAX || __builtin_mul_overflow(width, height, &pixels) ||
      pixels > limits->max_pixels)
    return tc_fail(err, TC_LIMIT,
                   "the image has %lld × %lld pixels, more than the %lld permitted (setting imaging.max_pixels); "
                   "scan it at 300 dpi",
                   (long long)width, (long long)height, (long long)limits->max_pixels);
  return true;
}
