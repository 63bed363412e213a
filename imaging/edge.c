/*
 * Along rows, columns and both diagonals the values are walked from one turning point to the next; what swings less
 * than a share of the ink's height is noise. A step's width is its height by its steepest part, less what smoothing
 * against noise adds, and the median of the worst direction counts: a hand that shook blurs one direction only,
 * whichever.
 *
 * Black and white has no steps. There blur shows in the shapes: round crumbs, where letters have bowls, stems and gaps.
 * The outline of a crumb is hardly longer than its box's, a letter's is.
 */
#include "imaging/edge.h"

#include "imaging/lept.h"

#include <math.h>
#include <stdlib.h>

enum { LINE_STEP = 16, DIAGONAL_STEP = 32, FEW_EDGES = 100, WIDTH_BINS = 256, BINS_A_PIXEL = 8 };
enum { LEAST_WIDTH = 4, LEAST_HEIGHT = 6, MOST_WIDTH = 90, MOST_HEIGHT = 60 }; /* of a letter, at 200 dpi */

static const double smoothing = 2; /* pixels: the width of a perfect step after three pixels were mixed */

typedef struct steps {
  int widths[WIDTH_BINS]; /* in eighths of a pixel */
  int count;
} steps;

/* Pixels of one row or column, smoothed over three. */
typedef struct profile {
  const uint8_t *first;
  ptrdiff_t stride;
  int count;
} profile;

static int smooth_at(const profile *p, int i)
{
  const uint8_t *at = p->first + (ptrdiff_t)i * p->stride;
  return at[-p->stride] + 2 * at[0] + at[p->stride]; /* four times the value */
}

static void add_step(steps *s, int height, int steepest, int least)
{
  if (height < least || steepest <= 0)
    return;
  const int bin = (int)((double)height / steepest * BINS_A_PIXEL);
  s->widths[bin < WIDTH_BINS ? bin : WIDTH_BINS - 1]++;
  s->count++;
}

/* Walks from one turning point to the next; what swings less than `swing` is noise. Values are four times the grey's.
 */
static void walk_profile(const profile *p, int swing, int least, steps *into)
{
  int direction = 0;
  int extreme = smooth_at(p, 1); /* the farthest value since the last turning point */
  int from = extreme;            /* the value at the last turning point */
  int steepest = 0;
  int steepest_to_extreme = 0;
  int before = extreme;
  for (int i = 2; i + 1 < p->count; i++) {
    const int value = smooth_at(p, i);
    const int step = (value - before) * direction;
    before = value;
    steepest = step > steepest ? step : steepest;
    if (direction == 0) {
      direction = value > from + swing ? 1 : value < from - swing ? -1 : 0;
      extreme = direction != 0 ? value : extreme;
    } else if ((value - extreme) * direction > 0) {
      extreme = value;
      steepest_to_extreme = steepest;
    } else if ((extreme - value) * direction > swing) {
      add_step(into, (extreme - from) * direction, steepest_to_extreme, least);
      from = extreme;
      extreme = value;
      direction = -direction;
      steepest = step < 0 ? -step : 0;
      steepest_to_extreme = steepest;
    }
  }
}

/* Steps between pixels; 0 where there are too few edges. */
static double median_width(const steps *s)
{
  int seen = 0;
  int bin = 0;
  if (s->count < FEW_EDGES)
    return 0;
  while (bin + 1 < WIDTH_BINS && (seen + s->widths[bin]) * 2 <= s->count)
    seen += s->widths[bin++];
  const double width = (bin + 0.5) / BINS_A_PIXEL;
  return sqrt(fmax(0.25, width * width - smoothing * smoothing));
}

/* The value that one in two hundred pixels lies below. */
static int darkest_of(const tc_image *grey)
{
  int histogram[256] = {0};
  int count = 0;
  for (int y = 0; y < tc_image_height(grey); y += LINE_STEP)
    for (int x = 0; x < tc_image_width(grey); x += 3, count++)
      histogram[tc_image_row(grey, y)[x]]++;
  int seen = 0;
  for (int value = 0; value < 256; value++) {
    seen += histogram[value];
    if (seen * 200 > count)
      return value;
  }
  return 255;
}

typedef struct walker {
  const tc_image *grey;
  int swing;
} walker;

/* From (x, y) to the picture's edge, `right` pixels to the right and `down` pixels down at each step. */
static void walk_from(const walker *w, int x, int y, int right, int down, steps *into)
{
  const int far_x = right > 0 ? tc_image_width(w->grey) - x : right < 0 ? x + 1 : INT32_MAX;
  const int far_y = down > 0 ? tc_image_height(w->grey) - y : INT32_MAX;
  const profile line = {tc_image_row(w->grey, y) + x, down * (ptrdiff_t)tc_image_stride(w->grey) + right,
                        far_x < far_y ? far_x : far_y};
  if (line.count > 3)
    walk_profile(&line, w->swing, 2 * w->swing, into);
}

static double straight_width(const walker *w)
{
  steps across = {0};
  steps down = {0};
  for (int y = LINE_STEP; y + 1 < tc_image_height(w->grey); y += LINE_STEP)
    walk_from(w, 0, y, 1, 0, &across);
  for (int x = LINE_STEP; x + 1 < tc_image_width(w->grey); x += LINE_STEP)
    walk_from(w, x, 0, 0, 1, &down);
  return fmax(median_width(&across), median_width(&down));
}

static double diagonal_width(const walker *w)
{
  const int width = tc_image_width(w->grey);
  steps falling = {0};
  steps rising = {0};
  for (int x = DIAGONAL_STEP; x + 1 < width; x += DIAGONAL_STEP) {
    walk_from(w, x, 0, 1, 1, &falling);
    walk_from(w, x, 0, -1, 1, &rising);
  }
  for (int y = DIAGONAL_STEP; y + 1 < tc_image_height(w->grey); y += DIAGONAL_STEP) {
    walk_from(w, 0, y, 1, 1, &falling);
    walk_from(w, width - 1, y, -1, 1, &rising);
  }
  return M_SQRT2 * fmax(median_width(&falling), median_width(&rising));
}

double tc_edge_pixels(const tc_image *grey)
{
  const int ink = 255 - darkest_of(grey);
  const walker w = {grey, ink > 24 ? ink : 24}; /* a quarter of the ink's height, times four */
  if (tc_image_width(grey) < 32 || tc_image_height(grey) < 32)
    return 0;
  return fmax(straight_width(&w), diagonal_width(&w));
}

/* ---- Black and white ---- */

static int ink_at(const tc_image *binary, int x, int y)
{
  if (x < 0 || y < 0 || x >= tc_image_width(binary) || y >= tc_image_height(binary))
    return 0;
  return (tc_image_row(binary, y)[x >> 3] >> (7 - (x & 7))) & 1;
}

/* Sides of pixels between ink and paper, in a box and on its rim. */
static int outline_of(const tc_image *binary, const tc_lept_box *box)
{
  int sides = 0;
  for (int y = box->y; y <= box->y + box->height; y++)
    for (int x = box->x; x <= box->x + box->width; x++) {
      const int here = ink_at(binary, x, y);
      sides += y < box->y + box->height && here != ink_at(binary, x - 1, y) ? 1 : 0;
      sides += x < box->x + box->width && here != ink_at(binary, x, y - 1) ? 1 : 0;
    }
  return sides;
}

bool tc_edge_complexity(const tc_image *binary, double dpi, double *out, tc_error *err)
{
  const double scale = dpi / 200;
  tc_lept_box *boxes = NULL;
  int count = 0;
  int64_t outlines = 0;
  int64_t around = 0;
  if (!tc_lept_boxes(binary, 1, 1, &boxes, &count, err))
    return false;
  for (int i = 0; i < count; i++) {
    const tc_lept_box *box = &boxes[i];
    if (box->width < LEAST_WIDTH * scale || box->height < LEAST_HEIGHT * scale || box->width > MOST_WIDTH * scale ||
        box->height > MOST_HEIGHT * scale)
      continue;
    outlines += outline_of(binary, box);
    around += 2 * (box->width + (int64_t)box->height);
  }
  free(boxes);
  *out = around > 0 ? (double)outlines / (double)around : 0;
  return true;
}
