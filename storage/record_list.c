/* Reading for people and programs: JSON is built by the server, in one statement each. */
#include "storage/record_private.h"

#include <stdio.h>
#include <string.h>

TC_NODISCARD bool tc_record_query_json(tc_db_tx *tx, const char *sql, const tc_db_param *params, size_t count,
                                       tc_json **out, tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  if (!tc_db_query(tx, sql, params, count, &rows, err))
    return false;
  if (tc_db_rows_count(rows) == 0 || tc_db_is_null(rows, 0, 0))
    return tc_fail(err, TC_NOT_FOUND, "there is no such record");
  return tc_db_get_json(rows, 0, 0, out, err);
}

TC_NODISCARD bool tc_record_find(tc_db_tx *tx, const char *id, char out_office[65], tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  tc_db_param params[] = {tc_db_text(id)};
  if (!tc_id_is_valid(id))
    return tc_fail(err, TC_NOT_FOUND, "there is no record %.40s", id);
  if (!tc_db_query(tx, "SELECT office_id FROM record WHERE id = $1", params, 1, &rows, err))
    return false;
  if (tc_db_rows_count(rows) == 0)
    return tc_fail(err, TC_NOT_FOUND, "there is no record %s", id);
  snprintf(out_office, 65, "%s", tc_db_get_text(rows, 0, 0));
  return true;
}

TC_NODISCARD bool tc_record_find_copy(tc_db_tx *tx, const tc_digest *document, char out_office[65],
                                      char out_id[TC_ID_SIZE], bool *found, tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  tc_db_param params[] = {tc_db_digest(document)};
  if (!tc_db_query(tx, "SELECT office_id, record_id FROM certified_copy WHERE sha256 = $1 LIMIT 1", params, 1, &rows,
                   err))
    return false;
  *found = tc_db_rows_count(rows) > 0;
  if (*found) {
    snprintf(out_office, 65, "%s", tc_db_get_text(rows, 0, 0));
    snprintf(out_id, TC_ID_SIZE, "%s", tc_db_get_text(rows, 0, 1));
  }
  return true;
}

TC_NODISCARD bool tc_record_json(tc_db_tx *tx, const tc_record_ref *record, tc_json **out, tc_error *err)
{
  tc_db_param params[] = {tc_db_text(record->office), tc_db_text(record->id)};
  if (!tc_id_is_valid(record->id))
    return tc_fail(err, TC_NOT_FOUND, "there is no record %.40s", record->id);
  return tc_record_query_json(tx, "SELECT document FROM record_document WHERE office_id = $1 AND id = $2", params, 2,
                              out, err);
}

TC_NODISCARD bool tc_record_field_history(tc_db_tx *tx, const tc_record_ref *record, const char *key, tc_json **out,
                                          tc_error *err)
{
  tc_db_param params[] = {tc_db_text(record->office), tc_db_text(record->id), tc_db_text(key)};
  return tc_record_query_json(tx,
                              "SELECT coalesce(jsonb_agg(jsonb_build_object('revision', revision, 'as_printed',"
                              "  as_printed, 'value', value, 'status', status, 'confidence', confidence, 'assurance',"
                              "  assurance, 'evidence', evidence, 'note', note, 'actor', actor, 'at', at)"
                              "  ORDER BY revision), '[]')"
                              " FROM field WHERE office_id = $1 AND record_id = $2 AND key = $3",
                              params, 3, out, err);
}

tc_record_query tc_record_query_default(void) { return (tc_record_query){.state = TC_RECORD_STATE_COUNT}; }

/* The cursor is the creation time and id of the last record of the page before. */
static const char sql_list[] =
    "WITH hits AS ("
    "  SELECT r.* FROM record r"
    "  WHERE ($1::text IS NULL OR r.office_id = $1) AND ($2::text IS NULL OR r.state = $2)"
    "    AND ($3::text IS NULL OR r.grade = $3) AND ($4::text IS NULL OR r.document_type = $4)"
    "    AND ($6::text IS NULL OR (r.created_at, r.id::text) <"
    "         (split_part($6, ' ', 1)::timestamptz, split_part($6, ' ', 2)))"
    "    AND ($5::text IS NULL OR position(lower($5) IN lower(coalesce(r.title, ''))) > 0 OR r.id = lower($5)"
    "      OR EXISTS (SELECT FROM field_current f WHERE f.office_id = r.office_id AND f.record_id = r.id"
    "                 AND position(lower($5) IN lower(coalesce(f.value, ''))) > 0)"
    "      OR EXISTS (SELECT FROM record_capture c WHERE c.office_id = r.office_id AND c.record_id = r.id"
    "                 AND position(lower($5) IN lower(coalesce(c.file_name, ''))) > 0)"
    "      OR EXISTS (SELECT FROM register_entry e WHERE e.office_id = r.office_id AND e.record_id = r.id"
    "                 AND e.number_text = $5))"
    "  ORDER BY r.created_at DESC, r.id DESC LIMIT $7::integer + 1),"
    " shown AS (SELECT * FROM hits ORDER BY created_at DESC, id DESC LIMIT $7::integer)"
    "SELECT jsonb_build_object('records', coalesce((SELECT jsonb_agg(jsonb_build_object('office', r.office_id, 'id', "
    "r.id,"
    "  'state', r.state, 'grade', r.grade, 'document_type', r.document_type, 'title', r.title, 'level', r.level,"
    "  'sample', r.sample, 'created_at', r.created_at, 'version', r.version,"
    "  'number', (SELECT e.number_text FROM register_entry e WHERE e.office_id = r.office_id AND e.record_id = r.id"
    "             AND e.state <> 'void'),"
    "  'fields_sure', f.sure, 'fields_check', f.to_check, 'fields_missing', f.missing,"
    "  'pages', (SELECT count(*) FROM page p WHERE p.office_id = r.office_id AND p.record_id = r.id),"
    "  'file_name', (SELECT c.file_name FROM record_capture c WHERE c.office_id = r.office_id AND c.record_id = r.id"
    "                ORDER BY c.ordinal LIMIT 1)) ORDER BY r.created_at DESC, r.id DESC)"
    "  FROM shown r, LATERAL (SELECT count(*) FILTER (WHERE status = 'sure') AS sure,"
    "    count(*) FILTER (WHERE status IN ('check', 'illegible', 'handwritten')) AS to_check,"
    "    count(*) FILTER (WHERE status = 'missing') AS missing FROM field_current c"
    "    WHERE c.office_id = r.office_id AND c.record_id = r.id) f), '[]'),"
    "  'next', (SELECT to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') || ' ' || id"
    "           FROM shown WHERE (SELECT count(*) FROM hits) > $7::integer ORDER BY created_at, id LIMIT 1))";

TC_NODISCARD bool tc_record_list(tc_db_tx *tx, const tc_record_query *query, tc_json **out, tc_error *err)
{
  int limit = query->limit > 0 && query->limit <= 500 ? query->limit : 50;
  const char *state = query->state < TC_RECORD_STATE_COUNT ? tc_record_state_name(query->state) : NULL;
  tc_db_param params[] = {
      tc_db_text(query->office), tc_db_text(state),         tc_db_text(query->grade), tc_db_text(query->document_type),
      tc_db_text(query->text),   tc_db_text(query->before), tc_db_integer(limit)};
  return tc_record_query_json(tx, sql_list, params, 7, out, err);
}

TC_NODISCARD bool tc_record_counts(tc_db_tx *tx, const char *office, tc_json **out, tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  tc_auto(tc_json) counts = tc_json_object();
  int64_t total = 0;
  tc_db_param params[] = {tc_db_text(office)};
  if (!tc_db_query(tx, "SELECT state, count(*) FROM record WHERE $1::text IS NULL OR office_id = $1 GROUP BY state",
                   params, 1, &rows, err))
    return false;
  for (int i = 0; i < TC_RECORD_STATE_COUNT; i++)
    if (!tc_json_set_integer(counts, tc_record_state_name((tc_record_state)i), 0))
      return tc_fail(err, TC_NO_MEMORY, "no memory for counts");
  for (size_t i = 0; i < tc_db_rows_count(rows); i++) {
    total += tc_db_get_integer(rows, i, 1);
    if (!tc_json_set_integer(counts, tc_db_get_text(rows, i, 0), tc_db_get_integer(rows, i, 1)))
      return tc_fail(err, TC_NO_MEMORY, "no memory for counts");
  }
  if (!tc_json_set_integer(counts, "total", total))
    return tc_fail(err, TC_NO_MEMORY, "no memory for counts");
  *out = tc_steal(&counts);
  return true;
}

TC_NODISCARD bool tc_record_unfinished(tc_db_tx *tx, const char *office, const tc_record_state *states, size_t count,
                                       int limit, tc_json **out, tc_error *err)
{
  tc_auto(tc_buf) list = {0};
  for (size_t i = 0; i < count; i++)
    if (!tc_buf_printf(&list, err, "%s%s", i > 0 ? "," : "{", tc_record_state_name(states[i])))
      return false;
  if (!tc_buf_append_text(&list, count > 0 ? "}" : "{}", err))
    return false;
  tc_db_param params[] = {tc_db_text(office), tc_db_text(tc_buf_text(&list)), tc_db_integer(limit)};
  return tc_record_query_json(
      tx,
      "SELECT coalesce(jsonb_agg(jsonb_build_object('office', office_id, 'id', id, 'state',"
      "  state, 'idle_s', floor(extract(epoch FROM clock_timestamp() - updated_at))) ORDER BY created_at, id), '[]')"
      " FROM (SELECT * FROM record WHERE ($1::text IS NULL OR office_id = $1)"
      "         AND state::text = ANY ($2::text[]) AND (state <> 'compared' OR NOT EXISTS ("
      "           SELECT FROM signing g WHERE g.office_id = record.office_id AND g.record_id = record.id"
      "             AND g.status = 'waiting')) ORDER BY created_at, id LIMIT $3) waiting",
      params, 3, out, err);
}
