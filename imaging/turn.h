/*
 * Exact re-ordering of pixels, without interpolation. Ownership: the result is the caller's. Threading: free of state.
 */
#pragma once

#include "imaging/image.h"

/* `turns` quarter turns clockwise, 1..3. Bilevel, grey and RGB. */
TC_NODISCARD bool tc_image_turn(const tc_image *image, int turns, tc_image **out, tc_error *err);
/* Brings a file's pixels upright by its EXIF orientation 2..8. */
TC_NODISCARD bool tc_image_upright(const tc_image *image, int exif_orientation, tc_image **out, tc_error *err);
