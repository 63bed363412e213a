/*
 * Private to imaging/: figures of how well a page can be read.
 */
#pragma once

#include "imaging/clean.h"

/* How steep the edges of ink are: 1 where they are one pixel or two wide, 0.2 where ten; 0 without edges. GREY8 as
   captured (before any interpolation). */
double tc_quality_sharpness(const tc_image *grey);
/* Ink and contrast of a cleaned page. */
void tc_quality_measure(const tc_image *grey, const tc_image *binary, tc_quality *quality);
