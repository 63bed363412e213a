#include "imaging/resample.h"

#include <assert.h>
#include <math.h>

static void add_row(const uint8_t *from, int factor, int cells, uint32_t *sums)
{
  for (int cell = 0; cell < cells; cell++)
    for (int i = 0; i < factor; i++)
      sums[cell] += *from++;
}

bool tc_grey_reduce(const tc_image *grey, int factor, tc_image **out, tc_error *err)
{
  assert(factor >= 1 && tc_image_shape_of(grey)->pixel == TC_PIXEL_GREY8);
  tc_image_shape shape = *tc_image_shape_of(grey);
  shape.width /= factor;
  shape.height /= factor;
  shape.dpi_x /= factor;
  shape.dpi_y /= factor;
  assert(shape.width > 0 && shape.height > 0);
  tc_auto(tc_image) small = NULL;
  tc_auto(tc_str) memory = calloc((size_t)shape.width, sizeof(uint32_t));
  if (memory == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory to reduce an image");
  if (!tc_image_create(&shape, &small, err))
    return false;
  uint32_t *sums = (uint32_t *)(void *)memory;
  const uint32_t area = (uint32_t)factor * (uint32_t)factor;
  const uint32_t inverse = (1U << 24) / area; /* sums stay below 2^8 · area, the product below 2^32 */
  for (int y = 0; y < shape.height; y++) {
    for (int i = 0; i < factor; i++)
      add_row(tc_image_row(grey, y * factor + i), factor, shape.width, sums);
    uint8_t *row = tc_image_row_mutable(small, y);
    for (int x = 0; x < shape.width; x++) {
      uint32_t mean = (sums[x] * inverse + (1U << 23)) >> 24;
      row[x] = (uint8_t)(mean > 255 ? 255 : mean);
      sums[x] = 0;
    }
  }
  *out = tc_steal(&small);
  return true;
}

typedef struct source {
  const uint8_t *pixels;
  ptrdiff_t stride;
  int width, height;
} source;

static int at(const source *from, int x, int y)
{
  return x < 0 || y < 0 || x >= from->width || y >= from->height ? 255 : from->pixels[y * from->stride + x];
}

/* (x, y) in 1/256 pixel, counted from the centre of pixel (0, 0). */
static uint8_t bilinear(const source *from, int x, int y)
{
  int left = x >> 8;
  int top = y >> 8;
  int fx = x & 255;
  int fy = y & 255;
  int a, b, c, d;
  if (left >= 0 && top >= 0 && left + 1 < from->width && top + 1 < from->height) {
    const uint8_t *p = from->pixels + top * from->stride + left;
    a = p[0];
    b = p[1];
    c = p[from->stride];
    d = p[from->stride + 1];
  } else {
    a = at(from, left, top);
    b = at(from, left + 1, top);
    c = at(from, left, top + 1);
    d = at(from, left + 1, top + 1);
  }
  int upper = (a << 8) + (b - a) * fx;
  int lower = (c << 8) + (d - c) * fx;
  return (uint8_t)(((upper << 8) + (lower - upper) * fy + (1 << 15)) >> 16);
}

static int to_fixed(double value)
{
  double scaled = value * 256;
  return scaled < -1e6 * 256 ? INT32_MIN / 2 : scaled > 4e6 * 256 ? INT32_MAX / 2 : (int)lrint(scaled);
}

bool tc_grey_warp(const tc_image *grey, const tc_transform *to_source, int width, int height, tc_image **out,
                  tc_error *err)
{
  assert(tc_image_shape_of(grey)->pixel == TC_PIXEL_GREY8);
  const source from = {tc_image_row(grey, 0), (ptrdiff_t)tc_image_stride(grey), tc_image_width(grey),
                       tc_image_height(grey)};
  const tc_image_shape shape = {.pixel = TC_PIXEL_GREY8, .width = width, .height = height};
  const double *m = to_source->m;
  const bool affine = fabs(m[6]) < 1e-12 && fabs(m[7]) < 1e-12;
  tc_auto(tc_image) warped = NULL;
  if (!tc_image_create(&shape, &warped, err))
    return false;
  for (int y = 0; y < height; y++) {
    uint8_t *row = tc_image_row_mutable(warped, y);
    double u = m[0] * 0.5 + m[1] * (y + 0.5) + m[2];
    double v = m[3] * 0.5 + m[4] * (y + 0.5) + m[5];
    double w = m[6] * 0.5 + m[7] * (y + 0.5) + m[8];
    for (int x = 0; x < width; x++, u += m[0], v += m[3], w += m[6]) {
      double f = affine ? 1 / m[8] : 1 / w;
      row[x] = bilinear(&from, to_fixed(u * f - 0.5), to_fixed(v * f - 0.5));
    }
  }
  *out = tc_steal(&warped);
  return true;
}

enum { RED_LEAD = 28 }; /* how far red must stand above green and blue to be ink, not a tint of the paper */

static uint8_t reading_value(const uint8_t *rgb)
{
  int luma = (rgb[0] * 77 + rgb[1] * 150 + rgb[2] * 29 + 128) >> 8;
  int lead = rgb[0] - (rgb[1] > rgb[2] ? rgb[1] : rgb[2]);
  return (uint8_t)(lead > RED_LEAD ? rgb[0] : luma);
}

bool tc_grey_for_reading(const tc_image *image, bool drop_red, tc_image **out, tc_error *err)
{
  if (!drop_red || tc_image_shape_of(image)->pixel != TC_PIXEL_RGB8)
    return tc_image_to_grey(image, out, err);
  tc_image_shape shape = *tc_image_shape_of(image);
  shape.pixel = TC_PIXEL_GREY8;
  tc_image *grey = NULL;
  if (!tc_image_create(&shape, &grey, err))
    return false;
  for (int y = 0; y < shape.height; y++) {
    const uint8_t *from = tc_image_row(image, y);
    uint8_t *to = tc_image_row_mutable(grey, y);
    for (int x = 0; x < shape.width; x++, from += 3)
      to[x] = reading_value(from);
  }
  *out = grey;
  return true;
}
