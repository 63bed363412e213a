#include "imaging/turn.h"

#include <assert.h>
#include <string.h>

/* Where the target's pixel (0, 0) lies in the source, and the steps in the source for one step right and one down. */
typedef struct walk {
  int x, y;
  int right_x, right_y, down_x, down_y;
} walk;

static walk walk_of(int orientation, int width, int height)
{
  int last_x = width - 1;
  int last_y = height - 1;
  switch (orientation) {
  case 2:
    return (walk){last_x, 0, -1, 0, 0, 1};
  case 3:
    return (walk){last_x, last_y, -1, 0, 0, -1};
  case 4:
    return (walk){0, last_y, 1, 0, 0, -1};
  case 5:
    return (walk){0, 0, 0, 1, 1, 0};
  case 6:
    return (walk){0, last_y, 0, -1, 1, 0};
  case 7:
    return (walk){last_x, last_y, 0, -1, -1, 0};
  case 8:
    return (walk){last_x, 0, 0, 1, -1, 0};
  default:
    return (walk){0, 0, 1, 0, 0, 1};
  }
}

/* A block at a time: the source is read across its rows, and whole cache lines of both stay at hand. */
enum { BLOCK = 64 };

static void copy_block(const tc_image *from, const walk *path, tc_image *to, int left, int top)
{
  int right = left + BLOCK < tc_image_width(to) ? left + BLOCK : tc_image_width(to);
  int bottom = top + BLOCK < tc_image_height(to) ? top + BLOCK : tc_image_height(to);
  int bytes = tc_image_bytes_per_pixel(from);
  ptrdiff_t stride = (ptrdiff_t)tc_image_stride(from);
  const uint8_t *base = tc_image_row(from, 0);
  ptrdiff_t step = path->right_y * stride + path->right_x * bytes;
  for (int y = top; y < bottom; y++) {
    int x0 = path->x + y * path->down_x + left * path->right_x;
    int y0 = path->y + y * path->down_y + left * path->right_y;
    const uint8_t *source = base + y0 * stride + (ptrdiff_t)x0 * bytes;
    uint8_t *target = tc_image_row_mutable(to, y) + (ptrdiff_t)left * bytes;
    for (int x = left; x < right; x++, source += step, target += bytes) {
      target[0] = source[0];
      if (bytes == 3) {
        target[1] = source[1];
        target[2] = source[2];
      }
    }
  }
}

static void copy_bits(const tc_image *from, const walk *path, tc_image *to)
{
  for (int y = 0; y < tc_image_height(to); y++) {
    uint8_t *target = tc_image_row_mutable(to, y);
    int sx = path->x + y * path->down_x;
    int sy = path->y + y * path->down_y;
    for (int x = 0; x < tc_image_width(to); x++, sx += path->right_x, sy += path->right_y)
      if ((tc_image_row(from, sy)[sx >> 3] >> (7 - (sx & 7))) & 1)
        target[x >> 3] |= (uint8_t)(0x80 >> (x & 7));
  }
}

bool tc_image_upright(const tc_image *image, int exif_orientation, tc_image **out, tc_error *err)
{
  assert(exif_orientation >= 1 && exif_orientation <= 8);
  tc_image_shape shape = *tc_image_shape_of(image);
  const walk path = walk_of(exif_orientation, shape.width, shape.height);
  if (exif_orientation >= 5) {
    shape.width = tc_image_height(image);
    shape.height = tc_image_width(image);
    shape.dpi_x = tc_image_shape_of(image)->dpi_y;
    shape.dpi_y = tc_image_shape_of(image)->dpi_x;
  }
  tc_image *turned = NULL;
  if (!tc_image_create_unset(&shape, &turned, err))
    return false;
  if (shape.pixel == TC_PIXEL_BILEVEL)
    copy_bits(image, &path, turned);
  else
    for (int top = 0; top < shape.height; top += BLOCK)
      for (int left = 0; left < shape.width; left += BLOCK)
        copy_block(image, &path, turned, left, top);
  *out = turned;
  return true;
}

bool tc_image_turn(const tc_image *image, int turns, tc_image **out, tc_error *err)
{
  static const int orientation[4] = {1, 6, 3, 8};
  return tc_image_upright(image, orientation[turns & 3], out, err);
}
