/*
 * One round trip with a deadline. libpq's own waits have none: a server that stops answering with its socket open, or
 * a read that fails once in the middle of an answer, would hold a caller for ever. Here the connection never blocks:
 * what was sent is flushed and what comes is read between polls, and where no byte moves for as long as the server's
 * own statement_timeout and a little more, the socket is shut. libpq then finds the connection ended, like any other
 * that went away.
 */
#include "storage/db_private.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

/* After the socket is shut, libpq reads its end at once instead of waiting. */
static void lose(tc_db_connection *connection)
{
  connection->lost = true;
  if (PQsocket(connection->pg) >= 0)
    (void)shutdown(PQsocket(connection->pg), SHUT_RDWR);
}

static bool wait_for(tc_db_connection *connection, short events)
{
  struct pollfd socket = {.fd = PQsocket(connection->pg), .events = events};
  int ready;
  do
    ready = poll(&socket, 1, connection->patience_ms);
  while (ready < 0 && errno == EINTR);
  connection->silent = ready == 0;
  return ready > 0;
}

/* While a large statement is sent, the server may speak as well; not reading it could hold up both. */
static bool flush(tc_db_connection *connection)
{
  for (int more; (more = PQflush(connection->pg)) != 0;)
    if (more < 0 || !wait_for(connection, POLLIN | POLLOUT) || PQconsumeInput(connection->pg) == 0)
      return false;
  return true;
}

PGresult *tc_db_next(tc_db_connection *connection)
{
  bool ok = !connection->lost && flush(connection);
  while (ok && PQisBusy(connection->pg))
    ok = wait_for(connection, POLLIN) && PQconsumeInput(connection->pg) != 0;
  if (!ok)
    lose(connection);
  return PQgetResult(connection->pg);
}

PGresult *tc_db_exchange(tc_db_connection *connection, int sent)
{
  PGresult *last = NULL;
  if (sent == 0)
    return NULL;
  for (PGresult *result; (result = tc_db_next(connection)) != NULL;) {
    PQclear(last);
    last = result;
  }
  return last;
}

bool tc_db_connection_lost(const tc_db_connection *connection)
{
  return connection->lost || PQstatus(connection->pg) == CONNECTION_BAD;
}
