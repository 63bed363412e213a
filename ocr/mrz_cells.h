/*
 * The machine-readable zone of a card as cells: its ninety characters stand in a grid of one pitch (ICAO Doc 9303 part
 * 3, 4.3), so that the print itself tells how many there are and where, which recognition of whole lines does not: rows
 * of fillers come out in any length. A filler is told by its form. What is left of a line's cells is set close
 * together, as engines expect print to be. Threading: free of state.
 */
#pragma once

#include "imaging/image.h"
#include "ocr/mrz.h"
#include "ocr/page.h"

enum { TC_MRZ_LINES = 3 };

typedef struct tc_mrz_cell {
  int left, right; /* columns of its ink, the right one excluded; none: equal */
  bool filler;
} tc_mrz_cell;

typedef struct tc_mrz_cells {
  tc_mrz_cell cells[TC_MRZ_LINES][TC_MRZ_LINE];
  double middles[TC_MRZ_LINES],
      slopes[TC_MRZ_LINES]; /* of each line: its characters' middle at x is middle + slope · x */
  double height;            /* of a character, pixels */
} tc_mrz_cells;

/* `lines`: places of the zone's lines on the GREY8 page, dark on light, pixels of the page, roughly, 1 … TC_MRZ_LINES
   of them in any order: the others are looked for above and below. false in *found: no grid of thirty columns is there.
   Fails only for lack of memory. */
TC_NODISCARD bool tc_mrz_cells_find(const tc_image *page, const tc_box *lines, size_t count, tc_mrz_cells *out,
                                    bool *found, tc_error *err);

/* A cell with a character that has to be read. */
bool tc_mrz_cell_is_sign(const tc_mrz_cell *cell);

/* Some of a line's cells (`columns`, count > 0 of them), close together on white. */
TC_NODISCARD bool tc_mrz_cells_image(const tc_image *page, const tc_mrz_cells *cells, int line, const int *columns,
                                     int count, tc_image **out, tc_error *err);
