#include "pipeline/part.h"
#include "tests/tc_test.h"

#include <math.h>
#include <string.h>

enum { SIDE = 400, DPI = 254, INK = 7 }; /* ten pixels to a millimetre */

static void new_picture(tc_image **out)
{
  tc_error err = {0};
  const tc_image_shape shape = {TC_PIXEL_GREY8, SIDE, SIDE, DPI, DPI};
  assert_ok(tc_image_create(&shape, out, &err), err);
  for (int y = 0; y < SIDE; y++)
    memset(tc_image_row_mutable(*out, y), INK, SIDE);
}

/* A square on its corner: of its box, what lies more than a millimetre from it is another's. */
static void test_part__shows_the_card_and_nothing_of_its_neighbours(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) picture = NULL;
  tc_auto(tc_image) cut = NULL;
  const tc_quad outline = {{{200, 100}, {300, 200}, {200, 300}, {100, 200}}};
  new_picture(&picture);
  const tc_part part = tc_part_around(&outline, tc_image_shape_of(picture));
  assert_true(part.left == 60 && part.top == 60 && part.width == 280 && part.height == 280);
  assert_ok(tc_part_cut(picture, &part, &cut, &err), err);
  assert_true(tc_image_width(cut) == 280 && tc_image_height(cut) == 280);
  assert_true(tc_image_shape_of(cut)->dpi_x > 253);
  const tc_quad own = tc_part_outline(&part);
  assert_true(own.corner[0].x == 140 && own.corner[0].y == 40);
  int shown = 0;
  for (int y = 0; y < 280; y++)
    for (int x = 0; x < 280; x++) {
      const double off = (fabs(x + 0.5 - 140) + fabs(y + 0.5 - 140) - 100) / sqrt(2); /* pixels from the outline */
      const int value = tc_image_row(cut, y)[x];
      if (off < 9)
        assert_int_equal(value, INK);
      if (off > 12)
        assert_int_equal(value, 255);
      shown += value == INK;
    }
  assert_true(shown > 100 * 100 * 2);
}

static void test_part__at_the_edge_of_the_glass_is_cut_there(void **state)
{
  (void)state;
  tc_auto(tc_image) picture = NULL;
  const tc_quad outline = {{{-3, 5}, {396, 5}, {396, 200}, {-3, 200}}};
  new_picture(&picture);
  const tc_part part = tc_part_around(&outline, tc_image_shape_of(picture));
  assert_true(part.left == 0 && part.top == 0 && part.width == SIDE && part.height == 240);
}

static void test_part__is_the_same_after_json(void **state)
{
  (void)state;
  tc_error err = {0};
  const tc_part part = {10, 20, 300, 200, {{{12, 22}, {305.5, 25}, {303, 215}, {14, 212.5}}}};
  tc_part again;
  tc_auto(tc_json) json = tc_part_to_json(&part);
  assert_ok(tc_part_from_json(json, &again, &err), err);
  assert_true(again.left == 10 && again.top == 20 && again.width == 300 && again.height == 200);
  assert_memory_equal(&again.outline, &part.outline, sizeof part.outline);
  tc_json_set_integer(json, "left", -1);
  assert_fails(tc_part_from_json(json, &again, &err), err, TC_USAGE);
  assert_fails(tc_part_from_json(NULL, &again, &err), err, TC_USAGE);
}

static void test_part__outside_of_its_page_is_refused(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) picture = NULL;
  tc_image *cut = NULL;
  const tc_part parts[] = {{350, 0, 100, 10, {{{0}}}}, {0, 395, 10, 6, {{{0}}}}, {0, 0, 0, 5, {{{0}}}}};
  new_picture(&picture);
  for (size_t i = 0; i < TC_ARRAY_LEN(parts); i++)
    assert_fails(tc_part_cut(picture, &parts[i], &cut, &err), err, TC_USAGE);
  assert_null(cut);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_part__shows_the_card_and_nothing_of_its_neighbours),
      cmocka_unit_test(test_part__at_the_edge_of_the_glass_is_cut_there),
      cmocka_unit_test(test_part__is_the_same_after_json),
      cmocka_unit_test(test_part__outside_of_its_page_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
