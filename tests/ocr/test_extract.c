#include "tests/tc_test.h"

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "ocr/calibration.h"
#include "ocr/extract.h"

#include <unistd.h>

#define NATIONAL TC_SOURCE_ROOT "/schemas/national/vn/"

enum { LETTER = 20, LINE = 40, WIDTH = 2400, HEIGHT = 3400 };

/* A page out of lines [x, y, text]: each letter LETTER wide; of a word behind a tilde the engine believes nothing. */
static tc_page *page_of(const tc_json *lines, double height, double confidence)
{
  tc_error err = {0};
  tc_page *page = NULL;
  assert_ok(tc_page_create(WIDTH, (int)height, 300, &page, &err), err);
  for (size_t i = 0; i < tc_json_count(lines); i++) {
    const tc_json *line = tc_json_at(lines, i);
    double x = tc_json_as_number(tc_json_at(line, 0), 0);
    const double y = tc_json_as_number(tc_json_at(line, 1), 0);
    tc_auto(tc_str) text = NULL;
    assert_ok(tc_str_copy(tc_json_as_text(tc_json_at(line, 2), ""), &text, &err), err);
    char *rest = NULL;
    for (char *word = strtok_r(text, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
      size_t letters = 0;
      const bool faint = word[0] == '~';
      word += faint ? 1 : 0;
      for (const char *at = word; *at != '\0'; at++)
        letters += ((unsigned char)*at & 0xC0) != 0x80 ? 1 : 0;
      const tc_box box = {x, y, (double)(LETTER * letters), LINE};
      tc_word added = {.text = word, .confidence = faint ? 0.1 : confidence, .box = box, .line = (int)i};
      const tc_transform same = tc_transform_identity();
      added.quad = tc_transform_box(&same, box.x, box.y, box.width, box.height);
      assert_ok(tc_page_add(page, &added, &err), err);
      x += box.width + LETTER;
    }
  }
  return page;
}

/* A second reading that sees what the first saw: the words of the page whose middles lie in the region. */
static bool read_same(void *data, size_t index, tc_box region, int way, tc_page **out, tc_error *err)
{
  const tc_page *page = data;
  (void)index;
  if (way > 0)
    return true;
  tc_auto(tc_page) found = NULL;
  if (!tc_page_create(page->width, page->height, page->dpi, &found, err))
    return false;
  for (size_t i = 0; i < page->word_count; i++) {
    const tc_box *box = &page->words[i].box;
    const double x = box->x + box->width / 2;
    const double y = box->y + box->height / 2;
    if (x > region.x && x < region.x + region.width && y > region.y && y < region.y + region.height &&
        !tc_page_add(found, &page->words[i], err))
      return false;
  }
  *out = tc_steal(&found);
  return true;
}

static tc_paper_types *load_types(const char *more)
{
  tc_error err = {0};
  tc_paper_types *types = NULL;
  const tc_paper_types_options options = {NATIONAL "documents", more, NATIONAL "lexicon"};
  assert_ok(tc_paper_types_load(&options, &types, &err), err);
  return types;
}

static tc_extraction *extract(const tc_paper_types *types, tc_page *page, bool again)
{
  tc_error err = {0};
  tc_extraction *extraction = NULL;
  const tc_page *pages[] = {page};
  tc_auto(tc_calibration) calibration = NULL;
  assert_ok(tc_calibration_load(TC_SOURCE_ROOT "/tests/ocr/cases/calibration.json", &calibration, &err), err);
  const tc_extract_options options = {
      .today = {2026, 11, 22}, .reread = again ? read_same : NULL, .reread_data = page, .calibration = calibration};
  assert_ok(tc_extract(types, pages, 1, &options, &extraction, &err), err);
  return extraction;
}

static void check_fields(const char *name, const tc_extraction *extraction, const tc_json *fields)
{
  size_t wrong = 0;
  tc_json_member member;
  for (bool more = tc_json_first(fields, &member); more; more = tc_json_next(fields, &member)) {
    const tc_field *field = tc_extraction_find(extraction, member.key);
    const char *status = tc_json_as_text(tc_json_at(member.value, 0), "");
    const char *value = tc_json_as_text(tc_json_at(member.value, 1), NULL);
    assert_non_null(field);
    const bool same = (value == NULL) == (field->value == NULL) && (value == NULL || strcmp(value, field->value) == 0);
    if (!same || strcmp(status, tc_field_status_name(field->status)) != 0) {
      print_error("%s: %s is '%s' (%s), not '%s' (%s)\n", name, member.key,
                  field->value != NULL ? field->value : "(null)", tc_field_status_name(field->status),
                  value != NULL ? value : "(null)", status);
      wrong++;
    } else if (value != NULL)
      assert_true(field->page == 1 && field->box.width > 0 && field->box.height > 0);
  }
  assert_int_equal(wrong, 0);
}

static void check_case(const char *name)
{
  tc_error err = {0};
  tc_auto(tc_str) path = NULL;
  tc_auto(tc_json) json = NULL;
  assert_ok(tc_str_printf(&path, &err, "%s/tests/ocr/cases/%s.json", TC_SOURCE_ROOT, name), err);
  assert_ok(tc_json_read_file(path, 1 << 20, &json, &err), err);
  tc_auto(tc_paper_types) types = load_types(NULL);
  tc_auto(tc_page) page = page_of(tc_json_get(json, "lines"), tc_json_get_number(json, "height", HEIGHT), 0.96);
  tc_auto(tc_extraction) extraction = extract(types, page, true);
  assert_string_equal(extraction->document_type, tc_json_get_text(json, "type", ""));
  check_fields(name, extraction, tc_json_get(json, "fields"));
}

static void test_extract__birth_certificate(void **state)
{
  (void)state;
  check_case("birth");
}

static void test_extract__marriage_certificate_in_columns(void **state)
{
  (void)state;
  check_case("marriage");
}

static void test_extract__decision_with_number_by_hand(void **state)
{
  (void)state;
  check_case("decision");
}

static void test_extract__unknown_paper_is_other(void **state)
{
  (void)state;
  check_case("receipt");
}

static void test_extract__every_further_type(void **state)
{
  (void)state;
  static const char *const cases[] = {"letter",  "business", "land",     "card",       "licence",
                                      "degree",  "marital",  "criminal", "transcript", "below",
                                      "wrapped", "stamped",  "joined",   "residence",  "spread"};
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++)
    check_case(cases[i]);
}

/* The lines of a case, where one gives way to another (NULL: to none). */
static tc_extraction *extract_changed(const char *name, const char *changed_line, const char *instead, bool again)
{
  tc_error err = {0};
  tc_auto(tc_str) path = NULL;
  tc_auto(tc_json) json = NULL;
  assert_ok(tc_str_printf(&path, &err, "%s/tests/ocr/cases/%s.json", TC_SOURCE_ROOT, name), err);
  assert_ok(tc_json_read_file(path, 1 << 20, &json, &err), err);
  const tc_json *lines = tc_json_get(json, "lines");
  tc_auto(tc_json) changed = tc_json_array();
  bool found = false;
  for (size_t i = 0; i < tc_json_count(lines); i++) {
    const tc_json *line = tc_json_at(lines, i);
    const char *text = tc_json_as_text(tc_json_at(line, 2), "");
    const bool here = strcmp(text, changed_line) == 0;
    found = found || here;
    if (here && instead == NULL)
      continue;
    /* a title stays centred */
    const double x = here && !again ? (WIDTH - LETTER * (double)tc_text_length(instead)) / 2
                                    : tc_json_as_number(tc_json_at(line, 0), 0);
    tc_json *row = tc_json_array();
    assert_true(tc_json_append(row, tc_json_number(x)) &&
                tc_json_append(row, tc_json_number(tc_json_as_number(tc_json_at(line, 1), 0))) &&
                tc_json_append(row, tc_json_text(here ? instead : text)) && tc_json_append(changed, row));
  }
  assert_true(found);
  tc_auto(tc_paper_types) types = load_types(NULL);
  tc_auto(tc_page) page = page_of(changed, HEIGHT, 0.96);
  return extract(types, page, again);
}

static void check_type(const char *name, const char *title, const char *instead, const char *expected)
{
  tc_auto(tc_extraction) extraction = extract_changed(name, title, instead, false);
  assert_string_equal(extraction->document_type, expected);
}

static void check_types(const char *group)
{
  tc_error err = {0};
  tc_auto(tc_json) json = NULL;
  assert_ok(tc_json_read_file(TC_SOURCE_ROOT "/tests/ocr/cases/types.json", 1 << 20, &json, &err), err);
  const tc_json *rows = tc_json_get(json, group);
  assert_true(tc_json_count(rows) > 0);
  for (size_t i = 0; i < tc_json_count(rows); i++) {
    const tc_json *row = tc_json_at(rows, i);
    check_type(tc_json_get_text(row, "case", ""), tc_json_get_text(row, "title", ""),
               tc_json_get_text(row, "instead", NULL), tc_json_get_text(row, "type", ""));
  }
}

/* A seal over it, a pale head: what only this type asks for is enough. */
static void test_extract__type_without_its_title(void **state)
{
  (void)state;
  check_types("without_title");
}

/* Half a title is another card's whole title; the labels tell them apart. */
static void test_extract__type_with_half_its_title(void **state)
{
  (void)state;
  check_types("half_title");
}

/* An application asks for what the certificate says, and is none. */
static void test_extract__type_of_another_title_is_other(void **state)
{
  (void)state;
  check_types("other_title");
}

/* What damage does to single lines, and what must become of their fields. */
static void test_extract__damaged_lines(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_json) rows = NULL;
  assert_ok(tc_json_read_file(TC_SOURCE_ROOT "/tests/ocr/cases/variants.json", 1 << 20, &rows, &err), err);
  assert_true(tc_json_count(rows) > 0);
  for (size_t i = 0; i < tc_json_count(rows); i++) {
    const tc_json *row = tc_json_at(rows, i);
    const char *instead = tc_json_get_text(row, "instead", "");
    tc_auto(tc_extraction) extraction =
        extract_changed(tc_json_get_text(row, "case", ""), tc_json_get_text(row, "line", ""), instead, true);
    const tc_field *field = tc_extraction_find(extraction, tc_json_get_text(row, "field", ""));
    const tc_json *expected = tc_json_get(row, "expected");
    assert_non_null(field);
    if (field->value == NULL || strcmp(field->value, tc_json_as_text(tc_json_at(expected, 1), "")) != 0 ||
        strcmp(tc_field_status_name(field->status), tc_json_as_text(tc_json_at(expected, 0), "")) != 0)
      fail_msg("'%s' gives '%s' (%s)", instead, field->value, tc_field_status_name(field->status));
  }
}

static const char invented[] = "{\"id\": \"boat_pass\", \"titles\": [\"BOAT PASS\"], \"fields\": ["
                               "{\"key\": \"hull\", \"labels\": [\"Hull number\"], \"value\": {\"kind\": \"code\", "
                               "\"pattern\": \"[A-Z]{2}\\\\d{4}\"}}, "
                               "{\"key\": \"until\", \"labels\": [\"Valid until\"], \"value\": {\"kind\": \"date\"}}]}";

static const char invented_page[] = "[[900, 300, \"BOAT PASS\"], [100, 500, \"Hul1 nunber: AB1234\"], "
                                    "[1200, 500, \"Valid until: 01/02/2020\"]]";

static void test_extract__a_type_invented_now(void **state)
{
  (void)state;
  tc_error err = {0};
  char folder[] = "/tmp/tc-types-XXXXXX";
  tc_auto(tc_str) path = NULL;
  tc_auto(tc_json) lines = NULL;
  assert_non_null(mkdtemp(folder));
  assert_ok(tc_str_printf(&path, &err, "%s/boat_pass.json", folder), err);
  assert_ok(tc_file_write(path, tc_bytes_of_text(invented), 0600, &err), err);
  tc_auto(tc_paper_types) types = load_types(folder);
  unlink(path);
  rmdir(folder);
  assert_ok(tc_json_parse(tc_bytes_of_text(invented_page), &lines, &err), err);
  tc_auto(tc_page) page = page_of(lines, HEIGHT, 0.96);
  tc_auto(tc_extraction) extraction = extract(types, page, true);
  assert_string_equal(extraction->document_type, "boat_pass");
  assert_string_equal(tc_extraction_find(extraction, "hull")->value, "AB1234");
  assert_string_equal(tc_extraction_find(extraction, "until")->value, "01/02/2020");
}

static void test_extract__nothing_is_sure_without_evidence(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_json) json = NULL;
  assert_ok(tc_json_read_file(TC_SOURCE_ROOT "/tests/ocr/cases/birth.json", 1 << 20, &json, &err), err);
  tc_auto(tc_paper_types) types = load_types(NULL);
  tc_auto(tc_page) page = page_of(tc_json_get(json, "lines"), tc_json_get_number(json, "height", HEIGHT), 0.96);
  tc_auto(tc_extraction) extraction = extract(types, page, false);
  assert_int_equal(tc_extraction_find(extraction, "full_name")->status, TC_FIELD_CHECK);
  assert_int_equal(tc_extraction_find(extraction, "registration_date")->status, TC_FIELD_CHECK);
  /* digits against words need no second reading; sex and year are no more than three digits of an id */
  assert_int_equal(tc_extraction_find(extraction, "date_of_birth")->status, TC_FIELD_SURE);
  assert_int_equal(tc_extraction_find(extraction, "personal_id")->status, TC_FIELD_CHECK);
}

static void test_extract__json_and_back(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_json) json = NULL;
  tc_auto(tc_json) printed = NULL;
  tc_auto(tc_json) again = NULL;
  tc_auto(tc_extraction) back = NULL;
  assert_ok(tc_json_read_file(TC_SOURCE_ROOT "/tests/ocr/cases/decision.json", 1 << 20, &json, &err), err);
  tc_auto(tc_paper_types) types = load_types(NULL);
  tc_auto(tc_page) page = page_of(tc_json_get(json, "lines"), tc_json_get_number(json, "height", HEIGHT), 0.96);
  tc_auto(tc_extraction) extraction = extract(types, page, true);
  assert_ok(tc_extraction_to_json(extraction, &printed, &err), err);
  assert_ok(tc_extraction_from_json(printed, &back, &err), err);
  assert_ok(tc_extraction_to_json(back, &again, &err), err);
  assert_true(tc_json_equal(printed, again));
}

static void test_extract__unknown_type_is_refused(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_extraction *extraction = NULL;
  tc_auto(tc_paper_types) types = load_types(NULL);
  const tc_extract_options options = {.type = "no_such_type"};
  assert_fails(tc_extract(types, NULL, 0, &options, &extraction, &err), err, TC_NOT_FOUND);
  assert_null(extraction);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_extract__birth_certificate),
      cmocka_unit_test(test_extract__marriage_certificate_in_columns),
      cmocka_unit_test(test_extract__decision_with_number_by_hand),
      cmocka_unit_test(test_extract__unknown_paper_is_other),
      cmocka_unit_test(test_extract__every_further_type),
      cmocka_unit_test(test_extract__type_without_its_title),
      cmocka_unit_test(test_extract__type_with_half_its_title),
      cmocka_unit_test(test_extract__type_of_another_title_is_other),
      cmocka_unit_test(test_extract__damaged_lines),
      cmocka_unit_test(test_extract__a_type_invented_now),
      cmocka_unit_test(test_extract__nothing_is_sure_without_evidence),
      cmocka_unit_test(test_extract__json_and_back),
      cmocka_unit_test(test_extract__unknown_type_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
