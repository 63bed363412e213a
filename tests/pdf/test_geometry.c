#include "pdf/geometry.h"

#include "tests/tc_test.h"

#include <math.h>

static void assert_point(tc_pdf_matrix m, double x, double y, double to_x, double to_y)
{
  tc_pdf_point p = tc_pdf_matrix_apply(m, (tc_pdf_point){x, y});
  assert_true(fabs(p.x - to_x) < 1e-9);
  assert_true(fabs(p.y - to_y) < 1e-9);
}

/* CIPA DC-008, orientation: where the stored image's top left and top right corners are shown (y up). */
static void test_geometry__exif_turns_corners(void **state)
{
  (void)state;
  static const double shown[8][4] = {{0, 1, 1, 1}, {1, 1, 0, 1}, {1, 0, 0, 0}, {0, 0, 1, 0},
                                     {0, 1, 0, 0}, {1, 1, 1, 0}, {1, 0, 1, 1}, {0, 0, 0, 1}};
  for (int i = 0; i < 8; i++) {
    assert_point(tc_pdf_matrix_exif(i + 1), 0, 1, shown[i][0], shown[i][1]);
    assert_point(tc_pdf_matrix_exif(i + 1), 1, 1, shown[i][2], shown[i][3]);
  }
  assert_point(tc_pdf_matrix_exif(0), 0.25, 0.75, 0.25, 0.75);
  assert_point(tc_pdf_matrix_exif(9), 0.25, 0.75, 0.25, 0.75);
}

static void test_geometry__invert_undoes(void **state)
{
  (void)state;
  tc_pdf_matrix m = {3, 1, -2, 5, 7, 11}, inverse, sentinel = {1, 2, 3, 4, 5, 6};
  assert_true(tc_pdf_matrix_invert(m, &inverse));
  assert_point(tc_pdf_matrix_then(m, inverse), 13, 17, 13, 17);
  assert_false(tc_pdf_matrix_invert((tc_pdf_matrix){1, 2, 2, 4, 0, 0}, &sentinel));
  assert_true(sentinel.f == 6);
}

static void test_geometry__bounds_hold_all_corners(void **state)
{
  (void)state;
  tc_pdf_rect r = tc_pdf_matrix_unit_bounds((tc_pdf_matrix){0, -4, 6, 0, 10, 20});
  assert_true(r.left == 10 && r.right == 16 && r.bottom == 16 && r.top == 20);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_geometry__exif_turns_corners),
      cmocka_unit_test(test_geometry__invert_undoes),
      cmocka_unit_test(test_geometry__bounds_hold_all_corners),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
