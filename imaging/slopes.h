/*
 * Private to imaging/: which way the lines of text run, place by place, without finding a line.
 */
#pragma once

#include "base/auto.h"
#include "imaging/image.h"

typedef struct tc_slope {
  double x, y;   /* pixels */
  double slope;  /* of the lines there: pixels down for each to the right */
  double weight; /* 0 … 1: how much it is to be believed */
} tc_slope;

typedef struct tc_slopes {
  tc_slope *items;
  int count;
} tc_slopes;

void tc_slopes_finish(tc_slopes *slopes);
TC_AUTO_VALUE(tc_slopes, tc_slopes_finish);

/* Of a bilevel page of letters, 70 to 200 dpi. Slopes up to about a third are seen between strips of a fifth of an
   inch; `reach` strips apart (1 … 4) they are more exact, and only flatter ones are seen. None where the page or its
   resolution is too small. TC_NO_MEMORY. */
TC_NODISCARD bool tc_slopes_measure(const tc_image *letters, double dpi, int reach, tc_slopes *out, tc_error *err);
