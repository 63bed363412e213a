/*
 * How a page that did not lie flat is out of place: a displacement at each node of a square grid over it, between nodes
 * interpolated, beyond them as at the nearest. Coordinates as in image.h.
 * Ownership: a bend owns its nodes. Threading: by value; shared read-only.
 */
#pragma once

#include "base/auto.h"
#include "imaging/transform.h"

typedef struct tc_bend {
  int columns, rows; /* of nodes; 0: the page is flat */
  double cell;       /* pixels from one node to the next; the first one stands at (0, 0) */
  tc_point *by;      /* pixels, row by row */
} tc_bend;

/* Nodes all over a page of width × height pixels, without displacement. `cell` > 0. TC_NO_MEMORY. */
TC_NODISCARD bool tc_bend_init(double width, double height, double cell, tc_bend *out, tc_error *err);
TC_NODISCARD bool tc_bend_copy(const tc_bend *bend, tc_bend *out, tc_error *err);
void tc_bend_finish(tc_bend *bend);
TC_AUTO_VALUE(tc_bend, tc_bend_finish);

/* Where a point of the flat page lies on the bent one. */
tc_point tc_bend_point(const tc_bend *bend, tc_point flat);
