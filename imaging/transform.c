#include "imaging/transform.h"

#include <assert.h>
#include <math.h>
#include <string.h>

tc_transform tc_transform_identity(void) { return (tc_transform){{1, 0, 0, 0, 1, 0, 0, 0, 1}}; }
tc_transform tc_transform_translate(double dx, double dy) { return (tc_transform){{1, 0, dx, 0, 1, dy, 0, 0, 1}}; }
tc_transform tc_transform_scale(double sx, double sy) { return (tc_transform){{sx, 0, 0, 0, sy, 0, 0, 0, 1}}; }

tc_transform tc_transform_rotate(double degrees)
{
  double c = cos(degrees * M_PI / 180);
  double s = sin(degrees * M_PI / 180);
  return (tc_transform){{c, -s, 0, s, c, 0, 0, 0, 1}}; /* y points down: this turns clockwise as seen */
}

tc_transform tc_transform_compose(const tc_transform *first, const tc_transform *second)
{
  tc_transform out = {{0}};
  for (int row = 0; row < 3; row++)
    for (int column = 0; column < 3; column++)
      for (int k = 0; k < 3; k++)
        out.m[row * 3 + column] += second->m[row * 3 + k] * first->m[k * 3 + column];
  return out;
}

bool tc_transform_invert(const tc_transform *transform, tc_transform *out, tc_error *err)
{
  const double *m = transform->m;
  double a = m[4] * m[8] - m[5] * m[7];
  double b = m[5] * m[6] - m[3] * m[8];
  double c = m[3] * m[7] - m[4] * m[6];
  double determinant = m[0] * a + m[1] * b + m[2] * c;
  if (!isfinite(determinant) || fabs(determinant) < 1e-18)
    return tc_fail(err, TC_USAGE, "the transform is singular");
  double f = 1 / determinant;
  *out = (tc_transform){{a * f, (m[2] * m[7] - m[1] * m[8]) * f, (m[1] * m[5] - m[2] * m[4]) * f, b * f,
                         (m[0] * m[8] - m[2] * m[6]) * f, (m[2] * m[3] - m[0] * m[5]) * f, c * f,
                         (m[1] * m[6] - m[0] * m[7]) * f, (m[0] * m[4] - m[1] * m[3]) * f}};
  return true;
}

/* From the unit square (0,0) (1,0) (1,1) (0,1) to the quad: P. Heckbert, Fundamentals of Texture Mapping, 1989. */
static bool from_square(const tc_quad *quad, tc_transform *out, tc_error *err)
{
  const tc_point *p = quad->corner;
  double dx1 = p[1].x - p[2].x;
  double dx2 = p[3].x - p[2].x;
  double dy1 = p[1].y - p[2].y;
  double dy2 = p[3].y - p[2].y;
  double sx = p[0].x - p[1].x + p[2].x - p[3].x;
  double sy = p[0].y - p[1].y + p[2].y - p[3].y;
  double determinant = dx1 * dy2 - dx2 * dy1;
  if (!isfinite(determinant) || !isfinite(sx) || !isfinite(sy) || fabs(determinant) < 1e-9)
    return tc_fail(err, TC_USAGE, "three corners of a quadrilateral lie on a line");
  double g = (sx * dy2 - dx2 * sy) / determinant;
  double h = (dx1 * sy - sx * dy1) / determinant;
  *out = (tc_transform){{p[1].x - p[0].x + g * p[1].x, p[3].x - p[0].x + h * p[3].x, p[0].x,
                         p[1].y - p[0].y + g * p[1].y, p[3].y - p[0].y + h * p[3].y, p[0].y, g, h, 1}};
  return true;
}

bool tc_transform_from_quads(const tc_quad *from, const tc_quad *to, tc_transform *out, tc_error *err)
{
  tc_transform a, b, a_inverse;
  if (!from_square(from, &a, err) || !from_square(to, &b, err) || !tc_transform_invert(&a, &a_inverse, err))
    return false;
  tc_transform both = tc_transform_compose(&a_inverse, &b);
  tc_transform unused;
  if (!tc_transform_invert(&both, &unused, err))
    return false;
  *out = both;
  return true;
}

/* TIFF 6.0, Orientation: where row 0 and column 0 of the file stand on the upright page. */
tc_transform tc_transform_exif(int orientation, int width, int height)
{
  double w = width;
  double h = height;
  switch (orientation) {
  case 2: /* row 0 top, column 0 right */
    return (tc_transform){{-1, 0, w, 0, 1, 0, 0, 0, 1}};
  case 3: /* bottom, right */
    return (tc_transform){{-1, 0, w, 0, -1, h, 0, 0, 1}};
  case 4: /* bottom, left */
    return (tc_transform){{1, 0, 0, 0, -1, h, 0, 0, 1}};
  case 5: /* left, top */
    return (tc_transform){{0, 1, 0, 1, 0, 0, 0, 0, 1}};
  case 6: /* right, top: the page is the file turned clockwise */
    return (tc_transform){{0, 1, 0, -1, 0, h, 0, 0, 1}};
  case 7: /* right, bottom */
    return (tc_transform){{0, -1, w, -1, 0, h, 0, 0, 1}};
  case 8: /* left, bottom: the page is the file turned counter-clockwise */
    return (tc_transform){{0, -1, w, 1, 0, 0, 0, 0, 1}};
  default:
    return tc_transform_identity();
  }
}

tc_transform tc_transform_turns(int turns, int width, int height)
{
  static const int orientation[4] = {1, 6, 3, 8};
  return tc_transform_exif(orientation[turns & 3], width, height);
}

tc_point tc_transform_point(const tc_transform *transform, tc_point point)
{
  const double *m = transform->m;
  double w = m[6] * point.x + m[7] * point.y + m[8];
  return (tc_point){(m[0] * point.x + m[1] * point.y + m[2]) / w, (m[3] * point.x + m[4] * point.y + m[5]) / w};
}

tc_quad tc_transform_quad(const tc_transform *transform, const tc_quad *quad)
{
  tc_quad out;
  for (int i = 0; i < 4; i++)
    out.corner[i] = tc_transform_point(transform, quad->corner[i]);
  return out;
}

tc_quad tc_transform_box(const tc_transform *transform, double x, double y, double width, double height)
{
  const tc_quad box = {{{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}}};
  return tc_transform_quad(transform, &box);
}

bool tc_transform_is_rectilinear(const tc_transform *transform)
{
  const double *m = transform->m;
  const double tiny = 1e-9;
  if (fabs(m[6]) > tiny || fabs(m[7]) > tiny)
    return false;
  return (fabs(m[1]) < tiny && fabs(m[3]) < tiny) || (fabs(m[0]) < tiny && fabs(m[4]) < tiny);
}
