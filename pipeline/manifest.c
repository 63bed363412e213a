#include "pipeline/manifest.h"

#include "base/file.h"
#include "pipeline/sign_check.h"

#include <string.h>
#include <time.h>

void tc_manifest_copy(const tc_json *from, tc_json *to, const char *const *keys)
{
  for (; *keys != NULL; keys++) {
    const tc_json *value = tc_json_get(from, *keys);
    if (value != NULL)
      tc_json_set(to, *keys, tc_json_keep((tc_json *)(uintptr_t)value));
  }
}

tc_json *tc_manifest_pages(const tc_json *record)
{
  static const char *const kept[] = {"width", "height", "dpi_x", "dpi_y", "encoding", "sha256", "part", NULL};
  tc_json *pages = tc_json_array();
  const tc_json *from = tc_json_get(record, "pages");
  for (size_t i = 0; i < tc_json_count(from); i++) {
    tc_json *page = tc_json_object();
    tc_manifest_copy(tc_json_at(from, i), page, kept);
    tc_json_append(pages, page);
  }
  return pages;
}

static tc_json *captures_of(const tc_json *record)
{
  static const char *const kept[] = {"sha256", "size", "media_type", "file_name", NULL};
  tc_json *captures = tc_json_array();
  const tc_json *from = tc_json_get(record, "captures");
  for (size_t i = 0; i < tc_json_count(from); i++) {
    tc_json *capture = tc_json_object();
    tc_manifest_copy(tc_json_at(from, i), capture, kept);
    tc_json_append(captures, capture);
  }
  return captures;
}

static bool make(tc_pipeline *p, const tc_manifest_request *request, tc_buf *out, tc_error *err)
{
  tc_auto(tc_json) clock = tc_nation_clock(p->nation, request->now);
  tc_auto(tc_json) data = tc_json_object();
  tc_json_set_text(data, "format", "truecopy/captures/1");
  tc_json_set_text(data, "record", request->info->id);
  tc_json_set_text(data, "officer", tc_keyring_info(p->keyring, TC_ROLE_OFFICER)->common_name);
  tc_json_set_text(data, "time", tc_json_get_text(clock, "time_iso", ""));
  tc_json_set(data, "captures", captures_of(request->record));
  tc_json_set(data, "pages", tc_manifest_pages(request->record));
  return tc_json_write_canonical(data, out, err);
}

static bool sign(tc_pipeline *p, int64_t now, tc_bytes manifest, tc_buf *signature, tc_error *err)
{
  tc_digest digest;
  tc_keyring_request request = {.role = TC_ROLE_OFFICER, .digest = &digest, .signing_time = now};
  return tc_digest_of(manifest, &digest, err) && tc_keyring_sign(p->keyring, &request, signature, err);
}

/* ---- What came from a desk ---- */

static bool read_blob(tc_pipeline *p, const tc_digest *digest, tc_buf *out, tc_error *err)
{
  enum { MANIFEST_LIMIT = 16 << 20 }; /* a page of a capture takes some 200 bytes of it */
  tc_auto(tc_fd) fd = -1;
  int64_t size;
  return tc_blob_open(tc_storage_blobs(p->storage), digest, &fd, &size, err) &&
         (lseek(fd, 0, SEEK_SET) == 0 || tc_fail(err, TC_IO, "a manifest cannot be read")) &&
         tc_fd_read_all(fd, MANIFEST_LIMIT, out, err);
}

/* Signed for these captures and pages: a record whose capture was asked for anew has others. */
static bool fits(const tc_json *record, tc_bytes manifest, bool *out, tc_error *err)
{
  tc_auto(tc_json) data = NULL;
  tc_auto(tc_json) captures = captures_of(record);
  tc_auto(tc_json) pages = tc_manifest_pages(record);
  if (!tc_json_parse(manifest, &data, err))
    return false;
  *out = tc_json_equal(tc_json_get(data, "captures"), captures) && tc_json_equal(tc_json_get(data, "pages"), pages);
  return true;
}

typedef struct kept_manifest {
  tc_record_manifest row;
  tc_buf bytes;
  bool found; /* and it is of these captures */
} kept_manifest;
static void kept_manifest_finish(kept_manifest *kept) { tc_buf_finish(&kept->bytes); }
TC_AUTO_VALUE(kept_manifest, kept_manifest_finish);

static bool find_kept(tc_pipeline *p, const char *id, const tc_json *record, kept_manifest *out, tc_error *err)
{
  tc_auto(tc_db_tx) tx = NULL;
  tc_record_ref ref = {.office = p->office, .id = id};
  if (!tc_db_begin(tc_storage_db(p->storage), TC_DB_SNAPSHOT, &tx, err) ||
      !tc_record_read_manifest(tx, &ref, &out->row, &out->found, err))
    return false;
  return !out->found || (read_blob(p, &out->row.document, &out->bytes, err) &&
                         fits(record, tc_buf_bytes(&out->bytes), &out->found, err));
}

bool tc_manifest_get(tc_pipeline *p, const tc_manifest_request *request, tc_buf *manifest, tc_buf *signature,
                     tc_error *err)
{
  if (!tc_keyring_is_at_desk(p->keyring, TC_ROLE_OFFICER))
    return make(p, request, manifest, err) && sign(p, request->now, tc_buf_bytes(manifest), signature, err);
  tc_auto(kept_manifest) kept = {0};
  if (!find_kept(p, request->info->id, request->record, &kept, err))
    return false;
  if (!kept.found || !kept.row.is_signed)
    return tc_fail(err, TC_CONFLICT, "the officer has not signed the manifest of record %s yet: `truecopy desk` does",
                   request->info->id);
  return tc_buf_append(manifest, kept.bytes.data, kept.bytes.size, err) &&
         read_blob(p, &kept.row.signature, signature, err);
}

/* ---- Prepare and finish ---- */

typedef struct writing {
  tc_record_ref ref;
  const tc_record_preparation *preparation;
  const tc_record_signature *signature;
} writing;

static bool write_rows(tc_db_tx *tx, void *data, tc_error *err)
{
  const writing *w = data;
  return w->preparation != NULL ? tc_record_prepare_manifest(tx, &w->ref, w->preparation, err)
                                : tc_record_manifest_signed(tx, &w->ref, w->signature, err);
}

static bool put_down(tc_pipeline *p, const tc_manifest_request *request, tc_error *err)
{
  tc_auto(tc_buf) bytes = {0};
  tc_record_preparation row = {.signer = TC_SIGNER_OFFICER, .actor = "truecopy"};
  writing w = {.ref = {.office = p->office, .id = request->info->id}, .preparation = &row};
  if (!make(p, request, &bytes, err) || !tc_digest_of(tc_buf_bytes(&bytes), &row.digest, err) ||
      !tc_blob_put(tc_storage_blobs(p->storage), tc_buf_bytes(&bytes), &row.document, err))
    return false;
  row.size = (int64_t)bytes.size;
  row.byte_range[1] = row.byte_range[2] = row.size;
  return tc_db_transact(tc_storage_db(p->storage), TC_DB_READ_COMMITTED, write_rows, &w, err);
}

bool tc_manifest_prepare(tc_pipeline *p, const char *id, bool *ready, tc_error *err)
{
  tc_record_info info;
  tc_auto(tc_json) record = NULL;
  tc_auto(kept_manifest) kept = {0};
  if (!tc_keyring_is_at_desk(p->keyring, TC_ROLE_OFFICER)) {
    *ready = true;
    return true;
  }
  if (!tc_keyring_check(p->keyring, TC_ROLE_OFFICER, err) || !tc_pipeline_load(p, id, &info, &record, err) ||
      !find_kept(p, id, record, &kept, err))
    return false;
  tc_manifest_request request = {.info = &info, .record = record, .now = (int64_t)time(NULL)};
  *ready = kept.found && kept.row.is_signed;
  return kept.found || put_down(p, &request, err);
}

bool tc_manifest_finish(tc_pipeline *p, const char *id, const tc_record_pending *pending, tc_bytes cms, tc_error *err)
{
  tc_auto(tc_signature_result) result = {0};
  tc_record_signature row = {.signer = TC_SIGNER_OFFICER, .actor = "truecopy", .prepared = pending->document};
  writing w = {.ref = {.office = p->office, .id = id}, .signature = &row};
  if (cms.size == 0)
    return tc_fail(err, TC_CONFLICT, "the officer's key is at a desk: `truecopy desk` signs there");
  if (!tc_keyring_check(p->keyring, TC_ROLE_OFFICER, err) ||
      !tc_sign_check_cms(p, TC_ROLE_OFFICER, pending, cms, &result, err) ||
      !tc_blob_put(tc_storage_blobs(p->storage), cms, &row.document, err))
    return false;
  row.size = (int64_t)cms.size;
  row.level = "B";
  row.subject = result.signer.subject;
  row.serial = result.signer.serial;
  row.certificate_sha256 = result.signer.fingerprint;
  return tc_db_transact(tc_storage_db(p->storage), TC_DB_READ_COMMITTED, write_rows, &w, err);
}
