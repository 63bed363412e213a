/* What the files cluster_*.c share: where a cluster lies, and its processes. */
#pragma once

#include "base/buf.h"
#include "storage/cluster.h"

#include <limits.h>
#include <sys/types.h>

/* All paths absolute. Owned strings. */
typedef struct tc_cluster_place {
  char *data_folder; /* real path */
  char *home;        /* folder of the following three; belongs to the server's user */
  char *cluster;     /* PGDATA */
  char *socket;      /* folder of the socket: short, mode 0700 */
  char *log;
  char *programs; /* folder of initdb and postgres */
  uid_t uid;      /* whom the server runs as */
  gid_t gid;
  bool change_user; /* we are root: the server's processes step down */
} tc_cluster_place;

void tc_cluster_place_finish(tc_cluster_place *place);
TC_AUTO_VALUE(tc_cluster_place, tc_cluster_place_finish);

/* Makes the data folder where it is missing, and sets place->data_folder: locks lie in it. */
TC_NODISCARD bool tc_cluster_place_enter(const tc_cluster_options *options, tc_cluster_place *place, tc_error *err);
/* The rest, under the start lock: makes the folders that are missing, and chooses programs and user. */
TC_NODISCARD bool tc_cluster_place_find(const tc_cluster_options *options, tc_cluster_place *place, tc_error *err);

enum { TC_CLUSTER_POLL_MS = 20 };
void tc_cluster_pause_ms(long ms);

typedef struct tc_cluster_program {
  const char *path;
  const char *const *arguments; /* NULL-terminated */
  int input, output;            /* borrowed; output takes standard error too */
} tc_cluster_program;
/* Runs a program to its end as the server's user. */
TC_NODISCARD bool tc_cluster_run(const tc_cluster_place *place, const tc_cluster_program *what, bool *success,
                                 tc_error *err);
/* Starts one that is to live on; *out is its process id. */
TC_NODISCARD bool tc_cluster_detach(const tc_cluster_place *place, const tc_cluster_program *what, pid_t *out,
                                    tc_error *err);
/* The log, for appending; *size is what it has already. Turned over when it got long. */
TC_NODISCARD bool tc_cluster_open_log(const tc_cluster_place *place, int *out, off_t *size, tc_error *err);
/* The end of what the log got since `from`, on one line. */
void tc_cluster_read_log(const tc_cluster_place *place, off_t from, char out[300]);
/* Working directory of a living process. */
bool tc_cluster_process_folder(pid_t pid, char out[PATH_MAX]);

/* Is a cluster there? */
bool tc_cluster_exists(const tc_cluster_place *place);
/* initdb with checksums, role and database, whole or not at all. */
TC_NODISCARD bool tc_cluster_create(const tc_cluster_place *place, const char *password, bool durable, tc_error *err);
/* How many processes work in this cluster; each gets the signal, if that is not 0. */
int tc_cluster_processes(const tc_cluster_place *place, int signal_number);
/* The postmaster's process id if it lives and serves this cluster, else 0. */
pid_t tc_cluster_running(const tc_cluster_place *place);

typedef struct tc_cluster_start_options {
  const char *conninfo;
  bool durable;
  int timeout_s;
  int max_connections;
} tc_cluster_start_options;
/* Starts the server, or waits for the one that is there; returns once it answers. */
TC_NODISCARD bool tc_cluster_start(const tc_cluster_place *place, const tc_cluster_start_options *options,
                                   tc_error *err);
/* Fast shutdown, waited for. */
TC_NODISCARD bool tc_cluster_stop(const tc_cluster_place *place, pid_t pid, int timeout_s, tc_error *err);
