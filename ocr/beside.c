#include "ocr/beside.h"

#include <math.h>

#define ROOM 0.2   /* around the words, in their heights: a box ends a little too early now and then */
#define GAP 0.12   /* between the parts of a letter, and between letters */
#define NARROW 0.3 /* a colon, a comma … */
#define LOW 0.3    /* a dot, a dash, the end of a rule … */
#define TALL 0.55  /* … but the digit one */
#define THIN 0.1   /* a rule, a fold */

static int ink_of_column(const tc_image *page, int x, int top, int bottom)
{
  int ink = 0;
  for (int y = top; y < bottom; y++)
    ink += (tc_image_row(page, y)[x >> 3] >> (7 - (x & 7))) & 1;
  return ink;
}

/* By width and by the ink of its fullest column, in heights of the words. */
static bool is_print(double width, double ink) { return width >= (ink >= TALL ? THIN : NARROW) && ink >= LOW; }

/* The width of runs of print among the columns [first, end). */
static double print_among(const tc_image *page, int first, int end, tc_box span)
{
  const int top = (int)fmax(0, floor(span.y));
  const int bottom = (int)fmin(tc_image_height(page), ceil(span.y + span.height));
  double found = 0;
  int start = first;
  int last = first - 1; /* the last column with ink of the run at hand */
  int most = 0;
  for (int x = first; x <= end; x++) {
    const int ink = x < end ? ink_of_column(page, x, top, bottom) : 0;
    const bool broken = x == end || (ink == 0 && x - last > GAP * span.height);
    if (broken && most > 0 && is_print((last + 1 - start) / span.height, most / span.height))
      found += (last + 1 - start) / span.height;
    if (broken)
      most = 0;
    if (ink > 0) {
      start = most == 0 ? x : start;
      last = x;
      most = ink > most ? ink : most;
    }
  }
  return found;
}

static int column(const tc_image *page, double x) { return (int)fmin(fmax(0, x), tc_image_width(page)); }

double tc_print_beside(const tc_image *page, tc_box region, tc_box span)
{
  const double room = ROOM * span.height;
  return print_among(page, column(page, region.x), column(page, span.x - room), span) +
         print_among(page, column(page, span.x + span.width + room), column(page, region.x + region.width), span);
}
