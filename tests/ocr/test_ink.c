#include "tests/ocr/drawn_page.h"

#include "ocr/ink.h"

static void test_ink__parts_touch_by_corners(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) page = NULL;
  tc_auto(tc_ink) ink = NULL;
  drawn_page(100, 60, &page);
  drawn_box(page, 10, 10, 5, 5);
  drawn_box(page, 15, 15, 5, 5); /* a corner touches */
  drawn_box(page, 21, 20, 5, 5); /* a pixel apart */
  assert_ok(tc_ink_create(page, &ink, &err), err);
  assert_int_equal(ink->part_count, 2);
  const tc_ink_part *first = &ink->parts[0];
  assert_int_equal(first->left, 10);
  assert_int_equal(first->top, 10);
  assert_int_equal(first->right, 20);
  assert_int_equal(first->bottom, 20);
  assert_int_equal(first->area, 50);
}

/* Two arms are two parts until the bar below joins them. */
static void test_ink__arms_that_meet_later_are_one_part(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) page = NULL;
  tc_auto(tc_ink) ink = NULL;
  drawn_page(67, 40, &page);
  drawn_box(page, 3, 2, 4, 20);
  drawn_box(page, 60, 2, 7, 20);
  drawn_box(page, 3, 22, 64, 3);
  drawn_box(page, 30, 5, 6, 6);
  assert_ok(tc_ink_create(page, &ink, &err), err);
  assert_int_equal(ink->part_count, 2);
  assert_int_equal(ink->parts[0].area, 4 * 20 + 7 * 20 + 64 * 3);
  assert_int_equal(tc_ink_at(ink, 66, 3), tc_ink_at(ink, 3, 3));
  assert_int_equal(tc_ink_at(ink, 32, 7), 1);
  assert_true(tc_ink_at(ink, 20, 7) == TC_NO_PART);
  assert_true(tc_ink_at(ink, 3, 40) == TC_NO_PART);
}

static void test_ink__of_a_white_page(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) page = NULL;
  tc_auto(tc_ink) ink = NULL;
  drawn_page(9, 9, &page);
  assert_ok(tc_ink_create(page, &ink, &err), err);
  assert_int_equal(ink->part_count, 0);
  assert_int_equal(ink->rows[9], 0);
}

static void test_ink__noise_is_a_limit(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) page = NULL;
  tc_auto(tc_ink) ink = NULL;
  drawn_page(8192, 4096, &page);
  for (int y = 0; y < 4096; y++)
    memset(tc_image_row_mutable(page, y), 0x55, 1024);
  assert_false(tc_ink_create(page, &ink, &err));
  assert_int_equal(err.code, TC_LIMIT);
  assert_null(ink);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ink__parts_touch_by_corners), cmocka_unit_test(test_ink__arms_that_meet_later_are_one_part),
      cmocka_unit_test(test_ink__of_a_white_page), cmocka_unit_test(test_ink__noise_is_a_limit)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
