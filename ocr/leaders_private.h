/* What the files leaders*.c share: the page while leaders and rules are taken out of it. One thread. */
#pragma once

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct tc_leaders_dot {
  int left, top, right, bottom; /* pixels; right and bottom excluded */
  bool speck;                   /* goes, whether it is a leader's or not */
  bool leader;
  bool joined; /* as wide as several dots: tells nothing of their distance */
} tc_leaders_dot;

enum { TC_LEADERS_BLACK = 1, TC_LEADERS_SEEN, TC_LEADERS_GONE };

typedef struct tc_leaders_sheet {
  uint8_t *black; /* a byte a pixel: 0 white, black, black and seen, to go */
  int width, height;
  double dpi;
  tc_leaders_dot *dots;
  size_t dot_count, dot_capacity;
  int *stack;
  size_t stack_capacity;
} tc_leaders_sheet;

/* The rectangle is to go, as far as it lies on the page; right and bottom excluded. */
void tc_leaders_erase(tc_leaders_sheet *s, int left, int top, int right, int bottom);
/* Black and not to go; false beside the page. Here, for it is asked of every pixel, many times. */
static inline bool tc_leaders_is_ink(const tc_leaders_sheet *s, int x, int y)
{
  if (x < 0 || y < 0 || x >= s->width || y >= s->height)
    return false;
  const uint8_t black = s->black[y * s->width + x];
  return black == TC_LEADERS_BLACK || black == TC_LEADERS_SEEN;
}

/* The first byte of [from, to) that is not 0, `to` where all are: most of a page is white. */
static inline int tc_leaders_next(const uint8_t *bytes, int from, int to)
{
  uint64_t eight = 0;
  for (; to - from >= (int)sizeof eight; from += (int)sizeof eight) {
    memcpy(&eight, bytes + from, sizeof eight);
    if (eight != 0)
      break;
  }
  while (from < to && bytes[from] == 0)
    from++;
  return from;
}

/* leaders_dots.c and leaders_rules.c, each over the whole page. */
TC_NODISCARD bool tc_leaders_remove_dots(tc_leaders_sheet *s, tc_error *err);
TC_NODISCARD bool tc_leaders_remove_rules(tc_leaders_sheet *s, tc_error *err);
