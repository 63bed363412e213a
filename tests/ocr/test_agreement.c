#include "ocr/agreement.h"

#include "ocr/calibration.h"
#include "ocr/readings.h"
#include "tests/tc_test.h"

#define WORDS TC_SOURCE_ROOT "/schemas/national/vn/lexicon"
#define CASES TC_SOURCE_ROOT "/tests/ocr/cases/agreement.json"

typedef struct stage {
  tc_words *words;
  tc_json *cases;
} stage;

static int set_up(void **state)
{
  tc_error err = {0};
  stage *s = calloc(1, sizeof *s);
  assert_non_null(s);
  assert_ok(tc_words_load(WORDS, &s->words, &err), err);
  assert_ok(tc_json_read_file(CASES, 1 << 20, &s->cases, &err), err);
  *state = s;
  return 0;
}

static int tear_down(void **state)
{
  stage *s = *state;
  tc_words_destroy(s->words);
  tc_json_release(s->cases);
  free(s);
  return 0;
}

static void test_texts_alike__letters_and_figures_count(void **state)
{
  const stage *s = *state;
  const tc_json *cases = tc_json_get(s->cases, "alike");
  assert_true(tc_json_count(cases) >= 8);
  for (size_t i = 0; i < tc_json_count(cases); i++) {
    const tc_json *c = tc_json_at(cases, i);
    const char *a = tc_json_get_text(c, "a", NULL);
    const char *b = tc_json_get_text(c, "b", NULL);
    const bool alike = tc_json_get_boolean(c, "alike", false);
    if (tc_texts_alike(a, b) != alike || tc_texts_alike(b, a) != alike)
      fail_msg("'%s' and '%s'", a, b);
  }
}

static void test_text_is_tidy__as_a_printer_sets_addresses(void **state)
{
  const stage *s = *state;
  const tc_json *cases = tc_json_get(s->cases, "tidy");
  assert_true(tc_json_count(cases) >= 9);
  for (size_t i = 0; i < tc_json_count(cases); i++) {
    const char *text = tc_json_get_text(tc_json_at(cases, i), "text", NULL);
    if ((tc_text_is_tidy(text) && tc_address_is_tidy(s->words, text)) !=
        tc_json_get_boolean(tc_json_at(cases, i), "tidy", false))
      fail_msg("'%s'", text);
  }
}

static void test_text_is_phrased__known_pairs_have_their_marks(void **state)
{
  const stage *s = *state;
  const tc_json *cases = tc_json_get(s->cases, "phrased");
  assert_true(tc_json_count(cases) >= 6);
  for (size_t i = 0; i < tc_json_count(cases); i++) {
    const char *text = tc_json_get_text(tc_json_at(cases, i), "text", NULL);
    if (tc_text_is_phrased(s->words, text) != tc_json_get_boolean(tc_json_at(cases, i), "phrased", false))
      fail_msg("'%s'", text);
  }
}

static void add_reading(tc_finding *finding, const char *by, const char *text)
{
  tc_error err = {0};
  if (text == NULL)
    return;
  tc_reading *added = &finding->readings[finding->reading_count++];
  *added = (tc_reading){.by = by, .value = {.valid = true}};
  assert_ok(tc_buf_append_text(&added->value.text, text, &err), err);
  assert_ok(tc_str_copy(text, &added->printed, &err), err);
}

static void test_finding_is_tidy__one_reader_gave_the_whole_of_it(void **state)
{
  const stage *s = *state;
  const tc_json *cases = tc_json_get(s->cases, "findings");
  assert_true(tc_json_count(cases) >= 8);
  for (size_t i = 0; i < tc_json_count(cases); i++) {
    const tc_json *c = tc_json_at(cases, i);
    const tc_field_model model = {.kind = tc_value_kind_find(tc_json_get_text(c, "kind", "text"))};
    tc_finding finding = {.model = &model, .opinion = {.given = true}};
    add_reading(&finding, TC_READING_FIRST, tc_json_get_text(c, "first", NULL));
    add_reading(&finding, TC_READING_SECOND_READER, tc_json_get_text(c, "second", NULL));
    add_reading(&finding, TC_READING_COMBINED, tc_json_get_text(c, "combined", NULL));
    const char *chosen = tc_json_get_text(c, "chosen", "");
    finding.chosen = strcmp(chosen, "first") == 0 ? 0 : strcmp(chosen, "second") == 0 ? 1 : 2;
    const bool untidy = !tc_finding_is_tidy(s->words, &finding);
    if (untidy != tc_json_get_boolean(c, "untidy", false) ||
        strcmp(tc_calibration_group(&finding), tc_json_get_text(c, "group", "")) != 0)
      fail_msg("%s: %s, %s", tc_json_get_text(c, "what", ""), untidy ? "untidy" : "tidy",
               tc_calibration_group(&finding));
    tc_finding_finish(&finding);
  }
}

/* What has a structure, a list or words of any language is what it is to the sign. */
static void test_readings_agree__only_texts_are_alike(void **state)
{
  (void)state;
  static const char *const kinds[] = {"code", "date", "choice", "free"};
  for (size_t i = 0; i < TC_ARRAY_LEN(kinds); i++) {
    const tc_field_model model = {.kind = tc_value_kind_find(kinds[i])};
    tc_finding finding = {.model = &model, .opinion = {.given = true}};
    add_reading(&finding, TC_READING_FIRST, "AB. 12");
    add_reading(&finding, TC_READING_SECOND_READER, "AB 12");
    assert_false(tc_readings_agree(&finding, &finding.readings[0], &finding.readings[1]));
    assert_true(tc_readings_agree(&finding, &finding.readings[0], &finding.readings[0]));
    tc_finding_finish(&finding);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_texts_alike__letters_and_figures_count, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_text_is_tidy__as_a_printer_sets_addresses, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_text_is_phrased__known_pairs_have_their_marks, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_finding_is_tidy__one_reader_gave_the_whole_of_it, set_up, tear_down),
      cmocka_unit_test(test_readings_agree__only_texts_are_alike),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
