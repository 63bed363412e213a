#include "imaging/decode.h"

#include "imaging/headers.h"
#include "imaging/mapping.h"
#include "imaging/tiff_directory.h"
#include "imaging/vips_bridge.h"

#include <assert.h>

struct tc_decoder {
  tc_mapping mapping;
  tc_imaging_limits limits;
  tc_format format;
  tc_jpeg_header jpeg;
  tc_png_header png;
  tc_page_info described; /* WebP, HEIF */
  tc_tiff *tiff;
  tc_buf stream; /* PNG: the zlib stream, gathered once */
  tc_buf icc;
  int icc_page; /* whose profile `icc` holds; -1 none yet */
};

const char *tc_encoding_name(tc_encoding encoding)
{
  static const char *const names[] = {
      [TC_ENCODING_RAW] = "raw",     [TC_ENCODING_DCT] = "dct",           [TC_ENCODING_JPX] = "jpx",
      [TC_ENCODING_CCITT] = "ccitt", [TC_ENCODING_JBIG2] = "jbig2",       [TC_ENCODING_FLATE] = "flate",
      [TC_ENCODING_LZW] = "lzw",     [TC_ENCODING_PACKBITS] = "packbits", [TC_ENCODING_OTHER] = "other"};
  assert((size_t)encoding < TC_ARRAY_LEN(names));
  return names[encoding];
}

static bool read_headers(tc_decoder *decoder, tc_error *err)
{
  tc_bytes file = decoder->mapping.bytes;
  decoder->format = tc_format_sniff(file);
  switch (decoder->format) {
  case TC_FORMAT_JPEG:
    return tc_jpeg_header_read(file, &decoder->jpeg, err) &&
           tc_imaging_check_pixels(&decoder->limits, decoder->jpeg.info.width, decoder->jpeg.info.height, err);
  case TC_FORMAT_PNG:
    return tc_png_header_read(file, &decoder->png, err) &&
           tc_imaging_check_pixels(&decoder->limits, decoder->png.info.width, decoder->png.info.height, err);
  case TC_FORMAT_TIFF:
    return tc_tiff_open(file, &decoder->limits, &decoder->tiff, err);
  case TC_FORMAT_WEBP:
  case TC_FORMAT_HEIF: {
    const tc_vips_source source = {.format = decoder->format, .bytes = file};
    return tc_vips_describe(&source, &decoder->limits, &decoder->described, err);
  }
  case TC_FORMAT_PDF:
    return tc_fail(err, TC_UNSUPPORTED, "this is a PDF, whose pages are no image files");
  default:
    return tc_format_require_capture(decoder->format, err);
  }
}

/* NULL where memory is out. */
static tc_decoder *create(const tc_imaging_limits *limits, tc_error *err)
{
  tc_decoder *decoder = calloc(1, sizeof *decoder);
  if (decoder == NULL) {
    (void)tc_fail(err, TC_NO_MEMORY, "no memory for a decoder");
    return NULL;
  }
  decoder->limits = limits != NULL ? *limits : tc_imaging_limits_default();
  decoder->icc_page = -1;
  return decoder;
}

bool tc_decoder_open(int fd, const tc_imaging_limits *limits, tc_decoder **out, tc_error *err)
{
  tc_auto(tc_decoder) decoder = create(limits, err);
  if (decoder == NULL || !tc_imaging_init(err) ||
      !tc_mapping_init(&decoder->mapping, fd, decoder->limits.max_bytes, err) || !read_headers(decoder, err))
    return false;
  *out = tc_steal(&decoder);
  return true;
}

bool tc_decoder_open_memory(tc_bytes bytes, const tc_imaging_limits *limits, tc_decoder **out, tc_error *err)
{
  tc_auto(tc_decoder) decoder = create(limits, err);
  if (decoder == NULL || !tc_imaging_init(err) ||
      !tc_mapping_check_size((int64_t)bytes.size, decoder->limits.max_bytes, err))
    return false;
  decoder->mapping.bytes = bytes;
  if (!read_headers(decoder, err))
    return false;
  *out = tc_steal(&decoder);
  return true;
}

void tc_decoder_destroy(tc_decoder *decoder)
{
  if (decoder == NULL)
    return;
  tc_tiff_destroy(decoder->tiff);
  tc_buf_finish(&decoder->stream);
  tc_buf_finish(&decoder->icc);
  tc_mapping_finish(&decoder->mapping);
  free(decoder);
}

tc_format tc_decoder_format(const tc_decoder *decoder) { return decoder->format; }

int tc_decoder_page_count(const tc_decoder *decoder)
{
  return decoder->tiff != NULL ? tc_tiff_page_count(decoder->tiff) : 1;
}

tc_page_info tc_decoder_page_info(const tc_decoder *decoder, int page)
{
  assert(page >= 0 && page < tc_decoder_page_count(decoder));
  return decoder->tiff != NULL               ? tc_tiff_page_at(decoder->tiff, page)->info
         : decoder->format == TC_FORMAT_JPEG ? decoder->jpeg.info
         : decoder->format == TC_FORMAT_PNG  ? decoder->png.info
                                             : decoder->described;
}

static tc_vips_source source_of(const tc_decoder *decoder, int page)
{
  tc_vips_source source = {.format = decoder->format, .bytes = decoder->mapping.bytes};
  if (decoder->tiff != NULL)
    source.page = tc_tiff_page_at(decoder->tiff, page)->directory;
  const tc_page_info info = tc_decoder_page_info(decoder, page);
  source.bilevel = info.bits == 1 && info.components == 1 && !info.palette && !info.alpha;
  return source;
}

static bool decode_page(tc_decoder *decoder, int page, tc_image **out, tc_error *err)
{
  if (decoder->tiff != NULL && tc_tiff_page_at(decoder->tiff, page)->bilevel)
    return tc_tiff_decode_bilevel(decoder->tiff, page, out, err);
  const tc_vips_source source = source_of(decoder, page);
  return tc_vips_decode(&source, &decoder->limits, out, err);
}

bool tc_decoder_decode(tc_decoder *decoder, int page, tc_image **out, tc_error *err)
{
  const tc_page_info info = tc_decoder_page_info(decoder, page);
  tc_auto(tc_image) image = NULL;
  bool ok = decode_page(decoder, page, &image, err);
  if (ok && (tc_image_width(image) != info.width || tc_image_height(image) != info.height))
    ok = tc_fail(err, TC_FORMAT, "the image is damaged: two sizes are stated");
  if (!ok)
    return tc_decoder_page_count(decoder) > 1 ? tc_error_prefix(err, "page %d", page + 1) : false;
  tc_image_set_dpi(image, info.dpi_x, info.dpi_y);
  *out = tc_steal(&image);
  return true;
}

int tc_decode_shrink(double have, double wanted)
{
  int shrink = 1;
  while (shrink < 8 && have / (2 * shrink) >= wanted)
    shrink *= 2;
  return shrink;
}

bool tc_decoder_glance(tc_decoder *decoder, int page, double dpi, tc_image **out, tc_error *err)
{
  const tc_page_info info = tc_decoder_page_info(decoder, page);
  tc_vips_source source = source_of(decoder, page);
  source.shrink = tc_decode_shrink(info.dpi_x < info.dpi_y ? info.dpi_x : info.dpi_y, dpi);
  if (decoder->format != TC_FORMAT_JPEG || source.shrink == 1)
    return tc_decoder_decode(decoder, page, out, err);
  if (!tc_vips_decode(&source, &decoder->limits, out, err))
    return false;
  tc_image_set_dpi(*out, info.dpi_x / source.shrink, info.dpi_y / source.shrink);
  return true;
}

/* A file's page as an image XObject that has yet to get its bytes. */
static tc_encoded_image describe(const tc_page_info *info)
{
  return (tc_encoded_image){.encoding = info->encoding,
                            .width = info->width,
                            .height = info->height,
                            .bits = info->bits,
                            .components = info->components,
                            .png_predictor = 1};
}

static bool png_encoded(tc_decoder *decoder, tc_encoded_image *out, tc_error *err)
{
  if (decoder->stream.size == 0 && !tc_png_stream(decoder->mapping.bytes, &decoder->stream, err))
    return false;
  *out = describe(&decoder->png.info);
  out->bytes = tc_buf_bytes(&decoder->stream);
  out->palette = decoder->png.palette;
  out->png_predictor = 15; /* ISO 32000-2, table 10: each row says its own */
  return true;
}

bool tc_decoder_encoded(tc_decoder *decoder, int page, bool *out_found, tc_encoded_image *out, tc_error *err)
{
  assert(page >= 0 && page < tc_decoder_page_count(decoder));
  if (decoder->tiff != NULL)
    return tc_tiff_encoded(decoder->tiff, page, out_found, out, err);
  bool jpeg = decoder->format == TC_FORMAT_JPEG;
  bool png = decoder->format == TC_FORMAT_PNG;
  bool found = (jpeg && decoder->jpeg.embeddable) || (png && decoder->png.embeddable);
  if (found && png && !png_encoded(decoder, out, err))
    return false;
  if (found && jpeg) {
    *out = describe(&decoder->jpeg.info);
    out->bytes = decoder->mapping.bytes;
    out->invert = decoder->jpeg.invert;
  }
  *out_found = found;
  return true;
}

bool tc_decoder_icc(tc_decoder *decoder, int page, tc_bytes *out, tc_error *err)
{
  tc_bytes none = {0};
  if (tc_decoder_page_info(decoder, page).icc && decoder->icc_page != page) {
    const tc_vips_source source = source_of(decoder, page);
    decoder->icc.size = 0;
    decoder->icc_page = -1;
    if (!tc_vips_icc(&source, &decoder->icc, err))
      return false;
    decoder->icc_page = page;
  }
  *out = tc_decoder_page_info(decoder, page).icc ? tc_buf_bytes(&decoder->icc) : none;
  return true;
}
