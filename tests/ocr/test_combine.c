/*
 * Readings made into one, word by word: each case gives the first reading's words with the engine's confidence in them.
 */
#include "tests/tc_test.h"

#include "base/json.h"
#include "base/text.h"
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

/* ---- A second reader that is certain of its text ---- */

static void add_signs(const char *text, tc_alphabet *alphabet)
{
  for (uint32_t sign = 0; tc_text_next(&text, &sign);) {
    size_t known = 1;
    while (known < alphabet->count && alphabet->signs[known] != sign)
      known++;
    if (known == alphabet->count)
      alphabet->signs[alphabet->count++] = sign;
  }
}

/* Each sign in a step of its own, with a blank behind it. */
static void see(const char *text, const tc_alphabet *alphabet, tc_seen *seen, size_t size)
{
  tc_error err = {0};
  tc_seen_part *part = &seen->parts[seen->part_count++];
  *part = (tc_seen_part){.from = 0, .to = size};
  float *rows = calloc(2 * tc_text_length(text) * alphabet->count, sizeof *rows);
  assert_non_null(rows);
  size_t step = 0;
  for (uint32_t sign = 0; tc_text_next(&text, &sign); step += 2)
    for (size_t i = 0; i < alphabet->count; i++) {
      rows[step * alphabet->count + i] = alphabet->signs[i] == sign && i > 0 ? 0 : -9;
      rows[(step + 1) * alphabet->count + i] = i == 0 ? 0 : -9;
    }
  assert_ok(tc_posterior_create(alphabet, &part->posterior, &err), err);
  assert_ok(tc_posterior_add(part->posterior, rows, step, &err), err);
  free(rows);
}

static bool check_case(const tc_words *words, const tc_json *c)
{
  tc_error err = {0};
  tc_auto(tc_slot) slot = {0};
  tc_auto(tc_combined) combined = {0};
  tc_auto(tc_seen) seen = {0};
  tc_alphabet alphabet = {.count = 1};
  const char *second = tc_json_get_text(c, "second", "");
  fill_slot(tc_json_get(c, "first"), &slot);
  add_signs(tc_buf_text(&slot.printed), &alphabet);
  add_signs(second, &alphabet);
  add_signs(tc_json_get_text(c, "combined", ""), &alphabet);
  if (tc_json_get_boolean(c, "seen", true))
    see(second, &alphabet, &seen, slot.printed.size);
  const tc_others others = {.second = second,
                            .seen = &seen,
                            .third = tc_json_get_text(c, "third", NULL),
                            .kind = tc_json_get_text(c, "kind", "text")};
  assert_ok(tc_combine(words, &slot, &others, &combined, &err), err);
  const double at_least = tc_json_get_number(c, "at_least", 0);
  const double at_most = tc_json_get_number(c, "at_most", 1);
  const bool right = strcmp(tc_buf_text(&combined.text), tc_json_get_text(c, "combined", "?")) == 0 &&
                     combined.likely >= at_least && combined.likely <= at_most;
  if (!right)
    print_error("%s: '%s', likely %.3f\n", tc_json_get_text(c, "what", ""), tc_buf_text(&combined.text),
                combined.likely);
  return right;
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
  size_t wrong = 0;
  for (size_t i = 0; i < tc_json_count(cases); i++)
    wrong += check_case(words, tc_json_at(cases, i)) ? 0 : 1;
  assert_int_equal(wrong, 0);
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
