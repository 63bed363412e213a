#include "base/base_settings.h"
#include "base/file.h"
#include "tests/tc_test.h"

static const char *const colours[] = {"red", "green", NULL};
static const tc_setting rows[] = {
    {"one.size", TC_SETTING_INTEGER, "10", 1, 100, NULL, "A size."},
    {"one.name", TC_SETTING_TEXT, "nobody", 2, 12, NULL, "A name."},
    {"one.on", TC_SETTING_BOOLEAN, "false", 0, 0, NULL, "A switch."},
};
static const tc_setting more_rows[] = {
    {"two.colour_of_it", TC_SETTING_CHOICE, "green", 0, 0, colours, "A choice."},
    {"two.secret", TC_SETTING_SECRET, "", 0, 64, NULL, "A secret."},
};
static const tc_settings_table tables[] = {{rows, TC_ARRAY_LEN(rows)}, {more_rows, TC_ARRAY_LEN(more_rows)}};

static char file_path[] = "/tmp/tc_settings_XXXXXX";

static const char *file_with(const char *text)
{
  tc_error err = {0};
  assert_ok(tc_file_write(file_path, tc_bytes_of_text(text), 0600, &err), err);
  return file_path;
}

static bool load(const char *file, const char *variable, const char *flag, tc_settings **out, tc_error *err)
{
  const char *const environ_[] = {"PATH=/bin", variable, NULL};
  const char *const flags[] = {flag, NULL};
  const tc_settings_sources sources = {
      .file = file != NULL ? file_with(file) : NULL, .environ = environ_, .flags = flags};
  return tc_settings_load(tables, TC_ARRAY_LEN(tables), &sources, out, err);
}

static void test_settings_load__defaults(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_settings) settings = NULL;
  assert_ok(tc_settings_load(tables, TC_ARRAY_LEN(tables), NULL, &settings, &err), err);
  assert_int_equal(tc_settings_integer(settings, "one.size"), 10);
  assert_string_equal(tc_settings_text(settings, "one.name"), "nobody");
  assert_false(tc_settings_boolean(settings, "one.on"));
  assert_string_equal(tc_settings_text(settings, "two.colour_of_it"), "green");
  assert_string_equal(tc_settings_text(settings, "two.secret"), "");
  assert_string_equal(tc_settings_origin(settings, "one.size"), "default");
}

static void test_settings_load__own_table_has_good_defaults(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_settings) settings = NULL;
  assert_ok(tc_settings_load(&tc_base_settings, 1, NULL, &settings, &err), err);
  assert_true(tc_settings_integer(settings, "base.worker_memory") > 0);
}

static void test_settings_load__flag_over_environment_over_file(void **state)
{
  (void)state;
  const struct {
    const char *file, *variable, *flag, *origin;
    int64_t value;
  } cases[] = {
      {NULL, NULL, NULL, "default", 10},
      {"one.size = 20", NULL, NULL, "file", 20},
      {"one.size = 20", "TRUECOPY_ONE_SIZE=30", NULL, "environment", 30},
      {"one.size = 20", "TRUECOPY_ONE_SIZE=30", "one.size=40", "flag", 40},
      {"one.size = 20", NULL, "one.size=40", "flag", 40},
  };
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++) {
    tc_error err = {0};
    tc_auto(tc_settings) settings = NULL;
    assert_ok(load(cases[i].file, cases[i].variable, cases[i].flag, &settings, &err), err);
    assert_int_equal(tc_settings_integer(settings, "one.size"), cases[i].value);
    assert_string_equal(tc_settings_origin(settings, "one.size"), cases[i].origin);
  }
}

static void test_settings_load__reads_the_file(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_settings) settings = NULL;
  assert_ok(load("# a comment\n\n  one.size=7 # seven\r\none.name =  a#b  \n\tone.on = true\n"
                 "two.secret = \" p # \" # quoted\ntwo.colour_of_it = red",
                 NULL, NULL, &settings, &err),
            err);
  assert_int_equal(tc_settings_integer(settings, "one.size"), 7);
  assert_string_equal(tc_settings_text(settings, "one.name"), "a#b");
  assert_true(tc_settings_boolean(settings, "one.on"));
  assert_string_equal(tc_settings_text(settings, "two.secret"), " p # ");
  assert_string_equal(tc_settings_text(settings, "two.colour_of_it"), "red");
}

static void test_settings_load__maps_names_to_variables(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_settings) settings = NULL;
  assert_ok(load(NULL, "TRUECOPY_TWO_COLOUR_OF_IT=red", NULL, &settings, &err), err);
  assert_string_equal(tc_settings_text(settings, "two.colour_of_it"), "red");
  tc_auto(tc_settings) other = NULL;
  assert_ok(load(NULL, "TRUECOPY_SHARED=/x", NULL, &other, &err), err);
}

static void test_settings_load__refuses(void **state)
{
  (void)state;
  const struct {
    const char *file, *variable, *flag, *message;
  } cases[] = {
      {"\none.sise = 20", NULL, NULL, "line 2: there is no setting of the name one.sise"},
      {"one.size = 101", NULL, NULL, "line 1: one.size = 101: a whole number from 1 to 100"},
      {"one.size = 0", NULL, NULL, "from 1 to 100"},
      {"one.size = 99999999999999999999", NULL, NULL, "from 1 to 100"},
      {"one.size = 1x", NULL, NULL, "from 1 to 100"},
      {"one.size =", NULL, NULL, "from 1 to 100"},
      {"one.on = yes", NULL, NULL, "true or false"},
      {"one.name = x", NULL, NULL, "2 to 12 bytes"},
      {"one.name = xxxxxxxxxxxxxxx", NULL, NULL, "2 to 12 bytes"},
      {"one.name = a\xFF", NULL, NULL, "UTF-8"},
      {"two.colour_of_it = blue", NULL, NULL, "one of red, green"},
      {"one.size", NULL, NULL, "line 1: a line is: name = value"},
      {"one.name = \"abc", NULL, NULL, "a line is: name = value"},
      {"one.name = \"abc\" d", NULL, NULL, "a line is: name = value"},
      {"one.size = 3\n\none.size = 4", NULL, NULL, "line 3: one.size stands there a second time"},
      {NULL, "TRUECOPY_ONE_SIZE=x", NULL, "environment: one.size = x"},
      {NULL, "TRUECOPY_ONE_SISE=3", NULL, "no setting for the variable TRUECOPY_ONE_SISE"},
      {NULL, NULL, "one.sise=3", "flag: there is no setting of the name one.sise"},
      {NULL, NULL, "one.size", "flag: name=value is expected"},
      {NULL, NULL, "one.size=200", "flag: one.size = 200"},
  };
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++) {
    tc_error err = {0};
    tc_settings *settings = NULL;
    assert_false(load(cases[i].file, cases[i].variable, cases[i].flag, &settings, &err));
    assert_null(settings);
    if (err.code != TC_CONFIG || strstr(err.message, cases[i].message) == NULL)
      fail_msg("case %zu: %s", i, err.message);
  }
}

static void test_settings_load__never_prints_a_secret(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_settings *settings = NULL;
  char flag[128] = "two.secret=";
  memset(flag + strlen(flag), 'q', 80);
  assert_false(load(NULL, NULL, flag, &settings, &err));
  assert_null(strstr(err.message, "qq"));
}

static void test_settings_load__names_a_missing_file(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_settings *settings = NULL;
  const tc_settings_sources sources = {.file = "/nowhere/truecopy.conf"};
  assert_fails(tc_settings_load(tables, TC_ARRAY_LEN(tables), &sources, &settings, &err), err, TC_NOT_FOUND);
}

static void test_settings_json__there_and_back_without_secrets(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_settings) settings = NULL;
  assert_ok(load("one.size = 20\ntwo.secret = pin", NULL, "one.on=true", &settings, &err), err);
  tc_auto(tc_json) values = NULL;
  assert_ok(tc_settings_to_json(settings, &values, &err), err);
  assert_null(tc_json_get(values, "two.secret"));
  tc_auto(tc_settings) back = NULL;
  assert_ok(tc_settings_from_json(tables, TC_ARRAY_LEN(tables), values, &back, &err), err);
  assert_int_equal(tc_settings_integer(back, "one.size"), 20);
  assert_true(tc_settings_boolean(back, "one.on"));
  assert_string_equal(tc_settings_text(back, "two.secret"), "");
  assert_string_equal(tc_settings_origin(back, "one.size"), "parent");
}

static void test_settings_from_json__refuses(void **state)
{
  (void)state;
  const char *const cases[] = {"[]", "{\"one.size\": 3}", "{\"one.size\": \"x\"}", "{\"one.sise\": \"3\"}"};
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++) {
    tc_error err = {0};
    tc_auto(tc_json) values = NULL;
    tc_settings *settings = NULL;
    assert_ok(tc_json_parse(tc_bytes_of_text(cases[i]), &values, &err), err);
    assert_fails(tc_settings_from_json(tables, TC_ARRAY_LEN(tables), values, &settings, &err), err, TC_CONFIG);
  }
}

static void count_row(const tc_setting *row, const char *value, void *data)
{
  assert_non_null(row->help);
  assert_non_null(value);
  ++*(size_t *)data;
}

static void test_settings_each__visits_all_rows(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_settings) settings = NULL;
  assert_ok(tc_settings_load(tables, TC_ARRAY_LEN(tables), NULL, &settings, &err), err);
  size_t count = 0;
  tc_settings_each(settings, count_row, &count);
  assert_int_equal(count, TC_ARRAY_LEN(rows) + TC_ARRAY_LEN(more_rows));
}

static int make_file(void **state)
{
  (void)state;
  return close(mkstemp(file_path));
}

static int remove_file(void **state)
{
  (void)state;
  return unlink(file_path);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_settings_load__defaults),
      cmocka_unit_test(test_settings_load__own_table_has_good_defaults),
      cmocka_unit_test(test_settings_load__flag_over_environment_over_file),
      cmocka_unit_test(test_settings_load__reads_the_file),
      cmocka_unit_test(test_settings_load__maps_names_to_variables),
      cmocka_unit_test(test_settings_load__refuses),
      cmocka_unit_test(test_settings_load__never_prints_a_secret),
      cmocka_unit_test(test_settings_load__names_a_missing_file),
      cmocka_unit_test(test_settings_json__there_and_back_without_secrets),
      cmocka_unit_test(test_settings_from_json__refuses),
      cmocka_unit_test(test_settings_each__visits_all_rows),
  };
  return cmocka_run_group_tests(tests, make_file, remove_file);
}
