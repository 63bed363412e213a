/*
 * The page is cut into upright strips a fifth of an inch wide. Of each strip the ink in every row is counted: lines are
 * humps, and the humps of a strip are those of its neighbour, shifted by as much as the lines rise or fall from one to
 * the other. That shift is found in windows of a few lines by normalised correlation, to a part of a pixel. No letter
 * is told from another, so that a faded, a broken or a short line counts for what it has.
 */
#include "imaging/slopes.h"

#include "imaging/wide.h"

#include <math.h>
#include <stdlib.h>

static const double window_inches = 1.3;
static const double steepest = 0.37;
static const double farthest_inches = 0.085; /* half of the distance of close lines: beyond it lies the next one */
static const double least_likeness = 0.4;    /* correlation: two strips of different columns have less */
static const double ink_of_a_line = 0.09;    /* of a strip's width: deviation of the counts where there is text */

enum { MOST_SHIFT = 40, LEAST_ROWS = 16 };

/* Ink a row of each strip: strip by strip, `height` values each. */
typedef struct strips {
  int16_t *ink;
  int count, height, width; /* width: pixels of a strip */
} strips;

static void strips_finish(strips *s) { free(s->ink); }
TC_AUTO_VALUE(strips, strips_finish);

void tc_slopes_finish(tc_slopes *slopes)
{
  free(slopes->items);
  *slopes = (tc_slopes){0};
}

static int ink_of(const uint8_t *bits, int bytes)
{
  int sum = 0;
  for (int i = 0; i < bytes; i++)
    sum += __builtin_popcount(bits[i]);
  return sum;
}

static bool count_ink(const tc_image *letters, double dpi, strips *out, tc_error *err)
{
  const int bytes = dpi >= 110 ? 4 : 2;
  out->width = 8 * bytes;
  out->count = tc_image_width(letters) / out->width;
  out->height = tc_image_height(letters);
  out->ink = calloc((size_t)out->count * (size_t)out->height + 1, sizeof *out->ink);
  if (out->ink == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the slopes of a page");
  for (int y = 0; y < out->height; y++) {
    const uint8_t *bits = tc_image_row(letters, y);
    for (int strip = 0; strip < out->count; strip++)
      out->ink[(ptrdiff_t)strip * out->height + y] = (int16_t)ink_of(bits + (ptrdiff_t)strip * bytes, bytes);
  }
  return true;
}

typedef struct sums {
  int one, two, both; /* of values, of squares, of products with the other's */
} sums;

TC_WIDE static sums sums_of(const int16_t *a, const int16_t *b, int count)
{
  int one = 0;
  int two = 0;
  int both = 0;
  for (int i = 0; i < count; i++) {
    one += b[i];
    two += b[i] * b[i];
    both += a[i] * b[i];
  }
  return (sums){one, two, both};
}

static double deviation(sums s, int count) { return (double)s.two * count - (double)s.one * s.one; }

/* A window of one strip, and the strip that it is sought in. */
typedef struct pair {
  const int16_t *window, *other; /* of the other the row that the window begins at */
  int rows, most;                /* rows of the window, largest shift */
} pair;

/* The shift at which both are most alike, between pixels; weight 0 where there is none. */
static double best_shift(const pair *p, double enough, double *weight)
{
  double likeness[2 * MOST_SHIFT + 1];
  const sums mine = sums_of(p->window, p->window, p->rows);
  const double own = deviation(mine, p->rows);
  const double least = enough * enough * p->rows * p->rows;
  int best = 0;
  *weight = 0;
  if (own < 0.05 * least)
    return 0;
  for (int i = 0; i <= 2 * p->most; i++) {
    const sums theirs = sums_of(p->window, p->other + i - p->most, p->rows);
    const double other = deviation(theirs, p->rows);
    const double both = (double)theirs.both * p->rows - (double)mine.one * theirs.one;
    likeness[i] = other < 0.05 * least ? 0 : both / sqrt(own * other);
    best = likeness[i] > likeness[best] ? i : best;
  }
  if (best == 0 || best == 2 * p->most || likeness[best] < least_likeness)
    return 0;
  const double before = likeness[best - 1];
  const double after = likeness[best + 1];
  const double turn = before - 2 * likeness[best] + after;
  *weight = (likeness[best] - least_likeness) / (1 - least_likeness) * fmin(1, sqrt(own / least));
  return best - p->most + (turn < 0 ? 0.5 * (before - after) / turn : 0);
}

static void measure_pair(const strips *s, int strip, int reach, double dpi, tc_slopes *into)
{
  const double apart = (double)reach * s->width;
  const int rows = (int)(window_inches * dpi); /* the next window begins half of it further down */
  const int most = (int)fmin(fmin(steepest * apart, farthest_inches * dpi), MOST_SHIFT);
  for (int top = most; top + rows + most <= s->height; top += rows / 2) {
    const int16_t *window = s->ink + (ptrdiff_t)strip * s->height + top;
    const pair p = {window, window + (ptrdiff_t)reach * s->height, rows, most};
    double weight;
    const double shift = best_shift(&p, ink_of_a_line * s->width, &weight);
    if (weight > 0)
      into->items[into->count++] =
          (tc_slope){(strip + 0.5 * (reach + 1)) * s->width, top + (rows + shift) / 2, shift / apart, weight};
  }
}

bool tc_slopes_measure(const tc_image *letters, double dpi, int reach, tc_slopes *out, tc_error *err)
{
  tc_auto(strips) s = {0};
  tc_auto(tc_slopes) found = {0};
  if (!count_ink(letters, dpi, &s, err))
    return false;
  const int rows = (int)(window_inches * dpi);
  if (rows < LEAST_ROWS) /* no letter is told from a speck */
    return true;
  const size_t windows = (size_t)(s.height / (rows / 2)) + 1;
  found.items = calloc((size_t)s.count * windows + 1, sizeof *found.items);
  if (found.items == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the slopes of a page");
  for (int strip = 0; strip + reach < s.count; strip++)
    measure_pair(&s, strip, reach, dpi, &found);
  *out = found;
  found = (tc_slopes){0};
  return true;
}
