/* Black-and-white pages drawn out of boxes: what the units of the layout are tested on. */
#pragma once

#include "tests/tc_test.h"

#include "imaging/image.h"

static inline void drawn_page(int width, int height, tc_image **out)
{
  tc_error err = {0};
  const tc_image_shape shape = {TC_PIXEL_BILEVEL, width, height, 300, 300};
  assert_ok(tc_image_create(&shape, out, &err), err);
}

static inline void drawn_box(tc_image *page, int x, int y, int width, int height)
{
  for (int row = y; row < y + height; row++)
    for (int column = x; column < x + width; column++)
      tc_image_row_mutable(page, row)[column >> 3] |= (uint8_t)(0x80 >> (column & 7));
}

/* Letters 18 wide and `height` high, 24 apart, that stand on `base`. */
static inline void drawn_letters(tc_image *page, int x, int base, int count, int height)
{
  for (int i = 0; i < count; i++)
    drawn_box(page, x + 24 * i, base - height, 18, height);
}
