/*
 * Where a private cluster lies, whose it is, and which PostgreSQL serves it. A socket's path holds 107 bytes at most
 * and libpq reads commas in it as a list, so a folder that is long or oddly named gets its socket in /tmp, in a folder
 * that must be ours and closed to others.
 */
#include "base/digest.h"
#include "base/file.h"
#include "storage/cluster_private.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* 107 bytes, less "/.s.PGSQL.5432" */
enum { SOCKET_FOLDER_MAX = 107 - 14 };
#define POSTGRES_ROOT "/usr/lib/postgresql"

void tc_cluster_place_finish(tc_cluster_place *place)
{
  free(place->data_folder);
  free(place->home);
  free(place->cluster);
  free(place->socket);
  free(place->log);
  free(place->programs);
  *place = (tc_cluster_place){0};
}

static bool find_user(const tc_cluster_options *options, tc_cluster_place *place, tc_error *err)
{
  place->uid = geteuid();
  place->gid = getegid();
  place->change_user = place->uid == 0;
  if (!place->change_user)
    return true;
  bool named = options->system_user != NULL && options->system_user[0] != '\0';
  const char *const names[] = {named ? options->system_user : "truecopy", named ? NULL : "postgres"};
  for (size_t i = 0; i < TC_ARRAY_LEN(names) && names[i] != NULL; i++) {
    char buffer[4096];
    struct passwd entry, *found = NULL;
    if (getpwnam_r(names[i], &entry, buffer, sizeof buffer, &found) != 0 || found == NULL)
      continue;
    if (entry.pw_uid == 0)
      return tc_fail(err, TC_CONFIG, "PostgreSQL refuses to run as root: set storage.postgres_user to another user");
    place->uid = entry.pw_uid;
    place->gid = entry.pw_gid;
    return true;
  }
  return tc_fail(err, TC_CONFIG, "there is no system user %s to run PostgreSQL as (storage.postgres_user)",
                 named ? options->system_user : "truecopy or postgres");
}

/* A folder of the server's user. */
static bool make_folder(const char *path, mode_t mode, const tc_cluster_place *place, tc_error *err)
{
  if (mkdir(path, mode) != 0) {
    if (errno == EEXIST)
      return true;
    return tc_fail_errno(err, TC_IO, errno, "%s cannot be made", path);
  }
  if (chmod(path, mode) != 0 || (place->change_user && chown(path, place->uid, place->gid) != 0))
    return tc_fail_errno(err, TC_IO, errno, "%s cannot be given to the user that PostgreSQL runs as", path);
  return true;
}

/* The folder above those of root's clusters: passable, so that the server's user reaches its own. */
static bool make_passable(const char *path, tc_error *err)
{
  if (access(path, F_OK) == 0)
    return true;
  if (!tc_dir_make(path, 0711, err))
    return false;
  return chmod(path, 0711) == 0 || tc_fail_errno(err, TC_IO, errno, "%s cannot be opened to PostgreSQL", path);
}

static bool short_id(const char *data_folder, char out[17], tc_error *err)
{
  tc_digest digest;
  if (!tc_digest_of(tc_bytes_of_text(data_folder), &digest, err))
    return false;
  tc_hex((tc_bytes){digest.bytes, 8}, out);
  return true;
}

/* Draws root's place, once. A password without a place means that the file was lost, not that the cluster is new. */
static bool draw_home(const char *root, const tc_cluster_place *place, char **out, tc_error *err)
{
  char id[TC_ID_SIZE];
  tc_auto(tc_str) password = NULL;
  if (!tc_str_printf(&password, err, "%s/database.password", place->data_folder))
    return false;
  if (access(password, F_OK) == 0)
    return tc_fail(
        err, TC_CONFIG,
        "cluster.place is missing in %s: it names the folder under %s that holds the database; bring it back",
        place->data_folder, root);
  return tc_id_random(id, err) && tc_str_printf(out, err, "%s/%s", root, id);
}

/* What cluster.place says, without its line's end; *out stays NULL where there is no such file. */
static bool read_place(const char *path, char **out, tc_error *err)
{
  tc_auto(tc_buf) text = {0};
  if (access(path, F_OK) != 0)
    return true;
  if (!tc_file_read(path, PATH_MAX, &text, err))
    return false;
  const char *from = tc_buf_text(&text);
  return tc_str_printf(out, err, "%.*s", (int)strcspn(from, "\n"), from);
}

/* Root only follows the file into its own folder. */
static bool is_roots(const char *home, const char *root)
{
  size_t length = strlen(root);
  return strncmp(home, root, length) == 0 && home[length] == '/' && tc_id_is_valid(home + length + 1);
}

static bool choose_home(const char *root, const char *noted, tc_cluster_place *place, tc_error *err)
{
  if (!place->change_user)
    return tc_str_printf(&place->home, err, "%s/postgres", place->data_folder);
  if (!make_passable(root, err))
    return false;
  if (noted == NULL)
    return draw_home(root, place, &place->home, err);
  return is_roots(noted, root)
             ? tc_str_copy(noted, &place->home, err)
             : tc_fail(err, TC_CONFIG,
                       "the database of %s lies in %s, which is not under %s: open it as the user who made it",
                       place->data_folder, noted, root);
}

static bool find_home(const tc_cluster_options *options, tc_cluster_place *place, tc_error *err)
{
  const char *root = options->root_folder != NULL ? options->root_folder : "/var/lib/truecopy";
  tc_auto(tc_str) path = NULL;
  tc_auto(tc_str) noted = NULL;
  tc_auto(tc_str) line = NULL;
  if (!tc_str_printf(&path, err, "%s/cluster.place", place->data_folder) || !read_place(path, &noted, err) ||
      !choose_home(root, noted, place, err))
    return false;
  if (noted != NULL && strcmp(noted, place->home) == 0)
    return true;
  return tc_str_printf(&line, err, "%s\n", place->home) && tc_file_write(path, tc_bytes_of_text(line), 0600, err);
}

static bool is_plain(const char *path)
{
  return strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-") == strlen(path);
}

static bool find_socket(tc_cluster_place *place, tc_error *err)
{
  if (!tc_str_printf(&place->socket, err, "%s/socket", place->home))
    return false;
  if (strlen(place->socket) <= SOCKET_FOLDER_MAX && is_plain(place->socket))
    return make_folder(place->socket, 0700, place, err);
  char id[17];
  free(tc_steal(&place->socket));
  if (!short_id(place->data_folder, id, err) ||
      !tc_str_printf(&place->socket, err, "/tmp/truecopy-%u-%s", (unsigned)place->uid, id) ||
      !make_folder(place->socket, 0700, place, err))
    return false;
  struct stat status;
  if (lstat(place->socket, &status) != 0)
    return tc_fail_errno(err, TC_IO, errno, "%s cannot be examined", place->socket);
  if (!S_ISDIR(status.st_mode) || status.st_uid != place->uid || (status.st_mode & 077) != 0)
    return tc_fail(err, TC_DENIED, "%s is needed for PostgreSQL's socket, but belongs to somebody else: remove it",
                   place->socket);
  return true;
}

static bool has_programs(const char *folder)
{
  char path[PATH_MAX];
  int size = snprintf(path, sizeof path, "%s/initdb", folder);
  bool initdb = size > 0 && (size_t)size < sizeof path && access(path, X_OK) == 0;
  size = snprintf(path, sizeof path, "%s/postgres", folder);
  return initdb && size > 0 && (size_t)size < sizeof path && access(path, X_OK) == 0;
}

/* Major version that the cluster was made with; 0: there is none yet. */
static int cluster_version(const tc_cluster_place *place)
{
  tc_auto(tc_str) path = NULL;
  tc_auto(tc_buf) text = {0};
  if (!tc_str_printf(&path, NULL, "%s/PG_VERSION", place->cluster) || !tc_file_read(path, 64, &text, NULL))
    return 0;
  return (int)strtol(tc_buf_text(&text), NULL, 10);
}

/* The newest installed version, or the one asked for; 0: none. */
static int newest_version(int wanted)
{
  int best = 0;
  DIR *folder = opendir(POSTGRES_ROOT);
  if (folder == NULL)
    return 0;
  for (const struct dirent *entry = NULL; (entry = readdir(folder)) != NULL;) {
    char path[PATH_MAX];
    int version = (int)strtol(entry->d_name, NULL, 10);
    snprintf(path, sizeof path, POSTGRES_ROOT "/%s/bin", entry->d_name);
    if (version > best && (wanted == 0 || version == wanted) && has_programs(path))
      best = version;
  }
  closedir(folder);
  return best;
}

static bool find_programs(const tc_cluster_options *options, tc_cluster_place *place, tc_error *err)
{
  if (options->postgres_folder != NULL && options->postgres_folder[0] != '\0')
    return has_programs(options->postgres_folder)
               ? tc_str_copy(options->postgres_folder, &place->programs, err)
               : tc_fail(err, TC_CONFIG, "storage.postgres_folder: %s has no initdb and postgres to run",
                         options->postgres_folder);
  int wanted = cluster_version(place);
  int version = newest_version(wanted);
  if (version == 0 && wanted != 0)
    return tc_fail(err, TC_CONFIG,
                   "the warehouse in %s was made by PostgreSQL %d, which is not installed: install postgresql-%d, or "
                   "upgrade it with pg_upgrade",
                   place->cluster, wanted, wanted);
  if (version == 0)
    return tc_fail(err, TC_CONFIG,
                   "PostgreSQL is not installed under " POSTGRES_ROOT
                   ": install the package postgresql, or set storage.database or storage.postgres_folder");
  return tc_str_printf(&place->programs, err, POSTGRES_ROOT "/%d/bin", version);
}

static bool real_folder(const char *path, char **out, tc_error *err)
{
  if (!tc_dir_make(path, 0700, err))
    return false;
  char *real = realpath(path, NULL);
  if (real == NULL)
    return tc_fail_errno(err, TC_IO, errno, "%s cannot be found", path);
  *out = real;
  return true;
}

TC_NODISCARD bool tc_cluster_place_enter(const tc_cluster_options *options, tc_cluster_place *place, tc_error *err)
{
  return real_folder(options->data_folder, &place->data_folder, err);
}

TC_NODISCARD bool tc_cluster_place_find(const tc_cluster_options *options, tc_cluster_place *place, tc_error *err)
{
  return find_user(options, place, err) && find_home(options, place, err) &&
         make_folder(place->home, 0700, place, err) && tc_str_printf(&place->cluster, err, "%s/cluster", place->home) &&
         tc_str_printf(&place->log, err, "%s/server.log", place->home) && find_socket(place, err) &&
         find_programs(options, place, err);
}
