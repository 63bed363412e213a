/*
 * The headers of a JPEG, marker by marker up to the first scan (ITU-T T.81, annex B). Nothing is decoded: the bytes go
 * into the copy as they are, and PDF wants to know what they hold.
 */
#include "pdf/image.h"

#include <math.h>
#include <string.h>

enum { HEADERS_MAX = 16 * 1024 * 1024, ICC_CHUNKS_MAX = 255 };

typedef struct headers {
  tc_buf bytes;
} headers;

typedef struct reader {
  tc_bytes rest;
  tc_pdf_image *image;
  tc_pdf_jpeg_info *info;
  bool adobe, seen_frame, seen_jfif_density;
  tc_bytes icc[ICC_CHUNKS_MAX + 1]; /* by their sequence number, from 1 */
  unsigned icc_count;
} reader;

static unsigned u16(const uint8_t *p) { return (unsigned)p[0] << 8 | p[1]; }

static unsigned tiff16(const uint8_t *p, bool big) { return big ? u16(p) : (unsigned)p[1] << 8 | p[0]; }

static uint32_t tiff32(const uint8_t *p, bool big)
{
  return big ? (uint32_t)u16(p) << 16 | u16(p + 2) : (uint32_t)tiff16(p + 2, false) << 16 | tiff16(p, false);
}

/* The rational number of an Exif entry; 0 where it is not one. */
static double exif_rational(tc_bytes tiff, uint32_t offset, bool big)
{
  if (tiff.size < 8 || offset > tiff.size - 8)
    return 0;
  uint32_t denominator = tiff32(tiff.data + offset + 4, big);
  return denominator == 0 ? 0 : tiff32(tiff.data + offset, big) / (double)denominator;
}

/* CIPA DC-008, 4.5: the first directory's Orientation (274), XResolution (282), YResolution (283), unit (296). */
static void read_exif(reader *r, tc_bytes tiff)
{
  if (tiff.size < 8 || (memcmp(tiff.data, "MM\0*", 4) != 0 && memcmp(tiff.data, "II*\0", 4) != 0))
    return;
  bool big = tiff.data[0] == 'M';
  uint32_t at = tiff32(tiff.data + 4, big);
  if (at > tiff.size - 2)
    return;
  unsigned count = tiff16(tiff.data + at, big);
  double x = 0, y = 0, unit = 2;
  for (unsigned i = 0; i < count && at + 2 + (i + 1) * 12UL <= tiff.size; i++) {
    const uint8_t *entry = tiff.data + at + 2 + i * 12UL;
    unsigned tag = tiff16(entry, big);
    if (tag == 274 && tiff16(entry + 8, big) >= 1 && tiff16(entry + 8, big) <= 8)
      r->info->orientation = (int)tiff16(entry + 8, big);
    else if (tag == 282)
      x = exif_rational(tiff, tiff32(entry + 8, big), big);
    else if (tag == 283)
      y = exif_rational(tiff, tiff32(entry + 8, big), big);
    else if (tag == 296)
      unit = tiff16(entry + 8, big);
  }
  if (!r->seen_jfif_density && x > 0 && y > 0 && (unit == 2 || unit == 3)) {
    r->info->dpi_x = unit == 3 ? x * 2.54 : x;
    r->info->dpi_y = unit == 3 ? y * 2.54 : y;
  }
}

static void read_jfif(reader *r, tc_bytes segment)
{
  if (segment.size < 12 || memcmp(segment.data, "JFIF", 5) != 0)
    return;
  unsigned unit = segment.data[7], x = u16(segment.data + 8), y = u16(segment.data + 10);
  if ((unit != 1 && unit != 2) || x == 0 || y == 0)
    return;
  r->info->dpi_x = unit == 2 ? x * 2.54 : x;
  r->info->dpi_y = unit == 2 ? y * 2.54 : y;
  r->seen_jfif_density = true;
}

static void read_application(reader *r, unsigned marker, tc_bytes segment)
{
  if (marker == 0xE0)
    read_jfif(r, segment);
  else if (marker == 0xE1 && segment.size > 6 && memcmp(segment.data, "Exif\0", 6) == 0)
    read_exif(r, (tc_bytes){segment.data + 6, segment.size - 6});
  else if (marker == 0xE2 && segment.size > 14 && memcmp(segment.data, "ICC_PROFILE", 12) == 0) {
    r->icc[segment.data[12]] = (tc_bytes){segment.data + 14, segment.size - 14};
    r->icc_count = segment.data[13];
  } else if (marker == 0xEE && segment.size >= 12 && memcmp(segment.data, "Adobe", 5) == 0)
    r->adobe = true;
}

static bool read_frame(reader *r, unsigned marker, tc_bytes segment, tc_error *err)
{
  if (marker > 0xC2)
    return tc_fail(err, TC_UNSUPPORTED, "the JPEG is coded in a way that PDF cannot hold (SOF%u)", marker - 0xC0);
  if (segment.size < 6)
    return tc_fail(err, TC_FORMAT, "the JPEG's frame header is cut off");
  tc_pdf_image *image = r->image;
  image->encoding = TC_PDF_DCT;
  image->bits = segment.data[0];
  image->height = u16(segment.data + 1);
  image->width = u16(segment.data + 3);
  image->components = segment.data[5];
  if (image->width == 0 || image->height == 0)
    return tc_fail(err, TC_FORMAT, "the JPEG has no size");
  if (image->bits != 8 || (image->components != 1 && image->components != 3 && image->components != 4))
    return tc_fail(err, TC_UNSUPPORTED, "the JPEG has %u components of %u bits", image->components, image->bits);
  image->colour = image->components == 1   ? TC_PDF_COLOUR_GREY
                  : image->components == 3 ? TC_PDF_COLOUR_RGB
                                           : TC_PDF_COLOUR_CMYK;
  r->seen_frame = true;
  return true;
}

static bool is_frame(unsigned marker)
{
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

/* Reads marker segments until the first scan. */
static bool read_segments(reader *r, tc_error *err)
{
  tc_bytes rest = r->rest;
  if (rest.size < 4 || rest.data[0] != 0xFF || rest.data[1] != 0xD8)
    return tc_fail(err, TC_FORMAT, "not a JPEG");
  size_t at = 2;
  while (at + 4 <= rest.size) {
    if (rest.data[at] != 0xFF)
      return tc_fail(err, TC_FORMAT, "the JPEG is damaged at byte %zu", at);
    unsigned marker = rest.data[at + 1];
    if (marker == 0xFF || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7)) {
      at += marker == 0xFF ? 1 : 2;
      continue;
    }
    size_t length = u16(rest.data + at + 2);
    if (length < 2 || at + 2 + length > rest.size)
      return tc_fail(err, TC_FORMAT, "the JPEG's headers are cut off at byte %zu", at);
    tc_bytes segment = {rest.data + at + 4, length - 2};
    if (marker == 0xDA)
      return r->seen_frame || tc_fail(err, TC_FORMAT, "the JPEG has a scan and no frame");
    if (is_frame(marker) && !read_frame(r, marker, segment, err))
      return false;
    if (marker >= 0xE0 && marker <= 0xEF)
      read_application(r, marker, segment);
    at += 2 + length;
  }
  return tc_fail(err, TC_FORMAT, "the JPEG ends before its first scan");
}

/* ICC.1:2010, B.4: the profile's chunks, put together if all are there. */
static bool join_icc(reader *r, tc_error *err)
{
  for (unsigned i = 1; i <= r->icc_count; i++)
    if (r->icc[i].data == NULL)
      return true;
  for (unsigned i = 1; i <= r->icc_count; i++)
    if (!tc_buf_append(&r->image->icc, r->icc[i].data, r->icc[i].size, err))
      return false;
  return true;
}

static bool collect(const void *data, size_t size, void *context, tc_error *err)
{
  headers *all = context;
  size_t room = HEADERS_MAX - all->bytes.size;
  return tc_buf_append(&all->bytes, data, size < room ? size : room, err);
}

bool tc_pdf_image_from_jpeg(const tc_pdf_source *source, tc_pdf_image *image, tc_pdf_jpeg_info *info, tc_error *err)
{
  headers all = {0};
  tc_pdf_source head = *source;
  if (head.size > HEADERS_MAX)
    head.size = HEADERS_MAX;
  tc_auto(tc_pdf_image) found = {0};
  tc_pdf_jpeg_info said = {.orientation = 1};
  bool ok = tc_pdf_source_read(&head, collect, &all, err);
  reader r = {.rest = tc_buf_bytes(&all.bytes), .image = &found, .info = &said};
  ok = ok && read_segments(&r, err) && join_icc(&r, err);
  tc_buf_finish(&all.bytes);
  if (!ok)
    return false;
  if (r.adobe && found.components == 4) { /* Adobe's CMYK is stored inverted (Technical Note 5116) */
    found.has_decode = true;
    for (int i = 0; i < 4; i++)
      found.decode[2 * i] = 1;
  }
  *image = found;
  found = (tc_pdf_image){0};
  *info = said;
  return true;
}
