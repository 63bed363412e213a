/*
 * The visible side of a signature: a seal's picture at the left, lines of text at its right, as large as its rectangle
 * allows. It becomes the appearance of the signature's widget (ISO 32000-2, 12.5.5): upright on the page as it is seen,
 * with its fonts embedded, its colours said by a profile of its own and no transparency, so that PDF/A of any part
 * stays PDF/A. Of the picture what is white (or transparent, which decoders give over white) lets the page show
 * through. Ownership: everything is borrowed. Threading: free of state.
 */
#pragma once

#include "pdf/geometry.h"
#include "pdf/update.h"

typedef struct tc_pdf_stamp {
  tc_pdf_rect seen; /* where, on the page as it is seen: points, origin at its lower left corner. A field that is
                       there already has a place of its own */
  const char *const *lines; /* UTF-8, NULL-terminated; the first is bold; NULL: none */
  const uint8_t *seal;      /* rows of RGB from the top, 3 · width bytes each; NULL: none */
  size_t seal_width, seal_height;
  const char *font_regular, *font_bold, *font_italic; /* TrueType files */
  const char *icc_rgb;                                /* ICC profile of RGB */
} tc_pdf_stamp;

/* Adds the appearance to an update: width × height points when the page is shown turned clockwise by `rotate`; *out is
   the form XObject's number. TC_CONFIG: a font or profile that cannot be used. */
TC_NODISCARD bool tc_pdf_stamp_add(const tc_pdf_stamp *stamp, tc_pdf_update *update, tc_pdf_point size, int rotate,
                                   uint32_t *out, tc_error *err);
