/*
 * Private to imaging/: bright regions of a small picture, their hulls and the four sides of a hull.
 */
#pragma once

#include "imaging/image.h"
#include "imaging/transform.h"

typedef struct tc_region {
  tc_point *hull; /* convex, clockwise as seen; owned */
  int hull_count;
  double pixels; /* area, without its holes counted as missing */
} tc_region;

/* Otsu's threshold of a grey picture. */
int tc_region_threshold(const tc_image *grey);
/* The largest connected region brighter than the threshold, thin bridges cut; an empty one where there is none. */
TC_NODISCARD bool tc_region_largest(const tc_image *grey, int threshold, tc_region *out, tc_error *err);
void tc_region_finish(tc_region *region);

/* The smallest quadrilateral around the hull that repeated removal of a side finds. False where it degenerates. */
bool tc_region_quad(const tc_region *region, tc_quad *out);
/* Area of a polygon whose corners run clockwise as seen. */
double tc_region_area(const tc_point *corners, int count);

/* The convex hull, clockwise as seen, and how many points it has. `points` is sorted in place; `hull` has room for
   2 · count + 1. */
int tc_region_hull(tc_point *points, int count, tc_point *hull);
