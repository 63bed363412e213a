/*
 * Starting the server, with patience where time cures: recovery after a crash, children of a killed postmaster that
 * still hold the shared memory, a server that another process has just started.
 */
#include "base/file.h"
#include "storage/cluster_private.h"
#include "storage/db_private.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

/* A pid or lock file whose process is gone, or is a stranger with the same number, would keep PostgreSQL from starting.
   Called only when no process works in the cluster: the files guard nothing then. */
static void drop_stale_files(const tc_cluster_place *place)
{
  char path[PATH_MAX];
  int size = snprintf(path, sizeof path, "%s/postmaster.pid", place->cluster);
  if (size > 0 && (size_t)size < sizeof path)
    (void)unlink(path);
  snprintf(path, sizeof path, "%s/.s.PGSQL.5432.lock", place->socket);
  (void)unlink(path);
  snprintf(path, sizeof path, "%s/.s.PGSQL.5432", place->socket);
  (void)unlink(path);
}

static bool launch(const tc_cluster_place *place, const tc_cluster_start_options *options, int log, pid_t *out,
                   tc_error *err)
{
  char sockets[160], connections[48];
  tc_auto(tc_str) path = NULL;
  tc_auto(tc_fd) nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nothing < 0)
    return tc_fail_errno(err, TC_IO, errno, "/dev/null cannot be opened");
  snprintf(sockets, sizeof sockets, "unix_socket_directories=%s", place->socket);
  snprintf(connections, sizeof connections, "max_connections=%d", options->max_connections);
  const char *const fixed[] = {"listen_addresses=",
                               "port=5432",
                               "unix_socket_permissions=0700",
                               "logging_collector=off",
                               "log_destination=stderr",
                               "log_min_messages=warning",
                               "log_checkpoints=off",
                               "log_min_error_statement=panic",
                               "timezone=UTC",
                               "log_timezone=UTC",
                               "jit=off",
                               sockets,
                               connections,
                               options->durable ? "fsync=on" : "fsync=off",
                               options->durable ? "full_page_writes=on" : "full_page_writes=off"};
  const char *arguments[3 + 2 * TC_ARRAY_LEN(fixed) + 1] = {"postgres", "-D", place->cluster};
  for (size_t i = 0; i < TC_ARRAY_LEN(fixed); i++) {
    arguments[3 + 2 * i] = "-c";
    arguments[4 + 2 * i] = fixed[i];
  }
  if (!tc_str_printf(&path, err, "%s/postgres", place->programs))
    return false;
  arguments[0] = path; /* PostgreSQL finds its other programs from it */
  tc_cluster_program what = {path, arguments, nothing, log};
  drop_stale_files(place);
  return tc_cluster_detach(place, &what, out, err);
}

static bool socket_is_gone(const tc_cluster_place *place)
{
  char path[160];
  snprintf(path, sizeof path, "%s/.s.PGSQL.5432", place->socket);
  return access(path, F_OK) != 0;
}

/* A server that lives but whose socket somebody swept out of /tmp must be started anew. */
static bool restart_unreachable(const tc_cluster_place *place, tc_error *err)
{
  for (int i = 0; i < 3000 / TC_CLUSTER_POLL_MS; i++) {
    if (!socket_is_gone(place) || tc_cluster_running(place) == 0)
      return true;
    tc_cluster_pause_ms(TC_CLUSTER_POLL_MS);
  }
  pid_t pid = tc_cluster_running(place);
  return pid == 0 || tc_cluster_stop(place, pid, 30, err);
}

/* Children of a killed postmaster hold the shared memory until they notice, and a busy one notices late: after five
   seconds they are told. False while there are any. */
static bool orphans_are_gone(const tc_cluster_place *place, int *waited)
{
  bool tell = ++*waited > 5000 / TC_CLUSTER_POLL_MS;
  return tc_cluster_processes(place, tell ? SIGQUIT : 0) == 0;
}

static bool fail_start(const tc_cluster_place *place, off_t log_from, tc_error *err)
{
  char tail[300];
  tc_cluster_read_log(place, log_from, tail);
  return tc_fail(err, strstr(tail, "No space left") != NULL ? TC_NO_SPACE : TC_DATABASE,
                 "the private PostgreSQL does not start: %s (its log: %s)", tail, place->log);
}

TC_NODISCARD bool tc_cluster_start(const tc_cluster_place *place, const tc_cluster_start_options *options,
                                   tc_error *err)
{
  tc_auto(tc_fd) log = -1;
  off_t before = 0;
  char folder[PATH_MAX];
  if (!restart_unreachable(place, err) || !tc_cluster_open_log(place, &log, &before, err))
    return false;
  pid_t joined = tc_cluster_running(place), launched = 0;
  int waited = 0;
  for (int left = options->timeout_s * 1000 / TC_CLUSTER_POLL_MS; left > 0; left--) {
    pid_t pid = launched != 0 ? launched : joined;
    bool lives = pid != 0 && tc_cluster_process_folder(pid, folder);
    if (lives && tc_db_ping(options->conninfo) == TC_DB_ANSWERS)
      return true;
    if (!lives && launched != 0)
      return fail_start(place, before, err);
    if (!lives && orphans_are_gone(place, &waited) && !launch(place, options, log, &launched, err))
      return false;
    tc_cluster_pause_ms(TC_CLUSTER_POLL_MS);
  }
  return tc_fail(err, TC_TIMEOUT, "the private PostgreSQL did not answer within %d s (its log: %s)", options->timeout_s,
                 place->log);
}
