#include "imaging/clean.h"

#include "tests/imaging/invented_lines.h"
#include "tests/tc_test.h"

#include <math.h>

/* `to_page` takes the picture's pixels to the page; `ground` is what surrounds the sheet, `paper` the sheet. */
static tc_image *draw(int width, int height, const tc_transform *to_page, double dpi, int ground, int paper)
{
  tc_error err = {0};
  tc_image *image = NULL;
  const tc_image_shape shape = {TC_PIXEL_GREY8, width, height, dpi, dpi};
  assert_ok(tc_image_create(&shape, &image, &err), err);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      int sum = 0;
      for (int sub = 0; sub < 4; sub++) {
        tc_point p = tc_transform_point(to_page, (tc_point){x + 0.25 + 0.5 * (sub & 1), y + 0.25 + 0.5 * (sub >> 1)});
        bool off = p.x < 0 || p.y < 0 || p.x >= PAGE_WIDTH || p.y >= PAGE_HEIGHT;
        sum += off ? ground : invented_ink(p.x, p.y) ? paper / 6 : paper;
      }
      tc_image_row_mutable(image, y)[x] = (uint8_t)(sum / 4);
    }
  return image;
}

/* The page turned clockwise by `skew` degrees about its middle, and the transform back. */
static tc_image *draw_skewed(double skew, tc_transform *to_page)
{
  tc_transform away = tc_transform_translate(-PAGE_WIDTH / 2.0, -PAGE_HEIGHT / 2.0);
  tc_transform turn = tc_transform_rotate(-skew);
  tc_transform home = tc_transform_translate(PAGE_WIDTH / 2.0, PAGE_HEIGHT / 2.0);
  tc_transform there = tc_transform_compose(&away, &turn);
  *to_page = tc_transform_compose(&there, &home);
  return draw(PAGE_WIDTH, PAGE_HEIGHT, to_page, PAGE_DPI, 235, 235);
}

/* The largest distance by which clean → capture → page misses a common shift, scale and nothing else: measured on the
   middle lines of the page, which must come out parallel to the clean page's sides. */
static double tilt_of(const tc_clean *clean, const tc_transform *to_page)
{
  const tc_transform whole = tc_transform_compose(tc_page_map_transform(tc_clean_to_capture(clean)), to_page);
  double width = tc_image_width(tc_clean_grey(clean));
  double height = tc_image_height(tc_clean_grey(clean));
  tc_point left = tc_transform_point(&whole, (tc_point){width * 0.2, height / 2});
  tc_point right = tc_transform_point(&whole, (tc_point){width * 0.8, height / 2});
  return atan2(right.y - left.y, right.x - left.x) * 180 / M_PI;
}

static void test_clean_page__measures_and_undoes_skew(void **state)
{
  (void)state;
  tc_error err = {0};
  static const double skews[] = {-5, -0.4, 0, 1.7, 5};
  for (size_t i = 0; i < TC_ARRAY_LEN(skews); i++) {
    tc_transform to_page;
    tc_auto(tc_image) image = draw_skewed(skews[i], &to_page);
    tc_auto(tc_clean) clean = NULL;
    assert_ok(tc_clean_page(image, 1, NULL, &clean, &err), err);
    const tc_clean_report *report = tc_clean_report_of(clean);
    if (fabs(report->skew - skews[i]) > 0.08 || fabs(tilt_of(clean, &to_page)) > 0.08 || report->turns != 0)
      fail_msg("%g degrees: measured %g with %g, tilted %g, turned %d", skews[i], report->skew, report->skew_confidence,
               tilt_of(clean, &to_page), report->turns);
    assert_true(report->skew_confidence > 0.5);
  }
}

/* The clean page's pixels must be where the transform says: the ink of the clean page and the ink of the drawing agree.
 */
static double agreement(const tc_clean *clean, const tc_transform *to_page, double near)
{
  const tc_image *binary = tc_clean_binary(clean);
  const tc_transform whole = tc_transform_compose(tc_page_map_transform(tc_clean_to_capture(clean)), to_page);
  int ink = 0;
  int right = 0;
  for (int y = 0; y < tc_image_height(binary); y += 3)
    for (int x = 0; x < tc_image_width(binary); x += 3) {
      tc_point p = tc_transform_point(&whole, (tc_point){x + 0.5, y + 0.5});
      bool black = (tc_image_row(binary, y)[x >> 3] >> (7 - (x & 7))) & 1;
      /* Closer to an edge than `near` page pixels it may fall either way. */
      bool a = invented_ink(p.x, p.y);
      bool sure = a == invented_ink(p.x - near, p.y - near) && a == invented_ink(p.x + near, p.y - near) &&
                  a == invented_ink(p.x + near, p.y + near) && a == invented_ink(p.x - near, p.y + near);
      if (!sure || (!a && !black))
        continue;
      ink++;
      right += a == black;
    }
  return ink > 0 ? (double)right / ink : 0;
}

static void test_clean_page__transform_tells_where_every_pixel_came_from(void **state)
{
  (void)state;
  tc_error err = {0};
  for (int orientation = 1; orientation <= 8; orientation++) {
    /* file pixels → upright pixels → page: what a camera held that way would have stored */
    bool sideways = orientation >= 5;
    int width = sideways ? PAGE_HEIGHT : PAGE_WIDTH;
    int height = sideways ? PAGE_WIDTH : PAGE_HEIGHT;
    tc_transform to_file = tc_transform_exif(orientation, width, height);
    tc_transform to_page;
    assert_ok(tc_transform_invert(&to_file, &to_page, &err), err);
    tc_auto(tc_image) image = draw(width, height, &to_page, PAGE_DPI, 235, 235);
    tc_auto(tc_clean) clean = NULL;
    assert_ok(tc_clean_page(image, orientation, NULL, &clean, &err), err);
    if (agreement(clean, &to_page, 0.5) < 0.995 || tc_clean_report_of(clean)->turns != 0)
      fail_msg("orientation %d: %g, turned %d", orientation, agreement(clean, &to_page, 0.5),
               tc_clean_report_of(clean)->turns);
  }
}

static void test_clean_page__turns_pages_that_lie_or_stand_on_their_heads(void **state)
{
  (void)state;
  tc_error err = {0};
  for (int turns = 0; turns < 4; turns++) {
    bool sideways = turns % 2 != 0;
    int width = sideways ? PAGE_HEIGHT : PAGE_WIDTH;
    int height = sideways ? PAGE_WIDTH : PAGE_HEIGHT;
    tc_transform to_file = tc_transform_turns(turns, width, height);
    tc_transform to_page;
    assert_ok(tc_transform_invert(&to_file, &to_page, &err), err);
    tc_auto(tc_image) image = draw(width, height, &to_page, PAGE_DPI, 235, 235);
    tc_auto(tc_clean) clean = NULL;
    assert_ok(tc_clean_page(image, 1, NULL, &clean, &err), err);
    const tc_clean_report *report = tc_clean_report_of(clean);
    if (report->turns != turns || report->turns_confidence < 0.5 || agreement(clean, &to_page, 0.5) < 0.995)
      fail_msg("%d turns: found %d with %g, agreement %g", turns, report->turns, report->turns_confidence,
               agreement(clean, &to_page, 0.5));
  }
}

static void test_clean_page__finds_the_sheet_in_a_photograph(void **state)
{
  (void)state;
  tc_error err = {0};
  const tc_quad page = {{{0, 0}, {PAGE_WIDTH, 0}, {PAGE_WIDTH, PAGE_HEIGHT}, {0, PAGE_HEIGHT}}};
  const tc_quad seen = {{{120, 100}, {915, 140}, {1010, 1280}, {60, 1230}}};
  tc_transform to_page;
  assert_ok(tc_transform_from_quads(&seen, &page, &to_page, &err), err);
  tc_auto(tc_image) image = draw(1080, 1390, &to_page, 0, 70, 220);
  for (int y = 0; y < 1390; y++) /* a shadow from one side */
    for (int x = 0; x < 1080; x++) {
      uint8_t *value = tc_image_row_mutable(image, y) + x;
      *value = (uint8_t)(*value * (0.6 + 0.4 * x / 1080));
    }
  tc_auto(tc_clean) clean = NULL;
  assert_ok(tc_clean_page(image, 1, NULL, &clean, &err), err);
  const tc_clean_report *report = tc_clean_report_of(clean);
  assert_true(report->sheet_found);
  for (int i = 0; i < 4; i++) {
    double off = hypot(report->sheet.corner[i].x - seen.corner[i].x, report->sheet.corner[i].y - seen.corner[i].y);
    if (off > 6)
      fail_msg("corner %d is off by %g pixels", i, off);
  }
  assert_true(report->quality.dpi_estimated && fabs(report->quality.dpi - 106) < 10);
  /* Small print of a small sheet: edges are soft, but no other place fits as well. */
  static const double shifts[][2] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};
  for (size_t i = 0; i < TC_ARRAY_LEN(shifts); i++) {
    tc_transform shift = tc_transform_translate(shifts[i][0], shifts[i][1]);
    tc_transform shifted = tc_transform_compose(&to_page, &shift);
    if (agreement(clean, &shifted, 0.5) >= agreement(clean, &to_page, 0.5))
      fail_msg("shift %zu fits better", i);
  }
}

/* A sheet whose corners are known is what is cleaned, at the capture's own resolution, however it lies. */
static void test_clean_page__takes_a_sheet_that_is_given(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_transform to_page;
  tc_auto(tc_image) image = draw_skewed(5, &to_page);
  tc_transform from_page;
  assert_ok(tc_transform_invert(&to_page, &from_page, &err), err);
  const tc_quad sheet = tc_transform_box(&from_page, 0, 0, PAGE_WIDTH, PAGE_HEIGHT);
  tc_clean_options options = tc_clean_options_default();
  options.sheet = &sheet;
  tc_auto(tc_clean) clean = NULL;
  assert_ok(tc_clean_page(image, 1, &options, &clean, &err), err);
  const tc_clean_report *report = tc_clean_report_of(clean);
  assert_false(report->sheet_found);
  assert_false(report->quality.dpi_estimated);
  assert_true(fabs(report->quality.dpi - PAGE_DPI) < 1 && fabs(report->skew) < 0.2);
  assert_true(fabs(tilt_of(clean, &to_page)) < 0.1);
  for (int i = 0; i < 4; i++)
    assert_true(hypot(report->sheet.corner[i].x - sheet.corner[i].x, report->sheet.corner[i].y - sheet.corner[i].y) <
                2);
}

static void test_clean_page__scales_fax_pixels_to_squares(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_transform to_page = tc_transform_scale(150.0 / 204, 150.0 / 98);
  int width = PAGE_WIDTH * 204 / 150;
  int height = PAGE_HEIGHT * 98 / 150;
  tc_auto(tc_image) image = draw(width, height, &to_page, 204, 255, 255);
  tc_image_set_dpi(image, 204, 98);
  tc_auto(tc_clean) clean = NULL;
  assert_ok(tc_clean_page(image, 1, NULL, &clean, &err), err);
  double ratio = (double)tc_image_height(tc_clean_grey(clean)) / tc_image_width(tc_clean_grey(clean));
  assert_true(fabs(ratio - (double)PAGE_HEIGHT / PAGE_WIDTH) < 0.01);
  assert_true(agreement(clean, &to_page, 0.9) > 0.97);
}

static void test_clean_page__leaves_empty_and_tiny_pages_alone(void **state)
{
  (void)state;
  tc_error err = {0};
  static const int sides[][2] = {{1, 1}, {1, 3000}, {7, 5}, {60, 60}, {800, 1100}};
  for (size_t i = 0; i < TC_ARRAY_LEN(sides); i++)
    for (int pixel = TC_PIXEL_BILEVEL; pixel <= TC_PIXEL_RGB8; pixel++) {
      tc_auto(tc_image) image = NULL;
      tc_auto(tc_clean) clean = NULL;
      const tc_image_shape shape = {(tc_pixel)pixel, sides[i][0], sides[i][1], 300, 300};
      assert_ok(tc_image_create(&shape, &image, &err), err);
      if (pixel != TC_PIXEL_BILEVEL)
        for (int y = 0; y < shape.height; y++)
          memset(tc_image_row_mutable(image, y), 240, (size_t)shape.width * (size_t)tc_image_bytes_per_pixel(image));
      assert_ok(tc_clean_page(image, 1, NULL, &clean, &err), err);
      assert_true(tc_clean_report_of(clean)->quality.blank);
      assert_int_equal(tc_clean_report_of(clean)->turns, 0);
      assert_false(tc_clean_report_of(clean)->straightened);
    }
}

static void test_clean_page__keeps_a_bilevel_page_bit_for_bit(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) image = NULL;
  tc_auto(tc_clean) clean = NULL;
  const tc_image_shape shape = {TC_PIXEL_BILEVEL, PAGE_WIDTH, PAGE_HEIGHT, 200, 200};
  assert_ok(tc_image_create(&shape, &image, &err), err);
  for (int y = 0; y < PAGE_HEIGHT; y++)
    for (int x = 0; x < PAGE_WIDTH; x++)
      if (invented_ink(x, y) || (y > 1160 && y < 1200)) /* and a solid bar */
        tc_image_row_mutable(image, y)[x >> 3] |= (uint8_t)(0x80 >> (x & 7));
  tc_clean_options options = tc_clean_options_default();
  options.straighten = false;
  assert_ok(tc_clean_page(image, 1, &options, &clean, &err), err);
  tc_bytes a = tc_image_pixels(image);
  tc_bytes b = tc_image_pixels(tc_clean_binary(clean));
  assert_int_equal(a.size, b.size);
  assert_memory_equal(a.data, b.data, a.size);
}

static void test_clean_page__refuses_orientations_that_do_not_exist(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) image = NULL;
  tc_clean *clean = NULL;
  const tc_image_shape shape = {.pixel = TC_PIXEL_GREY8, .width = 10, .height = 10};
  assert_ok(tc_image_create(&shape, &image, &err), err);
  assert_fails(tc_clean_page(image, 9, NULL, &clean, &err), err, TC_USAGE);
  tc_clean_options options = tc_clean_options_default();
  options.turns = 4;
  assert_fails(tc_clean_page(image, 1, &options, &clean, &err), err, TC_USAGE);
  assert_null(clean);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_clean_page__measures_and_undoes_skew),
      cmocka_unit_test(test_clean_page__transform_tells_where_every_pixel_came_from),
      cmocka_unit_test(test_clean_page__turns_pages_that_lie_or_stand_on_their_heads),
      cmocka_unit_test(test_clean_page__finds_the_sheet_in_a_photograph),
      cmocka_unit_test(test_clean_page__takes_a_sheet_that_is_given),
      cmocka_unit_test(test_clean_page__scales_fax_pixels_to_squares),
      cmocka_unit_test(test_clean_page__leaves_empty_and_tiny_pages_alone),
      cmocka_unit_test(test_clean_page__keeps_a_bilevel_page_bit_for_bit),
      cmocka_unit_test(test_clean_page__refuses_orientations_that_do_not_exist),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
