#include "imaging/bend.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

bool tc_bend_init(double width, double height, double cell, tc_bend *out, tc_error *err)
{
  tc_bend bend = {.columns = (int)ceil(width / cell) + 1, .rows = (int)ceil(height / cell) + 1, .cell = cell};
  bend.by = calloc((size_t)bend.columns * (size_t)bend.rows, sizeof *bend.by);
  if (bend.by == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the bend of a page");
  *out = bend;
  return true;
}

bool tc_bend_copy(const tc_bend *bend, tc_bend *out, tc_error *err)
{
  const size_t nodes = (size_t)bend->columns * (size_t)bend->rows;
  tc_bend copy = *bend;
  if (nodes == 0) {
    *out = (tc_bend){0};
    return true;
  }
  copy.by = calloc(nodes, sizeof *copy.by);
  if (copy.by == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the bend of a page");
  memcpy(copy.by, bend->by, nodes * sizeof *copy.by);
  *out = copy;
  return true;
}

void tc_bend_finish(tc_bend *bend)
{
  free(bend->by);
  *bend = (tc_bend){0};
}

/* The node before `at` and how far behind it that is, 0 … 1. NaN is taken for 0. */
static int node_before(double at, int nodes, double *share)
{
  const double within = at > 0 ? fmin(at, nodes - 1) : 0;
  const int node = (int)fmin(within, fmax(0, nodes - 2));
  *share = within - node;
  return node;
}

static double between(double a, double b, double share) { return a + (b - a) * share; }

tc_point tc_bend_point(const tc_bend *bend, tc_point flat)
{
  if (bend->columns == 0)
    return flat;
  double right, down;
  const int column = node_before(flat.x / bend->cell, bend->columns, &right);
  const int row = node_before(flat.y / bend->cell, bend->rows, &down);
  const int beside = bend->columns > 1 ? 1 : 0;
  const tc_point *above = bend->by + (ptrdiff_t)row * bend->columns + column;
  const tc_point *below = above + (bend->rows > 1 ? bend->columns : 0);
  const double x =
      between(between(above[0].x, above[beside].x, right), between(below[0].x, below[beside].x, right), down);
  const double y =
      between(between(above[0].y, above[beside].y, right), between(below[0].y, below[beside].y, right), down);
  return (tc_point){flat.x + x, flat.y + y};
}
