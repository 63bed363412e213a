#include "base/buf.h"
#include "tests/tc_test.h"

static void test_buf_append__keeps_a_final_zero(void **state)
{
  (void)state;
  tc_auto(tc_buf) buf = {0};
  tc_error err = {0};
  for (int i = 0; i < 1000; i++)
    assert_ok(tc_buf_append(&buf, "abc", 3, &err), err);
  assert_int_equal(buf.size, 3000);
  assert_int_equal(buf.data[3000], 0);
  assert_int_equal(strlen(tc_buf_text(&buf)), 3000);
}

static void test_buf_reserve__refuses_an_overflow(void **state)
{
  (void)state;
  tc_auto(tc_buf) buf = {0};
  tc_error err = {0};
  assert_ok(tc_buf_append_text(&buf, "x", &err), err);
  assert_fails(tc_buf_reserve(&buf, SIZE_MAX, &err), err, TC_NO_MEMORY);
  assert_string_equal(tc_buf_text(&buf), "x");
}

static void test_buf_printf__appends(void **state)
{
  (void)state;
  tc_auto(tc_buf) buf = {0};
  tc_error err = {0};
  assert_ok(tc_buf_printf(&buf, &err, "%d-%s", 7, "a"), err);
  assert_ok(tc_buf_printf(&buf, &err, "/%05d", 42), err);
  assert_string_equal(tc_buf_text(&buf), "7-a/00042");
}

static void test_bytes_next_line__takes_lines_off_the_front(void **state)
{
  (void)state;
  static const char *const expected[] = {"one", "", "last"};
  tc_bytes rest = tc_bytes_of_text("one\n\nlast"), line;
  for (size_t i = 0; i < TC_ARRAY_LEN(expected); i++) {
    assert_true(tc_bytes_next_line(&rest, &line));
    assert_int_equal(line.size, strlen(expected[i]));
    assert_memory_equal(line.data, expected[i], line.size);
  }
  assert_false(tc_bytes_next_line(&rest, &line));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_buf_append__keeps_a_final_zero),
      cmocka_unit_test(test_buf_reserve__refuses_an_overflow),
      cmocka_unit_test(test_buf_printf__appends),
      cmocka_unit_test(test_bytes_next_line__takes_lines_off_the_front),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
