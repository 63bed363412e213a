#include "ocr/line_image.h"

#include "tests/tc_test.h"

#include <math.h>

static const tc_line_shape shape = {.height = 32, .width_step = 4, .width_least = 32, .width_most = 256, .room = 0};

/* White, with a black rectangle. */
static tc_image *page_with(int width, int height, tc_box black)
{
  tc_image *page = NULL;
  tc_error err = {0};
  const tc_image_shape of = {TC_PIXEL_GREY8, width, height, 300, 300};
  assert_ok(tc_image_create(&of, &page, &err), err);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      const bool inside = x >= black.x && x < black.x + black.width && y >= black.y && y < black.y + black.height;
      tc_image_row_mutable(page, y)[x] = inside ? 0 : 255;
    }
  return page;
}

static float at(const tc_line_image *line, int x, int y) { return line->pixels[y * line->width + x]; }

static void test_line_image_cut__same_size_keeps_every_pixel(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) page = page_with(100, 60, (tc_box){40, 20, 8, 16});
  tc_auto(tc_line_image) line = {0};
  assert_ok(tc_line_image_cut(page, (tc_box){20, 10, 64, 32}, &shape, &line, &err), err);
  assert_int_equal(line.width, 64);
  assert_int_equal(line.height, 32);
  for (int y = 0; y < 32; y++)
    for (int x = 0; x < 64; x++) {
      const bool black = x >= 20 && x < 28 && y >= 10 && y < 26;
      assert_true(fabsf(at(&line, x, y) - (black ? -1.0F : 1.0F)) < 1e-4F);
    }
}

static void test_line_image_cut__half_the_size_keeps_the_mean(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) page = page_with(200, 100, (tc_box){50, 30, 20, 20});
  tc_auto(tc_line_image) line = {0};
  assert_ok(tc_line_image_cut(page, (tc_box){0, 10, 160, 64}, &shape, &line, &err), err);
  assert_int_equal(line.width, 80);
  double ink = 0;
  for (int i = 0; i < line.width * line.height; i++)
    ink += (1 - (double)line.pixels[i]) / 2;
  assert_true(fabs(ink - 100) < 0.5); /* 400 black pixels, a quarter of them */
  assert_true(fabsf(at(&line, 30, 15) + 1) < 1e-4F);
}

static void test_line_image_cut__width_is_of_the_step_and_within_bounds(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) page = page_with(1000, 60, (tc_box){0, 0, 0, 0});
  static const struct {
    double width;
    int wanted;
  } cases[] = {{5, 32}, {33, 36}, {64, 64}, {900, 256}};
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++) {
    tc_auto(tc_line_image) line = {0};
    assert_ok(tc_line_image_cut(page, (tc_box){0, 0, cases[i].width, 32}, &shape, &line, &err), err);
    assert_int_equal(line.width, cases[i].wanted);
  }
}

static void test_line_image_cut__outside_of_the_page_is_white(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) page = page_with(40, 32, (tc_box){0, 0, 40, 32});
  tc_auto(tc_line_image) line = {0};
  assert_ok(tc_line_image_cut(page, (tc_box){-20, 0, 80, 32}, &shape, &line, &err), err);
  assert_true(fabsf(at(&line, 2, 16) - 1) < 1e-4F && fabsf(at(&line, 40, 16) + 1) < 1e-4F &&
              fabsf(at(&line, 78, 16) - 1) < 1e-4F);
}

static void test_line_image_cut__an_empty_region_is_refused(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) page = page_with(40, 32, (tc_box){0, 0, 0, 0});
  tc_auto(tc_line_image) line = {0};
  assert_fails(tc_line_image_cut(page, (tc_box){0, 0, 0, 32}, &shape, &line, &err), err, TC_USAGE);
  assert_fails(tc_line_image_cut(page, (tc_box){0, 0, 10, NAN}, &shape, &line, &err), err, TC_USAGE);
  assert_null(line.pixels);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_line_image_cut__same_size_keeps_every_pixel),
      cmocka_unit_test(test_line_image_cut__half_the_size_keeps_the_mean),
      cmocka_unit_test(test_line_image_cut__width_is_of_the_step_and_within_bounds),
      cmocka_unit_test(test_line_image_cut__outside_of_the_page_is_white),
      cmocka_unit_test(test_line_image_cut__an_empty_region_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
