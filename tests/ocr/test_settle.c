#include "ocr/settle.h"

#include "tests/tc_test.h"

#define WORDS TC_SOURCE_ROOT "/schemas/national/vn/lexicon"
#define CASES TC_SOURCE_ROOT "/tests/ocr/cases/settle.json"

static void test_settle__what_cannot_stand_there_loses(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_words) words = NULL;
  tc_auto(tc_json) file = NULL;
  assert_ok(tc_words_load(WORDS, &words, &err), err);
  assert_ok(tc_json_read_file(CASES, 1 << 16, &file, &err), err);
  const tc_json *cases = tc_json_get(file, "cases");
  assert_true(tc_json_count(cases) >= 12);
  for (size_t i = 0; i < tc_json_count(cases); i++) {
    const tc_json *c = tc_json_at(cases, i);
    const char *text = tc_json_get_text(c, "chosen", "");
    tc_auto(tc_aligned) chosen = {.count = 0};
    tc_auto(tc_aligned) first = {.count = 0};
    tc_auto(tc_aligned) second = {.count = 0};
    bool settled = false;
    assert_ok(tc_align(text, text, &chosen, &err), err);
    assert_ok(tc_align(text, tc_json_get_text(c, "first", ""), &first, &err), err);
    assert_ok(tc_align(text, tc_json_get_text(c, "second", ""), &second, &err), err);
    assert_ok(tc_settle(words, tc_json_get_text(c, "kind", "place"), &chosen, &first, &second, &settled, &err), err);
    if (settled != tc_json_get_boolean(c, "settled", !settled))
      fail_msg("%s", tc_json_get_text(c, "what", ""));
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_settle__what_cannot_stand_there_loses),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
