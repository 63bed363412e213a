/*
 * Each side of the capture is walked a quarter of a millimetre within its edge, on the clean page's black and white.
 * Nothing is printed there; so a run of ink as long as a stroke is thick, which goes on inwards, is print that was cut.
 * What lies along the edge (a lid's shadow, the rim of a copy) is longer, specks go no farther, and a patterned ground
 * on which a stain lies is nowhere as dark as the middle of a letter's stroke. A stroke that goes on straight for a
 * centimetre is a rule: of a frame, or of a table. Streaks and folds are such, too, but they reach both sides: the
 * caller weighs a side against the one across.
 */
#include "imaging/cut.h"

#include <math.h>

enum { WHITE = 255 };

static const double inset_mm = 0.25; /* where strokes are looked for … */
static const double deeper_mm = 0.6; /* … and where they still are */
static const double thinnest_mm = 0.1;
static const double thickest_mm = 2.2;
static const double slant_mm = 0.25; /* by which a stroke may lean between the two */
static const double rule_mm = 10;
static const double rule_most_mm = 1;

/* One side of the capture: from its first corner, so many pixels along and inwards. */
typedef struct side {
  const tc_cut_input *input;
  tc_point start, along, inward;
  int length;
  double mm; /* pixels */
} side;

/* How dark the ink there is; white where there is none. */
static int ink_at(const side *s, double along, double inward)
{
  const tc_point in_capture = {s->start.x + along * s->along.x + inward * s->inward.x,
                               s->start.y + along * s->along.y + inward * s->inward.y};
  const tc_point p = tc_page_map_back(s->input->to_capture, in_capture);
  const tc_image *binary = s->input->binary;
  if (!(p.x >= 0 && p.y >= 0 && p.x < tc_image_width(binary) && p.y < tc_image_height(binary)))
    return WHITE;
  return (tc_image_row(binary, (int)p.y)[(int)p.x >> 3] >> (7 - ((int)p.x & 7))) & 1
             ? tc_image_row(s->input->grey, (int)p.y)[(int)p.x]
             : WHITE;
}

static bool is_ink(const side *s, double along, double inward)
{
  return ink_at(s, along, inward) <= s->input->lightest;
}

static bool goes_on(const side *s, double along)
{
  const int most = (int)ceil(slant_mm * s->mm);
  for (int lean = -most; lean <= most; lean++)
    if (is_ink(s, along + lean, deeper_mm * s->mm))
      return true;
  return false;
}

/* The middle of the ink around `along` at that depth; NAN where there is none or it is too thick for a rule. */
static double middle_of(const side *s, double along, double inward)
{
  const double most = rule_most_mm * s->mm;
  double first = along;
  double last = along;
  if (!is_ink(s, along, inward))
    return NAN;
  while (last - first <= most && is_ink(s, first - 1, inward))
    first -= 1;
  while (last - first <= most && is_ink(s, last + 1, inward))
    last += 1;
  return last - first <= most ? (first + last) / 2 : NAN;
}

static bool is_rule(const side *s, double along)
{
  const int length = (int)((rule_mm - inset_mm) * s->mm);
  for (int i = 0; i < length; i++) {
    const double here = middle_of(s, along, inset_mm * s->mm + i);
    if (isnan(here))
      return false;
    along = here;
  }
  return true;
}

static void walk(const side *s, int *strokes, int *rules)
{
  int run = 0;
  int darkest = WHITE;
  for (int at = 0; at <= s->length; at++) {
    const int ink = at < s->length ? ink_at(s, at + 0.5, inset_mm * s->mm) : WHITE;
    if (ink <= s->input->lightest) {
      darkest = run == 0 || ink < darkest ? ink : darkest;
      run++;
      continue;
    }
    const double middle = at - run / 2.0;
    if (run >= thinnest_mm * s->mm && run <= thickest_mm * s->mm && darkest <= s->input->deepest &&
        goes_on(s, middle)) {
      *strokes += 1;
      *rules += is_rule(s, middle) ? 1 : 0;
    }
    run = 0;
  }
}

/* Which side of the clean page the edge is: 0 top, 1 right, 2 bottom, 3 left. */
static int side_as_read(const side *s)
{
  const tc_point edge = {s->start.x + s->along.x * s->length / 2, s->start.y + s->along.y * s->length / 2};
  const tc_point within = {edge.x + s->inward.x * s->mm, edge.y + s->inward.y * s->mm};
  const tc_point a = tc_page_map_back(s->input->to_capture, edge);
  const tc_point b = tc_page_map_back(s->input->to_capture, within);
  if (fabs(b.y - a.y) > fabs(b.x - a.x))
    return b.y > a.y ? 0 : 2;
  return b.x > a.x ? 3 : 1;
}

tc_cuts tc_cut_measure(const tc_cut_input *input)
{
  const double w = input->width;
  const double h = input->height;
  const struct {
    tc_point start, along, inward;
    int length;
  } edges[4] = {{{0, 0}, {1, 0}, {0, 1}, input->width},
                {{w, 0}, {0, 1}, {-1, 0}, input->height},
                {{0, h}, {1, 0}, {0, -1}, input->width},
                {{0, 0}, {0, 1}, {1, 0}, input->height}};
  tc_cuts cuts = {0};
  for (int i = 0; i < 4; i++) {
    const side s = {input,           edges[i].start,  edges[i].along,
                    edges[i].inward, edges[i].length, fmax(4, input->dpi / 25.4)};
    const int at = side_as_read(&s);
    walk(&s, &cuts.strokes[at], &cuts.rules[at]);
  }
  return cuts;
}
