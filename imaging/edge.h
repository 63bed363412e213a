/*
 * Private to imaging/: how sharp print is.
 */
#pragma once

#include "imaging/image.h"

/* The width of the steps from paper to ink and back, in pixels, in the worse of both directions; 0 where there are too
   few. GREY8, flattened. */
double tc_edge_pixels(const tc_image *grey);
