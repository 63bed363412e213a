#include "storage/schema_private.h"

#include <string.h>

/* One line an object, ordered by bytes. */
static const char sql_objects[] =
    "SELECT line FROM ("
    "  SELECT concat_ws(' ', 'column', c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),"
    "                   a.attnotnull, pg_get_expr(d.adbin, d.adrelid)) AS line"
    "  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
    "  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum"
    "  WHERE c.relnamespace = 'truecopy'::regnamespace AND c.relkind IN ('r', 'p', 'v')"
    "  UNION ALL SELECT concat_ws(' ', 'constraint', conrelid::regclass, contypid::regtype, conname,"
    "                             pg_get_constraintdef(oid), convalidated)"
    "  FROM pg_constraint WHERE connamespace = 'truecopy'::regnamespace"
    "  UNION ALL SELECT concat_ws(' ', 'index', pg_get_indexdef(i.indexrelid), i.indisvalid)"
    "  FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE c.relnamespace = 'truecopy'::regnamespace"
    "  UNION ALL SELECT concat_ws(' ', 'trigger', pg_get_triggerdef(t.oid), t.tgenabled)"
    "  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    "  WHERE c.relnamespace = 'truecopy'::regnamespace AND NOT t.tgisinternal"
    "  UNION ALL SELECT concat_ws(' ', 'internal trigger', c.relname, t.tgtype, t.tgenabled, count(*))"
    "  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    "  WHERE c.relnamespace = 'truecopy'::regnamespace AND t.tgisinternal GROUP BY c.relname, t.tgtype, t.tgenabled"
    "  UNION ALL SELECT concat_ws(' ', 'function', pg_get_functiondef(oid))"
    "  FROM pg_proc WHERE pronamespace = 'truecopy'::regnamespace"
    "  UNION ALL SELECT concat_ws(' ', 'view', relname, pg_get_viewdef(oid))"
    "  FROM pg_class WHERE relnamespace = 'truecopy'::regnamespace AND relkind = 'v'"
    "  UNION ALL SELECT concat_ws(' ', 'rule', pg_get_ruledef(r.oid), r.ev_enabled)"
    "  FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class"
    "  WHERE c.relnamespace = 'truecopy'::regnamespace AND c.relkind <> 'v'"
    ") objects ORDER BY line COLLATE \"C\"";

static bool add_line(const tc_db_rows *row, void *data, tc_error *err)
{
  const char *line = tc_db_get_text(row, 0, 0);
  return tc_sha256_update(data, line, strlen(line) + 1, err);
}

TC_NODISCARD bool tc_schema_fingerprint(tc_db_tx *tx, char out[TC_SHA256_HEX_SIZE], int *server, tc_error *err)
{
  tc_auto(tc_sha256) digest = NULL;
  tc_auto(tc_db_rows) version = NULL;
  tc_digest value;
  if (!tc_sha256_create(&digest, err))
    return false;
  tc_db_stream_options stream = {.sql = sql_objects, .visit = add_line, .data = digest};
  if (!tc_db_stream(tx, &stream, err) || !tc_sha256_end(digest, &value, err) ||
      !tc_db_query(tx, "SELECT current_setting('server_version_num')::integer / 10000", NULL, 0, &version, err))
    return false;
  tc_digest_hex(&value, out);
  *server = (int)tc_db_get_integer(version, 0, 0);
  return true;
}
