/*
 * The picture of one line of text as an engine wants it: its own ink alone on white, as high as from the deepest
 * descender to the highest accent, with the letters standing on one height. Internal to ocr/.
 * Ownership: the result is the caller's. Threading: free of state.
 */
#pragma once

#include "ocr/text_lines.h"

typedef struct tc_text_line_place {
  int left, top; /* the picture's origin on the page, pixels */
  double scale;  /* picture pixels for a pixel of the page */
} tc_text_line_place;

/* `grey` is the page, of the ink's size; the picture is `height` pixels high. */
TC_NODISCARD bool tc_text_line_cut(const tc_image *grey, const tc_ink *ink, const tc_text_lines *lines, size_t line,
                                   int height, tc_image **out, tc_text_line_place *place, tc_error *err);
