/*
 * Images for the tests of imaging/, made on the spot. All helpers fail the test where making fails.
 */
#pragma once

#include "imaging/decode.h"
#include "tests/tc_test.h"

#include <math.h>
#include <unistd.h>

#include <tiffio.h>
#include <vips/vips.h>

/* A gradient with a black block near the top left, so that turns and mirrors are told apart. */
static inline uint8_t material_value(int x, int y)
{
  return x >= 4 && x < 20 && y >= 3 && y < 9 ? 0 : (uint8_t)(120 + (x * 3 + y * 5) % 120);
}

static inline VipsImage *material_picture(int width, int height, int bands)
{
  uint8_t *pixels = malloc((size_t)width * (size_t)height * (size_t)bands);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      for (int band = 0; band < bands; band++)
        pixels[((size_t)y * (size_t)width + (size_t)x) * (size_t)bands + (size_t)band] = material_value(x, y);
  VipsImage *image = vips_image_new_from_memory_copy(pixels, (size_t)width * (size_t)height * (size_t)bands, width,
                                                     height, bands, VIPS_FORMAT_UCHAR);
  free(pixels);
  assert_non_null(image);
  image->Type = bands >= 4 ? VIPS_INTERPRETATION_CMYK : bands == 3 ? VIPS_INTERPRETATION_sRGB : VIPS_INTERPRETATION_B_W;
  image->Xres = image->Yres = 300 / 25.4;
  return image;
}

/* Saves by one of libvips' savers ("x.jpg[Q=90]") and takes the picture's reference. */
static inline tc_buf material_save(VipsImage *image, const char *suffix)
{
  tc_error err = {0};
  tc_buf out = {0};
  void *data = NULL;
  size_t size = 0;
  assert_int_equal(vips_image_write_to_buffer(image, suffix, &data, &size, NULL), 0);
  assert_ok(tc_buf_append(&out, data, size, &err), err);
  g_free(data);
  g_object_unref(image);
  return out;
}

typedef struct material_fax {
  int width, height, pages;
  uint16_t compression, photometric, fill_order;
  uint32_t options;
  int strip_rows; /* 0: one strip */
} material_fax;

/* Bit (x, y) of a fax page is black where material_value is 0, and along a diagonal. */
static inline bool material_black(int x, int y) { return material_value(x, y) == 0 || x == y; }

static inline tc_buf material_tiff(const material_fax *fax)
{
  tc_error err = {0};
  char path[] = "/tmp/truecopy-test-XXXXXX";
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  unlink(path);
  TIFF *tiff = TIFFFdOpen(dup(fd), "fax", "w");
  assert_non_null(tiff);
  for (int page = 0; page < fax->pages; page++) {
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, (uint32_t)fax->width);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, (uint32_t)fax->height);
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 1);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, fax->compression);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, fax->photometric);
    TIFFSetField(tiff, TIFFTAG_FILLORDER, fax->fill_order != 0 ? fax->fill_order : FILLORDER_MSB2LSB);
    TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, (uint32_t)(fax->strip_rows > 0 ? fax->strip_rows : fax->height));
    TIFFSetField(tiff, TIFFTAG_XRESOLUTION, 204.0);
    TIFFSetField(tiff, TIFFTAG_YRESOLUTION, 98.0);
    TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
    if (fax->compression == COMPRESSION_CCITTFAX3)
      TIFFSetField(tiff, TIFFTAG_GROUP3OPTIONS, fax->options);
    uint8_t row[512];
    for (int y = 0; y < fax->height; y++) {
      memset(row, 0, sizeof row);
      for (int x = 0; x < fax->width; x++)
        if (material_black(x, y) == (fax->photometric == PHOTOMETRIC_MINISWHITE))
          row[x >> 3] |= (uint8_t)(0x80 >> (x & 7));
      assert_int_equal(TIFFWriteScanline(tiff, row, (uint32_t)y, 0), 1);
    }
    assert_int_equal(TIFFWriteDirectory(tiff), 1);
  }
  TIFFClose(tiff);
  tc_buf out = {0};
  assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
  uint8_t block[4096];
  for (ssize_t got = 0; (got = read(fd, block, sizeof block)) > 0;)
    assert_ok(tc_buf_append(&out, block, (size_t)got, &err), err);
  close(fd);
  return out;
}

static inline void material_assert_fax(const tc_image *image, int width, int height)
{
  assert_int_equal(tc_image_shape_of(image)->pixel, TC_PIXEL_BILEVEL);
  assert_int_equal(tc_image_width(image), width);
  assert_int_equal(tc_image_height(image), height);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      if (((tc_image_row(image, y)[x >> 3] >> (7 - (x & 7))) & 1) != material_black(x, y))
        fail_msg("pixel (%d, %d) is wrong", x, y);
}
