/*
 * The tokens of a page: its words in row order, cut where a label's colon or a dotted leader glues two things into one
 * word, freed of leaders, rules and specks. All of extraction works on tokens.
 * Ownership: tokens own their text. Threading: immutable once made.
 */
#pragma once

#include "ocr/lines.h"

typedef struct tc_token {
  char *text;   /* what is printed, without leaders */
  char *folded; /* letters and digits alone (ocr/fuzzy.h); may be empty ("-/-") */
  tc_box box;   /* clean pixels; of a part of a word: in proportion to its letters */
  tc_quad quad; /* capture pixels, the same */
  double confidence;
  size_t row;       /* of the lines */
  bool colon;       /* a colon ends it (and was taken off) */
  bool glued;       /* printed without a blank after the token before */
  bool starts_cell; /* first of its cell */
} tc_token;

typedef struct tc_tokens {
  tc_token *items; /* rows from the top, each from left to right */
  size_t count, capacity;
} tc_tokens;

TC_NODISCARD bool tc_tokens_create(const tc_lines *lines, tc_tokens **out, tc_error *err);
void tc_tokens_destroy(tc_tokens *tokens);
TC_AUTO_POINTER(tc_tokens, tc_tokens_destroy);
