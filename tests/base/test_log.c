#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "tests/tc_test.h"

static int sink_fd = -1;

static int open_sink(void **state)
{
  (void)state;
  tc_error err = {0};
  return tc_memfd("log", &sink_fd, &err) ? 0 : -1;
}

static int close_sink(void **state)
{
  (void)state;
  return close(sink_fd);
}

/* Takes what was logged. */
static void take(tc_buf *out)
{
  tc_error err = {0};
  assert_int_equal(lseek(sink_fd, 0, SEEK_SET), 0);
  assert_ok(tc_fd_read_all(sink_fd, 1 << 20, out, &err), err);
  assert_int_equal(ftruncate(sink_fd, 0), 0);
  assert_int_equal(lseek(sink_fd, 0, SEEK_SET), 0);
}

static void test_log__writes_a_json_object_a_line(void **state)
{
  (void)state;
  tc_log_init(sink_fd, TC_LOG_INFO, TC_LOG_AUTO); /* no terminal: JSON */
  tc_log(TC_LOG_DEBUG, NULL, "too small");
  tc_log(TC_LOG_WARNING, "a \"file\"\n", "%d pages", 3);
  tc_auto(tc_buf) text = {0};
  take(&text);
  assert_non_null(text.data);
  assert_ptr_equal(strchr(tc_buf_text(&text), '\n'), tc_buf_text(&text) + text.size - 1);
  tc_error err = {0};
  tc_auto(tc_json) line = NULL;
  assert_ok(tc_json_parse(tc_buf_bytes(&text), &line, &err), err);
  assert_string_equal(tc_json_get_text(line, "level", ""), "warning");
  assert_string_equal(tc_json_get_text(line, "subject", ""), "a \"file\"\n");
  assert_string_equal(tc_json_get_text(line, "message", ""), "3 pages");
  assert_int_equal(strlen(tc_json_get_text(line, "time", "")), strlen("2026-01-02T03:04:05.678Z"));
}

static void test_log_error__names_code_and_place(void **state)
{
  (void)state;
  tc_log_init(sink_fd, TC_LOG_INFO, TC_LOG_JSON);
  tc_error err = {0};
  tc_log_error("x", &err); /* an empty error is none */
  tc_fail(&err, TC_FORMAT, "page %d is damaged", 2);
  tc_log_error("x", &err);
  tc_error_clear(&err);
  tc_auto(tc_buf) text = {0};
  take(&text);
  tc_auto(tc_json) line = NULL;
  assert_ok(tc_json_parse(tc_buf_bytes(&text), &line, &err), err);
  assert_string_equal(tc_json_get_text(line, "code", ""), "unreadable");
  assert_string_equal(tc_json_get_text(line, "where", ""), "test_log_error__names_code_and_place");
}

static void test_log__human_lines_hold_no_control_characters(void **state)
{
  (void)state;
  tc_log_init(sink_fd, TC_LOG_DEBUG, TC_LOG_HUMAN);
  tc_log(TC_LOG_DEBUG, "evil\x1b[2J\n",
         "a\xC2\x9B"
         "b\xFF");
  tc_auto(tc_buf) text = {0};
  take(&text);
  assert_non_null(strstr(tc_buf_text(&text), " debug: evil?[2J?: a?b\uFFFD\n"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_log__writes_a_json_object_a_line),
      cmocka_unit_test(test_log_error__names_code_and_place),
      cmocka_unit_test(test_log__human_lines_hold_no_control_characters),
  };
  return cmocka_run_group_tests(tests, open_sink, close_sink);
}
