#include "pipeline/template.h"
#include "tests/tc_test.h"

static void test_template_fill__fills_texts_and_numbers(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_json) values = tc_json_object();
  tc_json_set_text(values, "name", "A & B");
  tc_json_set_integer(values, "page", 3);
  tc_auto(tc_str) text = NULL;
  assert_ok(tc_template_text("{name}: {page}/{page}.", values, &text, &err), err);
  assert_string_equal(text, "A & B: 3/3.");
}

static void test_template_fill__refuses_what_it_cannot_fill(void **state)
{
  (void)state;
  static const char *const cases[] = {
      "{missing}", "an {open brace", "{}",
      "{a name that is far longer than any that a place to fill could ever have, or so}"};
  tc_auto(tc_json) values = tc_json_object();
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++) {
    tc_error err = {0};
    tc_auto(tc_str) text = NULL;
    assert_fails(tc_template_text(cases[i], values, &text, &err), err, TC_CONFIG);
    assert_null(text);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_template_fill__fills_texts_and_numbers),
      cmocka_unit_test(test_template_fill__refuses_what_it_cannot_fill),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
