/*
 * A line of print as a recogniser of fixed height wants it: cut out of its page with a little room around it, brought
 * to the height, grey as numbers from −1 (black) to 1 (white).
 * Threading: free of state.
 */
#pragma once

#include "imaging/image.h"
#include "ocr/page.h"

typedef struct tc_line_shape {
  int height;                  /* of the result, pixels */
  int width_step;              /* the width is a multiple of this … */
  int width_least, width_most; /* … and between these: a longer line is squeezed */
  double room;                 /* around the region, in heights of the region */
} tc_line_shape;

typedef struct tc_line_image {
  float *pixels; /* row by row; the caller frees them */
  int width, height;
} tc_line_image;

static inline void tc_line_image_finish(tc_line_image *image) { free(image->pixels); }
TC_AUTO_VALUE(tc_line_image, tc_line_image_finish);

/* `page` is GREY8. The part of the region outside of the page is white. Errors: TC_USAGE (an empty region). */
TC_NODISCARD bool tc_line_image_cut(const tc_image *page, tc_box region, const tc_line_shape *shape, tc_line_image *out,
                                    tc_error *err);
