/*
 * Private to imaging/: even light, and black and white.
 */
#pragma once

#include "imaging/image.h"

/* Divides by the light of the paper around each place, in place: the ground comes near 255, ink keeps its share. What
   is dark over more than about 8 mm stays dark. `dpi` > 0. */
TC_NODISCARD bool tc_light_flatten(tc_image *grey, double dpi, tc_error *err);

/* Black and white with a threshold that follows mean and deviation around each place. For flattened pages. */
TC_NODISCARD bool tc_light_binarise(const tc_image *grey, double dpi, tc_image **out, tc_error *err);
