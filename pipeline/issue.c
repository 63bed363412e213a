/*
 * The straight way of a copy whose keys are all at hand: comparison and number in one transaction, composition, both
 * signatures, the blob, the check of what lies on the disk, and one transaction for everything after the number
 * (storage/record.h: tc_record_issued). One file without a name grows through it, revision by revision; only the
 * finished copy is stored. Until that transaction commits nothing was handed out and nothing but the number is bound,
 * so a crash or a key that fails in the middle leaves a record that the next run composes and signs again under the
 * same number.
 */
#include "base/file.h"
#include "pdf/signature.h"
#include "pipeline/sign.h"
#include "pipeline/sign_check.h"
#include "storage/renewal.h"

#include <string.h>
#include <time.h>

typedef struct issuing {
  tc_pipeline *pipeline;
  tc_record_info info;
  int fd; /* the copy as it grows */
  tc_record_made made[TC_SIGN_PLACES];
  tc_signature_result results[TC_SIGN_PLACES]; /* what `made` borrows */
  tc_record_issue row;
  tc_renewal renewal;
} issuing;

static void issuing_finish(issuing *s)
{
  tc_fd_finish(&s->fd);
  for (size_t i = 0; i < TC_SIGN_PLACES; i++)
    tc_signature_result_finish(&s->results[i]);
}
TC_AUTO_VALUE(issuing, issuing_finish);

/* `reserved`: what "prepare" said of the place. One operation of the key. */
static bool sign_in_place(issuing *s, size_t index, const tc_json *reserved, tc_error *err)
{
  const tc_sign_place *where = &tc_sign_places[index];
  tc_record_pending pending = {.signer = where->signer, .details = (tc_json *)(uintptr_t)reserved};
  tc_pdf_prepared prepared = {.contents_offset = (off_t)tc_json_get_integer(reserved, "contents_offset", -1),
                              .contents_size = (size_t)tc_json_get_integer(reserved, "contents_size", 0)};
  tc_record_made *made = &s->made[index];
  tc_signature_result *result = &s->results[index];
  tc_auto(tc_buf) cms = {0};
  for (size_t i = 0; i < TC_ARRAY_LEN(made->byte_range); i++)
    made->byte_range[i] = (int64_t)tc_json_as_number(tc_json_at(tc_json_get(reserved, "range"), i), 0);
  if (!tc_digest_from_hex(tc_json_get_text(reserved, "digest", ""), &pending.digest, err) ||
      !tc_sign_make_cms(s->pipeline, &pending, (tc_bytes){0}, &cms, err) ||
      !tc_sign_check_cms(s->pipeline, where->role, &pending, tc_buf_bytes(&cms), result, err) ||
      !tc_pdf_signature_fill(s->fd, &prepared, tc_buf_bytes(&cms), err))
    return false;
  made->signer = where->signer;
  made->digest = pending.digest;
  made->level = strcmp(result->level, "B-T") == 0 ? "T" : "B";
  made->subject = result->signer.subject;
  made->serial = result->signer.serial;
  made->certificate_sha256 = result->signer.fingerprint;
  return true;
}

static bool compose(issuing *s, const tc_json *record, tc_json **reserved, tc_error *err)
{
  tc_auto(tc_json) place = tc_json_object();
  if (!tc_sign_arguments(s->pipeline, &tc_sign_places[0], &s->info, place, err) ||
      !tc_pipeline_scratch_file(s->pipeline, &s->fd, err))
    return false;
  tc_composition wanted = {.info = &s->info, .record = record, .signature = place, .out_fd = s->fd};
  return tc_pipeline_compose(s->pipeline, &wanted, reserved, err);
}

/* Over a signed copy: its field is a new one and shows nothing, as what is seen of it was drawn when it was composed.
 */
static bool sign_next(issuing *s, size_t index, tc_error *err)
{
  const tc_sign_place *where = &tc_sign_places[index];
  tc_auto(tc_json) arguments = tc_json_object();
  tc_auto(tc_worker_answer) answer = {0};
  if (!tc_sign_arguments(s->pipeline, where, &s->info, arguments, err))
    return false;
  tc_worker_call_options call = {.task = "prepare", .arguments = arguments, .outputs = &s->fd, .output_count = 1};
  return tc_worker_pool_call(s->pipeline->pool, &call, &answer, err) && sign_in_place(s, index, answer.result, err);
}

/* What counts is what lies on the disk: stored and synced, read back, verified. */
static bool store(issuing *s, tc_error *err)
{
  tc_blob_store *blobs = tc_storage_blobs(s->pipeline->storage);
  tc_auto(tc_fd) stored = -1;
  int64_t size;
  return tc_blob_put_fd(blobs, s->fd, &s->row.document, &s->row.size, err) &&
         tc_blob_open(blobs, &s->row.document, &stored, &size, err) &&
         tc_sign_verify_own(s->pipeline, s->info.id, stored, err);
}

static bool write_issue(tc_db_tx *tx, void *data, tc_error *err)
{
  const issuing *s = data;
  tc_record_ref ref = {.office = s->pipeline->office, .id = s->info.id};
  return tc_record_issued(tx, &ref, &s->row, err);
}

static bool record_issue(issuing *s, tc_error *err)
{
  tc_level have = TC_LEVEL_B, wanted = tc_pipeline_level(s->pipeline);
  if (!tc_level_from_name(s->made[TC_SIGN_PLACES - 1].level, &have, err))
    return false;
  s->renewal = (tc_renewal){.wanted = tc_level_name(wanted), .due_at = (int64_t)time(NULL)};
  s->row.actor = "truecopy";
  s->row.signatures = s->made;
  s->row.count = TC_SIGN_PLACES;
  s->row.renewal = have < wanted ? &s->renewal : NULL;
  return tc_db_transact(tc_storage_db(s->pipeline->storage), TC_DB_READ_COMMITTED, write_issue, s, err);
}

bool tc_pipeline_issue(tc_pipeline *p, const char *id, const tc_record_comparison *comparison, tc_error *err)
{
  tc_auto(issuing) s = {.pipeline = p, .fd = -1};
  tc_auto(tc_json) record = NULL;
  tc_auto(tc_json) composed = NULL;
  return tc_keyring_check(p->keyring, TC_ROLE_CERTIFIER, err) && tc_keyring_check(p->keyring, TC_ROLE_AGENCY, err) &&
         tc_sign_draw_number(p, id, comparison, &s.info, &record, err) && compose(&s, record, &composed, err) &&
         sign_in_place(&s, 0, composed, err) && sign_next(&s, 1, err) && store(&s, err) && record_issue(&s, err);
}
