/* What smoke.c runs. */
#pragma once

#include "base/buf.h"

typedef struct tc_fuzz_target {
  const char *name; /* also the folder of its seeds */
  void (*run)(tc_bytes bytes);
} tc_fuzz_target;
extern const tc_fuzz_target tc_fuzz_targets[];
extern const size_t tc_fuzz_target_count;
