#include "tests/tc_test.h"

#include "ocr/mrz.h"

#include <stdio.h>
#include <string.h>

/* The specimen of ICAO Doc 9303 part 5, appendix B. */
#define SPECIMEN "I<UTOD231458907<<<<<<<<<<<<<<< 7408122F1204159UTO<<<<<<<<<<<6 ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
#define CARD "IDVNM1900123457001190012345<<8 9002018F4002013VNM<<<<<<<<<<<0 NGUYEN<<THI<MAU<<<<<<<<<<<<<<<"

static void test_mrz__specimen_of_the_standard(void **state)
{
  (void)state;
  tc_mrz mrz;
  char name[TC_MRZ_LINE + 1];
  char day[7];
  assert_true(tc_mrz_parse(SPECIMEN, &mrz));
  assert_true(tc_mrz_is_valid(&mrz));
  tc_mrz_name(&mrz, name);
  assert_string_equal(name, "ERIKSSON ANNA MARIA");
  tc_mrz_birth(&mrz, day);
  assert_string_equal(day, "740812");
  tc_mrz_expiry(&mrz, day);
  assert_string_equal(day, "120415");
  assert_int_equal(tc_mrz_sex(&mrz), 'F');
}

static void test_mrz__parts_of_a_card(void **state)
{
  (void)state;
  tc_mrz mrz;
  char id[13];
  assert_true(tc_mrz_parse(CARD, &mrz));
  assert_true(tc_mrz_is_valid(&mrz));
  tc_mrz_personal_id(&mrz, id);
  assert_string_equal(id, "001190012345");
}

static void test_mrz__any_wrong_digit_shows(void **state)
{
  (void)state;
  size_t caught = 0;
  size_t tried = 0;
  for (size_t at = 5; at < 61; at++) {
    char text[] = CARD;
    tc_mrz mrz;
    if (text[at] < '0' || text[at] > '8')
      continue;
    text[at]++;
    tried++;
    assert_true(tc_mrz_parse(text, &mrz));
    caught += tc_mrz_is_valid(&mrz) ? 0 : 1;
  }
  assert_true(tried > 30);
  assert_int_equal(caught, tried);
}

/* Two figures of a date may be wrong and all check digits right: 0 and 6 weigh the same there. */
static void test_mrz__a_date_is_one(void **state)
{
  (void)state;
  tc_mrz mrz;
  assert_true(tc_mrz_parse("IDVNM1723745126034172374512<<9 7209190F3209192VNM<<<<<<<<<<<6 TRINH<<KIM<KHUYEN", &mrz));
  assert_true(tc_mrz_is_valid(&mrz));
  assert_true(tc_mrz_parse("IDVNM1723745126034172374512<<9 7269196F3209192VNM<<<<<<<<<<<6 TRINH<<KIM<KHUYEN", &mrz));
  assert_false(tc_mrz_is_valid(&mrz));
}

static void test_mrz__the_first_letter_is_mended_and_nothing_else(void **state)
{
  (void)state;
  static const char *const readings[] = {"TDVNM1900123457", "1DVNM1900123457", "I1DVNM1900123457"};
  tc_mrz mrz;
  for (size_t i = 0; i < TC_ARRAY_LEN(readings); i++) {
    char text[128];
    snprintf(text, sizeof text, "%s%s", readings[i], CARD + strlen("IDVNM1900123457"));
    assert_true(tc_mrz_parse(text, &mrz));
    assert_true(tc_mrz_is_valid(&mrz));
    assert_memory_equal(mrz.text, "IDVNM1900123457", 15);
  }
  char other[] = CARD;
  other[0] = 'P';
  assert_true(tc_mrz_parse(other, &mrz));
  assert_false(tc_mrz_is_valid(&mrz));
}

/* A letter where only a digit stands, and the other way round; the name has no check digit, so that it says so. */
static void test_mrz__signs_that_look_alike(void **state)
{
  (void)state;
  tc_mrz mrz;
  assert_true(tc_mrz_parse("IDVNM19OO123457O01190012345<<B 9OO2O18F4002OI3VNM<<<<<<<<<<<O NGUYEN<<THI<MAU", &mrz));
  assert_true(tc_mrz_is_valid(&mrz));
  assert_false(mrz.mended);
  assert_memory_equal(mrz.text, CARD, 30);
  assert_true(tc_mrz_parse("IDVNM1900123457001190012345<<8 9002018F4002013VN0<<<<<<<<<<<0 NGUYEN<<THI<MAU", &mrz));
  assert_true(mrz.mended); /* no check digit covers a nationality */
  assert_true(tc_mrz_parse("TIDVNM1900123457001190012345<<8 9002018F4002013VNM<<<<<<<<<<<0 NGUYEN<<TH1<mAU", &mrz));
  assert_true(tc_mrz_is_valid(&mrz));
  assert_true(mrz.mended);
  assert_memory_equal(mrz.text + 60, "NGUYEN<<THI<MAU<<", 17);
  /* a number that fits with its letters keeps them */
  assert_true(tc_mrz_parse(SPECIMEN, &mrz));
  assert_memory_equal(mrz.text, SPECIMEN, 30);
}

static void test_mrz__what_is_none(void **state)
{
  (void)state;
  tc_mrz mrz;
  assert_false(tc_mrz_parse("", &mrz));
  assert_false(tc_mrz_parse("IDVNM1900123457", &mrz));
  assert_false(tc_mrz_parse("idvnm1900123457001190012345<<8 9002018F4002013VNM<<<<<<<<<<<0 NGUYEN<<THI<MAU", &mrz));
  assert_false(tc_mrz_parse(SPECIMEN "<", &mrz));
}

static void test_mrz__fillers_at_the_end_may_be_missing(void **state)
{
  (void)state;
  tc_mrz mrz;
  assert_true(tc_mrz_parse("IDVNM1900123457001190012345<<8 9002018F4002013VNM<<<<<<<<<<<0 NGUYEN<<THI<MAU", &mrz));
  assert_true(tc_mrz_is_valid(&mrz));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_mrz__specimen_of_the_standard),
      cmocka_unit_test(test_mrz__parts_of_a_card),
      cmocka_unit_test(test_mrz__any_wrong_digit_shows),
      cmocka_unit_test(test_mrz__a_date_is_one),
      cmocka_unit_test(test_mrz__the_first_letter_is_mended_and_nothing_else),
      cmocka_unit_test(test_mrz__signs_that_look_alike),
      cmocka_unit_test(test_mrz__what_is_none),
      cmocka_unit_test(test_mrz__fillers_at_the_end_may_be_missing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
