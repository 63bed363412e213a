/*
 * Private to imaging/: red seals.
 */
#pragma once

#include "imaging/image.h"

/* To grey for reading. Where `drop_seals`, red ink within a seal counts as the light in the red channel, so that the
   seal fades and black print under it stays; red titles and numbers, which are text, are left as dark as they are. Any
   image; a copy for grey ones. `dpi` > 0. */
TC_NODISCARD bool tc_seal_to_grey(const tc_image *image, double dpi, bool drop_seals, tc_image **out, tc_error *err);
