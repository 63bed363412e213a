/*
 * What the connected parts of a page are by their size: letters, marks (dots, accents, commas, hyphens), or none of a
 * text (frames, pictures, pen strokes). The measure is the page's most common height of a letter.
 * Ownership: the letters own their arrays, not the ink. Threading: immutable once made.
 */
#pragma once

#include "ocr/ink.h"

typedef enum tc_letter_kind {
  TC_LETTER_NONE,
  TC_LETTER_MARK,
  TC_LETTER,
  TC_LETTER_SEALED,     /* a letter by its size, within a seal */
  TC_LETTER_SEALED_MARK /* anything else within one */
} tc_letter_kind;

typedef struct tc_letters {
  uint8_t *kinds; /* tc_letter_kind by part of the ink */
  size_t part_count;
  size_t *order; /* parts that are letters, from left to right */
  size_t count;
  double height; /* the most common one, pixels; 0 where there is no letter */
} tc_letters;

TC_NODISCARD bool tc_letters_find(const tc_ink *ink, double dpi, tc_letters **out, tc_error *err);
void tc_letters_destroy(tc_letters *letters);
TC_AUTO_POINTER(tc_letters, tc_letters_destroy);

/* Sorts indices of parts by their left sides. */
TC_NODISCARD bool tc_letters_sort(const tc_ink *ink, size_t *parts, size_t count, tc_error *err);
