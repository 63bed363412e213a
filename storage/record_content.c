/*
 * Pages, recognition, fields, confirmation, comparison. JSON goes to the server as it comes and is taken apart there,
 * one statement for any number of rows. Fields are never changed: a correction is a revision.
 */
#include "storage/record_private.h"

#include <string.h>

TC_NODISCARD bool tc_record_captured(tc_db_tx *tx, const tc_record_ref *record, const tc_json *pages, const char *actor,
                                     tc_error *err)
{
  tc_record_info info;
  tc_auto(tc_buf) text = {0};
  tc_db_param json;
  if (tc_json_count(pages) == 0)
    return tc_fail(err, TC_USAGE, "a captured record has pages");
  if (!tc_record_begin_step(tx, record, &info, err) || !tc_record_expect(&info, TC_RECORD_RECEIVED, err) ||
      !tc_record_json_param(pages, &text, &json, err))
    return false;
  tc_db_param params[] = {tc_db_text(info.office), tc_db_text(info.id), json};
  tc_record_event why = {.actor = actor};
  return tc_db_run(tx,
                   "INSERT INTO page (office_id, record_id, number, capture, capture_page, width, height, dpi_x, dpi_y,"
                   "                  sha256, encoding, capture_details)"
                   " SELECT $1, $2, n, coalesce((p->>'capture')::integer, 0),"
                   "        coalesce((p->>'capture_page')::integer, n::integer - 1), (p->>'width')::integer,"
                   "        (p->>'height')::integer, coalesce((p->>'dpi_x')::float8, (p->>'dpi')::float8, 0),"
                   "        coalesce((p->>'dpi_y')::float8, (p->>'dpi')::float8, 0), decode(p->>'sha256', 'hex'),"
                   "        p->>'encoding', p"
                   " FROM jsonb_array_elements($3::jsonb) WITH ORDINALITY AS pages(p, n)",
                   params, 3, NULL, err) &&
         tc_record_move_to(tx, &info, TC_RECORD_CAPTURED, &why, err);
}

/* The machine's fields: a new revision of each that no person has vouched for. */
static const char sql_fields[] =
    "INSERT INTO field (office_id, record_id, key, revision, as_printed, value, status, confidence, assurance, page,"
    "                   place, evidence, details, actor, at)"
    " SELECT $1, $2, f.key, coalesce(c.revision, 0) + 1, v->>'as_printed', v->>'value',"
    "        coalesce(v->>'status', 'check'), (v->>'confidence')::float8,"
    "        CASE v->>'assurance' WHEN 'cross_checked' THEN 'cross_checked' ELSE 'machine' END, (v->>'page')::integer,"
    "        nullif(v->'quad', 'null'), nullif(v->'evidence', 'null'),"
    "        v - '{as_printed,value,status,confidence,assurance,page,quad,evidence}'::text[], $4, clock_timestamp()"
    " FROM jsonb_each($3::jsonb) AS f(key, v)"
    " LEFT JOIN field_current c ON c.office_id = $1 AND c.record_id = $2 AND c.key = f.key"
    " WHERE c.assurance IS DISTINCT FROM 'person'";

static const char sql_page_results[] =
    "UPDATE page SET skew = (p->>'skew')::float8, skew_confidence = (p->>'skew_confidence')::float8,"
    "                turn = (p->>'turn')::integer, quality = nullif(p->'quality', 'null'), recognition_details = p"
    " FROM jsonb_array_elements($3::jsonb) WITH ORDINALITY AS pages(p, n)"
    " WHERE office_id = $1 AND record_id = $2 AND number = n";

static bool add_recognition(tc_db_tx *tx, const tc_record_info *info, const tc_json *result, const tc_digest *words,
                            const char *actor, tc_error *err)
{
  const char *type = tc_json_get_text(result, "document_type", NULL);
  tc_db_param confidence = tc_json_get(result, "document_type_confidence") != NULL
                               ? tc_db_number(tc_json_get_number(result, "document_type_confidence", 0))
                               : tc_db_null();
  tc_db_param params[] = {tc_db_text(info->office),
                          tc_db_text(info->id),
                          tc_db_text(type),
                          confidence,
                          tc_db_text(tc_json_get_text(result, "engine", NULL)),
                          tc_db_text(tc_json_get_text(result, "text", NULL)),
                          tc_db_digest(words),
                          tc_db_text(actor)};
  tc_db_param record[] = {tc_db_text(info->office), tc_db_text(info->id), tc_db_text(type), confidence,
                          tc_db_text(tc_json_get_text(result, "title", NULL))};
  return tc_db_run(tx,
                   "INSERT INTO recognition (office_id, record_id, revision, document_type, type_confidence, engine,"
                   "                         full_text, words, actor)"
                   " SELECT $1, $2, (SELECT coalesce(max(revision), 0) + 1 FROM recognition WHERE office_id = $1 AND"
                   "                 record_id = $2), $3, $4, $5, $6, $7, $8",
                   params, 8, NULL, err) &&
         tc_db_run(tx,
                   "UPDATE record SET document_type = $3, type_confidence = $4, title = coalesce($5, title)"
                   " WHERE office_id = $1 AND id = $2",
                   record, 5, NULL, err);
}

static bool add_results(tc_db_tx *tx, const tc_record_info *info, const tc_json *result, const char *actor,
                        tc_error *err)
{
  tc_auto(tc_buf) pages_text = {0}, fields_text = {0};
  tc_db_param pages, fields;
  if (!tc_record_json_param(tc_json_get(result, "pages"), &pages_text, &pages, err) ||
      !tc_record_json_param(tc_json_get(result, "fields"), &fields_text, &fields, err))
    return false;
  tc_db_param params[] = {tc_db_text(info->office), tc_db_text(info->id), pages};
  tc_db_param of_fields[] = {tc_db_text(info->office), tc_db_text(info->id), fields, tc_db_text(actor)};
  return tc_db_run(tx, sql_page_results, params, 3, NULL, err) && tc_db_run(tx, sql_fields, of_fields, 4, NULL, err);
}

TC_NODISCARD bool tc_record_recognised(tc_db_tx *tx, const tc_record_ref *record, const tc_json *result,
                                       const tc_record_capture *words, const char *actor, tc_error *err)
{
  tc_record_info info;
  tc_record_event again = {.kind = "recognised_again", .actor = actor};
  tc_record_event why = {.actor = actor};
  if (!tc_record_begin_step(tx, record, &info, err) ||
      (words != NULL && !tc_record_name_blob(tx, &words->digest, words->size, err)))
    return false;
  bool first = info.state != TC_RECORD_RECOGNISED;
  if (first && !tc_record_move_to(tx, &info, TC_RECORD_RECOGNISED, &why, err))
    return false;
  if (!first && (!tc_record_touch(tx, &info, err) || !tc_record_add_event(tx, &info, &again, err)))
    return false;
  return add_recognition(tx, &info, result, words != NULL ? &words->digest : NULL, actor, err) &&
         add_results(tx, &info, result, actor, err);
}

/* What the person did not say stays as the revision before had it. */
static const char sql_edit[] =
    "INSERT INTO field (office_id, record_id, key, revision, as_printed, value, status, confidence, assurance, page,"
    "                   place, evidence, details, note, actor, at)"
    " SELECT $1, $2, f.key, coalesce(c.revision, 0) + 1, coalesce(v->>'as_printed', c.as_printed),"
    "        CASE WHEN v ? 'value' THEN v->>'value' ELSE c.value END, coalesce(v->>'status', 'sure'), c.confidence,"
    "        'person', c.page, c.place, c.evidence, c.details, v->>'note', $4, clock_timestamp()"
    " FROM (SELECT key, CASE jsonb_typeof(value) WHEN 'object' THEN value ELSE jsonb_build_object('value', value) END"
    "       FROM jsonb_each($3::jsonb)) AS f(key, v)"
    " LEFT JOIN field_current c ON c.office_id = $1 AND c.record_id = $2 AND c.key = f.key";

TC_NODISCARD bool tc_record_edit_fields(tc_db_tx *tx, const tc_record_ref *record, const tc_json *fields,
                                        const char *actor, tc_error *err)
{
  tc_record_info info;
  tc_auto(tc_buf) text = {0};
  tc_db_param json;
  tc_record_event event = {.kind = "fields_edited", .actor = actor};
  if (!tc_record_begin_step(tx, record, &info, err) || !tc_record_json_param(fields, &text, &json, err))
    return false;
  if (info.state != TC_RECORD_RECOGNISED && info.state != TC_RECORD_CONFIRMED)
    return tc_fail(err, TC_CONFLICT, "record %s is %s: its fields can be edited between recognition and comparison",
                   info.id, tc_record_state_name(info.state));
  tc_db_param params[] = {tc_db_text(info.office), tc_db_text(info.id), json, tc_db_text(actor)};
  return tc_db_run(tx, sql_edit, params, 4, NULL, err) && tc_record_touch(tx, &info, err) &&
         tc_record_add_event(tx, &info, &event, err);
}

static const char sql_confirm[] =
    "WITH mine AS ("
    "  SELECT * FROM field_current WHERE office_id = $1 AND record_id = $2 AND ($3::jsonb IS NULL OR $3::jsonb ? key)),"
    " raised AS ("
    "  INSERT INTO field (office_id, record_id, key, revision, as_printed, value, status, confidence, assurance, page,"
    "                     place, evidence, details, note, actor, at)"
    "  SELECT office_id, record_id, key, revision + 1, as_printed, value,"
    "         CASE status WHEN 'check' THEN 'sure' ELSE status END, confidence, 'person', page, place, evidence,"
    "         details, note, $4, clock_timestamp()"
    "  FROM mine WHERE assurance <> 'person' OR status = 'check')"
    "INSERT INTO confirmation (office_id, record_id, ordinal, keys, actor, at)"
    " SELECT $1, $2, (SELECT coalesce(max(ordinal), 0) + 1 FROM confirmation WHERE office_id = $1 AND record_id = $2),"
    "        (SELECT coalesce(jsonb_agg(key ORDER BY key), '[]') FROM mine), $4, clock_timestamp()";

TC_NODISCARD bool tc_record_confirm(tc_db_tx *tx, const tc_record_ref *record, const tc_json *keys, const char *actor,
                                    tc_error *err)
{
  tc_record_info info;
  tc_auto(tc_buf) text = {0};
  tc_db_param json;
  tc_record_event why = {.actor = actor};
  if (!tc_record_begin_step(tx, record, &info, err) || !tc_record_json_param(keys, &text, &json, err))
    return false;
  tc_db_param params[] = {tc_db_text(info.office), tc_db_text(info.id), json, tc_db_text(actor)};
  return tc_record_move_to(tx, &info, TC_RECORD_CONFIRMED, &why, err) &&
         tc_db_run(tx, sql_confirm, params, 4, NULL, err);
}

TC_NODISCARD bool tc_record_compared(tc_db_tx *tx, const tc_record_ref *record, const tc_record_comparison *comparison,
                                     tc_error *err)
{
  tc_record_info info;
  tc_record_event why = {.actor = comparison->actor};
  if (!tc_record_begin_step(tx, record, &info, err) || !tc_record_move_to(tx, &info, TC_RECORD_COMPARED, &why, err))
    return false;
  tc_db_param params[] = {tc_db_text(info.office),          tc_db_text(info.id),
                          tc_db_text(comparison->actor),    tc_db_text(comparison->name),
                          tc_db_text(comparison->title),    tc_db_text(comparison->original),
                          tc_db_integer(comparison->pages), tc_db_text(comparison->note)};
  return tc_db_run(
      tx,
      "INSERT INTO comparison (office_id, record_id, ordinal, actor, name, title, original, pages, note, at)"
      " SELECT $1, $2, (SELECT coalesce(max(ordinal), 0) + 1 FROM comparison WHERE office_id = $1 AND"
      "                 record_id = $2), $3, $4, $5, $6,"
      "        coalesce(nullif($7, 0), (SELECT count(*) FROM page WHERE office_id = $1 AND record_id = $2)), $8,"
      "        clock_timestamp()",
      params, 8, NULL, err);
}
