/*
 * One line is built in a buffer and goes out in one write(2), so that lines of threads and processes that share a
 * descriptor do not mix (up to PIPE_BUF on a pipe). A line that cannot be built or written is dropped: the log must
 * not be what stops the program.
 */
#include "base/log.h"

#include "base/json.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct sink {
  int fd;
  tc_log_level least;
  bool json;
} sink = {.fd = STDERR_FILENO, .least = TC_LOG_INFO};

static const char *const level_names[] = {"debug", "info", "warning", "error"};

typedef struct line {
  tc_log_level level;
  const char *subject; /* or NULL */
  const char *message;
  const tc_error *error; /* or NULL */
} line;

void tc_log_init(int fd, tc_log_level least, tc_log_format format)
{
  sink = (struct sink){fd, least, format == TC_LOG_AUTO ? isatty(fd) != 1 : format == TC_LOG_JSON};
}

static void now_as_text(char out[32])
{
  struct timespec now;
  struct tm parts;
  clock_gettime(CLOCK_REALTIME, &now);
  gmtime_r(&now.tv_sec, &parts);
  size_t used = strftime(out, 32, "%Y-%m-%dT%H:%M:%S", &parts);
  snprintf(out + used, 32 - used, ".%03ldZ", now.tv_nsec / 1000000);
}

static bool build_json(const line *what, const char *time, tc_buf *out)
{
  tc_auto(tc_json) object = tc_json_object();
  bool ok = tc_json_set_text(object, "time", time) && tc_json_set_text(object, "level", level_names[what->level]) &&
            (what->subject == NULL || tc_json_set_text(object, "subject", what->subject)) &&
            tc_json_set_text(object, "message", what->message);
  if (ok && what->error != NULL)
    ok = tc_json_set_text(object, "code", tc_code_info(what->error->code)->name) &&
         tc_json_set_text(object, "where", what->error->where);
  return ok && tc_json_write(object, out, NULL);
}

/* File names and messages may carry control characters, which a terminal would obey. */
static bool append_harmless(tc_buf *out, const char *text)
{
  for (uint32_t codepoint; tc_text_next(&text, &codepoint);) {
    bool control = codepoint < 0x20 || (codepoint >= 0x7F && codepoint < 0xA0);
    if (!tc_text_append(out, control ? '?' : codepoint, NULL))
      return false;
  }
  return true;
}

static bool build_human(const line *what, const char *time, tc_buf *out)
{
  bool ok = tc_buf_printf(out, NULL, "%.8s %s: ", time + 11, level_names[what->level]);
  if (ok && what->subject != NULL)
    ok = append_harmless(out, what->subject) && tc_buf_append_text(out, ": ", NULL);
  ok = ok && append_harmless(out, what->message);
  if (ok && what->error != NULL)
    ok = tc_buf_printf(out, NULL, " [%s, %s]", tc_code_info(what->error->code)->name,
                       what->error->where != NULL ? what->error->where : "?");
  return ok;
}

static void put(const line *what)
{
  char time[32];
  now_as_text(time);
  tc_auto(tc_buf) out = {0};
  bool ok = sink.json ? build_json(what, time, &out) : build_human(what, time, &out);
  if (!ok || !tc_buf_append_text(&out, "\n", NULL))
    return;
  ssize_t ignored = write(sink.fd, out.data, out.size);
  (void)ignored;
}

void tc_log(tc_log_level level, const char *subject, const char *format, ...)
{
  if (level < sink.least)
    return;
  va_list args;
  va_start(args, format);
  char message[2048];
  int length = vsnprintf(message, sizeof message, format, args);
  va_end(args);
  if (length >= 0)
    put(&(line){.level = level, .subject = subject, .message = message});
}

void tc_log_error(const char *subject, const tc_error *err)
{
  if (err->code != TC_OK)
    put(&(line){.level = TC_LOG_ERROR, .subject = subject, .message = err->message, .error = err});
}
