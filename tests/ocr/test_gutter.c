#include "tests/tc_test.h"

#include "ocr/gutter.h"

#include <math.h>

enum { LINE = 40, WIDTH = 2400, HEIGHT = 1700 };

static void add(tc_page *page, const char *text, double x, double y, double confidence)
{
  tc_error err = {0};
  tc_auto(tc_str) copy = NULL;
  assert_ok(tc_str_copy(text, &copy, &err), err);
  const tc_word word = {.text = copy, .confidence = confidence, .box = {x, y, 20.0 * (double)strlen(text), LINE}};
  assert_ok(tc_page_add(page, &word, &err), err);
}

/* Two columns of ten rows of two words each, up to x = 1000 and from x = 1300 on. */
static tc_page *open_sheet(int height)
{
  tc_error err = {0};
  tc_page *page = NULL;
  assert_ok(tc_page_create(WIDTH, height, 300, &page, &err), err);
  for (int row = 0; row < 10; row++) {
    add(page, "first-page-of-it", 200, 100 + 100 * row, 0.9);
    add(page, "which-ends-here", 700, 100 + 100 * row, 0.9);
    add(page, "second-page", 1300, 110 + 100 * row, 0.9);
    add(page, "which-ends-there", 1800, 110 + 100 * row, 0.9);
  }
  return page;
}

static double gutter_of(const tc_page *page)
{
  tc_error err = {0};
  double gutter = 0;
  assert_ok(tc_gutter_find(page, LINE, &gutter, &err), err);
  return gutter;
}

static void test_gutter__between_the_pages_of_an_open_sheet(void **state)
{
  (void)state;
  tc_auto(tc_page) page = open_sheet(HEIGHT);
  assert_true(fabs(gutter_of(page) - 1150) < 1);
  add(page, "grain", 1100, 500, 0.2); /* of the ground, which the engine does not believe in */
  add(page, ".", 1140, 700, 0.9);
  assert_true(fabs(gutter_of(page) - 1150) < 1);
}

static void test_gutter__none_where_a_title_stands_across(void **state)
{
  (void)state;
  tc_auto(tc_page) page = open_sheet(HEIGHT);
  add(page, "TITLE", 1100, 40, 0.9);
  assert_true(isinf(gutter_of(page)));
}

static void test_gutter__none_on_a_page_that_is_high(void **state)
{
  (void)state;
  tc_auto(tc_page) page = open_sheet(3400);
  assert_true(isinf(gutter_of(page)));
}

/* A picture beside a text, a note in the margin: no second page. */
static void test_gutter__none_where_one_side_is_all_but_empty(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_page) page = NULL;
  assert_ok(tc_page_create(WIDTH, HEIGHT, 300, &page, &err), err);
  assert_true(isinf(gutter_of(page)));
  for (int row = 0; row < 20; row++)
    add(page, "text-of-one-page", 200, 50 + 70 * row, 0.9);
  add(page, "note", 1300, 500, 0.9);
  assert_true(isinf(gutter_of(page)));
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_gutter__between_the_pages_of_an_open_sheet),
                                     cmocka_unit_test(test_gutter__none_where_a_title_stands_across),
                                     cmocka_unit_test(test_gutter__none_on_a_page_that_is_high),
                                     cmocka_unit_test(test_gutter__none_where_one_side_is_all_but_empty)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
