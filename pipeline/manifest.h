/*
 * Private to pipeline/: the manifest of the captures, which the capturing officer signs (Circular 01/2023: before
 * anything is extracted from them), and which the copy carries with that signature. With the officer's key at hand both
 * are made while the copy is composed. With the key at a desk the manifest is a file of its own that waits, in the
 * warehouse, for its signature, and the copy is composed when that is there. Threading: any thread.
 */
#pragma once

#include "pipeline/context.h"

/* Members of an object that a copy's data keep; NULL-terminated keys. */
void tc_manifest_copy(const tc_json *from, tc_json *to, const char *const *keys);
/* What manifest and copy both say of the pages. */
tc_json *tc_manifest_pages(const tc_json *record);

typedef struct tc_manifest_request {
  const tc_record_info *info;
  const tc_json *record;
  int64_t now;
} tc_manifest_request;
/* The manifest and the officer's CAdES signature over it: made now, or those that came from the desk. TC_CONFLICT: the
   desk has not signed. */
TC_NODISCARD bool tc_manifest_get(tc_pipeline *p, const tc_manifest_request *request, tc_buf *manifest,
                                  tc_buf *signature, tc_error *err);

/* Where the officer's key is at a desk: puts the manifest down to wait, unless it does already. *ready: it is signed,
   or the key is at hand. */
TC_NODISCARD bool tc_manifest_prepare(tc_pipeline *p, const char *id, bool *ready, tc_error *err);
/* The desk's signature over the manifest that waits. */
TC_NODISCARD bool tc_manifest_finish(tc_pipeline *p, const char *id, const tc_record_pending *pending, tc_bytes cms,
                                     tc_error *err);
