#include "tests/tc_test.h"

#include "base/json.h"
#include "ocr/crosscheck.h"

#define WORDS TC_SOURCE_ROOT "/schemas/national/vn/lexicon"

#define CASES TC_SOURCE_ROOT "/tests/ocr/cases/crosschecks.json"

static const char sexes[] = "{\"list\": \"sexes\"}";

/* {"check", "params", "fields": [[kind of value, printed] or null, …], "answer": "yes", "no" or "silent"} */
static void check_example(const tc_words *words, const tc_json *example, size_t index)
{
  static const char *const answers[] = {[TC_AGREE_SILENT] = "silent", [TC_AGREE_YES] = "yes", [TC_AGREE_NO] = "no"};
  tc_error err = {0};
  tc_auto(tc_json) choice = NULL;
  tc_value values[3] = {0};
  tc_checked fields[3] = {0};
  const tc_json *given = tc_json_get(example, "fields");
  const tc_crosscheck_kind *check = tc_crosscheck_kind_find(tc_json_get_text(example, "check", ""));
  assert_ok(tc_json_parse(tc_bytes_of_text(sexes), &choice, &err), err);
  assert_non_null(check);
  size_t count = 0;
  for (; count < tc_json_count(given) && count < TC_ARRAY_LEN(fields); count++) {
    const tc_json *field = tc_json_at(given, count);
    if (tc_json_is_null(field))
      continue;
    const char *name = tc_json_as_text(tc_json_at(field, 0), "");
    const char *printed = tc_json_as_text(tc_json_at(field, 1), "");
    const tc_value_kind *kind = tc_value_kind_find(name);
    const tc_value_context context = {words, {2026, 11, 22}, strcmp(name, "choice") == 0 ? choice : NULL, NULL};
    assert_non_null(kind);
    assert_ok(kind->read(&context, printed, &values[count], &err), err);
    fields[count] = (tc_checked){&values[count], printed};
  }
  const char *answer = answers[check->run(words, tc_json_get(example, "params"), fields, count)];
  for (size_t i = 0; i < count; i++)
    tc_value_finish(&values[i]);
  if (strcmp(answer, tc_json_get_text(example, "answer", "")) != 0)
    fail_msg("example %zu (%s) gives '%s'", index, check->name, answer);
}

static void test_crosscheck__examples(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_words) words = NULL;
  tc_auto(tc_json) cases = NULL;
  assert_ok(tc_words_load(WORDS, &words, &err), err);
  assert_ok(tc_json_read_file(CASES, 1 << 20, &cases, &err), err);
  assert_true(tc_json_count(cases) > 25);
  for (size_t i = 0; i < tc_json_count(cases); i++)
    check_example(words, tc_json_at(cases, i), i);
}

/* A yes about three digits of twelve must not make the twelve sure. */
static void test_crosscheck__what_vouches(void **state)
{
  (void)state;
  assert_false(tc_crosscheck_kind_find("id_person")->vouches);
  assert_false(tc_crosscheck_kind_find("not_before")->vouches);
  assert_true(tc_crosscheck_kind_find("same_date")->vouches);
  assert_true(tc_crosscheck_kind_find("same_number")->vouches);
  assert_null(tc_crosscheck_kind_find("no_such_check"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_crosscheck__examples),
      cmocka_unit_test(test_crosscheck__what_vouches),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
