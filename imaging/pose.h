/*
 * Private to imaging/: how the text stands on a page.
 */
#pragma once

#include "imaging/clean.h"

typedef struct tc_pose {
  int turns; /* quarter turns clockwise that bring the text upright */
  double turns_confidence;
  double skew; /* degrees clockwise that the lines are off after those turns */
  double skew_confidence;
  int lines;            /* of text, found on the way */
  double line_inches;   /* their median height, from ascender to descender; 0 where there are none */
  double bend_inches;   /* how far the worst line is from straight */
  int lines_at_edge[4]; /* how many come as close to `grey`'s top, right, bottom, left edge as no print does */
} tc_pose;

/* `grey` is flattened, of `dpi` 70 to 200. `turns` is 0..3 or TC_TURNS_DETECT. Confidence 0 where there are no lines.
 */
TC_NODISCARD bool tc_pose_find(const tc_image *grey, double dpi, int turns, double max_skew, tc_pose *out,
                               tc_error *err);

typedef struct tc_top {
  bool overturned;   /* the text stands on its head */
  double confidence; /* 0 … 1; 0 where there are too few lines */
} tc_top;

/* Of a bilevel page of letters, 70 to 200 dpi, whose lines run straight across. */
TC_NODISCARD bool tc_pose_find_top(const tc_image *letters, double dpi, tc_top *out, tc_error *err);
