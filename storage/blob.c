/*
 * A store over its driver: digests, limits and checks are here, once; a driver only moves bytes. `put` hashes the file
 * first and again when it is read back from a driver that had it already, so a damaged copy is found and replaced.
 */
#include "storage/blob.h"

#include "base/file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

struct tc_blob_store {
  const tc_blob_driver *driver;
  void *self;
  int64_t limit;
};

TC_NODISCARD bool tc_blob_store_create(const tc_blob_driver *driver, void *take_self, int64_t limit,
                                       tc_blob_store **out, tc_error *err)
{
  tc_blob_store *store = calloc(1, sizeof *store);
  if (store == NULL) {
    driver->close(take_self);
    return tc_fail(err, TC_NO_MEMORY, "no memory for a blob store");
  }
  *store = (tc_blob_store){driver, take_self, limit};
  *out = store;
  return true;
}

void tc_blob_store_close(tc_blob_store *store)
{
  if (store == NULL)
    return;
  store->driver->close(store->self);
  free(store);
}

TC_NODISCARD bool tc_blob_put_fd(tc_blob_store *store, int fd, tc_digest *out, int64_t *size, tc_error *err)
{
  struct stat status;
  tc_digest digest;
  if (fstat(fd, &status) != 0)
    return tc_fail_errno(err, TC_IO, errno, "a file to be stored cannot be examined");
  if (status.st_size > store->limit)
    return tc_fail(err, TC_LIMIT, "a file of %lld bytes is larger than storage.max_blob allows (%lld)",
                   (long long)status.st_size, (long long)store->limit);
  if (!tc_digest_of_fd(fd, 0, status.st_size, &digest, err))
    return false;
  tc_blob_state there;
  if (!tc_blob_check(store, &digest, &there, err) ||
      !store->driver->put(store->self, there == TC_BLOB_GOOD ? -1 : fd, &digest, status.st_size, err))
    return false;
  *out = digest;
  if (size != NULL)
    *size = status.st_size;
  return true;
}

TC_NODISCARD bool tc_blob_put(tc_blob_store *store, tc_bytes bytes, tc_digest *out, tc_error *err)
{
  tc_auto(tc_fd) fd = -1;
  return tc_memfd("blob", &fd, err) && tc_fd_write_all(fd, bytes.data, bytes.size, err) &&
         tc_blob_put_fd(store, fd, out, NULL, err);
}

TC_NODISCARD bool tc_blob_open_unchecked(tc_blob_store *store, const tc_digest *digest, int *out_fd, int64_t *out_size,
                                         tc_error *err)
{
  return store->driver->open(store->self, digest, out_fd, out_size, err);
}

TC_NODISCARD bool tc_blob_open(tc_blob_store *store, const tc_digest *digest, int *out_fd, int64_t *out_size,
                               tc_error *err)
{
  tc_auto(tc_fd) fd = -1;
  int64_t size = 0;
  tc_digest found;
  char hex[TC_SHA256_HEX_SIZE];
  if (!store->driver->open(store->self, digest, &fd, &size, err) || !tc_digest_of_fd(fd, 0, -1, &found, err))
    return false;
  tc_digest_hex(digest, hex);
  if (memcmp(&found, digest, sizeof found) != 0)
    return tc_fail(err, TC_IO, "the stored file %s has changed: restore it from a copy (truecopy audit lists all)",
                   hex);
  *out_size = size;
  *out_fd = tc_fd_steal(&fd);
  return true;
}

TC_NODISCARD bool tc_blob_read(tc_blob_store *store, const tc_digest *digest, tc_buf *out, tc_error *err)
{
  tc_auto(tc_fd) fd = -1;
  int64_t size = 0;
  return tc_blob_open(store, digest, &fd, &size, err) && tc_fd_read_all(fd, (size_t)size, out, err);
}

TC_NODISCARD bool tc_blob_check(tc_blob_store *store, const tc_digest *digest, tc_blob_state *out, tc_error *err)
{
  tc_auto(tc_fd) fd = -1;
  int64_t size = 0;
  tc_digest found;
  tc_error why = {0};
  if (!store->driver->open(store->self, digest, &fd, &size, &why)) {
    if (why.code != TC_NOT_FOUND)
      return tc_fail_errno(err, why.code, why.sys_errno, "%s", why.message);
    *out = TC_BLOB_MISSING;
    return true;
  }
  if (!tc_digest_of_fd(fd, 0, -1, &found, err))
    return false;
  *out = memcmp(&found, digest, sizeof found) == 0 ? TC_BLOB_GOOD : TC_BLOB_CHANGED;
  return true;
}

TC_NODISCARD bool tc_blob_each(tc_blob_store *store, tc_blob_visit visit, void *data, tc_error *err)
{
  return store->driver->each(store->self, visit, data, err);
}

TC_NODISCARD bool tc_blob_remove(tc_blob_store *store, const tc_digest *digest, tc_error *err)
{
  return store->driver->remove(store->self, digest, err);
}
