#include "tests/ocr/drawn_page.h"

#include "ocr/word_bounds.h"

#include <math.h>

enum { WIDTH = 800, HEIGHT = 200 };

/* Letters of 18 pixels, 24 apart: words of three, one and three of them, as far from each other as words are. */
static void draw(tc_image **binary)
{
  drawn_page(WIDTH, HEIGHT, binary);
  drawn_letters(*binary, 100, 100, 3, 30); /* to 166 */
  drawn_letters(*binary, 180, 100, 1, 30); /* to 198 */
  drawn_letters(*binary, 212, 100, 3, 30);
}

static void find(const tc_image *binary, const double guesses[][2], size_t count, double **out)
{
  tc_error err = {0};
  tc_auto(tc_ink) ink = NULL;
  tc_auto(tc_text_lines) lines = NULL;
  tc_auto(tc_page) words = NULL;
  char text[] = "word";
  assert_ok(tc_ink_create(binary, &ink, &err), err);
  assert_ok(tc_text_lines_find(ink, 300, NULL, &lines, &err), err);
  assert_int_equal(lines->count, 1);
  assert_ok(tc_page_create(WIDTH, HEIGHT, 300, &words, &err), err);
  for (size_t i = 0; i < count; i++) {
    const tc_word word = {.text = text, .confidence = 0.9, .box = {guesses[i][0], 100, guesses[i][1], 30}};
    assert_ok(tc_page_add(words, &word, &err), err);
  }
  assert_ok(tc_word_bounds_find(ink, &lines->items[0], words, out, &err), err);
}

/* The engine has the word of one letter right of its ink, within the next one's. */
static void test_word_bounds__lie_in_the_white_between_words(void **state)
{
  (void)state;
  tc_auto(tc_image) binary = NULL;
  double *bounds = NULL;
  static const double guesses[][2] = {{98, 64}, {205, 7}, {194, 90}};
  draw(&binary);
  find(binary, guesses, 3, &bounds);
  assert_true(isinf(bounds[0]) && bounds[0] < 0 && isinf(bounds[3]) && bounds[3] > 0);
  assert_true(bounds[1] > 166 && bounds[1] < 180);
  assert_true(bounds[2] > 198 && bounds[2] < 212);
  free(bounds);
}

/* A rule below joins the letters: nothing but the guess is left, far from any white. */
static void test_word_bounds__stay_where_words_touch(void **state)
{
  (void)state;
  tc_auto(tc_image) binary = NULL;
  double *bounds = NULL;
  static const double guesses[][2] = {{98, 60}, {188, 90}};
  draw(&binary);
  drawn_box(binary, 117, 128, 100, 2);
  find(binary, guesses, 2, &bounds);
  assert_true(fabs(bounds[1] - 173) < 0.5);
  free(bounds);
}

static void test_word_bounds__of_one_word_and_of_none(void **state)
{
  (void)state;
  tc_auto(tc_image) binary = NULL;
  double *bounds = NULL;
  static const double guesses[][2] = {{98, 200}};
  draw(&binary);
  find(binary, guesses, 1, &bounds);
  assert_true(isinf(bounds[0]) && isinf(bounds[1]));
  free(bounds);
  find(binary, guesses, 0, &bounds);
  assert_true(isinf(bounds[0]));
  free(bounds);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_word_bounds__lie_in_the_white_between_words),
                                     cmocka_unit_test(test_word_bounds__stay_where_words_touch),
                                     cmocka_unit_test(test_word_bounds__of_one_word_and_of_none)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
