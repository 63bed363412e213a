/*
 * From fixed bytes to the archived copy. A signature is a row that waits with its exact bytes until it is filled, on
 * whichever machine and day; a newer preparation makes the older one given up, never gone. The certified copy is
 * written once, with the seal, in the transaction that issues the number.
 */
#include "storage/record_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const signer_names[] = {
    [TC_SIGNER_CERTIFIER] = "certifier", [TC_SIGNER_AGENCY] = "agency", [TC_SIGNER_OFFICER] = "officer"};

/* A grade that asks for a comparison or a number has them before its bytes are fixed. */
static bool check_needs(tc_db_tx *tx, const tc_record_info *info, tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  tc_db_param params[] = {tc_db_text(info->office), tc_db_text(info->id), tc_db_text(info->grade)};
  if (!tc_db_query(tx,
                   "SELECT needs_number, needs_comparison AND NOT EXISTS ("
                   "  SELECT FROM comparison WHERE office_id = $1 AND record_id = $2) FROM grade WHERE name = $3",
                   params, 3, &rows, err))
    return false;
  if (tc_db_get_boolean(rows, 0, 0) && !info->has_number)
    return tc_fail(err, TC_CONFLICT, "record %s has no number from the register yet", info->id);
  if (tc_db_get_boolean(rows, 0, 1))
    return tc_fail(err, TC_CONFLICT, "record %s was not compared with its original", info->id);
  return true;
}

static bool add_preparation(tc_db_tx *tx, const tc_record_info *info, const tc_record_preparation *preparation,
                            tc_error *err)
{
  char range[128];
  tc_auto(tc_buf) text = {0};
  tc_db_param details;
  const int64_t *at = preparation->byte_range;
  snprintf(range, sizeof range, "{%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 "}", at[0], at[1], at[2], at[3]);
  if (!tc_record_json_param(preparation->details, &text, &details, err) ||
      !tc_record_name_blob(tx, &preparation->document, preparation->size, err))
    return false;
  tc_db_param params[] = {tc_db_text(info->office),
                          tc_db_text(info->id),
                          tc_db_text(signer_names[preparation->signer]),
                          tc_db_digest(&preparation->document),
                          tc_db_text(range),
                          tc_db_digest(&preparation->digest),
                          details,
                          tc_db_text(preparation->actor)};
  return tc_db_run(tx,
                   "INSERT INTO signing (office_id, record_id, ordinal, signer, status, document, byte_range, digest,"
                   "                     details, prepared_by, prepared_at)"
                   " SELECT $1, $2, (SELECT coalesce(max(ordinal), 0) + 1 FROM signing WHERE office_id = $1 AND"
                   "                 record_id = $2), $3, 'waiting', $4, $5::bigint[], $6, $7::jsonb, $8,"
                   "        clock_timestamp()",
                   params, 8, NULL, err);
}

TC_NODISCARD bool tc_record_prepare(tc_db_tx *tx, const tc_record_ref *record, const tc_record_preparation *preparation,
                                    tc_error *err)
{
  tc_record_info info;
  bool agency = preparation->signer == TC_SIGNER_AGENCY;
  tc_record_event why = {.kind = "prepared_again", .actor = preparation->actor};
  if (!tc_record_begin_step(tx, record, &info, err) || !check_needs(tx, &info, err) ||
      !tc_record_give_up(tx, &info, err))
    return false;
  if (agency) {
    why.kind = "seal_prepared";
    if (!tc_record_expect(&info, TC_RECORD_SIGNED, err))
      return false;
  }
  bool moves = !agency && info.state != TC_RECORD_PREPARED;
  if (moves ? !tc_record_move_to(tx, &info, TC_RECORD_PREPARED, &why, err)
            : !tc_record_touch(tx, &info, err) || !tc_record_add_event(tx, &info, &why, err))
    return false;
  return add_preparation(tx, &info, preparation, err);
}

void tc_record_pending_finish(tc_record_pending *pending)
{
  if (pending->details != NULL)
    tc_json_release(pending->details);
  *pending = (tc_record_pending){0};
}

TC_NODISCARD bool tc_record_read_pending(tc_db_tx *tx, const tc_record_ref *record, tc_record_pending *out,
                                         tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  tc_auto(tc_record_pending) pending = {0};
  tc_db_param params[] = {tc_db_text(record->office), tc_db_text(record->id)};
  if (!tc_db_query(tx,
                   "SELECT s.signer, s.document, b.size, s.byte_range[1], s.byte_range[2], s.byte_range[3],"
                   "       s.byte_range[4], s.digest, s.details, extract(epoch FROM s.prepared_at)::bigint"
                   " FROM signing s JOIN blob b ON b.sha256 = s.document"
                   " WHERE s.office_id = $1 AND s.record_id = $2 AND s.status = 'waiting'",
                   params, 2, &rows, err))
    return false;
  if (tc_db_rows_count(rows) == 0)
    return tc_fail(err, TC_NOT_FOUND, "no signature of record %s is waiting", record->id);
  for (int i = 0; i < (int)TC_ARRAY_LEN(signer_names); i++)
    if (strcmp(signer_names[i], tc_db_get_text(rows, 0, 0)) == 0)
      pending.signer = (tc_record_signer)i;
  pending.size = tc_db_get_integer(rows, 0, 2);
  pending.prepared_at = tc_db_get_integer(rows, 0, 9);
  for (int i = 0; i < 4; i++)
    pending.byte_range[i] = tc_db_get_integer(rows, 0, 3 + i);
  if (!tc_db_get_digest(rows, 0, 1, &pending.document, err) || !tc_db_get_digest(rows, 0, 7, &pending.digest, err) ||
      (!tc_db_is_null(rows, 0, 8) && !tc_db_get_json(rows, 0, 8, &pending.details, err)))
    return false;
  *out = pending;
  pending.details = NULL;
  return true;
}

TC_NODISCARD bool tc_record_waiting(tc_db_tx *tx, const tc_record_waiting_query *query, tc_json **out, tc_error *err)
{
  bool any = query->signer == TC_SIGNER_ANY;
  tc_db_param params[] = {tc_db_text(query->office), any ? tc_db_null() : tc_db_text(signer_names[query->signer]),
                          tc_db_integer(query->before), tc_db_integer(query->limit)};
  return tc_record_query_json(
      tx,
      "SELECT coalesce(jsonb_agg(w.row ORDER BY w.prepared_at, w.record_id), '[]') FROM ("
      " SELECT s.prepared_at, s.record_id, jsonb_strip_nulls(jsonb_build_object('record', s.record_id, 'signer', "
      "s.signer,"
      "        'document', encode(s.document, 'hex'), 'digest', encode(s.digest, 'hex'),"
      "        'content', s.details->'content', 'title', r.title, 'document_type', r.document_type,"
      "        'number', (SELECT e.number_text FROM register_entry e WHERE e.office_id = s.office_id AND"
      "                   e.record_id = s.record_id AND e.state <> 'void'),"
      "        'prepared_at', to_char(s.prepared_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'))) AS row"
      " FROM signing s JOIN record r ON r.office_id = s.office_id AND r.id = s.record_id"
      " WHERE s.office_id = $1 AND s.status = 'waiting' AND ($2::text IS NULL OR s.signer = $2)"
      "   AND ($3::bigint = 0 OR s.prepared_at < to_timestamp($3::bigint))"
      " ORDER BY s.prepared_at, s.record_id LIMIT $4::bigint) w",
      params, TC_ARRAY_LEN(params), out, err);
}

/* The waiting row of this very preparation becomes done. */
static bool fill_row(tc_db_tx *tx, const tc_record_info *info, const tc_record_signature *signature, tc_error *err)
{
  int64_t filled = 0;
  if (!tc_record_name_blob(tx, &signature->document, signature->size, err))
    return false;
  tc_db_param params[] = {tc_db_text(info->office),
                          tc_db_text(info->id),
                          tc_db_text(signer_names[signature->signer]),
                          tc_db_digest(&signature->prepared),
                          tc_db_digest(&signature->document),
                          tc_db_text(signature->level),
                          tc_db_text(signature->subject),
                          tc_db_text(signature->serial),
                          tc_db_text(signature->certificate_sha256),
                          tc_db_text(signature->actor)};
  if (!tc_db_run(tx,
                 "UPDATE signing SET status = 'done', signed_document = $5, level = $6, subject = $7, serial = $8,"
                 "                   certificate = $9, signed_by = $10, signed_at = clock_timestamp()"
                 " WHERE office_id = $1 AND record_id = $2 AND status = 'waiting' AND signer = $3 AND document = $4",
                 params, 10, &filled, err))
    return false;
  return filled == 1 ||
         tc_fail(err, TC_CONFLICT, "record %s does not wait for this signature: it was prepared again", info->id);
}

static bool fill(tc_db_tx *tx, const tc_record_info *info, const tc_record_signature *signature, tc_error *err)
{
  tc_db_param level[] = {tc_db_text(info->office), tc_db_text(info->id), tc_db_text(signature->level)};
  return fill_row(tx, info, signature, err) &&
         tc_db_run(tx, "UPDATE record SET level = $3 WHERE office_id = $1 AND id = $2", level, 3, NULL, err);
}

TC_NODISCARD bool tc_record_signed(tc_db_tx *tx, const tc_record_ref *record, const tc_record_signature *signature,
                                   tc_error *err)
{
  tc_record_info info;
  tc_record_event why = {.actor = signature->actor};
  if (signature->signer == TC_SIGNER_AGENCY)
    return tc_fail(err, TC_USAGE, "the agency's signature is a seal");
  return tc_record_begin_step(tx, record, &info, err) && tc_record_expect(&info, TC_RECORD_PREPARED, err) &&
         fill(tx, &info, signature, err) && tc_record_move_to(tx, &info, TC_RECORD_SIGNED, &why, err);
}

static bool write_copy(tc_db_tx *tx, const tc_record_info *info, const tc_digest *document, const char *level,
                       tc_error *err)
{
  tc_db_param params[] = {tc_db_text(info->office), tc_db_text(info->id), tc_db_digest(document), tc_db_text(level)};
  return tc_db_run(tx,
                   "INSERT INTO certified_copy (office_id, record_id, version, sha256, level)"
                   " SELECT $1, $2, (SELECT coalesce(max(version), 0) + 1 FROM certified_copy WHERE office_id = $1 AND"
                   "                 record_id = $2), $3, $4",
                   params, 4, NULL, err);
}

TC_NODISCARD bool tc_record_sealed(tc_db_tx *tx, const tc_record_ref *record, const tc_record_signature *signature,
                                   tc_error *err)
{
  tc_record_info info;
  tc_record_event why = {.actor = signature->actor};
  if (signature->signer != TC_SIGNER_AGENCY)
    return tc_fail(err, TC_USAGE, "a seal is the agency's signature");
  if (!tc_record_begin_step(tx, record, &info, err) || !tc_record_expect(&info, TC_RECORD_SIGNED, err) ||
      !fill(tx, &info, signature, err) || !write_copy(tx, &info, &signature->document, signature->level, err))
    return false;
  tc_db_param params[] = {tc_db_text(info.office), tc_db_text(info.id)};
  return tc_db_run(tx,
                   "UPDATE register_entry SET state = 'issued', issued_at = clock_timestamp()"
                   " WHERE office_id = $1 AND record_id = $2 AND state = 'bound'",
                   params, 2, NULL, err) &&
         tc_record_move_to(tx, &info, TC_RECORD_SEALED, &why, err);
}

TC_NODISCARD bool tc_record_archived(tc_db_tx *tx, const tc_record_ref *record, const char *actor, tc_error *err)
{
  tc_record_info info;
  tc_auto(tc_db_rows) rows = NULL;
  tc_record_event why = {.actor = actor};
  if (!tc_record_begin_step(tx, record, &info, err))
    return false;
  tc_db_param params[] = {tc_db_text(info.office), tc_db_text(info.id)};
  if (!tc_db_query(tx,
                   "SELECT signed_document, level FROM signing"
                   " WHERE office_id = $1 AND record_id = $2 AND status = 'done' ORDER BY ordinal DESC LIMIT 1",
                   params, 2, &rows, err))
    return false;
  if (!info.has_copy && tc_db_rows_count(rows) > 0) {
    tc_digest document;
    if (!tc_db_get_digest(rows, 0, 0, &document, err) ||
        !write_copy(tx, &info, &document, tc_db_get_text(rows, 0, 1), err))
      return false;
  }
  return tc_record_move_to(tx, &info, TC_RECORD_ARCHIVED, &why, err);
}

TC_NODISCARD bool tc_record_certificate(tc_db_tx *tx, const tc_record_ref *record, tc_record_signer signer,
                                        char out_hex[65], tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  tc_db_param params[] = {tc_db_text(record->office), tc_db_text(record->id), tc_db_text(signer_names[signer])};
  if (!tc_db_query(tx,
                   "SELECT coalesce(certificate, '') FROM signing WHERE office_id = $1 AND record_id = $2"
                   " AND signer = $3 AND status = 'done' ORDER BY ordinal DESC LIMIT 1",
                   params, 3, &rows, err))
    return false;
  snprintf(out_hex, 65, "%s", tc_db_rows_count(rows) > 0 ? tc_db_get_text(rows, 0, 0) : "");
  return true;
}

/* ---- The officer's manifest ---- */

TC_NODISCARD bool tc_record_prepare_manifest(tc_db_tx *tx, const tc_record_ref *record,
                                             const tc_record_preparation *preparation, tc_error *err)
{
  tc_record_info info;
  tc_record_event event = {.kind = "manifest_prepared", .actor = preparation->actor};
  return tc_record_begin_step(tx, record, &info, err) && tc_record_expect(&info, TC_RECORD_COMPARED, err) &&
         tc_record_give_up(tx, &info, err) && tc_record_touch(tx, &info, err) &&
         tc_record_add_event(tx, &info, &event, err) && add_preparation(tx, &info, preparation, err);
}

TC_NODISCARD bool tc_record_manifest_signed(tc_db_tx *tx, const tc_record_ref *record,
                                            const tc_record_signature *signature, tc_error *err)
{
  tc_record_info info;
  tc_record_event event = {.kind = "manifest_signed", .actor = signature->actor};
  return tc_record_begin_step(tx, record, &info, err) && tc_record_expect(&info, TC_RECORD_COMPARED, err) &&
         fill_row(tx, &info, signature, err) && tc_record_touch(tx, &info, err) &&
         tc_record_add_event(tx, &info, &event, err);
}

TC_NODISCARD bool tc_record_read_manifest(tc_db_tx *tx, const tc_record_ref *record, tc_record_manifest *out,
                                          bool *found, tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  tc_record_manifest manifest = {0};
  tc_db_param params[] = {tc_db_text(record->office), tc_db_text(record->id)};
  if (!tc_db_query(tx,
                   "SELECT document, signed_document FROM signing WHERE office_id = $1 AND record_id = $2"
                   " AND signer = 'officer' AND status <> 'given_up' ORDER BY ordinal DESC LIMIT 1",
                   params, 2, &rows, err))
    return false;
  *found = tc_db_rows_count(rows) > 0;
  if (!*found)
    return true;
  manifest.is_signed = !tc_db_is_null(rows, 0, 1);
  if (!tc_db_get_digest(rows, 0, 0, &manifest.document, err) ||
      (manifest.is_signed && !tc_db_get_digest(rows, 0, 1, &manifest.signature, err)))
    return false;
  *out = manifest;
  return true;
}
