/*
 * Further readings of fields, with readers that say what a test wants: an invented type, a page of one line, and what
 * comes out of tc_extract.
 */
#include "base/file.h"
#include "ocr/calibration.h"
#include "ocr/extract.h"
#include "ocr/fuzzy.h"
#include "tests/tc_test.h"

#include <math.h>
#include <unistd.h>

enum { LETTER = 20, LINE = 40 };

static const char type_json[] =
    "{\"id\": \"boat_pass\", \"titles\": [\"BOAT PASS\"], \"code\": {\"parts\": [\"hull\", \"port\", \"until\"]}, "
    "\"fields\": [{\"key\": \"hull\", \"labels\": [\"Hull number\"], \"value\": {\"kind\": \"code\", \"pattern\": "
    "\"[A-Z]{2}\\\\d{4}\"}}, {\"key\": \"until\", \"labels\": [\"Valid until\"], \"value\": {\"kind\": \"date\"}}, "
    "{\"key\": \"port\", \"labels\": [\"Home port\"], \"value\": {\"kind\": \"text\", \"small\": true}}, "
    "{\"key\": \"master\", \"labels\": [\"Master of ship\"], \"value\": {\"kind\": \"name\", \"family\": "
    "\"family_names\", \"given\": \"name_syllables\"}}]}";

static const char calibration_json[] =
    "{\"groups\": {\"structure_alone\": {\"sure\": 0.9, \"bias\": -9, \"weights\": {\"code\": 20}}, "
    "\"structure_reader\": {\"sure\": 0.9, \"bias\": -9, \"weights\": {\"agrees\": 9, \"whole\": 9, \"again\": 1}}, "
    "\"structure_settled\": {\"sure\": 0.9, \"bias\": 9, \"weights\": {}}, "
    "\"name_reader\": {\"sure\": 0.9, \"bias\": 9, \"weights\": {}}, "
    "\"text_disputed\": {\"sure\": 0.9, \"bias\": 9, \"weights\": {}}, "
    "\"text_reader\": {\"sure\": 0.9, \"bias\": 9, \"weights\": {}}}}";

typedef struct stage {
  tc_paper_types *types;
  tc_calibration *calibration;
  tc_alphabet alphabet;
  tc_extraction *extraction;
  const char *seen;  /* what the second reader reads, wherever it looks; NULL: there is none */
  const char *again; /* what the engine reads again */
  const char *code;  /* what stands in the page's code; NULL: none */
  double beside;
  double confidence; /* of the engine in each word, 0: 0.9 */
  double certain;    /* the second reader in each sign, 0: 0.98 */
  int looks, rereads;
} stage;

static void write_text(const char *path, const char *text)
{
  tc_error err = {0};
  assert_ok(tc_file_write(path, (tc_bytes){(const uint8_t *)text, strlen(text)}, 0600, &err), err);
}

static int set_up(void **state)
{
  stage *s = calloc(1, sizeof *s);
  tc_error err = {0};
  char folder[] = "/tmp/tc-readings-XXXXXX";
  char type[64];
  char calibration[64];
  assert_non_null(s);
  assert_non_null(mkdtemp(folder));
  snprintf(type, sizeof type, "%s/boat_pass.json", folder);
  snprintf(calibration, sizeof calibration, "%s/calibration", folder);
  write_text(type, type_json);
  write_text(calibration, calibration_json);
  const tc_paper_types_options options = {TC_SOURCE_ROOT "/schemas/national/vn/documents", folder,
                                          TC_SOURCE_ROOT "/schemas/national/vn/lexicon"};
  assert_ok(tc_paper_types_load(&options, &s->types, &err), err);
  assert_ok(tc_calibration_load(calibration, &s->calibration, &err), err);
  unlink(type);
  unlink(calibration);
  rmdir(folder);
  for (uint32_t sign = ' '; sign < 127; sign++)
    s->alphabet.signs[1 + sign - ' '] = sign;
  s->alphabet.count = 1 + 127 - ' ';
  *state = s;
  return 0;
}

static int tear_down(void **state)
{
  stage *s = *state;
  tc_extraction_destroy(s->extraction);
  tc_calibration_destroy(s->calibration);
  tc_paper_types_destroy(s->types);
  free(s);
  return 0;
}

/* ---- The readers ---- */

/* Two steps a sign: the sign, then the blank that parts it from a twin. */
static bool look(void *data, size_t page, tc_box line, tc_posterior *into, bool *seen, tc_error *err)
{
  stage *s = data;
  (void)page;
  (void)line;
  s->looks++;
  *seen = true;
  const size_t width = s->alphabet.count;
  const size_t steps = 2 * strlen(s->seen);
  const float likely = (float)log(s->certain > 0 ? s->certain : 0.98);
  float *rows = calloc(steps * width + 1, sizeof *rows);
  assert_non_null(rows);
  for (size_t i = 0; i < steps * width; i++)
    rows[i] = -9;
  for (size_t step = 0; step < steps; step++)
    rows[step * width + (step % 2 == 0 ? (size_t)(1 + s->seen[step / 2] - ' ') : 0)] = likely;
  const bool ok = tc_posterior_add(into, rows, steps, err);
  free(rows);
  return ok;
}

static bool reread(void *data, size_t page, tc_box region, int way, tc_page **out, tc_error *err)
{
  stage *s = data;
  (void)page;
  (void)way;
  s->rereads++;
  tc_auto(tc_page) found = NULL;
  const tc_word word = {.text = (char *)(uintptr_t)s->again, .confidence = 0.9, .box = {0, 0, region.width, LINE}};
  if (!tc_page_create((int)region.width + 1, LINE, 300, &found, err) || !tc_page_add(found, &word, err))
    return false;
  *out = tc_steal(&found);
  return true;
}

static bool codes(void *data, size_t page, tc_codes *out, tc_error *err)
{
  const stage *s = data;
  (void)page;
  return s->code == NULL || (tc_str_copy(s->code, &out->texts[out->count], err) && ++out->count > 0);
}

static bool beside(void *data, size_t page, tc_box region, tc_box span, double *out, tc_error *err)
{
  const stage *s = data;
  (void)page;
  (void)err;
  assert_true(span.width > 0 && region.x <= span.x + 1 && region.x + region.width >= span.x + span.width - 1);
  *out = s->beside;
  return true;
}

static void add_words(tc_page *page, double x, double y, const char *line, double confidence)
{
  tc_error err = {0};
  tc_auto(tc_str) text = NULL;
  assert_ok(tc_str_copy(line, &text, &err), err);
  char *rest = NULL;
  for (char *word = strtok_r(text, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
    const double width = LETTER * (double)strlen(word);
    const tc_transform same = tc_transform_identity();
    const tc_word added = {.text = word,
                           .confidence = confidence,
                           .box = {x, y, width, LINE},
                           .quad = tc_transform_box(&same, x, y, width, LINE)};
    assert_ok(tc_page_add(page, &added, &err), err);
    x += width + LETTER;
  }
}

/* A field of a page on which the engine reads `line`. */
static const tc_field *field_of(stage *s, const char *key, const char *line)
{
  tc_error err = {0};
  tc_auto(tc_page) page = NULL;
  assert_ok(tc_page_create(2400, 3400, 300, &page, &err), err);
  const double confidence = s->confidence > 0 ? s->confidence : 0.9;
  add_words(page, 900, 300, "BOAT PASS", confidence);
  add_words(page, 100, 500, line, confidence);
  add_words(page, 1200, 500, "Valid until: 01/02/2020", confidence);
  const tc_page *pages[] = {page};
  const tc_extract_options options = {.reread = reread,
                                      .reread_data = s,
                                      .look = s->seen != NULL ? look : NULL,
                                      .codes = codes,
                                      .beside = beside,
                                      .alphabet = &s->alphabet,
                                      .calibration = s->calibration};
  tc_extraction_destroy(s->extraction);
  s->extraction = NULL;
  assert_ok(tc_extract(s->types, pages, 1, &options, &s->extraction, &err), err);
  assert_string_equal(s->extraction->document_type, "boat_pass");
  const tc_field *field = tc_extraction_find(s->extraction, key);
  assert_non_null(field);
  return field;
}

static const tc_field *hull_of(stage *s, const char *line) { return field_of(s, "hull", line); }

static void assert_readings(const tc_field *field, const char *const *by, size_t count)
{
  assert_int_equal(tc_json_count(field->readings), count);
  for (size_t i = 0; i < count; i++)
    assert_string_equal(tc_json_get_text(tc_json_at(field->readings, i), "by", ""), by[i]);
}

/* ---- Cases ---- */

static void test_readings__the_second_reader_agrees_and_nobody_else_is_asked(void **state)
{
  stage *s = *state;
  s->seen = "AB1234";
  s->again = "nothing";
  const tc_field *field = hull_of(s, "Hull number: AB1234");
  static const char *const by[] = {"first", "second_reader"};
  assert_readings(field, by, 2);
  assert_int_equal(field->status, TC_FIELD_SURE);
  assert_true(fabs(field->confidence - 1 / (1 + exp(-9))) < 1e-6);
  assert_true(s->looks > 0);
}

static void test_readings__a_third_reading_where_two_differ(void **state)
{
  stage *s = *state;
  s->seen = s->again = "AB1234";
  const tc_field *field = hull_of(s, "Hull number: AB1284");
  static const char *const by[] = {"first", "second_reader", "black_and_white"};
  assert_readings(field, by, 3);
  assert_string_equal(field->value, "AB1234");
  assert_string_equal(tc_json_get_text(tc_json_at(field->readings, 0), "printed", ""), "AB1284");
  assert_true(s->rereads > 0);
}

static void test_readings__structure_wins(void **state)
{
  stage *s = *state;
  s->seen = "AB1234";
  s->again = "A81234";
  assert_string_equal(hull_of(s, "Hull number: A81234")->value, "AB1234");
}

static void test_readings__without_a_second_reader_the_engine_reads_in_two_ways(void **state)
{
  stage *s = *state;
  s->again = "AB1234";
  const tc_field *field = hull_of(s, "Hull number: AB1234");
  static const char *const by[] = {"first", "other_model", "black_and_white"};
  assert_readings(field, by, 3);
  assert_int_equal(field->status, TC_FIELD_CHECK); /* the calibration says nothing of such a group */
}

static void test_readings__print_beside_the_words_is_never_overlooked(void **state)
{
  stage *s = *state;
  s->seen = s->again = "AB1234";
  s->beside = 9;
  const tc_field *field = hull_of(s, "Hull number: AB1234");
  assert_int_equal(field->status, TC_FIELD_CHECK);
  assert_true(fabs(tc_json_get_number(field->signals, "whole", 0) - 0.1) < 1e-6);
}

static void test_readings__a_code_of_this_paper_is_a_reading(void **state)
{
  stage *s = *state;
  s->seen = s->again = "AB1234";
  s->code = "AB1234|what is no field|01022020|more";
  const tc_field *field = hull_of(s, "Hull number: AB1234");
  static const char *const by[] = {"first", "code"};
  assert_readings(field, by, 2);
  assert_int_equal(field->status, TC_FIELD_SURE);
  assert_int_equal(s->looks, 0);
  const tc_field *until = tc_extraction_find(s->extraction, "until");
  assert_string_equal(tc_json_get_text(tc_json_at(until->readings, 1), "printed", ""), "01/02/2020");
}

static void test_readings__a_code_that_says_otherwise_is_seen_and_not_sure(void **state)
{
  stage *s = *state;
  s->seen = s->again = "AB1234";
  s->code = "AB1235||01022020";
  const tc_field *field = hull_of(s, "Hull number: AB1234");
  assert_string_equal(field->value, "AB1234");
  assert_int_equal(field->status, TC_FIELD_CHECK);
  assert_string_equal(tc_json_get_text(tc_json_at(field->readings, 1), "by", ""), "code");
}

/* Readers lose marks, codes do not. */
static void test_readings__the_marks_are_the_code_s(void **state)
{
  stage *s = *state;
  s->seen = s->again = "an Sen";
  s->code = "AB1234|an S\u00e9n|01022020";
  const tc_field *field = field_of(s, "port", "Home port: an Sen");
  assert_string_equal(field->value, "an S\u00e9n");
  assert_int_equal(field->status, TC_FIELD_SURE);
}

static void test_readings__a_code_of_another_paper_says_nothing(void **state)
{
  stage *s = *state;
  static const char *const others[] = {"CD9876||03042011", "AB1234", "https://example.org/"};
  for (size_t i = 0; i < TC_ARRAY_LEN(others); i++) {
    s->seen = s->again = "AB1234";
    s->code = others[i];
    const tc_field *field = hull_of(s, "Hull number: AB1234");
    static const char *const by[] = {"first", "second_reader"};
    assert_readings(field, by, 2);
    tc_extraction_destroy(s->extraction);
    s->extraction = NULL;
  }
}

static void test_readings__usual_words_are_not_shown_where_the_engine_is_certain(void **state)
{
  stage *s = *state;
  static const char *const by[] = {"first", "second_reader"};
  s->seen = s->again = "Sen";
  s->confidence = 0.96;
  const tc_field *field = field_of(s, "port", "Home port: an Sen theo Sen");
  assert_readings(field, by, 2);
  assert_string_equal(tc_json_get_text(tc_json_at(field->readings, 1), "printed", ""), "an Sen theo Sen");
  const int looks = s->looks;
  tc_extraction_destroy(s->extraction);
  s->extraction = NULL;
  s->looks = 0;
  s->confidence = 0.9;
  s->seen = "an Sen theo Sen";
  field = field_of(s, "port", "Home port: an Sen theo Sen");
  assert_readings(field, by, 2);
  assert_string_equal(tc_json_get_text(tc_json_at(field->readings, 1), "printed", ""), "an Sen theo Sen");
  assert_int_equal(looks, s->looks + 1); /* two words, and before one line; the date beside is looked at in both */
}

static void test_readings__out_of_two_wrong_ones_a_right_one(void **state)
{
  stage *s = *state;
  static const char *const by[] = {"first", "second_reader", "black_and_white", "combined"};
  s->seen = "Sen Lxng";
  s->again = "Sem Lang";
  s->confidence = 0.5;
  const tc_field *field = field_of(s, "port", "Home port: Sxn Lang");
  assert_readings(field, by, 4);
  assert_string_equal(field->value, "Sen Lang");
}

static void test_readings__a_name_that_nobody_bears_is_not_sure(void **state)
{
  stage *s = *state;
  s->seen = s->again = "Phan Minh Anh";
  assert_int_equal(field_of(s, "master", "Master of ship: Phan Minh Anh")->status, TC_FIELD_SURE);
  s->seen = s->again = "Phan Minh Xon";
  const tc_field *field = field_of(s, "master", "Master of ship: Phan Minh Xon");
  assert_string_equal(field->value, "Phan Minh Xon");
  assert_int_equal(field->status, TC_FIELD_CHECK);
}

static void test_readings__figures_that_the_engine_half_doubts_are_not_sure(void **state)
{
  stage *s = *state;
  s->seen = s->again = "AB1234";
  assert_int_equal(hull_of(s, "Hull number: AB1234")->status, TC_FIELD_SURE);
  s->confidence = 0.4;
  assert_int_equal(hull_of(s, "Hull number: AB1234")->status, TC_FIELD_CHECK);
  s->certain = 0.995;
  assert_int_equal(hull_of(s, "Hull number: AB1234")->status, TC_FIELD_CHECK);
}

/* What has a structure is what the second reader is certain of, and nobody else is asked; but for blanks. */
static void test_readings__a_certain_second_reader_settles_figures(void **state)
{
  stage *s = *state;
  static const char *const by[] = {"first", "second_reader"};
  s->seen = "AB1234";
  s->again = "AB1284";
  s->certain = 0.995;
  const tc_field *field = hull_of(s, "Hull number: AB1284");
  assert_readings(field, by, 2);
  assert_string_equal(field->value, "AB1234");
  assert_string_equal(tc_json_get_text(field->signals, "group", ""), "structure_settled");
  assert_int_equal(field->status, TC_FIELD_SURE);
  s->certain = 0.98;
  field = hull_of(s, "Hull number: AB1284");
  assert_string_equal(field->value, "AB1284");
  assert_int_equal(field->status, TC_FIELD_CHECK);
}

static void test_readings__punctuation_is_no_dispute(void **state)
{
  stage *s = *state;
  s->seen = s->again = "an Sen. Lang";
  const tc_field *field = field_of(s, "port", "Home port: an Sen, Lang");
  assert_string_equal(field->value, "an Sen, Lang");
  assert_int_equal(field->status, TC_FIELD_SURE);
  assert_string_equal(tc_json_get_text(field->signals, "group", ""), "text_reader");
}

/* Letters are: of two words that both may be one, the likelier is the value, and a person looks. */
static void test_readings__a_letter_is_a_dispute(void **state)
{
  stage *s = *state;
  s->seen = "an Sen Lang";
  s->again = "an Sem Lang";
  s->confidence = 0.8;
  const tc_field *field = field_of(s, "port", "Home port: an Sem Lang");
  assert_string_equal(tc_json_get_text(field->signals, "group", ""), "text_disputed");
  assert_int_equal(field->status, TC_FIELD_CHECK);
}

/* Where print stands beside the words, a longer name that has them is the whole one; and never sure. */
static void test_readings__a_name_that_was_cut_short(void **state)
{
  stage *s = *state;
  s->beside = 9;
  s->again = "Minh Anh";
  s->seen = "Phan Minh Anh";
  const tc_field *field = field_of(s, "master", "Master of ship: Minh Anh");
  assert_string_equal(field->value, "Phan Minh Anh");
  assert_int_equal(field->status, TC_FIELD_CHECK);
  s->seen = "Bhan Minh Anh";
  assert_string_equal(field_of(s, "master", "Master of ship: Minh Anh")->value, "Minh Anh");
  s->seen = "Phan Minh Anh";
  s->beside = 0;
  assert_string_equal(field_of(s, "master", "Master of ship: Minh Anh")->value, "Minh Anh");
}

/* However likely: of two words that differ in a mark nobody can say which it is. */
static void test_readings__a_text_that_two_readers_dispute_is_never_sure(void **state)
{
  stage *s = *state;
  s->seen = s->again = "Sen Lang";
  assert_int_equal(field_of(s, "port", "Home port: Sen Lang")->status, TC_FIELD_SURE);
  s->seen = s->again = "Sen Long";
  assert_int_equal(field_of(s, "port", "Home port: Sen Lang")->status, TC_FIELD_CHECK);
}

/* Both readers see the words that are left: the white between them is as wide as one that was lost. */
static void test_readings__a_white_between_words_is_never_overlooked(void **state)
{
  stage *s = *state;
  s->seen = s->again = "Sen Lang";
  assert_int_equal(field_of(s, "port", "Home port: Sen Lang")->status, TC_FIELD_SURE);
  const tc_field *field = field_of(s, "port", "Home port: Sen || Lang");
  assert_string_equal(field->value, "Sen Lang");
  assert_int_equal(field->status, TC_FIELD_CHECK);
}

static void test_readings__words_that_resemble_a_label_are_the_value_s(void **state)
{
  stage *s = *state;
  static const char label[] = "hullnumber";
  static const char words[] = "hullnomben";
  const double similarity = tc_fuzzy_similarity(words, strlen(words), label, strlen(label), 0);
  assert_true(similarity > tc_fuzzy_label_threshold(strlen(label)) && similarity < 0.86);
  s->seen = s->again = "old hull nomben bay";
  assert_string_equal(field_of(s, "port", "Home port: old hull nomben bay")->value, "old hull nomben bay");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
      CASE(test_readings__the_second_reader_agrees_and_nobody_else_is_asked),
      CASE(test_readings__a_third_reading_where_two_differ),
      CASE(test_readings__structure_wins),
      CASE(test_readings__without_a_second_reader_the_engine_reads_in_two_ways),
      CASE(test_readings__print_beside_the_words_is_never_overlooked),
      CASE(test_readings__a_code_of_this_paper_is_a_reading),
      CASE(test_readings__a_code_that_says_otherwise_is_seen_and_not_sure),
      CASE(test_readings__usual_words_are_not_shown_where_the_engine_is_certain),
      CASE(test_readings__a_white_between_words_is_never_overlooked),
      CASE(test_readings__words_that_resemble_a_label_are_the_value_s),
      CASE(test_readings__out_of_two_wrong_ones_a_right_one),
      CASE(test_readings__a_name_that_was_cut_short),
      CASE(test_readings__a_name_that_nobody_bears_is_not_sure),
      CASE(test_readings__figures_that_the_engine_half_doubts_are_not_sure),
      CASE(test_readings__a_certain_second_reader_settles_figures),
      CASE(test_readings__punctuation_is_no_dispute),
      CASE(test_readings__a_letter_is_a_dispute),
      CASE(test_readings__a_text_that_two_readers_dispute_is_never_sure),
      CASE(test_readings__the_marks_are_the_code_s),
      CASE(test_readings__a_code_of_another_paper_says_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
