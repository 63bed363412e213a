/* libpq's types, for the files db_*.c and nobody else. */
#pragma once

#include "storage/db.h"

#include <libpq-fe.h>
#include <pthread.h>

/* A statement prepared on one connection: found by the address of its static text. */
typedef struct tc_db_statement {
  const char *sql;
  unsigned number; /* its name on the server is "s" and this */
} tc_db_statement;

typedef struct tc_db_connection {
  PGconn *pg;
  tc_db_statement *statements; /* open addressing; `slots` is a power of two */
  size_t slots, used;
  unsigned next_number;
  int patience_ms;       /* how long no byte may move in either direction; -1: for ever */
  int usual_patience_ms; /* what it is again when the transaction ends */
  bool lost;             /* given up; every further call fails at once */
  bool silent;           /* …because patience ran out */
} tc_db_connection;

struct tc_db_tx {
  tc_db *db;
  tc_db_connection *connection;
  bool retry; /* the last failure may be gone when the transaction is run again */
  bool over;  /* nothing to roll back */
};

struct tc_db_rows {
  PGresult *result;
};

TC_NODISCARD bool tc_db_connection_open(const tc_db_options *options, tc_db_connection **out, tc_error *err);
void tc_db_connection_close(tc_db_connection *connection);
TC_AUTO_POINTER(tc_db_connection, tc_db_connection_close);
bool tc_db_connection_is_good(const tc_db_connection *connection);
bool tc_db_connection_lost(const tc_db_connection *connection);

/* db_exchange.c: what PQexec and its like do, with a deadline. `sent` is what PQsend… returned; the last result is
   the caller's to clear, NULL where nothing could be sent. tc_db_next gives one result of a stream, NULL at its end. */
PGresult *tc_db_exchange(tc_db_connection *connection, int sent);
PGresult *tc_db_next(tc_db_connection *connection);

/* One statement outside any transaction's bookkeeping: BEGIN, COMMIT, ROLLBACK. */
TC_NODISCARD bool tc_db_command(tc_db_connection *connection, const char *sql, bool *retry, tc_error *err);
/* Fills err from a result that is not as wanted (NULL: from the connection). Sets *retry after a serialization failure
   or a deadlock. Returns false. */
bool tc_db_fail(const tc_db_connection *connection, const PGresult *result, bool *retry, tc_error *err);

/* For cluster.c: is a server answering there, and one command outside transactions (CREATE DATABASE). */
typedef enum tc_db_answer { TC_DB_ANSWERS, TC_DB_STARTING, TC_DB_SILENT } tc_db_answer;
tc_db_answer tc_db_ping(const char *conninfo);
TC_NODISCARD bool tc_db_administer(const char *conninfo, const char *const *commands, size_t count, tc_error *err);
/* Text as an SQL literal or identifier is never needed but for names that PostgreSQL takes no parameter for: the
   private cluster's own password. Appends 'text' quoted. */
TC_NODISCARD bool tc_db_quote_literal(const char *text, tc_buf *out, tc_error *err);
