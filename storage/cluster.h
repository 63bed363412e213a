/*
 * The private cluster: truecopy's own PostgreSQL, for whoever has set no database. Found, created, started, shared and
 * stopped here; everything else only sees its conninfo.
 *
 *   as an ordinary user   <data folder>/postgres/ holds the cluster, the server runs as that user
 *   as root               PostgreSQL refuses root and its user cannot read under /root: the cluster lies under
 *                         /var/lib/truecopy/<random id>/, and the server runs as the system user `truecopy`, or
 *                         `postgres` where there is none
 *
 * <data folder>/cluster.place holds the absolute path of that place, drawn once: a data folder that is deleted and made
 * again under the same name gets a new cluster, and one that is moved keeps its own.
 *
 * The server listens on a socket in a folder of mode 0700 and on no network; on top of that every connection needs the
 * SCRAM password in <data folder>/database.password (0600): two locks, because the system user `postgres` may be
 * shared. Sharing: every process that uses the cluster holds a shared flock on `users.lock`; starting, stopping and
 * creating happen under an exclusive flock on `start.lock`. The process that closes last stops the server. A killed
 * process loses its locks with its life; the server it left running is found again by the next, or recovered if it died
 * too.
 *
 * Ownership: tc_cluster_open's caller closes. Threading: an object belongs to one thread at a time.
 */
#pragma once

#include "base/auto.h"
#include "base/error.h"

typedef struct tc_cluster tc_cluster;

typedef struct tc_cluster_options {
  const char *data_folder;     /* exists or is made; any length, any character but NUL */
  const char *postgres_folder; /* folder of initdb and postgres; NULL or "": the newest under /usr/lib/postgresql that
                                  fits the cluster's version */
  const char *system_user;     /* when root: the user that the server runs as; NULL or "": truecopy, else postgres */
  const char *root_folder;     /* when root: NULL: /var/lib/truecopy (tests put it elsewhere) */
  bool durable;                /* false: no fsync, for tests alone */
  int start_timeout_s;         /* how long a start, with recovery, may take; 0: 120 */
  int max_connections;         /* of the server; 0: 60 */
} tc_cluster_options;

/* Creates the cluster where there is none, starts it where it does not run, joins it where it does. Returns once it
   answers. Errors: TC_CONFIG (no PostgreSQL installed, wrong version, unknown system user; the message says what to
   install or set), TC_DATABASE (it does not start: with the last lines of its log), TC_TIMEOUT, TC_IO, TC_NO_SPACE,
   TC_DENIED. */
TC_NODISCARD bool tc_cluster_open(const tc_cluster_options *options, tc_cluster **out, tc_error *err);
/* libpq's conninfo, with the password: a secret. Borrowed. */
const char *tc_cluster_conninfo(const tc_cluster *cluster);
/* Leaves; stops the server (fast shutdown) when nobody else uses it. An error is of the stop: the object is gone
   anyway. */
bool tc_cluster_close(tc_cluster *cluster, tc_error *err);
static inline void tc_cluster_destroy(tc_cluster *cluster) { (void)tc_cluster_close(cluster, NULL); }
TC_AUTO_POINTER(tc_cluster, tc_cluster_destroy);
