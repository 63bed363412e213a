#include "imaging/picture.h"

#include "base/file.h"
#include "imaging/vips_bridge.h"

/* libvips wants rows without padding. */
static bool packed_rows(const tc_image *image, tc_buf *out, tc_error *err)
{
  size_t row = (size_t)tc_image_width(image) * (size_t)tc_image_bytes_per_pixel(image);
  if (!tc_buf_reserve(out, row * (size_t)tc_image_height(image), err))
    return false;
  for (int y = 0; y < tc_image_height(image); y++)
    if (!tc_buf_append(out, tc_image_row(image, y), row, err))
      return false;
  return true;
}

bool tc_picture_write(const tc_image *image, int max_width, int *out_fd, tc_error *err)
{
  if (max_width < 1)
    return tc_fail(err, TC_USAGE, "a picture of %d pixels is none", max_width);
  tc_auto(tc_image) grey = NULL;
  if (tc_image_bytes_per_pixel(image) == 0) {
    if (!tc_image_to_grey(image, &grey, err))
      return false;
    image = grey;
  }
  tc_auto(tc_buf) rows = {0};
  tc_auto(tc_buf) jpeg = {0};
  tc_auto(tc_fd) fd = -1;
  if (!tc_vips_start(err) || !packed_rows(image, &rows, err) ||
      !tc_vips_encode_jpeg(tc_image_shape_of(image), tc_buf_bytes(&rows), max_width, &jpeg, err) ||
      !tc_memfd("picture", &fd, err) || !tc_fd_write_all(fd, jpeg.data, jpeg.size, err))
    return false;
  *out_fd = tc_fd_steal(&fd);
  return true;
}
