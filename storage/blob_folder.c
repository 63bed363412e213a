/*
 * The folder variant. A blob is copied to <folder>/incoming/, hashed again there, synced, and renamed to its name; then
 * its folder is synced, and the folders above whenever one was made. What a crash leaves lies in incoming/, and is
 * removed when the store is next opened, once it is an hour old (another process may be writing).
 */
#include "base/file.h"
#include "storage/blob.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

typedef struct folder_store {
  char *path;
} folder_store;

enum { STALE_S = 3600 };

static void folder_close(void *self)
{
  folder_store *store = self;
  free(store->path);
  free(store);
}

/* depth 0: <folder>/ab; 1: <folder>/ab/cd; 2: the file. */
static bool blob_path(const folder_store *store, const tc_digest *digest, int depth, char out[PATH_MAX], tc_error *err)
{
  char hex[TC_SHA256_HEX_SIZE];
  tc_digest_hex(digest, hex);
  int size = depth == 0   ? snprintf(out, PATH_MAX, "%s/%.2s", store->path, hex)
             : depth == 1 ? snprintf(out, PATH_MAX, "%s/%.2s/%.2s", store->path, hex, hex + 2)
                          : snprintf(out, PATH_MAX, "%s/%.2s/%.2s/%s", store->path, hex, hex + 2, hex);
  return (size > 0 && size < PATH_MAX) || tc_fail(err, TC_CONFIG, "the path of the data folder is too long");
}

static bool make_folders(const folder_store *store, const tc_digest *digest, tc_error *err)
{
  char path[PATH_MAX], above[PATH_MAX];
  snprintf(above, sizeof above, "%s", store->path);
  for (int depth = 0; depth < 2; depth++) {
    if (!blob_path(store, digest, depth, path, err))
      return false;
    if (mkdir(path, 0700) == 0) {
      if (!tc_dir_sync(above, err))
        return false;
    } else if (errno != EEXIST) {
      return tc_fail_errno(err, TC_IO, errno, "the folder %s cannot be made", path);
    }
    memcpy(above, path, sizeof above);
  }
  return true;
}

/* The copy is hashed, not the source: what changed while it was read must not get this name. */
static bool copy_in(int from, int to, const tc_digest *digest, tc_error *err)
{
  tc_digest copied;
  if (!tc_fd_copy(from, to, err) || !tc_digest_of_fd(to, 0, -1, &copied, err))
    return false;
  if (memcmp(&copied, digest, sizeof copied) != 0)
    return tc_fail(err, TC_FORMAT, "a file changed while it was being stored");
  if (fchmod(to, 0400) != 0 || fsync(to) != 0)
    return tc_fail_errno(err, TC_IO, errno, "a stored file cannot be synced");
  return true;
}

static bool write_new(const folder_store *store, int fd, const tc_digest *digest, const char *path, tc_error *err)
{
  char incoming[PATH_MAX];
  int size = snprintf(incoming, sizeof incoming, "%s/incoming/XXXXXX", store->path);
  if (size < 0 || size >= PATH_MAX)
    return tc_fail(err, TC_CONFIG, "the path of the data folder is too long");
  tc_auto(tc_fd) to = mkostemp(incoming, O_CLOEXEC);
  if (to < 0)
    return tc_fail_errno(err, TC_IO, errno, "%s cannot be written", incoming);
  if (copy_in(fd, to, digest, err) &&
      (rename(incoming, path) == 0 || tc_fail_errno(err, TC_IO, errno, "%s cannot be put in its place", path)))
    return true;
  unlink(incoming);
  return false;
}

/* fd -1: a good copy is there already; it may be another process's that has not synced its folder yet. */
static bool folder_put(void *self, int fd, const tc_digest *digest, int64_t size, tc_error *err)
{
  const folder_store *store = self;
  char path[PATH_MAX];
  (void)size;
  if (!make_folders(store, digest, err) || !blob_path(store, digest, 2, path, err) ||
      (fd >= 0 && !write_new(store, fd, digest, path, err)) || !blob_path(store, digest, 1, path, err))
    return false;
  return tc_dir_sync(path, err);
}

static bool folder_open(void *self, const tc_digest *digest, int *out_fd, int64_t *out_size, tc_error *err)
{
  char path[PATH_MAX];
  off_t size = 0;
  if (!blob_path(self, digest, 2, path, err) || !tc_file_open(path, out_fd, &size, err))
    return false;
  *out_size = size;
  return true;
}

static bool folder_remove(void *self, const tc_digest *digest, tc_error *err)
{
  char path[PATH_MAX];
  if (!blob_path(self, digest, 2, path, err))
    return false;
  return unlink(path) == 0 || tc_fail_errno(err, TC_IO, errno, "%s cannot be removed", path);
}

/* The files of one <folder>/ab/cd. */
static bool each_file(const char *path, tc_blob_visit visit, void *data, tc_error *err)
{
  DIR *folder = opendir(path);
  if (folder == NULL)
    return tc_fail_errno(err, TC_IO, errno, "%s cannot be read", path);
  bool ok = true;
  for (const struct dirent *entry = NULL; ok && (entry = readdir(folder)) != NULL;) {
    tc_digest digest;
    struct stat status;
    if (strlen(entry->d_name) != TC_SHA256_HEX_SIZE - 1 || !tc_digest_from_hex(entry->d_name, &digest, NULL))
      continue;
    if (fstatat(dirfd(folder), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0)
      ok = visit(&digest, status.st_size, data, err);
  }
  closedir(folder);
  return ok;
}

static bool folder_each(void *self, tc_blob_visit visit, void *data, tc_error *err)
{
  const folder_store *store = self;
  for (int i = 0; i < 65536; i++) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%02x", store->path, (unsigned)i >> 8);
    if ((i & 255) == 0 && access(path, F_OK) != 0) {
      i += 255;
      continue;
    }
    snprintf(path, sizeof path, "%s/%02x/%02x", store->path, (unsigned)i >> 8, (unsigned)i & 255);
    if (access(path, F_OK) == 0 && !each_file(path, visit, data, err))
      return false;
  }
  return true;
}

static void sweep_incoming(const char *path)
{
  DIR *folder = opendir(path);
  if (folder == NULL)
    return;
  for (const struct dirent *entry = NULL; (entry = readdir(folder)) != NULL;) {
    struct stat status;
    if (fstatat(dirfd(folder), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode) &&
        status.st_mtime + STALE_S < time(NULL))
      (void)unlinkat(dirfd(folder), entry->d_name, 0);
  }
  closedir(folder);
}

static const tc_blob_driver folder_driver = {
    .name = "folder",
    .put = folder_put,
    .open = folder_open,
    .each = folder_each,
    .remove = folder_remove,
    .close = folder_close,
};

TC_NODISCARD bool tc_blob_store_open_folder(const char *folder, int64_t limit, tc_blob_store **out, tc_error *err)
{
  tc_auto(tc_str) incoming = NULL;
  if (!tc_str_printf(&incoming, err, "%s/incoming", folder) || !tc_dir_make(incoming, 0700, err))
    return false;
  sweep_incoming(incoming);
  folder_store *store = calloc(1, sizeof *store);
  if (store == NULL || !tc_str_copy(folder, &store->path, err)) {
    free(store);
    return tc_fail(err, TC_NO_MEMORY, "no memory for a blob store");
  }
  return tc_blob_store_create(&folder_driver, store, limit, out, err);
}
