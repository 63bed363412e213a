#include "imaging/grid.h"

#include "imaging/wide.h"

#include <math.h>
#include <stdlib.h>

bool tc_grid_init(tc_grid *grid, const tc_image *image, int cell, tc_error *err)
{
  grid->cell = cell;
  grid->columns = (tc_image_width(image) + cell - 1) / cell;
  grid->rows = (tc_image_height(image) + cell - 1) / cell;
  grid->cells = calloc((size_t)grid->columns * (size_t)grid->rows, sizeof *grid->cells);
  return grid->cells != NULL || tc_fail(err, TC_NO_MEMORY, "no memory for the light of a page");
}

void tc_grid_finish(tc_grid *grid) { free(grid->cells); }

static int min_int(int a, int b) { return a < b ? a : b; }
static int max_int(int a, int b) { return a > b ? a : b; }

/* The largest (sign 1) or smallest (sign -1) value within `radius` cells along one axis, into `to`. */
static void extreme_line(const float *from, float *to, int count, int step, int radius, float sign)
{
  for (int i = 0; i < count; i++) {
    float best = from[i * step] * sign;
    for (int j = max_int(0, i - radius); j <= min_int(count - 1, i + radius); j++)
      best = from[j * step] * sign > best ? from[j * step] * sign : best;
    to[i * step] = best * sign;
  }
}

static void mean_line(const float *from, float *to, int count, int step, int radius, float sign)
{
  (void)sign;
  for (int i = 0; i < count; i++) {
    int low = max_int(0, i - radius);
    int high = min_int(count - 1, i + radius);
    float sum = 0;
    for (int j = low; j <= high; j++)
      sum += from[j * step];
    to[i * step] = sum / (float)(high - low + 1);
  }
}

typedef void line_filter(const float *from, float *to, int count, int step, int radius, float sign);

static void filter(tc_grid *g, tc_grid *spare, line_filter *apply, int radius, float sign)
{
  for (int y = 0; y < g->rows; y++)
    apply(g->cells + (size_t)y * (size_t)g->columns, spare->cells + (size_t)y * (size_t)g->columns, g->columns, 1,
          radius, sign);
  for (int x = 0; x < g->columns; x++)
    apply(spare->cells + x, g->cells + x, g->rows, g->columns, radius, sign);
}

void tc_grid_extreme(tc_grid *grid, tc_grid *spare, int radius, float sign)
{
  filter(grid, spare, extreme_line, radius, sign);
}

void tc_grid_mean(tc_grid *grid, tc_grid *spare, int radius) { filter(grid, spare, mean_line, radius, 0); }

TC_WIDE void tc_grid_row(const tc_grid *grid, int y, int width, float *out)
{
  const float size = (float)grid->cell;
  float v = ((float)y + 0.5F) / size - 0.5F;
  int top = max_int(0, min_int((int)floorf(v), grid->rows - 1));
  int below = min_int(top + 1, grid->rows - 1);
  float fy = v < 0 ? 0 : v - (float)top;
  const float *a = grid->cells + (size_t)top * (size_t)grid->columns;
  const float *b = grid->cells + (size_t)below * (size_t)grid->columns;
  float left = a[0] + (b[0] - a[0]) * fy;
  int x = 0;
  for (; x < min_int(grid->cell / 2, width); x++)
    out[x] = left;
  for (int column = 1; x < width; column++) {
    int here = min_int(column, grid->columns - 1);
    float right = a[here] + (b[here] - a[here]) * fy;
    float step = (right - left) / size;
    int count = min_int(grid->cell, width - x);
    for (int i = 0; i < count; i++)
      out[x + i] = left + step * ((float)i + 0.5F);
    x += count;
    left = right;
  }
}
