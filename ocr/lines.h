/*
 * The lines of a page, rebuilt from its words' places alone: the engine's blocks tear two-column forms apart, so they
 * are not trusted. A row is everything that stands at one height; a cell is a run of a row without a wide gap.
 *
 * Rows: words are taken from left to right; each joins the row whose nearest word to its left stands at the same
 * height (their middles less than half a line apart), else it opens a row. That follows a slight slope. Words that were
 * read as one line stay in one row. The two pages of an open sheet have rows of their own.
 * Reading order of the text: rows from the top; where neighbouring rows have a gap at the same place (a two-column
 * head, a signature beside the list of recipients), each column is read to its end before the next.
 *
 * Ownership: tc_lines borrows the page. Threading: immutable once made.
 */
#pragma once

#include "ocr/page.h"

typedef struct tc_row {
  size_t *words; /* indices into the page's words, from left to right */
  size_t word_count;
  tc_box box;
  bool behind; /* on the second page of an open sheet (ocr/gutter.h) */
} tc_row;

typedef struct tc_cell {
  size_t row;
  size_t first, count; /* words of the row */
  tc_box box;
} tc_cell;

typedef struct tc_lines {
  const tc_page *page;
  tc_row *rows; /* from the top; of an open sheet: of its first page, then of its second */
  size_t row_count;
  tc_cell *cells; /* from the top, left to right */
  size_t cell_count;
  double height; /* median height of a word of letters, pixels */
  double gutter; /* x between the two pages of an open sheet; infinite: one page */
} tc_lines;

TC_NODISCARD bool tc_lines_create(const tc_page *page, tc_lines **out, tc_error *err);
void tc_lines_destroy(tc_lines *lines);
TC_AUTO_POINTER(tc_lines, tc_lines_destroy);

/* Indices of cells in reading order; `out` has room for cell_count. */
void tc_lines_order(const tc_lines *lines, size_t *out);
tc_box tc_box_union(tc_box a, tc_box b); /* a box of no width and height is empty */
