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
    for (int x = 0; x < s->width; x++)
      to[x] = (row[x >> 3] >> (7 - (x & 7))) & 1;
  }
  return true;
}

void tc_leaders_erase(tc_leaders_sheet *s, int left, int top, int right, int bottom)
{
  for (int y = top > 0 ? top : 0; y < bottom && y < s->height; y++)
    for (int x = left > 0 ? left : 0; x < right && x < s->width; x++)
      s->black[y * s->width + x] = 3;
}

bool tc_leaders_remove(const tc_image *grey, const tc_image *binary, tc_image **out_grey, tc_image **out_binary,
                       tc_error *err)
{
  tc_auto(tc_leaders_sheet) s = {0};
  tc_auto(tc_image) clean_grey = NULL;
  tc_auto(tc_image) clean_binary = NULL;
  if (!unpack(binary, &s, err) || !tc_leaders_remove_dots(&s, err) || !tc_leaders_remove_rules(&s, err))
    return false;
  if (!tc_image_crop(grey, 0, 0, s.width, s.height, &clean_grey, err) ||
      !tc_image_crop(binary, 0, 0, s.width, s.height, &clean_binary, err))
    return false;
  for (int y = 0; y < s.height; y++) {
    uint8_t *grey_row = tc_image_row_mutable(clean_grey, y);
    uint8_t *binary_row = tc_image_row_mutable(clean_binary, y);
    for (int x = 0; x < s.width; x++)
      if (s.black[y * s.width + x] == 3) {
        grey_row[x] = WHITE;
        binary_row[x >> 3] &= (uint8_t) ~(0x80 >> (x & 7));
      } else {
        /* What is nearly paper (a ground pattern, a faded seal) becomes paper; ink keeps its share. */
        grey_row[x] = (uint8_t)(grey_row[x] >= NEAR_PAPER ? WHITE : grey_row[x] * WHITE / NEAR_PAPER);
      }
  }
  *out_grey = tc_steal(&clean_grey);
  *out_binary = tc_steal(&clean_binary);
  return true;
}
