/*
 * The gutter of an open sheet: two pages side by side on one wide scan, each with rows of its own.
 * Threading: free of state.
 */
#pragma once

#include "ocr/page.h"

/* The x between two pages that stand side by side: a strip down the middle of a page wider than high, three lines of
   print wide, into which no word reaches, with a good part of the words on either side. Infinite where there is one
   page alone. `height`: of a line of print, pixels. Errors: TC_NO_MEMORY. */
TC_NODISCARD bool tc_gutter_find(const tc_page *page, double height, double *out, tc_error *err);
