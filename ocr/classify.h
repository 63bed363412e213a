/*
 * Which type a page is: its title among the page's lines, and how much of the type's labels and marks are there.
 * Threading: free of state.
 */
#pragma once

#include "ocr/slots.h"

/* Finds the type's title: a line, or two, that is nothing else. */
TC_NODISCARD bool tc_classify_title(const tc_label_set *titles, const tc_lines *lines, const tc_tokens *tokens,
                                    tc_title *out, tc_error *err);
/* 0 … 1 from the similarity of a title that was found and the vocabulary's share. */
double tc_classify_confidence(const tc_title *title, double support);
/* The title of a paper of no known type: the largest centred line of capitals that no stop of the type matches. */
TC_NODISCARD bool tc_classify_any_title(const tc_anchors *anchors, tc_title *out, tc_error *err);
