/*
 * The chunks of a PNG file: ISO/IEC 15948 (PNG, second edition), clauses 5 and 11.
 */
#include "imaging/headers.h"

#include <string.h>

enum { SIGNATURE_SIZE = 8, CHUNK_FRAME = 12, GREY = 0, RGB = 2, PALETTE = 3, GREY_ALPHA = 4, RGBA = 6 };

typedef struct chunk {
  char type[5];
  tc_bytes data;
} chunk;

static uint32_t word(const uint8_t *data)
{
  return (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 | data[3];
}

/* Reads the chunk at *at and moves on; fails where the file ends first. */
static bool next_chunk(tc_bytes file, size_t *at, chunk *out, tc_error *err)
{
  if (file.size - *at < CHUNK_FRAME || word(file.data + *at) > file.size - *at - CHUNK_FRAME)
    return tc_fail(err, TC_FORMAT, "the PNG image is incomplete");
  out->data = (tc_bytes){file.data + *at + 8, word(file.data + *at)};
  memcpy(out->type, file.data + *at + 4, 4);
  out->type[4] = '\0';
  *at += CHUNK_FRAME + out->data.size;
  return true;
}

static bool is_type(const chunk *part, const char *type) { return strcmp(part->type, type) == 0; }

/* ISO/IEC 15948, table 11.1 */
static bool depth_is_allowed(int colour, int bits)
{
  switch (colour) {
  case GREY:
    return bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16;
  case PALETTE:
    return bits == 1 || bits == 2 || bits == 4 || bits == 8;
  case RGB:
  case GREY_ALPHA:
  case RGBA:
    return bits == 8 || bits == 16;
  default:
    return false;
  }
}

static bool read_ihdr(const chunk *part, tc_png_header *out, tc_error *err)
{
  const uint8_t *data = part->data.data;
  if (!is_type(part, "IHDR") || part->data.size != 13)
    return tc_fail(err, TC_FORMAT, "the PNG image is damaged: it has no header");
  if (word(data) > INT32_MAX || word(data + 4) > INT32_MAX || word(data) == 0 || word(data + 4) == 0)
    return tc_fail(err, TC_FORMAT, "the PNG image is damaged: its size is out of range");
  int colour = data[9];
  if (!depth_is_allowed(colour, data[8]) || data[10] != 0 || data[11] != 0 || data[12] > 1)
    return tc_fail(err, TC_FORMAT, "the PNG image is damaged: colour type %d with %d bits", colour, data[8]);
  out->info = (tc_page_info){.width = (int)word(data),
                             .height = (int)word(data + 4),
                             .components = colour == RGB || colour == RGBA ? 3 : 1,
                             .bits = data[8],
                             .alpha = colour == GREY_ALPHA || colour == RGBA,
                             .palette = colour == PALETTE,
                             .exif_orientation = 1,
                             .encoding = TC_ENCODING_FLATE};
  out->embeddable = data[12] == 0 && !out->info.alpha;
  return true;
}

static void read_ancillary(const chunk *part, tc_png_header *out)
{
  if (is_type(part, "pHYs") && part->data.size == 9 && part->data.data[8] == 1) {
    double x = tc_stated_dpi(word(part->data.data) * 0.0254);
    double y = tc_stated_dpi(word(part->data.data + 4) * 0.0254);
    out->info.dpi_x = x > 0 && y > 0 ? x : 0;
    out->info.dpi_y = x > 0 && y > 0 ? y : 0;
  } else if (is_type(part, "iCCP")) {
    out->info.icc = true;
  } else if (is_type(part, "tRNS")) {
    out->info.alpha = true;
    out->embeddable = false;
  } else if (is_type(part, "PLTE")) {
    out->palette = part->data;
  } else if (is_type(part, "eXIf")) {
    tc_exif exif;
    tc_exif_read(part->data, &exif);
    out->info.exif_orientation = exif.orientation != 0 ? exif.orientation : 1;
  }
}

bool tc_png_header_read(tc_bytes file, tc_png_header *out, tc_error *err)
{
  tc_png_header header = {0};
  chunk part = {0};
  size_t at = SIGNATURE_SIZE;
  bool pixels = false;
  if (!next_chunk(file, &at, &part, err) || !read_ihdr(&part, &header, err))
    return false;
  do {
    if (!next_chunk(file, &at, &part, err))
      return false;
    pixels = pixels || is_type(&part, "IDAT");
    read_ancillary(&part, &header);
  } while (!is_type(&part, "IEND"));
  if (!pixels)
    return tc_fail(err, TC_FORMAT, "the PNG image has no pixels");
  if (header.info.palette && (header.palette.size == 0 || header.palette.size % 3 != 0 || header.palette.size > 768))
    return tc_fail(err, TC_FORMAT, "the PNG image is damaged: its palette is missing or wrong");
  if (!header.info.palette)
    header.palette = (tc_bytes){0}; /* a suggested palette says nothing about the pixels */
  *out = header;
  return true;
}

bool tc_png_stream(tc_bytes file, tc_buf *out, tc_error *err)
{
  chunk part = {0};
  size_t at = SIGNATURE_SIZE;
  do {
    if (!next_chunk(file, &at, &part, err))
      return false;
    if (is_type(&part, "IDAT") && !tc_buf_append(out, part.data.data, part.data.size, err))
      return false;
  } while (!is_type(&part, "IEND"));
  return true;
}
