/*
 * Prepare and finish: each signature's exact bytes are fixed in the warehouse before a key is asked, and the two may
 * lie days and machines apart. A crash in between signs again under the same number; only the PDF whose row was
 * committed is ever handed out.
 */
#include "pipeline/sign.h"

#include "base/file.h"
#include "pdf/signature.h"
#include "pipeline/manifest.h"
#include "pipeline/sign_check.h"
#include "pipeline/tasks.h"
#include "pipeline/template.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

const tc_sign_place tc_sign_places[TC_SIGN_PLACES] = {
    {TC_SIGNER_CERTIFIER, TC_ROLE_CERTIFIER, "Certifier", "certifier_reason", 0, 2, false},
    {TC_SIGNER_AGENCY, TC_ROLE_AGENCY, "Agency", "agency_reason", 1, 0, true},
};

static const tc_sign_place *place_of(tc_record_signer signer) { return &tc_sign_places[signer == TC_SIGNER_AGENCY]; }

const char *tc_signature_field_of_block(size_t block)
{
  for (size_t i = 0; i < TC_SIGN_PLACES; i++)
    if (tc_sign_places[i].block == block && !tc_sign_places[i].lock) /* a lock comes with its field, or changes it */
      return tc_sign_places[i].field_name;
  return NULL;
}

const char *tc_signature_field_of(tc_role role) { return tc_sign_places[role == TC_ROLE_AGENCY].field_name; }

/* ---- Prepare ---- */

static tc_json *reason_values(const tc_record_info *info)
{
  tc_json *values = tc_json_object();
  tc_json_set_text(values, "number", info->number_text);
  return values;
}

bool tc_sign_arguments(tc_pipeline *p, const tc_sign_place *where, const tc_record_info *info, tc_json *out,
                       tc_error *err)
{
  tc_auto(tc_json) values = reason_values(info);
  tc_auto(tc_str) reason = NULL;
  size_t contents = 0;
  if (!tc_template_text(tc_nation_text(p->nation, where->reason_key), values, &reason, err) ||
      !tc_keyring_size_limit(p->keyring, where->role, &contents, err))
    return false;
  tc_json_set_text(out, "field_name", where->field_name);
  tc_json_set_integer(out, "block", (int64_t)where->block);
  tc_json_set_integer(out, "signed_at", (int64_t)time(NULL));
  tc_json_set_integer(out, "utc_offset_minutes", tc_nation_utc_offset(p->nation));
  tc_json_set_text(out, "name", tc_keyring_info(p->keyring, where->role)->common_name);
  tc_json_set_text(out, "reason", reason);
  tc_json_set_integer(out, "hash", (int64_t)tc_keyring_hash(p->settings));
  tc_json_set_integer(out, "docmdp", where->docmdp);
  tc_json_set_boolean(out, "lock", where->lock);
  return tc_json_set_integer(out, "contents_size", (int64_t)contents) || tc_fail(err, TC_NO_MEMORY, "no memory");
}

typedef struct preparing {
  tc_pipeline *pipeline;
  const char *id;
  tc_record_preparation row;
} preparing;

static bool write_preparation(tc_db_tx *tx, void *data, tc_error *err)
{
  preparing *w = data;
  tc_record_ref ref = {.office = w->pipeline->office, .id = w->id};
  return tc_record_prepare(tx, &ref, &w->row, err);
}

/* Reserves the place in `in_fd`, puts the file into the blob store and its row into the warehouse. `blocks` goes along
   in the row's details: the second signature needs its rectangle, too. */
static bool prepare_place(tc_pipeline *p, const tc_sign_place *where, const tc_record_info *info, int in_fd,
                          const tc_json *blocks, tc_error *err)
{
  tc_auto(tc_json) arguments = tc_json_object();
  tc_auto(tc_fd) out = -1;
  tc_auto(tc_worker_answer) answer = {0};
  const tc_json *block = tc_json_at(blocks, where->block);
  if (!tc_sign_arguments(p, where, info, arguments, err) || !tc_pipeline_scratch_file(p, &out, err))
    return false;
  tc_json_set_integer(arguments, "page", tc_json_get_integer(block, "page", 0));
  tc_json_set(arguments, "rect", tc_json_keep((tc_json *)(uintptr_t)tc_json_get(block, "rect")));
  tc_worker_call_options call = {
      .task = "prepare", .arguments = arguments, .fds = &in_fd, .fd_count = 1, .outputs = &out, .output_count = 1};
  if (!tc_worker_pool_call(p->pool, &call, &answer, err))
    return false;
  tc_json_set(answer.result, "blocks", tc_json_keep((tc_json *)(uintptr_t)blocks));
  preparing w = {.pipeline = p, .id = info->id};
  w.row.signer = where->signer;
  w.row.actor = "truecopy";
  w.row.details = answer.result;
  for (size_t i = 0; i < 4; i++)
    w.row.byte_range[i] = (int64_t)tc_json_as_number(tc_json_at(tc_json_get(answer.result, "range"), i), 0);
  return tc_digest_from_hex(tc_json_get_text(answer.result, "digest", ""), &w.row.digest, err) &&
         tc_blob_put_fd(tc_storage_blobs(p->storage), out, &w.row.document, &w.row.size, err) &&
         tc_db_transact(tc_storage_db(p->storage), TC_DB_READ_COMMITTED, write_preparation, &w, err);
}

/* ---- The number ---- */

typedef struct binding {
  tc_pipeline *pipeline;
  const char *id;
  const tc_record_comparison *comparison;
  tc_record_info *info;
  tc_json **record;
} binding;

static const char *requester_of(const tc_json *record)
{
  const tc_json *parties = tc_json_get(record, "parties");
  for (size_t i = 0; i < tc_json_count(parties); i++)
    if (strcmp(tc_json_get_text(tc_json_at(parties, i), "role", ""), "requester") == 0)
      return tc_json_get_text(tc_json_at(parties, i), "name", NULL);
  return NULL;
}

static bool bind(tc_db_tx *tx, tc_pipeline *p, tc_record_info *info, const tc_json *record, tc_error *err)
{
  tc_auto(tc_json) clock = tc_nation_clock(p->nation, (int64_t)time(NULL));
  int pages = (int)tc_json_count(tc_json_get(record, "pages"));
  const tc_cert_info *certifier = tc_keyring_info(p->keyring, TC_ROLE_CERTIFIER);
  tc_record_ref ref = {.office = p->office, .id = info->id};
  tc_register_number number;
  tc_register_binding row = {.book = tc_settings_text(p->settings, "pipeline.book"),
                             .year = (int)tc_json_get_integer(clock, "yyyy", 0),
                             .date = tc_json_get_text(clock, "date", ""),
                             .format = tc_nation_text(p->nation, "number_format"),
                             .actor = "truecopy",
                             .requester = requester_of(record),
                             .original_name = tc_pipeline_type_title(p, info->document_type),
                             .signer = certifier->common_name,
                             .signer_title = *certifier->title != '\0' ? certifier->title : NULL,
                             .copies = 1,
                             .pages = pages,
                             .fee = tc_nation_fee(p->nation, pages, 1)};
  if (!tc_register_bind(tx, &ref, &row, &number, err))
    return false;
  info->has_number = true;
  info->number = number.number;
  info->year = number.year;
  snprintf(info->book, sizeof info->book, "%s", number.book);
  snprintf(info->number_text, sizeof info->number_text, "%s", number.text);
  return true;
}

/* The book is locked last, and until the end: whoever else draws a number waits. */
static bool compare_and_bind(tc_db_tx *tx, void *data, tc_error *err)
{
  const binding *b = data;
  tc_auto(tc_json) record = NULL;
  tc_record_info info;
  tc_record_ref ref = {.office = b->pipeline->office, .id = b->id};
  if ((b->comparison != NULL && !tc_record_compared(tx, &ref, b->comparison, err)) ||
      !tc_record_read(tx, &ref, &info, err) || !tc_record_json(tx, &ref, &record, err) ||
      !bind(tx, b->pipeline, &info, record, err))
    return false;
  *b->info = info;
  tc_json_release(*b->record); /* of a try before */
  *b->record = tc_steal(&record);
  return true;
}

bool tc_sign_draw_number(tc_pipeline *p, const char *id, const tc_record_comparison *comparison, tc_record_info *info,
                         tc_json **record, tc_error *err)
{
  tc_auto(tc_json) read = NULL;
  binding b = {.pipeline = p, .id = id, .comparison = comparison, .info = info, .record = &read};
  if (!tc_db_transact(tc_storage_db(p->storage), TC_DB_READ_COMMITTED, compare_and_bind, &b, err))
    return false;
  *record = tc_steal(&read);
  return true;
}

bool tc_pipeline_prepare_certifier(tc_pipeline *p, const char *id, tc_error *err)
{
  tc_record_info info;
  tc_auto(tc_json) record = NULL;
  tc_auto(tc_json) result = NULL;
  tc_auto(tc_fd) composed = -1;
  if (!tc_keyring_check(p->keyring, TC_ROLE_CERTIFIER, err) || !tc_keyring_check(p->keyring, TC_ROLE_AGENCY, err) ||
      !tc_sign_draw_number(p, id, NULL, &info, &record, err) || !tc_pipeline_scratch_file(p, &composed, err))
    return false;
  tc_composition wanted = {.info = &info, .record = record, .out_fd = composed};
  return tc_pipeline_compose(p, &wanted, &result, err) &&
         prepare_place(p, &tc_sign_places[0], &info, composed, tc_json_get(result, "blocks"), err);
}

/* The certifier's signed document is the newest of the record's signatures. */
static bool open_signed(tc_pipeline *p, const tc_json *record, int *out_fd, const tc_json **blocks, tc_error *err)
{
  const tc_json *signatures = tc_json_get(record, "signatures");
  const tc_json *last = tc_json_at(signatures, tc_json_count(signatures) - 1);
  tc_digest document;
  int64_t size;
  *blocks = tc_json_get(tc_json_get(last, "details"), "blocks");
  return tc_digest_from_hex(tc_json_get_text(last, "document", ""), &document, err) &&
         tc_blob_open(tc_storage_blobs(p->storage), &document, out_fd, &size, err);
}

bool tc_pipeline_prepare_agency(tc_pipeline *p, const char *id, tc_error *err)
{
  tc_record_info info;
  tc_auto(tc_json) record = NULL;
  tc_auto(tc_fd) signed_fd = -1;
  const tc_json *blocks = NULL;
  return tc_pipeline_load(p, id, &info, &record, err) && open_signed(p, record, &signed_fd, &blocks, err) &&
         prepare_place(p, &tc_sign_places[1], &info, signed_fd, blocks, err);
}

static bool read_pending(tc_pipeline *p, const char *id, tc_record_pending *out, tc_error *err)
{
  tc_auto(tc_db_tx) tx = NULL;
  tc_record_ref ref = {.office = p->office, .id = id};
  return tc_db_begin(tc_storage_db(p->storage), TC_DB_SNAPSHOT, &tx, err) && tc_record_read_pending(tx, &ref, out, err);
}

bool tc_pipeline_prepare_seal(tc_pipeline *p, const char *id, tc_error *err)
{
  tc_auto(tc_record_pending) pending = {0};
  tc_error none = {0};
  return read_pending(p, id, &pending, &none) || tc_pipeline_prepare_agency(p, id, err);
}

bool tc_pipeline_prepare(tc_pipeline *p, const char *id, tc_prepared_digest *out, tc_error *err)
{
  tc_record_info info;
  tc_auto(tc_record_pending) pending = {0};
  if (!tc_pipeline_info(p, id, &info, err))
    return false;
  bool ready = true;
  if (info.state == TC_RECORD_COMPARED &&
      (!tc_manifest_prepare(p, id, &ready, err) || (ready && !tc_pipeline_prepare_certifier(p, id, err))))
    return false;
  if ((info.state == TC_RECORD_SIGNED && !tc_pipeline_prepare_seal(p, id, err)) || !read_pending(p, id, &pending, err))
    return false;
  *out = (tc_prepared_digest){.signer = pending.signer, .digest = pending.digest, .document = pending.document};
  return true;
}

/* ---- Finish ---- */

bool tc_sign_make_cms(tc_pipeline *p, const tc_record_pending *pending, tc_bytes given, tc_buf *out, tc_error *err)
{
  tc_role role = place_of(pending->signer)->role;
  bool stamped = tc_pipeline_level(p) >= TC_LEVEL_T;
  if (given.size > 0)
    return tc_keyring_take_cms(p->keyring, role, stamped, given, out, err);
  /* A time-stamp server that is away does not keep the counter waiting: the copy is raised later. */
  tc_hash_value content;
  bool other = false;
  if (!tc_prepared_content(pending->details, &content, &other, err))
    return false;
  tc_keyring_request request = {.role = role,
                                .digest = &pending->digest,
                                .content = other ? &content : NULL,
                                .stamped = stamped,
                                .stamp_optional = true};
  return tc_keyring_sign(p->keyring, &request, out, err);
}

static bool fill_document(tc_pipeline *p, const tc_record_pending *pending, tc_bytes cms, int *out_fd, tc_error *err)
{
  tc_auto(tc_fd) prepared_fd = -1;
  tc_auto(tc_fd) fd = -1;
  int64_t size;
  tc_pdf_prepared prepared = {.contents_offset = (off_t)tc_json_get_integer(pending->details, "contents_offset", -1),
                              .contents_size = (size_t)tc_json_get_integer(pending->details, "contents_size", 0)};
  for (size_t i = 0; i < 4; i++)
    prepared.range[i] = (off_t)pending->byte_range[i];
  if (!tc_blob_open(tc_storage_blobs(p->storage), &pending->document, &prepared_fd, &size, err) ||
      !tc_pipeline_scratch_file(p, &fd, err) || !tc_fd_copy(prepared_fd, fd, err) ||
      !tc_pdf_signature_fill(fd, &prepared, cms, err))
    return false;
  *out_fd = tc_fd_steal(&fd);
  return true;
}

typedef struct finishing {
  tc_pipeline *pipeline;
  const char *id;
  tc_record_signature row;
} finishing;

static bool write_signature(tc_db_tx *tx, void *data, tc_error *err)
{
  finishing *f = data;
  tc_record_ref ref = {.office = f->pipeline->office, .id = f->id};
  return f->row.signer == TC_SIGNER_AGENCY ? tc_record_sealed(tx, &ref, &f->row, err)
                                           : tc_record_signed(tx, &ref, &f->row, err);
}

bool tc_pipeline_finish(tc_pipeline *p, const char *id, tc_bytes given, tc_error *err)
{
  tc_auto(tc_record_pending) pending = {0};
  tc_auto(tc_buf) cms = {0};
  tc_auto(tc_fd) document = -1;
  tc_auto(tc_signature_result) result = {0};
  if (!read_pending(p, id, &pending, err))
    return false;
  if (pending.signer == TC_SIGNER_OFFICER)
    return tc_manifest_finish(p, id, &pending, given, err);
  tc_role role = place_of(pending.signer)->role;
  /* What was signed elsewhere may be hours old: the certificate may have been revoked since it was prepared. */
  if ((given.size > 0 && !tc_keyring_check(p->keyring, role, err)) ||
      !tc_sign_make_cms(p, &pending, given, &cms, err) ||
      !tc_sign_check_cms(p, role, &pending, tc_buf_bytes(&cms), &result, err) ||
      !fill_document(p, &pending, tc_buf_bytes(&cms), &document, err))
    return false;
  finishing f = {.pipeline = p, .id = id};
  f.row.signer = pending.signer;
  f.row.actor = "truecopy";
  f.row.prepared = pending.document;
  f.row.level = strcmp(result.level, "B-T") == 0 ? "T" : "B";
  f.row.subject = result.signer.subject;
  f.row.serial = result.signer.serial;
  f.row.certificate_sha256 = result.signer.fingerprint;
  return tc_blob_put_fd(tc_storage_blobs(p->storage), document, &f.row.document, &f.row.size, err) &&
         tc_db_transact(tc_storage_db(p->storage), TC_DB_READ_COMMITTED, write_signature, &f, err);
}

bool tc_sign_verify_own(tc_pipeline *p, const char *id, int fd, tc_error *err)
{
  tc_auto(tc_certs) material = NULL;
  tc_auto(tc_json) result = NULL;
  if (!tc_certs_create(&material, err) || !tc_keyring_trust(p->keyring, material, err) ||
      !tc_verify_file(p->pool, fd, material, &result, err))
    return false;
  const char *intact = tc_json_get_text(result, "intact", "");
  const char *trusted = tc_json_get_text(result, "trusted", "");
  return (strcmp(intact, "yes") == 0 && strcmp(trusted, "no") != 0) ||
         tc_fail(err, TC_INTERNAL, "the copy of record %s does not verify: intact %s, trusted %s", id, intact, trusted);
}
