/*
 * The pool and the transactions. A connection is lent to one transaction at a time and goes back when that ends; one
 * that broke is closed instead, and the next transaction opens a new one. `open` counts connections lent or idle.
 */
#include "storage/db_private.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <time.h>

enum { CONNECTIONS_DEFAULT = 8, CONNECTIONS_MAX = 200, TRIES = 5 };

struct tc_db {
  tc_db_options options;
  char *conninfo;
  pthread_mutex_t lock;
  pthread_cond_t given_back;
  tc_db_connection *idle[CONNECTIONS_MAX];
  int idle_count, open, limit;
};

static void give_back(tc_db *db, tc_db_connection *connection)
{
  bool good = connection != NULL && tc_db_connection_is_good(connection);
  if (good)
    connection->patience_ms = connection->usual_patience_ms;
  if (!good)
    tc_db_connection_close(connection);
  pthread_mutex_lock(&db->lock);
  if (good)
    db->idle[db->idle_count++] = connection;
  else
    db->open--;
  pthread_cond_signal(&db->given_back);
  pthread_mutex_unlock(&db->lock);
}

/* An idle connection, or NULL with the right to open one; waits while all are lent. */
static bool reserve(tc_db *db, tc_db_connection **out, tc_error *err)
{
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += db->options.connect_timeout_s;
  int waited = 0;
  pthread_mutex_lock(&db->lock);
  while (db->idle_count == 0 && db->open >= db->limit && waited != ETIMEDOUT)
    waited = pthread_cond_timedwait(&db->given_back, &db->lock, &until);
  bool ok = db->idle_count > 0 || db->open < db->limit;
  if (ok && db->idle_count > 0)
    *out = db->idle[--db->idle_count];
  else if (ok)
    db->open++;
  pthread_mutex_unlock(&db->lock);
  return ok || tc_fail(err, TC_TIMEOUT, "all %d database connections stayed in use for %d s (storage.connections)",
                       db->limit, db->options.connect_timeout_s);
}

TC_NODISCARD bool tc_db_open(const tc_db_options *options, tc_db **out, tc_error *err)
{
  tc_auto(tc_db) db = calloc(1, sizeof *db);
  if (db == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the connection pool");
  pthread_condattr_t monotonic;
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  pthread_mutex_init(&db->lock, NULL);
  pthread_cond_init(&db->given_back, &monotonic);
  pthread_condattr_destroy(&monotonic);
  if (!tc_str_copy(options->conninfo, &db->conninfo, err))
    return false;
  db->options = *options;
  db->options.conninfo = db->conninfo;
  if (db->options.connect_timeout_s <= 0)
    db->options.connect_timeout_s = 10;
  db->limit = options->connections > 0 ? options->connections : CONNECTIONS_DEFAULT;
  if (db->limit > CONNECTIONS_MAX)
    db->limit = CONNECTIONS_MAX;
  if (!tc_db_connection_open(&db->options, &db->idle[0], err))
    return false;
  db->idle_count = db->open = 1;
  *out = tc_steal(&db);
  return true;
}

void tc_db_close(tc_db *db)
{
  if (db == NULL)
    return;
  assert(db->open == db->idle_count);
  for (int i = 0; i < db->idle_count; i++)
    tc_db_connection_close(db->idle[i]);
  pthread_cond_destroy(&db->given_back);
  pthread_mutex_destroy(&db->lock);
  free(db->conninfo);
  free(db);
}

static const char *const begin_sql[] = {
    [TC_DB_READ_COMMITTED] = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
    [TC_DB_SNAPSHOT] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    [TC_DB_REPEATABLE_READ] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE",
};

/* An idle connection may have died with its server: then everything idle is dropped and a new one opened, once. */
static bool begin_on(tc_db *db, tc_db_connection **connection, tc_db_isolation isolation, tc_error *err)
{
  if (*connection != NULL) {
    tc_error stale = {0};
    if (tc_db_command(*connection, begin_sql[isolation], NULL, &stale))
      return true;
    tc_db_connection_close(*connection);
    *connection = NULL;
  }
  return tc_db_connection_open(&db->options, connection, err) &&
         tc_db_command(*connection, begin_sql[isolation], NULL, err);
}

TC_NODISCARD bool tc_db_begin(tc_db *db, tc_db_isolation isolation, tc_db_tx **out, tc_error *err)
{
  tc_db_tx *tx = calloc(1, sizeof *tx);
  if (tx == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a transaction");
  tx->db = db;
  if (!reserve(db, &tx->connection, err)) {
    free(tx);
    return false;
  }
  if (!begin_on(db, &tx->connection, isolation, err)) {
    give_back(db, tx->connection);
    free(tx);
    return false;
  }
  *out = tx;
  return true;
}

static bool commit(tc_db_tx *tx, tc_error *err)
{
  PGresult *result = tc_db_exchange(tx->connection, PQsendQuery(tx->connection->pg, "COMMIT"));
  bool done = PQresultStatus(result) == PGRES_COMMAND_OK;
  /* A transaction that failed before answers COMMIT with ROLLBACK, and with success. */
  bool rolled_back = done && strcmp(PQcmdStatus(result), "COMMIT") != 0;
  bool lost = !done && tc_db_connection_lost(tx->connection);
  if (!done && !lost)
    tc_db_fail(tx->connection, result, &tx->retry, err);
  PQclear(result);
  tx->over = done;
  if (rolled_back)
    return tc_fail(err, TC_DATABASE, "the transaction had failed before and was rolled back");
  if (lost)
    return tc_fail(err, TC_DATABASE,
                   "the database went away during a commit, which may have happened or not: read the state again");
  return done;
}

TC_NODISCARD bool tc_db_commit(tc_db_tx **tx, tc_error *err)
{
  tc_db_tx *ending = tc_steal(tx);
  bool ok = commit(ending, err);
  tc_db_rollback(ending);
  return ok;
}

void tc_db_rollback(tc_db_tx *tx)
{
  if (tx == NULL)
    return;
  bool alive = !tc_db_connection_lost(tx->connection);
  if (!tx->over && alive && PQtransactionStatus(tx->connection->pg) != PQTRANS_IDLE)
    (void)!tc_db_command(tx->connection, "ROLLBACK", NULL, NULL); /* give_back closes what did not become idle */
  give_back(tx->db, tx->connection);
  free(tx);
}

static bool run_once(tc_db *db, tc_db_isolation isolation, tc_db_work run, void *data, bool *retry, tc_error *err)
{
  tc_db_tx *tx = NULL;
  if (!tc_db_begin(db, isolation, &tx, err))
    return false;
  bool ok = run(tx, data, err) && commit(tx, err);
  *retry = tx->retry;
  tc_db_rollback(tx);
  return ok;
}

TC_NODISCARD bool tc_db_transact(tc_db *db, tc_db_isolation isolation, tc_db_work run, void *data, tc_error *err)
{
  for (int try = 1;; try++) {
    tc_error cause = {0};
    bool retry = false;
    if (run_once(db, isolation, run, data, &retry, &cause))
      return true;
    if (!retry || try == TRIES) {
      if (err != NULL && err->code == TC_OK)
        *err = cause;
      return false;
    }
  }
}
