/*
 * What shuts a worker in, in three steps of one direction: limits (resource limits, capabilities, Landlock) before
 * anything is loaded and before the first thread, since Landlock holds for the calling thread and its children alone;
 * then the libraries load; then seccomp, for all threads at once. Private to base/.
 */
#pragma once

#include "base/error.h"

#include <stdint.h>

typedef struct tc_sandbox_options {
  int64_t memory_bytes;              /* address space; not set under AddressSanitizer, which maps terabytes */
  int64_t file_bytes;                /* size of a file or memfd written */
  const char *const *readable_paths; /* NULL-terminated, beside the built-in ones; missing ones are passed over */
  int socket;                        /* the one descriptor that messages may pass through */
} tc_sandbox_options;

TC_NODISCARD bool tc_sandbox_limit(const tc_sandbox_options *options, tc_error *err);
TC_NODISCARD bool tc_sandbox_shut(const tc_sandbox_options *options, tc_error *err);

/* Landlock alone (worker_landlock.c); a kernel without it is no failure: *abi is 0 then. */
TC_NODISCARD bool tc_landlock_read_only(const char *const *readable_paths, int *abi, tc_error *err);
