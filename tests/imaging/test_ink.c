#include "imaging/ground.h"
#include "imaging/seal.h"
#include "tests/tc_test.h"

#include <math.h>

enum { WIDTH = 700, HEIGHT = 700, DPI = 150 };

typedef struct rgb {
  uint8_t red, green, blue;
} rgb;

static const rgb white = {250, 248, 240}, black = {30, 30, 30}, red_ink = {205, 40, 50}, blue_ink = {40, 60, 160};

static tc_image *paper(void)
{
  tc_error err = {0};
  tc_image *image = NULL;
  const tc_image_shape shape = {TC_PIXEL_RGB8, WIDTH, HEIGHT, DPI, DPI};
  assert_ok(tc_image_create(&shape, &image, &err), err);
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      memcpy(tc_image_row_mutable(image, y) + 3 * (size_t)x, &white, 3);
  return image;
}

/* Multiplies, as ink does. */
static void ink(tc_image *image, int x, int y, rgb color)
{
  uint8_t *at = tc_image_row_mutable(image, y) + 3 * (size_t)x;
  at[0] = (uint8_t)(at[0] * color.red / 255);
  at[1] = (uint8_t)(at[1] * color.green / 255);
  at[2] = (uint8_t)(at[2] * color.blue / 255);
}

static void bar(tc_image *image, int x, int y, int width, int height, rgb color)
{
  for (int row = y; row < y + height; row++)
    for (int column = x; column < x + width; column++)
      ink(image, column, row, color);
}

/* 36 mm across, as an office's seal. */
static void seal(tc_image *image, int x, int y)
{
  for (int row = 0; row < HEIGHT; row++)
    for (int column = 0; column < WIDTH; column++) {
      const double r = hypot(column - x, row - y);
      if ((r > 100 && r < 106) || (r > 66 && r < 70) || r < 16)
        ink(image, column, row, red_ink);
    }
}

static int grey_at(const tc_image *grey, int x, int y) { return tc_image_row(grey, y)[x]; }

static void test_ground__pale_patterns_go_print_and_red_titles_stay(void **state)
{
  (void)state;
  static const rgb tints[] = {{232, 178, 160}, {226, 196, 140}, {170, 205, 178}};
  tc_error err = {0};
  for (size_t i = 0; i < TC_ARRAY_LEN(tints); i++) {
    tc_auto(tc_image) image = paper();
    tc_auto(tc_image) grey = NULL;
    const rgb half = {(uint8_t)((255 + tints[i].red) / 2), (uint8_t)((255 + tints[i].green) / 2),
                      (uint8_t)((255 + tints[i].blue) / 2)};
    for (int y = 0; y + 4 <= HEIGHT; y += 16)
      bar(image, 0, y, WIDTH, 4, half);
    bar(image, 100, 100, 40, 200, black);
    bar(image, 300, 100, 40, 200, red_ink);
    tc_auto(tc_image) plain = NULL;
    assert_ok(tc_image_to_grey(image, &plain, &err), err);
    assert_ok(tc_ground_to_grey(image, DPI, &grey, &err), err);
    const int before = grey_at(plain, 500, 8) - grey_at(plain, 500, 1);
    const int after = grey_at(grey, 500, 8) - grey_at(grey, 500, 1);
    if (after * 5 > before * 3)
      fail_msg("tint %zu: a step of %d became one of %d", i, before, after);
    assert_true(grey_at(grey, 120, 120) < 45 && grey_at(grey, 120, 113) < 45);
    assert_int_equal(grey_at(grey, 320, 120), grey_at(plain, 320, 120));
  }
}

/* Within a stain the stain is the paper: the pattern goes there, too, and all of the stain is equally light. */
static void test_ground__patterns_go_within_a_stain(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) image = paper();
  tc_auto(tc_image) plain = NULL;
  tc_auto(tc_image) grey = NULL;
  for (int y = 0; y + 4 <= HEIGHT; y += 16)
    bar(image, 0, y, WIDTH, 4, (rgb){243, 216, 208});
  bar(image, 200, 50, 320, 300, (rgb){205, 170, 125});
  bar(image, 300, 150, 12, 100, black);
  assert_ok(tc_image_to_grey(image, &plain, &err), err);
  assert_ok(tc_ground_to_grey(image, DPI, &grey, &err), err);
  const int before = grey_at(plain, 400, 200) - grey_at(plain, 400, 193);
  const int after = grey_at(grey, 400, 200) - grey_at(grey, 400, 193);
  assert_true(before > 8);
  if (after * 2 > before)
    fail_msg("a step of %d became one of %d", before, after);
  assert_true(grey_at(grey, 305, 200) < 60);
}

/* How much darker than the paper a pale red is left on a patterned page with black ink of that depth. */
static int red_left(rgb ink_of_page)
{
  tc_error err = {0};
  tc_auto(tc_image) image = paper();
  tc_auto(tc_image) grey = NULL;
  for (int y = 0; y + 4 <= HEIGHT; y += 16)
    bar(image, 0, y, WIDTH, 4, (rgb){250, 232, 226});
  bar(image, 100, 100, 40, 200, ink_of_page);
  bar(image, 300, 101, 40, 10, (rgb){215, 160, 160});
  assert_ok(tc_ground_to_grey(image, DPI, &grey, &err), err);
  return grey_at(grey, 500, 105) - grey_at(grey, 320, 105);
}

/* Where black ink faded, a red title did, too: there it is no ground. */
static void test_ground__a_red_title_that_faded_with_its_page_stays(void **state)
{
  (void)state;
  const int on_fresh = red_left(black);
  const int on_faded = red_left((rgb){150, 150, 150});
  assert_true(on_fresh < 45);
  if (on_faded < on_fresh + 20)
    fail_msg("a pale red is %d below the paper on a fresh page, %d on a faded one", on_fresh, on_faded);
}

static void test_ground__plain_paper_is_left_alone(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) image = paper();
  tc_auto(tc_image) plain = NULL;
  tc_auto(tc_image) grey = NULL;
  bar(image, 100, 100, 40, 200, (rgb){235, 215, 215}); /* a pale red mark */
  assert_ok(tc_image_to_grey(image, &plain, &err), err);
  assert_ok(tc_ground_to_grey(image, DPI, &grey, &err), err);
  for (int y = 0; y < HEIGHT; y++)
    assert_memory_equal(tc_image_row(grey, y), tc_image_row(plain, y), WIDTH);
}

static void test_seal__ink_goes_from_over_print(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) image = paper();
  tc_auto(tc_image) grey = NULL;
  bar(image, 250, 340, 300, 14, black); /* print that the seal covers in part */
  seal(image, 300, 300);
  bar(image, 190, 250, 260, 4, blue_ink); /* a pen stroke across the ring */
  bar(image, 300, 225, 4, 100, blue_ink);
  assert_ok(tc_seal_to_grey(image, DPI, true, &grey, &err), err);
  const int ground = grey_at(grey, 5, 5);
  assert_true(grey_at(grey, 300, 300 - 103) > ground - 25); /* the ring */
  assert_true(grey_at(grey, 350, 251) > ground - 25);       /* the stroke */
  assert_true(grey_at(grey, 300 + 89, 252) > ground - 25);  /* where they cross */
  assert_true(grey_at(grey, 300, 347) < ground / 3);        /* print within the seal */
  assert_true(grey_at(grey, 300 + 95, 347) < ground / 3);   /* and under its ring */
  assert_true(grey_at(grey, 500, 347) < ground / 4);        /* and outside */
}

static void test_seal__red_titles_stay(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) image = paper();
  tc_auto(tc_image) plain = NULL;
  tc_auto(tc_image) grey = NULL;
  for (int letter = 0; letter < 12; letter++)
    bar(image, 150 + 30 * letter, 100, 18, 30, red_ink);
  assert_ok(tc_image_to_grey(image, &plain, &err), err);
  assert_ok(tc_seal_to_grey(image, DPI, true, &grey, &err), err);
  for (int y = 0; y < HEIGHT; y++)
    assert_memory_equal(tc_image_row(grey, y), tc_image_row(plain, y), WIDTH);
}

/* Two millimetres below a red shirt, with which it is as wide as high. */
static void test_seal__red_print_below_a_portrait_stays(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) image = paper();
  tc_auto(tc_image) plain = NULL;
  tc_auto(tc_image) grey = NULL;
  bar(image, 250, 200, 50, 40, red_ink); /* a flushed face */
  bar(image, 220, 244, 120, 50, red_ink);
  for (int letter = 0; letter < 4; letter++)
    bar(image, 225 + 30 * letter, 306, 18, 24, red_ink);
  assert_ok(tc_image_to_grey(image, &plain, &err), err);
  assert_ok(tc_seal_to_grey(image, DPI, true, &grey, &err), err);
  for (int y = 300; y < 340; y++)
    assert_memory_equal(tc_image_row(grey, y), tc_image_row(plain, y), WIDTH);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ground__pale_patterns_go_print_and_red_titles_stay),
      cmocka_unit_test(test_ground__patterns_go_within_a_stain),
      cmocka_unit_test(test_ground__a_red_title_that_faded_with_its_page_stays),
      cmocka_unit_test(test_ground__plain_paper_is_left_alone),
      cmocka_unit_test(test_seal__ink_goes_from_over_print),
      cmocka_unit_test(test_seal__red_titles_stay),
      cmocka_unit_test(test_seal__red_print_below_a_portrait_stays),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
