#include "tests/tc_test.h"

#include "ocr/by_hand.h"

enum { COUNT = 3 };

/* Values beside labels on a form, the last of them found in another way. */
static void make(tc_field_model models[COUNT], char printed[], tc_finding findings[COUNT])
{
  for (size_t f = 0; f < COUNT; f++) {
    models[f] = (tc_field_model){.kind = tc_value_kind_find(f == 1 ? "date" : "text"),
                                 .find = f + 1 < COUNT ? TC_FIND_LABEL : TC_FIND_TITLE};
    findings[f] = (tc_finding){.model = &models[f], .reading_count = 1, .status = TC_FIELD_SURE, .confidence = 0.99};
    findings[f].readings[0].printed = printed;
    findings[f].slot.words = 1;
    findings[f].slot.label = (tc_box){0, 0, 100, 20};
  }
}

/* What becomes of a clear value beside one of such a status; what was found in another way stays as it is. */
static tc_field_status beside(tc_field_status first)
{
  char printed[] = "22/01/1993";
  tc_field_model models[COUNT];
  tc_finding findings[COUNT];
  const tc_extract_options options = {0};
  tc_error err;
  make(models, printed, findings);
  findings[0].status = first;
  assert_true(tc_by_hand_judge_form(&options, findings, COUNT, &err));
  assert_int_equal(findings[0].status, first);
  assert_int_equal(findings[2].status, TC_FIELD_SURE);
  return findings[1].status;
}

static void test_by_hand__a_clear_value_beside_a_written_one_is_not_sure(void **state)
{
  (void)state;
  assert_int_equal(beside(TC_FIELD_HANDWRITTEN), TC_FIELD_CHECK);
}

static void test_by_hand__where_none_is_written_all_stay(void **state)
{
  (void)state;
  assert_int_equal(beside(TC_FIELD_CHECK), TC_FIELD_SURE);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_by_hand__a_clear_value_beside_a_written_one_is_not_sure),
      cmocka_unit_test(test_by_hand__where_none_is_written_all_stay),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
