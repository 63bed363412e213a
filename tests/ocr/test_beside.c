#include "ocr/beside.h"

#include "tests/tc_test.h"

#include <math.h>

enum { WIDTH = 400, HEIGHT = 60 };
static const tc_box span = {100, 10, 100, 40};
static const tc_box region = {20, 5, 360, 50};

/* A white page with black rectangles. */
static tc_image *page_with(const tc_box *ink, size_t count)
{
  tc_error err = {0};
  tc_image *page = NULL;
  const tc_image_shape shape = {TC_PIXEL_BILEVEL, WIDTH, HEIGHT, 300, 300};
  assert_ok(tc_image_create(&shape, &page, &err), err);
  for (size_t i = 0; i < count; i++)
    for (int y = (int)ink[i].y; y < ink[i].y + ink[i].height; y++)
      for (int x = (int)ink[i].x; x < ink[i].x + ink[i].width; x++)
        tc_image_row_mutable(page, y)[x >> 3] |= (uint8_t)(0x80 >> (x & 7));
  return page;
}

static void test_print_beside__words_alone_have_nothing_beside(void **state)
{
  (void)state;
  const tc_box words[] = {{100, 12, 40, 36}, {150, 12, 50, 36}};
  tc_auto(tc_image) page = page_with(words, TC_ARRAY_LEN(words));
  assert_true(tc_print_beside(page, region, span) == 0);
}

static void test_print_beside__a_lost_word_counts_on_either_side(void **state)
{
  (void)state;
  const tc_box words[] = {{30, 12, 40, 36}, {100, 12, 100, 36}, {240, 12, 60, 36}};
  tc_auto(tc_image) page = page_with(words, TC_ARRAY_LEN(words));
  assert_true(fabs(tc_print_beside(page, region, span) - 2.5) < 0.01); /* 40 and 60 pixels, of 40 a height */
}

static void test_print_beside__letters_near_each_other_are_one_word(void **state)
{
  (void)state;
  const tc_box words[] = {{100, 12, 100, 36}, {240, 12, 8, 36}, {251, 12, 8, 36}, {262, 12, 8, 36}};
  tc_auto(tc_image) page = page_with(words, TC_ARRAY_LEN(words));
  assert_true(tc_print_beside(page, region, span) > 0.7);
}

static void test_print_beside__a_digit_one_counts(void **state)
{
  (void)state;
  const tc_box words[] = {{100, 12, 100, 36}, {220, 12, 6, 30}};
  tc_auto(tc_image) page = page_with(words, TC_ARRAY_LEN(words));
  assert_true(tc_print_beside(page, region, span) > 0);
}

static void test_print_beside__colons_dots_and_rules_do_not_count(void **state)
{
  (void)state;
  const tc_box marks[] = {{80, 20, 6, 6},    {80, 40, 6, 6},  {230, 44, 5, 5},
                          {260, 46, 100, 2}, {370, 8, 2, 44}, {100, 12, 100, 36}};
  tc_auto(tc_image) page = page_with(marks, TC_ARRAY_LEN(marks));
  assert_true(tc_print_beside(page, region, span) == 0);
}

static void test_print_beside__places_outside_of_the_page_are_empty(void **state)
{
  (void)state;
  tc_auto(tc_image) page = page_with(NULL, 0);
  assert_true(tc_print_beside(page, (tc_box){-50, -20, 900, 200}, (tc_box){-10, -5, 500, 100}) == 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_print_beside__words_alone_have_nothing_beside),
      cmocka_unit_test(test_print_beside__a_lost_word_counts_on_either_side),
      cmocka_unit_test(test_print_beside__letters_near_each_other_are_one_word),
      cmocka_unit_test(test_print_beside__a_digit_one_counts),
      cmocka_unit_test(test_print_beside__colons_dots_and_rules_do_not_count),
      cmocka_unit_test(test_print_beside__places_outside_of_the_page_are_empty),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
