/*
 * Private to imaging/: the grid of pixels that a page is measured on: upright by EXIF, and where a sheet was found,
 * only the sheet, its perspective undone.
 */
#pragma once

#include "imaging/clean.h"

typedef struct tc_base {
  double width, height;    /* pixels */
  double dpi_x, dpi_y;     /* never 0 */
  bool bilevel;            /* all of its ink is equally deep */
  tc_transform to_capture; /* base pixels → capture pixels */
} tc_base;

/* Tells *report whether a sheet was found, and the resolution. `orientation` 1..8. */
TC_NODISCARD bool tc_base_find(const tc_image *capture, int orientation, const tc_clean_options *options, tc_base *out,
                               tc_clean_report *report, tc_error *err);
