#include "ocr/mrz_cells.h"

#include "ocr/lines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* In heights of a line */
#define ABOVE 0.12  /* room above and below … */
#define BESIDE 1.0  /* … and on both sides: its first or last character may have been missed */
#define FURTHER 4.0 /* where lines were lost, and what stands beside the zone */
#define AROUND 12.0
#define BAND_LEAST 0.35 /* of a row of ink that may be a line */
#define BAND_MOST 1.6
#define THIN 0.12 /* of the fullest row's ink: what has less is a gap */
#define INK 0.55  /* of the way from the darkest pixel to white */
#define UNUSUAL 0.3
#define TALL 1.5 /* of a picture of characters */
#define LOW 0.4  /* in heights of a character: what is lower is a speck */
#define GAP 0.22 /* between cells that are set close together */
/* In pitches */
#define NEAR 0.25
#define WITHIN 0.3
/* A filler's middle lies left, its ends right, in widths of it */
#define POINT_MOST 0.4
#define ENDS_LEAST 0.62

enum {
  RUNS_MAX = 160,
  RUNS_LEAST = 10,
  PITCH_LEAST = 4,
  ON_GRID_LEAST = 20,
  COLUMNS_LEAST = 22,
  BANDS_MAX = 16,
  BAND_ROWS_MAX = 2000,
  BORDER = 12,
  WHITE = 0xFF
};

/* Inked columns next to each other. */
typedef struct run {
  int left, right, top, bottom;
} run;

typedef struct row {
  run runs[RUNS_MAX];
  int count;
  int left, right, top, bottom; /* where it was looked for */
  int ink;                      /* below it a pixel is ink */
  double height;                /* of a character */
  double middle, slope;         /* the line through its characters' middles */
} row;

static int least(int a, int b) { return a < b ? a : b; }
static int most(int a, int b) { return a > b ? a : b; }

static int compare_doubles(const void *a, const void *b)
{
  const double left = *(const double *)a;
  const double right = *(const double *)b;
  return (left > right) - (left < right);
}

static double median(double *values, int count)
{
  qsort(values, (size_t)count, sizeof *values, compare_doubles);
  return count > 0 ? values[count / 2] : 0;
}

/* ---- Ink ---- */

static bool is_ink(const tc_image *page, const row *r, int x, int y) { return tc_image_row(page, y)[x] < r->ink; }

/* The rows of ink in columns [left, right). */
static void measure(const tc_image *page, const row *r, run *found)
{
  found->top = r->bottom;
  found->bottom = r->top;
  for (int y = r->top; y < r->bottom; y++)
    for (int x = found->left; x < found->right; x++)
      if (is_ink(page, r, x, y)) {
        found->top = least(found->top, y);
        found->bottom = most(found->bottom, y + 1);
      }
}

static bool has_ink(const tc_image *page, const row *r, int x)
{
  for (int y = r->top; y < r->bottom; y++)
    if (is_ink(page, r, x, y))
      return true;
  return false;
}

static void find_runs(const tc_image *page, row *r)
{
  for (int x = r->left; x < r->right && r->count < RUNS_MAX; x++) {
    if (!has_ink(page, r, x))
      continue;
    run found = {.left = x};
    while (x < r->right && has_ink(page, r, x))
      x++;
    found.right = x;
    measure(page, r, &found);
    r->runs[r->count++] = found;
  }
}

static void drop_specks(row *r)
{
  double heights[RUNS_MAX];
  int kept = 0;
  for (int i = 0; i < r->count; i++)
    heights[i] = r->runs[i].bottom - r->runs[i].top;
  r->height = median(heights, r->count);
  for (int i = 0; i < r->count; i++)
    if (r->runs[i].bottom - r->runs[i].top > LOW * r->height)
      r->runs[kept++] = r->runs[i];
  r->count = kept;
}

/* By least squares over the characters of usual height: what touches another line, or is half of one, is none. */
static void find_slope(row *r)
{
  double n = 0;
  double sum_x = 0;
  double sum_y = 0;
  double sum_xx = 0;
  double sum_xy = 0;
  for (int i = 0; i < r->count; i++) {
    const run *c = &r->runs[i];
    if (fabs(c->bottom - c->top - r->height) > UNUSUAL * r->height)
      continue;
    const double x = (c->left + c->right) / 2.0;
    const double y = (c->top + c->bottom) / 2.0;
    n++;
    sum_x += x;
    sum_y += y;
    sum_xx += x * x;
    sum_xy += x * y;
  }
  const double spread = n * sum_xx - sum_x * sum_x;
  r->slope = spread > 0 ? (n * sum_xy - sum_x * sum_y) / spread : 0;
  r->middle = n > 0 ? (sum_y - r->slope * sum_x) / n : (r->top + r->bottom) / 2.0;
}

static void set_ink(const tc_image *page, row *r)
{
  int darkest = WHITE;
  for (int y = r->top; y < r->bottom; y++)
    for (int x = r->left; x < r->right; x++)
      darkest = least(darkest, tc_image_row(page, y)[x]);
  r->ink = darkest + (int)((WHITE - darkest) * INK);
}

static void look_at(const tc_image *page, tc_box line, row *out)
{
  out->top = most(0, (int)(line.y - ABOVE * line.height));
  out->bottom = least(tc_image_height(page), (int)(line.y + (1 + ABOVE) * line.height));
  out->left = most(0, (int)(line.x - BESIDE * line.height));
  out->right = least(tc_image_width(page), (int)(line.x + line.width + BESIDE * line.height));
  set_ink(page, out);
  find_runs(page, out);
  drop_specks(out);
  find_slope(out);
}

/* ---- The grid ---- */

typedef struct grid {
  double pitch, origin; /* the middle of cell k is origin + k · pitch */
  int on;               /* characters that stand on it */
} grid;

static double middle(const run *r) { return (r->left + r->right) / 2.0; }

static double off_grid(const grid *g, double x)
{
  const double cell = (x - g->origin) / g->pitch;
  return fabs(cell - round(cell)); /* in pitches */
}

/* The line of least squares through the characters that stand near the grid. */
static grid fit(const grid *start, const double *xs, int count)
{
  double n = 0;
  double sum_k = 0;
  double sum_x = 0;
  double sum_kk = 0;
  double sum_kx = 0;
  for (int i = 0; i < count; i++) {
    const double k = round((xs[i] - start->origin) / start->pitch);
    if (off_grid(start, xs[i]) >= NEAR)
      continue;
    n++;
    sum_k += k;
    sum_x += xs[i];
    sum_kk += k * k;
    sum_kx += k * xs[i];
  }
  const double spread = n * sum_kk - sum_k * sum_k;
  if (n < ON_GRID_LEAST || spread <= 0)
    return (grid){.on = 0};
  grid fitted = {.pitch = (n * sum_kx - sum_k * sum_x) / spread};
  fitted.origin = (sum_x - fitted.pitch * sum_k) / n;
  for (int i = 0; i < count && fitted.pitch > 0; i++)
    fitted.on += off_grid(&fitted, xs[i]) < WITHIN ? 1 : 0;
  return fitted;
}

/* The pitch is the usual step from one character to the next, in any line; the origin the character that most others
   agree with. */
static grid find_grid(const row rows[TC_MRZ_LINES])
{
  double xs[TC_MRZ_LINES * RUNS_MAX];
  double steps[TC_MRZ_LINES * RUNS_MAX];
  int count = 0;
  int step_count = 0;
  grid best = {.on = 0};
  for (int l = 0; l < TC_MRZ_LINES; l++)
    for (int i = 0; i < rows[l].count; i++) {
      xs[count++] = middle(&rows[l].runs[i]);
      if (i > 0)
        steps[step_count++] = xs[count - 1] - xs[count - 2];
    }
  const double pitch = median(steps, step_count);
  for (int i = 0; i < count && pitch >= PITCH_LEAST; i += 3) {
    const grid start = {.pitch = pitch, .origin = xs[i]};
    const grid fitted = fit(&start, xs, count);
    if (fitted.on > best.on)
      best = fitted;
  }
  return best;
}

/* Lines that have a character in the column. */
static int lines_with(const grid *g, const row rows[TC_MRZ_LINES], int column)
{
  int lines = 0;
  for (int l = 0; l < TC_MRZ_LINES; l++)
    for (int j = 0; j < rows[l].count; j++)
      if (fabs(middle(&rows[l].runs[j]) - g->origin - column * g->pitch) < WITHIN * g->pitch) {
        lines++;
        break;
      }
  return lines;
}

/* Thirty columns in a row, no more, in each of which two lines have a character; false: there are none. */
static bool find_first(const grid *g, const row rows[TC_MRZ_LINES], int *first)
{
  const int from = (int)((rows[0].left - g->origin) / g->pitch) - 1;
  const int to = (int)((rows[0].right - g->origin) / g->pitch) + 1;
  int together = 0;
  for (int column = from; column <= to + 1; column++) {
    if (column <= to && lines_with(g, rows, column) >= 2) {
      together++;
      continue;
    }
    if (together == TC_MRZ_LINE) {
      *first = column - together;
      return true;
    }
    together = 0;
  }
  return false;
}

/* Of the thirty columns those in which the line has a character. */
static int columns_with(const grid *g, const row *r, int first)
{
  int columns = 0;
  int last = first - 1;
  for (int i = 0; i < r->count; i++) {
    const int column = (int)round((middle(&r->runs[i]) - g->origin) / g->pitch);
    if (column > last && column < first + TC_MRZ_LINE && off_grid(g, middle(&r->runs[i])) < WITHIN) {
      columns++;
      last = column;
    }
  }
  return columns;
}

/* ---- Cells ---- */

/* The mean column of the ink in rows [from, to), 0 … 1 of the width; −1 where there is none. */
static double mean_column(const tc_image *page, const row *r, const run *cell, int from, int to)
{
  double sum = 0;
  int count = 0;
  for (int y = from; y < to; y++)
    for (int x = cell->left; x < cell->right; x++)
      if (is_ink(page, r, x, y)) {
        sum += x - cell->left;
        count++;
      }
  const int width = most(1, cell->right - cell->left - 1);
  return count > 0 ? sum / count / width : -1;
}

static bool is_filler(const tc_image *page, const row *r, const run *cell)
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

static tc_mrz_cell take_cell(const tc_image *page, const row *r, double centre, double pitch)
{
  run cell = {.left = most(0, (int)(centre - pitch / 2)),
              .right = least(tc_image_width(page), (int)(centre + pitch / 2))};
  while (cell.left < cell.right && !has_ink(page, r, cell.left))
    cell.left++;
  while (cell.right > cell.left && !has_ink(page, r, cell.right - 1))
    cell.right--;
  measure(page, r, &cell);
  return (tc_mrz_cell){cell.left, cell.right, is_filler(page, r, &cell)};
}

static bool take_cells(const tc_image *page, const row rows[TC_MRZ_LINES], tc_mrz_cells *out)
{
  int first = 0;
  for (int l = 0; l < TC_MRZ_LINES; l++)
    if (rows[l].count < RUNS_LEAST || rows[l].count == RUNS_MAX)
      return false;
  const grid g = find_grid(rows);
  if (g.on == 0 || !find_first(&g, rows, &first))
    return false;
  for (int l = 0; l < TC_MRZ_LINES; l++)
    if (columns_with(&g, &rows[l], first) < COLUMNS_LEAST)
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
  row r = {.top = most(0, (int)(zone.y - FURTHER * height)),
           .bottom = least(tc_image_height(page), (int)(zone.y + zone.height + FURTHER * height)),
           .left = most(0, (int)zone.x),
           .right = least(tc_image_width(page), (int)(zone.x + zone.width))};
  int counts[BAND_ROWS_MAX];
  int fullest = 0;
  int band_count = 0;
  r.bottom = least(r.bottom, r.top + BAND_ROWS_MAX);
  set_ink(page, &r);
  for (int y = r.top; y < r.bottom; y++) {
    int *count = &counts[y - r.top];
    *count = 0;
    for (int x = r.left; x < r.right; x++)
      *count += is_ink(page, &r, x, y) ? 1 : 0;
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

static bool try_lines(const tc_image *page, const tc_box *lines, tc_mrz_cells *out, row rows[TC_MRZ_LINES])
{
  for (int l = 0; l < TC_MRZ_LINES; l++) {
    rows[l] = (row){0};
    look_at(page, lines[l], &rows[l]);
  }
  return take_cells(page, rows, out);
}

bool tc_mrz_cells_find(const tc_image *page, const tc_box *lines, size_t count, tc_mrz_cells *out, bool *found,
                       tc_error *err)
{
  tc_box bands[BANDS_MAX];
  tc_box zone = lines[0];
  double height = lines[0].height;
  row *rows = calloc(TC_MRZ_LINES, sizeof *rows);
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
