/*
 * Private to imaging/: one number for each square of pixels of a picture, and its value between the squares' centres.
 * Ownership: a grid owns its cells.
 */
#pragma once

#include "imaging/image.h"

typedef struct tc_grid {
  int columns, rows;
  int cell; /* pixels to a side */
  float *cells;
} tc_grid;

/* All zero; for the whole of `image`. */
TC_NODISCARD bool tc_grid_init(tc_grid *grid, const tc_image *image, int cell, tc_error *err);
void tc_grid_finish(tc_grid *grid);
TC_AUTO_VALUE(tc_grid, tc_grid_finish);

/* Each cell becomes the largest (sign 1), the smallest (−1) or the mean of those within `radius`; `spare` has the same
   size. */
void tc_grid_extreme(tc_grid *grid, tc_grid *spare, int radius, float sign);
void tc_grid_mean(tc_grid *grid, tc_grid *spare, int radius);

/* The values at row y of the picture, interpolated between the cells' centres. */
void tc_grid_row(const tc_grid *grid, int y, int width, float *out);
