#include "imaging/ring.h"
#include "tests/tc_test.h"

#include <math.h>

enum { SIDE = 1000, MIDDLE = 500, DPI = 200 };

static const double radius = 140; /* 17.8 mm */

static void page_of(tc_pixel pixel, uint8_t paper, tc_image **out)
{
  tc_error err = {0};
  const tc_image_shape shape = {pixel, SIDE, SIDE, DPI, DPI};
  assert_ok(tc_image_create(&shape, out, &err), err);
  for (int y = 0; y < SIDE && pixel == TC_PIXEL_GREY8; y++)
    memset(tc_image_row_mutable(*out, y), paper, SIDE);
}

static void ink(tc_image *grey, tc_image *binary, int x, int y)
{
  tc_image_row_mutable(grey, y)[x] = 0;
  tc_image_row_mutable(binary, y)[x >> 3] |= (uint8_t)(0x80 >> (x & 7));
}

static bool is_black(const tc_image *binary, int x, int y)
{
  return ((tc_image_row(binary, y)[x >> 3] >> (7 - (x & 7))) & 1) != 0;
}

/* A double ring, and a wide stroke from inside across it. */
static void draw_seal(tc_image *grey, tc_image *binary)
{
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++) {
      const double far = hypot(x - MIDDLE, y - MIDDLE);
      if (fabs(far - radius) < 2 || fabs(far - radius + 12) < 1.2 || (abs(y - MIDDLE) < 12 && x > 600 && x < 700))
        ink(grey, binary, x, y);
    }
}

/* Rows of letters: boxes with holes. */
static void draw_text(tc_image *grey, tc_image *binary, int from, int to)
{
  for (int y = from; y < to; y++)
    for (int x = 50; x < 950; x++)
      if (y % 45 < 26 && x % 22 < 16 && (y % 45 < 4 || y % 45 > 21 || x % 22 < 4))
        ink(grey, binary, x, y);
}

static void test_ring__goes_and_print_across_it_stays(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) grey = NULL;
  tc_auto(tc_image) binary = NULL;
  tc_seals seals = {0};
  page_of(TC_PIXEL_GREY8, 255, &grey);
  page_of(TC_PIXEL_BILEVEL, 0, &binary);
  draw_seal(grey, binary);
  draw_text(grey, binary, 50, 300);
  assert_ok(tc_ring_remove(grey, binary, DPI, &seals, &err), err);
  assert_int_equal(seals.count, 1);
  assert_true(hypot(seals.items[0].x - MIDDLE, seals.items[0].y - MIDDLE) < 5);
  assert_true(fabs(seals.items[0].radius - radius) < 8);
  assert_false(is_black(binary, MIDDLE - (int)radius, MIDDLE));
  assert_false(is_black(binary, MIDDLE, MIDDLE + (int)radius));
  assert_false(is_black(binary, MIDDLE, MIDDLE - (int)radius + 12));
  assert_int_equal(tc_image_row(grey, MIDDLE)[MIDDLE - (int)radius], 255);
  assert_true(is_black(binary, 640, MIDDLE));
  assert_true(is_black(binary, 610, MIDDLE));
  assert_int_equal(tc_image_row(grey, MIDDLE)[610], 0);
}

/* A name runs along the ring where it stands right below the middle: its letters stay whole. */
static void test_ring__a_name_below_the_middle_stays(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) grey = NULL;
  tc_auto(tc_image) binary = NULL;
  tc_seals seals = {0};
  page_of(TC_PIXEL_GREY8, 255, &grey);
  page_of(TC_PIXEL_BILEVEL, 0, &binary);
  draw_seal(grey, binary);
  for (int y = MIDDLE + 75; y < MIDDLE + 99; y++)
    for (int x = 400; x < 760; x++)
      if (x % 20 < 14 && (y < MIDDLE + 80 || y > MIDDLE + 93 || x % 20 < 4))
        ink(grey, binary, x, y);
  assert_ok(tc_ring_remove(grey, binary, DPI, &seals, &err), err);
  assert_int_equal(seals.count, 1);
  assert_false(is_black(binary, MIDDLE - (int)radius, MIDDLE));
  for (int x = 440; x < 560; x++)
    if (x % 20 < 14)
      assert_true(is_black(binary, x, MIDDLE + 77));
  for (int y = MIDDLE + 75; y < MIDDLE + 99; y++)
    assert_true(is_black(binary, 481, y));
}

static void test_ring__text_alone_has_none(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) grey = NULL;
  tc_auto(tc_image) binary = NULL;
  tc_seals seals = {0};
  page_of(TC_PIXEL_GREY8, 255, &grey);
  page_of(TC_PIXEL_BILEVEL, 0, &binary);
  draw_text(grey, binary, 50, 950);
  assert_ok(tc_ring_remove(grey, binary, DPI, &seals, &err), err);
  assert_int_equal(seals.count, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ring__goes_and_print_across_it_stays),
      cmocka_unit_test(test_ring__a_name_below_the_middle_stays),
      cmocka_unit_test(test_ring__text_alone_has_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
