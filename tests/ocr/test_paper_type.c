#include "tests/tc_test.h"

#include "base/file.h"
#include "base/json.h"
#include "ocr/crosscheck.h"
#include "ocr/paper_type.h"
#include "ocr/value.h"

#include <unistd.h>

#define NATIONAL TC_SOURCE_ROOT "/schemas/national/vn/"

static void test_paper_type__those_that_come_along_load(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_paper_types) types = NULL;
  const tc_paper_types_options options = {NATIONAL "documents", NULL, NATIONAL "lexicon"};
  assert_ok(tc_paper_types_load(&options, &types, &err), err);
  assert_true(tc_paper_types_count(types) >= 15);
  assert_string_equal(tc_paper_types_id(types, 0), "administrative_decision");
  assert_string_equal(tc_paper_types_field_key(types, "birth_certificate", 0), "number");
  assert_null(tc_paper_types_field_key(types, "other", 99));
  assert_string_equal(tc_paper_types_field_name(types, "none", "a_key"), "a_key");
}

/* One wrong type in a folder of its own. */
static void check_wrong(const char *json, const char *place)
{
  tc_error err = {0};
  char folder[] = "/tmp/tc-types-XXXXXX";
  tc_auto(tc_str) path = NULL;
  tc_paper_types *types = NULL;
  assert_non_null(mkdtemp(folder));
  assert_ok(tc_str_printf(&path, &err, "%s/wrong.json", folder), err);
  assert_ok(tc_file_write(path, tc_bytes_of_text(json), 0600, &err), err);
  const tc_paper_types_options options = {folder, NULL, NATIONAL "lexicon"};
  const bool loaded = tc_paper_types_load(&options, &types, &err);
  unlink(path);
  rmdir(folder);
  assert_false(loaded);
  assert_int_equal(err.code, TC_CONFIG);
  if (strstr(err.message, place) == NULL || strstr(err.message, "wrong.json") == NULL)
    fail_msg("'%s' does not name %s", err.message, place);
}

static void test_paper_type__errors_name_file_and_place(void **state)
{
  (void)state;
  check_wrong("{", "line 1");
  check_wrong("{\"fields\": []}", "/id");
  check_wrong("{\"id\": \"a\", \"fields\": []}", "/fields");
  check_wrong("{\"id\": \"a\", \"fields\": [{\"key\": \"B\", \"labels\": [\"x\"]}]}", "/fields/0/key");
  check_wrong("{\"id\": \"a\", \"fields\": [{\"key\": \"b\"}]}", "/fields/0/labels");
  check_wrong("{\"id\": \"a\", \"fields\": [{\"key\": \"b\", \"labels\": [\"x\", 5]}]}", "/fields/0/labels/1");
  check_wrong("{\"id\": \"a\", \"fields\": [{\"key\": \"b\", \"find\": \"luck\"}]}", "/fields/0/find");
  check_wrong("{\"id\": \"a\", \"fields\": [{\"key\": \"b\", \"labels\": [\"x\"], \"value\": {\"kind\": \"magic\"}}]}",
              "/fields/0/value/kind");
  check_wrong("{\"id\": \"a\", \"fields\": [{\"key\": \"b\", \"labels\": [\"x\"], \"value\": {\"kind\": \"code\", "
              "\"pattern\": \"(\"}}]}",
              "/fields/0/value/pattern");
  check_wrong("{\"id\": \"a\", \"fields\": [{\"key\": \"b\", \"labels\": [\"x\"], \"value\": {\"kind\": \"choice\", "
              "\"list\": \"none\"}}]}",
              "/fields/0/value/list");
  check_wrong("{\"id\": \"a\", \"fields\": [{\"key\": \"b\", \"labels\": [\"x\"]}], \"checks\": [{\"check\": "
              "\"same_date\", \"fields\": [\"b\", \"c\"]}]}",
              "/checks/0/fields/1");
  check_wrong("{\"id\": \"a\", \"fields\": [{\"key\": \"b\", \"labels\": [\"x\"]}, {\"key\": \"b\", \"labels\": "
              "[\"y\"]}]}",
              "/fields/1/key");
  check_wrong("{\"id\": \"a\", \"fields\": [{\"key\": \"b\", \"labels\": [\"x\"], \"take\": \"(\"}]}",
              "/fields/0/take");
  check_wrong("{\"id\": \"a\", \"fields\": [{\"key\": \"b\", \"labels\": [\"x\"], \"anywhere\": true}]}",
              "/fields/0/value/pattern");
  check_wrong("{\"id\": \"a\", \"fields\": [{\"key\": \"b\", \"labels\": [\"x\"]}, {\"key\": \"c\", \"at\": \"d\"}]}",
              "/fields/1/at");
  check_wrong("{\"id\": \"a\", \"fields\": [{\"key\": \"b\", \"labels\": [\"x\"], \"at\": \"b\"}]}",
              "/fields/0/labels");
  check_wrong("{\"id\": \"a\", \"sections\": [], \"fields\": [{\"key\": \"b\", \"labels\": [\"x\"]}]}", "/sections");
  check_wrong("{\"id\": \"a\", \"sections\": {\"s\": [\"\"]}, \"fields\": [{\"key\": \"b\", \"labels\": [\"x\"]}]}",
              "/sections/s/0");
}

static bool enumerates(const tc_json *list, const char *name)
{
  for (size_t i = 0; i < tc_json_count(list); i++)
    if (strcmp(tc_json_as_text(tc_json_at(list, i), ""), name) == 0)
      return true;
  return false;
}

static const tc_json *enumeration(const tc_json *schema, const char *definition, const char *property)
{
  const tc_json *found = tc_json_get(tc_json_get(schema, "$defs"), definition);
  return tc_json_get(tc_json_get(tc_json_get(found, "properties"), property), "enum");
}

static void test_paper_type__schema_lists_the_tables(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_json) schema = NULL;
  assert_ok(tc_json_read_file(TC_SOURCE_ROOT "/schemas/json/paper-type.schema.json", 1 << 20, &schema, &err), err);
  const tc_json *kinds = enumeration(schema, "value", "kind");
  const tc_json *checks = enumeration(schema, "check", "check");
  size_t count = 0;
  for (; tc_value_kind_at(count) != NULL; count++)
    assert_true(enumerates(kinds, tc_value_kind_at(count)->name));
  assert_int_equal(count, tc_json_count(kinds));
  for (count = 0; tc_crosscheck_kind_at(count) != NULL; count++)
    assert_true(enumerates(checks, tc_crosscheck_kind_at(count)->name));
  assert_int_equal(count, tc_json_count(checks));
}

/* The example in the guide, as it stands there, is a type that loads and is found on its paper. */
static void test_paper_type__the_example_of_the_guide(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) guide = {0};
  tc_auto(tc_str) path = NULL;
  tc_auto(tc_paper_types) types = NULL;
  char folder[] = "/tmp/tc-types-XXXXXX";
  assert_ok(tc_file_read(TC_SOURCE_ROOT "/docs/adding-a-paper-type.md", 1 << 20, &guide, &err), err);
  const char *start = strstr(tc_buf_text(&guide), "```json\n");
  assert_non_null(start);
  start += strlen("```json\n");
  const char *end = strstr(start, "```");
  assert_non_null(end);
  assert_non_null(mkdtemp(folder));
  assert_ok(tc_str_printf(&path, &err, "%s/guide.json", folder), err);
  assert_ok(tc_file_write(path, (tc_bytes){(const uint8_t *)start, (size_t)(end - start)}, 0600, &err), err);
  const tc_paper_types_options options = {NATIONAL "documents", folder, NATIONAL "lexicon"};
  const bool loaded = tc_paper_types_load(&options, &types, &err);
  unlink(path);
  rmdir(folder);
  assert_ok(loaded, err);
  assert_string_equal(tc_paper_types_field_key(types, "death_extract", 5), "date_of_death");
  assert_null(tc_paper_types_field_key(types, "death_extract", 8));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_paper_type__those_that_come_along_load),
      cmocka_unit_test(test_paper_type__errors_name_file_and_place),
      cmocka_unit_test(test_paper_type__schema_lists_the_tables),
      cmocka_unit_test(test_paper_type__the_example_of_the_guide),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
