#include "base/text.h"
#include "tests/tc_test.h"

/* "Nguye^~n D-inh" in composed and in decomposed form. */
#define COMPOSED "Nguy\u1EC5n \u0110\u00ECnh"
#define DECOMPOSED "Nguye\u0302\u0303n \u0110i\u0300nh"

static void test_text_is_valid__follows_rfc_3629(void **state)
{
  (void)state;
  const struct {
    const char *text;
    bool valid;
  } cases[] = {
      {"", true},
      {"abc", true},
      {COMPOSED, true},
      {"\xF0\x9F\x98\x80", true},
      {"\xF4\x8F\xBF\xBF", true},
      {"\xC0\x80", false},         /* overlong */
      {"\xE0\x9F\xBF", false},     /* overlong */
      {"\xF0\x8F\xBF\xBF", false}, /* overlong */
      {"\xED\xA0\x80", false},     /* a surrogate */
      {"\xF4\x90\x80\x80", false}, /* beyond U+10FFFF */
      {"\xF5\x80\x80\x80", false},
      {"\x80", false},
      {"a\xE1\xBA", false}, /* cut */
      {"a\xE1\xBAz", false},
  };
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++)
    if (tc_text_is_valid(tc_bytes_of_text(cases[i].text)) != cases[i].valid)
      fail_msg("case %zu", i);
}

static void test_text_next__reads_code_points_and_replaces_bad_bytes(void **state)
{
  (void)state;
  const char *at = "a\u1EC5\xF0\x9F\x98\x80\xFFz\xE1";
  const uint32_t expected[] = {'a', 0x1EC5, 0x1F600, TC_TEXT_REPLACEMENT, 'z', TC_TEXT_REPLACEMENT};
  uint32_t codepoint = 0;
  for (size_t i = 0; i < TC_ARRAY_LEN(expected); i++) {
    assert_true(tc_text_next(&at, &codepoint));
    assert_int_equal(codepoint, expected[i]);
  }
  assert_false(tc_text_next(&at, &codepoint));
  assert_int_equal(tc_text_length(COMPOSED), 11);
}

static void test_text_encode__turns_code_points_into_bytes(void **state)
{
  (void)state;
  char bytes[5];
  assert_int_equal(tc_text_encode(0x1EC5, bytes), 3);
  assert_string_equal(bytes, "\u1EC5");
  assert_int_equal(tc_text_encode(0xD800, bytes), 3);
  assert_string_equal(bytes, "\uFFFD");
  assert_int_equal(tc_text_encode(0x1F600, bytes), 4);
}

typedef bool (*text_function)(const char *utf8, char **out, tc_error *err);

static void expect(text_function function, const char *text, const char *expected)
{
  tc_error err = {0};
  tc_auto(tc_str) got = NULL;
  assert_ok(function(text, &got, &err), err);
  assert_string_equal(got, expected);
}

static void test_text_nfc__composes(void **state)
{
  (void)state;
  expect(tc_text_nfc, DECOMPOSED, COMPOSED);
  expect(tc_text_nfc, COMPOSED, COMPOSED);
  expect(tc_text_nfc, "", "");
}

static void test_text_fold__drops_case_marks_and_strokes(void **state)
{
  (void)state;
  expect(tc_text_fold, COMPOSED, "nguyen dinh");
  expect(tc_text_fold, DECOMPOSED, "nguyen dinh");
  expect(tc_text_fold, "\u00D0\u0111\u0110 \uFB01\uFF21\u0131\u00DF", "ddd fiaiss");
  expect(tc_text_fold, "  12/3  ", "  12/3  ");
}

static void test_text_fold_codepoint__gives_the_base_letter(void **state)
{
  (void)state;
  const struct {
    uint32_t from, to;
  } cases[] = {{0x1EC5, 'e'}, {0x0110, 'd'}, {0x00D0, 'd'}, {0x01AF, 'u'}, {'Z', 'z'}, {'7', '7'}, {0x0303, 0}};
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++)
    assert_int_equal(tc_text_fold_codepoint(cases[i].from), cases[i].to);
}

static void test_text_case__maps_one_to_one(void **state)
{
  (void)state;
  expect(tc_text_upper, COMPOSED, "NGUY\u1EC4N \u0110\u00CCNH");
  expect(tc_text_lower, "NGUY\u1EC4N \u0110\u00CCNH", "nguy\u1EC5n \u0111\u00ECnh");
}

static void test_text_squeeze__leaves_single_blanks(void **state)
{
  (void)state;
  expect(tc_text_squeeze, " \t a \u00A0\n\u2003 b\r\n", "a b");
  expect(tc_text_squeeze, "  ", "");
}

static void test_text_repair__replaces_bad_bytes(void **state)
{
  (void)state;
  expect(tc_text_repair, "a\xFF\xE1\xBAz", "a\uFFFD\uFFFD\uFFFDz");
}

static void test_text__refuses_invalid_utf8(void **state)
{
  (void)state;
  const text_function functions[] = {tc_text_nfc, tc_text_fold, tc_text_lower, tc_text_upper, tc_text_squeeze};
  for (size_t i = 0; i < TC_ARRAY_LEN(functions); i++) {
    tc_error err = {0};
    char *out = NULL;
    assert_fails(functions[i]("a\xFF", &out, &err), err, TC_FORMAT);
    assert_null(out);
  }
}

static void test_text_is__answers_by_category(void **state)
{
  (void)state;
  assert_true(tc_text_is_letter(0x1EC5) && tc_text_is_lower(0x1EC5) && tc_text_is_upper(0x0110));
  assert_true(tc_text_is_mark(0x0303) && tc_text_is_digit('7') && tc_text_is_space(0x2003) && tc_text_is_space('\n'));
  assert_false(tc_text_is_letter('7') || tc_text_is_digit('a') || tc_text_is_space('a') || tc_text_is_mark('a'));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_text_is_valid__follows_rfc_3629),
      cmocka_unit_test(test_text_next__reads_code_points_and_replaces_bad_bytes),
      cmocka_unit_test(test_text_encode__turns_code_points_into_bytes),
      cmocka_unit_test(test_text_nfc__composes),
      cmocka_unit_test(test_text_fold__drops_case_marks_and_strokes),
      cmocka_unit_test(test_text_fold_codepoint__gives_the_base_letter),
      cmocka_unit_test(test_text_case__maps_one_to_one),
      cmocka_unit_test(test_text_squeeze__leaves_single_blanks),
      cmocka_unit_test(test_text_repair__replaces_bad_bytes),
      cmocka_unit_test(test_text__refuses_invalid_utf8),
      cmocka_unit_test(test_text_is__answers_by_category),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
