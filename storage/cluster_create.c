/*
 * Making a cluster: initdb, role, database and access rules in a folder beside its place, and the rename as the last
 * step, so that a cluster is there whole or not at all.
 */
#include "base/file.h"
#include "storage/cluster_private.h"
#include "storage/db_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

bool tc_cluster_exists(const tc_cluster_place *place)
{
  char path[PATH_MAX];
  int size = snprintf(path, sizeof path, "%s/PG_VERSION", place->cluster);
  return size > 0 && (size_t)size < sizeof path && access(path, F_OK) == 0;
}

/* One of PostgreSQL's programs with its output in the log. */
static bool run_logged(const tc_cluster_place *place, const char *name, const char **arguments, int input,
                       tc_error *err)
{
  tc_auto(tc_str) path = NULL;
  tc_auto(tc_fd) log = -1;
  off_t before = 0;
  bool success = false;
  if (!tc_str_printf(&path, err, "%s/%s", place->programs, name) || !tc_cluster_open_log(place, &log, &before, err))
    return false;
  arguments[0] = path; /* PostgreSQL finds its other programs from it */
  tc_cluster_program what = {path, arguments, input, log};
  if (!tc_cluster_run(place, &what, &success, err))
    return false;
  if (success)
    return true;
  char tail[300];
  tc_cluster_read_log(place, before, tail);
  bool full = strstr(tail, "No space left") != NULL;
  return tc_fail(err, full ? TC_NO_SPACE : TC_DATABASE, "%s failed: %s", name, tail);
}

/* Role, database and passwords, in single-user mode: the cluster is complete before it gets its name. */
static bool make_database(const tc_cluster_place *place, const char *folder, const char *password, tc_error *err)
{
  tc_auto(tc_fd) script = -1;
  tc_auto(tc_buf) literal = {0}, text = {0};
  if (!tc_db_quote_literal(password, &literal, err) || !tc_memfd("bootstrap", &script, err) ||
      !tc_buf_printf(&text, err,
                     "ALTER ROLE postgres PASSWORD %s;\nCREATE ROLE truecopy LOGIN PASSWORD %s;\n"
                     "CREATE DATABASE truecopy OWNER truecopy;\n",
                     tc_buf_text(&literal), tc_buf_text(&literal)) ||
      !tc_fd_write_all(script, text.data, text.size, err))
    return false;
  if (lseek(script, 0, SEEK_SET) != 0)
    return tc_fail_errno(err, TC_IO, errno, "a memory file cannot be read");
  const char *arguments[] = {"postgres", "--single",
                             "-D",       folder,
                             "-c",       "password_encryption=scram-sha-256",
                             "-c",       "log_min_error_statement=panic",
                             "postgres", NULL};
  return run_logged(place, "postgres", arguments, script, err);
}

static bool make_access(const tc_cluster_place *place, const char *folder, tc_error *err)
{
  static const char rules[] = "# Written by truecopy: the socket alone, with the password alone.\n"
                              "local all all scram-sha-256\n";
  tc_auto(tc_str) path = NULL;
  if (!tc_str_printf(&path, err, "%s/pg_hba.conf", folder) || !tc_file_write(path, tc_bytes_of_text(rules), 0600, err))
    return false;
  return !place->change_user || chown(path, place->uid, place->gid) == 0 ||
         tc_fail_errno(err, TC_IO, errno, "%s cannot be given to PostgreSQL", path);
}

static bool remove_folder(const tc_cluster_place *place, const char *path, int nothing, tc_error *err)
{
  const char *const arguments[] = {"rm", "-rf", "--", path, NULL};
  tc_cluster_program what = {"/bin/rm", arguments, nothing, nothing};
  bool success = false;
  return tc_cluster_run(place, &what, &success, err) &&
         (success || tc_fail(err, TC_IO, "%s, left by an earlier try, cannot be removed", path));
}

TC_NODISCARD bool tc_cluster_create(const tc_cluster_place *place, const char *password, bool durable, tc_error *err)
{
  tc_auto(tc_str) folder = NULL;
  tc_auto(tc_fd) nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nothing < 0)
    return tc_fail_errno(err, TC_IO, errno, "/dev/null cannot be opened");
  if (!tc_str_printf(&folder, err, "%s.new", place->cluster) || !remove_folder(place, folder, nothing, err))
    return false;
  const char *arguments[] = {"initdb",
                             "-D",
                             folder,
                             "--username=postgres",
                             "--auth=reject",
                             "--encoding=UTF8",
                             "--locale=C",
                             "--lc-ctype=C.UTF-8",
                             "--data-checksums",
                             (durable ? "--no-instructions" : "--no-sync"),
                             NULL};
  if (!run_logged(place, "initdb", arguments, nothing, err) || !make_database(place, folder, password, err) ||
      !make_access(place, folder, err))
    return false;
  if (rename(folder, place->cluster) != 0)
    return tc_fail_errno(err, TC_IO, errno, "%s cannot be put in its place", place->cluster);
  return tc_dir_sync(place->home, err);
}
