/*
 * Private to pdf/: an encoded image as an image XObject.
 */
#pragma once

#include "pdf/image.h"
#include "pdf/qpdf_handle.h"

enum { TC_ICC_CACHE_MAX = 8 };

/* Profiles that are in the copy already: the pages of one scanner share theirs. */
typedef struct tc_icc_cache {
  struct {
    tc_bytes profile;
    qpdf_oh object;
  } entries[TC_ICC_CACHE_MAX];
  size_t count;
} tc_icc_cache;

/* Whether a profile may stand behind an image of this colour (ISO 19005-3, 6.2.4.2: ICC.1 up to version 4, of a device
   or space class, with the right number of components). */
bool tc_icc_is_usable(tc_bytes profile, tc_pdf_colour colour);
/* The image's dictionary over `bytes` (a token) as its data. */
TC_NODISCARD bool tc_compose_image_object(tc_qpdf *qpdf, const tc_pdf_image *image, tc_bytes bytes, tc_icc_cache *cache,
                                          qpdf_oh *out, tc_error *err);
