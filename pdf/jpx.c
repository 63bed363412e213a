#include "pdf/jpx.h"

#include <string.h>

typedef struct box {
  char type[5];
  tc_bytes content;
} box;

typedef struct headers {
  bool has_image_header, is_refused;
  unsigned components, bits, colour_boxes;
  tc_pdf_colour colour;
  tc_bytes icc;
} headers;

static uint32_t u32(const uint8_t *p)
{
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* The box at the start of *rest (I.4), and steps over it. */
static bool next_box(tc_bytes *rest, box *out)
{
  if (rest->size < 8)
    return false;
  uint64_t size = u32(rest->data), head = 8;
  memcpy(out->type, rest->data + 4, 4);
  out->type[4] = '\0';
  if (size == 1 && rest->size >= 16) {
    size = (uint64_t)u32(rest->data + 8) << 32 | u32(rest->data + 12);
    head = 16;
  } else if (size == 0)
    size = rest->size;
  if (size < head || size > rest->size)
    return false;
  out->content = (tc_bytes){rest->data + head, (size_t)(size - head)};
  rest->data += size;
  rest->size -= (size_t)size;
  return true;
}

/* I.5.3.3: METH 1 names a colour space, METH 2 and 3 carry a profile. */
static void read_colour(headers *h, tc_bytes content)
{
  h->colour_boxes++;
  unsigned method = content.size > 23 ? content.data[0] : content.size >= 7 && content.data[0] == 1 ? 1 : 0;
  h->is_refused = h->is_refused || method < 1 || method > 3;
  if (method == 1)
    h->colour = u32(content.data + 3) == 16   ? TC_PDF_COLOUR_RGB
                : u32(content.data + 3) == 17 ? TC_PDF_COLOUR_GREY
                                              : TC_PDF_COLOUR_UNKNOWN;
  if (method == 2 || method == 3) {
    h->icc = (tc_bytes){content.data + 3, content.size - 3};
    h->colour = memcmp(h->icc.data + 16, "RGB ", 4) == 0   ? TC_PDF_COLOUR_RGB
                : memcmp(h->icc.data + 16, "GRAY", 4) == 0 ? TC_PDF_COLOUR_GREY
                                                           : TC_PDF_COLOUR_UNKNOWN;
  }
}

static void read_header_boxes(headers *h, tc_bytes rest)
{
  for (box b; next_box(&rest, &b);) {
    if (strcmp(b.type, "ihdr") == 0 && b.content.size >= 14) {
      h->has_image_header = true;
      h->components = (unsigned)b.content.data[8] << 8 | b.content.data[9];
      h->bits = b.content.data[10] == 0xFF ? 0 : (b.content.data[10] & 0x7FU) + 1; /* 255: unequal depths */
    } else if (strcmp(b.type, "colr") == 0)
      read_colour(h, b.content);
    else if (strcmp(b.type, "pclr") == 0 || strcmp(b.type, "cdef") == 0)
      h->is_refused = true;
  }
}

bool tc_jpx_describe(tc_bytes file, tc_pdf_image *image, tc_error *err)
{
  headers h = {0};
  for (box b; next_box(&file, &b);)
    if (strcmp(b.type, "jp2h") == 0)
      read_header_boxes(&h, b.content);
  bool depth_fits = h.bits == 8 && (h.components == 1 || h.components == 3);
  if (!h.has_image_header || h.is_refused || !depth_fits || h.colour_boxes != 1) {
    image->colour = TC_PDF_COLOUR_UNKNOWN;
    return true;
  }
  image->bits = h.bits;
  image->components = h.components;
  if (image->colour != TC_PDF_COLOUR_UNKNOWN)
    return true;
  image->colour = h.colour;
  return h.icc.size == 0 || image->icc.size > 0 || tc_buf_append(&image->icc, h.icc.data, h.icc.size, err);
}
