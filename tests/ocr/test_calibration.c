#include "ocr/calibration.h"

#include "base/file.h"
#include "tests/tc_test.h"

#include <math.h>

static void load_text(const char *text, tc_calibration **out, bool good)
{
  tc_error err = {0};
  char path[] = "/tmp/tc-calibration-XXXXXX";
  const int fd = mkstemp(path);
  assert_true(fd >= 0);
  assert_ok(tc_fd_write_all(fd, text, strlen(text), &err), err);
  close(fd);
  if (good)
    assert_ok(tc_calibration_load(path, out, &err), err);
  else
    assert_fails(tc_calibration_load(path, out, &err), err, TC_CONFIG);
  unlink(path);
}

static tc_value text_value(const char *text, bool valid)
{
  tc_error err = {0};
  tc_value value = {.valid = valid};
  assert_ok(tc_buf_append_text(&value.text, text, &err), err);
  return value;
}

static void add_reading(tc_finding *finding, const char *by, const char *text, bool valid)
{
  tc_error err = {0};
  tc_reading *added = &finding->readings[finding->reading_count++];
  *added = (tc_reading){.by = by, .value = text_value(text, valid)};
  assert_ok(tc_str_copy(text, &added->printed, &err), err);
}

static void test_calibration_probability__is_the_logistic_function_of_the_signals(void **state)
{
  (void)state;
  tc_auto(tc_calibration) calibration = NULL;
  load_text("{\"groups\": {\"structure_alone\": {\"sure\": 0.9, \"bias\": -2, \"weights\": {\"least\": 4, "
            "\"valid\": 1.5}}}}",
            &calibration, true);
  const tc_field_model model = {.kind = tc_value_kind_find("date")};
  tc_finding finding = {.model = &model, .slot = {.found = true, .confidence = 0.75}};
  add_reading(&finding, TC_READING_FIRST, "01/02/1990", true);
  assert_string_equal(tc_calibration_group(&finding), "structure_alone");
  assert_true(fabs(tc_calibration_probability(calibration, &finding) - 1 / (1 + exp(-2.5))) < 1e-9);
  assert_true(tc_calibration_sure(calibration, &finding) == 0.9);
  add_reading(&finding, "black_and_white", "01/02/1990", true); /* a group that the file does not have */
  assert_string_equal(tc_calibration_group(&finding), "structure_again");
  assert_true(tc_calibration_probability(calibration, &finding) == 0);
  tc_finding_finish(&finding);
}

static void test_signals_of__say_who_agrees(void **state)
{
  (void)state;
  double signals[TC_SIGNAL_COUNT];
  const tc_field_model model = {.kind = tc_value_kind_find("name")};
  tc_finding finding = {.model = &model, .slot = {.found = true, .confidence = 0.5}, .beside = 1};
  add_reading(&finding, TC_READING_FIRST, "An Bin", true);
  add_reading(&finding, TC_READING_CODE, "An Binh", true);
  add_reading(&finding, TC_READING_SECOND_READER, "An Binh", true);
  add_reading(&finding, "black_and_white", "An Bin", false);
  finding.opinion = (tc_opinion){true, -5, 0.9};
  finding.chosen = 2;
  tc_signals_of(&finding, signals);
  assert_true(signals[TC_SIGNAL_CODE] == 1 && signals[TC_SIGNAL_AGREES] == 1 && signals[TC_SIGNAL_AGAIN] == 0);
  assert_true(signals[TC_SIGNAL_WHOLE] == 0.5 && signals[TC_SIGNAL_READER] == 0.9 && signals[TC_SIGNAL_CLEAR] == 1);
  assert_true(signals[TC_SIGNAL_PLAUSIBLE] == 1);
  finding.chosen = 0;
  finding.contradicted = true;
  tc_signals_of(&finding, signals);
  assert_true(fabs(signals[TC_SIGNAL_PLAUSIBLE] - exp(-0.5)) < 1e-9 && signals[TC_SIGNAL_READER] == 0);
  assert_true(signals[TC_SIGNAL_CODE] == 0 && signals[TC_SIGNAL_AGREES] == 0 && signals[TC_SIGNAL_AGAIN] == 1);
  assert_true(signals[TC_SIGNAL_CLEAR] == 0);
  for (tc_signal s = 0; s < TC_SIGNAL_COUNT; s++)
    assert_true(signals[s] >= 0 && signals[s] <= 1 && tc_signal_name(s) != NULL);
  assert_string_equal(tc_calibration_group(&finding), "name_disputed");
  tc_finding_finish(&finding);
}

static void test_calibration_group__a_value_that_both_readers_gave_is_not_disputed(void **state)
{
  (void)state;
  const tc_field_model model = {.kind = tc_value_kind_find("text")};
  tc_finding finding = {.model = &model, .opinion = {.given = true}};
  add_reading(&finding, TC_READING_FIRST, "a b", true);
  add_reading(&finding, TC_READING_SECOND_READER, "a b", true);
  assert_string_equal(tc_calibration_group(&finding), "text_reader");
  add_reading(&finding, TC_READING_COMBINED, "a c", true);
  finding.chosen = 2;
  finding.backed = 0.99;
  double signals[TC_SIGNAL_COUNT];
  tc_signals_of(&finding, signals);
  assert_string_equal(tc_calibration_group(&finding), "text_disputed");
  assert_true(fabs(signals[TC_SIGNAL_BACKED] - 0.5) < 1e-9);
  tc_finding_finish(&finding);
}

static void test_calibration_load__mistakes_are_refused(void **state)
{
  (void)state;
  static const char *const wrong[] = {
      "{}",
      "{\"groups\": []}",
      "{\"groups\": {\"text_alone\": {\"sure\": 0.4, \"bias\": 0, \"weights\": {}}}}",
      "{\"groups\": {\"text_alone\": {\"sure\": 2, \"bias\": 0, \"weights\": {}}}}",
      "{\"groups\": {\"text_alone\": {\"bias\": 0, \"weights\": {}}}}",
      "{\"groups\": {\"nonsense\": {\"sure\": 0.9, \"bias\": 0, \"weights\": {}}}}",
      "{\"groups\": {\"text_alone\": {\"sure\": 0.9, \"weights\": {}}}}",
      "{\"groups\": {\"text_alone\": {\"sure\": 0.9, \"bias\": 0}}}",
      "{\"groups\": {\"text_alone\": {\"sure\": 0.9, \"bias\": 0, \"weights\": {\"nonsense\": 1}}}}",
      "{\"groups\": {\"text_alone\": {\"sure\": 0.9, \"bias\": 0, \"weights\": {\"least\": -1}}}}",
  };
  for (size_t i = 0; i < TC_ARRAY_LEN(wrong); i++) {
    tc_auto(tc_calibration) calibration = NULL;
    load_text(wrong[i], &calibration, false);
    assert_null(calibration);
  }
}

static void test_calibration_load__the_installed_one_knows_every_group(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_calibration) calibration = NULL;
  assert_ok(tc_calibration_load(TC_SOURCE_ROOT "/schemas/national/vn/calibration.json", &calibration, &err), err);
  static const char *const kinds[] = {"choice", "date", "name", "text"};
  for (size_t i = 0; i < TC_ARRAY_LEN(kinds); i++)
    for (int way = 0; way < 4; way++) {
      const tc_field_model model = {.kind = tc_value_kind_find(kinds[i])};
      tc_finding finding = {.model = &model, .opinion = {.given = way >= 2}};
      add_reading(&finding, TC_READING_FIRST, "a", true);
      if (way == 1)
        add_reading(&finding, "other_model", "a", true);
      if (way >= 2)
        add_reading(&finding, TC_READING_SECOND_READER, way == 2 ? "a" : "b", true);
      assert_true(tc_calibration_probability(calibration, &finding) > 0);
      tc_finding_finish(&finding);
    }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_calibration_probability__is_the_logistic_function_of_the_signals),
      cmocka_unit_test(test_signals_of__say_who_agrees),
      cmocka_unit_test(test_calibration_group__a_value_that_both_readers_gave_is_not_disputed),
      cmocka_unit_test(test_calibration_load__mistakes_are_refused),
      cmocka_unit_test(test_calibration_load__the_installed_one_knows_every_group),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
