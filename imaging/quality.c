#include "imaging/quality.h"

#include <math.h>
#include <stdlib.h>

enum { ROW_STEP = 8, MIN_EDGE = 60, MAX_WIDTH = 16, MIN_EDGES = 200 };

static const double blank_ink = 0.0006;

/* From x the values fall or rise without a break: its width in pixels, its height, its steepest step. */
typedef struct edge {
  int width, height, steepest;
} edge;

static edge edge_at(const uint8_t *row, int x, int width)
{
  int sign = row[x + 1] > row[x] ? 1 : -1;
  edge e = {0};
  int start = row[x];
  while (x + 1 < width && e.width < MAX_WIDTH && (row[x + 1] - row[x]) * sign > 0) {
    int step = (row[x + 1] - row[x]) * sign;
    e.steepest = step > e.steepest ? step : e.steepest;
    e.width++;
    x++;
  }
  e.height = (row[x] - start) * sign;
  return e;
}

double tc_quality_sharpness(const tc_image *grey)
{
  int width = tc_image_width(grey);
  double sum = 0;
  int count = 0;
  for (int y = 0; y < tc_image_height(grey); y += ROW_STEP) {
    const uint8_t *row = tc_image_row(grey, y);
    for (int x = 0; x + 1 < width;) {
      if (row[x + 1] == row[x]) {
        x++;
        continue;
      }
      edge e = edge_at(row, x, width);
      x += e.width;
      if (e.height >= MIN_EDGE) {
        sum += (double)e.steepest / e.height;
        count++;
      }
    }
  }
  /* The steepest step of an edge two pixels wide takes half of its height. */
  return count >= MIN_EDGES ? fmin(1, 2 * sum / count) : 0;
}

typedef struct inks {
  uint64_t ink, ink_sum, ground, ground_sum;
} inks;

/* Eight pixels and their bits; most have no ink. */
static void add_octet(const uint8_t *values, uint8_t bits, int count, inks *into)
{
  int all = 0;
  int black = 0;
  for (int i = 0; i < count; i++)
    all += values[i];
  for (int i = 0; bits != 0 && i < count; i++)
    black += (bits >> (7 - i)) & 1 ? values[i] : 0;
  const int ink = __builtin_popcount(bits);
  into->ink += (uint64_t)ink;
  into->ink_sum += (uint64_t)black;
  into->ground += (uint64_t)(count - ink);
  into->ground_sum += (uint64_t)(all - black);
}

void tc_quality_measure(const tc_image *grey, const tc_image *binary, tc_quality *quality)
{
  inks all = {0};
  int width = tc_image_width(grey);
  for (int y = 0; y < tc_image_height(grey); y += 2) {
    const uint8_t *values = tc_image_row(grey, y);
    const uint8_t *bits = tc_image_row(binary, y);
    int x = 0;
    for (; x + 8 <= width; x += 8)
      add_octet(values + x, bits[x >> 3], 8, &all);
    if (x < width)
      add_octet(values + x, bits[x >> 3], width - x, &all);
  }
  quality->ink = (double)all.ink / (double)(all.ink + all.ground);
  quality->blank = quality->ink < blank_ink;
  if (all.ink > 0 && all.ground > 0)
    quality->contrast =
        fmax(0, ((double)all.ground_sum / (double)all.ground - (double)all.ink_sum / (double)all.ink) / 255);
}
