#include "pipeline/tasks.h"

#include "base/file.h"
#include "pipeline/capture.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WORDS_LIMIT = 256 << 20, PASSWORD_LIMIT = 1024 };

static const tc_worker_task rows[] = {
    {"inspect", tc_task_inspect}, {"read", tc_task_read},       {"extract", tc_task_extract},
    {"compose", tc_task_compose}, {"prepare", tc_task_prepare}, {"verify", tc_task_verify},
    {"picture", tc_task_picture}, {"survey", tc_task_survey},   {"extend", tc_task_extend},
    {"report", tc_task_report},
};

const tc_worker_tasks tc_pipeline_tasks = {rows, TC_ARRAY_LEN(rows)};

bool tc_task_needs_fds(const tc_worker_request *request, size_t fds, size_t outputs, tc_error *err)
{
  return (request->fd_count >= fds && request->output_count >= outputs) ||
         tc_fail(err, TC_INTERNAL, "the task came with %zu descriptors and %zu outputs instead of %zu and %zu",
                 request->fd_count, request->output_count, fds, outputs);
}

bool tc_task_open_capture(const tc_worker_request *request, size_t fd, tc_capture **out, tc_error *err)
{
  tc_auto(tc_capture) capture = NULL;
  const tc_json *pages = tc_json_get(request->arguments, "pages");
  if (!tc_capture_open(request->fds[fd], request->settings, &capture, err) ||
      (pages != NULL && !tc_capture_select(capture, pages, err)))
    return false;
  *out = tc_steal(&capture);
  return true;
}

bool tc_task_pdf_options(const tc_worker_request *request, tc_task_pdf *out, tc_error *err)
{
  const char *path = tc_settings_text(request->settings, "pdf.password_file");
  tc_auto(tc_buf) content = {0};
  out->open = tc_pdf_open_options_default();
  out->open.limits = tc_pdf_limits_from(request->settings);
  if (*path == '\0')
    return true;
  bool read =
      tc_file_read(path, PASSWORD_LIMIT, &content, err) && tc_str_copy(tc_buf_text(&content), &out->password, err);
  if (content.data != NULL)
    explicit_bzero(content.data, content.size);
  if (!read)
    return tc_error_prefix(err, "pdf.password_file");
  out->password[strcspn(out->password, "\r\n")] = '\0';
  out->open.password = out->password;
  return true;
}

void tc_task_pdf_finish(tc_task_pdf *pdf)
{
  if (pdf->password != NULL)
    explicit_bzero(pdf->password, strlen(pdf->password));
  free(pdf->password);
}

/* A line at a time: the words of a long document as text take as much memory again as its pages. */
typedef FILE tc_lines_in;
static void close_lines(tc_lines_in *in) { (void)fclose(in); }
TC_AUTO_POINTER(tc_lines_in, close_lines);

static bool open_lines(int fd, tc_lines_in **out, tc_error *err)
{
  struct stat status;
  tc_auto(tc_fd) own = dup(fd);
  if (own < 0 || lseek(own, 0, SEEK_SET) != 0 || fstat(own, &status) != 0)
    return tc_fail_errno(err, TC_IO, errno, "the file of words cannot be read from its start");
  if (status.st_size > WORDS_LIMIT)
    return tc_fail(err, TC_LIMIT, "the words are larger than the limit of %d bytes", WORDS_LIMIT);
  *out = fdopen(own, "r");
  if (*out == NULL)
    return tc_fail_errno(err, TC_IO, errno, "the file of words cannot be read");
  (void)tc_fd_steal(&own);
  return true;
}

static bool read_page(tc_bytes line, tc_page **out, tc_error *err)
{
  tc_auto(tc_json) json = NULL;
  return tc_json_parse(line, &json, err) && tc_page_from_json(json, out, err);
}

bool tc_task_read_pages(int fd, tc_page **pages, size_t count, tc_error *err)
{
  tc_auto(tc_lines_in) in = NULL;
  tc_auto(tc_str) line = NULL;
  size_t capacity = 0, read = 0;
  ssize_t size = 0;
  if (!open_lines(fd, &in, err))
    return false;
  for (; (size = getline(&line, &capacity, in)) > 0 && read < count; read++)
    if (!read_page((tc_bytes){(const uint8_t *)line, (size_t)size}, &pages[read], err))
      return tc_error_prefix(err, "page %zu", read + 1);
  if (ferror(in))
    return tc_fail_errno(err, TC_IO, errno, "the file of words cannot be read");
  return (read == count && size < 0) ||
         tc_fail(err, TC_INTERNAL, "words of another number of pages than the capture's %zu", count);
}
