#include "pipeline/code.h"
#include "tests/tc_test.h"

static void make_code(char out[TC_PAGE_CODE_SIZE])
{
  tc_error err = {0};
  tc_digest digest;
  assert_ok(tc_digest_of(tc_bytes_of_text("a page"), &digest, &err), err);
  assert_ok(tc_page_code("abcdefghijklmnopqrstuvwxyz", &digest, out, &err), err);
}

static void test_page_code__is_stable_grouped_and_valid(void **state)
{
  (void)state;
  char code[TC_PAGE_CODE_SIZE], again[TC_PAGE_CODE_SIZE];
  make_code(code);
  make_code(again);
  assert_string_equal(code, again);
  assert_int_equal(strlen(code), 16);
  assert_int_equal(code[4], '-');
  assert_int_equal(code[9], '-');
  assert_int_equal(code[14], '-');
  assert_true(tc_page_code_is_valid(code));
}

static void test_page_code_is_valid__finds_every_wrong_character(void **state)
{
  (void)state;
  char code[TC_PAGE_CODE_SIZE];
  make_code(code);
  for (size_t i = 0; code[i] != '\0'; i++) {
    if (code[i] == '-')
      continue;
    char right = code[i];
    for (const char *c = "0123456789ABCDEFGHJKMNPQRSTVWXY"; *c != '\0'; c++) {
      code[i] = *c;
      if (*c == right)
        assert_true(tc_page_code_is_valid(code));
      else
        assert_false(tc_page_code_is_valid(code));
    }
    code[i] = right;
  }
}

static void test_page_code_is_valid__takes_what_people_type(void **state)
{
  (void)state;
  char code[TC_PAGE_CODE_SIZE], typed[TC_PAGE_CODE_SIZE] = "";
  make_code(code);
  size_t used = 0;
  for (size_t i = 0; code[i] != '\0'; i++)
    if (code[i] != '-')
      typed[used++] = (char)(code[i] >= 'A' && code[i] <= 'Z' ? code[i] + 32 : code[i]);
  assert_true(tc_page_code_is_valid(typed));
  assert_false(tc_page_code_is_valid(""));
  assert_false(tc_page_code_is_valid("ABCD"));
  assert_false(tc_page_code_is_valid("0000-0000-0000-0-0000-0000"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_page_code__is_stable_grouped_and_valid),
      cmocka_unit_test(test_page_code_is_valid__finds_every_wrong_character),
      cmocka_unit_test(test_page_code_is_valid__takes_what_people_type),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
