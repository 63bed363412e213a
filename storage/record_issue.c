/*
 * From a bound number to the archive in one transaction, for a copy whose keys are all at hand: prepared, signed,
 * sealed and archived are four steps of the story, each with its event, but nothing lies between them that another
 * machine or another day could take up. One statement writes them, so that each table's part of the ledger is made
 * once. What a crash leaves before it is a record with its number, which is composed and signed again.
 */
#include "storage/record_private.h"

#include "storage/renewal.h"

#include <string.h>

static const char *const signer_names[] = {
    [TC_SIGNER_CERTIFIER] = "certifier", [TC_SIGNER_AGENCY] = "agency", [TC_SIGNER_OFFICER] = "officer"};

/* `moved` is empty where the record's state, its grade's way or what the grade asks for is not as it must be; then
   nothing is written. The signed ranges lie in the copy itself, so no placeholder is kept beside it. */
static const char sql_issue[] =
    "WITH moved AS ("
    "  UPDATE record r SET state = 'archived', level = $3, version = version + 4, updated_at = clock_timestamp()"
    "   FROM grade g WHERE r.office_id = $1 AND r.id = $2 AND r.state = 'compared' AND g.name = r.grade"
    "    AND g.needs_certifier AND g.needs_agency"
    "    AND (NOT g.needs_comparison OR EXISTS ("
    "      SELECT FROM comparison c WHERE c.office_id = $1 AND c.record_id = $2))"
    "    AND EXISTS (SELECT FROM register_entry e WHERE e.office_id = $1 AND e.record_id = $2 AND e.state = 'bound')"
    "    AND 4 = (SELECT count(*) FROM grade_step s WHERE s.grade = r.grade AND (s.from_state, s.to_state) IN ("
    "      ('compared', 'prepared'), ('prepared', 'signed'), ('signed', 'sealed'), ('sealed', 'archived')))"
    "  RETURNING r.office_id, r.id),"
    " kept AS (INSERT INTO blob (sha256, size) SELECT $4, $5 FROM moved ON CONFLICT DO NOTHING),"
    " signed AS ("
    "  INSERT INTO signing (office_id, record_id, ordinal, signer, status, document, byte_range, digest, prepared_by,"
    "                       prepared_at, signed_document, level, subject, serial, certificate, signed_by, signed_at)"
    "  SELECT m.office_id, m.id, n + (SELECT coalesce(max(x.ordinal), 0) FROM signing x WHERE x.office_id = $1 AND"
    "         x.record_id = $2), s->>'signer', 'done', $4,"
    "         ARRAY[(s->'range'->>0)::bigint, (s->'range'->>1)::bigint, (s->'range'->>2)::bigint,"
    "               (s->'range'->>3)::bigint], decode(s->>'digest', 'hex'), $7, clock_timestamp(), $4, s->>'level',"
    "         s->>'subject', s->>'serial', s->>'certificate', $7, clock_timestamp()"
    "  FROM moved m, jsonb_array_elements($6::jsonb) WITH ORDINALITY AS of(s, n)),"
    " numbered AS ("
    "  UPDATE register_entry e SET state = 'issued', issued_at = clock_timestamp() FROM moved m"
    "   WHERE e.office_id = m.office_id AND e.record_id = m.id AND e.state = 'bound'),"
    " copied AS ("
    "  INSERT INTO certified_copy (office_id, record_id, version, sha256, level)"
    "  SELECT m.office_id, m.id, 1 + (SELECT coalesce(max(x.version), 0) FROM certified_copy x WHERE x.office_id = $1"
    "         AND x.record_id = $2), $4, $3 FROM moved m)"
    " INSERT INTO event (office_id, record_id, ordinal, kind, from_state, to_state, actor, at)"
    " SELECT m.office_id, m.id, n + (SELECT coalesce(max(x.ordinal), 0) FROM event x WHERE x.office_id = $1 AND"
    "        x.record_id = $2), 'state', f, t, $7, clock_timestamp()"
    " FROM moved m, unnest(ARRAY['compared', 'prepared', 'signed', 'sealed'],"
    "                      ARRAY['prepared', 'signed', 'sealed', 'archived']) WITH ORDINALITY AS way(f, t, n)";

static tc_json *signatures_json(const tc_record_issue *issue)
{
  tc_json *rows = tc_json_array();
  for (size_t i = 0; i < issue->count; i++) {
    const tc_record_made *made = &issue->signatures[i];
    char hex[TC_SHA256_HEX_SIZE];
    tc_digest_hex(&made->digest, hex);
    tc_json *range = tc_json_array();
    for (size_t k = 0; k < TC_ARRAY_LEN(made->byte_range); k++)
      tc_json_append(range, tc_json_integer(made->byte_range[k]));
    tc_json *row = tc_json_object();
    tc_json_set_text(row, "signer", signer_names[made->signer]);
    tc_json_set(row, "range", range);
    tc_json_set_text(row, "digest", hex);
    tc_json_set_text(row, "level", made->level);
    tc_json_set_text(row, "subject", made->subject);
    tc_json_set_text(row, "serial", made->serial);
    tc_json_set_text(row, "certificate", made->certificate_sha256);
    tc_json_append(rows, row);
  }
  return rows;
}

TC_NODISCARD bool tc_record_issued(tc_db_tx *tx, const tc_record_ref *record, const tc_record_issue *issue,
                                   tc_error *err)
{
  tc_record_info info;
  tc_auto(tc_json) rows = signatures_json(issue);
  tc_auto(tc_buf) text = {0};
  tc_db_param signatures;
  int64_t events = 0;
  if (!tc_record_begin_step(tx, record, &info, err) || !tc_record_expect(&info, TC_RECORD_COMPARED, err) ||
      !tc_record_json_param(rows, &text, &signatures, err))
    return false;
  const char *level = issue->signatures[issue->count - 1].level;
  tc_db_param params[] = {tc_db_text(info.office),        tc_db_text(info.id),        tc_db_text(level),
                          tc_db_digest(&issue->document), tc_db_integer(issue->size), signatures,
                          tc_db_text(issue->actor)};
  if (!tc_db_run(tx, sql_issue, params, TC_ARRAY_LEN(params), &events, err))
    return false;
  if (events == 0)
    return tc_fail(err, TC_CONFLICT, "record %s (%s) lacks its number, its comparison or a step of its grade", info.id,
                   info.grade);
  return issue->renewal == NULL || tc_renewal_set(tx, record, issue->renewal, err);
}
