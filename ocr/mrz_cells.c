#include "ocr/mrz_cells.h"

#include "ocr/lines.h"
#include "ocr/mrz_grid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* In heights of a line */
#define FURTHER 4.0 /* where lines were lost, and what stands beside the zone */
#define AROUND 12.0
#define BAND_LEAST 0.35 /* of a row of ink that may be a line */
#define BAND_MOST 1.6
#define THIN 0.12 /* of the fullest row's ink: what has less is a gap */
/* In heights of a character */
#define TALL 1.5 /* of a picture of characters */
#define GAP 0.22 /* between cells that are set close together */
/* A filler's middle lies left, its ends right, in widths of it */
#define POINT_MOST 0.4
#define ENDS_LEAST 0.62

enum { RUNS_LEAST = 10, COLUMNS_LEAST = 22, BANDS_MAX = 16, BAND_ROWS_MAX = 2000, BORDER = 12, WHITE = 0xFF };

static int least(int a, int b) { return a < b ? a : b; }
static int most(int a, int b) { return a > b ? a : b; }

/* ---- Cells ---- */

/* The mean column of the ink in rows [from, to), 0 … 1 of the width; −1 where there is none. */
static double mean_column(const tc_image *page, const tc_mrz_row *r, const tc_mrz_run *cell, int from, int to)
{
  double sum = 0;
  int count = 0;
  for (int y = from; y < to; y++)
    for (int x = cell->left; x < cell->right; x++)
      if (tc_mrz_row_is_ink(page, r, x, y)) {
        sum += x - cell->left;
        count++;
      }
  const int width = most(1, cell->right - cell->left - 1);
  return count > 0 ? sum / count / width : -1;
}

static bool is_filler(const tc_image *page, const tc_mrz_row *r, const tc_mrz_run *cell)
{
  const int height = cell->bottom - cell->top;
  const int end = most(1, height / 6);
  if (height < 4 || cell->right - cell->left < 3)
    return false;
  const double point = mean_column(page, r, cell, cell->top + (int)(0.4 * height),
                                   most(cell->top + (int)(0.4 * height) + 1, cell->top + (int)(0.6 * height)));
  return point >= 0 && point < POINT_MOST && mean_column(page, r, cell, cell->top, cell->top + end) > ENDS_LEAST &&
         mean_column(page, r, cell, cell->bottom - end, cell->bottom) > ENDS_LEAST;
}

static tc_mrz_cell take_cell(const tc_image *page, const tc_mrz_row *r, double centre, double pitch)
{
  tc_mrz_run cell = {.left = most(0, (int)(centre - pitch / 2)),
                     .right = least(tc_image_width(page), (int)(centre + pitch / 2))};
  while (cell.left < cell.right && !tc_mrz_row_has_ink(page, r, cell.left))
    cell.left++;
  while (cell.right > cell.left && !tc_mrz_row_has_ink(page, r, cell.right - 1))
    cell.right--;
  tc_mrz_row_measure(page, r, &cell);
  return (tc_mrz_cell){cell.left, cell.right, is_filler(page, r, &cell)};
}

static bool take_cells(const tc_image *page, const tc_mrz_row rows[TC_MRZ_LINES], tc_mrz_cells *out)
{
  int first = 0;
  for (int l = 0; l < TC_MRZ_LINES; l++)
    if (rows[l].count < RUNS_LEAST || rows[l].count == TC_MRZ_RUNS_MAX)
      return false;
  const tc_mrz_grid g = tc_mrz_grid_find(rows);
  if (g.on == 0 || !tc_mrz_grid_first(&g, rows, &first))
    return false;
  for (int l = 0; l < TC_MRZ_LINES; l++)
    if (tc_mrz_grid_columns(&g, &rows[l], first) < COLUMNS_LEAST)
      return false;
  out->height = 0;
  for (int l = 0; l < TC_MRZ_LINES; l++) {
    out->middles[l] = rows[l].middle;
    out->slopes[l] = rows[l].slope;
    out->height = fmax(out->height, rows[l].height);
    for (int k = 0; k < TC_MRZ_LINE; k++)
      out->cells[l][k] = take_cell(page, &rows[l], g.origin + (first + k) * g.pitch, g.pitch);
  }
  return true;
}

/* ---- Lines ---- */

/* Rows of ink over the zone and what stands above and below it, as lines; how many, BANDS_MAX at most. */
static int find_bands(const tc_image *page, tc_box zone, double height, tc_box bands[BANDS_MAX])
{
  tc_mrz_row r = {.top = most(0, (int)(zone.y - FURTHER * height)),
                  .bottom = least(tc_image_height(page), (int)(zone.y + zone.height + FURTHER * height)),
                  .left = most(0, (int)zone.x),
                  .right = least(tc_image_width(page), (int)(zone.x + zone.width))};
  int counts[BAND_ROWS_MAX];
  int fullest = 0;
  int band_count = 0;
  r.bottom = least(r.bottom, r.top + BAND_ROWS_MAX);
  tc_mrz_row_set_ink(page, &r);
  for (int y = r.top; y < r.bottom; y++) {
    int *count = &counts[y - r.top];
    *count = 0;
    for (int x = r.left; x < r.right; x++)
      *count += tc_mrz_row_is_ink(page, &r, x, y) ? 1 : 0;
    fullest = most(fullest, *count);
  }
  for (int y = r.top; y < r.bottom && band_count < BANDS_MAX; y++) {
    const int top = y;
    while (y < r.bottom && counts[y - r.top] > THIN * fullest)
      y++;
    if (y - top > BAND_LEAST * height && y - top < BAND_MOST * height)
      bands[band_count++] = (tc_box){zone.x, top, zone.width, y - top};
  }
  return band_count;
}

static bool try_lines(const tc_image *page, const tc_box *lines, tc_mrz_cells *out, tc_mrz_row rows[TC_MRZ_LINES])
{
  for (int l = 0; l < TC_MRZ_LINES; l++) {
    rows[l] = (tc_mrz_row){0};
    tc_mrz_row_look(page, lines[l], &rows[l]);
  }
  return take_cells(page, rows, out);
}

bool tc_mrz_cells_find(const tc_image *page, const tc_box *lines, size_t count, tc_mrz_cells *out, bool *found,
                       tc_error *err)
{
  tc_box bands[BANDS_MAX];
  tc_box zone = lines[0];
  double height = lines[0].height;
  tc_mrz_row *rows = calloc(TC_MRZ_LINES, sizeof *rows);
  if (rows == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a card's lines");
  for (size_t i = 1; i < count; i++) {
    zone = tc_box_union(zone, lines[i]);
    height = fmin(height, lines[i].height);
  }
  *found = count == TC_MRZ_LINES && try_lines(page, lines, out, rows);
  /* words of something else may stand on the lines' rows, and a line may be lost or another one be taken for it */
  zone.x -= AROUND * height;
  zone.width += 2 * AROUND * height;
  const int band_count = *found ? 0 : find_bands(page, zone, height, bands);
  for (int i = 0; i + TC_MRZ_LINES <= band_count && !*found; i++)
    *found = try_lines(page, bands + i, out, rows);
  free(rows);
  return true;
}

/* ---- A line's cells close together ---- */

bool tc_mrz_cell_is_sign(const tc_mrz_cell *cell) { return !cell->filler && cell->right > cell->left; }

bool tc_mrz_cells_image(const tc_image *page, const tc_mrz_cells *cells, int line, const int *columns, int count,
                        tc_image **out, tc_error *err)
{
  const int gap = most(2, (int)(GAP * cells->height));
  tc_auto(tc_image) image = NULL;
  tc_image_shape shape = *tc_image_shape_of(page);
  shape.width = 2 * BORDER + gap;
  const int tall = (int)(TALL * cells->height);
  shape.height = tall + 2 * BORDER;
  for (int i = 0; i < count; i++)
    shape.width += cells->cells[line][columns[i]].right - cells->cells[line][columns[i]].left + 2 + gap;
  if (!tc_image_create(&shape, &image, err))
    return false;
  for (int y = 0; y < shape.height; y++)
    memset(tc_image_row_mutable(image, y), WHITE, (size_t)shape.width);
  int at = BORDER + gap;
  for (int i = 0; i < count; i++) {
    const tc_mrz_cell *cell = &cells->cells[line][columns[i]];
    const int left = most(0, cell->left - 1);
    const int right = least(tc_image_width(page), cell->right + 1);
    const double middle = cells->middles[line] + cells->slopes[line] * (left + right) / 2;
    const int top = (int)round(middle - tall / 2.0);
    for (int y = most(0, top); y < least(top + tall, tc_image_height(page)); y++)
      memcpy(tc_image_row_mutable(image, y - top + BORDER) + at, tc_image_row(page, y) + left, (size_t)(right - left));
    at += right - left + gap;
  }
  *out = tc_steal(&image);
  return true;
}
