/*
 * Private to imaging/: print that runs into the picture's edge.
 */
#pragma once

#include "imaging/image.h"
#include "imaging/page_map.h"

typedef struct tc_cut_input {
  const tc_image *grey, *binary; /* the clean page; borrowed */
  int lightest;                  /* grey that print is at most as light as; what is paler shines through from behind */
  int deepest;                   /* grey that a stroke of print is at most as light as where it is darkest */
  const tc_page_map *to_capture; /* clean pixels → capture pixels; borrowed */
  int width, height;             /* of the capture */
  double dpi;                    /* of the capture's pixels */
} tc_cut_input;

/* By side of the page as it is read: top, right, bottom, left. */
typedef struct tc_cuts {
  int strokes[4]; /* as thick as letters' strokes */
  int rules[4];   /* of them, how many run on straight for a centimetre */
} tc_cuts;

/* Sides of the picture that lie off the clean page (there is a desk) have none. */
tc_cuts tc_cut_measure(const tc_cut_input *input);
