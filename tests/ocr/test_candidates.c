/*
 * Readings laid against each other, and what a word may be where they differ.
 */
#include "tests/tc_test.h"

#include "base/json.h"
#include "ocr/align.h"
#include "ocr/candidates.h"

#include <string.h>

#define WORDS TC_SOURCE_ROOT "/schemas/national/vn/lexicon"
#define CASES TC_SOURCE_ROOT "/tests/ocr/cases/candidates.json"

static tc_words *load_words(void)
{
  tc_error err = {0};
  tc_words *words = NULL;
  assert_ok(tc_words_load(WORDS, &words, &err), err);
  return words;
}

/* ---- Laying readings against each other ---- */

static void check_spans(const char *text, const char *other, const char *const *expected, size_t count)
{
  tc_error err = {0};
  tc_auto(tc_aligned) aligned = {.count = 0};
  assert_ok(tc_align(text, other, &aligned, &err), err);
  assert_int_equal(aligned.count, count);
  for (size_t i = 0; i < count; i++)
    assert_string_equal(aligned.spans[i], expected[i]);
}

static void test_align__words_lost_found_and_run_together(void **state)
{
  (void)state;
  check_spans("one two three", "one twa three", (const char *[]){"one", "twa", "three"}, 3);
  check_spans("one three", "one two three", (const char *[]){"one two", "three"}, 2);
  check_spans("two three", "one two three", (const char *[]){"one two", "three"}, 2);
  check_spans("one two three", "one three", (const char *[]){"one", "", "three"}, 3);
  check_spans("number 13.", "number13,", (const char *[]){"number", "13,"}, 2);
  check_spans("", "one", NULL, 0);
}

static void test_align__similarity_is_of_letters_in_common(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_aligned) same = {.count = 0};
  tc_auto(tc_aligned) other = {.count = 0};
  assert_ok(tc_align("Resum\u00e9", "resume", &same, &err), err);
  assert_true(same.similarity == 1);
  assert_ok(tc_align("abc def", "xyz", &other, &err), err);
  assert_true(other.similarity == 0);
}

static void test_align__a_text_that_is_too_long_has_no_spans(void **state)
{
  (void)state;
  tc_error err = {0};
  char text[2 * TC_ALIGN_SIGNS_MAX];
  tc_auto(tc_aligned) aligned = {.count = 0};
  memset(text, 'a', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  assert_ok(tc_align(text, "a", &aligned, &err), err);
  assert_int_equal(aligned.count, 0);
}

/* ---- Candidates ---- */

static bool has(const tc_candidates *candidates, const char *text)
{
  for (size_t i = 0; i < candidates->count; i++)
    if (strcmp(candidates->texts[i], text) == 0)
      return true;
  return false;
}

static void check_case(const tc_words *words, const tc_json *c)
{
  tc_error err = {0};
  tc_auto(tc_candidates) candidates = {.count = 0};
  const char *readings[3];
  const tc_json *given = tc_json_get(c, "readings");
  const size_t count = tc_json_count(given);
  for (size_t i = 0; i < count; i++)
    readings[i] = tc_json_as_text(tc_json_at(given, i), "");
  assert_ok(tc_candidates_make(words, readings, count, true, &candidates, &err), err);
  assert_true(candidates.count <= TC_CANDIDATES_MAX);
  for (size_t i = 0; i < tc_json_count(tc_json_get(c, "has")); i++)
    if (!has(&candidates, tc_json_as_text(tc_json_at(tc_json_get(c, "has"), i), "")))
      fail_msg("%s: lacks %s", tc_json_get_text(c, "what", ""),
               tc_json_as_text(tc_json_at(tc_json_get(c, "has"), i), ""));
  for (size_t i = 0; i < tc_json_count(tc_json_get(c, "lacks")); i++)
    if (has(&candidates, tc_json_as_text(tc_json_at(tc_json_get(c, "lacks"), i), "")))
      fail_msg("%s: has %s", tc_json_get_text(c, "what", ""),
               tc_json_as_text(tc_json_at(tc_json_get(c, "lacks"), i), ""));
}

static void test_candidates__cases(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_words) words = load_words();
  tc_auto(tc_json) cases = NULL;
  assert_ok(tc_json_read_file(CASES, 1 << 20, &cases, &err), err);
  assert_true(tc_json_count(cases) >= 6);
  for (size_t i = 0; i < tc_json_count(cases); i++)
    check_case(words, tc_json_at(cases, i));
}

static void test_candidates__what_was_read_stands_first_and_once(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_words) words = load_words();
  tc_auto(tc_candidates) candidates = {.count = 0};
  const char *readings[] = {"12/3", "12/8", "12/3"};
  assert_ok(tc_candidates_make(words, readings, 3, true, &candidates, &err), err);
  assert_int_equal(candidates.read, 2);
  assert_string_equal(candidates.texts[0], "12/3");
  assert_string_equal(candidates.texts[1], "12/8");
}

static void test_words__neighbours_in_lists_go_together(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_words) words = load_words();
  tc_auto(tc_json) phrases = NULL;
  assert_ok(tc_json_read_file(WORDS "/usual_phrases.json", 1 << 20, &phrases, &err), err);
  tc_auto(tc_str) first = NULL;
  assert_ok(tc_str_copy(tc_json_as_text(tc_json_at(tc_json_get(phrases, "words"), 0), ""), &first, &err), err);
  char *right = strchr(first, ' ');
  assert_non_null(right);
  *right++ = '\0';
  assert_true(tc_words_go_together(words, first, right));
  assert_false(tc_words_go_together(words, right, first));
  assert_false(tc_words_go_together(words, "", right));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_align__words_lost_found_and_run_together),
      cmocka_unit_test(test_align__similarity_is_of_letters_in_common),
      cmocka_unit_test(test_align__a_text_that_is_too_long_has_no_spans),
      cmocka_unit_test(test_candidates__cases),
      cmocka_unit_test(test_candidates__what_was_read_stands_first_and_once),
      cmocka_unit_test(test_words__neighbours_in_lists_go_together),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
