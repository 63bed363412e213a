#include "imaging/resample.h"

#include "imaging/scratch.h"
#include "imaging/wide.h"

#include <assert.h>
#include <math.h>
#include <string.h>

TC_WIDE static void add_row(const uint8_t *from, int factor, int cells, uint32_t *sums)
{
  for (int i = 0; i < factor; i++)
    for (int cell = 0; cell < cells; cell++)
      sums[cell] += from[cell * factor + i];
}

/* Two by two, as most are. */
TC_WIDE static void add_pairs(const uint8_t *from, int cells, uint32_t *sums)
{
  for (int cell = 0; cell < cells; cell++)
    sums[cell] += from[2 * cell] + from[2 * cell + 1];
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
      if (factor == 2)
        add_pairs(tc_image_row(grey, y * factor + i), shape.width, sums);
      else
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

typedef struct position {
  int64_t x, y;
} position;

/* Of each pixel of a row the four that it is mixed of, by pairs side by side, and its place between them in 1/256. */
typedef struct neighbours {
  uint8_t (*upper)[2], (*lower)[2], (*between)[2];
} neighbours;

static void neighbours_finish(neighbours *n)
{
  free(n->upper);
  free(n->lower);
  free(n->between);
}
TC_AUTO_VALUE(neighbours, neighbours_finish);

static bool neighbours_init(neighbours *n, int width, tc_error *err)
{
  const size_t room = (size_t)width + SPAN;
  n->upper = calloc(room, sizeof *n->upper);
  n->lower = calloc(room, sizeof *n->lower);
  n->between = calloc(room, sizeof *n->between);
  return (n->upper != NULL && n->lower != NULL && n->between != NULL) ||
         tc_fail(err, TC_NO_MEMORY, "no memory to move an image's pixels");
}

static int64_t to_fixed(double value)
{
  const double far = 1e7; /* outside any image, and the differences stay in range */
  if (!(value > -far))
    value = -far;
  value = (value < far ? value : far) * (1 << FRACTION_BITS);
  return (int64_t)(value + (value < 0 ? -0.5 : 0.5));
}

/* Where the pixels of one row come from. Without perspective and bend they lie evenly. */
typedef struct row_path {
  const tc_transform *to_source;
  const tc_bend *bend; /* before it; NULL for none */
  bool even;
  tc_point start, step; /* of the row's first pixel, and for each further one */
  int y;
} row_path;

static row_path row_path_of(const tc_transform *to_source, const tc_bend *bend, int y)
{
  const bool even = bend == NULL && to_source->m[6] == 0 && to_source->m[7] == 0;
  const tc_point start = tc_transform_point(to_source, (tc_point){0.5, y + 0.5});
  const tc_point next = tc_transform_point(to_source, (tc_point){1.5, y + 0.5});
  return (row_path){to_source, bend, even, start, {next.x - start.x, next.y - start.y}, y};
}

static tc_point uneven_position(const row_path *path, tc_point p)
{
  return tc_transform_point(path->to_source, path->bend != NULL ? tc_bend_point(path->bend, p) : p);
}

static position source_position(const row_path *path, int x)
{
  const tc_point p = path->even ? (tc_point){path->start.x + x * path->step.x, path->start.y + x * path->step.y}
                                : uneven_position(path, (tc_point){x + 0.5, path->y + 0.5});
  return (position){to_fixed(p.x - 0.5), to_fixed(p.y - 0.5)};
}

static bool is_inside(const source *from, position p)
{
  return p.x >= 0 && p.y >= 0 && (p.x >> FRACTION_BITS) < from->width - 1 && (p.y >> FRACTION_BITS) < from->height - 1;
}

static void place_between(position at, uint8_t between[2])
{
  between[0] = (uint8_t)(at.x >> (FRACTION_BITS - 8));
  between[1] = (uint8_t)(at.y >> (FRACTION_BITS - 8));
}

static void fetch_inside(const source *from, position at, position step, const neighbours *to, int x)
{
  for (int i = x; i < x + SPAN; i++, at.x += step.x, at.y += step.y) {
    const uint8_t *p = from->pixels + (at.y >> FRACTION_BITS) * from->stride + (at.x >> FRACTION_BITS);
    memcpy(to->upper[i], p, 2);
    memcpy(to->lower[i], p + from->stride, 2);
    place_between(at, to->between[i]);
  }
}

static void fetch_at_edge(const source *from, position p, position step, const neighbours *to, int x)
{
  for (int i = x; i < x + SPAN; i++, p.x += step.x, p.y += step.y) {
    const int left = (int)(p.x >> FRACTION_BITS);
    const int top = (int)(p.y >> FRACTION_BITS);
    for (int side = 0; side < 2; side++) {
      to->upper[i][side] = (uint8_t)at(from, left + side, top);
      to->lower[i][side] = (uint8_t)at(from, left + side, top + 1);
    }
    place_between(p, to->between[i]);
  }
}

/* Positions are exact at both ends of a span and run straight between them; the error over 16 pixels of a sheet's
   perspective is far below a hundredth of a pixel. */
static void fetch_row(const source *from, const row_path *path, int width, const neighbours *to)
{
  position start = source_position(path, 0);
  for (int x = 0; x < width; x += SPAN) {
    const position end = source_position(path, x + SPAN);
    const position step = {(end.x - start.x) / SPAN, (end.y - start.y) / SPAN};
    if (is_inside(from, start) && is_inside(from, end))
      fetch_inside(from, start, step, to, x);
    else
      fetch_at_edge(from, start, step, to, x);
    start = end;
  }
}

TC_WIDE static void mix_row(uint8_t (*upper)[2], uint8_t (*lower)[2], uint8_t (*between)[2], int width, uint8_t *to)
{
  for (int i = 0; i < width; i++) {
    const int above = (upper[i][0] << 8) + (upper[i][1] - upper[i][0]) * between[i][0];
    const int below = (lower[i][0] << 8) + (lower[i][1] - lower[i][0]) * between[i][0];
    to[i] = (uint8_t)(((above << 8) + (below - above) * between[i][1] + (1 << 15)) >> 16);
  }
}

static bool warp(const tc_image *grey, const tc_transform *to_source, const tc_bend *bend, const int size[2],
                 tc_image **out, tc_error *err)
{
  const int width = size[0];
  const int height = size[1];
  assert(tc_image_shape_of(grey)->pixel == TC_PIXEL_GREY8);
  const source from = {tc_image_row(grey, 0), (ptrdiff_t)tc_image_stride(grey), tc_image_width(grey),
                       tc_image_height(grey)};
  const tc_image_shape shape = {.pixel = TC_PIXEL_GREY8, .width = width, .height = height};
  tc_auto(tc_image) warped = NULL;
  tc_auto(neighbours) row = {0};
  if (!neighbours_init(&row, width, err) || !tc_image_create_unset(&shape, &warped, err))
    return false;
  for (int y = 0; y < height; y++) {
    const row_path path = row_path_of(to_source, bend, y);
    fetch_row(&from, &path, width, &row);
    mix_row(row.upper, row.lower, row.between, width, tc_image_row_mutable(warped, y));
  }
  *out = tc_steal(&warped);
  return true;
}

bool tc_grey_warp(const tc_image *grey, const tc_transform *to_source, int width, int height, tc_image **out,
                  tc_error *err)
{
  return warp(grey, to_source, NULL, (const int[2]){width, height}, out, err);
}

bool tc_grey_move(const tc_image *grey, const tc_page_map *to_source, int width, int height, tc_image **out,
                  tc_error *err)
{
  const tc_bend *bend = tc_page_map_bend(to_source);
  return warp(grey, tc_page_map_transform(to_source), bend->columns > 0 ? bend : NULL, (const int[2]){width, height},
              out, err);
}
