/*
 * The log: human lines where standard error is a terminal, JSON lines (one object a line) otherwise.
 * Library code never logs: the caller that stops an error logs it once, with the record's id. No secret, no personal
 * value ever goes in: ids, counts, codes, file names.
 * Threading: tc_log_init once at start; tc_log from any thread (one write(2) a line).
 */
#pragma once

#include "base/error.h"

typedef enum tc_log_level { TC_LOG_DEBUG, TC_LOG_INFO, TC_LOG_WARNING, TC_LOG_ERROR } tc_log_level;
typedef enum tc_log_format { TC_LOG_AUTO, TC_LOG_HUMAN, TC_LOG_JSON } tc_log_format;

void tc_log_init(int fd, tc_log_level least, tc_log_format format);
/* `subject` is what the line is about (a record's id, a file's name) or NULL. */
void tc_log(tc_log_level level, const char *subject, const char *format, ...) TC_PRINTF(3, 4);
/* Logs an error that stops here: its code's name, message and place. */
void tc_log_error(const char *subject, const tc_error *err);
