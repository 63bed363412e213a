#include "tests/tc_test.h"

#include "ocr/leaders.h"

enum { WIDTH = 1200, HEIGHT = 200 };

static void ink(tc_image *grey, tc_image *binary, int x, int y, int width, int height)
{
  for (int row = y; row < y + height; row++)
    for (int column = x; column < x + width; column++) {
      tc_image_row_mutable(grey, row)[column] = 0;
      tc_image_row_mutable(binary, row)[column >> 3] |= (uint8_t)(0x80 >> (column & 7));
    }
}

static int ink_in(const tc_image *grey, int x, int y, int width, int height)
{
  int count = 0;
  for (int row = y; row < y + height; row++)
    for (int column = x; column < x + width; column++)
      count += tc_image_row(grey, row)[column] < 128 ? 1 : 0;
  return count;
}

static void blank(tc_image **grey, tc_image **binary)
{
  tc_error err = {0};
  const tc_image_shape grey_shape = {TC_PIXEL_GREY8, WIDTH, HEIGHT, 300, 300};
  const tc_image_shape binary_shape = {TC_PIXEL_BILEVEL, WIDTH, HEIGHT, 300, 300};
  assert_ok(tc_image_create(&grey_shape, grey, &err), err);
  assert_ok(tc_image_create(&binary_shape, binary, &err), err);
  for (int y = 0; y < HEIGHT; y++)
    memset(tc_image_row_mutable(*grey, y), 0xFF, WIDTH);
}

static void test_leaders__dots_go_letters_and_colons_stay(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) grey = NULL;
  tc_auto(tc_image) binary = NULL;
  tc_auto(tc_image) out_grey = NULL;
  tc_auto(tc_image) out_binary = NULL;
  blank(&grey, &binary);
  ink(grey, binary, 40, 70, 10, 36); /* a letter */
  ink(grey, binary, 60, 80, 5, 5);   /* a colon */
  ink(grey, binary, 60, 100, 5, 5);
  for (int i = 0; i < 30; i++)
    ink(grey, binary, 90 + 14 * i, 101, 4, 4);
  assert_ok(tc_leaders_remove(grey, binary, &out_grey, &out_binary, &err), err);
  assert_int_equal(ink_in(out_grey, 80, 90, 600, 30), 0);
  assert_int_equal(ink_in(out_grey, 30, 60, 40, 60), 360 + 50);
}

static void test_leaders__uneven_and_joined_dots_go_commas_stay(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) grey = NULL;
  tc_auto(tc_image) binary = NULL;
  tc_auto(tc_image) out_grey = NULL;
  tc_auto(tc_image) out_binary = NULL;
  blank(&grey, &binary);
  for (int i = 0; i < 60; i++) /* as fonts of another resolution set them: 11, 8, 11 … pixels apart, up and down */
    ink(grey, binary, 100 + 19 * (i / 2) + 11 * (i % 2), 101 + i % 2, 5, 5);
  ink(grey, binary, 100 + 19 * 10 + 3, 102, 12, 4); /* two that run into one another */
  ink(grey, binary, 710, 101, 5, 9);                /* a comma behind the last, in step */
  ink(grey, binary, 1000, 101, 5, 5);               /* a full stop far away */
  assert_ok(tc_leaders_remove(grey, binary, &out_grey, &out_binary, &err), err);
  assert_int_equal(ink_in(out_grey, 90, 90, 600, 30), 0);
  assert_int_equal(ink_in(out_grey, 710, 101, 5, 9), 45);
  assert_int_equal(ink_in(out_grey, 1000, 101, 5, 5), 25);
}

/* Dots of letters and their marks stand at one height, too, but not in step. */
static void test_leaders__marks_of_letters_stay(void **state)
{
  (void)state;
  static const int at[] = {100, 109, 139, 148, 190, 199, 260, 269, 300, 309, 350, 359, 420, 429};
  tc_error err = {0};
  tc_auto(tc_image) grey = NULL;
  tc_auto(tc_image) binary = NULL;
  tc_auto(tc_image) out_grey = NULL;
  tc_auto(tc_image) out_binary = NULL;
  blank(&grey, &binary);
  for (size_t i = 0; i < TC_ARRAY_LEN(at); i++) {
    ink(grey, binary, at[i], 60, 4, 5);
    ink(grey, binary, at[i], 70, 5, 30);
  }
  ink(grey, binary, 512, 60, 3, 3); /* as small as dust, above a letter */
  ink(grey, binary, 510, 68, 5, 32);
  ink(grey, binary, 800, 60, 3, 3); /* dust */
  assert_ok(tc_leaders_remove(grey, binary, &out_grey, &out_binary, &err), err);
  assert_int_equal(ink_in(out_grey, 90, 50, 400, 60), 14 * (20 + 150));
  assert_int_equal(ink_in(out_grey, 512, 60, 3, 3), 9);
  assert_int_equal(ink_in(out_grey, 780, 40, 50, 50), 0);
}

static void test_leaders__rules_go_where_they_are_thin(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) grey = NULL;
  tc_auto(tc_image) binary = NULL;
  tc_auto(tc_image) out_grey = NULL;
  tc_auto(tc_image) out_binary = NULL;
  blank(&grey, &binary);
  ink(grey, binary, 100, 150, 600, 3);
  ink(grey, binary, 300, 110, 8, 60); /* a letter across the rule */
  assert_ok(tc_leaders_remove(grey, binary, &out_grey, &out_binary, &err), err);
  assert_int_equal(ink_in(out_grey, 100, 140, 190, 20), 0);
  assert_int_equal(ink_in(out_grey, 300, 110, 8, 60), 480);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_leaders__dots_go_letters_and_colons_stay),
      cmocka_unit_test(test_leaders__uneven_and_joined_dots_go_commas_stay),
      cmocka_unit_test(test_leaders__marks_of_letters_stay),
      cmocka_unit_test(test_leaders__rules_go_where_they_are_thin),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
