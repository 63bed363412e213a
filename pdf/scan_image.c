#include "pdf/scan_image.h"

#include "pdf/inflate.h"
#include "pdf/jpx.h"

#include <string.h>

enum { ICC_MAX = 8 * 1024 * 1024, PALETTE_MAX = 256 * TC_PDF_COMPONENTS_MAX, GLOBALS_MAX = 4 * 1024 * 1024 };

static const struct {
  const char *name, *abbreviation;
  tc_pdf_encoding encoding;
} filters[] = {
    {"/FlateDecode", "/Fl", TC_PDF_FLATE},          {"/LZWDecode", "/LZW", TC_PDF_LZW},
    {"/RunLengthDecode", "/RL", TC_PDF_RUN_LENGTH}, {"/DCTDecode", "/DCT", TC_PDF_DCT},
    {"/CCITTFaxDecode", "/CCF", TC_PDF_CCITT},      {"/JBIG2Decode", "/JBIG2Decode", TC_PDF_JBIG2},
    {"/JPXDecode", "/JPXDecode", TC_PDF_JPX},
};

static tc_pdf_encoding encoding_of(const char *name)
{
  for (size_t i = 0; i < TC_ARRAY_LEN(filters); i++)
    if (strcmp(name, filters[i].name) == 0 || strcmp(name, filters[i].abbreviation) == 0)
      return filters[i].encoding;
  return TC_PDF_OTHER;
}

typedef struct chain {
  tc_pdf_encoding encoding;
  bool flate_around; /* [/FlateDecode /DCTDecode] and the like: still the image's own coding inside */
  qpdf_oh parms;     /* of the image's own coding */
} chain;

static chain chain_of(tc_qpdf *q, qpdf_oh stream)
{
  qpdf_oh filter = tc_qpdf_get(q, stream, "/Filter"), parms = tc_qpdf_get(q, stream, "/DecodeParms");
  chain c = {.parms = parms};
  if (qpdf_oh_is_name(q, filter)) {
    c.encoding = encoding_of(tc_qpdf_name(q, filter));
    if (qpdf_oh_is_array(q, parms))
      c.parms = tc_qpdf_at(q, parms, 0);
    return c;
  }
  size_t count = tc_qpdf_count(q, filter);
  if (count == 0)
    return c; /* TC_PDF_RAW */
  c.encoding = encoding_of(tc_qpdf_name(q, tc_qpdf_at(q, filter, count - 1)));
  if (qpdf_oh_is_array(q, parms))
    c.parms = tc_qpdf_at(q, parms, count - 1);
  if (count == 1)
    return c;
  c.flate_around = count == 2 && encoding_of(tc_qpdf_name(q, tc_qpdf_at(q, filter, 0))) == TC_PDF_FLATE &&
                   qpdf_oh_is_null(q, tc_qpdf_at(q, parms, 0)) && c.encoding >= TC_PDF_DCT && c.encoding <= TC_PDF_JPX;
  if (!c.flate_around)
    c.encoding = TC_PDF_OTHER;
  return c;
}

static tc_pdf_colour colour_of_count(long long components)
{
  return components == 1   ? TC_PDF_COLOUR_GREY
         : components == 3 ? TC_PDF_COLOUR_RGB
         : components == 4 ? TC_PDF_COLOUR_CMYK
                           : TC_PDF_COLOUR_UNKNOWN;
}

static unsigned count_of_colour(tc_pdf_colour colour)
{
  return colour == TC_PDF_COLOUR_GREY ? 1 : colour == TC_PDF_COLOUR_RGB ? 3 : colour == TC_PDF_COLOUR_CMYK ? 4 : 0;
}

static bool read_palette(tc_qpdf *q, qpdf_oh lookup, tc_pdf_image *image, tc_error *err)
{
  if (qpdf_oh_is_stream(q, lookup))
    return tc_qpdf_data(q, lookup, PALETTE_MAX, &image->palette, err);
  size_t size = 0;
  const char *bytes = qpdf_oh_is_string(q, lookup) ? qpdf_oh_get_binary_string_value(q, lookup, &size) : NULL;
  if (bytes == NULL || size > PALETTE_MAX)
    return tc_fail(err, TC_FORMAT, "an image's palette makes no sense");
  return tc_buf_append(&image->palette, bytes, size, err);
}

/* 8.6. Spaces that are neither device spaces, ICC nor an index into them stay UNKNOWN: such pages are rendered. */
static bool read_space(tc_qpdf *q, qpdf_oh space, bool may_index, tc_pdf_image *image, tc_error *err)
{
  qpdf_oh head = qpdf_oh_is_array(q, space) ? tc_qpdf_at(q, space, 0) : space;
  if (tc_qpdf_name_is(q, head, "/DeviceGray") || tc_qpdf_name_is(q, head, "/G"))
    image->colour = TC_PDF_COLOUR_GREY;
  else if (tc_qpdf_name_is(q, head, "/DeviceRGB") || tc_qpdf_name_is(q, head, "/RGB"))
    image->colour = TC_PDF_COLOUR_RGB;
  else if (tc_qpdf_name_is(q, head, "/DeviceCMYK") || tc_qpdf_name_is(q, head, "/CMYK"))
    image->colour = TC_PDF_COLOUR_CMYK;
  else if (tc_qpdf_name_is(q, head, "/ICCBased")) {
    qpdf_oh profile = tc_qpdf_at(q, space, 1);
    image->colour = colour_of_count(tc_qpdf_integer(q, tc_qpdf_get(q, profile, "/N"), 0));
    if (image->colour != TC_PDF_COLOUR_UNKNOWN && !tc_qpdf_data(q, profile, ICC_MAX, &image->icc, err))
      return false;
  } else if (may_index && (tc_qpdf_name_is(q, head, "/Indexed") || tc_qpdf_name_is(q, head, "/I"))) {
    if (!read_space(q, tc_qpdf_at(q, space, 1), false, image, err))
      return false;
    image->components = 1;
    return image->colour == TC_PDF_COLOUR_UNKNOWN || read_palette(q, tc_qpdf_at(q, space, 3), image, err);
  }
  image->components = count_of_colour(image->colour);
  return true;
}

static void read_decode(tc_qpdf *q, qpdf_oh stream, tc_pdf_image *image)
{
  qpdf_oh decode = tc_qpdf_get(q, stream, "/Decode");
  size_t count = tc_qpdf_count(q, decode);
  if (count == 0 || count > TC_ARRAY_LEN(image->decode))
    return;
  double top = image->palette.size > 0 ? (1U << image->bits) - 1 : 1;
  for (size_t i = 0; i < count; i++) {
    image->decode[i] = tc_qpdf_number(q, tc_qpdf_at(q, decode, i), 0);
    image->has_decode = image->has_decode || image->decode[i] != (i % 2 == 0 ? 0 : top);
  }
}

static void read_ccitt(tc_qpdf *q, qpdf_oh parms, tc_pdf_image *image)
{
  tc_pdf_ccitt *c = &image->ccitt;
  long long k = tc_qpdf_integer(q, tc_qpdf_get(q, parms, "/K"), 0);
  c->k = k < 0 ? -1 : k > 0 ? 1 : 0;
  c->end_of_line = tc_qpdf_boolean(q, tc_qpdf_get(q, parms, "/EndOfLine"), false);
  c->byte_align = tc_qpdf_boolean(q, tc_qpdf_get(q, parms, "/EncodedByteAlign"), false);
  c->black_is_1 = tc_qpdf_boolean(q, tc_qpdf_get(q, parms, "/BlackIs1"), false);
  c->no_end_of_block = !tc_qpdf_boolean(q, tc_qpdf_get(q, parms, "/EndOfBlock"), true);
  long long columns = tc_qpdf_integer(q, tc_qpdf_get(q, parms, "/Columns"), 1728);
  if (columns != image->width)
    image->encoding = TC_PDF_OTHER; /* rows that are not the image's: nothing to guess */
}

/* A JPEG 2000 file says itself how many components and bits it has, and, without a ColorSpace beside it, its colours
   (8.9.5.1, 7.4.9). What PDF/A would not take gets no colour, and is rendered. */
static bool read_jpx(tc_qpdf *q, qpdf_oh stream, tc_pdf_image *image, tc_error *err)
{
  tc_auto(tc_buf) bytes = {0};
  if (!tc_qpdf_raw(q, stream, &bytes, err))
    return false;
  return tc_jpx_describe(tc_buf_bytes(&bytes), image, err);
}

bool tc_scan_image_describe(tc_qpdf *q, qpdf_oh stream, tc_pdf_image *out, tc_error *err)
{
  tc_auto(tc_pdf_image) image = {0};
  long long width = tc_qpdf_integer(q, tc_qpdf_get(q, stream, "/Width"), 0);
  long long height = tc_qpdf_integer(q, tc_qpdf_get(q, stream, "/Height"), 0);
  if (width <= 0 || height <= 0 || width > 1000000 || height > 1000000)
    return tc_fail(err, TC_FORMAT, "an image of the PDF has no size");
  image.width = (uint32_t)width;
  image.height = (uint32_t)height;
  image.is_mask = tc_qpdf_boolean(q, tc_qpdf_get(q, stream, "/ImageMask"), false);
  image.has_mask = !qpdf_oh_is_null(q, tc_qpdf_get(q, stream, "/SMask")) ||
                   !qpdf_oh_is_null(q, tc_qpdf_get(q, stream, "/Mask")) ||
                   tc_qpdf_integer(q, tc_qpdf_get(q, stream, "/SMaskInData"), 0) != 0;
  chain c = chain_of(q, stream);
  image.encoding = c.encoding;
  bool bilevel = image.is_mask || c.encoding == TC_PDF_CCITT || c.encoding == TC_PDF_JBIG2;
  long long bits = tc_qpdf_integer(q, tc_qpdf_get(q, stream, "/BitsPerComponent"), bilevel ? 1 : 0);
  image.bits = bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16 ? (unsigned)bits : 0;
  if (image.is_mask) {
    image.colour = TC_PDF_COLOUR_GREY;
    image.components = 1;
  } else if (!read_space(q, tc_qpdf_get(q, stream, "/ColorSpace"), true, &image, err))
    return false;
  read_decode(q, stream, &image);
  long long predictor = tc_qpdf_integer(q, tc_qpdf_get(q, c.parms, "/Predictor"), 1);
  image.predictor = predictor > 1 && predictor <= 15 ? (int)predictor : 1;
  if (image.encoding == TC_PDF_CCITT)
    read_ccitt(q, c.parms, &image);
  if (image.encoding == TC_PDF_JPX && !c.flate_around && !read_jpx(q, stream, &image, err))
    return false;
  qpdf_oh globals = tc_qpdf_get(q, c.parms, "/JBIG2Globals");
  if (image.encoding == TC_PDF_JBIG2 && qpdf_oh_is_stream(q, globals) &&
      !tc_qpdf_data(q, globals, GLOBALS_MAX, &image.jbig2_globals, err))
    return false;
  *out = image;
  image = (tc_pdf_image){0};
  return true;
}

bool tc_scan_image_bytes(tc_qpdf *q, qpdf_oh stream, size_t limit, tc_buf *out, tc_error *err)
{
  if (!chain_of(q, stream).flate_around)
    return tc_qpdf_raw(q, stream, out, err);
  tc_auto(tc_buf) packed = {0};
  return tc_qpdf_raw(q, stream, &packed, err) && tc_inflate(tc_buf_bytes(&packed), limit, out, err);
}

bool tc_scan_image_samples(tc_qpdf *q, qpdf_oh stream, const tc_pdf_image *image, size_t limit, tc_buf *out,
                           tc_error *err)
{
  if (image->encoding > TC_PDF_RUN_LENGTH)
    return tc_fail(err, TC_UNSUPPORTED, "an image coded as %s is decoded elsewhere",
                   tc_pdf_encoding_name(image->encoding));
  if (image->bits == 0 || image->components == 0)
    return tc_fail(err, TC_FORMAT, "an image of the PDF does not say how its samples lie");
  uint64_t row = ((uint64_t)image->width * image->components * image->bits + 7) / 8, expected = row * image->height;
  if (expected > limit)
    return tc_fail(err, TC_LIMIT, "an image of the PDF holds more than %zu bytes", limit);
  tc_auto(tc_buf) packed = {0};
  if (!tc_qpdf_raw(q, stream, &packed, err))
    return false;
  /* A row of PNG prediction has one byte more; whoever packs twice that has something else in mind. */
  if (image->encoding == TC_PDF_FLATE &&
      !tc_inflate(tc_buf_bytes(&packed), (size_t)(2 * expected + image->height + 1024), NULL, err))
    return false;
  unsigned char *data = NULL;
  size_t size = 0;
  QPDF_BOOL filtered = QPDF_FALSE;
  qpdf_oh_get_stream_data(q, stream, qpdf_dl_specialized, &filtered, &data, &size);
  bool ok = tc_qpdf_check(q, "an image cannot be read", err);
  if (ok && size < expected)
    ok =
        tc_fail(err, TC_FORMAT, "an image of the PDF ends after %zu of %llu bytes", size, (unsigned long long)expected);
  ok = ok && tc_buf_append(out, data, (size_t)expected, err);
  free(data);
  return ok;
}
