#include "service/http/call_private.h"

#include "base/file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { JSON_LIMIT = 1 << 20 };

tc_pipeline *tc_call_pipeline(const tc_call *call) { return call->pipeline; }
const char *tc_call_part(const tc_call *call, size_t index) { return index < CALL_PARTS ? call->parts[index] : ""; }

const char *tc_call_query(const tc_call *call, const char *name)
{
  return MHD_lookup_connection_value(call->connection, MHD_GET_ARGUMENT_KIND, name);
}

const char *tc_call_header(const tc_call *call, const char *name)
{
  return MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND, name);
}

void tc_call_poke(const tc_call *call) { tc_catch_up_poke(call->catch_up); }
int tc_call_body(const tc_call *call) { return call->body; }
int64_t tc_call_body_size(const tc_call *call) { return call->body_size; }

bool tc_call_body_json(const tc_call *call, tc_json **out, tc_error *err)
{
  tc_auto(tc_buf) text = {0};
  tc_auto(tc_json) value = NULL;
  if (call->body_size == 0) {
    *out = tc_json_object();
    return true;
  }
  if (lseek(call->body, 0, SEEK_SET) != 0 || !tc_fd_read_all(call->body, JSON_LIMIT, &text, err))
    return tc_fail(err, TC_IO, "the body cannot be read");
  tc_error problem = {0};
  if (!tc_json_parse(tc_buf_bytes(&text), &value, &problem) || !tc_json_is_object(value))
    return tc_fail(err, TC_USAGE, "the body is not a JSON object%s%s", problem.code != TC_OK ? ": " : "",
                   problem.message);
  *out = tc_steal(&value);
  return true;
}

/* ---- Answers ---- */

static void give(tc_call *call, int status, struct MHD_Response *response)
{
  if (call->response != NULL)
    MHD_destroy_response(call->response);
  call->response = response;
  call->status = status;
}

static void set_header(struct MHD_Response *response, const char *name, const char *value)
{
  MHD_add_response_header(response, name, value);
}

void tc_call_answer_text(tc_call *call, int status, const char *media_type, tc_bytes content)
{
  struct MHD_Response *response =
      MHD_create_response_from_buffer(content.size, (void *)(uintptr_t)content.data, MHD_RESPMEM_MUST_COPY);
  if (response == NULL)
    return;
  set_header(response, "Content-Type", media_type);
  give(call, status, response);
}

static void answer_json_as(tc_call *call, int status, const char *media_type, const tc_json *value)
{
  tc_auto(tc_buf) text = {0};
  tc_error err = {0};
  if (tc_json_write(value, &text, &err) && tc_buf_append_text(&text, "\n", &err))
    tc_call_answer_text(call, status, media_type, tc_buf_bytes(&text));
}

void tc_call_answer_json(tc_call *call, int status, tc_json *take)
{
  answer_json_as(call, status, "application/json", take);
  tc_json_release(take);
}

void tc_call_answer_problem(tc_call *call, const tc_error *err)
{
  const tc_code_row *row = tc_code_info(err->code);
  bool other_method = call->allow[0] != '\0'; /* RFC 9110, 15.5.6 */
  int status = other_method ? 405 : row->http_status;
  tc_auto(tc_json) problem = tc_json_object();
  if (other_method)
    tc_call_add_header(call, "Allow", call->allow);
  tc_json_set_text(problem, "type", "about:blank");
  tc_json_set_text(problem, "title", row->title);
  tc_json_set_integer(problem, "status", status);
  tc_json_set_text(problem, "detail", err->message);
  tc_json_set_text(problem, "code", row->name);
  answer_json_as(call, status, "application/problem+json", problem);
}

void tc_call_answer_redirect(tc_call *call, const char *location)
{
  tc_call_answer_text(call, 303, "text/plain; charset=utf-8", tc_bytes_of_text("see Location\n"));
  if (call->response != NULL)
    set_header(call->response, "Location", location);
}

void tc_call_add_header(tc_call *call, const char *name, const char *value)
{
  if (call->header_count == CALL_HEADERS)
    return;
  call_header *header = &call->headers[call->header_count++];
  snprintf(header->name, sizeof header->name, "%s", name);
  snprintf(header->value, sizeof header->value, "%s", value);
}

/* ---- Files and ranges ---- */

typedef enum range_kind { RANGE_NONE, RANGE_ONE, RANGE_OUTSIDE } range_kind;

static bool read_number(const char **at, int64_t *out)
{
  if (**at < '0' || **at > '9')
    return false;
  char *end = NULL;
  *out = strtoll(*at, &end, 10);
  *at = end;
  return *out >= 0;
}

/* RFC 9110, 14.1.2: one range of bytes; anything else (several ranges, other units) is answered with the whole. */
static range_kind parse_range(const char *text, int64_t size, int64_t *first, int64_t *last)
{
  if (text == NULL || strncmp(text, "bytes=", 6) != 0 || strchr(text, ',') != NULL)
    return RANGE_NONE;
  const char *at = text + 6;
  int64_t a, b = size - 1;
  if (*at == '-') {
    at++;
    if (!read_number(&at, &b) || *at != '\0')
      return RANGE_NONE;
    *first = b < size ? size - b : 0;
    *last = size - 1;
    return b == 0 || size == 0 ? RANGE_OUTSIDE : RANGE_ONE;
  }
  if (!read_number(&at, &a) || *at++ != '-' || (*at != '\0' && (!read_number(&at, &b) || *at != '\0')))
    return RANGE_NONE;
  if (a >= size || b < a)
    return a >= size ? RANGE_OUTSIDE : RANGE_NONE;
  *first = a;
  *last = b < size ? b : size - 1;
  return RANGE_ONE;
}

static void add_etag(struct MHD_Response *response, const tc_call_file *file)
{
  char text[100];
  if (file->etag == NULL || response == NULL)
    return;
  snprintf(text, sizeof text, "\"%s\"", file->etag);
  set_header(response, "ETag", text);
}

static void add_file_headers(struct MHD_Response *response, const tc_call_file *file)
{
  char text[300];
  set_header(response, "Content-Type", file->media_type);
  set_header(response, "Accept-Ranges", "bytes");
  add_etag(response, file);
  set_header(response, "Cache-Control", file->immutable ? "private, max-age=31536000, immutable" : "private, no-cache");
  if (file->download_name != NULL) {
    snprintf(text, sizeof text, "attachment; filename=\"%s\"", file->download_name);
    set_header(response, "Content-Disposition", text);
  }
}

static bool matches_etag(const tc_call *call, const tc_call_file *file)
{
  const char *given = tc_call_header(call, "If-None-Match");
  return given != NULL && file->etag != NULL && strstr(given, file->etag) != NULL;
}

void tc_call_answer_file(tc_call *call, const tc_call_file *file)
{
  int64_t first = 0, last = file->size - 1;
  char range_text[80];
  /* RFC 9110, 13.2.2: what the client has already comes before the range. */
  bool known = matches_etag(call, file);
  range_kind kind = known ? RANGE_NONE : parse_range(tc_call_header(call, "Range"), file->size, &first, &last);
  if (kind == RANGE_OUTSIDE || known) {
    close(file->fd);
    struct MHD_Response *empty = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    snprintf(range_text, sizeof range_text, "bytes */%" PRId64, file->size);
    if (empty != NULL && kind == RANGE_OUTSIDE)
      set_header(empty, "Content-Range", range_text);
    else
      add_etag(empty, file);
    give(call, kind == RANGE_OUTSIDE ? 416 : 304, empty);
    return;
  }
  struct MHD_Response *response =
      MHD_create_response_from_fd_at_offset64((uint64_t)(last - first + 1), file->fd, (uint64_t)first);
  if (response == NULL) {
    close(file->fd);
    return;
  }
  add_file_headers(response, file);
  if (kind == RANGE_ONE) {
    snprintf(range_text, sizeof range_text, "bytes %" PRId64 "-%" PRId64 "/%" PRId64, first, last, file->size);
    set_header(response, "Content-Range", range_text);
  }
  give(call, kind == RANGE_ONE ? 206 : 200, response);
}

/* ---- Forms ---- */

typedef struct form_reading {
  int fd;
  bool found;
  tc_error error;
} form_reading;

static enum MHD_Result take_part(void *data, enum MHD_ValueKind kind, const char *key, const char *file_name,
                                 const char *content_type, const char *transfer_encoding, const char *bytes,
                                 uint64_t offset, size_t size)
{
  (void)kind, (void)key, (void)content_type, (void)transfer_encoding, (void)offset;
  form_reading *form = data;
  if (file_name == NULL)
    return MHD_YES;
  form->found = true;
  return tc_fd_write_all(form->fd, bytes, size, &form->error) ? MHD_YES : MHD_NO;
}

static bool feed_form(const tc_call *call, struct MHD_PostProcessor *processor, tc_error *err)
{
  char block[65536];
  int64_t offset = 0;
  while (offset < call->body_size) {
    size_t want = call->body_size - offset < (int64_t)sizeof block ? (size_t)(call->body_size - offset) : sizeof block;
    if (!tc_fd_read_at(call->body, block, want, offset, err))
      return false;
    if (MHD_post_process(processor, block, want) != MHD_YES)
      return tc_fail(err, TC_USAGE, "the form cannot be read");
    offset += (int64_t)want;
  }
  return true;
}

bool tc_call_form_file(tc_call *call, int *out_fd, tc_error *err)
{
  form_reading form = {.fd = -1};
  tc_auto(tc_fd) fd = -1;
  if (!tc_memfd("form", &fd, err))
    return false;
  form.fd = fd;
  struct MHD_PostProcessor *processor = MHD_create_post_processor(call->connection, 65536, take_part, &form);
  if (processor == NULL)
    return tc_fail(err, TC_USAGE, "the body is not a form with a file");
  bool ok = feed_form(call, processor, err);
  MHD_destroy_post_processor(processor);
  if (!ok || form.error.code != TC_OK)
    return tc_fail(err, form.error.code, "%s", form.error.message);
  if (!form.found)
    return tc_fail(err, TC_USAGE, "the form has no file");
  *out_fd = tc_fd_steal(&fd);
  return true;
}
