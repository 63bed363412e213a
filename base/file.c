#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { COPY_BLOCK = 1 << 16 };

bool tc_file_open(const char *path, int *out_fd, off_t *out_size, tc_error *err)
{
  tc_auto(tc_fd) fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0)
    return tc_fail_errno(err, TC_IO, errno, "%s cannot be opened", path);
  struct stat status;
  if (fstat(fd, &status) != 0)
    return tc_fail_errno(err, TC_IO, errno, "%s cannot be examined", path);
  if (!S_ISREG(status.st_mode))
    return tc_fail(err, TC_UNSUPPORTED, "%s is not a regular file", path);
  *out_size = status.st_size;
  *out_fd = tc_fd_steal(&fd);
  return true;
}

bool tc_fd_read_all(int fd, size_t limit, tc_buf *out, tc_error *err)
{
  size_t total = 0;
  const size_t before = out->size;
  for (;;) {
    if (!tc_buf_reserve(out, COPY_BLOCK, err))
      return false;
    ssize_t got = read(fd, out->data + out->size, COPY_BLOCK);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return tc_fail_errno(err, TC_IO, errno, "reading failed");
    if (got == 0)
      break;
    total += (size_t)got;
    if (total > limit) {
      out->size = before;
      out->data[out->size] = 0;
      return tc_fail(err, TC_LIMIT, "larger than the limit of %zu bytes", limit);
    }
    out->size += (size_t)got;
  }
  out->data[out->size] = 0;
  return true;
}

bool tc_fd_read_at(int fd, void *out, size_t size, off_t offset, tc_error *err)
{
  size_t done = 0;
  while (done < size) {
    ssize_t got = pread(fd, (char *)out + done, size - done, offset + (off_t)done);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return tc_fail_errno(err, TC_IO, errno, "reading at offset %lld failed", (long long)offset);
    if (got == 0)
      return tc_fail(err, TC_FORMAT, "the file ends at offset %lld, too early", (long long)offset + (long long)done);
    done += (size_t)got;
  }
  return true;
}

bool tc_fd_write_all(int fd, const void *data, size_t size, tc_error *err)
{
  const char *at = data;
  while (size > 0) {
    ssize_t put = write(fd, at, size);
    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0)
      return tc_fail_errno(err, TC_IO, errno, "writing failed");
    at += put;
    size -= (size_t)put;
  }
  return true;
}

/* In the kernel, where both ends can: nothing passes through this process. False: not from here on. */
static bool copy_inside(int from_fd, int to_fd, off_t *offset)
{
  ssize_t copied = 0;
  do {
    copied = copy_file_range(from_fd, offset, to_fd, NULL, (size_t)1 << 30, 0);
  } while (copied > 0 || (copied < 0 && errno == EINTR));
  return copied == 0 && *offset > 0;
}

bool tc_fd_copy(int from_fd, int to_fd, tc_error *err)
{
  char block[COPY_BLOCK];
  off_t offset = 0;
  if (copy_inside(from_fd, to_fd, &offset))
    return true;
  for (;;) {
    ssize_t got = pread(from_fd, block, sizeof block, offset);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return tc_fail_errno(err, TC_IO, errno, "reading failed");
    if (got == 0)
      return true;
    if (!tc_fd_write_all(to_fd, block, (size_t)got, err))
      return false;
    offset += got;
  }
}

bool tc_file_read(const char *path, size_t limit, tc_buf *out, tc_error *err)
{
  tc_auto(tc_fd) fd = -1;
  off_t size;
  if (!tc_file_open(path, &fd, &size, err))
    return false;
  return tc_fd_read_all(fd, limit, out, err) || tc_error_prefix(err, "%s", path);
}

bool tc_dir_sync(const char *path, tc_error *err)
{
  tc_auto(tc_fd) fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0 || fsync(fd) != 0)
    return tc_fail_errno(err, TC_IO, errno, "the folder %s cannot be synced", path);
  return true;
}

static bool sync_parent(const char *path, tc_error *err)
{
  tc_auto(tc_str) copy = NULL;
  return tc_str_copy(path, &copy, err) && tc_dir_sync(dirname(copy), err);
}

bool tc_draft_begin(const char *path, mode_t mode, tc_draft *out, tc_error *err)
{
  tc_auto(tc_draft) draft = {.fd = -1};
  tc_auto(tc_str) temporary = NULL;
  if (!tc_str_copy(path, &draft.path, err) || !tc_str_printf(&temporary, err, "%s.XXXXXX", path))
    return false;
  draft.fd = mkostemp(temporary, O_CLOEXEC);
  if (draft.fd < 0)
    return tc_fail_errno(err, TC_IO, errno, "%s cannot be written", path);
  draft.temporary = tc_steal(&temporary);
  if (fchmod(draft.fd, mode) != 0)
    return tc_fail_errno(err, TC_IO, errno, "%s cannot be written", path);
  *out = draft;
  draft = (tc_draft){.fd = -1};
  return true;
}

bool tc_draft_commit(tc_draft *draft, tc_error *err)
{
  if (fsync(draft->fd) != 0)
    return tc_fail_errno(err, TC_IO, errno, "%s cannot be synced", draft->path);
  if (rename(draft->temporary, draft->path) != 0)
    return tc_fail_errno(err, TC_IO, errno, "%s cannot be put in its place", draft->path);
  free(draft->temporary);
  draft->temporary = NULL;
  return sync_parent(draft->path, err);
}

void tc_draft_finish(tc_draft *draft)
{
  if (draft->temporary != NULL)
    unlink(draft->temporary);
  tc_fd_finish(&draft->fd);
  free(draft->temporary);
  free(draft->path);
  *draft = (tc_draft){.fd = -1};
}

bool tc_file_write(const char *path, tc_bytes bytes, mode_t mode, tc_error *err)
{
  tc_auto(tc_draft) draft = {.fd = -1};
  if (!tc_draft_begin(path, mode, &draft, err))
    return false;
  if (!tc_fd_write_all(draft.fd, bytes.data, bytes.size, err))
    return tc_error_prefix(err, "%s", path);
  return tc_draft_commit(&draft, err);
}

bool tc_file_write_fd(const char *path, int from_fd, mode_t mode, tc_error *err)
{
  tc_auto(tc_draft) draft = {.fd = -1};
  if (!tc_draft_begin(path, mode, &draft, err))
    return false;
  if (!tc_fd_copy(from_fd, draft.fd, err))
    return tc_error_prefix(err, "%s", path);
  return tc_draft_commit(&draft, err);
}

bool tc_dir_make(const char *path, mode_t mode, tc_error *err)
{
  tc_auto(tc_str) copy = NULL;
  if (!tc_str_copy(path, &copy, err))
    return false;
  for (char *at = copy + 1; *copy != '\0'; at++) {
    if (*at != '/' && *at != '\0')
      continue;
    char end = *at;
    *at = '\0';
    if (mkdir(copy, mode) != 0 && errno != EEXIST)
      return tc_fail_errno(err, TC_IO, errno, "the folder %s cannot be made", copy);
    *at = end;
    if (end == '\0')
      break;
  }
  return true;
}

bool tc_memfd(const char *name, int *out_fd, tc_error *err)
{
  int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0)
    return tc_fail_errno(err, TC_IO, errno, "no anonymous memory file");
  *out_fd = fd;
  return true;
}
