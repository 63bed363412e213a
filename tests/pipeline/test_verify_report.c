/* What stands in a report: all of a result, or how much more there was; in a language that the table has. */
#include "tests/tc_test.h"

#include "pipeline/verify_report.h"

static tc_json *texts(const tc_json *reasons, const char *language, size_t signatures, tc_error *err)
{
  tc_auto(tc_json) result = tc_json_object();
  tc_json *rows = tc_json_array(), *out = NULL;
  for (size_t i = 0; i < signatures; i++)
    tc_json_append(rows, tc_json_object());
  tc_json_set(result, "signatures", rows);
  tc_verify_report_options options = {.reasons = reasons, .language = language, .file = "a.pdf", .result = result};
  return tc_verify_report_texts(&options, &out, err) ? out : NULL;
}

static void load(tc_json **out)
{
  tc_error err = {0};
  assert_ok(tc_verify_reasons_load(SOURCE_ROOT "/schemas/national/vn/reasons.json", out, &err), err);
}

static void expect_rows(size_t signatures, size_t rows, const char *last)
{
  tc_error err = {0};
  tc_auto(tc_json) reasons = NULL;
  load(&reasons);
  tc_auto(tc_json) made = texts(reasons, "en", signatures, &err);
  const tc_json *given = tc_json_get(made, "rows");
  assert_int_equal(tc_json_count(given), rows);
  const tc_json *row = tc_json_at(given, rows - 1);
  if (last != NULL)
    assert_string_equal(tc_json_get_text(row, "value", ""), last);
  else
    assert_null(strstr(tc_json_get_text(row, "value", ""), "… + "));
}

static void test_report__signatures_are_shown_or_counted(void **state)
{
  (void)state;
  expect_rows(0, 7, NULL); /* file, digest, time; the four answers */
  expect_rows(2, 9, NULL);
  expect_rows(150, 157, NULL);
  expect_rows(151, 158, "… + 1");
  expect_rows(1000, 158, "… + 850");
}

static void test_report__other_keys_are_no_languages(void **state)
{
  (void)state;
  static const char *const wrong[] = {"", "code", "next_vi", "next_en", "xx", "next_", "enenenenenenenenenenenenenen"};
  static const char *const right[] = {"vi", "en"};
  tc_auto(tc_json) reasons = NULL;
  load(&reasons);
  for (size_t i = 0; i < TC_ARRAY_LEN(wrong); i++) {
    tc_error err = {0};
    tc_auto(tc_json) made = texts(reasons, wrong[i], 0, &err);
    assert_null(made);
    assert_int_equal(err.code, TC_USAGE);
  }
  for (size_t i = 0; i < TC_ARRAY_LEN(right); i++) {
    tc_error err = {0};
    tc_auto(tc_json) made = texts(reasons, right[i], 0, &err);
    assert_string_equal(tc_json_get_text(made, "language", ""), right[i]);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_report__signatures_are_shown_or_counted),
                                     cmocka_unit_test(test_report__other_keys_are_no_languages)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
