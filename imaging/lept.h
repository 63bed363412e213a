/*
 * Private to imaging/: the only way to Leptonica, whose types stay in lept.c.
 * Leptonica gives its input back when it fails to straighten; here angle and confidence come out and the caller
 * decides.
 */
#pragma once

#include "imaging/image.h"

typedef struct tc_lept_lines {
  double angle;      /* degrees clockwise that the text lines stand off the horizontal */
  double confidence; /* 0 … 1; 0.5 is Leptonica's own bound for believing the angle */
  double score;      /* how strongly rows alternate at that angle: comparable between two turns of one page */
} tc_lept_lines;

/* For a bilevel page of 70 to 200 dpi; angles up to `range` degrees either way. Never fails to answer: confidence 0
   where there is nothing to measure. TC_NO_MEMORY. */
TC_NODISCARD bool tc_lept_find_lines(const tc_image *binary, double range, tc_lept_lines *out, tc_error *err);

/* Takes long straight rules and large solid areas out of a bilevel page: what is left is mostly letters. */
TC_NODISCARD bool tc_lept_keep_letters(const tc_image *binary, double dpi, tc_image **out, tc_error *err);

/* Takes flat specks out: leaders, underlines, dots. */
TC_NODISCARD bool tc_lept_drop_flat(const tc_image *letters, double dpi, tc_image **out, tc_error *err);

/* Takes out what is solid, a square of `side` fits into it, and what lies within `reach` of that. */
TC_NODISCARD bool tc_lept_drop_solid(const tc_image *binary, int side, int reach, tc_image **out, tc_error *err);

typedef struct tc_lept_box {
  int x, y, width, height;
} tc_lept_box;

/* Boxes of connected ink after gaps up to gap_x sideways and gap_y up and down were closed (1 closes none). *out is the
   caller's (free). */
TC_NODISCARD bool tc_lept_boxes(const tc_image *binary, int gap_x, int gap_y, tc_lept_box **out, int *out_count,
                                tc_error *err);
