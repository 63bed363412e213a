/*
 * Private to imaging/: pages that did not lie flat, so that their lines of text are curves.
 */
#pragma once

#include "imaging/bend.h"
#include "imaging/pose.h"

/* How far the worst line of a page of letters leaves a straight line, in inches; 0 where there is too little text to
   say. Quick: for every page. `letters`: bilevel, of 70 to 200 dpi, text across. */
TC_NODISCARD bool tc_dewarp_measure(const tc_image *letters, double dpi, double *out, tc_error *err);

typedef struct tc_dewarp_page {
  const tc_image *grey;        /* flattened; borrowed */
  const tc_transform *to_grey; /* the page's pixels → grey's, as if it were flat; borrowed */
  double width, height, dpi;   /* of the page */
} tc_dewarp_page;

/* The bend that makes the page's lines straight, in the page's pixels; none where it is flat, or where taking the bend
   out makes its lines no clearer. Where there is one, *top says how the straight lines stand; otherwise it is
   untouched. TC_NO_MEMORY. */
TC_NODISCARD bool tc_dewarp_find(const tc_dewarp_page *page, tc_bend *out, tc_top *top, tc_error *err);

/* A page that bends less, in inches, is flat. */
extern const double tc_dewarp_least;
