/*
 * A fax stream out of a PDF becomes a TIFF file of one strip, so that libtiff decodes it: TIFF 6.0, sections 2, 10, 11.
 */
#include "imaging/tiff_directory.h"

#include <string.h>
#include <tiff.h>

enum { TIFF_HEADER_SIZE = 8, WRAP_TAGS = 9, WRAP_SIZE = TIFF_HEADER_SIZE + 2 + WRAP_TAGS * 12 + 4 };

static void put(uint8_t **at, uint32_t value, int size)
{
  for (int i = 0; i < size; i++)
    *(*at)++ = (uint8_t)(value >> (8 * i));
}

/* A little-endian file of one directory; its strip comes behind it. */
static void write_wrapper(const tc_encoded_image *image, int compression, int height, uint8_t wrapper[WRAP_SIZE])
{
  const uint32_t tags[WRAP_TAGS][3] = {{TIFFTAG_IMAGEWIDTH, 4, (uint32_t)image->width},
                                       {TIFFTAG_IMAGELENGTH, 4, (uint32_t)height},
                                       {TIFFTAG_BITSPERSAMPLE, 3, 1},
                                       {TIFFTAG_COMPRESSION, 3, (uint32_t)compression},
                                       {TIFFTAG_PHOTOMETRIC, 3, image->ccitt.black_is_1 ? 1 : 0},
                                       {TIFFTAG_STRIPOFFSETS, 4, WRAP_SIZE},
                                       {TIFFTAG_ROWSPERSTRIP, 4, (uint32_t)height},
                                       {TIFFTAG_STRIPBYTECOUNTS, 4, (uint32_t)image->bytes.size},
                                       {TIFFTAG_GROUP3OPTIONS, 4, image->ccitt.k > 0 ? GROUP3OPT_2DENCODING : 0}};
  uint8_t *at = wrapper;
  put(&at, 0x002a4949, 4);
  put(&at, TIFF_HEADER_SIZE, 4);
  put(&at, compression == COMPRESSION_CCITTFAX3 ? WRAP_TAGS : WRAP_TAGS - 1, 2);
  for (int i = 0; i < WRAP_TAGS; i++) {
    if (tags[i][0] == TIFFTAG_GROUP3OPTIONS && compression != COMPRESSION_CCITTFAX3)
      break;
    put(&at, tags[i][0], 2);
    put(&at, tags[i][1], 2);
    put(&at, 1, 4);
    put(&at, tags[i][2], 4);
  }
  memset(at, 0, (size_t)(wrapper + WRAP_SIZE - at));
}

bool tc_tiff_decode_ccitt(const tc_encoded_image *image, tc_image **out, tc_error *err)
{
  const tc_ccitt *ccitt = &image->ccitt;
  bool byte_rows = ccitt->k == 0 && ccitt->encoded_byte_align && !ccitt->end_of_line;
  if (image->bytes.size > UINT32_MAX - WRAP_SIZE || (ccitt->encoded_byte_align && !byte_rows && !ccitt->end_of_line))
    return tc_fail(err, TC_UNSUPPORTED, "a fax stream of this kind is not decoded here");
  int compression = ccitt->k < 0 ? COMPRESSION_CCITTFAX4 : byte_rows ? COMPRESSION_CCITTRLE : COMPRESSION_CCITTFAX3;
  uint8_t wrapper[WRAP_SIZE];
  write_wrapper(image, compression, image->height, wrapper);
  tc_auto(tc_buf) file = {0};
  const tc_imaging_limits no_limits = {INT64_MAX, INT64_MAX, 1};
  tc_auto(tc_tiff) tiff = NULL;
  return tc_buf_append(&file, wrapper, sizeof wrapper, err) &&
         tc_buf_append(&file, image->bytes.data, image->bytes.size, err) &&
         tc_tiff_open(tc_buf_bytes(&file), &no_limits, &tiff, err) && tc_tiff_decode_bilevel(tiff, 0, out, err);
}
