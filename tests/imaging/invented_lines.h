/*
 * Pages of invented "lines": words of letters with a body, ascenders twice as often as descenders, as Latin script has
 * them. Each place of the page is ink or not, so that a page can be drawn through any transform.
 */
#pragma once

#include <stdbool.h>

enum { PAGE_WIDTH = 874, PAGE_HEIGHT = 1240, PAGE_DPI = 150 }; /* A5 */

/* Ink at page position (x, y), in pixels of the page: lines every 26 pixels, letters about every 9. */
static inline bool invented_ink(double x, double y)
{
  if (x < 90 || x > 780 || y < 100 || y > 1140)
    return false;
  int line = (int)((y - 100) / 26);
  double row = (y - 100) - line * 26;
  double pitch = 9 + (line * 7 % 11) * 0.13; /* so that no columns line up */
  int letter = (int)((x - 90) / pitch);
  double column = (x - 90) - letter * pitch;
  unsigned hash = (unsigned)(letter * 2654435761U) ^ (unsigned)(line * 40503U + 77U);
  hash = (hash ^ (hash >> 13)) * 1274126177U;
  hash ^= hash >> 16;
  if (hash % 7 == 0 || (line % 9 == 8 && x > 350))
    return false; /* between words; a paragraph's last line */
  bool bowl = column < 7 && row > 8 && row < 18 && !(column > 2 && column < 5 && row > 10 && row < 16);
  bool stem_up = hash % 5 == 1 && column < 2 && row > 2 && row < 18;
  bool mark = hash % 4 == 2 && column > 1 && column < 6 && row > 3 && row < 6;
  bool stem_down = hash % 11 == 3 && column < 2 && row > 8 && row < 23;
  return bowl || stem_up || mark || stem_down;
}
