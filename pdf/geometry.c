#include "pdf/geometry.h"

#include <math.h>

tc_pdf_matrix tc_pdf_matrix_identity(void) { return (tc_pdf_matrix){1, 0, 0, 1, 0, 0}; }

tc_pdf_matrix tc_pdf_matrix_scale(double x, double y) { return (tc_pdf_matrix){x, 0, 0, y, 0, 0}; }

tc_pdf_matrix tc_pdf_matrix_move(double x, double y) { return (tc_pdf_matrix){1, 0, 0, 1, x, y}; }

tc_pdf_matrix tc_pdf_matrix_then(tc_pdf_matrix first, tc_pdf_matrix second)
{
  const tc_pdf_matrix m = first, n = second;
  return (tc_pdf_matrix){m.a * n.a + m.b * n.c, m.a * n.b + m.b * n.d,       m.c * n.a + m.d * n.c,
                         m.c * n.b + m.d * n.d, m.e * n.a + m.f * n.c + n.e, m.e * n.b + m.f * n.d + n.f};
}

tc_pdf_point tc_pdf_matrix_apply(tc_pdf_matrix m, tc_pdf_point p)
{
  return (tc_pdf_point){m.a * p.x + m.c * p.y + m.e, m.b * p.x + m.d * p.y + m.f};
}

bool tc_pdf_matrix_invert(tc_pdf_matrix m, tc_pdf_matrix *out)
{
  double determinant = m.a * m.d - m.b * m.c;
  if (!isfinite(determinant) || fabs(determinant) < 1e-12)
    return false;
  tc_pdf_matrix inverse = {m.d / determinant, -m.b / determinant, -m.c / determinant, m.a / determinant, 0, 0};
  inverse.e = -(m.e * inverse.a + m.f * inverse.c);
  inverse.f = -(m.e * inverse.b + m.f * inverse.d);
  *out = inverse;
  return true;
}

tc_pdf_rect tc_pdf_matrix_unit_bounds(tc_pdf_matrix m)
{
  return (tc_pdf_rect){.left = m.e + fmin(m.a, 0) + fmin(m.c, 0),
                       .right = m.e + fmax(m.a, 0) + fmax(m.c, 0),
                       .bottom = m.f + fmin(m.b, 0) + fmin(m.d, 0),
                       .top = m.f + fmax(m.b, 0) + fmax(m.d, 0)};
}

tc_pdf_matrix tc_pdf_matrix_exif(int orientation)
{
  static const tc_pdf_matrix turns[] = {
      {1, 0, 0, 1, 0, 0},   {-1, 0, 0, 1, 1, 0}, {-1, 0, 0, -1, 1, 1}, {1, 0, 0, -1, 0, 1},
      {0, -1, -1, 0, 1, 1}, {0, -1, 1, 0, 0, 1}, {0, 1, 1, 0, 0, 0},   {0, 1, -1, 0, 1, 0},
  };
  return turns[orientation >= 1 && orientation <= 8 ? orientation - 1 : 0];
}

tc_pdf_matrix tc_pdf_matrix_turn(int degrees)
{
  switch (degrees) {
  case 90:
    return tc_pdf_matrix_exif(6);
  case 180:
    return tc_pdf_matrix_exif(3);
  case 270:
    return tc_pdf_matrix_exif(8);
  default:
    return tc_pdf_matrix_identity();
  }
}
