/*
 * Statements. Each connection prepares a text once, under a name of its own, and finds it again by the address of the
 * text (hence "static text"). Results come as text, parameters go as text or, for bytea, as bytes.
 */
#include "storage/db_private.h"

#include <limits.h>
#include <string.h>

enum { PARAMS_MAX = 64 };

static tc_db_statement *slot_of(tc_db_statement *table, size_t slots, const char *sql)
{
  size_t at = ((uintptr_t)sql * UINT64_C(0x9E3779B97F4A7C15)) >> 32;
  for (;; at++) {
    tc_db_statement *slot = &table[at & (slots - 1)];
    if (slot->sql == NULL || slot->sql == sql)
      return slot;
  }
}

static bool grow(tc_db_connection *connection, tc_error *err)
{
  if (2 * connection->used < connection->slots)
    return true;
  size_t slots = connection->slots > 0 ? 2 * connection->slots : 64;
  tc_db_statement *table = calloc(slots, sizeof *table);
  if (table == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for prepared statements");
  for (size_t i = 0; i < connection->slots; i++)
    if (connection->statements[i].sql != NULL)
      *slot_of(table, slots, connection->statements[i].sql) = connection->statements[i];
  free(connection->statements);
  connection->statements = table;
  connection->slots = slots;
  return true;
}

typedef struct bound {
  const char *values[PARAMS_MAX];
  int lengths[PARAMS_MAX];
  int formats[PARAMS_MAX];
  Oid types[PARAMS_MAX];
  int count;
} bound;

static bool bind(const tc_db_param *params, size_t count, bound *out, tc_error *err)
{
  if (count > PARAMS_MAX)
    return tc_fail(err, TC_INTERNAL, "%zu parameters for one statement", count);
  for (size_t i = 0; i < count; i++) {
    if (params[i].size > INT_MAX / 2)
      return tc_fail(err, TC_LIMIT, "a value of %zu bytes is too large for the database", params[i].size);
    out->values[i] = params[i].in_place ? params[i].digits : params[i].value;
    out->lengths[i] = (int)params[i].size;
    out->formats[i] = params[i].binary ? 1 : 0;
    out->types[i] = params[i].type;
  }
  out->count = (int)count;
  return true;
}

static bool prepare(tc_db_tx *tx, const char *sql, const bound *to, char name[16], tc_error *err)
{
  tc_db_connection *connection = tx->connection;
  if (!grow(connection, err))
    return false;
  tc_db_statement *slot = slot_of(connection->statements, connection->slots, sql);
  if (slot->sql != NULL) {
    snprintf(name, 16, "s%u", slot->number);
    return true;
  }
  snprintf(name, 16, "s%u", connection->next_number);
  PGresult *result = tc_db_exchange(connection, PQsendPrepare(connection->pg, name, sql, to->count, to->types));
  bool ok = PQresultStatus(result) == PGRES_COMMAND_OK || tc_db_fail(connection, result, &tx->retry, err);
  PQclear(result);
  if (ok) {
    *slot = (tc_db_statement){sql, connection->next_number++};
    connection->used++;
  }
  return ok;
}

static bool execute(tc_db_tx *tx, const char *sql, const tc_db_param *params, size_t count, PGresult **out,
                    tc_error *err)
{
  char name[16];
  bound to;
  if (!bind(params, count, &to, err) || !prepare(tx, sql, &to, name, err))
    return false;
  int sent = PQsendQueryPrepared(tx->connection->pg, name, to.count, to.values, to.lengths, to.formats, 0);
  PGresult *result = tc_db_exchange(tx->connection, sent);
  ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    tc_db_fail(tx->connection, result, &tx->retry, err);
    PQclear(result);
    return false;
  }
  *out = result;
  return true;
}

TC_NODISCARD bool tc_db_query(tc_db_tx *tx, const char *sql, const tc_db_param *params, size_t count, tc_db_rows **out,
                              tc_error *err)
{
  tc_db_rows *rows = calloc(1, sizeof *rows);
  if (rows == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a result");
  if (!execute(tx, sql, params, count, &rows->result, err)) {
    free(rows);
    return false;
  }
  *out = rows;
  return true;
}

TC_NODISCARD bool tc_db_run(tc_db_tx *tx, const char *sql, const tc_db_param *params, size_t count, int64_t *affected,
                            tc_error *err)
{
  PGresult *result = NULL;
  if (!execute(tx, sql, params, count, &result, err))
    return false;
  if (affected != NULL)
    *affected = strtoll(PQcmdTuples(result), NULL, 10);
  PQclear(result);
  return true;
}

/* Ends a stream early: asks the server to stop, and reads what is still on its way. */
static void abandon(tc_db_tx *tx)
{
  PGcancel *cancel = PQgetCancel(tx->connection->pg);
  char message[256];
  if (cancel != NULL && !tc_db_connection_lost(tx->connection))
    (void)PQcancel(cancel, message, sizeof message);
  PQfreeCancel(cancel);
  for (PGresult *result = NULL; (result = tc_db_next(tx->connection)) != NULL;)
    PQclear(result);
}

/* One result of the stream; *more stays true while rows may follow. */
static bool take_result(tc_db_tx *tx, PGresult *result, const tc_db_stream_options *options, tc_error *err)
{
  ExecStatusType status = PQresultStatus(result);
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
    return true; /* the end */
  if (status != PGRES_SINGLE_TUPLE)
    return tc_db_fail(tx->connection, result, &tx->retry, err);
  tc_db_rows row = {result};
  return options->visit(&row, options->data, err);
}

TC_NODISCARD bool tc_db_stream(tc_db_tx *tx, const tc_db_stream_options *options, tc_error *err)
{
  PGconn *pg = tx->connection->pg;
  bound to;
  if (!bind(options->params, options->count, &to, err))
    return false;
  PGresult *prepared = tc_db_exchange(tx->connection, PQsendPrepare(pg, "", options->sql, to.count, to.types));
  bool ok = PQresultStatus(prepared) == PGRES_COMMAND_OK || tc_db_fail(tx->connection, prepared, &tx->retry, err);
  PQclear(prepared);
  if (!ok)
    return false;
  if (PQsendQueryPrepared(pg, "", to.count, to.values, to.lengths, to.formats, 0) == 0 || PQsetSingleRowMode(pg) == 0)
    return tc_db_fail(tx->connection, NULL, &tx->retry, err);
  for (PGresult *result = NULL; ok && (result = tc_db_next(tx->connection)) != NULL;) {
    ok = take_result(tx, result, options, err);
    PQclear(result);
  }
  if (!ok)
    abandon(tx);
  return ok;
}

TC_NODISCARD bool tc_db_take_time(tc_db_tx *tx, tc_error *err)
{
  tx->connection->patience_ms = -1;
  return tc_db_script(tx, "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0", err);
}

TC_NODISCARD bool tc_db_script(tc_db_tx *tx, const char *sql, tc_error *err)
{
  PGresult *result = tc_db_exchange(tx->connection, PQsendQuery(tx->connection->pg, sql));
  ExecStatusType status = PQresultStatus(result);
  bool ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY ||
            tc_db_fail(tx->connection, result, &tx->retry, err);
  PQclear(result);
  return ok;
}
