/*
 * Projective transforms of the plane (3 × 3, row by row) and the points and quadrilaterals they move. Coordinates as in
 * image.h: origin top left, y down, pixel centres at .5; angles in degrees, clockwise as seen.
 * Everything is by value. Threading: free of state.
 */
#pragma once

#include "base/error.h"

typedef struct tc_point {
  double x, y;
} tc_point;

/* Top left, top right, bottom right, bottom left as a reader sees it. */
typedef struct tc_quad {
  tc_point corner[4];
} tc_quad;

typedef struct tc_transform {
  double m[9];
} tc_transform;

tc_transform tc_transform_identity(void);
tc_transform tc_transform_translate(double dx, double dy);
tc_transform tc_transform_scale(double sx, double sy);
/* About the origin, clockwise as seen on the screen. */
tc_transform tc_transform_rotate(double degrees);
/* First `first`, then `second`. */
tc_transform tc_transform_compose(const tc_transform *first, const tc_transform *second);
/* Fails with TC_USAGE where the transform is singular. */
TC_NODISCARD bool tc_transform_invert(const tc_transform *transform, tc_transform *out, tc_error *err);
/* The one that takes from.corner[i] to to.corner[i]. TC_USAGE where three corners lie on a line. */
TC_NODISCARD bool tc_transform_from_quads(const tc_quad *from, const tc_quad *to, tc_transform *out, tc_error *err);

/* From upright pixels back to the file's: EXIF orientation 1..8 (TIFF tag 274) of a file of width × height. */
tc_transform tc_transform_exif(int orientation, int width, int height);
/* From the image turned by `turns` quarter turns clockwise back to the image before, which is width × height. */
tc_transform tc_transform_turns(int turns, int width, int height);

tc_point tc_transform_point(const tc_transform *transform, tc_point point);
tc_quad tc_transform_quad(const tc_transform *transform, const tc_quad *quad);
/* The rectangle (x, y, width, height) as a quad, moved. */
tc_quad tc_transform_box(const tc_transform *transform, double x, double y, double width, double height);
/* No more than translation, scaling and quarter turns: pixels can be copied instead of interpolated. */
bool tc_transform_is_rectilinear(const tc_transform *transform);
