/*
 * Private to imaging/: how sharp print is.
 */
#pragma once

#include "imaging/image.h"

/* The width of the steps from paper to ink and back, in pixels, in the worst of four directions; 0 where there are too
   few. GREY8, flattened. */
double tc_edge_pixels(const tc_image *grey);

/* Of a bilevel page: the outlines of what is as large as letters against those of their boxes. 1 for round crumbs, 1.2
   and more for letters; 0 where there are none. TC_NO_MEMORY. */
TC_NODISCARD bool tc_edge_complexity(const tc_image *binary, double dpi, double *out, tc_error *err);
