#include "pipeline/copy_data.h"
#include "tests/tc_test.h"

static tc_answer answer(const char *until, int offset, int64_t now)
{
  tc_auto(tc_json) data = tc_json_object();
  if (until != NULL)
    tc_json_set_text(data, "valid_until", until);
  tc_json_set_integer(data, "utc_offset_minutes", offset);
  return tc_copy_data_paper_valid(data, now);
}

/* 1798736400 is 2026-12-31T17:00:00Z: at UTC+7 the new year has begun. */
static void test_copy_data_paper_valid__by_the_offices_day(void **state)
{
  (void)state;
  assert_int_equal(answer(NULL, 420, 1798736400), TC_UNKNOWN);
  assert_int_equal(answer("soon", 420, 1798736400), TC_UNKNOWN);
  assert_int_equal(answer("2027-01-01", 420, 1798736400), TC_YES);
  assert_int_equal(answer("2026-12-31", 420, 1798736400), TC_NO);
  assert_int_equal(answer("2026-12-31", 420, 1798736399), TC_YES);
  assert_int_equal(answer("2026-12-31", 0, 1798736400), TC_YES);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_copy_data_paper_valid__by_the_offices_day)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
