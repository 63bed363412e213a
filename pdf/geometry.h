/*
 * Points, quads, rectangles and matrices of pdf/. Two planes meet here, and each name says which one is meant:
 *   capture pixels   origin top left, y down, the grid of the decoded capture before EXIF orientation and /Rotate;
 *                    the centre of the first pixel is (0.5, 0.5)
 *   page points      origin bottom left, y up, 1/72 inch (ISO 32000-1, 8.3.2.3)
 * Ownership: everything is by value. Threading: free of state.
 */
#pragma once

#include <stdbool.h>

typedef struct tc_pdf_point {
  double x, y;
} tc_pdf_point;

/* Four corners in reading order of what is written there: top left, top right, bottom right, bottom left. */
typedef struct tc_pdf_quad {
  tc_pdf_point corner[4];
} tc_pdf_quad;

/* left ≤ right; in page points bottom ≤ top. */
typedef struct tc_pdf_rect {
  double left, bottom, right, top;
} tc_pdf_rect;

/* x' = a·x + c·y + e, y' = b·x + d·y + f: the six numbers of `cm` (ISO 32000-1, 8.3.3). */
typedef struct tc_pdf_matrix {
  double a, b, c, d, e, f;
} tc_pdf_matrix;

tc_pdf_matrix tc_pdf_matrix_identity(void);
tc_pdf_matrix tc_pdf_matrix_scale(double x, double y);
tc_pdf_matrix tc_pdf_matrix_move(double x, double y);
/* First `first`, then `second`. */
tc_pdf_matrix tc_pdf_matrix_then(tc_pdf_matrix first, tc_pdf_matrix second);
tc_pdf_point tc_pdf_matrix_apply(tc_pdf_matrix matrix, tc_pdf_point point);
/* False for a matrix that has no inverse; *out is untouched then. */
bool tc_pdf_matrix_invert(tc_pdf_matrix matrix, tc_pdf_matrix *out);
/* The smallest upright rectangle around the unit square under `matrix`. */
tc_pdf_rect tc_pdf_matrix_unit_bounds(tc_pdf_matrix matrix);
/* Turns the unit square by the EXIF orientation 1–8 (CIPA DC-008, tag 274) within itself, y up; 1 for other values.
   The stored image, drawn under this matrix, shows upright. */
tc_pdf_matrix tc_pdf_matrix_exif(int orientation);
/* Turns the unit square clockwise by 0, 90, 180 or 270 degrees within itself, y up (the sense of /Rotate). */
tc_pdf_matrix tc_pdf_matrix_turn(int degrees);
