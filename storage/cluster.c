/*
 * Opening and leaving a private cluster. Two lock files in the data folder carry the sharing (flock: they vanish with
 * their process, however it ends): `database.start.lock`, exclusive, around creating, starting and stopping;
 * `database.users.lock`, shared, held for as long as a process uses the server. Who leaves takes the first, gives up
 * the second, and stops the server if the second can now be had exclusively.
 */
#include "storage/cluster.h"

#include "base/digest.h"
#include "base/file.h"
#include "storage/cluster_private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

struct tc_cluster {
  tc_cluster_place place;
  char *conninfo;
  int users; /* descriptor of the users' lock, held shared */
  int timeout_s;
};

static bool open_lock(const tc_cluster_place *place, const char *name, int *out, tc_error *err)
{
  tc_auto(tc_str) path = NULL;
  if (!tc_str_printf(&path, err, "%s/%s", place->data_folder, name))
    return false;
  int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return tc_fail_errno(err, TC_IO, errno, "%s cannot be opened", path);
  *out = fd;
  return true;
}

static bool lock_exclusive(int fd, int timeout_s, tc_error *err)
{
  for (int left = timeout_s * 20; flock(fd, LOCK_EX | LOCK_NB) != 0; left--) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      return tc_fail_errno(err, TC_IO, errno, "the private database's lock cannot be taken");
    if (left <= 0)
      return tc_fail(err, TC_TIMEOUT, "another truecopy has been starting or stopping the private database for %d s",
                     timeout_s);
    struct timespec pause = {0, 50000000};
    nanosleep(&pause, NULL);
  }
  return true;
}

/* The password is written before the cluster that it opens, so that a cluster always has one. */
static bool read_password(const tc_cluster_place *place, tc_buf *out, tc_error *err)
{
  tc_auto(tc_str) path = NULL;
  char fresh[TC_ID_SIZE];
  if (!tc_str_printf(&path, err, "%s/database.password", place->data_folder))
    return false;
  struct stat status;
  bool there = stat(path, &status) == 0;
  if (!there && tc_cluster_exists(place))
    return tc_fail(err, TC_CONFIG, "%s is missing: without it the database in %s cannot be opened; bring it back", path,
                   place->cluster);
  if (!there && (!tc_id_random(fresh, err) || !tc_file_write(path, tc_bytes_of_text(fresh), 0600, err)))
    return false;
  return tc_file_read(path, 1024, out, err);
}

static bool make_conninfo(const tc_cluster_place *place, char **out, tc_error *err)
{
  tc_auto(tc_buf) password = {0};
  if (!read_password(place, &password, err))
    return false;
  if (!tc_id_is_valid(tc_buf_text(&password)))
    return tc_fail(err, TC_CONFIG, "database.password in %s is damaged: bring it back", place->data_folder);
  return tc_str_printf(out, err, "host=%s port=5432 user=truecopy password=%s dbname=truecopy sslmode=disable",
                       place->socket, tc_buf_text(&password));
}

static bool bring_up(tc_cluster *cluster, const tc_cluster_options *options, tc_error *err)
{
  if (!make_conninfo(&cluster->place, &cluster->conninfo, err))
    return false;
  if (!tc_cluster_exists(&cluster->place)) {
    tc_auto(tc_buf) text = {0};
    if (!read_password(&cluster->place, &text, err) ||
        !tc_cluster_create(&cluster->place, tc_buf_text(&text), options->durable, err))
      return false;
  }
  tc_cluster_start_options start = {cluster->conninfo, options->durable, cluster->timeout_s,
                                    options->max_connections > 0 ? options->max_connections : 60};
  return tc_cluster_start(&cluster->place, &start, err);
}

static void free_cluster(tc_cluster *cluster)
{
  if (cluster->users >= 0)
    close(cluster->users);
  tc_cluster_place_finish(&cluster->place);
  free(cluster->conninfo);
  free(cluster);
}

static bool open_cluster(tc_cluster *cluster, const tc_cluster_options *options, tc_error *err)
{
  tc_auto(tc_fd) start = -1;
  if (!tc_cluster_place_enter(options, &cluster->place, err) ||
      !open_lock(&cluster->place, "database.start.lock", &start, err) ||
      !lock_exclusive(start, cluster->timeout_s, err) || !tc_cluster_place_find(options, &cluster->place, err) ||
      !open_lock(&cluster->place, "database.users.lock", &cluster->users, err))
    return false;
  /* Exclusive use is only ever taken under the start lock, which is ours: this cannot wait. */
  if (flock(cluster->users, LOCK_SH) != 0)
    return tc_fail_errno(err, TC_IO, errno, "the private database's lock cannot be taken");
  return bring_up(cluster, options, err);
}

TC_NODISCARD bool tc_cluster_open(const tc_cluster_options *options, tc_cluster **out, tc_error *err)
{
  tc_cluster *cluster = calloc(1, sizeof *cluster);
  if (cluster == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the private database");
  cluster->users = -1;
  cluster->timeout_s = options->start_timeout_s > 0 ? options->start_timeout_s : 120;
  if (!open_cluster(cluster, options, err)) {
    free_cluster(cluster);
    return false;
  }
  *out = cluster;
  return true;
}

const char *tc_cluster_conninfo(const tc_cluster *cluster) { return cluster->conninfo; }

static bool leave(tc_cluster *cluster, tc_error *err)
{
  tc_auto(tc_fd) start = -1;
  if (!open_lock(&cluster->place, "database.start.lock", &start, err) ||
      !lock_exclusive(start, cluster->timeout_s, err))
    return false;
  if (flock(cluster->users, LOCK_EX | LOCK_NB) != 0)
    return true; /* others use it */
  pid_t pid = tc_cluster_running(&cluster->place);
  return pid == 0 || tc_cluster_stop(&cluster->place, pid, cluster->timeout_s, err);
}

bool tc_cluster_close(tc_cluster *cluster, tc_error *err)
{
  if (cluster == NULL)
    return true;
  bool ok = leave(cluster, err);
  free_cluster(cluster);
  return ok;
}
