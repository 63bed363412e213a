#include "ocr/mrz_grid.h"

#include <math.h>
#include <stdlib.h>

/* In heights of a line */
#define ABOVE 0.12 /* room above and below … */
#define BESIDE 1.0 /* … and on both sides */
#define INK 0.55   /* of the way from the darkest pixel to white */
/* In heights of a character */
#define UNUSUAL 0.3
#define LOW 0.4 /* what is lower is a speck */
/* In pitches */
#define NEAR 0.25
#define WITHIN 0.3

enum { PITCH_LEAST = 4, ON_GRID_LEAST = 20, WHITE = 0xFF };

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

bool tc_mrz_row_is_ink(const tc_image *page, const tc_mrz_row *r, int x, int y)
{
  return tc_image_row(page, y)[x] < r->ink;
}

/* The rows of ink in columns [left, right). */
void tc_mrz_row_measure(const tc_image *page, const tc_mrz_row *r, tc_mrz_run *found)
{
  found->top = r->bottom;
  found->bottom = r->top;
  for (int y = r->top; y < r->bottom; y++)
    for (int x = found->left; x < found->right; x++)
      if (tc_mrz_row_is_ink(page, r, x, y)) {
        found->top = least(found->top, y);
        found->bottom = most(found->bottom, y + 1);
      }
}

bool tc_mrz_row_has_ink(const tc_image *page, const tc_mrz_row *r, int x)
{
  for (int y = r->top; y < r->bottom; y++)
    if (tc_mrz_row_is_ink(page, r, x, y))
      return true;
  return false;
}

static void find_runs(const tc_image *page, tc_mrz_row *r)
{
  for (int x = r->left; x < r->right && r->count < TC_MRZ_RUNS_MAX; x++) {
    if (!tc_mrz_row_has_ink(page, r, x))
      continue;
    tc_mrz_run found = {.left = x};
    while (x < r->right && tc_mrz_row_has_ink(page, r, x))
      x++;
    found.right = x;
    tc_mrz_row_measure(page, r, &found);
    r->runs[r->count++] = found;
  }
}

static void drop_specks(tc_mrz_row *r)
{
  double heights[TC_MRZ_RUNS_MAX];
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
static void find_slope(tc_mrz_row *r)
{
  double n = 0;
  double sum_x = 0;
  double sum_y = 0;
  double sum_xx = 0;
  double sum_xy = 0;
  for (int i = 0; i < r->count; i++) {
    const tc_mrz_run *c = &r->runs[i];
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

void tc_mrz_row_set_ink(const tc_image *page, tc_mrz_row *r)
{
  int darkest = WHITE;
  for (int y = r->top; y < r->bottom; y++)
    for (int x = r->left; x < r->right; x++)
      darkest = least(darkest, tc_image_row(page, y)[x]);
  r->ink = darkest + (int)((WHITE - darkest) * INK);
}

void tc_mrz_row_look(const tc_image *page, tc_box line, tc_mrz_row *out)
{
  out->top = most(0, (int)(line.y - ABOVE * line.height));
  out->bottom = least(tc_image_height(page), (int)(line.y + (1 + ABOVE) * line.height));
  out->left = most(0, (int)(line.x - BESIDE * line.height));
  out->right = least(tc_image_width(page), (int)(line.x + line.width + BESIDE * line.height));
  tc_mrz_row_set_ink(page, out);
  find_runs(page, out);
  drop_specks(out);
  find_slope(out);
}

/* ---- The grid ---- */

typedef struct grid {
  double pitch, origin; /* the middle of cell k is origin + k · pitch */
  int on;               /* characters that stand on it */
} grid;

static double middle(const tc_mrz_run *r) { return (r->left + r->right) / 2.0; }

static double off_grid(const tc_mrz_grid *g, double x)
{
  const double cell = (x - g->origin) / g->pitch;
  return fabs(cell - round(cell)); /* in pitches */
}

/* The line of least squares through the characters that stand near the grid. */
static tc_mrz_grid fit(const tc_mrz_grid *start, const double *xs, int count)
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
    return (tc_mrz_grid){.on = 0};
  tc_mrz_grid fitted = {.pitch = (n * sum_kx - sum_k * sum_x) / spread};
  fitted.origin = (sum_x - fitted.pitch * sum_k) / n;
  for (int i = 0; i < count && fitted.pitch > 0; i++)
    fitted.on += off_grid(&fitted, xs[i]) < WITHIN ? 1 : 0;
  return fitted;
}

/* The pitch is the usual step from one character to the next, in any line; the origin the character that most others
   agree with. */
tc_mrz_grid tc_mrz_grid_find(const tc_mrz_row rows[TC_MRZ_LINES])
{
  double xs[TC_MRZ_LINES * TC_MRZ_RUNS_MAX];
  double steps[TC_MRZ_LINES * TC_MRZ_RUNS_MAX];
  int count = 0;
  int step_count = 0;
  tc_mrz_grid best = {.on = 0};
  for (int l = 0; l < TC_MRZ_LINES; l++)
    for (int i = 0; i < rows[l].count; i++) {
      xs[count++] = middle(&rows[l].runs[i]);
      if (i > 0)
        steps[step_count++] = xs[count - 1] - xs[count - 2];
    }
  const double pitch = median(steps, step_count);
  for (int i = 0; i < count && pitch >= PITCH_LEAST; i += 3) {
    const tc_mrz_grid start = {.pitch = pitch, .origin = xs[i]};
    const tc_mrz_grid fitted = fit(&start, xs, count);
    if (fitted.on > best.on)
      best = fitted;
  }
  return best;
}

/* Lines that have a character in the column. */
static int lines_with(const tc_mrz_grid *g, const tc_mrz_row rows[TC_MRZ_LINES], int column)
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
bool tc_mrz_grid_first(const tc_mrz_grid *g, const tc_mrz_row rows[TC_MRZ_LINES], int *first)
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
int tc_mrz_grid_columns(const tc_mrz_grid *g, const tc_mrz_row *r, int first)
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
