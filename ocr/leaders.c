#include "ocr/leaders.h"

#include "base/auto.h"
#include "ocr/leaders_private.h"

#include <stdlib.h>

enum { WHITE = 0xFF, NEAR_PAPER = 225 };

static void sheet_finish(tc_leaders_sheet *s)
{
  free(s->black);
  free(s->dots);
  free(s->stack);
}
TC_AUTO_VALUE(tc_leaders_sheet, sheet_finish);

static bool unpack(const tc_image *binary, tc_leaders_sheet *s, tc_error *err)
{
  const tc_image_shape *shape = tc_image_shape_of(binary);
  s->width = shape->width;
  s->height = shape->height;
  s->dpi = shape->dpi_x > 0 ? shape->dpi_x : 300;
  s->black = calloc((size_t)s->height, (size_t)s->width);
  if (s->black == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a page");
  for (int y = 0; y < s->height; y++) {
    const uint8_t *row = tc_image_row(binary, y);
    uint8_t *to = s->black + (size_t)y * (size_t)s->width;
    for (int left = 0; left < s->width; left += 8)
      for (int x = left; row[left >> 3] != 0 && x < left + 8 && x < s->width; x++)
        to[x] = (row[x >> 3] >> (7 - (x & 7))) & 1;
  }
  return true;
}

void tc_leaders_erase(tc_leaders_sheet *s, int left, int top, int right, int bottom)
{
  for (int y = top > 0 ? top : 0; y < bottom && y < s->height; y++)
    for (int x = left > 0 ? left : 0; x < right && x < s->width; x++)
      s->black[y * s->width + x] = TC_LEADERS_GONE;
}

/* What is nearly paper (a ground pattern, a faded seal) becomes paper; ink keeps its share. */
static void lighten(const tc_image *grey, tc_image *out)
{
  uint8_t light[WHITE + 1];
  for (int value = 0; value <= WHITE; value++)
    light[value] = (uint8_t)(value >= NEAR_PAPER ? WHITE : value * WHITE / NEAR_PAPER);
  for (int y = 0; y < tc_image_height(out); y++) {
    const uint8_t *from = tc_image_row(grey, y);
    uint8_t *to = tc_image_row_mutable(out, y);
    for (int x = 0, width = tc_image_width(out); x < width; x++)
      to[x] = light[from[x]];
  }
}

static void whiten(const tc_leaders_sheet *s, tc_image *grey, tc_image *binary)
{
  for (int y = 0; y < s->height; y++) {
    const uint8_t *black = s->black + (size_t)y * (size_t)s->width;
    uint8_t *grey_row = tc_image_row_mutable(grey, y);
    uint8_t *binary_row = tc_image_row_mutable(binary, y);
    for (int x = tc_leaders_next(black, 0, s->width); x < s->width; x = tc_leaders_next(black, x + 1, s->width))
      if (black[x] == TC_LEADERS_GONE) {
        grey_row[x] = WHITE;
        binary_row[x >> 3] &= (uint8_t) ~(0x80 >> (x & 7));
      }
  }
}

bool tc_leaders_remove(const tc_image *grey, const tc_image *binary, tc_image **out_grey, tc_image **out_binary,
                       tc_error *err)
{
  tc_auto(tc_leaders_sheet) s = {0};
  tc_auto(tc_image) clean_grey = NULL;
  tc_auto(tc_image) clean_binary = NULL;
  if (!unpack(binary, &s, err) || !tc_leaders_remove_dots(&s, err) || !tc_leaders_remove_rules(&s, err))
    return false;
  if (!tc_image_create_unset(tc_image_shape_of(grey), &clean_grey, err) ||
      !tc_image_crop(binary, 0, 0, s.width, s.height, &clean_binary, err))
    return false;
  lighten(grey, clean_grey);
  whiten(&s, clean_grey, clean_binary);
  *out_grey = tc_steal(&clean_grey);
  *out_binary = tc_steal(&clean_binary);
  return true;
}
