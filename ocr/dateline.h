/*
 * The date line of administrative layouts: "place, day … month … year …". Internal to ocr/. Threading: free of state.
 */
#pragma once

#include "ocr/slots.h"

typedef struct tc_dateline {
  size_t place, day, end; /* tokens: first of the place, the word before the day, behind the year */
} tc_dateline;

/* The date line whose word for "month", or whose day's number, is the token; false where that is none. */
bool tc_dateline_at(const tc_page_view *view, size_t token, tc_dateline *out);
/* Its three words from that for "day" on, whatever stands between them: numbers that a hand wrote. */
bool tc_dateline_form_at(const tc_page_view *view, size_t token, tc_dateline *out);
/* One that begins with a place, at one of the tokens [0, count) of a row. */
bool tc_dateline_among(const tc_page_view *view, const size_t *tokens, size_t count);
