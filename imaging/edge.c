/*
 * Along rows and along columns the values are walked from one turning point to the next; what swings less than a share
 * of the ink's height is noise. A step's width is its height by its steepest part, and the median of the worse
 * direction counts: a hand that shook blurs one direction only.
 */
#include "imaging/edge.h"

#include <math.h>

enum { LINE_STEP = 8, FEW_EDGES = 150, WIDTH_BINS = 256, BINS_A_PIXEL = 8 };

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

/* Pixels; 0 where there are too few steps. */
static double median_width(const steps *s)
{
  int seen = 0;
  if (s->count < FEW_EDGES)
    return 0;
  for (int bin = 0; bin < WIDTH_BINS; bin++) {
    seen += s->widths[bin];
    if (seen * 2 > s->count)
      return (bin + 0.5) / BINS_A_PIXEL;
  }
  return (double)WIDTH_BINS / BINS_A_PIXEL;
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

double tc_edge_pixels(const tc_image *grey)
{
  const int width = tc_image_width(grey);
  const int height = tc_image_height(grey);
  const int ink = 255 - darkest_of(grey);
  const int swing = ink > 24 ? ink : 24; /* a quarter of the ink's height, times four */
  steps across = {0};
  steps down = {0};
  if (width < 32 || height < 32)
    return 0;
  for (int y = LINE_STEP; y + 1 < height; y += LINE_STEP) {
    const profile row = {tc_image_row(grey, y), 1, width};
    walk_profile(&row, swing, 2 * swing, &across);
  }
  for (int x = LINE_STEP; x + 1 < width; x += LINE_STEP) {
    const profile column = {tc_image_row(grey, 0) + x, (ptrdiff_t)tc_image_stride(grey), height};
    walk_profile(&column, swing, 2 * swing, &down);
  }
  return fmax(median_width(&across), median_width(&down));
}
