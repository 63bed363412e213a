/*
 * Rows against the ledger. For each table, every row there is beside the last ledger row that names it, in either
 * direction. The row's canonical JSON is made by PostgreSQL's own functions, never by ours in the database, and hashed
 * here.
 */
#include "storage/audit_private.h"

#include <stdio.h>
#include <string.h>

typedef struct table_walk {
  tc_audit *audit;
  const char *table;
} table_walk;

/* First %s: its key, as an expression over _t; second: the table, quoted; $1: its name. */
static const char rows_format[] =
    "SELECT k.key, k.image, l.operation, l.digest, l.salt, l.row_key"
    " FROM (SELECT %s AS key, (SELECT coalesce(jsonb_object_agg(_e.key, _e.value), '{}')::text"
    "                            FROM jsonb_each(to_jsonb(_t)) _e WHERE _e.value <> 'null') AS image"
    "       FROM truecopy.%s _t) k"
    " FULL JOIN (SELECT DISTINCT ON (r.row_key) r.row_key, r.operation, r.digest, e.salt"
    "            FROM ledger_row r JOIN ledger_entry e ON e.id = r.entry_id WHERE r.table_name = $1"
    "            ORDER BY r.row_key, e.ticket DESC NULLS FIRST, r.ordinal DESC) l ON l.row_key = k.key";

static bool digest_row(const table_walk *w, const tc_db_rows *row, tc_digest *out, tc_error *err)
{
  tc_auto(tc_buf) text = {0};
  return tc_db_get_blob(row, 0, 4, &text, err) && tc_buf_append_text(&text, w->table, err) &&
         tc_buf_append_text(&text, "\n", err) && tc_buf_append_text(&text, tc_db_get_text(row, 0, 1), err) &&
         tc_digest_of(tc_buf_bytes(&text), out, err);
}

static bool check_row(const tc_db_rows *row, void *data, tc_error *err)
{
  table_walk *w = data;
  bool there = !tc_db_is_null(row, 0, 0), known = !tc_db_is_null(row, 0, 5);
  bool deleted = known && tc_db_get_text(row, 0, 2)[0] == 'D';
  char subject[400];
  tc_digest recorded, found;
  snprintf(subject, sizeof subject, "%s %s", w->table, tc_db_get_text(row, 0, there ? 0 : 5));
  w->audit->summary.rows += there ? 1 : 0;
  if (!there && !deleted)
    tc_audit_find(w->audit, TC_AUDIT_FAULT, "row_vanished", subject, "the ledger has it, the table does not");
  if (there && (!known || deleted))
    tc_audit_find(w->audit, TC_AUDIT_FAULT, "row_unknown", subject, "it came into the table past the ledger");
  if (known && tc_db_is_null(row, 0, 4) && (there || deleted))
    tc_audit_find(w->audit, TC_AUDIT_FAULT, "row_unprovable", subject, "the entry that covers it was disposed of");
  if (!there || !known || deleted || tc_db_is_null(row, 0, 4))
    return true;
  if (!tc_db_get_digest(row, 0, 3, &recorded, err) || !digest_row(w, row, &found, err))
    return false;
  if (memcmp(&recorded, &found, sizeof found) != 0)
    tc_audit_find(w->audit, TC_AUDIT_FAULT, "row_changed", subject, "it is not what the ledger recorded");
  return true;
}

static bool audit_table(tc_audit *audit, const char *name, const char *quoted, const char *key, tc_error *err)
{
  tc_auto(tc_str) sql = NULL;
  table_walk w = {audit, name};
  tc_db_param params[] = {tc_db_text(name)};
  if (!tc_str_printf(&sql, err, rows_format, key, quoted))
    return false;
  tc_db_stream_options stream = {.sql = sql, .params = params, .count = 1, .visit = check_row, .data = &w};
  audit->summary.tables++;
  return tc_db_stream(audit->tx, &stream, err);
}

/* Every table of the schema but the ledger's four, with the key as an expression. */
static const char sql_tables[] =
    "SELECT c.relname, quote_ident(c.relname),"
    "       CASE WHEN count(a.attname) > 0 THEN 'jsonb_build_array(' || string_agg(format('to_jsonb(_t) -> %L', "
    "a.attname), ', ' ORDER BY k.place)"
    "         || ')::text' END,"
    "       has_table_privilege(c.oid, 'SELECT')"
    " FROM pg_class c"
    " LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary"
    " LEFT JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(number, place) ON true"
    " LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number"
    " WHERE c.relnamespace = 'truecopy'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
    "   AND c.relname NOT IN ('ledger_entry', 'ledger_row', 'ledger_node', 'ledger_head')"
    " GROUP BY c.oid, c.relname ORDER BY c.relname";

/* Ledger rows of tables that are no more, and of entries that are no more. */
static bool check_strays(tc_audit *audit, tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  if (!tc_db_query(audit->tx,
                   "SELECT DISTINCT table_name FROM ledger_row WHERE NOT EXISTS (SELECT FROM pg_class c"
                   "  WHERE c.relnamespace = 'truecopy'::regnamespace AND c.relname = table_name)"
                   " UNION SELECT DISTINCT 'entry ' || entry_id FROM ledger_row r WHERE NOT EXISTS ("
                   "  SELECT FROM ledger_entry e WHERE e.id = r.entry_id)",
                   NULL, 0, &rows, err))
    return false;
  for (size_t i = 0; i < tc_db_rows_count(rows); i++)
    tc_audit_find(audit, TC_AUDIT_FAULT, "row_vanished", tc_db_get_text(rows, i, 0),
                  "the ledger has rows of it, and it is gone");
  return true;
}

TC_NODISCARD bool tc_audit_rows(tc_audit *audit, tc_error *err)
{
  tc_auto(tc_db_rows) tables = NULL;
  if (!tc_db_query(audit->tx, sql_tables, NULL, 0, &tables, err))
    return false;
  for (size_t i = 0; i < tc_db_rows_count(tables); i++) {
    const char *name = tc_db_get_text(tables, i, 0);
    if (tc_db_is_null(tables, i, 2))
      tc_audit_find(audit, TC_AUDIT_FAULT, "table_without_key", name, "its rows cannot be told apart");
    else if (!tc_db_get_boolean(tables, i, 3))
      tc_audit_find(audit, TC_AUDIT_FAULT, "table_unreadable", name, "it belongs to somebody else than truecopy");
    else if (!audit_table(audit, name, tc_db_get_text(tables, i, 1), tc_db_get_text(tables, i, 2), err))
      return false;
  }
  return check_strays(audit, err);
}
