/*
 * Images taken out of a PDF: each encoding goes to the decoder that knows it; raw samples are unpacked here (ISO
 * 32000-2, 8.9.5.2: rows begin on a byte, samples run from the highest bit).
 */
#include "imaging/decode.h"
#include "imaging/headers.h"
#include "imaging/jbig2_stream.h"
#include "imaging/tiff_directory.h"
#include "imaging/vips_bridge.h"

#include <stddef.h>

static void invert_pixels(tc_image *image)
{
  size_t row_size = ((size_t)tc_image_width(image) + 7) / 8;
  uint8_t last = tc_image_width(image) % 8 != 0 ? (uint8_t)(0xff00 >> (tc_image_width(image) % 8)) : 0xff;
  bool bilevel = tc_image_shape_of(image)->pixel == TC_PIXEL_BILEVEL;
  if (!bilevel)
    row_size = (size_t)tc_image_width(image) * (size_t)tc_image_bytes_per_pixel(image);
  for (int y = 0; y < tc_image_height(image); y++) {
    uint8_t *row = tc_image_row_mutable(image, y);
    for (size_t i = 0; i < row_size; i++)
      row[i] = (uint8_t)~row[i];
    if (bilevel)
      row[row_size - 1] &= last;
  }
}

/* Sample number `index` of a row, as 0..255 or, for a palette, as it is. */
static unsigned sample(const uint8_t *row, size_t index, int bits, bool scaled)
{
  if (bits == 8)
    return row[index];
  if (bits == 16)
    return row[2 * index];
  size_t bit = index * (size_t)bits;
  unsigned top = (1U << bits) - 1;
  unsigned value = (row[bit >> 3] >> (8 - bits - (int)(bit & 7))) & top;
  return scaled ? value * 255 / top : value;
}

static void put_palette(const tc_encoded_image *image, unsigned index, uint8_t *to)
{
  for (size_t c = 0; c < 3; c++)
    to[c] = index * 3 + c < image->palette.size ? image->palette.data[index * 3 + c] : 0;
}

static void unpack_row(const tc_encoded_image *image, const uint8_t *from, uint8_t *to)
{
  for (size_t x = 0; x < (size_t)image->width; x++) {
    if (image->palette.size > 0) {
      put_palette(image, sample(from, x, image->bits, false), to + 3 * x);
    } else if (image->components == 1) {
      to[x] = (uint8_t)sample(from, x, image->bits, true);
    } else if (image->components == 3) {
      for (size_t c = 0; c < 3; c++)
        to[3 * x + c] = (uint8_t)sample(from, 3 * x + c, image->bits, true);
    } else { /* CMYK, good enough to read from: ISO 32000-2, 10.4.2.4 */
      unsigned black = sample(from, 4 * x + 3, image->bits, true);
      for (size_t c = 0; c < 3; c++) {
        unsigned ink = sample(from, 4 * x + c, image->bits, true) + black;
        to[3 * x + c] = (uint8_t)(ink > 255 ? 0 : 255 - ink);
      }
    }
  }
}

static bool decode_raw(const tc_encoded_image *image, tc_image **out, tc_error *err)
{
  int bits = image->bits;
  int components = image->components;
  if ((bits != 1 && bits != 2 && bits != 4 && bits != 8 && bits != 16) ||
      (components != 1 && components != 3 && components != 4) ||
      (image->palette.size > 0 && (components != 1 || bits == 16)))
    return tc_fail(err, TC_UNSUPPORTED, "an image of %d components of %d bits is not decoded here", components, bits);
  size_t stride = ((size_t)image->width * (size_t)components * (size_t)bits + 7) / 8;
  if (image->bytes.size / stride < (size_t)image->height)
    return tc_fail(err, TC_FORMAT, "the image is incomplete: %zu of %zu bytes", image->bytes.size,
                   stride * (size_t)image->height);
  bool bilevel = bits == 1 && components == 1 && image->palette.size == 0;
  tc_image_shape shape = {.width = image->width, .height = image->height};
  shape.pixel = bilevel                                       ? TC_PIXEL_BILEVEL
                : components == 1 && image->palette.size == 0 ? TC_PIXEL_GREY8
                                                              : TC_PIXEL_RGB8;
  tc_auto(tc_image) result = NULL;
  if (bilevel) {
    if (!tc_image_from_pixels(&shape, image->bytes, stride, &result, err))
      return false;
    invert_pixels(result); /* DeviceGray: 1 is white */
  } else {
    if (!tc_image_create(&shape, &result, err))
      return false;
    for (int y = 0; y < shape.height; y++)
      unpack_row(image, image->bytes.data + (size_t)y * stride, tc_image_row_mutable(result, y));
  }
  *out = tc_steal(&result);
  return true;
}

static bool decode_vips(const tc_encoded_image *image, const tc_imaging_limits *limits, tc_image **out, tc_error *err)
{
  const tc_vips_source source = {
      .format = tc_format_sniff(image->bytes), .bytes = image->bytes, .shrink = image->shrink};
  bool jpeg = image->encoding == TC_ENCODING_DCT;
  tc_jpeg_header header;
  if (source.format != (jpeg ? TC_FORMAT_JPEG : TC_FORMAT_JP2))
    return tc_fail(err, TC_FORMAT, "the image is damaged: it is no %s stream", jpeg ? "JPEG" : "JPEG 2000");
  if (jpeg && (!tc_jpeg_header_read(image->bytes, &header, err) ||
               !tc_imaging_check_pixels(limits, header.info.width, header.info.height, err)))
    return false;
  return tc_vips_decode(&source, limits, out, err);
}

static bool decode_any(const tc_encoded_image *image, const tc_imaging_limits *limits, tc_image **out, tc_error *err)
{
  switch (image->encoding) {
  case TC_ENCODING_RAW:
    return decode_raw(image, out, err);
  case TC_ENCODING_DCT:
  case TC_ENCODING_JPX:
    return decode_vips(image, limits, out, err);
  case TC_ENCODING_CCITT:
    return tc_tiff_decode_ccitt(image, out, err);
  case TC_ENCODING_JBIG2:
    return tc_jbig2_decode(image, out, err);
  default:
    return tc_fail(err, TC_UNSUPPORTED, "an image encoded with %s is not decoded here",
                   tc_encoding_name(image->encoding));
  }
}

bool tc_decode_encoded(const tc_encoded_image *image, const tc_imaging_limits *limits, tc_image **out, tc_error *err)
{
  const tc_imaging_limits all = limits != NULL ? *limits : tc_imaging_limits_default();
  tc_auto(tc_image) result = NULL;
  if (!tc_imaging_init(err) || !tc_imaging_check_pixels(&all, image->width, image->height, err) ||
      !decode_any(image, &all, &result, err))
    return false;
  const bool whole = image->encoding != TC_ENCODING_DCT || image->shrink < 2;
  if (whole && (tc_image_width(result) != image->width || tc_image_height(result) != image->height))
    return tc_fail(err, TC_UNSUPPORTED, "the image has %d × %d pixels, not the %d × %d stated", tc_image_width(result),
                   tc_image_height(result), image->width, image->height);
  /* Adobe's inverted CMYK was taken care of by the decoder, which knows the marker. */
  bool adobe = image->encoding == TC_ENCODING_DCT && image->components == 4;
  if (image->invert && !adobe)
    invert_pixels(result);
  *out = tc_steal(&result);
  return true;
}
