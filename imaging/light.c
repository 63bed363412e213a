/*
 * Light and threshold live on a coarse grid, a cell for 16 × 16 pixels, and are interpolated between the cells'
 * centres: the full page is touched once to fill the grid and once to apply it.
 *
 * Light: of each cell the brightest 4 × 4 block (paper shows between letters), closed so that headings and seals do not
 * count as shadow, smoothed. Threshold: C. Wolf and J.-M. Jolion, Extraction and recognition of artificial text in
 * multimedia documents, 2004: Sauvola's rule relative to the page's own darkest ink and largest contrast, so that faded
 * print survives.
 */
#include "imaging/light.h"

#include "imaging/scratch.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { CELL = 16, BLOCK = 4 };

static const double closing_mm = 8;
static const double window_mm = 7;
static const double wolf_k = 0.38;
static const float darkest_light = 24; /* darker than this is no paper: a lid, a desk */

typedef struct grid {
  int columns, rows;
  float *cells;
} grid;

static void grid_finish(grid *g) { free(g->cells); }
TC_AUTO_VALUE(grid, grid_finish);

static bool grid_init(grid *g, const tc_image *image, tc_error *err)
{
  g->columns = (tc_image_width(image) + CELL - 1) / CELL;
  g->rows = (tc_image_height(image) + CELL - 1) / CELL;
  g->cells = calloc((size_t)g->columns * (size_t)g->rows, sizeof *g->cells);
  return g->cells != NULL || tc_fail(err, TC_NO_MEMORY, "no memory for the light of a page");
}

static int min_int(int a, int b) { return a < b ? a : b; }
static int max_int(int a, int b) { return a > b ? a : b; }

static float brightest_block(const tc_image *grey, int left, int top)
{
  int right = min_int(left + CELL, tc_image_width(grey));
  int bottom = min_int(top + CELL, tc_image_height(grey));
  int best = 0;
  for (int y = top; y < bottom; y += BLOCK)
    for (int x = left; x < right; x += BLOCK) {
      int sum = 0;
      int count = 0;
      for (int j = y; j < min_int(y + BLOCK, bottom); j++)
        for (int i = x; i < min_int(x + BLOCK, right); i++, count++)
          sum += tc_image_row(grey, j)[i];
      best = max_int(best, sum / count);
    }
  return (float)best;
}

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

static void filter(grid *g, grid *spare, line_filter *apply, int radius, float sign)
{
  for (int y = 0; y < g->rows; y++)
    apply(g->cells + (size_t)y * (size_t)g->columns, spare->cells + (size_t)y * (size_t)g->columns, g->columns, 1,
          radius, sign);
  for (int x = 0; x < g->columns; x++)
    apply(spare->cells + x, g->cells + x, g->rows, g->columns, radius, sign);
}

static int radius_of(double millimetres, double dpi)
{
  int cells = (int)lround(millimetres / 25.4 * dpi / CELL);
  return max_int(1, cells / 2);
}

static bool measure_light(const tc_image *grey, double dpi, grid *light, tc_error *err)
{
  tc_auto(grid) spare = {0};
  if (!grid_init(light, grey, err) || !grid_init(&spare, grey, err))
    return false;
  for (int y = 0; y < light->rows; y++)
    for (int x = 0; x < light->columns; x++)
      light->cells[y * light->columns + x] = brightest_block(grey, x * CELL, y * CELL);
  int radius = radius_of(closing_mm, dpi);
  filter(light, &spare, extreme_line, radius, 1);
  filter(light, &spare, extreme_line, radius, -1);
  filter(light, &spare, mean_line, 1, 0);
  filter(light, &spare, mean_line, 1, 0);
  return true;
}

/* A row of the image's width with the grid interpolated at row y, times `scale`. */
static void interpolate(const grid *g, int y, int width, float *out)
{
  float v = ((float)y + 0.5F) / CELL - 0.5F;
  int top = max_int(0, min_int((int)floorf(v), g->rows - 1));
  int below = min_int(top + 1, g->rows - 1);
  float fy = v < 0 ? 0 : v - (float)top;
  const float *a = g->cells + (size_t)top * (size_t)g->columns;
  const float *b = g->cells + (size_t)below * (size_t)g->columns;
  float left = a[0] + (b[0] - a[0]) * fy;
  int x = 0;
  for (; x < min_int(CELL / 2, width); x++)
    out[x] = left;
  for (int column = 1; x < width; column++) {
    int here = min_int(column, g->columns - 1);
    float right = a[here] + (b[here] - a[here]) * fy;
    float step = (right - left) / CELL;
    int count = min_int(CELL, width - x);
    for (int i = 0; i < count; i++)
      out[x + i] = left + step * ((float)i + 0.5F);
    x += count;
    left = right;
  }
}

bool tc_light_flatten(tc_image *grey, double dpi, tc_error *err)
{
  assert(tc_image_shape_of(grey)->pixel == TC_PIXEL_GREY8 && dpi > 0);
  int width = tc_image_width(grey);
  tc_auto(grid) light = {0};
  tc_auto(tc_floats) gain = calloc((size_t)width, sizeof *gain);
  if (gain == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the light of a page");
  if (!measure_light(grey, dpi, &light, err))
    return false;
  for (int i = 0; i < light.columns * light.rows; i++)
    light.cells[i] = 255 / (light.cells[i] > darkest_light ? light.cells[i] : darkest_light);
  for (int y = 0; y < tc_image_height(grey); y++) {
    uint8_t *row = tc_image_row_mutable(grey, y);
    interpolate(&light, y, width, gain);
    for (int x = 0; x < width; x++) {
      float value = (float)row[x] * gain[x] + 0.5F;
      row[x] = (uint8_t)(value > 255 ? 255 : value);
    }
  }
  return true;
}

/* Per cell the mean and the mean square; the page's darkest ink: the value that 0.2 % of the pixels lie below. */
static int measure_cells(const tc_image *grey, grid *mean, grid *square)
{
  uint32_t histogram[256] = {0};
  int width = tc_image_width(grey);
  int height = tc_image_height(grey);
  for (int row = 0; row < mean->rows; row++)
    for (int column = 0; column < mean->columns; column++) {
      uint32_t sum = 0;
      uint32_t squares = 0;
      int right = min_int((column + 1) * CELL, width);
      int bottom = min_int((row + 1) * CELL, height);
      for (int y = row * CELL; y < bottom; y++) {
        const uint8_t *pixels = tc_image_row(grey, y);
        for (int x = column * CELL; x < right; x++) {
          uint32_t value = pixels[x];
          sum += value;
          squares += value * value;
          if (((x | y) & 1) == 0)
            histogram[value]++;
        }
      }
      float count = (float)((right - column * CELL) * (bottom - row * CELL));
      mean->cells[row * mean->columns + column] = (float)sum / count;
      square->cells[row * mean->columns + column] = (float)squares / count;
    }
  uint32_t enough = (uint32_t)((double)width * height / 4 * 0.002);
  uint32_t seen = 0;
  for (int value = 0; value < 256; value++) {
    seen += histogram[value];
    if (seen > enough)
      return value;
  }
  return 255;
}

/* Turns mean and mean square into thresholds, in `mean`. */
static void set_thresholds(grid *mean, grid *square, int darkest)
{
  int count = mean->columns * mean->rows;
  float largest = 1;
  for (int i = 0; i < count; i++) {
    float variance = square->cells[i] - mean->cells[i] * mean->cells[i];
    square->cells[i] = variance > 0 ? sqrtf(variance) : 0;
    largest = square->cells[i] > largest ? square->cells[i] : largest;
  }
  const float k = (float)wolf_k;
  const float lowest = (float)darkest + (255 - (float)darkest) * 0.25F;
  const float highest = (float)darkest + (255 - (float)darkest) * 0.9F;
  for (int i = 0; i < count; i++) {
    float below = mean->cells[i] - (float)darkest;
    float threshold = mean->cells[i] - k * (1 - square->cells[i] / largest) * below;
    /* Within solid ink the mean is the ink's; on empty paper it is the paper's. */
    mean->cells[i] = fminf(highest, fmaxf(lowest, threshold));
  }
}

static void threshold_row(const uint8_t *from, const float *threshold, int width, uint8_t *to)
{
  for (int x = 0; x < width; x++)
    if ((float)from[x] < threshold[x])
      to[x >> 3] |= (uint8_t)(0x80 >> (x & 7));
}

bool tc_light_binarise(const tc_image *grey, double dpi, tc_image **out, tc_error *err)
{
  assert(tc_image_shape_of(grey)->pixel == TC_PIXEL_GREY8 && dpi > 0);
  tc_image_shape shape = *tc_image_shape_of(grey);
  shape.pixel = TC_PIXEL_BILEVEL;
  tc_auto(grid) mean = {0};
  tc_auto(grid) square = {0};
  tc_auto(grid) spare = {0};
  tc_auto(tc_image) binary = NULL;
  tc_auto(tc_floats) threshold = calloc((size_t)shape.width, sizeof *threshold);
  if (threshold == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the threshold of a page");
  if (!grid_init(&mean, grey, err) || !grid_init(&square, grey, err) || !grid_init(&spare, grey, err) ||
      !tc_image_create(&shape, &binary, err))
    return false;
  int darkest = measure_cells(grey, &mean, &square);
  int radius = radius_of(window_mm, dpi);
  filter(&mean, &spare, mean_line, radius, 0);
  filter(&square, &spare, mean_line, radius, 0);
  set_thresholds(&mean, &square, darkest);
  for (int y = 0; y < shape.height; y++) {
    interpolate(&mean, y, shape.width, threshold);
    threshold_row(tc_image_row(grey, y), threshold, shape.width, tc_image_row_mutable(binary, y));
  }
  *out = tc_steal(&binary);
  return true;
}
