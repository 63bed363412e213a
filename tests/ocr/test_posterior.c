#include "ocr/posterior.h"

#include "tests/tc_test.h"

#include <math.h>

enum { BLANK, A, B, SPACE, SIGNS };
static const tc_alphabet alphabet = {{0, 'a', 'b', ' '}, SIGNS};

/* One row a letter of the pattern ("-" the blank), with probability `sure` for it and the rest for the others. */
static void add_line(tc_posterior *posterior, const char *pattern, double sure)
{
  float rows[32][SIGNS];
  tc_error err = {0};
  size_t steps = 0;
  for (; pattern[steps] != '\0'; steps++)
    for (int sign = 0; sign < SIGNS; sign++)
      rows[steps][sign] = (float)log("-ab "[sign] == pattern[steps] ? sure : (1 - sure) / (SIGNS - 1));
  assert_ok(tc_posterior_add(posterior, &rows[0][0], steps, &err), err);
}

static void assert_text(const tc_posterior *posterior, const char *wanted, double confidence)
{
  tc_auto(tc_buf) text = {0};
  tc_error err = {0};
  double sure[32] = {0};
  assert_true(tc_posterior_steps(posterior) <= TC_ARRAY_LEN(sure));
  assert_ok(tc_posterior_text(posterior, &text, sure, &err), err);
  assert_string_equal(tc_buf_text(&text), wanted);
  for (size_t i = 0; i < strlen(wanted); i++)
    assert_true(sure[i] > confidence - 1e-6);
  assert_true(sure[strlen(wanted)] == 0);
}

static void test_posterior_text__runs_are_one_sign_and_blanks_part_twins(void **state)
{
  (void)state;
  static const struct {
    const char *steps, *text;
  } cases[] = {{"aaa", "a"}, {"a-a", "aa"}, {"-a-b-", "ab"}, {"aabb", "ab"}, {"a b", "a b"}};
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++) {
    tc_error err = {0};
    tc_auto(tc_posterior) posterior = NULL;
    assert_ok(tc_posterior_create(&alphabet, &posterior, &err), err);
    add_line(posterior, cases[i].steps, 0.9);
    assert_text(posterior, cases[i].text, 0.9);
  }
}

static void test_posterior_text__nothing_is_empty_and_certain(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_posterior) posterior = NULL;
  assert_ok(tc_posterior_create(&alphabet, &posterior, &err), err);
  assert_text(posterior, "", 1);
  add_line(posterior, "---", 0.5);
  assert_text(posterior, "", 1);
}

static void test_posterior_text__the_least_sure_sign_counts(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_posterior) posterior = NULL;
  assert_ok(tc_posterior_create(&alphabet, &posterior, &err), err);
  add_line(posterior, "a", 0.95);
  add_line(posterior, "b", 0.6);
  assert_text(posterior, "a b", 0.6);
}

static double weight_of(const tc_posterior *posterior, const char *text)
{
  double weight = 1;
  tc_error err = {0};
  assert_ok(tc_posterior_weigh(posterior, text, &weight, &err), err);
  return weight;
}

/* Against the sum over all paths, written out: two steps, p(a) = 0.9 in both, the others 1/30 each. */
static void test_posterior_weigh__sums_over_all_paths(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_posterior) posterior = NULL;
  assert_ok(tc_posterior_create(&alphabet, &posterior, &err), err);
  add_line(posterior, "aa", 0.9);
  const double p = 0.9;
  const double q = 0.1 / 3;
  const double of_a = p * p + 2 * p * q; /* aa, a-, -a */
  assert_true(fabs(weight_of(posterior, "a")) < 1e-6);
  assert_true(fabs(weight_of(posterior, "b") - log((q * q + 2 * q * q) / of_a)) < 1e-6);
  assert_true(fabs(weight_of(posterior, "ab") - log(p * q / of_a)) < 1e-6);
  assert_true(fabs(weight_of(posterior, "") - log(q * q / of_a)) < 1e-6);
  assert_true(weight_of(posterior, "aa") == -INFINITY); /* twins want a blank between: three steps */
}

static void test_posterior_weigh__a_sign_it_does_not_know_is_impossible(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_posterior) posterior = NULL;
  assert_ok(tc_posterior_create(&alphabet, &posterior, &err), err);
  add_line(posterior, "ab", 0.9);
  assert_true(weight_of(posterior, "a\u2013") == -INFINITY);
}

static void test_posterior_add__more_than_any_value_fails(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_posterior) posterior = NULL;
  assert_ok(tc_posterior_create(&alphabet, &posterior, &err), err);
  static const float row[SIGNS];
  assert_fails(tc_posterior_add(posterior, row, 1 << 17, &err), err, TC_LIMIT);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_posterior_text__runs_are_one_sign_and_blanks_part_twins),
      cmocka_unit_test(test_posterior_text__nothing_is_empty_and_certain),
      cmocka_unit_test(test_posterior_text__the_least_sure_sign_counts),
      cmocka_unit_test(test_posterior_weigh__sums_over_all_paths),
      cmocka_unit_test(test_posterior_weigh__a_sign_it_does_not_know_is_impossible),
      cmocka_unit_test(test_posterior_add__more_than_any_value_fails),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
