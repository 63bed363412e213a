/*
 * Where a value goes on below its first line, and what the search for its words shares. Internal to ocr/
 * (slot_label.c). Threading: free of state.
 */
#pragma once

#include "ocr/slot_below.h"

/* Right edge of the text in the column of the token `at`: of the band's column, or of the rows of its page that have
   labels. */
double tc_slot_right_edge(const tc_page_view *view, size_t at);
/* Behind a wide gap something else begins: the other side of a head. Boxed digits stand apart, though. */
bool tc_slot_is_next_thing(const tc_page_view *view, const tc_field_model *field, size_t last, size_t next);
/* A sign or two that is no word, and that the engine does not trust: what a speck, a stain or the back left of itself
   beside the value. */
bool tc_slot_is_noise(const tc_page_view *view, const tc_token *token);
/* How many of a line's tokens are left without the noise at its end, which costs the place's confidence. */
size_t tc_slot_drop_noise(const tc_page_view *view, const tc_field_model *field, const size_t *tokens, size_t count,
                          tc_slot *slot);
/* Nothing of the value is missing, as far as its kind can tell. */
bool tc_slot_is_whole(const tc_page_view *view, const tc_field_model *field, const tc_slot *slot);
/* Adds the lines below that the value goes on in, its last token so far being `last`. */
TC_NODISCARD bool tc_slot_add_wrapped(const tc_page_view *view, const tc_field_model *field, const tc_anchor *anchor,
                                      size_t last, tc_slot *slot, tc_error *err);
