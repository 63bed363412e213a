#include "imaging/contrast.h"
#include "tests/tc_test.h"

enum { WIDTH = 800, HEIGHT = 400 };

static void blank(tc_image **out)
{
  tc_error err = {0};
  const tc_image_shape shape = {TC_PIXEL_GREY8, WIDTH, HEIGHT, 300, 300};
  assert_ok(tc_image_create(&shape, out, &err), err);
  for (int y = 0; y < HEIGHT; y++)
    memset(tc_image_row_mutable(*out, y), 250, WIDTH);
}

/* Upright strokes of print, 3 pixels wide, that end in a hard or in a soft edge. */
static void strokes(tc_image *page, int x, int value, int rim)
{
  for (int stroke = 0; stroke < 6; stroke++)
    for (int y = 120; y < 280; y++) {
      uint8_t *row = tc_image_row_mutable(page, y) + x + 24 * stroke;
      for (int i = -rim; i < 3 + rim; i++) {
        const int off = i < 0 ? -i : i > 2 ? i - 2 : 0;
        const int here = value + (250 - value) * off / (rim + 1);
        row[i] = (uint8_t)here;
      }
    }
}

static bool is_black(const tc_image *binary, int x, int y)
{
  return ((tc_image_row(binary, y)[x >> 3] >> (7 - (x & 7))) & 1) != 0;
}

static void test_contrast__pale_print_is_ink_and_as_dark_as_the_rest(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) page = NULL;
  tc_auto(tc_image) binary = NULL;
  blank(&page);
  strokes(page, 40, 30, 0);
  strokes(page, 240, 190, 0);
  assert_ok(tc_contrast_even(page, &binary, &err), err);
  assert_true(is_black(binary, 41, 200));
  assert_true(is_black(binary, 241, 200));
  assert_false(is_black(binary, 232, 200));
  assert_true(tc_image_row(page, 200)[241] < 120);
  assert_true(tc_image_row(page, 200)[41] <= 35);
}

/* As pale as above, but soft: it comes through from the other side. */
static void test_contrast__what_shines_through_is_none(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) page = NULL;
  tc_auto(tc_image) binary = NULL;
  blank(&page);
  strokes(page, 40, 30, 0);
  strokes(page, 240, 190, 5);
  assert_ok(tc_contrast_even(page, &binary, &err), err);
  assert_true(is_black(binary, 41, 200));
  assert_false(is_black(binary, 241, 200));
  assert_true(tc_image_row(page, 200)[241] >= 185);
}

/* A screen of pale lines over the whole page. */
static void test_contrast__a_pale_ground_is_none(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) page = NULL;
  tc_auto(tc_image) binary = NULL;
  blank(&page);
  for (int y = 0; y < HEIGHT; y += 10)
    memset(tc_image_row_mutable(page, y), 190, WIDTH);
  strokes(page, 40, 30, 0);
  assert_ok(tc_contrast_even(page, &binary, &err), err);
  assert_true(is_black(binary, 41, 200));
  assert_false(is_black(binary, 300, 200));
  assert_false(is_black(binary, 300, 300));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_contrast__pale_print_is_ink_and_as_dark_as_the_rest),
      cmocka_unit_test(test_contrast__what_shines_through_is_none),
      cmocka_unit_test(test_contrast__a_pale_ground_is_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
