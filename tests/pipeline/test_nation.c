#include "pipeline/nation.h"
#include "tests/tc_test.h"

#include "base/file.h"

#include <sys/stat.h>

static tc_nation *load(void)
{
  tc_error err = {0};
  tc_nation *nation = NULL;
  assert_ok(tc_nation_load(SOURCE_ROOT "/schemas/national/vn", &nation, &err), err);
  return nation;
}

static void test_nation_fee__counts_pages_and_has_a_ceiling(void **state)
{
  (void)state;
  tc_auto(tc_nation) nation = load();
  static const struct {
    int pages, copies;
    int64_t fee;
  } cases[] = {{1, 1, 2000},     {2, 1, 4000},      {3, 1, 5000},     {3, 2, 10000},
               {198, 1, 200000}, {1000, 1, 200000}, {1000, 3, 600000}};
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++)
    assert_int_equal(tc_nation_fee(nation, cases[i].pages, cases[i].copies), cases[i].fee);
}

static void test_nation_valid_until__follows_the_rule_of_the_type(void **state)
{
  (void)state;
  tc_auto(tc_nation) nation = load();
  static const struct {
    const char *type, *key, *value, *until;
  } cases[] = {{"residence_confirmation", "issue_date", "22/11/2026", "2027-11-22"},
               {"marital_status_confirmation", "issue_date", "31/08/2026", "2027-03-03"},
               {"driving_licence", "expiry_date", "05/01/2030", "2030-01-05"},
               {"driving_licence", "expiry_date", "unlimited", NULL},
               {"residence_confirmation", "other_date", "22/11/2026", NULL},
               {"birth_certificate", "issue_date", "22/11/2026", NULL}};
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++) {
    tc_auto(tc_json) fields = tc_json_object();
    tc_json *field = tc_json_object();
    tc_json_set_text(field, "value", cases[i].value);
    tc_json_set(fields, cases[i].key, field);
    char until[11] = "";
    assert_int_equal(tc_nation_valid_until(nation, cases[i].type, fields, until), cases[i].until != NULL);
    if (cases[i].until != NULL)
      assert_string_equal(until, cases[i].until);
  }
}

static void test_nation_clock__is_the_offices(void **state)
{
  (void)state;
  tc_auto(tc_nation) nation = load();
  tc_auto(tc_json) clock = tc_nation_clock(nation, 1798736400); /* 2026-12-31T17:00:00Z: New Year at the office */
  assert_string_equal(tc_json_get_text(clock, "time_iso", ""), "2027-01-01T00:00:00+07:00");
  assert_string_equal(tc_json_get_text(clock, "date", ""), "2027-01-01");
  assert_int_equal(tc_json_get_integer(clock, "yyyy", 0), 2027);
}

static void test_nation_load__names_what_is_missing(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_nation *nation = NULL;
  assert_fails(tc_nation_load("/nowhere", &nation, &err), err, TC_CONFIG);
  char folder[] = "/tmp/truecopy-nation-XXXXXX";
  assert_non_null(mkdtemp(folder));
  static const char *const files[] = {"attestation.json", "policy.json", "validity.json"};
  char path[128];
  for (size_t i = 0; i < TC_ARRAY_LEN(files); i++) {
    snprintf(path, sizeof path, "%s/%s", folder, files[i]);
    assert_ok(tc_file_write(path, tc_bytes_of_text("{\"lang\":\"xx\"}"), 0600, &err), err);
  }
  assert_false(tc_nation_load(folder, &nation, &err));
  assert_int_equal(err.code, TC_CONFIG);
  assert_non_null(strstr(err.message, "attestation.json: the text \"document_title\" is missing"));
  for (size_t i = 0; i < TC_ARRAY_LEN(files); i++) {
    snprintf(path, sizeof path, "%s/%s", folder, files[i]);
    remove(path);
  }
  remove(folder);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_nation_fee__counts_pages_and_has_a_ceiling),
      cmocka_unit_test(test_nation_valid_until__follows_the_rule_of_the_type),
      cmocka_unit_test(test_nation_clock__is_the_offices),
      cmocka_unit_test(test_nation_load__names_what_is_missing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
