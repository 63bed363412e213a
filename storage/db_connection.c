/*
 * One connection: opening it with patience (a server that starts or restarts is waited for, a wrong password is not),
 * its session settings, and the table from SQLSTATE to the house's codes.
 */
#include "storage/db_private.h"

#include <string.h>
#include <time.h>

/* The first line of libpq's message, without its line feed. */
static int first_line(const char *message) { return (int)strcspn(message, "\n"); }

static double now_s(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void sleep_ms(long ms)
{
  struct timespec pause = {ms / 1000, ms % 1000 * 1000000};
  nanosleep(&pause, NULL);
}

tc_db_answer tc_db_ping(const char *conninfo)
{
  switch (PQping(conninfo)) {
  case PQPING_OK:
    return TC_DB_ANSWERS;
  case PQPING_REJECT:
    return TC_DB_STARTING;
  case PQPING_NO_RESPONSE:
  case PQPING_NO_ATTEMPT:
    break;
  }
  return TC_DB_SILENT;
}

/* Beyond the server's own limit on a statement, before the server counts as gone. */
enum { GRACE_S = 5 };

static int statement_timeout_s(const tc_db_options *options)
{
  return options->statement_timeout_s > 0 ? options->statement_timeout_s : 60;
}

/* Everything that changes what a value looks like or how names are found is fixed here, whatever the server's own
   configuration says. */
static bool set_session(tc_db_connection *connection, const tc_db_options *options, tc_error *err)
{
  char timeout[32];
  snprintf(timeout, sizeof timeout, "%ds", statement_timeout_s(options));
  const char *values[] = {timeout};
  int sent = PQsendQueryParams(
      connection->pg,
      "SELECT set_config('search_path', 'truecopy', false), set_config('TimeZone', 'UTC', false),"
      " set_config('statement_timeout', $1, false), set_config('lock_timeout', $1, false),"
      " set_config('idle_in_transaction_session_timeout', '10min', false),"
      " set_config('client_encoding', 'UTF8', false), set_config('client_min_messages', 'warning', false),"
      " set_config('bytea_output', 'hex', false), set_config('DateStyle', 'ISO, YMD', false),"
      " set_config('extra_float_digits', '1', false), set_config('synchronous_commit', 'on', false),"
      " set_config('truecopy.writer', 'truecopy', false)", /* the ledger records what this session changes */
      1, NULL, values, NULL, NULL, 0);
  PGresult *result = tc_db_exchange(connection, sent);
  bool ok = PQresultStatus(result) == PGRES_TUPLES_OK || tc_db_fail(connection, result, NULL, err);
  PQclear(result);
  return ok;
}

static void drop_notice(void *data, const PGresult *result)
{
  (void)data;
  (void)result;
}

static PGconn *connect_once(const tc_db_options *options)
{
  int seconds = options->connect_timeout_s > 0 ? options->connect_timeout_s : 10;
  char timeout[16];
  snprintf(timeout, sizeof timeout, "%d", seconds < 2 ? 2 : seconds);
  const char *keys[] = {"connect_timeout", "dbname", "fallback_application_name", NULL};
  const char *values[] = {timeout, options->conninfo, "truecopy", NULL};
  return PQconnectdbParams(keys, values, 1);
}

TC_NODISCARD bool tc_db_connection_open(const tc_db_options *options, tc_db_connection **out, tc_error *err)
{
  tc_auto(tc_db_connection) connection = calloc(1, sizeof *connection);
  if (connection == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a database connection");
  double until = now_s() + (options->connect_timeout_s > 0 ? options->connect_timeout_s : 10);
  for (long pause_ms = 20;; pause_ms = pause_ms < 320 ? 2 * pause_ms : 500) {
    connection->pg = connect_once(options);
    if (connection->pg == NULL)
      return tc_fail(err, TC_NO_MEMORY, "no memory for a database connection");
    if (PQstatus(connection->pg) == CONNECTION_OK)
      break;
    const char *message = PQerrorMessage(connection->pg);
    if (now_s() > until || tc_db_ping(options->conninfo) == TC_DB_ANSWERS)
      return tc_fail(err, TC_DATABASE,
                     "cannot use the database: %.*s. Start PostgreSQL, or correct the setting storage.database",
                     first_line(message), message);
    PQfinish(connection->pg);
    connection->pg = NULL;
    sleep_ms(pause_ms);
  }
  PQsetNoticeReceiver(connection->pg, drop_notice, NULL);
  connection->usual_patience_ms = connection->patience_ms = 1000 * (statement_timeout_s(options) + GRACE_S);
  if (PQsetnonblocking(connection->pg, 1) != 0)
    return tc_db_fail(connection, NULL, NULL, err);
  if (!set_session(connection, options, err))
    return false;
  *out = tc_steal(&connection);
  return true;
}

void tc_db_connection_close(tc_db_connection *connection)
{
  if (connection == NULL)
    return;
  PQfinish(connection->pg);
  free(connection->statements);
  free(connection);
}

bool tc_db_connection_is_good(const tc_db_connection *connection)
{
  return !tc_db_connection_lost(connection) && PQtransactionStatus(connection->pg) == PQTRANS_IDLE;
}

/* SQLSTATEs that mean something of their own; PostgreSQL documentation, appendix A. */
static tc_code code_of(const char *state)
{
  static const struct {
    const char *prefix;
    tc_code code;
  } rows[] = {{"23505", TC_CONFLICT}, {"23P01", TC_CONFLICT},  {"23503", TC_NOT_FOUND}, {"23502", TC_USAGE},
              {"23514", TC_USAGE},    {"22", TC_USAGE},        {"57014", TC_TIMEOUT},   {"55P03", TC_TIMEOUT},
              {"53100", TC_NO_SPACE}, {"53200", TC_NO_MEMORY}, {"42501", TC_DENIED}};
  for (size_t i = 0; i < TC_ARRAY_LEN(rows); i++)
    if (strncmp(state, rows[i].prefix, strlen(rows[i].prefix)) == 0)
      return rows[i].code;
  return TC_DATABASE;
}

bool tc_db_fail(const tc_db_connection *connection, const PGresult *result, bool *retry, tc_error *err)
{
  const char *state = result != NULL ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
  if (tc_db_connection_lost(connection) || state == NULL) {
    const char *message = PQerrorMessage(connection->pg);
    return tc_fail(err, TC_DATABASE,
                   "the database %s: %.*s. Start PostgreSQL again; nothing that was committed is lost",
                   connection->silent ? "stopped answering" : "went away", first_line(message), message);
  }
  /* Only the primary message: the detail would put values of the row into logs. */
  const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  if (retry != NULL && (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0))
    *retry = true;
  return tc_fail(err, code_of(state), "database: %s (%s)", primary != NULL ? primary : "error", state);
}

TC_NODISCARD bool tc_db_command(tc_db_connection *connection, const char *sql, bool *retry, tc_error *err)
{
  PGresult *result = tc_db_exchange(connection, PQsendQuery(connection->pg, sql));
  bool ok = PQresultStatus(result) == PGRES_COMMAND_OK || tc_db_fail(connection, result, retry, err);
  PQclear(result);
  return ok;
}

TC_NODISCARD bool tc_db_administer(const char *conninfo, const char *const *commands, size_t count, tc_error *err)
{
  tc_db_options options = {.conninfo = conninfo};
  tc_auto(tc_db_connection) connection = NULL;
  if (!tc_db_connection_open(&options, &connection, err))
    return false;
  for (size_t i = 0; i < count; i++)
    if (!tc_db_command(connection, commands[i], NULL, err))
      return false;
  return true;
}

TC_NODISCARD bool tc_db_quote_literal(const char *text, tc_buf *out, tc_error *err)
{
  if (!tc_buf_append_text(out, "'", err))
    return false;
  for (const char *at = text; *at != '\0'; at++)
    if (!tc_buf_append(out, at, 1, err) || (*at == '\'' && !tc_buf_append(out, at, 1, err)))
      return false;
  return tc_buf_append_text(out, "'", err);
}
