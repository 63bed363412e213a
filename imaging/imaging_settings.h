/*
 * The settings of imaging/, its limits as a value, and its one-time initialisation.
 * Threading: tc_imaging_init before any other thread of the process uses imaging/; the rest is free of state.
 */
#pragma once

#include "base/settings.h"

extern const tc_settings_table tc_imaging_settings;

/* Checked before any pixel is decoded. */
typedef struct tc_imaging_limits {
  int64_t max_bytes;  /* of a file: imaging.max_bytes */
  int64_t max_pixels; /* width × height of one page: imaging.max_pixels */
  int max_pages;      /* of one file: imaging.max_pages */
} tc_imaging_limits;

tc_imaging_limits tc_imaging_limits_default(void); /* the table's defaults */
tc_imaging_limits tc_imaging_limits_from(const tc_settings *settings);

/* Fails with TC_LIMIT (the message names the setting) where a page is too large, with TC_FORMAT where a side is not
   positive. */
TC_NODISCARD bool tc_imaging_check_pixels(const tc_imaging_limits *limits, int64_t width, int64_t height,
                                          tc_error *err);

/* Starts libvips (one thread, no cache, only the named loaders reachable) and quietens Leptonica. Idempotent; call it
   once at the start of a worker, before its sandbox closes. Every function of decode.h and render.h calls it too. */
TC_NODISCARD bool tc_imaging_init(tc_error *err);
