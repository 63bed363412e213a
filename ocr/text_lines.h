/*
 * The lines of text of a page, found from its ink alone, before anything is read: what an engine is given line by line.
 *
 * From left to right each letter joins the line whose band (the median tops and bottoms of its last letters) it stands
 * in, so that lines may slope or bend; a gap of more than a few heights ends a line, so that columns and cells come
 * apart. Pieces of one line are joined; marks go to the line that they stand in, above or below.
 *
 * Coordinates: pixels of the page, y down. Ownership: the lines own their arrays, not the ink. Threading: immutable
 * once made.
 */
#pragma once

#include "imaging/clean.h"
#include "ocr/letters.h"

#define TC_NO_LINE SIZE_MAX
#define TC_SEAL_LINE (SIZE_MAX - 1) /* what stands within a seal and is of no line: nobody reads it */

typedef struct tc_text_line {
  size_t *parts; /* of the ink, letters and marks, from left to right */
  size_t part_count;
  int left, top, right, bottom; /* of all parts; right and bottom excluded */
  int from, to;                 /* left and right, further out where letters grew into a seal or a signature */
  double base, slope;           /* the letters stand on y = base + slope · (x − left) */
  double tall;                  /* pixels from there to the top of capitals and ascenders */
} tc_text_line;

typedef struct tc_text_lines {
  tc_text_line *items; /* from the top */
  size_t count;
  size_t *line_of; /* by part of the ink: its line, TC_NO_LINE or TC_SEAL_LINE */
} tc_text_lines;

/* `dpi` of the page; 0 is taken as 300. `seals`: black ones, NULL for none. */
TC_NODISCARD bool tc_text_lines_find(const tc_ink *ink, double dpi, const tc_seals *seals, tc_text_lines **out,
                                     tc_error *err);
void tc_text_lines_destroy(tc_text_lines *lines);
TC_AUTO_POINTER(tc_text_lines, tc_text_lines_destroy);

double tc_text_line_base(const tc_text_line *line, double x); /* y that the letters stand on */
