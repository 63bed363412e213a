/*
 * Whether a reading is all that stands there: print beside the words that were read. A name that lost its last word is
 * a name too, and no second reading of the same place finds it out.
 * Threading: free of state.
 */
#pragma once

#include "imaging/image.h"
#include "ocr/page.h"

/* The width of what looks like print in the region (pixels of a BILEVEL page) and not in the span of the words read, in
   heights of the span; colons, dots, commas and thin strokes do not count. */
double tc_print_beside(const tc_image *page, tc_box region, tc_box span);
