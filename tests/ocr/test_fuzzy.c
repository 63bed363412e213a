#include "tests/tc_test.h"

#include "ocr/fuzzy.h"

static double similarity(const char *a, const char *b) { return tc_fuzzy_similarity(a, strlen(a), b, strlen(b), 0); }

static void test_fuzzy__folds_to_letters_and_digits(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_str) folded = NULL;
  assert_ok(tc_fuzzy_fold("\u0110\u01B0\u1EDDng s\u1ED1: 12/A", &folded, &err), err);
  assert_string_equal(folded, "duongso12a");
}

static void test_fuzzy__look_alikes_cost_little(void **state)
{
  (void)state;
  assert_true(similarity("fullname", "fuiiname") > similarity("fullname", "fuxxname"));
  assert_true(similarity("", "") == 1);
  assert_true(similarity("abc", "abc") == 1);
  assert_true(similarity("abc", "xyz") < 0.3);
}

/* Whatever the limit: at or above it the similarity is the true one, below it an answer stays below. */
static void test_fuzzy__a_limit_changes_no_answer_above_it(void **state)
{
  (void)state;
  static const char *const words[] = {"", "l", "date", "dateofbirth", "dateofissue", "oateafb1rth", "placeofbirth",
                                      "9"};
  for (size_t i = 0; i < TC_ARRAY_LEN(words); i++)
    for (size_t j = 0; j < TC_ARRAY_LEN(words); j++)
      for (double limit = 0.1; limit < 1.05; limit += 0.1) {
        const double whole = similarity(words[i], words[j]);
        const double limited = tc_fuzzy_similarity(words[i], strlen(words[i]), words[j], strlen(words[j]), limit);
        assert_true(whole >= limit ? limited == whole : limited < limit);
      }
}

static void test_fuzzy__short_labels_must_be_whole(void **state)
{
  (void)state;
  assert_true(tc_fuzzy_label_threshold(2) == 1);
  assert_true(tc_fuzzy_label_threshold(20) < 0.8);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_fuzzy__folds_to_letters_and_digits),
      cmocka_unit_test(test_fuzzy__look_alikes_cost_little),
      cmocka_unit_test(test_fuzzy__a_limit_changes_no_answer_above_it),
      cmocka_unit_test(test_fuzzy__short_labels_must_be_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
