#include "imaging/image.h"

#include "imaging/wide.h"

#include <assert.h>
#include <string.h>

struct tc_image {
  tc_image_shape shape;
  size_t stride;
  uint8_t *pixels;
};

static size_t row_bytes(const tc_image_shape *shape)
{
  switch (shape->pixel) {
  case TC_PIXEL_BILEVEL:
    return ((size_t)shape->width + 7) / 8;
  case TC_PIXEL_GREY8:
    return (size_t)shape->width;
  case TC_PIXEL_RGB8:
    return (size_t)shape->width * 3;
  }
  return 0;
}

/* Bytes behind a row's last pixel are 0. */
static void clear_padding(tc_image *image)
{
  const size_t row = row_bytes(&image->shape);
  for (int y = 0; row < image->stride && y < image->shape.height; y++)
    memset(image->pixels + (size_t)y * image->stride + row, 0, image->stride - row);
}

static bool create(const tc_image_shape *shape, bool zero, tc_image **out, tc_error *err)
{
  assert(shape->width > 0 && shape->height > 0);
  size_t stride = (row_bytes(shape) + 3) & ~(size_t)3;
  size_t size;
  if (__builtin_mul_overflow(stride, (size_t)shape->height, &size) || size > PTRDIFF_MAX)
    return tc_fail(err, TC_NO_MEMORY, "an image of %d × %d pixels is out of range", shape->width, shape->height);
  tc_auto(tc_image) image = calloc(1, sizeof *image);
  if (image == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for an image");
  image->shape = *shape;
  image->stride = stride;
  image->pixels = zero ? calloc(1, size) : malloc(size);
  if (image->pixels == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for an image of %d × %d pixels", shape->width, shape->height);
  if (!zero)
    clear_padding(image);
  *out = tc_steal(&image);
  return true;
}

bool tc_image_create(const tc_image_shape *shape, tc_image **out, tc_error *err)
{
  return create(shape, true, out, err);
}

bool tc_image_create_unset(const tc_image_shape *shape, tc_image **out, tc_error *err)
{
  return create(shape, shape->pixel == TC_PIXEL_BILEVEL, out, err);
}

bool tc_image_from_pixels(const tc_image_shape *shape, tc_bytes pixels, size_t stride, tc_image **out, tc_error *err)
{
  size_t row = row_bytes(shape);
  size_t need;
  if (stride < row || __builtin_mul_overflow(stride, (size_t)shape->height - 1, &need) ||
      __builtin_add_overflow(need, row, &need) || need > pixels.size)
    return tc_fail(err, TC_USAGE, "%zu bytes are too few for an image of %d × %d pixels", pixels.size, shape->width,
                   shape->height);
  tc_auto(tc_image) image = NULL;
  if (!tc_image_create(shape, &image, err))
    return false;
  for (int y = 0; y < shape->height; y++)
    memcpy(image->pixels + (size_t)y * image->stride, pixels.data + (size_t)y * stride, row);
  if (shape->pixel == TC_PIXEL_BILEVEL && shape->width % 8 != 0)
    for (int y = 0; y < shape->height; y++)
      image->pixels[(size_t)y * image->stride + row - 1] &= (uint8_t)(0xff00 >> (shape->width % 8));
  *out = tc_steal(&image);
  return true;
}

void tc_image_destroy(tc_image *image)
{
  if (image == NULL)
    return;
  free(image->pixels);
  free(image);
}

const tc_image_shape *tc_image_shape_of(const tc_image *image) { return &image->shape; }
int tc_image_width(const tc_image *image) { return image->shape.width; }
int tc_image_height(const tc_image *image) { return image->shape.height; }
size_t tc_image_stride(const tc_image *image) { return image->stride; }

int tc_image_bytes_per_pixel(const tc_image *image)
{
  return image->shape.pixel == TC_PIXEL_RGB8 ? 3 : image->shape.pixel == TC_PIXEL_GREY8 ? 1 : 0;
}

const uint8_t *tc_image_row(const tc_image *image, int y)
{
  assert(y >= 0 && y < image->shape.height);
  return image->pixels + (size_t)y * image->stride;
}

uint8_t *tc_image_row_mutable(tc_image *image, int y)
{
  assert(y >= 0 && y < image->shape.height);
  return image->pixels + (size_t)y * image->stride;
}

tc_bytes tc_image_pixels(const tc_image *image)
{
  return (tc_bytes){image->pixels, image->stride * (size_t)image->shape.height};
}

void tc_image_set_dpi(tc_image *image, double dpi_x, double dpi_y)
{
  image->shape.dpi_x = dpi_x;
  image->shape.dpi_y = dpi_y;
}

/* ITU-R BT.601, in 1/256. */
TC_WIDE static void luma_row(const uint8_t *rgb, int width, uint8_t *to)
{
  for (int x = 0; x < width; x++)
    to[x] = (uint8_t)((rgb[3 * x] * 77 + rgb[3 * x + 1] * 150 + rgb[3 * x + 2] * 29 + 128) >> 8);
}

static void grey_row(const tc_image *image, int y, uint8_t *to)
{
  const uint8_t *from = tc_image_row(image, y);
  int width = image->shape.width;
  switch (image->shape.pixel) {
  case TC_PIXEL_BILEVEL:
    for (int x = 0; x < width; x++)
      to[x] = (from[x >> 3] >> (7 - (x & 7))) & 1 ? 0 : 255;
    break;
  case TC_PIXEL_GREY8:
    memcpy(to, from, (size_t)width);
    break;
  case TC_PIXEL_RGB8:
    luma_row(from, width, to);
    break;
  }
}

bool tc_image_to_grey(const tc_image *image, tc_image **out, tc_error *err)
{
  tc_image_shape shape = image->shape;
  shape.pixel = TC_PIXEL_GREY8;
  tc_image *grey = NULL;
  if (!tc_image_create_unset(&shape, &grey, err))
    return false;
  for (int y = 0; y < shape.height; y++)
    grey_row(image, y, tc_image_row_mutable(grey, y));
  *out = grey;
  return true;
}

static void copy_part(const tc_image *from, int left, int y, tc_image *to, int to_y)
{
  const uint8_t *source = tc_image_row(from, y);
  uint8_t *target = tc_image_row_mutable(to, to_y);
  int bytes = tc_image_bytes_per_pixel(from);
  if (bytes > 0) {
    memcpy(target, source + (size_t)left * (size_t)bytes, (size_t)to->shape.width * (size_t)bytes);
    return;
  }
  for (int x = 0; x < to->shape.width; x++)
    if ((source[(left + x) >> 3] >> (7 - ((left + x) & 7))) & 1)
      target[x >> 3] |= (uint8_t)(0x80 >> (x & 7));
}

bool tc_image_crop(const tc_image *image, int x, int y, int width, int height, tc_image **out, tc_error *err)
{
  int64_t right = (int64_t)x + width;
  int64_t bottom = (int64_t)y + height;
  int left = x < 0 ? 0 : x;
  int top = y < 0 ? 0 : y;
  if (right > image->shape.width)
    right = image->shape.width;
  if (bottom > image->shape.height)
    bottom = image->shape.height;
  if (width <= 0 || height <= 0 || right <= left || bottom <= top)
    return tc_fail(err, TC_USAGE, "the part at %d, %d of %d × %d lies outside the image", x, y, width, height);
  tc_image_shape shape = image->shape;
  shape.width = (int)(right - left);
  shape.height = (int)(bottom - top);
  tc_image *part = NULL;
  if (!tc_image_create_unset(&shape, &part, err))
    return false;
  for (int row = 0; row < shape.height; row++)
    copy_part(image, left, top + row, part, row);
  *out = part;
  return true;
}
