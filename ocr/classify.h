/*
 * Which type a page is: its title among the page's lines, and how much of the type's labels and marks are there.
 * Threading: free of state.
 */
#pragma once

#include "ocr/slots.h"

/* Finds the type's title: a line, or two, that is nothing else. */
TC_NODISCARD bool tc_classify_title(const tc_label_set *titles, const tc_lines *lines, const tc_tokens *tokens,
                                    tc_title *out, tc_error *err);
/* The cell that begins at token `first`, up to *end: its text (appended, a blank behind each word) and its box; *out is
   whether it could be a title: a centred line of capitals in the page's upper part that no stop of the type matches. */
TC_NODISCARD bool tc_classify_title_line(const tc_anchors *anchors, size_t first, size_t *end, tc_buf *text,
                                         tc_box *box, bool *out, tc_error *err);
/* The title of a paper of no known type: the largest centred line of capitals that no stop of the type matches. */
TC_NODISCARD bool tc_classify_any_title(const tc_anchors *anchors, tc_title *out, tc_error *err);
