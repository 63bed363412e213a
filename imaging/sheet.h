/*
 * Private to imaging/: a sheet of paper on a darker ground.
 */
#pragma once

#include "imaging/image.h"
#include "imaging/transform.h"

/* Looks for one sheet that does not fill the whole picture. Its corners, top left first as the picture stands, in the
   image's pixels. *out_found false and *out untouched where there is none. Grey and RGB. */
TC_NODISCARD bool tc_sheet_find(const tc_image *image, bool *out_found, tc_quad *out, tc_error *err);
