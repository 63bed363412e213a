#include "base/error.h"
#include "tests/tc_test.h"

#include <errno.h>

static void test_error_set__first_cause_wins(void **state)
{
  (void)state;
  tc_error err = {0};
  assert_false(tc_fail(&err, TC_FORMAT, "first %d", 1));
  assert_false(tc_fail(&err, TC_IO, "second"));
  assert_int_equal(err.code, TC_FORMAT);
  assert_string_equal(err.message, "first 1");
  assert_string_equal(err.where, "test_error_set__first_cause_wins");
}

static void test_error_set__errno_refines_the_code(void **state)
{
  (void)state;
  const struct {
    int number;
    tc_code code;
  } cases[] = {
      {ENOSPC, TC_NO_SPACE}, {EDQUOT, TC_NO_SPACE}, {ENOMEM, TC_NO_MEMORY}, {ENOENT, TC_NOT_FOUND}, {EACCES, TC_DENIED},
      {EPERM, TC_DENIED},    {EIO, TC_IO}};
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++) {
    tc_error err = {0};
    assert_false(tc_fail_errno(&err, TC_IO, cases[i].number, "a file"));
    assert_int_equal(err.code, cases[i].code);
    assert_int_equal(err.sys_errno, cases[i].number);
    assert_non_null(strstr(err.message, "a file: "));
  }
}

static void test_error_set__cuts_at_a_utf8_boundary(void **state)
{
  (void)state;
  char text[1000] = "";
  for (size_t i = 0; i + 3 < sizeof text; i += 3)
    memcpy(text + i, "\xE1\xBA\xA1", 4);
  for (size_t shift = 0; shift < 3; shift++) {
    tc_error err = {0};
    assert_false(tc_fail(&err, TC_FORMAT, "%.*s%s", (int)shift, "ab", text));
    assert_int_equal((strlen(err.message) - shift) % 3, 0);
    assert_true(strlen(err.message) > sizeof err.message - 5);
  }
}

static void test_error_prefix__puts_the_place_first(void **state)
{
  (void)state;
  tc_error err = {0};
  assert_false(tc_error_prefix(&err, "page %d", 2));
  assert_int_equal(err.code, TC_OK);
  assert_false(tc_fail(&err, TC_LIMIT, "too large"));
  assert_false(tc_error_prefix(&err, "page %d", 3));
  assert_string_equal(err.message, "page 3: too large");
}

static void test_code_info__each_code_has_its_row(void **state)
{
  (void)state;
  for (int code = 0; code < TC_CODE_COUNT; code++) {
    const tc_code_row *row = tc_code_info((tc_code)code);
    assert_int_equal(row->code, code);
    assert_int_equal(tc_code_from_name(row->name), code);
    assert_in_range(row->exit_status, code == TC_OK ? 0 : 3, code == TC_OK ? 0 : 5);
    assert_in_range(row->http_status, code == TC_OK ? 200 : 400, code == TC_OK ? 200 : 599);
  }
  assert_int_equal(tc_code_info(TC_CODE_COUNT)->code, TC_INTERNAL);
  assert_int_equal(tc_code_from_name("no such code"), TC_INTERNAL);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_error_set__first_cause_wins),
      cmocka_unit_test(test_error_set__errno_refines_the_code),
      cmocka_unit_test(test_error_set__cuts_at_a_utf8_boundary),
      cmocka_unit_test(test_error_prefix__puts_the_place_first),
      cmocka_unit_test(test_code_info__each_code_has_its_row),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
