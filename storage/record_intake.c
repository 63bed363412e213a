/* Offices, new records and who has a part in them. */
#include "storage/record_private.h"

#include <stdio.h>
#include <string.h>

#define LIVE_STATES "NOT IN ('refused', 'withdrawn', 'disposed')"

TC_NODISCARD bool tc_office_ensure(tc_db_tx *tx, const char *id, const char *name, tc_error *err)
{
  tc_db_param params[] = {tc_db_text(id), tc_db_text(name)};
  return tc_db_run(tx,
                   "INSERT INTO office (id, name) VALUES ($1, $2)"
                   " ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE office.name <> excluded.name",
                   params, 2, NULL, err);
}

TC_NODISCARD bool tc_record_name_blob(tc_db_tx *tx, const tc_digest *digest, int64_t size, tc_error *err)
{
  tc_db_param params[] = {tc_db_digest(digest), tc_db_integer(size)};
  return tc_db_run(tx, "INSERT INTO blob (sha256, size) VALUES ($1, $2) ON CONFLICT DO NOTHING", params, 2, NULL, err);
}

TC_NODISCARD bool tc_record_find_capture(tc_db_tx *tx, const char *office, const tc_digest *capture,
                                         char out_id[TC_ID_SIZE], bool *found, tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  tc_db_param params[] = {tc_db_text(office), tc_db_digest(capture)};
  if (!tc_db_query(tx,
                   "SELECT r.id FROM record_capture c JOIN record r ON r.office_id = c.office_id AND r.id = c.record_id"
                   " WHERE c.office_id = $1 AND c.sha256 = $2 AND r.state " LIVE_STATES
                   " ORDER BY r.created_at DESC LIMIT 1",
                   params, 2, &rows, err))
    return false;
  *found = tc_db_rows_count(rows) > 0;
  if (*found)
    snprintf(out_id, TC_ID_SIZE, "%s", tc_db_get_text(rows, 0, 0));
  return true;
}

TC_NODISCARD bool tc_record_find_elsewhere(tc_db_tx *tx, const char *office, const tc_digest *capture, tc_json **out,
                                           tc_error *err)
{
  tc_db_param params[] = {tc_db_text(office), tc_db_digest(capture)};
  return tc_record_query_json(
      tx,
      "SELECT coalesce(jsonb_agg(jsonb_build_object('office', r.office_id, 'record', r.id, 'state', r.state)), '[]')"
      " FROM record_capture c JOIN record r ON r.office_id = c.office_id AND r.id = c.record_id"
      " WHERE c.sha256 = $2 AND c.office_id <> $1 AND r.state " LIVE_STATES,
      params, 2, out, err);
}

/* The capture's row is there and locked: whoever else takes in the same capture waits here. */
static bool lock_capture(tc_db_tx *tx, const char *office, const tc_record_capture *capture, tc_error *err)
{
  tc_db_param params[] = {tc_db_text(office), tc_db_digest(&capture->digest), tc_db_text(capture->media_type),
                          tc_db_text(capture->file_name)};
  return tc_record_name_blob(tx, &capture->digest, capture->size, err) &&
         tc_db_run(tx,
                   "INSERT INTO capture (office_id, sha256, media_type, file_name) VALUES ($1, $2, $3, $4)"
                   " ON CONFLICT DO NOTHING",
                   params, 4, NULL, err) &&
         tc_db_run(tx, "SELECT FROM capture WHERE office_id = $1 AND sha256 = $2 FOR UPDATE", params, 2, NULL, err);
}

static bool add_captures(tc_db_tx *tx, const tc_record_intake *intake, const char *id, tc_error *err)
{
  for (size_t i = 0; i < intake->capture_count; i++) {
    const tc_record_capture *capture = &intake->captures[i];
    tc_db_param params[] = {
        tc_db_text(intake->office),     tc_db_text(id),
        tc_db_integer((int64_t)i),      tc_db_digest(&capture->digest),
        tc_db_text(capture->file_name), intake->paper > 0 ? tc_db_integer(intake->paper) : tc_db_null()};
    if (!tc_db_run(tx,
                   "INSERT INTO record_capture (office_id, record_id, ordinal, sha256, file_name, paper)"
                   " VALUES ($1, $2, $3, $4, $5, $6)",
                   params, 6, NULL, err))
      return false;
  }
  return true;
}

static bool add_record(tc_db_tx *tx, const tc_record_intake *intake, char out_id[TC_ID_SIZE], tc_error *err)
{
  char id[TC_ID_SIZE];
  if (!tc_id_random(id, err))
    return false;
  tc_db_param params[] = {tc_db_text(intake->office),   tc_db_text(id),
                          tc_db_text(intake->grade),    tc_db_text(intake->channel),
                          tc_db_text(intake->purpose),  tc_db_text(intake->workstation),
                          tc_db_text(intake->device),   tc_db_text(intake->capture_mode),
                          tc_db_boolean(intake->sample)};
  if (!tc_db_run(
          tx,
          "INSERT INTO record (office_id, id, grade, channel, purpose, workstation, device, capture_mode, sample)"
          " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
          params, 9, NULL, err) ||
      !add_captures(tx, intake, id, err))
    return false;
  tc_record_info info = {0};
  tc_record_event event = {.kind = "state", .to = "received", .actor = intake->actor};
  snprintf(info.office, sizeof info.office, "%s", intake->office);
  memcpy(info.id, id, sizeof info.id);
  memcpy(out_id, id, TC_ID_SIZE);
  return tc_record_add_event(tx, &info, &event, err);
}

/* A live record with this paper of the capture; with all of it where either is no part. */
static bool find_paper(tc_db_tx *tx, const tc_record_intake *intake, const tc_digest *capture, char out_id[TC_ID_SIZE],
                       bool *found, tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  tc_db_param params[] = {tc_db_text(intake->office), tc_db_digest(capture), tc_db_integer(intake->paper)};
  if (!tc_db_query(tx,
                   "SELECT r.id FROM record_capture c JOIN record r ON r.office_id = c.office_id AND r.id = c.record_id"
                   " WHERE c.office_id = $1 AND c.sha256 = $2 AND ($3 = 0 OR coalesce(c.paper, $3) = $3)"
                   " AND r.state " LIVE_STATES " ORDER BY r.created_at DESC LIMIT 1",
                   params, 3, &rows, err))
    return false;
  *found = tc_db_rows_count(rows) > 0;
  if (*found)
    snprintf(out_id, TC_ID_SIZE, "%s", tc_db_get_text(rows, 0, 0));
  return true;
}

TC_NODISCARD bool tc_record_create(tc_db_tx *tx, const tc_record_intake *intake, char out_id[TC_ID_SIZE],
                                   bool *existing, tc_error *err)
{
  char there[TC_ID_SIZE], id[TC_ID_SIZE];
  bool found = false;
  if (intake->capture_count == 0)
    return tc_fail(err, TC_USAGE, "a record needs a capture");
  for (size_t i = 0; i < intake->capture_count; i++) {
    if (!lock_capture(tx, intake->office, &intake->captures[i], err) ||
        !find_paper(tx, intake, &intake->captures[i].digest, there, &found, err))
      return false;
    if (found && i > 0)
      return tc_fail(err, TC_CONFLICT, "capture %zu belongs to record %s already", i + 1, there);
    if (found)
      break;
  }
  if (!found && !add_record(tx, intake, id, err))
    return false;
  memcpy(out_id, found ? there : id, TC_ID_SIZE);
  *existing = found;
  return true;
}

TC_NODISCARD bool tc_record_add_party(tc_db_tx *tx, const tc_record_ref *record, const tc_record_party *party,
                                      tc_error *err)
{
  tc_record_info info;
  char id[TC_ID_SIZE];
  if (!tc_record_begin_step(tx, record, &info, err) || !tc_id_random(id, err))
    return false;
  tc_db_param params[] = {tc_db_text(info.office),     tc_db_text(id),
                          tc_db_text(party->kind),     tc_db_text(party->name),
                          tc_db_text(party->identity), tc_db_text(party->address),
                          tc_db_text(party->email)};
  tc_db_param role[] = {tc_db_text(info.office), tc_db_text(info.id), tc_db_text(id), tc_db_text(party->role),
                        tc_db_text(party->authority)};
  return tc_db_run(tx,
                   "INSERT INTO party (office_id, id, kind, name, identity, address, email)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                   params, 7, NULL, err) &&
         tc_db_run(tx,
                   "INSERT INTO record_party (office_id, record_id, party_id, role, authority)"
                   " VALUES ($1, $2, $3, $4, $5)",
                   role, 5, NULL, err) &&
         tc_record_touch(tx, &info, err);
}
