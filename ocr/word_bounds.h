/*
 * Where one word of a line ends and the next begins. An engine guesses it to half a letter, and a word of one letter
 * loses its ink to a neighbour; the white between words tells better. Each boundary takes a white near the engine's
 * guess, a wide one if there is one, all of them in order at the least cost.
 * Threading: free of state.
 */
#pragma once

#include "ocr/page.h"
#include "ocr/text_lines.h"

/* `words`: what the engine found in the line, from left to right, in pixels of the ink's page. *out: one boundary more
   than there are words, x in the same pixels, never falling, infinite at both ends; the caller frees it. */
TC_NODISCARD bool tc_word_bounds_find(const tc_ink *ink, const tc_text_line *line, const tc_page *words, double **out,
                                      tc_error *err);
