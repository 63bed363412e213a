/*
 * Private to imaging/: a file mapped read-only, or memory of the caller's in the same shape.
 * Ownership: a mapping unmaps what it mapped; `bytes` is borrowed. Threading: by value.
 */
#pragma once

#include "base/buf.h"

typedef struct tc_mapping {
  tc_bytes bytes;
  void *mapped; /* NULL where the memory is the caller's */
} tc_mapping;

/* Maps the whole file; an empty one gives no bytes. Errors: TC_LIMIT (larger than max_bytes), TC_UNSUPPORTED (no
   regular file), TC_IO, TC_NO_MEMORY. */
TC_NODISCARD bool tc_mapping_init(tc_mapping *mapping, int fd, int64_t max_bytes, tc_error *err);
void tc_mapping_finish(tc_mapping *mapping);
TC_AUTO_VALUE(tc_mapping, tc_mapping_finish);

/* The limit alone, for memory that needs no mapping. */
TC_NODISCARD bool tc_mapping_check_size(int64_t size, int64_t max_bytes, tc_error *err);
