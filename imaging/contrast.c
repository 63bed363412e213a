/*
 * How deep ink lies below the paper differs from place to place: faded spots, labels in grey, a copier's uneven toner.
 * So each cell of 8 × 8 pixels is measured: its deepest ink and its steepest edge. Sharp ink sets the threshold around
 * it, in proportion to its depth; where there is none, what is pale stays paper: print of the other side comes through
 * blurred. How sharp is sharp the page's own dark print tells, so that a blurred photograph loses nothing.
 *
 * A pale ground of sharp lines (a guilloche, a screen) covers far more of a page than pale print: the least depth of
 * ink is raised until little of the page is pale ink.
 */
#include "imaging/contrast.h"

#include "imaging/grid.h"
#include "imaging/scratch.h"
#include "imaging/wide.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CELL = 8, DEPTHS = 256, PAPER = 255 };

static const double darkest_share = 0.002; /* of the pixels are darker than what counts as the page's ink */
static const float threshold = 0.38F;      /* of the depth */
static const float dark = 0.6F;            /* of the page's depth: what sharpness is measured on */
static const float plain = 0.5F;           /* of the page's depth: deep enough whatever its edges */
static const float sharp = 0.5F;           /* of the dark print's sharpness */
static const float least = 0.16F;          /* of the page's depth … */
static const float least_steps = 20;       /* … and in grey steps: noise stays below */
static const float pale_most = 0.08F;      /* of the page's cells */
static const float gain_most = 2.5F;

typedef struct page {
  tc_grid depth;
  tc_grid around, edge; /* the deepest ink and the steepest edge of the cell and those beside it */
  float ink;            /* the page's depth */
  float sharp;          /* steepest edge against depth */
  float least;
} page;

static void page_finish(page *p)
{
  tc_grid_finish(&p->depth);
  tc_grid_finish(&p->around);
  tc_grid_finish(&p->edge);
}
TC_AUTO_VALUE(page, page_finish);

static int max_int(int a, int b) { return a > b ? a : b; }
static int min_int(int a, int b) { return a < b ? a : b; }

/* Of the rows of cells at `top`: by column of pixels the deepest ink, over two pixels side by side, and the steepest
   step over two pixels. The loops run along rows without a branch. */
TC_WIDE static void measure_columns(const tc_image *grey, int top, int *lightest, int *steepest)
{
  const int width = tc_image_width(grey);
  const int bottom = min_int(top + CELL, tc_image_height(grey) - 1);
  for (int x = 0; x < width; x++) {
    lightest[x] = 2 * PAPER;
    steepest[x] = 0;
  }
  for (int y = max_int(top, 1); y < bottom; y++) {
    const uint8_t *above = tc_image_row(grey, y - 1);
    const uint8_t *row = tc_image_row(grey, y);
    const uint8_t *below = tc_image_row(grey, y + 1);
    for (int x = 1; x < width - 1; x++) {
      const int pair = row[x] + row[x + 1];
      const int across = abs(row[x + 1] - row[x - 1]);
      const int down = abs(below[x] - above[x]);
      const int steep = across > down ? across : down;
      lightest[x] = pair < lightest[x] ? pair : lightest[x];
      steepest[x] = steep > steepest[x] ? steep : steepest[x];
    }
  }
}

static void measure_row(const tc_image *grey, int row, const int *lightest, const int *steepest, page *p)
{
  for (int column = 0; column < p->depth.columns; column++) {
    const int right = min_int((column + 1) * CELL, tc_image_width(grey) - 1);
    int light = 2 * PAPER;
    int steep = 0;
    for (int x = max_int(column * CELL, 1); x < right; x++) {
      light = min_int(light, lightest[x]);
      steep = max_int(steep, steepest[x]);
    }
    p->depth.cells[row * p->depth.columns + column] = (float)(2 * PAPER - light) / 2;
    p->edge.cells[row * p->depth.columns + column] = (float)steep;
  }
}

static int darkest_of(const tc_image *grey)
{
  uint32_t histogram[PAPER + 1] = {0};
  uint32_t count = 0;
  for (int y = 0; y < tc_image_height(grey); y += 2)
    for (int x = 0; x < tc_image_width(grey); x += 2, count++)
      histogram[tc_image_row(grey, y)[x]]++;
  uint32_t seen = 0;
  for (int value = 0; value <= PAPER; value++) {
    seen += histogram[value];
    if (seen > darkest_share * count)
      return value;
  }
  return PAPER;
}

/* The median of edge against depth in cells of dark ink. */
static float sharpness_of(const page *p)
{
  enum { BINS = 100 };
  int counts[BINS + 1] = {0};
  int total = 0;
  for (int i = 0; i < p->depth.columns * p->depth.rows; i++) {
    const float depth = p->depth.cells[i];
    if (depth < dark * p->ink)
      continue;
    counts[min_int(BINS, (int)(p->edge.cells[i] / depth * BINS))]++;
    total++;
  }
  int seen = 0;
  for (int bin = 0; bin <= BINS; bin++) {
    seen += counts[bin];
    if (2 * seen > total)
      return (float)bin / BINS;
  }
  return 1;
}

/* A cell's ink alone may be the soft rim of what is deeper beside it. */
static bool is_sharp(const page *p, int cell)
{
  return p->around.cells[cell] >= plain * p->ink || p->edge.cells[cell] >= sharp * p->sharp * p->around.cells[cell];
}

/* The least depth from which on no more of the page than `pale_most` is pale ink; the rims of dark ink are none. */
static float least_depth(const page *p)
{
  int counts[DEPTHS] = {0};
  const int cells = p->depth.columns * p->depth.rows;
  for (int i = 0; i < cells; i++)
    if (p->around.cells[i] < plain * p->ink && is_sharp(p, i))
      counts[(int)p->depth.cells[i]]++;
  int pale = 0;
  int depth = (int)(plain * p->ink);
  const int lowest = (int)fmaxf(least_steps, least * p->ink);
  while (depth > lowest && pale + counts[depth - 1] <= pale_most * (float)cells)
    pale += counts[--depth];
  return (float)depth;
}

static bool measure(const tc_image *grey, page *p, tc_error *err)
{
  tc_auto(tc_grid) spare = {0};
  if (!tc_grid_init(&p->depth, grey, CELL, err) || !tc_grid_init(&p->around, grey, CELL, err) ||
      !tc_grid_init(&p->edge, grey, CELL, err) || !tc_grid_init(&spare, grey, CELL, err))
    return false;
  tc_auto(tc_ints) lightest = calloc((size_t)tc_image_width(grey), sizeof *lightest);
  tc_auto(tc_ints) steepest = calloc((size_t)tc_image_width(grey), sizeof *steepest);
  if (lightest == NULL || steepest == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the threshold of a page");
  for (int row = 0; row < p->depth.rows; row++) {
    measure_columns(grey, row * CELL, lightest, steepest);
    measure_row(grey, row, lightest, steepest, p);
  }
  p->ink = fmaxf(1, (float)(PAPER - darkest_of(grey)));
  p->sharp = sharpness_of(p);
  memcpy(p->around.cells, p->depth.cells, (size_t)(p->depth.columns * p->depth.rows) * sizeof *p->depth.cells);
  tc_grid_extreme(&p->around, &spare, 1, 1);
  tc_grid_extreme(&p->edge, &spare, 1, 1);
  p->least = least_depth(p);
  return true;
}

/* Cells take the deepest sharp ink of those around; where there is none, the page's. */
static void spread(page *p)
{
  const int cells = p->depth.columns * p->depth.rows;
  for (int i = 0; i < cells; i++)
    if (p->depth.cells[i] < p->least || !is_sharp(p, i))
      p->depth.cells[i] = 0;
    else
      p->depth.cells[i] = fminf(p->depth.cells[i], p->ink);
  tc_grid_extreme(&p->depth, &p->edge, 1, 1);
  for (int i = 0; i < cells; i++)
    p->depth.cells[i] = p->depth.cells[i] > 0 ? p->depth.cells[i] : p->ink;
  tc_grid_mean(&p->depth, &p->edge, 1);
}

/* `black` gets a byte for each pixel. Both loops run without a branch. */
TC_WIDE static void even_row(uint8_t *row, const float *depth, float ink, int width, uint8_t *black)
{
  for (int x = 0; x < width; x++) {
    const float below = (float)(PAPER - row[x]);
    black[x] = below > threshold * depth[x];
  }
  for (int x = 0; x < width; x++) {
    const float below = (float)(PAPER - row[x]);
    const float wished = ink / depth[x];
    const float gain = wished < gain_most ? wished : gain_most;
    const float value = (float)PAPER - below * gain;
    row[x] = (uint8_t)(int)(value > 0 ? value : 0);
  }
}

bool tc_contrast_even(tc_image *grey, tc_image **binary, tc_error *err)
{
  tc_image_shape shape = *tc_image_shape_of(grey);
  shape.pixel = TC_PIXEL_BILEVEL;
  tc_auto(page) p = {0};
  tc_auto(tc_image) black = NULL;
  tc_auto(tc_floats) depth = calloc((size_t)shape.width, sizeof *depth);
  tc_auto(tc_octets) row = calloc((size_t)shape.width, 1);
  if (depth == NULL || row == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the threshold of a page");
  if (!measure(grey, &p, err) || !tc_image_create(&shape, &black, err))
    return false;
  spread(&p);
  for (int y = 0; y < shape.height; y++) {
    tc_grid_row(&p.depth, y, shape.width, depth);
    even_row(tc_image_row_mutable(grey, y), depth, p.ink, shape.width, row);
    tc_pack_row(row, shape.width, tc_image_row_mutable(black, y));
  }
  *binary = tc_steal(&black);
  return true;
}
