#include "tests/tc_test.h"

#include "base/json.h"
#include "signing/reason.h"

/* Each code has its words and next step, in each language, in the one table; no code is worded twice. */
static void test_reason__every_code_is_worded(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_json) table = NULL;
  assert_ok(tc_json_read_file(SOURCE_ROOT "/schemas/national/vn/reasons.json", 1 << 20, &table, &err), err);
  for (tc_reason reason = 0; reason < TC_REASON_COUNT; reason++) {
    size_t found = 0;
    for (size_t i = 0; i < tc_json_count(table); i++) {
      const tc_json *row = tc_json_at(table, i);
      if (strcmp(tc_json_get_text(row, "code", ""), tc_reason_name(reason)) != 0)
        continue;
      found++;
      assert_true(strlen(tc_json_get_text(row, "vi", "")) > 2);
      assert_true(strlen(tc_json_get_text(row, "en", "")) > 2);
      assert_non_null(tc_json_get_text(row, "next_vi", NULL));
      assert_non_null(tc_json_get_text(row, "next_en", NULL));
    }
    if (found != 1)
      fail_msg("%s stands %zu times in reasons.json", tc_reason_name(reason), found);
  }
}

static void test_reason__worse(void **state)
{
  (void)state;
  assert_int_equal(tc_answer_worse(TC_YES, TC_YES), TC_YES);
  assert_int_equal(tc_answer_worse(TC_YES, TC_UNKNOWN), TC_UNKNOWN);
  assert_int_equal(tc_answer_worse(TC_UNKNOWN, TC_NO), TC_NO);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_reason__every_code_is_worded),
                                     cmocka_unit_test(test_reason__worse)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
