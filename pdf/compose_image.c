#include "pdf/compose_image.h"

#include "pdf/compose.h"
#include "pdf/qpdf_build.h"

#include <stdio.h>
#include <string.h>

bool tc_icc_is_usable(tc_bytes profile, tc_pdf_colour colour)
{
  static const char *const spaces[] = {[TC_PDF_COLOUR_UNKNOWN] = "",
                                       [TC_PDF_COLOUR_GREY] = "GRAY",
                                       [TC_PDF_COLOUR_RGB] = "RGB ",
                                       [TC_PDF_COLOUR_CMYK] = "CMYK"};
  static const char classes[][5] = {"scnr", "mntr", "prtr", "spac"};
  if (profile.size < 132 || memcmp(profile.data + 36, "acsp", 4) != 0 || profile.data[8] > 4 || profile.data[8] < 2 ||
      memcmp(profile.data + 16, spaces[colour], 4) != 0)
    return false;
  for (size_t i = 0; i < TC_ARRAY_LEN(classes); i++)
    if (memcmp(profile.data + 12, classes[i], 4) == 0)
      return true;
  return false;
}

static bool refuse(const char **because, const char *text)
{
  if (because != NULL)
    *because = text;
  return false;
}

bool tc_compose_takes(const tc_pdf_image *image, const char **because)
{
  if (image->encoding == TC_PDF_LZW || image->encoding == TC_PDF_RUN_LENGTH || image->encoding == TC_PDF_OTHER)
    return refuse(because, "its coding is not one that PDF/A allows");
  if (image->has_mask)
    return refuse(because, "it has a mask");
  if (image->colour == TC_PDF_COLOUR_UNKNOWN)
    return refuse(because, "its colour space is not a plain one");
  if (image->colour == TC_PDF_COLOUR_CMYK && !tc_icc_is_usable(tc_buf_bytes(&image->icc), image->colour))
    return refuse(because, "it is CMYK without a profile");
  if (image->encoding == TC_PDF_JPX && image->palette.size > 0)
    return refuse(because, "its palette stands beside its own coding");
  bool bits_known = image->bits == 1 || image->bits == 2 || image->bits == 4 || image->bits == 8 || image->bits == 16;
  if (image->encoding != TC_PDF_JPX && !bits_known)
    return refuse(because, "its bits are not known");
  if (image->encoding == TC_PDF_DCT && image->bits != 8)
    return refuse(because, "it is a JPEG of another depth than 8 bits");
  if ((image->encoding == TC_PDF_CCITT || image->encoding == TC_PDF_JBIG2 || image->is_mask) &&
      (image->bits != 1 || image->components != 1))
    return refuse(because, "it is bilevel and says otherwise");
  return true;
}

static const char *device_space(tc_pdf_colour colour)
{
  return colour == TC_PDF_COLOUR_GREY ? "/DeviceGray" : colour == TC_PDF_COLOUR_RGB ? "/DeviceRGB" : "/DeviceCMYK";
}

static bool profile_object(tc_qpdf *q, const tc_pdf_image *image, tc_icc_cache *cache, qpdf_oh *out, tc_error *err)
{
  tc_bytes profile = tc_buf_bytes(&image->icc);
  for (size_t i = 0; i < cache->count; i++)
    if (cache->entries[i].profile.size == profile.size &&
        memcmp(cache->entries[i].profile.data, profile.data, profile.size) == 0) {
      *out = cache->entries[i].object;
      return true;
    }
  char dictionary[64];
  unsigned n = image->colour == TC_PDF_COLOUR_GREY ? 1 : image->colour == TC_PDF_COLOUR_RGB ? 3 : 4;
  snprintf(dictionary, sizeof dictionary, "<< /N %u /Alternate %s >>", n, device_space(image->colour));
  if (!tc_qpdf_packed(q, profile, dictionary, out, err))
    return false;
  if (cache->count < TC_ICC_CACHE_MAX) {
    cache->entries[cache->count].profile = profile;
    cache->entries[cache->count++].object = *out;
  }
  return true;
}

/* 8.6: the device space (which the output intent makes sense of), or the profile; an index into either. A grey or RGB
   image whose profile no reader could use stands in its device space. */
static bool space_object(tc_qpdf *q, const tc_pdf_image *image, tc_icc_cache *cache, qpdf_oh *out, tc_error *err)
{
  qpdf_oh space = qpdf_oh_new_name(q, device_space(image->colour));
  if (tc_icc_is_usable(tc_buf_bytes(&image->icc), image->colour)) {
    qpdf_oh profile;
    if (!profile_object(q, image, cache, &profile, err))
      return false;
    space = qpdf_oh_new_array(q);
    qpdf_oh_append_item(q, space, qpdf_oh_new_name(q, "/ICCBased"));
    qpdf_oh_append_item(q, space, profile);
  }
  if (image->palette.size > 0) {
    size_t n = image->colour == TC_PDF_COLOUR_GREY ? 1 : image->colour == TC_PDF_COLOUR_RGB ? 3 : 4;
    if (image->palette.size < n)
      return tc_fail(err, TC_USAGE, "an image's palette is too small");
    qpdf_oh indexed = qpdf_oh_new_array(q);
    qpdf_oh_append_item(q, indexed, qpdf_oh_new_name(q, "/Indexed"));
    qpdf_oh_append_item(q, indexed, space);
    size_t top = image->palette.size / n - 1, fits = (1UL << image->bits) - 1;
    top = top > fits ? fits : top;
    qpdf_oh_append_item(q, indexed, qpdf_oh_new_integer(q, (long long)top));
    qpdf_oh_append_item(q, indexed, qpdf_oh_new_binary_string(q, (const char *)image->palette.data, (top + 1) * n));
    space = indexed;
  }
  *out = space;
  return true;
}

static void put_ccitt(tc_qpdf *q, qpdf_oh dictionary, const tc_pdf_image *image)
{
  char text[256];
  const tc_pdf_ccitt *c = &image->ccitt;
  snprintf(text, sizeof text,
           "<< /K %d /Columns %u /Rows %u /BlackIs1 %s /EndOfLine %s /EncodedByteAlign %s /EndOfBlock %s >>", c->k,
           image->width, image->height, c->black_is_1 ? "true" : "false", c->end_of_line ? "true" : "false",
           c->byte_align ? "true" : "false", c->no_end_of_block ? "false" : "true");
  tc_qpdf_put(q, dictionary, "/DecodeParms", tc_qpdf_parse(q, text));
}

static void put_predictor(tc_qpdf *q, qpdf_oh dictionary, const tc_pdf_image *image, int predictor)
{
  char text[128];
  snprintf(text, sizeof text, "<< /Predictor %d /Colors %u /BitsPerComponent %u /Columns %u >>", predictor,
           image->components, image->bits, image->width);
  if (predictor > 1)
    tc_qpdf_put(q, dictionary, "/DecodeParms", tc_qpdf_parse(q, text));
}

static bool put_filter(tc_qpdf *q, qpdf_oh dictionary, const tc_pdf_image *image, tc_error *err)
{
  static const char *const names[] = {[TC_PDF_RAW] = "/FlateDecode",
                                      [TC_PDF_FLATE] = "/FlateDecode",
                                      [TC_PDF_DCT] = "/DCTDecode",
                                      [TC_PDF_CCITT] = "/CCITTFaxDecode",
                                      [TC_PDF_JBIG2] = "/JBIG2Decode",
                                      [TC_PDF_JPX] = "/JPXDecode",
                                      [TC_PDF_OTHER] = NULL};
  tc_qpdf_put(q, dictionary, "/Filter", qpdf_oh_new_name(q, names[image->encoding]));
  if (image->encoding == TC_PDF_CCITT)
    put_ccitt(q, dictionary, image);
  else if (image->encoding == TC_PDF_RAW)
    put_predictor(q, dictionary, image, 15);
  else if (image->encoding == TC_PDF_FLATE)
    put_predictor(q, dictionary, image, image->predictor);
  else if (image->encoding == TC_PDF_JBIG2 && image->jbig2_globals.size > 0) {
    qpdf_oh parms = qpdf_oh_new_dictionary(q), globals;
    if (!tc_qpdf_packed(q, tc_buf_bytes(&image->jbig2_globals), "", &globals, err))
      return false;
    tc_qpdf_put(q, parms, "/JBIG2Globals", globals);
    tc_qpdf_put(q, dictionary, "/DecodeParms", parms);
  }
  return true;
}

static void put_decode(tc_qpdf *q, qpdf_oh dictionary, const tc_pdf_image *image)
{
  if (!image->has_decode)
    return;
  qpdf_oh decode = qpdf_oh_new_array(q);
  for (size_t i = 0; i < 2UL * image->components && i < TC_ARRAY_LEN(image->decode); i++)
    qpdf_oh_append_item(q, decode, qpdf_oh_new_real_from_double(q, image->decode[i], 4));
  tc_qpdf_put(q, dictionary, "/Decode", decode);
}

bool tc_compose_image_object(tc_qpdf *q, const tc_pdf_image *image, tc_bytes bytes, tc_icc_cache *cache, qpdf_oh *out,
                             tc_error *err)
{
  char text[160];
  snprintf(text, sizeof text, "<< /Type /XObject /Subtype /Image /Width %u /Height %u >>", image->width, image->height);
  qpdf_oh object = tc_qpdf_stream(q, bytes, text), dictionary = qpdf_oh_get_dict(q, object), space = 0;
  if (image->bits > 0 && image->encoding != TC_PDF_JPX)
    tc_qpdf_put(q, dictionary, "/BitsPerComponent", qpdf_oh_new_integer(q, image->bits));
  if (image->is_mask)
    tc_qpdf_put(q, dictionary, "/ImageMask", qpdf_oh_new_bool(q, QPDF_TRUE));
  else if (!space_object(q, image, cache, &space, err))
    return false;
  else
    tc_qpdf_put(q, dictionary, "/ColorSpace", space);
  put_decode(q, dictionary, image);
  *out = object;
  return put_filter(q, dictionary, image, err);
}
