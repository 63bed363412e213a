#include "imaging/image.h"
#include "tests/tc_test.h"

static void test_image_create__starts_zeroed_with_rows_of_whole_words(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) image = NULL;
  const tc_image_shape shape = {TC_PIXEL_RGB8, 5, 3, 300, 200};
  assert_ok(tc_image_create(&shape, &image, &err), err);
  assert_int_equal(tc_image_stride(image), 16);
  assert_int_equal(tc_image_pixels(image).size, 48);
  assert_int_equal(tc_image_bytes_per_pixel(image), 3);
  for (size_t i = 0; i < 48; i++)
    assert_int_equal(tc_image_pixels(image).data[i], 0);
  assert_true(tc_image_shape_of(image)->dpi_y == 200);
}

static void test_image_create__refuses_what_memory_cannot_hold(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_image *image = NULL;
  const tc_image_shape shape = {.pixel = TC_PIXEL_RGB8, .width = INT32_MAX, .height = INT32_MAX};
  assert_fails(tc_image_create(&shape, &image, &err), err, TC_NO_MEMORY);
  assert_null(image);
}

static void test_image_from_pixels__refuses_too_few_bytes(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_image *image = NULL;
  const uint8_t pixels[6] = {0};
  const tc_image_shape shape = {.pixel = TC_PIXEL_GREY8, .width = 3, .height = 2};
  assert_fails(tc_image_from_pixels(&shape, (tc_bytes){pixels, 5}, 3, &image, &err), err, TC_USAGE);
  assert_fails(tc_image_from_pixels(&shape, (tc_bytes){pixels, 6}, 2, &image, &err), err, TC_USAGE);
  assert_ok(tc_image_from_pixels(&shape, (tc_bytes){pixels, 6}, 3, &image, &err), err);
  tc_image_destroy(image);
}

static void test_image_from_pixels__whitens_bits_past_the_width(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) image = NULL;
  const uint8_t row[2] = {0xff, 0xff};
  const tc_image_shape shape = {.pixel = TC_PIXEL_BILEVEL, .width = 11, .height = 1};
  assert_ok(tc_image_from_pixels(&shape, (tc_bytes){row, 2}, 2, &image, &err), err);
  assert_int_equal(tc_image_row(image, 0)[1], 0xe0);
}

static void test_image_to_grey__knows_each_kind_of_pixel(void **state)
{
  (void)state;
  tc_error err = {0};
  const uint8_t bits[1] = {0xa0};
  const uint8_t rgb[9] = {255, 255, 255, 0, 0, 0, 255, 0, 0};
  tc_auto(tc_image) bilevel = NULL;
  tc_auto(tc_image) colour = NULL;
  tc_auto(tc_image) a = NULL;
  tc_auto(tc_image) b = NULL;
  const tc_image_shape one_bit = {.pixel = TC_PIXEL_BILEVEL, .width = 3, .height = 1};
  const tc_image_shape three = {.pixel = TC_PIXEL_RGB8, .width = 3, .height = 1};
  assert_ok(tc_image_from_pixels(&one_bit, (tc_bytes){bits, 1}, 1, &bilevel, &err), err);
  assert_ok(tc_image_from_pixels(&three, (tc_bytes){rgb, 9}, 9, &colour, &err), err);
  assert_ok(tc_image_to_grey(bilevel, &a, &err), err);
  assert_ok(tc_image_to_grey(colour, &b, &err), err);
  const uint8_t black_white_black[3] = {0, 255, 0};
  assert_memory_equal(tc_image_row(a, 0), black_white_black, 3);
  assert_int_equal(tc_image_row(b, 0)[0], 255);
  assert_int_equal(tc_image_row(b, 0)[1], 0);
  assert_in_range(tc_image_row(b, 0)[2], 75, 78);
}

static void test_image_crop__cuts_at_the_edges_and_refuses_nothing(void **state)
{
  (void)state;
  tc_error err = {0};
  uint8_t pixels[100];
  for (int i = 0; i < 100; i++)
    pixels[i] = (uint8_t)i;
  tc_auto(tc_image) image = NULL;
  tc_auto(tc_image) part = NULL;
  tc_image *none = NULL;
  const tc_image_shape shape = {.pixel = TC_PIXEL_GREY8, .width = 10, .height = 10};
  assert_ok(tc_image_from_pixels(&shape, (tc_bytes){pixels, 100}, 10, &image, &err), err);
  assert_ok(tc_image_crop(image, 7, -2, 9, 4, &part, &err), err);
  assert_int_equal(tc_image_width(part), 3);
  assert_int_equal(tc_image_height(part), 2);
  assert_int_equal(tc_image_row(part, 1)[0], 17);
  assert_fails(tc_image_crop(image, 10, 0, 5, 5, &none, &err), err, TC_USAGE);
  assert_fails(tc_image_crop(image, 0, 0, 0, 5, &none, &err), err, TC_USAGE);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_image_create__starts_zeroed_with_rows_of_whole_words),
      cmocka_unit_test(test_image_create__refuses_what_memory_cannot_hold),
      cmocka_unit_test(test_image_from_pixels__refuses_too_few_bytes),
      cmocka_unit_test(test_image_from_pixels__whitens_bits_past_the_width),
      cmocka_unit_test(test_image_to_grey__knows_each_kind_of_pixel),
      cmocka_unit_test(test_image_crop__cuts_at_the_edges_and_refuses_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
