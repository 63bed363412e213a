/*
 * Runs of tokens of one cell: what the parts of a layout that no label names are made of (ocr/finders.c,
 * ocr/signature.c). Internal to ocr/. Ownership: a run holds indices into the view's tokens. Threading: free of state.
 */
#pragma once

#include "ocr/slots.h"

#define TC_RUN_LOPSIDED 2.0   /* heights: a centred line further off lost words at one of its ends */
#define TC_RUN_LOST_WORDS 0.5 /* place confidence then */

enum { TC_RUN_TOKENS_MAX = 256 };

typedef struct tc_run {
  size_t tokens[TC_RUN_TOKENS_MAX];
  size_t count;
  tc_box box;
} tc_run;

/* The run of the cell that begins at `first`; returns the first token behind it. */
size_t tc_run_of_cell(const tc_page_view *view, size_t first, tc_run *out);
/* Its tokens' texts with blanks between; appends. */
TC_NODISCARD bool tc_run_text(const tc_page_view *view, const tc_run *run, tc_buf *out, tc_error *err);
double tc_run_middle(const tc_run *run); /* x, clean pixels */
/* One of the labels stands at its start; a short one counts before a colon or a number alone. */
bool tc_run_starts_with(const tc_page_view *view, const tc_run *run, const tc_label_set *labels);
/* Makes it a line of the slot, whose place is sure then. */
TC_NODISCARD bool tc_run_add(const tc_page_view *view, const tc_run *run, tc_slot *slot, tc_error *err);
