/*
 * A signature's place in a PDF, made in a worker, because the PDF may be anybody's.
 */
#include "pipeline/tasks.h"

#include "base/digest.h"
#include "pdf/signature.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

bool tc_task_report_prepared(const tc_pdf_prepared *prepared, const tc_digest *digest, tc_json *result, tc_error *err)
{
  char hex[TC_SHA256_HEX_SIZE];
  tc_digest_hex(digest, hex);
  tc_json *range = tc_json_array();
  for (size_t i = 0; i < 4; i++)
    tc_json_append(range, tc_json_integer(prepared->range[i]));
  tc_json_set(result, "range", range);
  tc_json_set_integer(result, "contents_offset", prepared->contents_offset);
  tc_json_set_integer(result, "contents_size", (int64_t)prepared->contents_size);
  return tc_json_set_text(result, "digest", hex) || tc_fail(err, TC_NO_MEMORY, "no memory");
}

/* The ranges under another hash than SHA-256: {hash, digest}. */
static bool report_content(int fd, const tc_pdf_prepared *prepared, tc_hash hash, tc_json *result, tc_error *err)
{
  tc_hash_value value;
  size_t size = (size_t)(prepared->range[2] + prepared->range[3]);
  const uint8_t *map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
  if (map == MAP_FAILED)
    return tc_fail_errno(err, TC_IO, errno, "the prepared PDF cannot be read");
  tc_bytes parts[] = {{map, (size_t)prepared->range[1]}, {map + prepared->range[2], (size_t)prepared->range[3]}};
  bool ok = tc_hash_parts(hash, parts, 2, &value, err);
  munmap((void *)(uintptr_t)map, size);
  if (!ok)
    return false;
  char hex[2 * sizeof value.bytes + 1];
  tc_hex((tc_bytes){value.bytes, value.size}, hex);
  tc_json *content = tc_json_object();
  tc_json_set_integer(content, "hash", (int64_t)hash);
  tc_json_set_text(content, "digest", hex);
  return tc_json_set(result, "content", content) || tc_fail(err, TC_NO_MEMORY, "no memory");
}

bool tc_prepared_content(const tc_json *prepared, tc_hash_value *out, bool *found, tc_error *err)
{
  const tc_json *content = tc_json_get(prepared, "content");
  const char *hex = tc_json_get_text(content, "digest", "");
  *found = content != NULL;
  *out = (tc_hash_value){.hash = (tc_hash)tc_json_get_integer(content, "hash", 0), .size = strlen(hex) / 2};
  if (!*found)
    return true;
  for (size_t i = 0; i < out->size && i < sizeof out->bytes; i++)
    if (sscanf(hex + 2 * i, "%2hhx", &out->bytes[i]) != 1)
      return tc_fail(err, TC_INTERNAL, "a prepared digest cannot be read");
  return out->size <= sizeof out->bytes || tc_fail(err, TC_INTERNAL, "a prepared digest is too long");
}

bool tc_task_prepare(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  if (!tc_task_needs_fds(request, 1, 1, err))
    return false;
  const tc_json *given = request->arguments;
  tc_auto(tc_task_pdf) pdf = {0};
  tc_pdf_signature_options options = tc_pdf_signature_options_default();
  options.open = &pdf.open;
  options.field_name = tc_json_get_text(given, "field_name", NULL);
  options.page = (size_t)tc_json_get_integer(given, "page", 0);
  for (size_t i = 0; i < 4; i++)
    options.rect[i] = tc_json_as_number(tc_json_at(tc_json_get(given, "rect"), i), 0);
  options.signed_at = tc_json_get_integer(given, "signed_at", 0);
  options.utc_offset_minutes = (int)tc_json_get_integer(given, "utc_offset_minutes", 0);
  options.name = tc_json_get_text(given, "name", NULL);
  options.reason = tc_json_get_text(given, "reason", NULL);
  options.location = tc_json_get_text(given, "location", NULL);
  options.docmdp = (int)tc_json_get_integer(given, "docmdp", 0);
  options.lock_present = tc_json_get_boolean(given, "lock", false);
  options.contents_size = (size_t)tc_json_get_integer(given, "contents_size", 16384);
  tc_pdf_prepared prepared;
  tc_digest digest;
  if (!tc_task_pdf_options(request, &pdf, err) ||
      !tc_pdf_signature_prepare(request->fds[0], &options, request->outputs[0], false, &prepared, err) ||
      !tc_pdf_prepared_sha256(request->outputs[0], &prepared, digest.bytes, err))
    return false;
  tc_hash hash = (tc_hash)tc_json_get_integer(given, "hash", TC_HASH_SHA256);
  reply->result = tc_json_object();
  return tc_task_report_prepared(&prepared, &digest, reply->result, err) &&
         (hash == TC_HASH_SHA256 || report_content(request->outputs[0], &prepared, hash, reply->result, err));
}
