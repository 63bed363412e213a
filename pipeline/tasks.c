#include "pipeline/tasks.h"

#include "base/file.h"

#include <unistd.h>

enum { JSON_LIMIT = 256 << 20 };

static const tc_worker_task rows[] = {
    {"inspect", tc_task_inspect}, {"read", tc_task_read},       {"extract", tc_task_extract},
    {"compose", tc_task_compose}, {"prepare", tc_task_prepare}, {"verify", tc_task_verify},
    {"picture", tc_task_picture}, {"survey", tc_task_survey},   {"extend", tc_task_extend},
};

const tc_worker_tasks tc_pipeline_tasks = {rows, TC_ARRAY_LEN(rows)};

bool tc_task_needs_fds(const tc_worker_request *request, size_t fds, size_t outputs, tc_error *err)
{
  return (request->fd_count >= fds && request->output_count >= outputs) ||
         tc_fail(err, TC_INTERNAL, "the task came with %zu descriptors and %zu outputs instead of %zu and %zu",
                 request->fd_count, request->output_count, fds, outputs);
}

bool tc_task_read_json(int fd, tc_json **out, tc_error *err)
{
  tc_auto(tc_buf) text = {0};
  if (lseek(fd, 0, SEEK_SET) != 0)
    return tc_fail(err, TC_IO, "a message file cannot be read from its start");
  return tc_fd_read_all(fd, JSON_LIMIT, &text, err) && tc_json_parse(tc_buf_bytes(&text), out, err);
}
