/*
 * Private to imaging/: the picture of a scanner's glass, small, and what on it is not the lid.
 */
#pragma once

#include "imaging/image.h"
#include "imaging/transform.h"

/* A picture whose pixels are compared with the lid's colour. */
typedef struct tc_glass {
  tc_image *small; /* RGB8 or GREY8; owned */
  int factor;      /* of the picture's pixels to one of `small` */
  double mm;       /* pixels of `small` to a millimetre */
  int lid[3];
  int noise; /* what differs from the lid by more is not the lid */
} tc_glass;

/* Shrinks the picture to `dpi` or a little more. *even false: there is no lid of one colour around things. */
TC_NODISCARD bool tc_glass_init(tc_glass *glass, const tc_image *image, double dpi, bool *even, tc_error *err);
void tc_glass_finish(tc_glass *glass);
TC_AUTO_VALUE(tc_glass, tc_glass_finish);

/* By how much the pixel there is darker than the lid in the channel in which it is least so; negative: lighter in one.
   A shadow darkens all of them alike, a tint does not. Outside of the picture the lid goes on. */
double tc_glass_darkness(const tc_glass *glass, double x, double y);

/* A thing that is not the lid: the smallest rectangle around it. Pixels of `small`. */
typedef struct tc_glass_thing {
  tc_quad box;          /* clockwise as seen, longer sides first and third */
  double width, height; /* width ≥ height */
  double filled;        /* of the rectangle by the thing, 0 … 1 */
  bool at_border;       /* of the picture */
} tc_glass_thing;

/* Up to `max` things of more than a speck's size; *count is max + 1 where there are more. */
TC_NODISCARD bool tc_glass_things(const tc_glass *glass, int max, tc_glass_thing *out, int *count, tc_error *err);
