/*
 * What lies on the glass: the lid's colour is the commonest one; what differs from it, with gaps of a millimetre closed
 * and holes filled, falls into things. A thing is given as the smallest rectangle around it and by how much it fills
 * that.
 */
#include "imaging/cards_ground.h"

#include "imaging/region.h"
#include "imaging/scratch.h"
#include "imaging/wide.h"

#include <math.h>
#include <string.h>

enum { UNEVEN = 3, MOST_NOISE = 10 };

static const double least_lid = 0.15; /* of the picture */
static const double gap = 0.6;        /* millimetres; half of it on either side */
static const double speck = 3;        /* millimetres to a side */

enum { LID, THING, SEEN };

typedef uint16_t tc_sums;
static void sums_free(tc_sums *p) { free(p); }
TC_AUTO_POINTER(tc_sums, sums_free);

/* ---- The small picture and its lid ---- */

TC_WIDE static void add_row(const uint8_t *from, int count, uint16_t *sums)
{
  for (int i = 0; i < count; i++)
    sums[i] = (uint16_t)(sums[i] + from[i]);
}

/* The means of `factor` columns of sums, by channel. */
static void take_means(const uint16_t *sums, int width, int bytes, int factor, uint8_t *to)
{
  const int area = factor * factor;
  for (int x = 0; x < width; x++, sums += (ptrdiff_t)factor * bytes)
    for (int c = 0; c < bytes; c++) {
      int sum = 0;
      for (int i = 0; i < factor; i++)
        sum += sums[i * bytes + c];
      *to++ = (uint8_t)(sum / area);
    }
}

static bool shrink(const tc_image *image, int factor, tc_image **out, tc_error *err)
{
  const int bytes = tc_image_bytes_per_pixel(image);
  const tc_image_shape shape = {.pixel = tc_image_shape_of(image)->pixel,
                                .width = tc_image_width(image) / factor,
                                .height = tc_image_height(image) / factor};
  const int count = shape.width * factor * bytes;
  tc_auto(tc_image) small = NULL;
  if (factor == 1)
    return tc_image_crop(image, 0, 0, shape.width, shape.height, out, err);
  tc_auto(tc_sums) sums = calloc((size_t)count + 1, sizeof *sums); /* of a column's few values below 256 */
  if (sums == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory to look for cards");
  if (!tc_image_create(&shape, &small, err))
    return false;
  for (int y = 0; y < shape.height; y++) {
    memset(sums, 0, (size_t)count * sizeof *sums);
    for (int j = 0; j < factor; j++)
      add_row(tc_image_row(image, y * factor + j), count, sums);
    take_means(sums, shape.width, bytes, factor, tc_image_row_mutable(small, y));
  }
  *out = tc_steal(&small);
  return true;
}

/* The commonest value of a channel. */
static int commonest(const tc_image *small, int channel)
{
  const int bytes = tc_image_bytes_per_pixel(small);
  int64_t histogram[256] = {0};
  for (int y = 0; y < tc_image_height(small); y++) {
    const uint8_t *row = tc_image_row(small, y);
    for (int x = 0; x < tc_image_width(small); x++)
      histogram[row[x * bytes + channel]]++;
  }
  int best = 1;
  for (int i = 1; i < 255; i++)
    if (histogram[i - 1] + 2 * histogram[i] + histogram[i + 1] >
        histogram[best - 1] + 2 * histogram[best] + histogram[best + 1])
      best = i;
  return best;
}

/* The deviation from one pixel to the next, by three quarters of the picture: print and edges are fewer. */
static double noise_of(const tc_image *small)
{
  const int bytes = tc_image_bytes_per_pixel(small);
  int64_t histogram[256] = {0};
  int64_t count = 0;
  for (int y = 0; y < tc_image_height(small); y += 2) {
    const uint8_t *row = tc_image_row(small, y);
    for (int x = 1; x < tc_image_width(small); x++, count++)
      histogram[abs(row[x * bytes] - row[(x - 1) * bytes])]++;
  }
  int64_t below = 0;
  int most = 0;
  for (; most < 255 && below + histogram[most] < count / 4 * 3; most++)
    below += histogram[most];
  return most / 1.15 / sqrt(2); /* three quarters of a normal deviate lie within 1.15 */
}

/* A byte a pixel: whether it differs from the lid in any channel. */
TC_WIDE static void mark_things(const uint8_t *row, int width, int bytes, const int *lid, int noise, uint8_t *marks)
{
  memset(marks, LID, (size_t)width);
  for (int c = 0; c < bytes; c++)
    for (int x = 0; x < width; x++)
      marks[x] |= abs(row[x * bytes + c] - lid[c]) > noise ? THING : LID;
}

/* Of the picture's pixels; `marks` has room for all of them. */
static int mark_picture(const tc_glass *glass, uint8_t *marks)
{
  const int bytes = tc_image_bytes_per_pixel(glass->small);
  const int width = tc_image_width(glass->small);
  int marked = 0;
  for (int y = 0; y < tc_image_height(glass->small); y++, marks += width) {
    mark_things(tc_image_row(glass->small, y), width, bytes, glass->lid, glass->noise, marks);
    for (int x = 0; x < width; x++)
      marked += marks[x];
  }
  return marked;
}

bool tc_glass_init(tc_glass *glass, const tc_image *image, double dpi, bool *even, tc_error *err)
{
  const tc_image_shape *shape = tc_image_shape_of(image);
  const int bytes = tc_image_bytes_per_pixel(image);
  const double own = fmin(shape->dpi_x, shape->dpi_y);
  glass->factor = own >= 2 * dpi ? (int)(own / dpi) : 1;
  glass->mm = own / glass->factor / 25.4;
  if (!shrink(image, glass->factor, &glass->small, err))
    return false;
  for (int c = 0; c < bytes; c++)
    glass->lid[c] = commonest(glass->small, c);
  glass->noise = (int)fmin(MOST_NOISE, UNEVEN + round(2 * noise_of(glass->small)));
  const int pixels = tc_image_width(glass->small) * tc_image_height(glass->small);
  tc_auto(tc_octets) marks = malloc((size_t)pixels);
  if (marks == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory to look for cards");
  *even = pixels - mark_picture(glass, marks) > least_lid * pixels;
  return true;
}

void tc_glass_finish(tc_glass *glass)
{
  tc_image_destroy(glass->small);
  *glass = (tc_glass){0};
}

double tc_glass_darkness(const tc_glass *glass, double x, double y)
{
  const int column = (int)floor(x);
  const int line = (int)floor(y);
  const int bytes = tc_image_bytes_per_pixel(glass->small);
  if (column < 0 || line < 0 || column >= tc_image_width(glass->small) || line >= tc_image_height(glass->small))
    return 0;
  const uint8_t *pixel = tc_image_row(glass->small, line) + (size_t)(column * bytes);
  int least = 255;
  for (int c = 0; c < bytes; c++)
    least = glass->lid[c] - pixel[c] < least ? glass->lid[c] - pixel[c] : least;
  return least;
}

/* ---- What is not the lid ---- */

typedef struct mask {
  uint8_t *at;
  int *stack; /* room for every pixel */
  int width, height;
} mask;

/* Each pixel becomes `value` where the other one is. */
TC_WIDE static void join(uint8_t *pixels, const uint8_t *other, int count, uint8_t value)
{
  for (int i = 0; value == THING && i < count; i++)
    pixels[i] |= other[i];
  for (int i = 0; value == LID && i < count; i++)
    pixels[i] &= other[i];
}

/* Each pixel becomes `value` where one within `reach` is, along rows and then along columns. `spare` is as large as the
   mask. */
static void spread(mask *m, int reach, uint8_t value, uint8_t *spare)
{
  const size_t width = (size_t)m->width;
  memcpy(spare, m->at, width * (size_t)m->height);
  for (int y = 0; y < m->height; y++)
    for (int off = 1; off <= reach && off < m->width; off++) {
      join(spare + (size_t)y * width + off, m->at + (size_t)y * width, m->width - off, value);
      join(spare + (size_t)y * width, m->at + (size_t)y * width + off, m->width - off, value);
    }
  memcpy(m->at, spare, width * (size_t)m->height);
  for (int off = 1; off <= reach && off < m->height; off++)
    for (int y = 0; y + off < m->height; y++) {
      join(m->at + (size_t)y * width, spare + (size_t)(y + off) * width, m->width, value);
      join(m->at + (size_t)(y + off) * width, spare + (size_t)y * width, m->width, value);
    }
}

/* Takes what hangs together with `start` and has the same value; gives their number, the pixels stay in the stack. */
static int take(mask *m, int start, uint8_t mark)
{
  const uint8_t value = m->at[start];
  int count = 0;
  m->stack[count++] = start;
  m->at[start] = mark;
  for (int done = 0; done < count; done++) {
    const int here = m->stack[done];
    const int x = here % m->width;
    const int next[4] = {x > 0 ? here - 1 : -1, x + 1 < m->width ? here + 1 : -1, here - m->width,
                         here + m->width < m->width * m->height ? here + m->width : -1};
    for (int i = 0; i < 4; i++)
      if (next[i] >= 0 && m->at[next[i]] == value) {
        m->at[next[i]] = mark;
        m->stack[count++] = next[i];
      }
  }
  return count;
}

/* What of the lid cannot be reached from the picture's edge lies within a thing. */
static void fill_holes(mask *m)
{
  const int last = m->width * (m->height - 1);
  for (int x = 0; x < m->width; x++) {
    if (m->at[x] == LID)
      take(m, x, SEEN);
    if (m->at[last + x] == LID)
      take(m, last + x, SEEN);
  }
  for (int y = 0; y < m->height; y++) {
    if (m->at[y * m->width] == LID)
      take(m, y * m->width, SEEN);
    if (m->at[(y + 1) * m->width - 1] == LID)
      take(m, (y + 1) * m->width - 1, SEEN);
  }
  for (int i = 0; i < m->width * m->height; i++)
    m->at[i] = m->at[i] == SEEN ? LID : THING;
}

static bool make_mask(const tc_glass *glass, mask *m, tc_error *err)
{
  tc_auto(tc_octets) spare = malloc((size_t)m->width * (size_t)m->height);
  if (spare == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory to look for cards");
  (void)mark_picture(glass, m->at);
  const int reach = (int)fmax(1, round(gap / 2 * glass->mm));
  spread(m, reach, THING, spare);
  fill_holes(m);
  spread(m, reach, LID, spare);
  spread(m, reach, LID, spare); /* and hairs, and bridges between things, are gone */
  spread(m, reach, THING, spare);
  return true;
}

/* ---- Things ---- */

/* The rectangle on one side of the hull; its area. */
static double box_on_side(const tc_point *hull, int count, int side, tc_glass_thing *out)
{
  const tc_point a = hull[side];
  const tc_point b = hull[(side + 1) % count];
  const double length = hypot(b.x - a.x, b.y - a.y);
  const double ux = (b.x - a.x) / length;
  const double uy = (b.y - a.y) / length;
  double least = INFINITY;
  double most = -INFINITY;
  double deep = 0;
  for (int i = 0; i < count; i++) {
    const double along = (hull[i].x - a.x) * ux + (hull[i].y - a.y) * uy;
    const double across = (hull[i].y - a.y) * ux - (hull[i].x - a.x) * uy;
    least = fmin(least, along);
    most = fmax(most, along);
    deep = fmax(deep, across);
  }
  const double along[4] = {least, most, most, least};
  const double across[4] = {0, 0, deep, deep};
  for (int i = 0; i < 4; i++)
    out->box.corner[i] = (tc_point){a.x + along[i] * ux - across[i] * uy, a.y + along[i] * uy + across[i] * ux};
  out->width = most - least;
  out->height = deep;
  return out->width * out->height;
}

static void smallest_box(const tc_point *hull, int count, tc_glass_thing *out)
{
  double best = INFINITY;
  for (int i = 0; i < count; i++) {
    tc_glass_thing here = {0};
    const double area = box_on_side(hull, count, i, &here);
    if (area < best) {
      best = area;
      *out = here;
    }
  }
  if (out->width >= out->height)
    return;
  const tc_glass_thing turned = *out;
  for (int i = 0; i < 4; i++)
    out->box.corner[i] = turned.box.corner[(i + 1) % 4];
  out->width = turned.height;
  out->height = turned.width;
}

/* Of the `count` pixels in the stack. */
static bool measure(const mask *m, int count, tc_glass_thing *out, tc_error *err)
{
  tc_auto(tc_ints) ends = calloc(2 * (size_t)m->height, sizeof *ends);
  tc_auto(tc_points) points = calloc(4 * (size_t)m->height, sizeof *points);
  tc_auto(tc_points) hull = calloc(8 * (size_t)m->height + 1, sizeof *hull);
  if (ends == NULL || points == NULL || hull == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory to look for cards");
  for (int y = 0; y < m->height; y++) {
    ends[2 * y] = m->width;
    ends[2 * y + 1] = -1;
  }
  for (int i = 0; i < count; i++) {
    const int x = m->stack[i] % m->width;
    int *row = ends + (ptrdiff_t)2 * (m->stack[i] / m->width);
    row[0] = x < row[0] ? x : row[0];
    row[1] = x > row[1] ? x : row[1];
  }
  int corners = 0;
  bool at_border = ends[1] >= 0 || ends[2 * m->height - 1] >= 0;
  for (int y = 0; y < m->height; y++) {
    if (ends[2 * y + 1] < 0)
      continue;
    at_border = at_border || ends[2 * y] == 0 || ends[2 * y + 1] == m->width - 1;
    for (int i = 0; i < 4; i++)
      points[corners++] = (tc_point){i % 2 == 0 ? ends[2 * y] : ends[2 * y + 1] + 1, i < 2 ? y : y + 1};
  }
  const int sides = tc_region_hull(points, corners, hull);
  smallest_box(hull, sides, out);
  out->filled = count / (out->width * out->height);
  out->at_border = at_border;
  return true;
}

bool tc_glass_things(const tc_glass *glass, int max, tc_glass_thing *out, int *count, tc_error *err)
{
  mask m = {.width = tc_image_width(glass->small), .height = tc_image_height(glass->small)};
  const size_t size = (size_t)m.width * (size_t)m.height;
  tc_auto(tc_octets) at = calloc(size, 1);
  tc_auto(tc_ints) stack = calloc(size, sizeof *stack);
  if (at == NULL || stack == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory to look for cards");
  m.at = at;
  m.stack = stack;
  if (!make_mask(glass, &m, err))
    return false;
  int found = 0;
  for (int i = 0; i < m.width * m.height && found <= max; i++) {
    tc_glass_thing thing = {0};
    if (m.at[i] != THING)
      continue;
    if (!measure(&m, take(&m, i, SEEN), &thing, err))
      return false;
    if (thing.width < speck * glass->mm)
      continue;
    if (found < max)
      out[found] = thing;
    found++;
  }
  *count = found;
  return true;
}
