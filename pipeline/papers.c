/*
 * What people see of papers: the names of types and fields, and pages as pictures.
 */
#include "pipeline/context.h"

#include <string.h>
#include <sys/stat.h>

const char *tc_pipeline_type_title(const tc_pipeline *p, const char *document_type)
{
  for (size_t i = 0; i < tc_paper_types_count(p->types); i++)
    if (strcmp(tc_paper_types_id(p->types, i), document_type) == 0)
      return tc_paper_types_name(p->types, i);
  return document_type;
}

bool tc_pipeline_list_types(tc_pipeline *p, tc_json **out, tc_error *err)
{
  tc_json *types = tc_json_array();
  tc_json *answer = tc_json_object();
  for (size_t i = 0; i < tc_paper_types_count(p->types); i++) {
    tc_json *type = tc_json_object();
    tc_json_set_text(type, "id", tc_paper_types_id(p->types, i));
    tc_json_set_text(type, "name", tc_paper_types_name(p->types, i));
    tc_json_append(types, type);
  }
  if (!tc_json_set(answer, "types", types))
    return tc_fail(err, TC_NO_MEMORY, "no memory for the types");
  *out = answer;
  return true;
}

bool tc_pipeline_describe_type(tc_pipeline *p, const char *type, tc_json **out, tc_error *err)
{
  tc_json *fields = tc_json_array();
  const char *key;
  for (size_t i = 0; (key = tc_paper_types_field_key(p->types, type, i)) != NULL; i++) {
    tc_json *field = tc_json_object();
    tc_json_set_text(field, "key", key);
    tc_json_set_text(field, "name", tc_paper_types_field_name(p->types, type, key));
    tc_json_append(fields, field);
  }
  tc_json *answer = tc_json_object();
  tc_json_set_text(answer, "id", type);
  tc_json_set_text(answer, "name", tc_pipeline_type_title(p, type));
  if (!tc_json_set(answer, "fields", fields))
    return tc_fail(err, TC_NO_MEMORY, "no memory for a type");
  *out = answer;
  return true;
}

const tc_json *tc_pipeline_reasons(const tc_pipeline *p) { return p->reasons; }

/* The capture of a page, and the list with that page alone. */
static bool find_page(tc_pipeline *p, const tc_picture_request *request, int *out_fd, tc_json *pages, tc_error *err)
{
  tc_auto(tc_json) record = NULL;
  tc_digest digest;
  int64_t size;
  if (!tc_pipeline_record(p, request->id, &record, err))
    return false;
  const tc_json *page = request->page >= 1 ? tc_json_at(tc_json_get(record, "pages"), (size_t)request->page - 1) : NULL;
  if (page == NULL)
    return tc_fail(err, TC_NOT_FOUND, "record %s has no page %d", request->id, request->page);
  tc_json_append(pages, tc_json_keep((tc_json *)(uintptr_t)page));
  const tc_json *capture = tc_json_at(tc_json_get(record, "captures"), (size_t)tc_json_get_integer(page, "capture", 0));
  return tc_digest_from_hex(tc_json_get_text(capture, "sha256", ""), &digest, err) &&
         tc_blob_open(tc_storage_blobs(p->storage), &digest, out_fd, &size, err);
}

bool tc_pipeline_picture(tc_pipeline *p, const tc_picture_request *request, int *out_fd, int64_t *out_size,
                         tc_error *err)
{
  tc_auto(tc_fd) capture = -1;
  tc_auto(tc_json) arguments = tc_json_object();
  tc_json *pages = tc_json_array();
  tc_json_set(arguments, "pages", pages);
  tc_auto(tc_worker_answer) answer = {0};
  struct stat status;
  if (!find_page(p, request, &capture, pages, err))
    return false;
  tc_json_set_integer(arguments, "page", 0);
  tc_json_set_integer(arguments, "width", request->width);
  tc_worker_call_options call = {.task = "picture", .arguments = arguments, .fds = &capture, .fd_count = 1};
  if (!tc_worker_pool_call(p->pool, &call, &answer, err))
    return false;
  if (answer.fd_count != 1 || fstat(answer.fds[0], &status) != 0)
    return tc_fail(err, TC_INTERNAL, "the worker gave no picture");
  *out_size = status.st_size;
  *out_fd = tc_fd_steal(&answer.fds[0]);
  return true;
}
