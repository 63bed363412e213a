/*
 * Cubic B-splines along the lines, straight pieces from line to line. Least squares over the measured slopes, each
 * counted less the farther it lies off the fit (Cauchy's weights), with what sheets of paper do as the prior: they bend
 * little over a tenth of their width, and from line to line nearly alike. So a place without text takes the shape of
 * its neighbours, and a page without text none. Slopes fix a line but for its height: the mean along it is made 0.
 */
#include "imaging/surface.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

enum { COLUMNS = TC_SURFACE_COLUMNS, ROWS = TC_SURFACE_ROWS, TERMS = TC_SURFACE_TERMS, PIECES = COLUMNS - 3 };
enum { ROUNDS = 4, LEAST_SLOPES = 12, TOUCHED = 8 };

static const double slope_noise = 0.02;  /* deviation of a good measurement */
static const double bend_across = 0.016; /* of the width: deviations of second differences of terms along a line, … */
static const double bend_down = 0.003;   /* … of those from line to line, … */
static const double change_down = 0.02;  /* … of first differences from line to line, … */
static const double size_of_all = 0.3;   /* … and of the terms themselves */

typedef struct equations {
  double matrix[TERMS][TERMS]; /* the lower half is used */
  double right[TERMS];
} equations;

static void equations_free(equations *s) { free(s); }
TC_AUTO_POINTER(equations, equations_free);

/* Values (slopes: derivatives) of the four splines that are not 0 at `at` pieces. Returns the first one's number. */
static int splines_at(double at, bool slopes, double out[4])
{
  const double inside = fmin(fmax(at, 0), PIECES);
  const int first = (int)fmin(inside, PIECES - 1);
  const double t = inside - first;
  const double u = 1 - t;
  if (slopes) {
    out[0] = -u * u / 2;
    out[1] = (3 * t * t - 4 * t) / 2;
    out[2] = (-3 * t * t + 2 * t + 1) / 2;
    out[3] = t * t / 2;
  } else {
    out[0] = u * u * u / 6;
    out[1] = (3 * t * t * t - 6 * t * t + 4) / 6;
    out[2] = (-3 * t * t * t + 3 * t * t + 3 * t + 1) / 6;
    out[3] = t * t * t / 6;
  }
  return first;
}

/* The terms that make the value (or the slope) at a place, and by how much. */
typedef struct touched {
  int term[TOUCHED];
  double by[TOUCHED];
} touched;

static touched touched_at(const tc_surface *s, double x, double y, bool slopes)
{
  double along[4];
  touched out;
  const int column = splines_at(x / s->width * PIECES, slopes, along);
  const double down = fmin(fmax(y / s->height, 0), 1) * (ROWS - 1);
  const int row = (int)fmin(down, ROWS - 2);
  const double share = down - row;
  const double scale = slopes ? PIECES / s->width : 1;
  for (int i = 0; i < TOUCHED; i++) {
    out.term[i] = (row + i / 4) * COLUMNS + column + i % 4;
    out.by[i] = along[i % 4] * scale * (i < 4 ? 1 - share : share);
  }
  return out;
}

static double value_of(const tc_surface *s, const touched *at)
{
  double sum = 0;
  for (int i = 0; i < TOUCHED; i++)
    sum += s->term[at->term[i]] * at->by[i];
  return sum;
}

/* One more equation: the terms by their shares are `value`. */
static void add_equation(equations *s, const int *terms, const double *by, int count, double value, double weight)
{
  for (int i = 0; i < count; i++) {
    s->right[terms[i]] += weight * by[i] * value;
    for (int j = 0; j < count; j++)
      s->matrix[terms[i]][terms[j]] += weight * by[i] * by[j];
  }
}

static double weight_of(double deviation) { return 1 / (deviation * deviation); }

static void add_prior(equations *s, double width)
{
  static const double twice[3] = {1, -2, 1};
  static const double once[2] = {1, -1};
  for (int row = 0; row < ROWS; row++)
    for (int column = 0; column < COLUMNS; column++) {
      const int at = row * COLUMNS + column;
      const int across[3] = {at, at + 1, at + 2};
      const int down[3] = {at, at + COLUMNS, at + 2 * COLUMNS};
      add_equation(s, across, once, 1, 0, weight_of(size_of_all * width));
      if (column + 2 < COLUMNS)
        add_equation(s, across, twice, 3, 0, weight_of(bend_across * width));
      if (row + 2 < ROWS)
        add_equation(s, down, twice, 3, 0, weight_of(bend_down * width));
      if (row + 1 < ROWS)
        add_equation(s, down, once, 2, 0, weight_of(change_down * width));
    }
}

/* Cholesky's way; false where the matrix is not positive. */
static bool solve(equations *s, double out[TERMS])
{
  for (int i = 0; i < TERMS; i++)
    for (int j = 0; j <= i; j++) {
      double sum = s->matrix[i][j];
      for (int k = 0; k < j; k++)
        sum -= s->matrix[i][k] * s->matrix[j][k];
      if (i == j && !(sum > 0))
        return false;
      s->matrix[i][j] = i == j ? sqrt(sum) : sum / s->matrix[j][j];
    }
  for (int i = 0; i < TERMS; i++) {
    double sum = s->right[i];
    for (int k = 0; k < i; k++)
      sum -= s->matrix[i][k] * out[k];
    out[i] = sum / s->matrix[i][i];
  }
  for (int i = TERMS - 1; i >= 0; i--) {
    double sum = out[i];
    for (int k = i + 1; k < TERMS; k++)
      sum -= s->matrix[k][i] * out[k];
    out[i] = sum / s->matrix[i][i];
  }
  return true;
}

/* The mean of what the splines of a row make is the mean of their terms, the outer ones counted less. */
static void take_means(tc_surface *s)
{
  for (int row = 0; row < ROWS; row++) {
    double *terms = s->term + (ptrdiff_t)row * COLUMNS;
    enum { SAMPLES = 64 };
    double mean = 0;
    for (int i = 0; i < SAMPLES; i++) {
      double along[4];
      const int first = splines_at((i + 0.5) / SAMPLES * PIECES, false, along);
      for (int k = 0; k < 4; k++)
        mean += along[k] * terms[first + k] / SAMPLES;
    }
    for (int column = 0; column < COLUMNS; column++)
      terms[column] -= mean; /* the splines sum up to 1 everywhere */
  }
}

bool tc_surface_fit(const tc_slopes *slopes, double width, double height, bool *out_found, tc_surface *out,
                    tc_error *err)
{
  tc_surface surface = {.width = width, .height = height};
  tc_auto(equations) s = calloc(1, sizeof *s);
  *out_found = false;
  if (s == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the surface of a page");
  if (slopes->count < LEAST_SLOPES)
    return true;
  for (int round = 0; round < ROUNDS; round++) {
    memset(s, 0, sizeof *s);
    add_prior(s, width);
    for (int i = 0; i < slopes->count; i++) {
      const tc_slope *one = &slopes->items[i];
      const touched at = touched_at(&surface, one->x, one->y, true);
      const double off = round > 0 ? (one->slope - value_of(&surface, &at)) / (2 * slope_noise) : 0;
      add_equation(s, at.term, at.by, TOUCHED, one->slope, one->weight * weight_of(slope_noise) / (1 + off * off));
    }
    if (!solve(s, surface.term))
      return true;
  }
  take_means(&surface);
  *out = surface;
  *out_found = true;
  return true;
}

double tc_surface_at(const tc_surface *surface, double x, double y)
{
  const touched at = touched_at(surface, x, y, false);
  return value_of(surface, &at);
}

/* The slopes measured around a row of the surface: from where to where, and how many they weigh. */
static double extent(const tc_slopes *slopes, double y, double reach, double *from, double *to)
{
  double weight = 0;
  *from = INFINITY;
  *to = -INFINITY;
  for (int i = 0; i < slopes->count; i++) {
    const tc_slope *one = &slopes->items[i];
    if (fabs(one->y - y) > reach || one->weight < 0.2)
      continue;
    weight += one->weight;
    *from = fmin(*from, one->x);
    *to = fmax(*to, one->x);
  }
  return weight;
}

static double bend_of_line(const tc_surface *surface, double y, double from, double to)
{
  enum { SAMPLES = 32 };
  double value[SAMPLES];
  double sum = 0, tilt = 0, squares = 0;
  for (int i = 0; i < SAMPLES; i++) {
    const double t = (double)i / (SAMPLES - 1) - 0.5;
    value[i] = tc_surface_at(surface, from + (t + 0.5) * (to - from), y);
    sum += value[i] / SAMPLES;
    tilt += value[i] * t;
    squares += t * t;
  }
  double most = 0;
  for (int i = 0; i < SAMPLES; i++)
    most = fmax(most, fabs(value[i] - sum - tilt / squares * ((double)i / (SAMPLES - 1) - 0.5)));
  return most;
}

double tc_surface_bend(const tc_surface *surface, const tc_slopes *slopes)
{
  const double enough = 4; /* whole slopes */
  const double long_enough = 0.3 * surface->width;
  double most = 0;
  for (int row = 0; row < ROWS; row++) {
    const double y = surface->height * row / (ROWS - 1);
    double from, to;
    const double weight = extent(slopes, y, surface->height / (ROWS - 1) / 2, &from, &to);
    if (weight >= enough && to - from >= long_enough)
      most = fmax(most, bend_of_line(surface, y, from, to));
  }
  return most;
}
