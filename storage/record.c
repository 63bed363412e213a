/*
 * The record's row: reading, locking, and the one way in which its state changes. A step locks the row first, so steps
 * of one record queue up; then it looks whether its grade allows the step (table grade_step), and writes the state,
 * the next version and an event together.
 */
#include "storage/record.h"

#include "storage/record_private.h"

#include <stdio.h>
#include <string.h>

static const char *const state_names[TC_RECORD_STATE_COUNT] = {
    [TC_RECORD_RECEIVED] = "received",
    [TC_RECORD_CAPTURED] = "captured",
    [TC_RECORD_RECOGNISED] = "recognised",
    [TC_RECORD_CONFIRMED] = "confirmed",
    [TC_RECORD_COMPARED] = "compared",
    [TC_RECORD_PREPARED] = "prepared",
    [TC_RECORD_SIGNED] = "signed",
    [TC_RECORD_SEALED] = "sealed",
    [TC_RECORD_ARCHIVED] = "archived",
    [TC_RECORD_DELIVERED] = "delivered",
    [TC_RECORD_RESCAN_ASKED] = "rescan_asked",
    [TC_RECORD_REFUSED] = "refused",
    [TC_RECORD_WITHDRAWN] = "withdrawn",
    [TC_RECORD_SUPERSEDED] = "superseded",
    [TC_RECORD_REVOKED] = "revoked",
    [TC_RECORD_EXPIRED] = "expired",
    [TC_RECORD_DISPOSED] = "disposed",
};

const char *tc_record_state_name(tc_record_state state)
{
  return state < TC_RECORD_STATE_COUNT ? state_names[state] : "";
}

tc_record_state tc_record_state_from_name(const char *name)
{
  for (int i = 0; i < TC_RECORD_STATE_COUNT; i++)
    if (strcmp(name, state_names[i]) == 0)
      return (tc_record_state)i;
  return TC_RECORD_STATE_COUNT;
}

static const char sql_read[] =
    "SELECT r.office_id, r.id, r.state, r.grade, r.document_type, r.version, r.level, r.sample, c.sha256, b.size,"
    "       e.book, e.year, e.number, e.number_text"
    " FROM record r"
    " LEFT JOIN LATERAL (SELECT sha256 FROM certified_copy x WHERE x.office_id = r.office_id AND x.record_id = r.id"
    "                    ORDER BY version DESC LIMIT 1) c ON true"
    " LEFT JOIN blob b ON b.sha256 = c.sha256"
    " LEFT JOIN register_entry e ON e.office_id = r.office_id AND e.record_id = r.id AND e.state <> 'void'"
    " WHERE r.office_id = $1 AND r.id = $2";

static void copy_text(char *to, size_t size, const tc_db_rows *rows, int column)
{
  snprintf(to, size, "%s", tc_db_get_text(rows, 0, column));
}

TC_NODISCARD bool tc_record_read(tc_db_tx *tx, const tc_record_ref *record, tc_record_info *out, tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  tc_record_info info = {0};
  tc_db_param params[] = {tc_db_text(record->office), tc_db_text(record->id)};
  if (!tc_id_is_valid(record->id))
    return tc_fail(err, TC_NOT_FOUND, "there is no record %.40s", record->id);
  if (!tc_db_query(tx, sql_read, params, 2, &rows, err))
    return false;
  if (tc_db_rows_count(rows) == 0)
    return tc_fail(err, TC_NOT_FOUND, "there is no record %s in the office %s", record->id, record->office);
  copy_text(info.office, sizeof info.office, rows, 0);
  copy_text(info.id, sizeof info.id, rows, 1);
  info.state = tc_record_state_from_name(tc_db_get_text(rows, 0, 2));
  copy_text(info.grade, sizeof info.grade, rows, 3);
  copy_text(info.document_type, sizeof info.document_type, rows, 4);
  info.version = tc_db_get_integer(rows, 0, 5);
  copy_text(info.level, sizeof info.level, rows, 6);
  info.sample = tc_db_get_boolean(rows, 0, 7);
  info.has_copy = !tc_db_is_null(rows, 0, 8);
  if (info.has_copy && !tc_db_get_digest(rows, 0, 8, &info.copy, err))
    return false;
  info.copy_size = tc_db_get_integer(rows, 0, 9);
  info.has_number = !tc_db_is_null(rows, 0, 12);
  copy_text(info.book, sizeof info.book, rows, 10);
  info.year = (int)tc_db_get_integer(rows, 0, 11);
  info.number = tc_db_get_integer(rows, 0, 12);
  copy_text(info.number_text, sizeof info.number_text, rows, 13);
  *out = info;
  return true;
}

/* Locked in a statement of its own: what is read after that is as the one before us left it. */
TC_NODISCARD bool tc_record_lock(tc_db_tx *tx, const tc_record_ref *record, tc_record_info *out, tc_error *err)
{
  tc_db_param params[] = {tc_db_text(record->office), tc_db_text(record->id)};
  if (!tc_id_is_valid(record->id))
    return tc_fail(err, TC_NOT_FOUND, "there is no record %.40s", record->id);
  return tc_db_run(tx, "SELECT FROM record WHERE office_id = $1 AND id = $2 FOR UPDATE", params, 2, NULL, err) &&
         tc_record_read(tx, record, out, err);
}

TC_NODISCARD bool tc_record_begin_step(tc_db_tx *tx, const tc_record_ref *record, tc_record_info *out, tc_error *err)
{
  tc_record_info info;
  if (!tc_record_lock(tx, record, &info, err))
    return false;
  if (record->version != 0 && record->version != info.version)
    return tc_fail(err, TC_CONFLICT, "record %s was changed meanwhile (version %lld, not %lld): read it again", info.id,
                   (long long)info.version, (long long)record->version);
  *out = info;
  return true;
}

TC_NODISCARD bool tc_record_json_param(const tc_json *value, tc_buf *text, tc_db_param *out, tc_error *err)
{
  if (value == NULL) {
    *out = tc_db_null();
    return true;
  }
  if (!tc_json_write(value, text, err))
    return false;
  *out = tc_db_text(tc_buf_text(text));
  return true;
}

TC_NODISCARD bool tc_record_add_event(tc_db_tx *tx, const tc_record_info *record, const tc_record_event *event,
                                      tc_error *err)
{
  tc_auto(tc_buf) text = {0};
  tc_db_param details;
  if (!tc_record_json_param(event->details, &text, &details, err))
    return false;
  tc_db_param params[] = {
      tc_db_text(record->office), tc_db_text(record->id),    tc_db_text(event->kind),  tc_db_text(event->from),
      tc_db_text(event->to),      tc_db_text(event->reason), tc_db_text(event->actor), details};
  return tc_db_run(tx,
                   "INSERT INTO event (office_id, record_id, ordinal, kind, from_state, to_state, reason, actor,"
                   "                   details, at)"
                   " SELECT $1, $2, (SELECT coalesce(max(ordinal), 0) + 1 FROM event WHERE office_id = $1 AND"
                   "                 record_id = $2), $3, $4, $5, $6, $7, $8::jsonb, clock_timestamp()",
                   params, 8, NULL, err);
}

TC_NODISCARD bool tc_record_move_to(tc_db_tx *tx, tc_record_info *record, tc_record_state to,
                                    const tc_record_event *why, tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  tc_auto(tc_buf) text = {0};
  tc_db_param details;
  if (!tc_record_json_param(why->details, &text, &details, err))
    return false;
  tc_db_param params[] = {tc_db_text(record->office),
                          tc_db_text(record->id),
                          tc_db_text(tc_record_state_name(record->state)),
                          tc_db_text(tc_record_state_name(to)),
                          tc_db_text(why->reason),
                          tc_db_text(why->actor),
                          details};
  if (!tc_db_query(tx,
                   "WITH moved AS ("
                   "  UPDATE record r SET state = $4, version = version + 1, updated_at = clock_timestamp()"
                   "   FROM grade_step s"
                   "   WHERE r.office_id = $1 AND r.id = $2 AND r.state = $3"
                   "     AND s.grade = r.grade AND s.from_state = r.state AND s.to_state = $4"
                   "  RETURNING r.version)"
                   " INSERT INTO event (office_id, record_id, ordinal, kind, from_state, to_state, reason, actor,"
                   "                    details, at)"
                   " SELECT $1, $2, (SELECT coalesce(max(ordinal), 0) + 1 FROM event WHERE office_id = $1 AND"
                   "                 record_id = $2), 'state', $3, $4, $5, $6, $7::jsonb, clock_timestamp() FROM moved"
                   " RETURNING (SELECT version FROM moved)",
                   params, TC_ARRAY_LEN(params), &rows, err))
    return false;
  if (tc_db_rows_count(rows) == 0)
    return tc_fail(err, TC_CONFLICT, "record %s is %s: a record of grade %s cannot become %s from there", record->id,
                   tc_record_state_name(record->state), record->grade, tc_record_state_name(to));
  record->state = to;
  record->version = tc_db_get_integer(rows, 0, 0);
  return true;
}

TC_NODISCARD bool tc_record_touch(tc_db_tx *tx, tc_record_info *record, tc_error *err)
{
  tc_db_param params[] = {tc_db_text(record->office), tc_db_text(record->id)};
  record->version++;
  return tc_db_run(tx,
                   "UPDATE record SET version = version + 1, updated_at = clock_timestamp()"
                   " WHERE office_id = $1 AND id = $2",
                   params, 2, NULL, err);
}

TC_NODISCARD bool tc_record_expect(const tc_record_info *record, tc_record_state wanted, tc_error *err)
{
  return record->state == wanted || tc_fail(err, TC_CONFLICT, "record %s is %s, not %s", record->id,
                                            tc_record_state_name(record->state), tc_record_state_name(wanted));
}

TC_NODISCARD bool tc_record_give_up(tc_db_tx *tx, const tc_record_info *record, tc_error *err)
{
  tc_db_param params[] = {tc_db_text(record->office), tc_db_text(record->id)};
  return tc_db_run(tx,
                   "UPDATE signing SET status = 'given_up'"
                   " WHERE office_id = $1 AND record_id = $2 AND status = 'waiting'",
                   params, 2, NULL, err);
}

TC_NODISCARD bool tc_record_transition(tc_db_tx *tx, const tc_record_ref *record, const tc_record_move *move,
                                       tc_error *err)
{
  tc_record_info info;
  int64_t voided = 0;
  bool ends = move->to == TC_RECORD_REFUSED || move->to == TC_RECORD_WITHDRAWN || move->to == TC_RECORD_RESCAN_ASKED;
  if ((ends || move->to == TC_RECORD_REVOKED) && (move->reason == NULL || move->reason[0] == '\0'))
    return tc_fail(err, TC_USAGE, "a record becomes %s only with a reason", tc_record_state_name(move->to));
  if (!tc_record_begin_step(tx, record, &info, err) || !tc_record_expect(&info, move->from, err))
    return false;
  if (ends && (!tc_record_give_up(tx, &info, err) ||
               !tc_register_void_bound(tx, &info, move->reason, move->actor, &voided, err)))
    return false;
  tc_record_event why = {.reason = move->reason, .actor = move->actor, .details = move->details};
  return tc_record_move_to(tx, &info, move->to, &why, err);
}

TC_NODISCARD bool tc_record_note(tc_db_tx *tx, const tc_record_ref *record, const char *kind, const char *actor,
                                 const tc_json *details, tc_error *err)
{
  tc_record_info info;
  tc_record_event event = {.kind = kind, .actor = actor, .details = details};
  return tc_record_lock(tx, record, &info, err) && tc_record_add_event(tx, &info, &event, err);
}
