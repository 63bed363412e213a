/*
 * A sheet that is drawn over a speck of dirt has a line as straight as the scanner's grid, however skew the print is.
 * So streaks are sought before the page is straightened: for each column the pixels are counted that are darker than
 * those a little to both sides of it; where they are so on a good part of the column there is a streak. Each of its
 * pixels becomes as light as the darker one of those beside the streak, so that print on either side reaches up to it
 * and print on both goes on through it. The same for rows.
 */
#include "imaging/streak.h"

#include "imaging/scratch.h"
#include "imaging/wide.h"

#include <math.h>
#include <string.h>

static const double beside_mm = 0.5;    /* where a streak's both sides are looked at */
static const double widest_mm = 0.6;    /* what is wider is no streak */
static const double least_share = 0.35; /* of the column that is darker than what lies beside it */

enum { DARKER = 24, LEAST_PIXELS = 200 };

/* Adds 1 to each position at which the value is darker than both that lie `off` before and behind it. */
TC_WIDE static void count_darker(const uint8_t *before, const uint8_t *at, const uint8_t *behind, int count,
                                 uint16_t *counts)
{
  for (int i = 0; i < count; i++) {
    const int lighter = before[i] < behind[i] ? before[i] : behind[i];
    counts[i] = (uint16_t)(counts[i] + (at[i] + DARKER < lighter ? 1 : 0));
  }
}

/* The streak at `from`: one past its end, with a pixel's fringe; 0 where it is too wide or at the picture's edge. */
static int streak_end(const uint8_t *is_streak, int count, int from, int widest)
{
  int to = from;
  while (to < count && is_streak[to])
    to++;
  return to - from <= widest && from >= 2 && to + 2 <= count ? to + 1 : 0;
}

static void fill_columns(tc_image *grey, int from, int to)
{
  for (int y = 0; y < tc_image_height(grey); y++) {
    uint8_t *row = tc_image_row_mutable(grey, y);
    const uint8_t light = row[from - 1] < row[to] ? row[from - 1] : row[to];
    for (int x = from; x < to; x++)
      row[x] = row[x] > light ? row[x] : light;
  }
}

static void fill_rows(tc_image *grey, int from, int to)
{
  const uint8_t *above = tc_image_row(grey, from - 1);
  const uint8_t *below = tc_image_row(grey, to);
  for (int y = from; y < to; y++) {
    uint8_t *row = tc_image_row_mutable(grey, y);
    for (int x = 0; x < tc_image_width(grey); x++) {
      const uint8_t light = above[x] < below[x] ? above[x] : below[x];
      row[x] = row[x] > light ? row[x] : light;
    }
  }
}

static void fill(tc_image *grey, const uint8_t *is_streak, int count, int widest, bool columns)
{
  for (int at = 0; at < count; at++) {
    if (!is_streak[at])
      continue;
    const int end = streak_end(is_streak, count, at, widest);
    if (end > 0 && columns)
      fill_columns(grey, at - 1, end);
    else if (end > 0)
      fill_rows(grey, at - 1, end);
    while (at < count && is_streak[at])
      at++;
  }
}

/* How many of a row are darker than those above and below. */
TC_WIDE static int darker_between(const uint8_t *above, const uint8_t *row, const uint8_t *below, int width)
{
  int darker = 0;
  for (int x = 0; x < width; x++)
    darker += row[x] + DARKER < (above[x] < below[x] ? above[x] : below[x]) ? 1 : 0;
  return darker;
}

/* A byte a column, a byte a row: is it a streak's? */
static void find(const tc_image *grey, int beside, uint16_t *counts, uint8_t *columns, uint8_t *rows)
{
  const int width = tc_image_width(grey);
  const int height = tc_image_height(grey);
  for (int y = 0; y < height; y++) {
    const uint8_t *row = tc_image_row(grey, y);
    count_darker(row, row + beside, row + 2 * (ptrdiff_t)beside, width - 2 * beside, counts + beside);
  }
  for (int x = 0; x < width; x++)
    columns[x] = counts[x] >= least_share * height;
  for (int y = beside; y < height - beside; y++) {
    const uint8_t *above = tc_image_row(grey, y - beside);
    const uint8_t *row = tc_image_row(grey, y);
    const uint8_t *below = tc_image_row(grey, y + beside);
    rows[y] = darker_between(above, row, below, width) >= least_share * width;
  }
}

bool tc_streak_remove(tc_image *grey, double dpi, tc_error *err)
{
  const int width = tc_image_width(grey);
  const int height = tc_image_height(grey);
  const int beside = (int)fmax(2, ceil(beside_mm / 25.4 * dpi));
  const int widest = (int)fmax(1, widest_mm / 25.4 * dpi);
  if (width < LEAST_PIXELS || height < LEAST_PIXELS || width <= 2 * beside || height <= 2 * beside)
    return true;
  uint16_t *counts = calloc((size_t)width, sizeof *counts);
  tc_auto(tc_octets) columns = calloc((size_t)width, 1);
  tc_auto(tc_octets) rows = calloc((size_t)height, 1);
  if (counts == NULL || columns == NULL || rows == NULL) {
    free(counts);
    return tc_fail(err, TC_NO_MEMORY, "no memory to look for streaks");
  }
  find(grey, beside, counts, columns, rows);
  free(counts);
  fill(grey, columns, width, widest, true);
  fill(grey, rows, height, widest, false);
  return true;
}
