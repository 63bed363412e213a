#include "imaging/resample.h"

#include "imaging/scratch.h"

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
  tc_auto(tc_words) sums = calloc((size_t)shape.width, sizeof *sums);
  if (sums == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory to reduce an image");
  if (!tc_image_create(&shape, &small, err))
    return false;
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

/* Positions are 64-bit, in 1/65536 pixel, counted from the centre of pixel (0, 0). */
enum { FRACTION_BITS = 16, SPAN = 16 };

static int mix(int a, int b, int c, int d, int64_t x, int64_t y)
{
  int fx = (int)(x >> (FRACTION_BITS - 8)) & 255;
  int fy = (int)(y >> (FRACTION_BITS - 8)) & 255;
  int upper = (a << 8) + (b - a) * fx;
  int lower = (c << 8) + (d - c) * fx;
  return ((upper << 8) + (lower - upper) * fy + (1 << 15)) >> 16;
}

static uint8_t bilinear_at_edge(const source *from, int64_t x, int64_t y)
{
  int left = (int)(x >> FRACTION_BITS);
  int top = (int)(y >> FRACTION_BITS);
  return (uint8_t)mix(at(from, left, top), at(from, left + 1, top), at(from, left, top + 1),
                      at(from, left + 1, top + 1), x, y);
}

static uint8_t bilinear_inside(const source *from, int64_t x, int64_t y)
{
  const uint8_t *p = from->pixels + (y >> FRACTION_BITS) * from->stride + (x >> FRACTION_BITS);
  return (uint8_t)mix(p[0], p[1], p[from->stride], p[from->stride + 1], x, y);
}

typedef struct position {
  int64_t x, y;
} position;

static int64_t to_fixed(double value)
{
  const double far = 1e7; /* outside any image, and the differences stay in range */
  if (!(value > -far))
    value = -far;
  value = (value < far ? value : far) * (1 << FRACTION_BITS);
  return (int64_t)(value + (value < 0 ? -0.5 : 0.5));
}

/* Where the pixels of one row come from. Without perspective they lie evenly. */
typedef struct row_path {
  const tc_transform *to_source;
  bool even;
  tc_point start, step; /* of the row's first pixel, and for each further one */
  int y;
} row_path;

static row_path row_path_of(const tc_transform *to_source, int y)
{
  const bool even = to_source->m[6] == 0 && to_source->m[7] == 0;
  const tc_point start = tc_transform_point(to_source, (tc_point){0.5, y + 0.5});
  const tc_point next = tc_transform_point(to_source, (tc_point){1.5, y + 0.5});
  return (row_path){to_source, even, start, {next.x - start.x, next.y - start.y}, y};
}

static position source_position(const row_path *path, int x)
{
  const tc_point p = path->even ? (tc_point){path->start.x + x * path->step.x, path->start.y + x * path->step.y}
                                : tc_transform_point(path->to_source, (tc_point){x + 0.5, path->y + 0.5});
  return (position){to_fixed(p.x - 0.5), to_fixed(p.y - 0.5)};
}

static bool is_inside(const source *from, position p)
{
  return p.x >= 0 && p.y >= 0 && (p.x >> FRACTION_BITS) < from->width - 1 && (p.y >> FRACTION_BITS) < from->height - 1;
}

/* Positions are exact at both ends of a span and run straight between them; the error over 16 pixels of a sheet's
   perspective is far below a hundredth of a pixel. */
static void warp_span(const source *from, position start, position end, uint8_t *to, int count)
{
  int64_t step_x = (end.x - start.x) / SPAN;
  int64_t step_y = (end.y - start.y) / SPAN;
  if (is_inside(from, start) && is_inside(from, end)) {
    for (int i = 0; i < count; i++, start.x += step_x, start.y += step_y)
      to[i] = bilinear_inside(from, start.x, start.y);
  } else {
    for (int i = 0; i < count; i++, start.x += step_x, start.y += step_y)
      to[i] = bilinear_at_edge(from, start.x, start.y);
  }
}

bool tc_grey_warp(const tc_image *grey, const tc_transform *to_source, int width, int height, tc_image **out,
                  tc_error *err)
{
  assert(tc_image_shape_of(grey)->pixel == TC_PIXEL_GREY8);
  const source from = {tc_image_row(grey, 0), (ptrdiff_t)tc_image_stride(grey), tc_image_width(grey),
                       tc_image_height(grey)};
  const tc_image_shape shape = {.pixel = TC_PIXEL_GREY8, .width = width, .height = height};
  tc_auto(tc_image) warped = NULL;
  if (!tc_image_create(&shape, &warped, err))
    return false;
  for (int y = 0; y < height; y++) {
    uint8_t *row = tc_image_row_mutable(warped, y);
    const row_path path = row_path_of(to_source, y);
    position start = source_position(&path, 0);
    for (int x = 0; x < width; x += SPAN) {
      position end = source_position(&path, x + SPAN);
      warp_span(&from, start, end, row + x, width - x < SPAN ? width - x : SPAN);
      start = end;
    }
  }
  *out = tc_steal(&warped);
  return true;
}
