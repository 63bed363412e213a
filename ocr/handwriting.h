/*
 * Whether a value was written by hand, from the ink alone: digits that a clerk writes between print stand taller than
 * the print beside them or are of uneven height, and words in a running hand hang together where printed letters stand
 * apart.
 * Threading: free of state.
 */
#pragma once

#include "imaging/image.h"
#include "ocr/page.h"

/* How digits stand among print. */
typedef struct tc_digits_look {
  double tallness; /* the lowest of them against the capitals, digits and ascenders beside; 1: alike; 0: cannot tell */
  double unevenness; /* how far their heights differ, against the tallest: print stays below 0.08; 0 for one digit */
} tc_digits_look;

/* Of the ink in `part`, against the rest of the line `beside` (which may contain `part`). Clean pixels. */
TC_NODISCARD bool tc_handwriting_digits(const tc_image *binary, tc_box beside, tc_box part, tc_digits_look *out,
                                        tc_error *err);

/* The share of the inked width of `line` that connected strokes take which are far wider than a letter, 0 … 1. */
TC_NODISCARD bool tc_handwriting_run(const tc_image *binary, tc_box line, double *out, tc_error *err);

/* The connected strokes in the ink of `line` that are no marks or specks: how many, and how wide together, in pixels.
 */
TC_NODISCARD bool tc_handwriting_pieces(const tc_image *binary, tc_box line, size_t *count, double *width,
                                        tc_error *err);
