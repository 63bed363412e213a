#include "imaging/streak.h"
#include "tests/tc_test.h"

#include <string.h>

enum { WIDTH = 600, HEIGHT = 800, DPI = 200, PAPER = 240, STREAK = 150, INK = 40 };

static void new_page(tc_image **out)
{
  tc_error err = {0};
  const tc_image_shape shape = {TC_PIXEL_GREY8, WIDTH, HEIGHT, DPI, DPI};
  assert_ok(tc_image_create(&shape, out, &err), err);
  for (int y = 0; y < HEIGHT; y++)
    memset(tc_image_row_mutable(*out, y), PAPER, WIDTH);
}

static void fill(tc_image *page, int x, int y, int width, int height, int value)
{
  for (int row = y; row < y + height; row++)
    memset(tc_image_row_mutable(page, row) + x, value, (size_t)width);
}

static void remove_streaks(tc_image *page)
{
  tc_error err = {0};
  assert_ok(tc_streak_remove(page, DPI, &err), err);
}

static int at(const tc_image *page, int x, int y) { return tc_image_row(page, y)[x]; }

static void test_streak__goes_and_the_print_it_crosses_stays(void **state)
{
  (void)state;
  tc_auto(tc_image) page = NULL;
  new_page(&page);
  fill(page, 300, 0, 2, HEIGHT, STREAK);
  fill(page, 0, 500, WIDTH, 2, STREAK);
  fill(page, 250, 200, 100, 4, INK); /* a stroke across the streak */
  fill(page, 280, 300, 18, 30, INK); /* a letter beside it */
  remove_streaks(page);
  for (int y = 0; y < HEIGHT; y++)
    if (y < 200 || y >= 204)
      assert_true(at(page, 300, y) == PAPER && at(page, 301, y) == PAPER);
  for (int x = 0; x < WIDTH; x++)
    assert_true(at(page, x, 500) == PAPER && at(page, x, 501) == PAPER);
  for (int x = 250; x < 350; x++)
    assert_true(at(page, x, 201) <= STREAK && (x == 300 || x == 301 || at(page, x, 201) == INK));
  assert_int_equal(at(page, 290, 310), INK);
}

/* Letters of a column of text, a short rule and a broad bar are no streaks. */
static void test_streak__what_is_none_stays(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) page = NULL;
  tc_auto(tc_image) before = NULL;
  new_page(&page);
  for (int y = 50; y + 20 < HEIGHT; y += 60)
    fill(page, 100, y, 3, 18, INK);
  fill(page, 200, 100, 2, 150, STREAK);
  fill(page, 400, 0, 12, HEIGHT, STREAK);
  fill(page, 450, 300, 2, HEIGHT - 300 - 420, STREAK);
  assert_ok(tc_image_crop(page, 0, 0, WIDTH, HEIGHT, &before, &err), err);
  remove_streaks(page);
  for (int y = 0; y < HEIGHT; y++)
    assert_memory_equal(tc_image_row(page, y), tc_image_row(before, y), WIDTH);
}

/* A picture smaller than its margins has none. */
static void test_streak__small_pictures_are_left_alone(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) page = NULL;
  const tc_image_shape shape = {TC_PIXEL_GREY8, 3, 5, DPI, DPI};
  assert_ok(tc_image_create(&shape, &page, &err), err);
  memset(tc_image_row_mutable(page, 2), INK, 3);
  remove_streaks(page);
  assert_int_equal(at(page, 1, 2), INK);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_streak__goes_and_the_print_it_crosses_stays),
                                     cmocka_unit_test(test_streak__what_is_none_stays),
                                     cmocka_unit_test(test_streak__small_pictures_are_left_alone)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
