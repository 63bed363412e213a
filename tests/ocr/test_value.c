#include "tests/tc_test.h"

#include "base/json.h"
#include "ocr/value.h"

#include <math.h>

#define WORDS TC_SOURCE_ROOT "/schemas/national/vn/lexicon"
#define CASES TC_SOURCE_ROOT "/tests/ocr/cases/values.json"

static void check_case(const tc_words *words, const tc_json *c)
{
  tc_error err = {0};
  tc_auto(tc_pattern) pattern = NULL;
  tc_auto(tc_value) value = {0};
  const tc_json *params = tc_json_get(c, "params");
  const char *printed = tc_json_get_text(c, "printed", "");
  const char *regex = tc_json_get_text(params, "pattern", NULL);
  const tc_value_kind *kind = tc_value_kind_find(tc_json_get_text(c, "kind", ""));
  assert_non_null(kind);
  if (regex != NULL)
    assert_ok(tc_pattern_create(regex, &pattern, &err), err);
  const tc_value_context context = {words, {2026, 11, 22}, params, pattern};
  assert_ok(kind->read(&context, printed, &value, &err), err);
  const tc_json *date = tc_json_get(c, "date");
  const char *wanted = tc_json_get_text(c, "value", NULL);
  if (value.valid != tc_json_get_boolean(c, "valid", false) ||
      value.partial != tc_json_get_boolean(c, "partial", false) ||
      value.mended != tc_json_get_boolean(c, "mended", false) ||
      (wanted != NULL && strcmp(wanted, tc_buf_text(&value.text)) != 0))
    fail_msg("%s '%s' gives '%s', valid %d, partial %d, mended %d", kind->name, printed, tc_buf_text(&value.text),
             value.valid, value.partial, value.mended);
  const double number = tc_json_get_number(c, "number", 0);
  if (fabs(value.number - number) > 1e-6 && (number != 0 || value.numbered))
    fail_msg("%s '%s' is the number %f", kind->name, printed, value.number);
  if (date != NULL) {
    assert_int_equal(value.date.year, (int)tc_json_as_number(tc_json_at(date, 0), 0));
    assert_int_equal(value.date.month, (int)tc_json_as_number(tc_json_at(date, 1), 0));
    assert_int_equal(value.date.day, (int)tc_json_as_number(tc_json_at(date, 2), 0));
  }
}

static void test_value__cases(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_words) words = NULL;
  tc_auto(tc_json) cases = NULL;
  assert_ok(tc_words_load(WORDS, &words, &err), err);
  assert_ok(tc_json_read_file(CASES, 1 << 20, &cases, &err), err);
  assert_true(tc_json_count(cases) > 20);
  for (size_t i = 0; i < tc_json_count(cases); i++)
    check_case(words, tc_json_at(cases, i));
}

static void test_value__words_need_their_folder(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_words *words = NULL;
  assert_fails(tc_words_load("/nowhere/words", &words, &err), err, TC_NOT_FOUND);
}

static void test_value__patterns_do_not_stall(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_pattern) pattern = NULL;
  assert_ok(tc_pattern_create("(a+)+b", &pattern, &err), err);
  assert_false(tc_pattern_matches(pattern, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac"));
  assert_true(tc_pattern_matches(pattern, "aab"));
}

static void test_value__patterns_find_their_group(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_pattern) pattern = NULL;
  size_t start = 0;
  size_t end = 0;
  assert_ok(tc_pattern_create_search("no\\.? (\\d+)", &pattern, &err), err);
  assert_true(tc_pattern_find(pattern, "change no 12, later", &start, &end));
  assert_int_equal(start, 10);
  assert_int_equal(end, 12);
  assert_false(tc_pattern_find(pattern, "change none", &start, &end));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_value__cases),
      cmocka_unit_test(test_value__words_need_their_folder),
      cmocka_unit_test(test_value__patterns_do_not_stall),
      cmocka_unit_test(test_value__patterns_find_their_group),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
