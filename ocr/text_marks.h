/*
 * Marks (dots, accents, commas, hyphens) go to the lines of letters that they belong to: the second step to lines of
 * text (ocr/text_lines.h), internal to ocr/. Threading: free of state.
 */
#pragma once

#include "ocr/text_lines.h"

/* The lines have letters only, and their base lines. Few low letters beside a line become marks of it, and their own
   line goes. Sets line_of. */
TC_NODISCARD bool tc_text_marks_hand_out(const tc_ink *ink, tc_letters *letters, tc_text_lines *lines, tc_error *err);
/* Takes out the lines without parts. */
void tc_text_lines_drop_empty(tc_text_lines *lines);
