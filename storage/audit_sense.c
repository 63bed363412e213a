/*
 * Agreements that no digest covers. Each check is one statement that returns what is wrong: subject and message.
 * Then the blobs: every one that a row names must be there and unchanged; one that no row names is harmless.
 */
#include "storage/audit_private.h"
#include "storage/schema_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct {
  const char *code, *sql;
} checks[] = {
    {"register_gap",
     "SELECT concat_ws(' ', b.office_id, b.book, b.year),"
     "       format('last number %s, %s rows from %s to %s', b.last_number, count(e.number), min(e.number),"
     "              max(e.number))"
     " FROM register_book b LEFT JOIN register_entry e USING (office_id, book, year)"
     " GROUP BY b.office_id, b.book, b.year, b.last_number"
     " HAVING count(e.number) <> b.last_number OR coalesce(max(e.number), 0) <> b.last_number"
     "     OR coalesce(min(e.number), 1) <> 1"},
    {"register_state",
     "SELECT concat_ws(' ', e.office_id, e.book, e.year, e.number), format('%s, but its record is %s', e.state, "
     "r.state)"
     " FROM register_entry e JOIN record r ON r.office_id = e.office_id AND r.id = e.record_id"
     " WHERE (e.state = 'issued') <> EXISTS (SELECT FROM certified_copy c WHERE c.office_id = e.office_id AND"
     "        c.record_id = e.record_id) AND e.state <> 'void'"},
    {"state_mismatch",
     "SELECT r.id, format('the record is %s, its last event made it %s', r.state, e.to_state)"
     " FROM record r LEFT JOIN LATERAL (SELECT to_state FROM event x WHERE x.office_id = r.office_id AND"
     "   x.record_id = r.id AND x.to_state IS NOT NULL ORDER BY x.ordinal DESC LIMIT 1) e ON true"
     " WHERE e.to_state IS DISTINCT FROM r.state::text"},
    {"copy_mismatch",
     "SELECT r.id, 'the copy is not the document that was signed last'"
     " FROM record r, LATERAL (SELECT sha256 FROM certified_copy c WHERE c.office_id = r.office_id AND c.record_id = "
     "r.id"
     "   AND c.version = 1) c,"
     "   LATERAL (SELECT signed_document FROM signing s WHERE s.office_id = r.office_id AND s.record_id = r.id"
     "   AND s.status = 'done' ORDER BY s.ordinal DESC LIMIT 1) s WHERE c.sha256 <> s.signed_document::bytea"},
    {"sequence", "SELECT 'ledger_ticket', format('stands at %s, %s was drawn', q.last_value, e.last)"
                 " FROM ledger_ticket q, (SELECT max(greatest(id, ticket)) AS last FROM ledger_entry) e WHERE e.last > "
                 "q.last_value"},
    {"unwatched",
     "SELECT c.relname, 'its triggers are missing or off'"
     " FROM pg_class c WHERE c.relnamespace = 'truecopy'::regnamespace AND c.relkind IN ('r', 'p')"
     "   AND NOT c.relispartition AND c.relname NOT IN ('ledger_entry', 'ledger_row', 'ledger_node', 'ledger_head')"
     "   AND (SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgenabled = 'A' AND t.tgname IN"
     "     ('ledger_insert', 'ledger_update', 'ledger_delete', 'ledger_truncate')) <> 4"},
};

static bool check_schema(tc_audit *audit, tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  char hex[TC_SHA256_HEX_SIZE];
  int server = 0;
  if (!tc_schema_fingerprint(audit->tx, hex, &server, err) ||
      !tc_db_query(audit->tx, "SELECT server, fingerprint FROM schema_state WHERE id = 1", NULL, 0, &rows, err))
    return false;
  if (tc_db_rows_count(rows) == 1 && tc_db_get_integer(rows, 0, 0) != server)
    tc_audit_find(audit, TC_AUDIT_NOTE, "schema_unchecked", "schema",
                  "it was last looked at under another version of PostgreSQL: run truecopy migrate");
  else if (tc_db_rows_count(rows) != 1 || strcmp(tc_db_get_text(rows, 0, 1), hex) != 0)
    tc_audit_find(audit, TC_AUDIT_FAULT, "schema_changed", "schema",
                  "tables, constraints, triggers or functions are not those of the migrations");
  return true;
}

TC_NODISCARD bool tc_audit_sense(tc_audit *audit, tc_error *err)
{
  for (size_t i = 0; i < TC_ARRAY_LEN(checks); i++) {
    tc_auto(tc_db_rows) rows = NULL;
    if (!tc_db_query(audit->tx, checks[i].sql, NULL, 0, &rows, err))
      return false;
    for (size_t k = 0; k < tc_db_rows_count(rows); k++)
      tc_audit_find(audit, TC_AUDIT_FAULT, checks[i].code, tc_db_get_text(rows, k, 0), "%s",
                    tc_db_get_text(rows, k, 1));
  }
  return check_schema(audit, err);
}

/* ---- Blobs ---- */

static bool check_state(tc_audit *audit, const tc_digest *digest, tc_blob_state *out, int64_t *size, tc_error *err)
{
  tc_auto(tc_fd) fd = -1;
  tc_error why = {0};
  *out = TC_BLOB_GOOD;
  if (!tc_blob_open_unchecked(audit->options->blobs, digest, &fd, size, &why)) {
    if (why.code != TC_NOT_FOUND)
      return tc_fail_errno(err, why.code, why.sys_errno, "%s", why.message);
    *out = TC_BLOB_MISSING;
    return true;
  }
  return audit->options->skip_content || tc_blob_check(audit->options->blobs, digest, out, err);
}

static bool check_blob(const tc_db_rows *row, void *data, tc_error *err)
{
  tc_audit *audit = data;
  tc_digest digest;
  tc_blob_state state;
  int64_t size = 0;
  char hex[TC_SHA256_HEX_SIZE];
  audit->summary.blobs++;
  if (!tc_db_get_digest(row, 0, 0, &digest, err) || !check_state(audit, &digest, &state, &size, err))
    return false;
  tc_digest_hex(&digest, hex);
  if (state == TC_BLOB_MISSING)
    tc_audit_find(audit, TC_AUDIT_FAULT, "blob_missing", hex, "the file is not there");
  else if (state == TC_BLOB_CHANGED)
    tc_audit_find(audit, TC_AUDIT_FAULT, "blob_changed", hex, "the file's content is not what its name says");
  else if (size != tc_db_get_integer(row, 0, 1))
    tc_audit_find(audit, TC_AUDIT_FAULT, "blob_size", hex, "the file has %" PRId64 " bytes, its row says %s", size,
                  tc_db_get_text(row, 0, 1));
  return true;
}

static bool find_orphan(const tc_digest *digest, int64_t size, void *data, tc_error *err)
{
  tc_audit *audit = data;
  tc_auto(tc_db_rows) rows = NULL;
  char hex[TC_SHA256_HEX_SIZE];
  tc_db_param params[] = {tc_db_digest(digest)};
  if (!tc_db_query(audit->tx, "SELECT FROM blob WHERE sha256 = $1", params, 1, &rows, err))
    return false;
  if (tc_db_rows_count(rows) > 0)
    return true;
  tc_digest_hex(digest, hex);
  tc_audit_find(audit, TC_AUDIT_NOTE, "blob_unnamed", hex, "no row names this file of %" PRId64 " bytes", size);
  return true;
}

TC_NODISCARD bool tc_audit_blobs(tc_audit *audit, tc_error *err)
{
  tc_db_stream_options stream = {
      .sql = "SELECT sha256, size FROM blob ORDER BY sha256", .visit = check_blob, .data = audit};
  return tc_db_stream(audit->tx, &stream, err) && tc_blob_each(audit->options->blobs, find_orphan, audit, err);
}
