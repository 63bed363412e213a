/*
 * An image in memory: rows of 8-bit grey, 8-bit RGB or 1-bit pixels, with its resolution.
 * Coordinates everywhere in imaging/: origin top left, x to the right, y down, pixel (0, 0) covers [0, 1) × [0, 1), so
 * that its centre lies at (0.5, 0.5).
 * Ownership: an image owns its pixels; accessors return borrowed memory that lives as long as the image.
 * Threading: an image belongs to one thread at a time, or is shared read-only.
 */
#pragma once

#include "base/buf.h"

typedef enum tc_pixel {
  TC_PIXEL_BILEVEL, /* 1 bit, first pixel in the highest bit of a byte; 1 is black; unused bits of a row are 0 */
  TC_PIXEL_GREY8,   /* 1 byte; 0 black, 255 white */
  TC_PIXEL_RGB8     /* 3 bytes: red, green, blue (sRGB) */
} tc_pixel;

typedef struct tc_image tc_image;

typedef struct tc_image_shape {
  tc_pixel pixel;
  int width, height;   /* pixels, both > 0 */
  double dpi_x, dpi_y; /* pixels per inch; 0 = unknown */
} tc_image_shape;

/* Pixels are zero (black for grey and RGB, white for bilevel). TC_NO_MEMORY. */
TC_NODISCARD bool tc_image_create(const tc_image_shape *shape, tc_image **out, tc_error *err);
/* The same for who writes every pixel of a grey or colour image at once: they are anything before, and nothing that
   could fail comes between. */
TC_NODISCARD bool tc_image_create_unset(const tc_image_shape *shape, tc_image **out, tc_error *err);
/* The same from a copy of raw rows, `stride` bytes apart. Fails with TC_USAGE where `pixels` is too short. */
TC_NODISCARD bool tc_image_from_pixels(const tc_image_shape *shape, tc_bytes pixels, size_t stride, tc_image **out,
                                       tc_error *err);
void tc_image_destroy(tc_image *image); /* takes NULL */
TC_AUTO_POINTER(tc_image, tc_image_destroy);

const tc_image_shape *tc_image_shape_of(const tc_image *image);
int tc_image_width(const tc_image *image);
int tc_image_height(const tc_image *image);
/* Bytes from one row to the next: the packed row rounded up to a multiple of 4. */
size_t tc_image_stride(const tc_image *image);
/* Bytes of a pixel: 1 for grey, 3 for RGB, 0 for bilevel. */
int tc_image_bytes_per_pixel(const tc_image *image);
const uint8_t *tc_image_row(const tc_image *image, int y);
uint8_t *tc_image_row_mutable(tc_image *image, int y);
/* All rows: stride · height bytes. */
tc_bytes tc_image_pixels(const tc_image *image);
void tc_image_set_dpi(tc_image *image, double dpi_x, double dpi_y);

/* A copy as 8-bit grey: ITU-R BT.601 luma of RGB, 0 and 255 for bilevel. */
TC_NODISCARD bool tc_image_to_grey(const tc_image *image, tc_image **out, tc_error *err);
/* A copy of the part at (x, y), width × height, cut at the image's edges. TC_USAGE where nothing is left. */
TC_NODISCARD bool tc_image_crop(const tc_image *image, int x, int y, int width, int height, tc_image **out,
                                tc_error *err);
