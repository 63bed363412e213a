#include "imaging/tiff_directory.h"

#include "imaging/headers.h"
#include "imaging/scratch.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <tiffio.h>

struct tc_tiff {
  tc_bytes file;
  size_t position; /* libtiff reads through a cursor */
  TIFF *handle;
  tc_tiff_page *pages;
  int count;
  bool broken;    /* an error, or a warning that pixels are missing, since it was last cleared */
  char said[200]; /* the first such message */
};

static void keep(tc_tiff *tiff, const char *format, va_list args)
{
  if (!tiff->broken)
    vsnprintf(tiff->said, sizeof tiff->said, format, args);
  tiff->broken = true;
}

static int on_error(TIFF *handle, void *data, const char *module, const char *format, va_list args)
{
  (void)handle, (void)module;
  keep(data, format, args);
  return 1; /* handled: the process-wide handler is not asked */
}

/* A fax stream that ends early, or lines that do not fill the width, are warnings for libtiff, which leaves white in
   place of the missing pixels. */
static int on_warning(TIFF *handle, void *data, const char *module, const char *format, va_list args)
{
  (void)handle, (void)module;
  if (strstr(format, "Premature") != NULL || strstr(format, "Line length mismatch") != NULL)
    keep(data, format, args);
  return 1;
}

static tmsize_t read_bytes(thandle_t data, void *out, tmsize_t size)
{
  tc_tiff *tiff = data;
  size_t left = tiff->position < tiff->file.size ? tiff->file.size - tiff->position : 0;
  size_t take = (size_t)size < left ? (size_t)size : left;
  memcpy(out, tiff->file.data + (take > 0 ? tiff->position : 0), take);
  tiff->position += take;
  return (tmsize_t)take;
}

static tmsize_t write_bytes(thandle_t data, void *bytes, tmsize_t size)
{
  (void)data, (void)bytes, (void)size;
  return -1;
}

static toff_t seek_bytes(thandle_t data, toff_t offset, int whence)
{
  tc_tiff *tiff = data;
  toff_t base = whence == SEEK_CUR ? tiff->position : whence == SEEK_END ? tiff->file.size : 0;
  tiff->position = (size_t)(base + offset);
  return tiff->position;
}

static int close_bytes(thandle_t data)
{
  (void)data;
  return 0;
}

static toff_t size_of_bytes(thandle_t data) { return ((tc_tiff *)data)->file.size; }

static bool open_handle(tc_tiff *tiff, tc_error *err)
{
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (options == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory to read a TIFF image");
  TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, tiff);
  TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, tiff);
  tiff->handle = TIFFClientOpenExt("capture", "rm", tiff, read_bytes, write_bytes, seek_bytes, close_bytes,
                                   size_of_bytes, NULL, NULL, options);
  TIFFOpenOptionsFree(options);
  if (tiff->handle == NULL)
    return tc_fail(err, TC_FORMAT, "the TIFF image is damaged: %s",
                   tiff->said[0] != '\0' ? tiff->said : "no directory");
  return true;
}

static tc_encoding encoding_of(uint16_t compression)
{
  switch (compression) {
  case COMPRESSION_NONE:
    return TC_ENCODING_RAW;
  case COMPRESSION_CCITTRLE:
  case COMPRESSION_CCITTFAX3:
  case COMPRESSION_CCITTFAX4:
    return TC_ENCODING_CCITT;
  case COMPRESSION_LZW:
    return TC_ENCODING_LZW;
  case COMPRESSION_JPEG:
    return TC_ENCODING_DCT;
  case COMPRESSION_ADOBE_DEFLATE:
  case COMPRESSION_DEFLATE:
    return TC_ENCODING_FLATE;
  case COMPRESSION_PACKBITS:
    return TC_ENCODING_PACKBITS;
  case COMPRESSION_JP2000:
    return TC_ENCODING_JPX;
  case COMPRESSION_JBIG:
  default:
    return TC_ENCODING_OTHER;
  }
}

static uint16_t short_tag(TIFF *handle, uint32_t tag, uint16_t fallback)
{
  uint16_t value = fallback;
  TIFFGetFieldDefaulted(handle, tag, &value);
  return value;
}

static void read_resolution(TIFF *handle, tc_page_info *info)
{
  float x = 0;
  float y = 0;
  uint16_t unit = short_tag(handle, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
  if (!TIFFGetField(handle, TIFFTAG_XRESOLUTION, &x) || !TIFFGetField(handle, TIFFTAG_YRESOLUTION, &y))
    return;
  double scale = unit == RESUNIT_INCH ? 1 : unit == RESUNIT_CENTIMETER ? 2.54 : 0;
  info->dpi_x = tc_stated_dpi(x * scale);
  info->dpi_y = tc_stated_dpi(y * scale);
  if (info->dpi_x <= 0 || info->dpi_y <= 0)
    info->dpi_x = info->dpi_y = 0;
}

static bool read_page(TIFF *handle, const tc_imaging_limits *limits, tc_tiff_page *out, tc_error *err)
{
  uint32_t width = 0;
  uint32_t height = 0;
  TIFFGetField(handle, TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(handle, TIFFTAG_IMAGELENGTH, &height);
  if (!tc_imaging_check_pixels(limits, width, height, err))
    return false;
  uint16_t samples = short_tag(handle, TIFFTAG_SAMPLESPERPIXEL, 1);
  uint16_t bits = short_tag(handle, TIFFTAG_BITSPERSAMPLE, 1);
  uint16_t photometric = short_tag(handle, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISWHITE);
  uint16_t orientation = short_tag(handle, TIFFTAG_ORIENTATION, 1);
  uint16_t extra = 0;
  uint16_t *extra_kinds = NULL;
  TIFFGetFieldDefaulted(handle, TIFFTAG_EXTRASAMPLES, &extra, &extra_kinds);
  uint32_t icc_size = 0;
  void *icc = NULL;
  *out = (tc_tiff_page){.info = {.width = (int)width,
                                 .height = (int)height,
                                 .components = samples > extra ? samples - extra : samples,
                                 .bits = bits,
                                 .alpha = extra > 0 && samples > extra,
                                 .palette = photometric == PHOTOMETRIC_PALETTE,
                                 .icc = TIFFGetField(handle, TIFFTAG_ICCPROFILE, &icc_size, &icc) == 1,
                                 .exif_orientation = orientation >= 1 && orientation <= 8 ? orientation : 1,
                                 .encoding = encoding_of(short_tag(handle, TIFFTAG_COMPRESSION, COMPRESSION_NONE))},
                        .directory = TIFFCurrentDirectory(handle),
                        .bilevel =
                            bits == 1 && samples == 1 && photometric <= PHOTOMETRIC_MINISBLACK && !TIFFIsTiled(handle)};
  read_resolution(handle, &out->info);
  return true;
}

static bool append_page(tc_tiff *tiff, const tc_imaging_limits *limits, tc_error *err)
{
  if (tiff->count >= limits->max_pages)
    return tc_fail(err, TC_LIMIT, "the TIFF image has more than the %d pages permitted (setting imaging.max_pages)",
                   limits->max_pages);
  tc_tiff_page *grown = realloc(tiff->pages, (size_t)(tiff->count + 1) * sizeof *grown);
  if (grown == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the pages of a TIFF image");
  tiff->pages = grown;
  if (!read_page(tiff->handle, limits, &grown[tiff->count], err))
    return tc_error_prefix(err, "page %d", tiff->count + 1);
  tiff->count++;
  return true;
}

static bool read_directories(tc_tiff *tiff, const tc_imaging_limits *limits, tc_error *err)
{
  do {
    uint32_t kind = 0;
    TIFFGetFieldDefaulted(tiff->handle, TIFFTAG_SUBFILETYPE, &kind);
    bool whole = (kind & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) == 0;
    if (whole && !append_page(tiff, limits, err))
      return false;
    tiff->broken = false;
  } while (TIFFReadDirectory(tiff->handle) == 1);
  /* A chain of directories that breaks off hides pages. */
  if (tiff->broken)
    return tc_fail(err, TC_FORMAT, "the TIFF image is damaged after page %d: %s", tiff->count, tiff->said);
  if (tiff->count == 0)
    return tc_fail(err, TC_FORMAT, "the TIFF image has no page");
  return true;
}

bool tc_tiff_open(tc_bytes file, const tc_imaging_limits *limits, tc_tiff **out, tc_error *err)
{
  tc_auto(tc_tiff) tiff = calloc(1, sizeof *tiff);
  if (tiff == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory to read a TIFF image");
  tiff->file = file;
  if (!open_handle(tiff, err) || !read_directories(tiff, limits, err))
    return false;
  *out = tc_steal(&tiff);
  return true;
}

void tc_tiff_destroy(tc_tiff *tiff)
{
  if (tiff == NULL)
    return;
  if (tiff->handle != NULL)
    TIFFClose(tiff->handle);
  free(tiff->pages);
  free(tiff);
}

int tc_tiff_page_count(const tc_tiff *tiff) { return tiff->count; }

const tc_tiff_page *tc_tiff_page_at(const tc_tiff *tiff, int page)
{
  assert(page >= 0 && page < tiff->count);
  return &tiff->pages[page];
}

static bool select_page(tc_tiff *tiff, int page, tc_error *err)
{
  tiff->broken = false;
  tiff->said[0] = '\0';
  if (TIFFSetDirectory(tiff->handle, (tdir_t)tc_tiff_page_at(tiff, page)->directory) == 1)
    return true;
  return tc_fail(err, TC_FORMAT, "the TIFF image is damaged: %s", tiff->said);
}

static bool decode_strip(tc_tiff *tiff, uint32_t strip, uint32_t rows, tc_image *to, uint8_t *rows_buffer,
                         tc_error *err)
{
  size_t row_size = ((size_t)tc_image_width(to) + 7) / 8;
  uint32_t top = strip * rows;
  uint32_t here = (uint32_t)tc_image_height(to) - top < rows ? (uint32_t)tc_image_height(to) - top : rows;
  tmsize_t need = (tmsize_t)(row_size * here);
  tmsize_t got = TIFFReadEncodedStrip(tiff->handle, strip, rows_buffer, need);
  if (got != need || tiff->broken)
    return tc_fail(err, TC_FORMAT, "the TIFF image is damaged or incomplete: %s",
                   tiff->said[0] != '\0' ? tiff->said : "pixels are missing");
  for (uint32_t y = 0; y < here; y++)
    memcpy(tc_image_row_mutable(to, (int)(top + y)), rows_buffer + (size_t)y * row_size, row_size);
  return true;
}

/* White-is-zero is the meaning of TC_PIXEL_BILEVEL's bits; bits past the width become white. */
static void settle_bits(tc_image *image, bool invert)
{
  int width = tc_image_width(image);
  size_t row_size = ((size_t)width + 7) / 8;
  uint8_t last = width % 8 != 0 ? (uint8_t)(0xff00 >> (width % 8)) : 0xff;
  for (int y = 0; y < tc_image_height(image); y++) {
    uint8_t *row = tc_image_row_mutable(image, y);
    for (size_t i = 0; invert && i < row_size; i++)
      row[i] = (uint8_t)~row[i];
    row[row_size - 1] &= last;
  }
}

bool tc_tiff_decode_bilevel(tc_tiff *tiff, int page, tc_image **out, tc_error *err)
{
  const tc_page_info *info = &tc_tiff_page_at(tiff, page)->info;
  const tc_image_shape shape = {TC_PIXEL_BILEVEL, info->width, info->height, info->dpi_x, info->dpi_y};
  if (!select_page(tiff, page, err))
    return false;
  uint32_t rows = (uint32_t)info->height;
  TIFFGetFieldDefaulted(tiff->handle, TIFFTAG_ROWSPERSTRIP, &rows);
  if (rows == 0 || rows > (uint32_t)info->height)
    rows = (uint32_t)info->height;
  tc_auto(tc_image) image = NULL;
  tc_auto(tc_octets) buffer = calloc(((size_t)info->width + 7) / 8, rows);
  if (buffer == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a strip of a TIFF image");
  if (!tc_image_create(&shape, &image, err))
    return false;
  uint32_t strips = ((uint32_t)info->height + rows - 1) / rows;
  for (uint32_t strip = 0; strip < strips; strip++)
    if (!decode_strip(tiff, strip, rows, image, buffer, err))
      return false;
  settle_bits(image, short_tag(tiff->handle, TIFFTAG_PHOTOMETRIC, 0) == PHOTOMETRIC_MINISBLACK);
  *out = tc_steal(&image);
  return true;
}

/* The bytes of the page's only strip. */
static bool only_strip(tc_tiff *tiff, tc_bytes *out)
{
  if (TIFFIsTiled(tiff->handle) || TIFFNumberOfStrips(tiff->handle) != 1)
    return false;
  uint64_t offset = TIFFGetStrileOffset(tiff->handle, 0);
  uint64_t size = TIFFGetStrileByteCount(tiff->handle, 0);
  if (size == 0 || offset > tiff->file.size || tiff->file.size - offset < size)
    return false;
  *out = (tc_bytes){tiff->file.data + offset, (size_t)size};
  return true;
}

static tc_ccitt ccitt_of(TIFF *handle, uint16_t compression, int rows)
{
  uint32_t options = 0;
  TIFFGetField(handle, TIFFTAG_GROUP3OPTIONS, &options);
  tc_ccitt ccitt = {.rows = rows, .black_is_1 = short_tag(handle, TIFFTAG_PHOTOMETRIC, 0) == PHOTOMETRIC_MINISBLACK};
  if (compression == COMPRESSION_CCITTFAX4) {
    ccitt.k = -1;
  } else if (compression == COMPRESSION_CCITTFAX3) {
    ccitt.k = (options & GROUP3OPT_2DENCODING) != 0 ? 1 : 0;
    ccitt.end_of_line = true; /* fill bits before it, which an option allows, are part of T.4 anyway */
  } else {
    ccitt.encoded_byte_align = true; /* TIFF 6.0, section 10: rows begin on a byte, without end-of-line codes */
  }
  return ccitt;
}

bool tc_tiff_encoded(tc_tiff *tiff, int page, bool *out_found, tc_encoded_image *out, tc_error *err)
{
  const tc_tiff_page *row = tc_tiff_page_at(tiff, page);
  if (!select_page(tiff, page, err))
    return false;
  tc_encoded_image image = {.encoding = row->info.encoding,
                            .width = row->info.width,
                            .height = row->info.height,
                            .bits = row->info.bits,
                            .components = row->info.components};
  uint16_t compression = short_tag(tiff->handle, TIFFTAG_COMPRESSION, COMPRESSION_NONE);
  uint16_t photometric = short_tag(tiff->handle, TIFFTAG_PHOTOMETRIC, 0);
  uint32_t tables_size = 0;
  void *tables = NULL;
  bool fits = false;
  if (row->info.encoding == TC_ENCODING_CCITT) {
    fits = row->bilevel && short_tag(tiff->handle, TIFFTAG_FILLORDER, FILLORDER_MSB2LSB) == FILLORDER_MSB2LSB;
    image.ccitt = ccitt_of(tiff->handle, compression, row->info.height);
  } else if (row->info.encoding == TC_ENCODING_DCT) {
    /* Without a marker PDF takes three components for YCbCr. */
    fits = row->info.bits == 8 && !row->info.alpha &&
           TIFFGetField(tiff->handle, TIFFTAG_JPEGTABLES, &tables_size, &tables) != 1 &&
           (photometric == PHOTOMETRIC_YCBCR || (photometric == PHOTOMETRIC_MINISBLACK && row->info.components == 1));
  }
  fits = fits && only_strip(tiff, &image.bytes);
  *out_found = fits;
  if (fits)
    *out = image;
  return true;
}
