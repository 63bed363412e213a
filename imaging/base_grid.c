#include "imaging/base_grid.h"

#include "imaging/sheet.h"

#include <math.h>

static const double a4_long = 11.69;    /* inches */
static const double a4_ratio = 1.41421; /* ISO 216 */

/* The capture upright, all of it. */
static void set_whole(const tc_image *capture, int orientation, tc_base *b)
{
  const tc_image_shape *shape = tc_image_shape_of(capture);
  bool sideways = orientation >= 5;
  b->width = sideways ? shape->height : shape->width;
  b->height = sideways ? shape->width : shape->height;
  b->dpi_x = sideways ? shape->dpi_y : shape->dpi_x;
  b->dpi_y = sideways ? shape->dpi_x : shape->dpi_y;
  b->to_capture = tc_transform_exif(orientation, shape->width, shape->height);
}

static double distance(tc_point a, tc_point b) { return hypot(b.x - a.x, b.y - a.y); }

/* The sheet alone: as wide and high as its longer sides; near A4 exactly A4 where only a photograph says so. `quad` is
   upright. */
static bool set_sheet(const tc_quad *quad, bool photographed, tc_base *b, tc_error *err)
{
  const tc_point *p = quad->corner;
  double width = fmax(distance(p[0], p[1]), distance(p[3], p[2]));
  double height = fmax(distance(p[0], p[3]), distance(p[1], p[2]));
  double ratio = fmax(width, height) / fmin(width, height);
  if (photographed && fabs(ratio / a4_ratio - 1) < 0.12) {
    if (height >= width)
      height = width * a4_ratio;
    else
      width = height * a4_ratio;
  }
  const tc_quad flat = {{{0, 0}, {width, 0}, {width, height}, {0, height}}};
  tc_transform to_upright;
  if (!tc_transform_from_quads(&flat, quad, &to_upright, err))
    return false;
  b->to_capture = tc_transform_compose(&to_upright, &b->to_capture);
  b->width = width;
  b->height = height;
  return true;
}

static bool order_upright(const tc_quad *in_capture, const tc_base *whole, tc_quad *out, tc_error *err)
{
  tc_transform to_upright;
  if (!tc_transform_invert(&whole->to_capture, &to_upright, err))
    return false;
  tc_quad quad = tc_transform_quad(&to_upright, in_capture);
  double twice = 0; /* mirrored orientations turn the corners' sense around */
  int first = 0;
  for (int i = 0; i < 4; i++) {
    tc_point a = quad.corner[i];
    tc_point next = quad.corner[(i + 1) % 4];
    twice += a.x * next.y - next.x * a.y;
    if (a.x + a.y < quad.corner[first].x + quad.corner[first].y)
      first = i;
  }
  for (int i = 0; i < 4; i++)
    out->corner[i] = quad.corner[(first + (twice > 0 ? i : 4 - i)) % 4];
  return true;
}

bool tc_base_find(const tc_image *capture, int orientation, const tc_clean_options *options, tc_base *b,
                  tc_clean_report *report, tc_error *err)
{
  const tc_image_shape *shape = tc_image_shape_of(capture);
  tc_quad quad;
  set_whole(capture, orientation, b);
  b->bilevel = shape->pixel == TC_PIXEL_BILEVEL;
  const bool looked_for = options->sheet == NULL && options->find_sheet && shape->pixel != TC_PIXEL_BILEVEL;
  if (looked_for && !tc_sheet_find(capture, &report->sheet_found, &quad, err))
    return false;
  tc_quad upright;
  const tc_quad *sheet = report->sheet_found ? &quad : options->sheet;
  if (sheet != NULL && (!order_upright(sheet, b, &upright, err) || !set_sheet(&upright, report->sheet_found, b, err)))
    return false;
  /* A photograph's resolution is no scanner's: with a sheet in it, it is measured. */
  bool stated = b->dpi_x > 0 && b->dpi_y > 0 && !report->sheet_found;
  if (!stated)
    b->dpi_x = b->dpi_y = fmin(1200, fmax(30, fmax(b->width, b->height) / a4_long));
  report->quality.dpi = fmin(b->dpi_x, b->dpi_y);
  report->quality.dpi_estimated = !stated;
  return true;
}
