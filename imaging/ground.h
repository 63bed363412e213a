/*
 * Private to imaging/: patterned and coloured grounds.
 */
#pragma once

#include "imaging/image.h"

/* To grey for reading. Where a pale coloured pattern lies under much of the page, it counts as the light of its
   brightest channel, in which such a pattern hardly shows, and black print is as dark as in any other. Strong colours
   (red titles, seals, pens) keep their grey. Any image, of so many `dpi`; a copy for grey ones. */
TC_NODISCARD bool tc_ground_to_grey(const tc_image *image, double dpi, tc_image **out, tc_error *err);
