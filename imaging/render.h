/*
 * Pages of a PDF as pixels, through libvips' pdfload (poppler). For pages that are more than one image; the result is
 * the capture of such a page and is stored losslessly.
 * Ownership: `fd` is borrowed, its position stays. Threading: one thread at a time in a process.
 */
#pragma once

#include "imaging/image.h"
#include "imaging/imaging_settings.h"

typedef struct tc_render_options {
  double dpi;        /* resolution; default 300 */
  int width, height; /* both > 0: exactly this many pixels for the page as shown, instead of dpi; default 0 */
  int undo_turns;    /* quarter turns counter-clockwise after rendering, 0..3: takes /Rotate back; default 0 */
} tc_render_options;

tc_render_options tc_render_options_default(void);

/* Renders page `page` (from 0) on white: RGB8, or GREY8 where every pixel is grey. `limits` NULL: the defaults.
   Errors: TC_FORMAT (no PDF, damaged), TC_ENCRYPTED, TC_NOT_FOUND (no such page), TC_LIMIT (bytes, pixels). */
TC_NODISCARD bool tc_render_pdf_page(int fd, int page, const tc_render_options *options,
                                     const tc_imaging_limits *limits, tc_image **out, tc_error *err);
/* How many pages poppler sees. */
TC_NODISCARD bool tc_render_page_count(int fd, const tc_imaging_limits *limits, int *out, tc_error *err);
