/*
 * The value under its label, and what the search beside and below a label share. Internal to ocr/ (slot_label.c).
 * Threading: free of state.
 */
#pragma once

#include "ocr/slots.h"

#define TC_SLOT_NEXT_THING 3.0 /* a gap in a row, in heights, behind which something else begins */
#define TC_SLOT_NEXT_LINE 3.4  /* distance of two lines of one value, in heights, at most */
#define TC_SLOT_SMALL_LINE 1.6 /* what a line of small print between them adds */

enum { TC_SLOT_ROW_TOKENS = 256 };

bool tc_slot_is_machine_line(const tc_token *token); /* a card's, beside a value */
double tc_slot_row_middle(const tc_page_view *view, size_t token);

/* The line under a label, within its width. Rows of the other side may stand between, and remains of the label's
   translation, which are no value where values have a structure; with `strictly` nothing else will do. *last: its last
   token; untouched where there is none. */
TC_NODISCARD bool tc_slot_add_below(const tc_page_view *view, const tc_field_model *field, const tc_anchor *anchor,
                                    bool strictly, tc_slot *slot, size_t *last, tc_error *err);
/* Where the tokens beside a label that bears its value below are none of its value. */
TC_NODISCARD bool tc_slot_add_below_instead(const tc_page_view *view, const tc_field_model *field,
                                            const tc_anchor *anchor, const size_t *beside, size_t count, tc_slot *slot,
                                            size_t *last, tc_error *err);
