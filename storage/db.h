/*
 * The database: a small pool of PostgreSQL connections, transactions as objects, parameters and results with types.
 * Every statement is prepared with parameters, once a connection; SQL stands in static text, never built from values.
 *
 *     tc_auto(tc_db_tx) tx = NULL;                     rolled back unless committed
 *     if (!tc_db_begin(db, TC_DB_READ_COMMITTED, &tx, err)) return false;
 *     tc_db_param params[] = {tc_db_text(office), tc_db_integer(7)};
 *     tc_auto(tc_db_rows) rows = NULL;
 *     if (!tc_db_query(tx, "SELECT …$1…$2", params, 2, &rows, err)) return false;
 *     …
 *     return tc_db_commit(&tx, err);
 *
 * Errors: TC_DATABASE (refused; away: the message says how to go on), TC_CONFLICT (a unique or exclusion constraint),
 * TC_TIMEOUT (statement or lock time-out; no free connection in time), TC_NO_SPACE (53100), TC_NO_MEMORY (53200).
 * Threading: tc_db from any thread; a transaction, its connection and its rows belong to one thread at a time.
 */
#pragma once

#include "base/buf.h"
#include "base/digest.h"
#include "base/json.h"

typedef struct tc_db tc_db;
typedef struct tc_db_tx tc_db_tx;
typedef struct tc_db_rows tc_db_rows;

typedef struct tc_db_options {
  const char *conninfo;
  int connections;         /* at most; 0: 8 */
  int connect_timeout_s;   /* waiting for the server or for a free connection; 0: 10 */
  int statement_timeout_s; /* 0: 60 */
} tc_db_options;

/* Makes the pool and one connection, so that a wrong conninfo shows here. */
TC_NODISCARD bool tc_db_open(const tc_db_options *options, tc_db **out, tc_error *err);
void tc_db_close(tc_db *db); /* no transaction may be open */
TC_AUTO_POINTER(tc_db, tc_db_close);

/* ---- Transactions ---- */

typedef enum tc_db_isolation {
  TC_DB_READ_COMMITTED,
  TC_DB_SNAPSHOT,       /* repeatable read, read only: one view for many reads */
  TC_DB_REPEATABLE_READ /* with writes */
} tc_db_isolation;

/* Takes a connection out of the pool (waiting for one; opening again one that broke) and begins. */
TC_NODISCARD bool tc_db_begin(tc_db *db, tc_db_isolation isolation, tc_db_tx **out, tc_error *err);
/* Commits; the object is gone afterwards either way and *tx NULL. Where the connection broke while committing, the
   outcome is unknown and the message says so: read the state again, then go on from there. */
TC_NODISCARD bool tc_db_commit(tc_db_tx **tx, tc_error *err);
void tc_db_rollback(tc_db_tx *tx);
TC_AUTO_POINTER(tc_db_tx, tc_db_rollback);

/* Runs `run` in a transaction and commits; again from its start, up to five times, after a serialization failure or a
   deadlock, or when the connection turned out to be broken before anything was done on it. `run` must have no effect
   outside the transaction. */
typedef bool (*tc_db_work)(tc_db_tx *tx, void *data, tc_error *err);
TC_NODISCARD bool tc_db_transact(tc_db *db, tc_db_isolation isolation, tc_db_work run, void *data, tc_error *err);

/* ---- Statements ---- */

typedef struct tc_db_param {
  const char *value; /* borrowed until the call returns; NULL: SQL NULL, or `digits` when `in_place` */
  size_t size;
  bool binary; /* bytea */
  bool in_place;
  unsigned type; /* PostgreSQL's number of the type; 0: as the statement has it */
  char digits[32];
} tc_db_param;

/* Types go with the values: text, bigint, double precision, boolean, bytea. For another write a cast: $1::jsonb. */
tc_db_param tc_db_null(void);
tc_db_param tc_db_text(const char *text); /* NULL becomes SQL NULL */
tc_db_param tc_db_integer(int64_t value);
tc_db_param tc_db_number(double value); /* what is not finite becomes NULL */
tc_db_param tc_db_boolean(bool value);
tc_db_param tc_db_blob(tc_bytes bytes);            /* bytea; data NULL becomes SQL NULL */
tc_db_param tc_db_digest(const tc_digest *digest); /* bytea; NULL becomes SQL NULL */

/* `sql` must be static text: it is prepared once a connection and kept. Any number of rows, also none. */
TC_NODISCARD bool tc_db_query(tc_db_tx *tx, const char *sql, const tc_db_param *params, size_t count, tc_db_rows **out,
                              tc_error *err);
/* Without rows. *affected (may be NULL) gets the number of rows changed. */
TC_NODISCARD bool tc_db_run(tc_db_tx *tx, const char *sql, const tc_db_param *params, size_t count, int64_t *affected,
                            tc_error *err);
/* Streams: `visit` is called with a result of one row at a time; memory does not grow with the table. `visit` may not
   use the transaction; it returns false (with err) to end early. */
typedef bool (*tc_db_visit)(const tc_db_rows *row, void *data, tc_error *err);
typedef struct tc_db_stream_options {
  const char *sql; /* need not be static here: it is not kept */
  const tc_db_param *params;
  size_t count;
  tc_db_visit visit;
  void *data;
} tc_db_stream_options;
TC_NODISCARD bool tc_db_stream(tc_db_tx *tx, const tc_db_stream_options *options, tc_error *err);
/* Lifts every limit of time on this transaction's statements and on waiting for their answers: for migrations and
   audits, whose statements may rightly take hours. */
TC_NODISCARD bool tc_db_take_time(tc_db_tx *tx, tc_error *err);
/* Several statements of a file at once, without parameters: for migrations alone. */
TC_NODISCARD bool tc_db_script(tc_db_tx *tx, const char *sql, tc_error *err);

/* ---- Rows ---- */

void tc_db_rows_destroy(tc_db_rows *rows);
TC_AUTO_POINTER(tc_db_rows, tc_db_rows_destroy);
size_t tc_db_rows_count(const tc_db_rows *rows);
bool tc_db_is_null(const tc_db_rows *rows, size_t row, int column);
const char *tc_db_get_text(const tc_db_rows *rows, size_t row, int column); /* "" for NULL; borrowed */
int64_t tc_db_get_integer(const tc_db_rows *rows, size_t row, int column);  /* 0 for NULL */
double tc_db_get_number(const tc_db_rows *rows, size_t row, int column);
bool tc_db_get_boolean(const tc_db_rows *rows, size_t row, int column);
TC_NODISCARD bool tc_db_get_blob(const tc_db_rows *rows, size_t row, int column, tc_buf *out, tc_error *err);
TC_NODISCARD bool tc_db_get_digest(const tc_db_rows *rows, size_t row, int column, tc_digest *out, tc_error *err);
TC_NODISCARD bool tc_db_get_json(const tc_db_rows *rows, size_t row, int column, tc_json **out, tc_error *err);
