/*
 * Blobs: files addressed by the SHA-256 of their content, written whole and synced before a row may name them, and
 * never changed. In the folder variant <folder>/ab/cd/<64 hex digits>, mode 0400. A blob that no row names is what a
 * crash leaves behind: harmless, and found by the audit.
 *
 * A store is one struct of functions (tc_blob_driver), so that an object store can follow.
 * Threading: a store may be used from any number of threads and processes at once.
 */
#pragma once

#include "base/digest.h"

#include <sys/types.h>

typedef struct tc_blob_store tc_blob_store;

typedef enum tc_blob_state { TC_BLOB_GOOD, TC_BLOB_MISSING, TC_BLOB_CHANGED } tc_blob_state;

typedef bool (*tc_blob_visit)(const tc_digest *digest, int64_t size, void *data, tc_error *err);

typedef struct tc_blob_driver {
  const char *name;
  bool (*put)(void *self, int fd, const tc_digest *digest, int64_t size, tc_error *err);
  bool (*open)(void *self, const tc_digest *digest, int *out_fd, int64_t *out_size, tc_error *err);
  bool (*each)(void *self, tc_blob_visit visit, void *data, tc_error *err);
  bool (*remove)(void *self, const tc_digest *digest, tc_error *err);
  void (*close)(void *self);
} tc_blob_driver;

/* A store over a driver (takes `self` over, also on failure). `limit`: bytes of one blob at most. */
TC_NODISCARD bool tc_blob_store_create(const tc_blob_driver *driver, void *take_self, int64_t limit,
                                       tc_blob_store **out, tc_error *err);
/* Files in a folder, which is made where it is missing. */
TC_NODISCARD bool tc_blob_store_open_folder(const char *folder, int64_t limit, tc_blob_store **out, tc_error *err);
void tc_blob_store_close(tc_blob_store *store);
TC_AUTO_POINTER(tc_blob_store, tc_blob_store_close);

/* Stores bytes, or a file's whole content from its start (the position stays), and returns once they are on the disk
   under their name. Storing the same content again is cheap, and repairs a damaged copy. Errors: TC_LIMIT, TC_NO_SPACE,
   TC_IO; TC_FORMAT when the file changed while it was read. *size may be NULL. */
TC_NODISCARD bool tc_blob_put(tc_blob_store *store, tc_bytes bytes, tc_digest *out, tc_error *err);
TC_NODISCARD bool tc_blob_put_fd(tc_blob_store *store, int fd, tc_digest *out, int64_t *size, tc_error *err);

/* A read-only descriptor (the caller's) and the size. The content is hashed first: a changed blob is TC_IO and is
   never handed out; a missing one TC_NOT_FOUND. */
TC_NODISCARD bool tc_blob_open(tc_blob_store *store, const tc_digest *digest, int *out_fd, int64_t *out_size,
                               tc_error *err);
/* The same without hashing, for a caller that checks the content itself or serves ranges of what was checked. */
TC_NODISCARD bool tc_blob_open_unchecked(tc_blob_store *store, const tc_digest *digest, int *out_fd, int64_t *out_size,
                                         tc_error *err);
TC_NODISCARD bool tc_blob_read(tc_blob_store *store, const tc_digest *digest, tc_buf *out, tc_error *err);
/* Fixity: reads the whole blob. */
TC_NODISCARD bool tc_blob_check(tc_blob_store *store, const tc_digest *digest, tc_blob_state *out, tc_error *err);
/* Every blob there is, in no order; foreign and unfinished files are passed over. */
TC_NODISCARD bool tc_blob_each(tc_blob_store *store, tc_blob_visit visit, void *data, tc_error *err);
TC_NODISCARD bool tc_blob_remove(tc_blob_store *store, const tc_digest *digest, tc_error *err);
