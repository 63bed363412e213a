/*
 * The ink of a black-and-white page: its runs row by row, and the connected parts (of eight neighbours) that they form.
 * Ownership: the ink owns its arrays. Threading: immutable once made.
 */
#pragma once

#include "imaging/image.h"

#define TC_NO_PART SIZE_MAX

typedef struct tc_ink_run {
  int left, right; /* pixels; right excluded */
  uint32_t part;
} tc_ink_run;

typedef struct tc_ink_part {
  int left, top, right, bottom; /* pixels; right and bottom excluded */
  int area;                     /* black pixels */
} tc_ink_part;

typedef struct tc_ink {
  int width, height;
  tc_ink_run *runs; /* by row, from left to right */
  size_t *rows;     /* height + 1 entries: where a row's runs begin */
  tc_ink_part *parts;
  size_t part_count;
} tc_ink;

/* Errors: TC_LIMIT for a page of noise (more than eight million runs), TC_NO_MEMORY. */
TC_NODISCARD bool tc_ink_create(const tc_image *binary, tc_ink **out, tc_error *err);
size_t tc_ink_at(const tc_ink *ink, int x, int y); /* the part of the pixel; TC_NO_PART: white, or outside */
void tc_ink_destroy(tc_ink *ink);
TC_AUTO_POINTER(tc_ink, tc_ink_destroy);
