/*
 * Private to imaging/: ink of uneven depth.
 */
#pragma once

#include "imaging/image.h"

/* Black and white of a flattened page, and the page itself with pale print as dark as the rest. What is pale and has no
   sharp edge (the other side's print, stains) is neither. */
TC_NODISCARD bool tc_contrast_even(tc_image *grey, tc_image **binary, tc_error *err);
