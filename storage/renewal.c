#include "storage/renewal.h"

#include "storage/record_private.h"

#include <stdio.h>
#include <string.h>

TC_NODISCARD bool tc_renewal_set(tc_db_tx *tx, const tc_record_ref *record, const tc_renewal *renewal, tc_error *err)
{
  if (renewal == NULL) {
    tc_db_param key[] = {tc_db_text(record->office), tc_db_text(record->id)};
    return tc_db_run(tx, "DELETE FROM renewal WHERE office_id = $1 AND record_id = $2", key, 2, NULL, err);
  }
  tc_db_param params[] = {tc_db_text(record->office), tc_db_text(record->id), tc_db_text(renewal->wanted),
                          tc_db_integer(renewal->due_at), tc_db_text(renewal->problem)};
  return tc_db_run(tx,
                   "INSERT INTO renewal (office_id, record_id, wanted, due_at, problem)"
                   " VALUES ($1, $2, $3, to_timestamp($4), $5)"
                   " ON CONFLICT (office_id, record_id) DO UPDATE SET wanted = $3, due_at = to_timestamp($4),"
                   "   problem = $5, attempt = CASE WHEN $5 IS NULL THEN 0 ELSE renewal.attempt + 1 END",
                   params, 5, NULL, err);
}

static bool note_raise(tc_db_tx *tx, const tc_record_info *info, const tc_record_raise *raise, tc_error *err)
{
  char hex[TC_SHA256_HEX_SIZE];
  tc_auto(tc_json) details = tc_json_object();
  tc_digest_hex(&raise->document, hex);
  tc_json_set_text(details, "from", info->level);
  tc_json_set_text(details, "to", raise->level);
  tc_json_set_text(details, "copy", hex);
  tc_record_event event = {.kind = "raised", .actor = raise->actor, .details = details};
  return tc_record_add_event(tx, info, &event, err);
}

TC_NODISCARD bool tc_record_raised(tc_db_tx *tx, const tc_record_ref *record, const tc_record_raise *raise,
                                   tc_error *err)
{
  tc_record_info info;
  if (!tc_record_lock(tx, record, &info, err))
    return false;
  if (!info.has_copy || memcmp(info.copy.bytes, raise->from.bytes, sizeof info.copy.bytes) != 0)
    return tc_fail(err, TC_CONFLICT, "the copy of record %s was raised meanwhile", info.id);
  tc_db_param copy[] = {tc_db_text(info.office), tc_db_text(info.id), tc_db_digest(&raise->document),
                        tc_db_text(raise->level)};
  tc_db_param level[] = {tc_db_text(info.office), tc_db_text(info.id), tc_db_text(raise->level)};
  return tc_record_name_blob(tx, &raise->document, raise->size, err) &&
         tc_db_run(tx,
                   "INSERT INTO certified_copy (office_id, record_id, version, sha256, level)"
                   " SELECT $1, $2, (SELECT max(version) + 1 FROM certified_copy WHERE office_id = $1 AND"
                   "                 record_id = $2), $3, $4",
                   copy, 4, NULL, err) &&
         tc_db_run(tx, "UPDATE record SET level = $3, updated_at = clock_timestamp() WHERE office_id = $1 AND id = $2",
                   level, 3, NULL, err) &&
         note_raise(tx, &info, raise, err);
}

TC_NODISCARD bool tc_renewal_begin(tc_db_tx *tx, int64_t *begun, tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  if (!tc_db_query(tx, "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint", NULL, 0, &rows, err))
    return false;
  *begun = tc_db_get_integer(rows, 0, 0);
  return true;
}

TC_NODISCARD bool tc_renewal_take(tc_db_tx *tx, const tc_renewal_want *want, char out_id[TC_ID_SIZE], bool *found,
                                  tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  tc_db_param params[] = {tc_db_text(want->office), tc_db_integer(want->before), tc_db_integer(want->lease_s),
                          tc_db_integer(want->begun)};
  if (!tc_db_query(
          tx,
          "UPDATE renewal SET due_at = clock_timestamp() + make_interval(secs => $3), taken_at = clock_timestamp()"
          " WHERE (office_id, record_id) IN ("
          "   SELECT x.office_id, x.record_id FROM renewal x JOIN record r"
          "     ON r.office_id = x.office_id AND r.id = x.record_id"
          "   WHERE x.office_id = $1 AND x.due_at <= to_timestamp($2)"
          "     AND (x.taken_at IS NULL OR x.taken_at < to_timestamp($4 / 1e6) OR $4 = 0)"
          "     AND r.state NOT IN ('refused', 'withdrawn', 'disposed')"
          "   ORDER BY x.due_at, x.record_id LIMIT 1 FOR UPDATE OF x SKIP LOCKED)"
          " RETURNING record_id",
          params, 4, &rows, err))
    return false;
  *found = tc_db_rows_count(rows) > 0;
  if (*found)
    snprintf(out_id, TC_ID_SIZE, "%s", tc_db_get_text(rows, 0, 0));
  return true;
}
