#include "imaging/transform.h"

#include "tests/tc_test.h"

#include <math.h>

static double gap(tc_point a, tc_point b) { return hypot(a.x - b.x, a.y - b.y); }

static void assert_moves(const tc_transform *transform, double x, double y, double to_x, double to_y)
{
  tc_point p = tc_transform_point(transform, (tc_point){x, y});
  if (gap(p, (tc_point){to_x, to_y}) > 1e-6)
    fail_msg("(%g, %g) went to (%g, %g), not (%g, %g)", x, y, p.x, p.y, to_x, to_y);
}

static void test_transform_rotate__turns_clockwise_as_seen(void **state)
{
  (void)state;
  tc_transform quarter = tc_transform_rotate(90);
  assert_moves(&quarter, 1, 0, 0, 1); /* what points right points down */
}

static void test_transform_compose__applies_the_first_first(void **state)
{
  (void)state;
  tc_transform move = tc_transform_translate(10, 0);
  tc_transform twice = tc_transform_scale(2, 2);
  tc_transform both = tc_transform_compose(&move, &twice);
  assert_moves(&both, 1, 1, 22, 2);
}

static void test_transform_invert__round_trips(void **state)
{
  (void)state;
  tc_error err = {0};
  const tc_quad from = {{{0, 0}, {2480, 0}, {2480, 3508}, {0, 3508}}};
  const tc_quad to = {{{310, 205}, {2700, 420}, {2500, 3600}, {120, 3300}}};
  tc_transform there, back;
  assert_ok(tc_transform_from_quads(&from, &to, &there, &err), err);
  assert_ok(tc_transform_invert(&there, &back, &err), err);
  for (int i = 0; i < 4; i++)
    assert_moves(&there, from.corner[i].x, from.corner[i].y, to.corner[i].x, to.corner[i].y);
  for (int y = 0; y < 3508; y += 250)
    for (int x = 0; x < 2480; x += 250) {
      tc_point p = tc_transform_point(&there, (tc_point){x, y});
      assert_moves(&back, p.x, p.y, x, y);
    }
}

static void test_transform_invert__refuses_a_singular_one(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_transform flat = tc_transform_scale(1, 0);
  tc_transform out;
  assert_fails(tc_transform_invert(&flat, &out, &err), err, TC_USAGE);
}

static void test_transform_from_quads__refuses_corners_on_a_line(void **state)
{
  (void)state;
  tc_error err = {0};
  const tc_quad square = {{{0, 0}, {1, 0}, {1, 1}, {0, 1}}};
  const tc_quad line = {{{0, 0}, {1, 1}, {2, 2}, {3, 3}}};
  const tc_quad wrong = {{{0, 0}, {NAN, 0}, {1, 1}, {0, 1}}};
  tc_transform out;
  assert_fails(tc_transform_from_quads(&square, &line, &out, &err), err, TC_USAGE);
  assert_fails(tc_transform_from_quads(&line, &square, &out, &err), err, TC_USAGE);
  assert_fails(tc_transform_from_quads(&square, &wrong, &out, &err), err, TC_USAGE);
}

/* TIFF 6.0, tag Orientation: where the upright page's top left corner lies in a file of 30 × 20. */
static void test_transform_exif__knows_all_eight(void **state)
{
  (void)state;
  static const struct {
    int orientation;
    double x, y;             /* the upright top left, in the file */
    double right_x, right_y; /* one to the right on the upright page, in the file */
  } rows[] = {{1, 0, 0, 1, 0}, {2, 30, 0, -1, 0}, {3, 30, 20, -1, 0}, {4, 0, 20, 1, 0},
              {5, 0, 0, 0, 1}, {6, 0, 20, 0, -1}, {7, 30, 20, 0, -1}, {8, 30, 0, 0, 1}};
  for (size_t i = 0; i < TC_ARRAY_LEN(rows); i++) {
    tc_transform t = tc_transform_exif(rows[i].orientation, 30, 20);
    assert_moves(&t, 0, 0, rows[i].x, rows[i].y);
    assert_moves(&t, 1, 0, rows[i].x + rows[i].right_x, rows[i].y + rows[i].right_y);
    assert_true(tc_transform_is_rectilinear(&t));
  }
}

static void test_transform_turns__go_back_to_the_image_before(void **state)
{
  (void)state;
  tc_transform one = tc_transform_turns(1, 30, 20); /* the turned image is 20 × 30 */
  tc_transform two = tc_transform_turns(2, 30, 20);
  tc_transform three = tc_transform_turns(3, 30, 20);
  assert_moves(&one, 0, 0, 0, 20);
  assert_moves(&one, 20, 0, 0, 0);
  assert_moves(&two, 0, 0, 30, 20);
  assert_moves(&three, 0, 0, 30, 0);
  assert_moves(&three, 20, 30, 0, 20);
}

static void test_transform_is_rectilinear__tells_copies_from_interpolations(void **state)
{
  (void)state;
  tc_transform half = tc_transform_scale(0.5, 2);
  tc_transform tilted = tc_transform_rotate(0.1);
  assert_true(tc_transform_is_rectilinear(&half));
  assert_false(tc_transform_is_rectilinear(&tilted));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_transform_rotate__turns_clockwise_as_seen),
      cmocka_unit_test(test_transform_compose__applies_the_first_first),
      cmocka_unit_test(test_transform_invert__round_trips),
      cmocka_unit_test(test_transform_invert__refuses_a_singular_one),
      cmocka_unit_test(test_transform_from_quads__refuses_corners_on_a_line),
      cmocka_unit_test(test_transform_exif__knows_all_eight),
      cmocka_unit_test(test_transform_turns__go_back_to_the_image_before),
      cmocka_unit_test(test_transform_is_rectilinear__tells_copies_from_interpolations),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
