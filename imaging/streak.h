/*
 * Private to imaging/: a scanner's streaks.
 */
#pragma once

#include "imaging/image.h"

/* Takes out thin dark lines that run straight along a third or more of the picture's columns or rows, as dirt on a
   scanner's glass draws them; print that crosses one stays. `grey` is a capture as decoded, flattened, of so many
   `dpi`. */
TC_NODISCARD bool tc_streak_remove(tc_image *grey, double dpi, tc_error *err);
