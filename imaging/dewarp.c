/*
 * A page's bend is found from its lines of text: slopes are measured all over a small picture of the page
 * (imaging/slopes.h), a smooth surface of displacements is laid through them (imaging/surface.h), and the page is drawn
 * anew without them. What then is left is measured again, over longer distances, until nothing is. A bend is believed
 * where rows of ink and rows of paper alternate more strongly without it.
 *
 * Leptonica's dewarping (dewarp.h there) asks for many lines of nearly the page's width, as books have them, and takes
 * each for a parabola; a form has a few short lines, and beside a spine they are no parabolas.
 */
#include "imaging/dewarp.h"

#include "imaging/lept.h"
#include "imaging/light.h"
#include "imaging/resample.h"
#include "imaging/surface.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

enum { SMALL_DPI = 150, CELL = 16, ROUNDS = 6 };

const double tc_dewarp_least = 0.03;
static const double settled_inches = 0.004; /* no round is worth it for less */
static const double clearer = 1.1;          /* by how much rows must alternate more */

static bool fit(const tc_image *letters, double dpi, int reach, bool *found, tc_surface *surface, double *bend,
                tc_error *err)
{
  tc_auto(tc_slopes) slopes = {0};
  if (!tc_slopes_measure(letters, dpi, reach, &slopes, err) ||
      !tc_surface_fit(&slopes, tc_image_width(letters), tc_image_height(letters), found, surface, err))
    return false;
  *bend = *found ? tc_surface_bend(surface, &slopes) : 0;
  return true;
}

bool tc_dewarp_measure(const tc_image *letters, double dpi, double *out, tc_error *err)
{
  tc_surface surface;
  bool found;
  double bend;
  if (!fit(letters, dpi, 1, &found, &surface, &bend, err))
    return false;
  *out = bend / dpi;
  return true;
}

/* The page drawn small, without the bend, and only its letters. */
static bool draw(const tc_dewarp_page *page, const tc_bend *bend, double dpi, tc_image **out, tc_error *err)
{
  const double scale = page->dpi / dpi;
  const tc_transform grow = tc_transform_scale(scale, scale);
  const tc_transform to_grey = tc_transform_compose(&grow, page->to_grey);
  tc_auto(tc_page_map) map = NULL;
  tc_auto(tc_image) small = NULL;
  tc_auto(tc_image) binary = NULL;
  return tc_page_map_create(&to_grey, bend, &map, err) &&
         tc_grey_move(page->grey, map, (int)fmax(1, page->width / scale), (int)fmax(1, page->height / scale), &small,
                      err) &&
         tc_light_binarise(small, dpi, &binary, err) && tc_lept_keep_letters(binary, dpi, out, err);
}

/* How strongly rows alternate. */
static double clearness(const tc_image *letters)
{
  double sum = 0;
  int before = 0;
  for (int y = 0; y < tc_image_height(letters); y++) {
    const uint8_t *bits = tc_image_row(letters, y);
    int ink = 0;
    for (size_t i = 0; i < tc_image_stride(letters); i++)
      ink += __builtin_popcount(bits[i]);
    sum += (double)(ink - before) * (ink - before);
    before = ink;
  }
  return sum;
}

/* The surface was found on the page without `bend`: both after each other. */
static bool add_surface(const tc_surface *surface, tc_bend *bend, tc_error *err)
{
  tc_auto(tc_bend) before = {0};
  if (!tc_bend_copy(bend, &before, err))
    return false;
  for (int row = 0; row < bend->rows; row++)
    for (int column = 0; column < bend->columns; column++) {
      const tc_point node = {column * bend->cell, row * bend->cell};
      const tc_point on = {node.x, node.y + tc_surface_at(surface, node.x, node.y)};
      const tc_point seen = tc_bend_point(&before, on);
      bend->by[(ptrdiff_t)row * bend->columns + column] = (tc_point){seen.x - node.x, seen.y - node.y};
    }
  return true;
}

static void enlarge(tc_bend *bend, double scale)
{
  bend->cell *= scale;
  for (int i = 0; i < bend->columns * bend->rows; i++) {
    bend->by[i].x *= scale;
    bend->by[i].y *= scale;
  }
}

/* Rounds of drawing, measuring and bending; *letters is the page without the bend, *gain how much clearer its rows are.
   Returns with a gain of 0 where the page is flat. */
static bool unbend(const tc_dewarp_page *page, double dpi, tc_bend *bend, tc_image **letters, double *gain,
                   tc_error *err)
{
  static const int reaches[ROUNDS] = {1, 1, 2, 3, 4, 4};
  double before = 0;
  *gain = 0;
  for (int round = 0;; round++) {
    tc_surface surface;
    bool found;
    double left;
    tc_image_destroy(tc_steal(letters));
    if (!draw(page, bend, dpi, letters, err) || !fit(*letters, dpi, reaches[round], &found, &surface, &left, err))
      return false;
    const double after = clearness(*letters);
    if (round == 0 && (!found || left < tc_dewarp_least * dpi))
      return true;
    before = round == 0 ? after : before;
    *gain = before > 0 ? after / before : 0;
    if (!found || (round > 1 && left < settled_inches * dpi) || round + 1 == ROUNDS)
      return true;
    if (!add_surface(&surface, bend, err))
      return false;
  }
}

bool tc_dewarp_find(const tc_dewarp_page *page, tc_bend *out, tc_top *top, tc_error *err)
{
  const double dpi = fmin(page->dpi, SMALL_DPI);
  const double scale = page->dpi / dpi;
  tc_auto(tc_bend) bend = {0};
  tc_auto(tc_image) letters = NULL;
  double gain;
  if (!tc_bend_init(page->width / scale, page->height / scale, CELL, &bend, err) ||
      !unbend(page, dpi, &bend, &letters, &gain, err))
    return false;
  if (gain < clearer)
    return true;
  if (!tc_pose_find_top(letters, dpi, top, err))
    return false;
  enlarge(&bend, scale);
  *out = bend;
  bend = (tc_bend){0};
  return true;
}
