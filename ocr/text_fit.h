/*
 * The line that letters stand on, and how tall they are. Internal to ocr/. Threading: free of state.
 */
#pragma once

#include "ocr/text_lines.h"

/* Sets the line's left, right, base, slope and tall by its parts, which are letters alone and at least one. `values` is
   room for as many numbers. */
void tc_text_line_fit(const tc_ink *ink, tc_text_line *line, double *values);
