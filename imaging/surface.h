/*
 * Private to imaging/: the smooth surface of displacements whose slopes along x are those that were measured.
 */
#pragma once

#include "imaging/slopes.h"

enum { TC_SURFACE_COLUMNS = 13, TC_SURFACE_ROWS = 6, TC_SURFACE_TERMS = TC_SURFACE_COLUMNS * TC_SURFACE_ROWS };

typedef struct tc_surface {
  double width, height;          /* pixels of the page that it lies over */
  double term[TC_SURFACE_TERMS]; /* row by row */
} tc_surface;

/* *out_found false where nothing can be said. TC_NO_MEMORY. */
TC_NODISCARD bool tc_surface_fit(const tc_slopes *slopes, double width, double height, bool *out_found, tc_surface *out,
                                 tc_error *err);
/* Pixels down. What shifts whole lines is left out: along each line the mean is 0. */
double tc_surface_at(const tc_surface *surface, double x, double y);
/* Pixels by which the worst line leaves the straight line that fits it best, where something was measured. */
double tc_surface_bend(const tc_surface *surface, const tc_slopes *slopes);
