/*
 * A recognised page: words with their text, their confidence and their place, and the lines that they form.
 *
 * Two coordinate systems stand side by side, both with the origin top left, y down, pixel centres at .5:
 *   clean pixels    the grid of the cleaned page that the engine read (upright, straight): `box`; all geometry of
 *                   extraction happens here
 *   capture pixels  the grid of the decoded capture before any turn: `quad`, its corners top left, top right, bottom
 *                   right, bottom left as a reader sees the word; what leaves the module (the invisible text, a
 *                   field's box) is in these
 * Ownership: a page owns its words and their text. Threading: a page belongs to one thread at a time.
 */
#pragma once

#include "base/auto.h"
#include "base/error.h"
#include "base/json.h"
#include "imaging/transform.h"

#include <stddef.h>

typedef struct tc_box {
  double x, y, width, height;
} tc_box;

typedef struct tc_word {
  char *text;                 /* UTF-8, NFC, without white space; never empty */
  double confidence;          /* of the engine, 0 … 1 */
  tc_quad quad;               /* capture pixels */
  tc_box box;                 /* clean pixels */
  int block, paragraph, line; /* the engine's own counting, from 0; `line` is counted through the page */
} tc_word;

typedef struct tc_page {
  int width, height; /* of the clean page, pixels */
  double dpi;        /* of the clean page; 0 where unknown */
  tc_word *words;    /* in the engine's order */
  size_t word_count;
  size_t capacity;
} tc_page;

TC_NODISCARD bool tc_page_create(int width, int height, double dpi, tc_page **out, tc_error *err);
void tc_page_destroy(tc_page *page);
TC_AUTO_POINTER(tc_page, tc_page_destroy);

/* Adds a copy of *word; its text is brought to NFC and trimmed; a word of white space alone is left out. */
TC_NODISCARD bool tc_page_add(tc_page *page, const tc_word *word, tc_error *err);

/* The page as JSON, for messages between processes and for test cases, and back:
   {"width","height","dpi","words":[{"text","confidence","box":[x,y,w,h],"quad":[x,y, …8 numbers],"at":[block,paragraph,
   line]}]}. Reading back fails with TC_FORMAT; "quad" may be missing and is then the box itself. */
TC_NODISCARD bool tc_page_to_json(const tc_page *page, tc_json **out, tc_error *err);
TC_NODISCARD bool tc_page_from_json(const tc_json *json, tc_page **out, tc_error *err);

/* The whole text in reading order (see ocr/lines.h), a line each, NFC: for search. Appends to *out. */
TC_NODISCARD bool tc_page_text(const tc_page *page, tc_buf *out, tc_error *err);
