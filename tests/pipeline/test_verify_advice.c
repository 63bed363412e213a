/* Results of verifications, and the sentence that each comes down to. */
#include "tests/tc_test.h"

#include "base/json.h"
#include "pdf/changes.h"
#include "pipeline/verify_advice.h"
#include "pipeline/verify_copy.h"

#define CHECK(name, result, reason) "{\"name\":\"" name "\",\"result\":\"" result "\",\"reason\":\"" reason "\"}"
#define SIGNED(checks) "\"signatures\":[{\"checks\":[" checks "]}]"
#define GOOD SIGNED(CHECK("digest", "yes", "ok"))
#define ANSWERS(verdict, intact, trusted, in_force, paper)                                                     \
  "\"verdict\":\"" verdict "\",\"intact\":\"" intact "\",\"trusted\":\"" trusted "\",\"in_force\":\"" in_force \
  "\",\"paper_valid\":\"" paper "\""

static const struct {
  const char *result, *advice;
} cases[] = {
    {ANSWERS("valid", "yes", "yes", "yes", "yes") "," GOOD, "use_valid"},
    {ANSWERS("valid", "yes", "yes", "yes", "no") "," GOOD, "use_paper_expired"},
    {ANSWERS("valid", "yes", "yes", "yes", "no") ",\"copy\":{\"sample\":true}," GOOD, "use_sample"},
    {ANSWERS("valid", "yes", "yes", "unknown", "unknown") ",\"copy\":{\"record\":\"r\"}," GOOD, "use_valid_elsewhere"},
    {ANSWERS("valid", "yes", "yes", "unknown", "unknown") ",\"copy\":{}," GOOD, "use_signed"},
    {ANSWERS("valid", "yes", "yes", "unknown",
             "unknown") "," GOOD ",\"findings\":[{\"code\":\"form_filled\",\"severity\":\"note\"}]",
     "use_filled"},
    {ANSWERS("indeterminate", "unknown", "unknown", "unknown", "unknown") ",\"signatures\":[]", "use_unsigned"},
    {ANSWERS("indeterminate", "unknown", "unknown", "unknown",
             "unknown") ",\"signatures\":[],\"findings\":[{\"code\":\"signature_removed\",\"severity\":\"violation\"}]",
     "use_changed"},
    {ANSWERS("invalid", "no", "yes", "yes", "yes") "," GOOD, "use_changed"},
    {ANSWERS("invalid", "no", "no", "no", "no") ",\"state\":\"revoked\"," GOOD, "use_changed"},
    {ANSWERS("invalid", "yes", "yes", "no", "yes") ",\"state\":\"superseded\"," GOOD, "use_superseded"},
    {ANSWERS("invalid", "yes", "yes", "no", "yes") ",\"state\":\"revoked\"," GOOD, "use_revoked"},
    {ANSWERS("invalid", "yes", "yes", "no", "yes") ",\"state\":\"withdrawn\"," GOOD, "use_not_in_force"},
    {ANSWERS("invalid", "yes", "no", "unknown", "unknown") "," SIGNED(CHECK("revocation", "no", "certificate_revoked")),
     "use_signer_revoked"},
    {ANSWERS("invalid", "yes", "no", "unknown", "unknown") "," SIGNED(CHECK("certificate", "no", "certificate_usage")),
     "use_signer_invalid"},
    {ANSWERS("indeterminate", "yes", "unknown", "unknown",
             "unknown") "," SIGNED(CHECK("certificate", "unknown", "signer_unknown")),
     "use_signer_unknown"},
    {ANSWERS("indeterminate", "yes", "unknown", "unknown",
             "unknown") "," SIGNED(CHECK("timestamp", "unknown", "stamp_signer_unknown")),
     "use_stamp_unknown"},
    {ANSWERS("indeterminate", "yes", "unknown", "unknown",
             "unknown") "," SIGNED(CHECK("revocation", "unknown", "revocation_unknown")),
     "use_not_checked"},
    {ANSWERS("indeterminate", "yes", "unknown", "unknown",
             "unknown") "," SIGNED(CHECK("certificate", "unknown", "certificate_expired")),
     "use_expired_signer"},
    /* weak, and of an unknown signer: knowing the signer would not make it any better */
    {ANSWERS("indeterminate", "yes", "unknown", "unknown", "unknown") "," SIGNED(
         CHECK("certificate", "unknown", "signer_unknown") "," CHECK("algorithm", "no", "key_weak")),
     "use_weak"},
    {ANSWERS("indeterminate", "yes", "yes", "unknown", "unknown") "," GOOD, "use_doubtful"},
};

static void test_advice__the_gravest_cause_is_told(void **state)
{
  (void)state;
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++) {
    tc_error err = {0};
    tc_auto(tc_json) result = NULL;
    tc_auto(tc_buf) text = {0};
    assert_ok(tc_buf_printf(&text, &err, "{%s}", cases[i].result), err);
    assert_ok(tc_json_parse(tc_buf_bytes(&text), &result, &err), err);
    if (strcmp(tc_verify_advice(result), cases[i].advice) != 0)
      fail_msg("%s: %s", tc_buf_text(&text), tc_verify_advice(result));
  }
}

static void expect_worded(const tc_json *table, const char *code)
{
  static const char *const keys[] = {"vi", "en", "next_vi", "next_en"};
  size_t found = 0;
  for (size_t j = 0; j < tc_json_count(table); j++) {
    const tc_json *row = tc_json_at(table, j);
    if (strcmp(tc_json_get_text(row, "code", ""), code) != 0)
      continue;
    found++;
    for (size_t k = 0; k < TC_ARRAY_LEN(keys); k++)
      assert_true(strlen(tc_json_get_text(row, keys[k], "")) > 10);
  }
  if (found != 1)
    fail_msg("%s stands %zu times in reasons.json", code, found);
}

/* Each in both languages, with a next step; and the first words tell whether the file can be used. */
static void test_advice__every_code_is_worded(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_json) table = NULL;
  assert_ok(tc_json_read_file(SOURCE_ROOT "/schemas/national/vn/reasons.json", 1 << 20, &table, &err), err);
  for (size_t i = 0; i < tc_verify_advice_count; i++)
    expect_worded(table, tc_verify_advices[i]);
  for (size_t i = 0; i < tc_verify_copy_code_count; i++)
    expect_worded(table, tc_verify_copy_codes[i]);
  for (size_t i = 0; i < tc_pdf_finding_code_count; i++)
    expect_worded(table, tc_pdf_finding_codes[i].code);
  expect_worded(table, TC_VERIFY_UNREGISTERED);
}

static void test_advice__every_case_is_listed(void **state)
{
  (void)state;
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++) {
    bool listed = false;
    for (size_t j = 0; j < tc_verify_advice_count; j++)
      listed = listed || strcmp(tc_verify_advices[j], cases[i].advice) == 0;
    assert_true(listed);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_advice__the_gravest_cause_is_told),
      cmocka_unit_test(test_advice__every_code_is_worded),
      cmocka_unit_test(test_advice__every_case_is_listed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
