/*
 * Images as pictures for people: JPEG, scaled down, for pages in a browser. Never for what is certified.
 * Threading: one thread of the process at a time (libvips' error buffer).
 */
#pragma once

#include "imaging/image.h"

/* Writes the image as JPEG, at most `max_width` pixels wide (never enlarged), into a new memory file: the caller's. The
   picture keeps the image's grid: nothing is turned. TC_USAGE where max_width < 1. */
TC_NODISCARD bool tc_picture_write(const tc_image *image, int max_width, int *out_fd, tc_error *err);
