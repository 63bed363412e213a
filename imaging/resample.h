/*
 * Private to imaging/: grey pixels moved to another grid.
 */
#pragma once

#include "imaging/image.h"
#include "imaging/page_map.h"

/* The mean of factor × factor pixels; what is left over at the right and the bottom is dropped. GREY8; factor ≥ 1 and
   at most the shorter side. */
TC_NODISCARD bool tc_grey_reduce(const tc_image *grey, int factor, tc_image **out, tc_error *err);

/* A width × height image whose pixel p shows `to_source`(p) of `grey`, bilinear; 255 outside. GREY8. */
TC_NODISCARD bool tc_grey_warp(const tc_image *grey, const tc_transform *to_source, int width, int height,
                               tc_image **out, tc_error *err);
/* The same through a map, which may have a bend. */
TC_NODISCARD bool tc_grey_move(const tc_image *grey, const tc_page_map *to_source, int width, int height,
                               tc_image **out, tc_error *err);
