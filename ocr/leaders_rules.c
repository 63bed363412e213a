/*
 * Rules: a black run longer than RULE_INCHES goes wherever it is thin; where a letter stands on it or crosses it, the
 * run is thick and stays. Upright lines go only where they end at such a rule: the boxes around digits.
 */
#include "ocr/leaders_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RULE_INCHES 0.5
#define RULE_THICK_INCHES 0.018
#define UPRIGHT_INCHES 0.13

enum { RULE_THICK_MAX = 16, GAP_IN_RULE = 2 };

static int reach(const tc_leaders_sheet *s, int x, int y, int dx, int dy, int limit)
{
  int steps = 0;
  while (steps <= limit && tc_leaders_is_ink(s, x + dx * (steps + 1), y + dy * (steps + 1)))
    steps++;
  return steps;
}

/* Thickness of the ink at a point, up to `limit` to each side. */
static int thickness(const tc_leaders_sheet *s, int x, int y, int limit, int *up)
{
  *up = reach(s, x, y, 0, -1, limit);
  return *up + reach(s, x, y, 0, 1, limit) + 1;
}

/* The thickness that half of a run's columns stay below: the rule's own. */
static int rule_thickness(const tc_leaders_sheet *s, int y, int left, int right, int limit)
{
  int counts[2 * RULE_THICK_MAX + 2] = {0};
  int total = 0;
  for (int x = left; x < right; x++) {
    int up = 0;
    if (!tc_leaders_is_ink(s, x, y))
      continue;
    counts[thickness(s, x, y, limit, &up)]++;
    total++;
  }
  int below = 0;
  for (int t = 0; t < 2 * RULE_THICK_MAX + 2; t++) {
    below += counts[t];
    if (below * 2 > total)
      return t;
  }
  return 0;
}

/* Marks where the run of a rule is thin; `mark` keeps rule pixels for the upright lines that end at them. */
static void take_rule(const tc_leaders_sheet *s, uint8_t *mark, int y, int left, int right)
{
  const int most = (int)ceil(RULE_THICK_INCHES * s->dpi);
  const int limit = most < RULE_THICK_MAX ? most : RULE_THICK_MAX;
  const int thick = rule_thickness(s, y, left, right, limit);
  for (int x = left; x < right && thick <= limit; x++) {
    int up = 0;
    if (!tc_leaders_is_ink(s, x, y))
      continue;
    const int here = thickness(s, x, y, limit, &up);
    mark[y * s->width + x] |= 1;
    for (int at = y - up; here <= thick + 1 && at < y - up + here; at++)
      mark[at * s->width + x] |= 2;
  }
}

static bool is_ink(uint8_t black) { return black == TC_LEADERS_BLACK || black == TC_LEADERS_SEEN; }

static bool find_rules(const tc_leaders_sheet *s, uint8_t *mark)
{
  const int least = (int)(RULE_INCHES * s->dpi);
  bool found = false;
  for (int y = 0; y < s->height; y++) {
    const uint8_t *row = s->black + (size_t)y * (size_t)s->width;
    for (int x = tc_leaders_next(row, 0, s->width); x < s->width; x = tc_leaders_next(row, x + 1, s->width)) {
      if (!is_ink(row[x]))
        continue;
      const int left = x;
      int last = x;
      for (; x < s->width && x - last <= GAP_IN_RULE; x++)
        last = is_ink(row[x]) ? x : last;
      if (last - left >= least) {
        take_rule(s, mark, y, left, last + 1);
        found = true;
      }
    }
  }
  return found;
}

static bool near_rule(const tc_leaders_sheet *s, const uint8_t *mark, int x, int y)
{
  for (int dy = -3; dy <= 3; dy++)
    for (int dx = -3; dx <= 3; dx++) {
      const int nx = x + dx;
      const int ny = y + dy;
      if (nx >= 0 && ny >= 0 && nx < s->width && ny < s->height && (mark[ny * s->width + nx] & 1) != 0)
        return true;
    }
  return false;
}

/* An upright line's ink goes where it is thin, and at its ends, which lie within the rules, where it is wide. */
static void take_upright(const tc_leaders_sheet *s, uint8_t *mark, int x, int top, int bottom)
{
  const int thick = (int)ceil(RULE_THICK_INCHES * s->dpi);
  if (!near_rule(s, mark, x, top) || !near_rule(s, mark, x, bottom - 1))
    return;
  for (int at = top; at < bottom; at++) {
    const int left = reach(s, x, at, -1, 0, thick);
    const int right = reach(s, x, at, 1, 0, thick);
    if (left + right + 1 <= thick || at - top <= thick || bottom - at <= thick + 1)
      mark[at * s->width + x] |= 4;
  }
}

/* The first ink of a column at `y` or right below, as far as a gap in a line allows; -1: none. */
static int ink_from(const tc_leaders_sheet *s, int x, int y)
{
  for (int at = y; at <= y + GAP_IN_RULE && at < s->height; at++)
    if (is_ink(s->black[at * s->width + x]))
      return at;
  return -1;
}

/* The last ink of a column's line through `y`, going up (-1) or down (1). */
static int upright_end(const tc_leaders_sheet *s, int x, int y, int way)
{
  int last = y;
  for (int at = y + way; at >= 0 && at < s->height && abs(at - last) <= GAP_IN_RULE + 1; at += way)
    last = is_ink(s->black[at * s->width + x]) ? at : last;
  return last;
}

/* From rows that lie so far apart that no line falls between them. */
static void find_uprights(const tc_leaders_sheet *s, uint8_t *mark)
{
  const int least = (int)fmax(1, (int)(UPRIGHT_INCHES * s->dpi));
  for (int y = 0; y < s->height; y += least)
    for (int x = 0; x < s->width; x++) {
      const int ink = ink_from(s, x, y);
      if (ink < 0)
        continue;
      const int top = upright_end(s, x, ink, -1);
      const int bottom = upright_end(s, x, ink, 1) + 1;
      if (bottom - top >= least && top > y - least) /* or the row before has seen it */
        take_upright(s, mark, x, top, bottom);
    }
}

static void erase_marked(tc_leaders_sheet *s, const uint8_t *mark)
{
  for (int y = 0; y < s->height; y++) {
    const uint8_t *row = mark + (size_t)y * (size_t)s->width;
    for (int x = tc_leaders_next(row, 0, s->width); x < s->width; x = tc_leaders_next(row, x + 1, s->width))
      if ((row[x] & 2) != 0)
        tc_leaders_erase(s, x, y - 1, x + 1, y + 2);
      else if ((row[x] & 4) != 0)
        tc_leaders_erase(s, x - 2, y, x + 3, y + 1);
  }
}

bool tc_leaders_remove_rules(tc_leaders_sheet *s, tc_error *err)
{
  uint8_t *mark = calloc((size_t)s->width * (size_t)s->height, 1);
  if (mark == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a page");
  if (find_rules(s, mark)) {
    find_uprights(s, mark);
    erase_marked(s, mark);
  }
  free(mark);
  return true;
}
