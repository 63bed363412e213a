#include "tests/tc_test.h"

#include "ocr/mrz_print.h"

#include <stdio.h>

#define FIRST "IDVNM1900123457001190012345<<8"
#define SECOND "9002018F4002013VNM<<<<<<<<<<<0"
#define THIRD "NGUYEN<<THI<MAU<<<<<<<<<<<<<<<"

static const tc_mrz_print print = {"001190012345", "900201", "400201", "NGUY\u1EC4N TH\u1ECA M\u1EAAU"};

static void assert_mended(const char *read)
{
  tc_mrz mrz;
  assert_true(tc_mrz_mend(read, &print, &mrz));
  assert_true(mrz.mended);
  assert_string_equal(mrz.text, FIRST SECOND THIRD);
}

static void test_mrz_print__whole_lines_stay(void **state)
{
  (void)state;
  tc_mrz mrz;
  assert_true(tc_mrz_mend(FIRST " " SECOND " " THIRD, &print, &mrz));
  assert_false(mrz.mended);
  assert_string_equal(mrz.text, FIRST SECOND THIRD);
}

static void test_mrz_print__first_line(void **state)
{
  (void)state;
  static const char *const readings[] = {"TDVNMO01900123457001190012345<<8", "I1DVNM1900123457001190012345<<8",
                                         "IDVNH1900123457001190012345<<8",   "TDVNM1900123457001190012345",
                                         "TDVNM190012345700119001234",       "IDVNM1966123457061190012345<<8"};
  for (size_t i = 0; i < TC_ARRAY_LEN(readings); i++) {
    char text[128];
    snprintf(text, sizeof text, "%s %s %s", readings[i], SECOND, THIRD);
    assert_mended(text);
  }
}

static void test_mrz_print__second_line(void **state)
{
  (void)state;
  static const char *const readings[] = {"9902018F4002013VNM<<<<<<<<<<<0", "002018F4002013VNM<<<<<<<<<<<0",
                                         "990O2018F4002O13VNM<<<<<<<0", "9002018F4992013VNM<<<<<<K<K<K<<<0"};
  for (size_t i = 0; i < TC_ARRAY_LEN(readings); i++) {
    char text[128];
    snprintf(text, sizeof text, "%s %s %s", FIRST, readings[i], THIRD);
    assert_mended(text);
  }
}

static void test_mrz_print__letter_between_the_dates(void **state)
{
  (void)state;
  tc_mrz mrz;
  const tc_mrz_print his = {"001090012345", "900201", "400201", print.name};
  assert_true(tc_mrz_mend("IDVNM0900123450001090012345<<1 9902018H4002013VNM<<<<<<<<<<<2 " THIRD, &his, &mrz));
  assert_int_equal(tc_mrz_sex(&mrz), 'M');
  assert_true(mrz.mended);
}

static void test_mrz_print__name_and_fillers(void **state)
{
  (void)state;
  static const char *const readings[] = {"NGUYENK<<THI<MAU<<<<<<<<<<<<", "NGUYEN<<THI<MAU<<<K<KK<<K<K<<<<<<<<",
                                         "THI<MAUKK<K<K<<<", "NGUYEN<<TH1<mAU"};
  for (size_t i = 0; i < TC_ARRAY_LEN(readings); i++) {
    char text[128];
    snprintf(text, sizeof text, "%s %s %s", FIRST, SECOND, readings[i]);
    assert_mended(text);
  }
}

static void test_mrz_print__primary_identifier_of_two_words(void **state)
{
  (void)state;
  tc_mrz mrz;
  assert_true(tc_mrz_mend(FIRST " " SECOND " NGUYEN<THI<<MAUK<<<<<<<<<<<", &print, &mrz));
  assert_memory_equal(mrz.text + 60, "NGUYEN<THI<<MAU<<<<<<<<<<<<<<<", 30);
}

/* What neither a check digit nor the print confirms stays as it was read. */
static void test_mrz_print__what_is_not_confirmed(void **state)
{
  (void)state;
  static const char *const readings[] = {
      FIRST " " SECOND " TRAN<<VAN<HUNG<<<<<<<<<<<<<<<<", /* another's name */
      FIRST " " SECOND " A<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", /* too little of it */
      FIRST " 9002018F4002013VNM<<<<<<<<<<<1 " THIRD,     /* the composite check digit */
      FIRST " 9002018F4002013VNM<<<< " THIRD,             /* … is lost */
      FIRST " 1234568F4002013VNM<<<<<<<<<<<0 " THIRD,     /* another day */
      "IDVNM1900123457036085012345<<8 " SECOND " " THIRD, /* another person's id */
      FIRST " " SECOND,
      "",
  };
  tc_mrz mrz;
  for (size_t i = 0; i < TC_ARRAY_LEN(readings); i++)
    assert_false(tc_mrz_mend(readings[i], &print, &mrz));
  const tc_mrz_print nothing = {.name = ""};
  assert_false(tc_mrz_mend(FIRST " " SECOND " " THIRD, &nothing, &mrz));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_mrz_print__whole_lines_stay),
      cmocka_unit_test(test_mrz_print__first_line),
      cmocka_unit_test(test_mrz_print__second_line),
      cmocka_unit_test(test_mrz_print__letter_between_the_dates),
      cmocka_unit_test(test_mrz_print__name_and_fillers),
      cmocka_unit_test(test_mrz_print__primary_identifier_of_two_words),
      cmocka_unit_test(test_mrz_print__what_is_not_confirmed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
