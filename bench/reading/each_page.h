/*
 * For programs of bench/reading: one call for each page of the captures that a command line names.
 */
#pragma once

#include "pipeline/capture.h"

/* `page` is called in order; `file` is for messages, `index` counts from 0. Its errors go to standard error, and the
   next file is taken. Gives the program's exit status: 0, 1: a file failed, 3: nothing could be begun. */
int tc_bench_each_page(int count, char **files,
                       bool (*page)(tc_capture *capture, const char *file, size_t index, tc_error *err));
