#include "base/base_settings.h"

static const char *const log_levels[] = {"debug", "info", "warning", "error", NULL};
static const char *const log_formats[] = {"auto", "human", "json", NULL};

static const tc_setting rows[] = {
    {"base.log_level", TC_SETTING_CHOICE, "info", 0, 0, log_levels, "The least severe log line that is written."},
    {"base.log_format", TC_SETTING_CHOICE, "auto", 0, 0, log_formats,
     "Log lines for people or JSON objects, one a line; auto: for people where standard error is a terminal."},
    {"base.worker_memory", TC_SETTING_INTEGER, "1073741824", 128 << 20, (int64_t)1 << 40, NULL,
     "Address space of one worker process, in bytes."},
    {"base.worker_timeout", TC_SETTING_INTEGER, "120000", 100, 86400000, NULL,
     "Time that one task of a worker may take, in milliseconds, where the caller does not say otherwise."},
    {"base.worker_message_bytes", TC_SETTING_INTEGER, "16777216", 4096, 1 << 30, NULL,
     "Size of the longest message between a parent and a worker, in bytes."},
    {"base.worker_file_bytes", TC_SETTING_INTEGER, "2147483648", 1 << 20, (int64_t)1 << 40, NULL,
     "Size of the largest file or memory file that a worker can write, in bytes."},
    {"base.worker_stderr", TC_SETTING_BOOLEAN, "false", 0, 0, NULL,
     "Lets workers write to the standard error of their parent, to find a fault in a library."},
    {"base.worker_tasks_max", TC_SETTING_INTEGER, "1000", 1, 1000000000, NULL,
     "Number of tasks after which a worker process is replaced by a fresh one."},
};

const tc_settings_table tc_base_settings = {rows, TC_ARRAY_LEN(rows)};
