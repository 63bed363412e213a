/*
 * Files as the house uses them: whole reads with a limit, writes that are there after a crash or not at all.
 * Ownership: fds returned are the caller's. Threading: free of state.
 */
#pragma once

#include "base/buf.h"

#include <sys/types.h>

/* Opens for reading (O_CLOEXEC). Refuses what is not a regular file with TC_UNSUPPORTED. */
TC_NODISCARD bool tc_file_open(const char *path, int *out_fd, off_t *out_size, tc_error *err);
/* Reads from the current position to the end; more than `limit` bytes fail with TC_LIMIT. Appends to *out. */
TC_NODISCARD bool tc_fd_read_all(int fd, size_t limit, tc_buf *out, tc_error *err);
/* Reads exactly `size` bytes at `offset`; the position stays. */
TC_NODISCARD bool tc_fd_read_at(int fd, void *out, size_t size, off_t offset, tc_error *err);
TC_NODISCARD bool tc_fd_write_all(int fd, const void *data, size_t size, tc_error *err);
TC_NODISCARD bool tc_file_read(const char *path, size_t limit, tc_buf *out, tc_error *err);
/* Writes a temporary file beside `path`, syncs it, renames it over `path` and syncs the folder: after a crash there is
   the old content or the new one, never a part. */
TC_NODISCARD bool tc_file_write(const char *path, tc_bytes bytes, mode_t mode, tc_error *err);
/* The same with the content of an open file, from its start. */
TC_NODISCARD bool tc_file_write_fd(const char *path, int from_fd, mode_t mode, tc_error *err);
/* A file in the making, for what is written in steps and must not lie in memory: a temporary file beside `path`, open
   for reading and writing. Committed it takes the place of `path` as tc_file_write would put it there; finished without
   that it is gone. A crash may leave it under its temporary name. */
typedef struct tc_draft {
  int fd;
  char *path, *temporary; /* NULL: none */
} tc_draft;
TC_NODISCARD bool tc_draft_begin(const char *path, mode_t mode, tc_draft *out, tc_error *err);
TC_NODISCARD bool tc_draft_commit(tc_draft *draft, tc_error *err);
void tc_draft_finish(tc_draft *draft);
TC_AUTO_VALUE(tc_draft, tc_draft_finish);

TC_NODISCARD bool tc_fd_copy(int from_fd, int to_fd, tc_error *err); /* from `from_fd`'s start, to `to_fd`'s position */
TC_NODISCARD bool tc_dir_make(const char *path, mode_t mode,
                              tc_error *err); /* with its parents; an existing one is fine */
TC_NODISCARD bool tc_dir_sync(const char *path, tc_error *err);
/* An anonymous file in memory (memfd, O_CLOEXEC), that can be sealed. */
TC_NODISCARD bool tc_memfd(const char *name, int *out_fd, tc_error *err);
