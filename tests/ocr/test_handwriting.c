#include "tests/tc_test.h"

#include "ocr/handwriting.h"

enum { WIDTH = 1200, HEIGHT = 200, BASE = 120, CAP = 30 };

static tc_image *blank(void)
{
  tc_error err = {0};
  tc_image *image = NULL;
  const tc_image_shape shape = {TC_PIXEL_BILEVEL, WIDTH, HEIGHT, 300, 300};
  assert_ok(tc_image_create(&shape, &image, &err), err);
  return image;
}

static void ink(tc_image *image, int x, int y, int width, int height)
{
  for (int row = y; row < y + height; row++)
    for (int column = x; column < x + width; column++)
      tc_image_row_mutable(image, row)[column >> 3] |= (uint8_t)(0x80 >> (column & 7));
}

/* Letters side by side that stand on the line; returns where the next would stand. */
static int letters(tc_image *image, int x, int count, int height)
{
  for (int i = 0; i < count; i++, x += 24)
    ink(image, x, BASE - height, 16, height);
  return x;
}

static tc_digits_look look_at(const tc_image *image, tc_box part)
{
  tc_error err = {0};
  tc_digits_look out = {-1, -1};
  assert_ok(tc_handwriting_digits(image, (tc_box){20, BASE - CAP, WIDTH - 40, CAP}, part, &out, &err), err);
  return out;
}

static double tallness(const tc_image *image, tc_box part) { return look_at(image, part).tallness; }

static void test_handwriting__printed_digits_are_as_tall_as_capitals(void **state)
{
  (void)state;
  tc_auto(tc_image) image = blank();
  const int end = letters(image, 40, 4, CAP);
  letters(image, end + 10, 5, CAP);
  ink(image, end + 10, BASE, 16, 10); /* a tail, which is no height */
  const double found = tallness(image, (tc_box){40, BASE - CAP, end - 40, CAP});
  assert_true(found > 0.95 && found < 1.05);
}

static void test_handwriting__written_digits_are_taller(void **state)
{
  (void)state;
  tc_auto(tc_image) image = blank();
  const int end = letters(image, 40, 4, CAP * 5 / 4);
  letters(image, end + 10, 5, CAP);
  assert_true(tallness(image, (tc_box){40, BASE - CAP, end - 40, CAP}) > 1.2);
}

/* One low digit among tall ones: rather a speck on print than a hand. */
static void test_handwriting__the_lowest_counts(void **state)
{
  (void)state;
  tc_auto(tc_image) image = blank();
  int end = letters(image, 40, 2, CAP * 5 / 4);
  end = letters(image, end, 1, CAP);
  letters(image, end + 10, 5, CAP);
  assert_true(tallness(image, (tc_box){40, BASE - CAP, end - 40, CAP}) < 1.05);
}

static void test_handwriting__too_little_beside_says_nothing(void **state)
{
  (void)state;
  tc_auto(tc_image) image = blank();
  const int end = letters(image, 40, 4, CAP * 5 / 4);
  letters(image, end + 10, 2, CAP);
  assert_true(tallness(image, (tc_box){40, BASE - CAP, end - 40, CAP}) == 0);
}

static void test_handwriting__written_digits_are_uneven(void **state)
{
  (void)state;
  tc_auto(tc_image) print = blank();
  tc_auto(tc_image) hand = blank();
  int end = letters(print, 40, 3, CAP);
  end = letters(print, end, 1, CAP - 1);
  letters(print, end + 10, 5, CAP);
  const tc_box part = {40, BASE - CAP, end - 40, CAP};
  assert_true(look_at(print, part).unevenness == 0);
  end = letters(hand, 40, 3, CAP);
  end = letters(hand, end, 1, CAP + 4);
  letters(hand, end + 10, 5, CAP);
  assert_true(look_at(hand, part).unevenness > 0.1);
}

static double run_of(const tc_image *image)
{
  tc_error err = {0};
  double out = -1;
  assert_ok(tc_handwriting_run(image, (tc_box){20, BASE - CAP, WIDTH - 40, CAP}, &out, &err), err);
  return out;
}

static void test_handwriting__a_running_hand_hangs_together(void **state)
{
  (void)state;
  tc_auto(tc_image) print = blank();
  tc_auto(tc_image) hand = blank();
  letters(print, 40, 20, CAP);
  assert_true(run_of(print) == 0);
  letters(hand, 40, 20, CAP);
  for (int word = 0; word < 3; word++)
    ink(hand, 40 + 168 * word, BASE - 6, 130, 4); /* strokes from letter to letter */
  assert_true(run_of(hand) > 0.7);
  tc_auto(tc_image) empty = blank();
  assert_true(run_of(empty) == 0);
}

static void test_handwriting__pieces_are_letters_or_words(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) image = blank();
  const tc_box line = {20, BASE - CAP, WIDTH - 40, CAP};
  size_t pieces = 0;
  double print = 0;
  double hand = 0;
  letters(image, 40, 20, CAP);
  ink(image, 60, BASE - CAP - 4, 2, 2); /* a speck counts for nothing */
  assert_ok(tc_handwriting_pieces(image, line, &pieces, &print, &err), err);
  assert_int_equal(pieces, 20);
  print /= (double)pieces;
  ink(image, 40, BASE - 6, 130, 4);
  assert_ok(tc_handwriting_pieces(image, line, &pieces, &hand, &err), err);
  assert_true(pieces < 18);
  assert_true(hand / (double)pieces > 1.25 * print);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_handwriting__printed_digits_are_as_tall_as_capitals),
      cmocka_unit_test(test_handwriting__written_digits_are_taller),
      cmocka_unit_test(test_handwriting__the_lowest_counts),
      cmocka_unit_test(test_handwriting__too_little_beside_says_nothing),
      cmocka_unit_test(test_handwriting__written_digits_are_uneven),
      cmocka_unit_test(test_handwriting__a_running_hand_hangs_together),
      cmocka_unit_test(test_handwriting__pieces_are_letters_or_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
