/*
 * Readings made into one, word by word: each case gives the first reading's words with the engine's confidence in them.
 */
#include "tests/tc_test.h"

#include "base/json.h"
#include "ocr/combine.h"

#include <string.h>

#define WORDS TC_SOURCE_ROOT "/schemas/national/vn/lexicon"
#define CASES TC_SOURCE_ROOT "/tests/ocr/cases/combine.json"

static void fill_slot(const tc_json *first, tc_slot *slot)
{
  tc_error err = {0};
  slot->confidence = 1;
  for (size_t i = 0; i < tc_json_count(first); i++) {
    const tc_json *word = tc_json_at(first, i);
    const double confidence = tc_json_as_number(tc_json_at(word, 1), 0);
    if (i > 0)
      assert_ok(tc_buf_append_text(&slot->printed, " ", &err), err);
    const size_t start = slot->printed.size;
    assert_ok(tc_buf_append_text(&slot->printed, tc_json_as_text(tc_json_at(word, 0), ""), &err), err);
    slot->marks[slot->mark_count++] =
        (tc_slot_word){.start = start, .end = slot->printed.size, .confidence = confidence};
  }
}

static void check_case(const tc_words *words, const tc_json *c)
{
  tc_error err = {0};
  tc_auto(tc_slot) slot = {0};
  tc_auto(tc_combined) combined = {0};
  fill_slot(tc_json_get(c, "first"), &slot);
  const tc_others others = {tc_json_get_text(c, "second", ""), tc_json_get_number(c, "weight", -9),
                            tc_json_get_text(c, "third", NULL)};
  assert_ok(tc_combine(words, &slot, &others, &combined, &err), err);
  if (strcmp(tc_buf_text(&combined.text), tc_json_get_text(c, "combined", "?")) != 0 ||
      combined.backed != tc_json_get_boolean(c, "backed", false))
    fail_msg("%s: '%s', backed %d", tc_json_get_text(c, "what", ""), tc_buf_text(&combined.text), combined.backed);
}

static void test_combine__cases(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_words) words = NULL;
  tc_auto(tc_json) cases = NULL;
  assert_ok(tc_words_load(WORDS, &words, &err), err);
  assert_ok(tc_json_read_file(CASES, 1 << 20, &cases, &err), err);
  assert_true(tc_json_count(cases) >= 10);
  for (size_t i = 0; i < tc_json_count(cases); i++)
    check_case(words, tc_json_at(cases, i));
}

static void test_combine__a_place_that_is_not_known_has_the_least_confidence(void **state)
{
  (void)state;
  tc_auto(tc_slot) slot = {.confidence = 0.3};
  assert_true(tc_slot_confidence(&slot, 0, 4) == 0.3);
  slot.marks[slot.mark_count++] = (tc_slot_word){.start = 0, .end = 4, .confidence = 0.9};
  slot.marks[slot.mark_count++] = (tc_slot_word){.start = 5, .end = 9, .confidence = 0.8};
  assert_true(tc_slot_confidence(&slot, 0, 4) == 0.9);
  assert_true(tc_slot_confidence(&slot, 3, 9) == 0.8);
  assert_true(tc_slot_confidence(&slot, 5, 12) == 0.3);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_combine__cases),
      cmocka_unit_test(test_combine__a_place_that_is_not_known_has_the_least_confidence),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
