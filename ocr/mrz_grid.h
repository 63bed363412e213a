/*
 * Rows of characters of one pitch: where their ink stands, and the grid they stand on. Internal to ocr/mrz_*.c.
 * Threading: free of state.
 */
#pragma once

#include "imaging/image.h"
#include "ocr/mrz_cells.h"

enum { TC_MRZ_RUNS_MAX = 160 };

/* Inked columns next to each other. */
typedef struct tc_mrz_run {
  int left, right, top, bottom;
} tc_mrz_run;

typedef struct tc_mrz_row {
  tc_mrz_run runs[TC_MRZ_RUNS_MAX];
  int count;
  int left, right, top, bottom; /* where it was looked for */
  int ink;                      /* below it a pixel is ink */
  double height;                /* of a character */
  double middle, slope;         /* the line through its characters' middles */
} tc_mrz_row;

typedef struct tc_mrz_grid {
  double pitch, origin; /* the middle of cell k is origin + k · pitch */
  int on;               /* characters that stand on it; 0: there is none */
} tc_mrz_grid;

/* The characters of a line on a GREY8 page, and beside it: its first or last one may have been missed. */
void tc_mrz_row_look(const tc_image *page, tc_box line, tc_mrz_row *out);
/* The grey below which a pixel of the row's place is ink. */
void tc_mrz_row_set_ink(const tc_image *page, tc_mrz_row *row);
bool tc_mrz_row_is_ink(const tc_image *page, const tc_mrz_row *row, int x, int y);
/* The rows of the ink in the run's columns. */
void tc_mrz_row_measure(const tc_image *page, const tc_mrz_row *row, tc_mrz_run *run);
bool tc_mrz_row_has_ink(const tc_image *page, const tc_mrz_row *row, int x);

/* The grid that most characters of all lines stand on. */
tc_mrz_grid tc_mrz_grid_find(const tc_mrz_row rows[TC_MRZ_LINES]);
/* Thirty columns in a row, no more, in each of which two lines have a character; false: there are none. */
bool tc_mrz_grid_first(const tc_mrz_grid *grid, const tc_mrz_row rows[TC_MRZ_LINES], int *first);
/* Of the thirty columns those in which the line has a character. */
int tc_mrz_grid_columns(const tc_mrz_grid *grid, const tc_mrz_row *row, int first);
