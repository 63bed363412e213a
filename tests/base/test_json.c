#include "base/file.h"
#include "base/json.h"
#include "tests/tc_test.h"

#include <math.h>

static tc_json *parse(const char *text)
{
  tc_error err = {0};
  tc_json *value = NULL;
  assert_ok(tc_json_parse(tc_bytes_of_text(text), &value, &err), err);
  return value;
}

static void assert_written(const tc_json *value, const char *expected, const char *canonical)
{
  tc_error err = {0};
  tc_auto(tc_buf) plain = {0};
  tc_auto(tc_buf) sorted = {0};
  assert_ok(tc_json_write(value, &plain, &err), err);
  assert_string_equal(tc_buf_text(&plain), expected);
  assert_ok(tc_json_write_canonical(value, &sorted, &err), err);
  assert_string_equal(tc_buf_text(&sorted), canonical);
}

static void test_json_write__keeps_order_and_canonical_sorts(void **state)
{
  (void)state;
  tc_auto(tc_json) object = tc_json_object();
  assert_true(tc_json_set_text(object, "b", "x\"\xE1\xBA\xA1"));
  assert_true(tc_json_set_integer(object, "a", -7));
  assert_true(tc_json_set_number(object, "n", 0.5));
  assert_true(tc_json_set_boolean(object, "t", true));
  assert_true(tc_json_set(object, "z", tc_json_null()));
  tc_json *list = tc_json_array();
  assert_true(tc_json_append(list, tc_json_integer(1)) && tc_json_append(list, tc_json_text("y")));
  assert_true(tc_json_set(object, "l", list));
  assert_written(object, "{\"b\":\"x\\\"\xE1\xBA\xA1\",\"a\":-7,\"n\":0.5,\"t\":true,\"z\":null,\"l\":[1,\"y\"]}",
                 "{\"a\":-7,\"b\":\"x\\\"\xE1\xBA\xA1\",\"l\":[1,\"y\"],\"n\":0.5,\"t\":true,\"z\":null}");
}

static void test_json_text__mends_bad_utf8(void **state)
{
  (void)state;
  tc_auto(tc_json) text = tc_json_text("a\xFFz");
  assert_string_equal(tc_json_as_text(text, ""), "a\uFFFDz");
  tc_auto(tc_json) none = tc_json_text(NULL);
  assert_true(tc_json_is_null(none));
  tc_auto(tc_json) infinite = tc_json_number(INFINITY);
  assert_true(tc_json_is_null(infinite));
}

static void test_json_get__answers_with_the_fallback(void **state)
{
  (void)state;
  tc_auto(tc_json) object = parse("{\"t\":\"x\",\"i\":3,\"n\":1.5,\"b\":true,\"l\":[1]}");
  assert_string_equal(tc_json_get_text(object, "t", "-"), "x");
  assert_string_equal(tc_json_get_text(object, "i", "-"), "-");
  assert_int_equal(tc_json_get_integer(object, "i", 9), 3);
  assert_int_equal(tc_json_get_integer(object, "n", 9), 9);
  assert_true(tc_json_get_number(object, "i", 0) == 3.0);
  assert_true(tc_json_get_number(object, "t", 9.5) == 9.5);
  assert_true(tc_json_get_boolean(object, "b", false));
  assert_true(tc_json_get_boolean(object, "none", true));
  assert_null(tc_json_get(NULL, "t"));
  assert_null(tc_json_get(tc_json_get(object, "t"), "x"));
  assert_null(tc_json_at(tc_json_get(object, "l"), 1));
  assert_int_equal(tc_json_count(object), 5);
  assert_int_equal(tc_json_count(tc_json_get(object, "l")), 1);
  assert_int_equal(tc_json_count(NULL), 0);
}

static void test_json_member__walks_in_order(void **state)
{
  (void)state;
  tc_auto(tc_json) object = parse("{\"z\":1,\"a\":2,\"m\":3}");
  char order[8] = "";
  tc_json_member member;
  for (bool more = tc_json_first(object, &member); more; more = tc_json_next(object, &member))
    strncat(order, member.key, 1);
  assert_string_equal(order, "zam");
  assert_false(tc_json_first(NULL, &member));
  assert_true(tc_json_remove(object, "a"));
  assert_false(tc_json_remove(object, "a"));
}

static void test_json_parse__refuses(void **state)
{
  (void)state;
  char deep[8192];
  memset(deep, '[', sizeof deep - 1);
  deep[sizeof deep - 1] = '\0';
  const char *const cases[] = {"", "{", "{\"a\":1,\"a\":2}", "[1,]", "nul", "\"\xFF\"", "[1] []", "\"a\\u0000", deep};
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++) {
    tc_error err = {0};
    tc_json *value = NULL;
    assert_fails(tc_json_parse(tc_bytes_of_text(cases[i]), &value, &err), err, TC_FORMAT);
    assert_null(value);
  }
}

static void test_json_parse__names_line_and_column(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_json *value = NULL;
  assert_false(tc_json_parse(tc_bytes_of_text("{\n  \"a\" 1}"), &value, &err));
  assert_non_null(strstr(err.message, "line 2, column"));
}

static void test_json_read_file__names_the_file(void **state)
{
  (void)state;
  char path[] = "/tmp/tc_json_XXXXXX";
  tc_auto(tc_fd) fd = mkstemp(path);
  tc_error err = {0};
  tc_json *value = NULL;
  assert_ok(tc_fd_write_all(fd, "{\"a\"", 4, &err), err);
  assert_false(tc_json_read_file(path, 100, &value, &err));
  assert_int_equal(err.code, TC_FORMAT);
  assert_non_null(strstr(err.message, path));
  tc_error_clear(&err);
  assert_fails(tc_json_read_file(path, 3, &value, &err), err, TC_LIMIT);
  assert_int_equal(unlink(path), 0);
  assert_fails(tc_json_read_file(path, 100, &value, &err), err, TC_NOT_FOUND);
}

static void test_json_equal__compares_values(void **state)
{
  (void)state;
  tc_auto(tc_json) a = parse("{\"x\":[1,2],\"y\":null}");
  tc_auto(tc_json) b = parse("{\"y\":null,\"x\":[1,2]}");
  tc_auto(tc_json) c = parse("{\"y\":null,\"x\":[2,1]}");
  assert_true(tc_json_equal(a, b));
  assert_false(tc_json_equal(a, c));
  tc_auto(tc_json) again = tc_json_keep(a);
  assert_true(tc_json_equal(a, again));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_json_write__keeps_order_and_canonical_sorts),
      cmocka_unit_test(test_json_text__mends_bad_utf8),
      cmocka_unit_test(test_json_get__answers_with_the_fallback),
      cmocka_unit_test(test_json_member__walks_in_order),
      cmocka_unit_test(test_json_parse__refuses),
      cmocka_unit_test(test_json_parse__names_line_and_column),
      cmocka_unit_test(test_json_read_file__names_the_file),
      cmocka_unit_test(test_json_equal__compares_values),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
