#include "ocr/codes.h"

#include "tests/tc_test.h"

#include <qrencode.h>

enum { MODULE = 4, MARGIN = 40 };

/* Adds a code to the page, its top left corner at (x, y). */
static void draw_code(tc_image *page, const char *text, int x, int y)
{
  QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
  assert_non_null(code);
  for (int row = 0; row < code->width * MODULE; row++)
    for (int column = 0; column < code->width * MODULE; column++)
      if ((code->data[row / MODULE * code->width + column / MODULE] & 1) != 0)
        tc_image_row_mutable(page, y + row)[x + column] = 0;
  QRcode_free(code);
}

static tc_image *white_page(tc_pixel pixel, int width, int height)
{
  tc_error err = {0};
  tc_image *page = NULL;
  const tc_image_shape shape = {pixel, width, height, 300, 300};
  assert_ok(tc_image_create(&shape, &page, &err), err);
  for (int y = 0; y < height; y++)
    memset(tc_image_row_mutable(page, y), 0xFF, (size_t)width);
  return page;
}

static void test_codes_read__gives_every_code_as_text(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_codes) codes = {0};
  static const char *const texts[] = {"012345678901||\xe6\x97\xa5\xe6\x9c\xac|01021990", "another"};
  tc_auto(tc_image) page = white_page(TC_PIXEL_GREY8, 700, 300);
  draw_code(page, texts[0], MARGIN, MARGIN);
  draw_code(page, texts[1], 400, MARGIN);
  assert_ok(tc_codes_read(page, &codes, &err), err);
  assert_int_equal(codes.count, 2);
  const bool turned = strcmp(codes.texts[0], texts[0]) != 0;
  assert_string_equal(codes.texts[turned ? 1 : 0], texts[0]);
  assert_string_equal(codes.texts[turned ? 0 : 1], texts[1]);
}

static void test_codes_read__a_page_without_a_code_is_no_error(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_codes) codes = {0};
  tc_auto(tc_image) page = white_page(TC_PIXEL_GREY8, 200, 200);
  assert_ok(tc_codes_read(page, &codes, &err), err);
  assert_int_equal(codes.count, 0);
}

static void test_codes_read__what_is_no_text_is_passed_over(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_codes) codes = {0};
  tc_auto(tc_image) page = white_page(TC_PIXEL_GREY8, 300, 300);
  draw_code(page, "\xff\xfe|\x80", MARGIN, MARGIN);
  assert_ok(tc_codes_read(page, &codes, &err), err);
  assert_int_equal(codes.count, 0);
}

static void test_codes_read__takes_grey_alone(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_codes) codes = {0};
  tc_auto(tc_image) page = NULL;
  const tc_image_shape shape = {TC_PIXEL_BILEVEL, 64, 64, 300, 300};
  assert_ok(tc_image_create(&shape, &page, &err), err);
  assert_fails(tc_codes_read(page, &codes, &err), err, TC_USAGE);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_codes_read__gives_every_code_as_text),
      cmocka_unit_test(test_codes_read__a_page_without_a_code_is_no_error),
      cmocka_unit_test(test_codes_read__what_is_no_text_is_passed_over),
      cmocka_unit_test(test_codes_read__takes_grey_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
