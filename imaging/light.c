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

#include "imaging/grid.h"
#include "imaging/scratch.h"
#include "imaging/wide.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { CELL = 16, BLOCK = 4 };

static const double closing_mm = 8;
static const double window_mm = 7;
static const double wolf_k = 0.38;
static const float darkest_light = 24; /* darker than this is no paper: a lid, a desk */

static int min_int(int a, int b) { return a < b ? a : b; }
static int max_int(int a, int b) { return a > b ? a : b; }

/* A whole cell: the same from sums of four rows. */
TC_WIDE static float brightest_of_whole(const tc_image *grey, int left, int top)
{
  const uint8_t *row = tc_image_row(grey, top) + left;
  const ptrdiff_t stride = (ptrdiff_t)tc_image_stride(grey);
  int best = 0;
  for (int block = 0; block < CELL / BLOCK; block++, row += BLOCK * stride) {
    int sums[CELL];
    for (int i = 0; i < CELL; i++)
      sums[i] = row[i] + row[i + stride] + row[i + 2 * stride] + row[i + 3 * stride];
    for (int i = 0; i < CELL; i += BLOCK)
      best = max_int(best, sums[i] + sums[i + 1] + sums[i + 2] + sums[i + 3]);
  }
  return (float)(best / (BLOCK * BLOCK));
}

static float brightest_block(const tc_image *grey, int left, int top)
{
  int right = min_int(left + CELL, tc_image_width(grey));
  int bottom = min_int(top + CELL, tc_image_height(grey));
  int best = 0;
  if (right - left == CELL && bottom - top == CELL)
    return brightest_of_whole(grey, left, top);
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

static int radius_of(double millimetres, double dpi)
{
  int cells = (int)lround(millimetres / 25.4 * dpi / CELL);
  return max_int(1, cells / 2);
}

static bool measure_light(const tc_image *grey, double dpi, tc_grid *light, tc_error *err)
{
  tc_auto(tc_grid) spare = {0};
  if (!tc_grid_init(light, grey, CELL, err) || !tc_grid_init(&spare, grey, CELL, err))
    return false;
  for (int y = 0; y < light->rows; y++)
    for (int x = 0; x < light->columns; x++)
      light->cells[y * light->columns + x] = brightest_block(grey, x * CELL, y * CELL);
  int radius = radius_of(closing_mm, dpi);
  tc_grid_extreme(light, &spare, radius, 1);
  tc_grid_extreme(light, &spare, radius, -1);
  tc_grid_mean(light, &spare, 1);
  tc_grid_mean(light, &spare, 1);
  return true;
}

TC_WIDE static void apply_gain(uint8_t *row, const float *gain, int width)
{
  for (int x = 0; x < width; x++) {
    const float value = (float)row[x] * gain[x] + 0.5F;
    row[x] = (uint8_t)(int)(value > 255 ? 255 : value);
  }
}

bool tc_light_flatten(tc_image *grey, double dpi, tc_error *err)
{
  assert(tc_image_shape_of(grey)->pixel == TC_PIXEL_GREY8 && dpi > 0);
  int width = tc_image_width(grey);
  tc_auto(tc_grid) light = {0};
  tc_auto(tc_floats) gain = calloc((size_t)width, sizeof *gain);
  if (gain == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the light of a page");
  if (!measure_light(grey, dpi, &light, err))
    return false;
  for (int i = 0; i < light.columns * light.rows; i++)
    light.cells[i] = 255 / (light.cells[i] > darkest_light ? light.cells[i] : darkest_light);
  for (int y = 0; y < tc_image_height(grey); y++) {
    tc_grid_row(&light, y, width, gain);
    apply_gain(tc_image_row_mutable(grey, y), gain, width);
  }
  return true;
}

TC_WIDE static void add_pixels(const uint8_t *pixels, int count, uint32_t *sum, uint32_t *squares)
{
  uint32_t of_values = 0;
  uint32_t of_squares = 0;
  for (int x = 0; x < count; x++) {
    const uint32_t value = pixels[x];
    of_values += value;
    of_squares += value * value;
  }
  *sum += of_values;
  *squares += of_squares;
}

/* Per cell the mean and the mean square; the page's darkest ink: the value that 0.2 % of the pixels lie below. */
static int measure_cells(const tc_image *grey, tc_grid *mean, tc_grid *square)
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
        add_pixels(pixels + (ptrdiff_t)column * CELL, right - column * CELL, &sum, &squares);
        for (int x = column * CELL; (y & 1) == 0 && x < right; x += 2)
          histogram[pixels[x]]++;
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
static void set_thresholds(tc_grid *mean, tc_grid *square, int darkest)
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

TC_WIDE static void threshold_row(const uint8_t *from, const float *threshold, int width, uint8_t *to)
{
  enum { PART = 256 };
  uint8_t black[PART];
  for (int left = 0; left < width; left += PART) {
    const int count = min_int(PART, width - left);
    for (int x = 0; x < count; x++)
      black[x] = (float)from[left + x] < threshold[left + x];
    tc_pack_row(black, count, to + left / 8);
  }
}

bool tc_light_binarise(const tc_image *grey, double dpi, tc_image **out, tc_error *err)
{
  assert(tc_image_shape_of(grey)->pixel == TC_PIXEL_GREY8 && dpi > 0);
  tc_image_shape shape = *tc_image_shape_of(grey);
  shape.pixel = TC_PIXEL_BILEVEL;
  tc_auto(tc_grid) mean = {0};
  tc_auto(tc_grid) square = {0};
  tc_auto(tc_grid) spare = {0};
  tc_auto(tc_image) binary = NULL;
  tc_auto(tc_floats) threshold = calloc((size_t)shape.width, sizeof *threshold);
  if (threshold == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the threshold of a page");
  if (!tc_grid_init(&mean, grey, CELL, err) || !tc_grid_init(&square, grey, CELL, err) ||
      !tc_grid_init(&spare, grey, CELL, err) || !tc_image_create(&shape, &binary, err))
    return false;
  int darkest = measure_cells(grey, &mean, &square);
  int radius = radius_of(window_mm, dpi);
  tc_grid_mean(&mean, &spare, radius);
  tc_grid_mean(&square, &spare, radius);
  set_thresholds(&mean, &square, darkest);
  for (int y = 0; y < shape.height; y++) {
    tc_grid_row(&mean, y, shape.width, threshold);
    threshold_row(tc_image_row(grey, y), threshold, shape.width, tc_image_row_mutable(binary, y));
  }
  *out = tc_steal(&binary);
  return true;
}
