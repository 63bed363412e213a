/*
 * The segments of a JPEG file up to the first scan: ISO/IEC 10918-1 (ITU-T T.81), annex B; JFIF 1.02; Adobe's APP14
 * (ISO/IEC 10918-6, 6.5.3).
 */
#include "imaging/headers.h"

#include <string.h>

enum { SOI = 0xd8, EOI = 0xd9, SOS = 0xda, APP0 = 0xe0, APP1 = 0xe1, APP2 = 0xe2, APP14 = 0xee, TEM = 0x01 };

typedef struct parse {
  tc_jpeg_header header;
  int frame; /* the SOF marker, 0 before it */
  bool adobe, has_exif, rgb_ids;
  double jfif_x, jfif_y;
  tc_exif exif;
} parse;

static int word(const uint8_t *data) { return data[0] << 8 | data[1]; }

static bool has_prefix(tc_bytes segment, const char *prefix, size_t size)
{
  return segment.size >= size && memcmp(segment.data, prefix, size) == 0;
}

/* T.81, table B.1: C4, C8 and CC are no frames. */
static bool is_frame(int marker)
{
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

static bool read_frame(parse *state, int marker, tc_bytes segment, tc_error *err)
{
  if (segment.size < 6 || segment.size < 6 + 3 * (size_t)segment.data[5])
    return tc_fail(err, TC_FORMAT, "the JPEG image is damaged: its frame header is too short");
  tc_page_info *info = &state->header.info;
  state->frame = marker;
  info->bits = segment.data[0];
  info->height = word(segment.data + 1);
  info->width = word(segment.data + 3);
  info->components = segment.data[5];
  if (info->height == 0 || info->width == 0)
    return tc_fail(err, TC_FORMAT, "the JPEG image does not state its size");
  if (info->components != 1 && info->components != 3 && info->components != 4)
    return tc_fail(err, TC_UNSUPPORTED, "the JPEG image has %d colour components", info->components);
  state->rgb_ids = info->components == 3 && segment.data[6] == 'R' && segment.data[9] == 'G' && segment.data[12] == 'B';
  return true;
}

static void read_application(parse *state, int marker, tc_bytes segment)
{
  if (marker == APP0 && has_prefix(segment, "JFIF\0", 5) && segment.size >= 12) {
    double scale = segment.data[7] == 1 ? 1 : segment.data[7] == 2 ? 2.54 : 0;
    state->jfif_x = word(segment.data + 8) * scale;
    state->jfif_y = word(segment.data + 10) * scale;
  } else if (marker == APP1 && has_prefix(segment, "Exif\0\0", 6) && !state->has_exif) {
    state->has_exif = true; /* a second one is an editor's leftover: the first counts */
    tc_exif_read((tc_bytes){segment.data + 6, segment.size - 6}, &state->exif);
  } else if (marker == APP2 && has_prefix(segment, "ICC_PROFILE\0", 12)) {
    state->header.info.icc = true;
  } else if (marker == APP14 && has_prefix(segment, "Adobe", 5) && segment.size >= 12) {
    state->adobe = true;
  }
}

static void conclude(parse *state)
{
  tc_page_info *info = &state->header.info;
  info->encoding = TC_ENCODING_DCT;
  info->exif_orientation = state->exif.orientation != 0 ? state->exif.orientation : 1;
  info->dpi_x = tc_stated_dpi(state->jfif_x);
  info->dpi_y = tc_stated_dpi(state->jfif_y);
  if (info->dpi_x <= 0 || info->dpi_y <= 0) {
    info->dpi_x = tc_stated_dpi(state->exif.dpi_x);
    info->dpi_y = tc_stated_dpi(state->exif.dpi_y);
  }
  if (info->dpi_x <= 0 || info->dpi_y <= 0)
    info->dpi_x = info->dpi_y = 0;
  state->header.invert = state->adobe && info->components == 4;
  /* ISO 32000-2, 7.4.8: baseline and progressive, 8 bits, Huffman. Components named R, G, B without a marker that says
     so would be taken for YCbCr. */
  state->header.embeddable = info->bits == 8 && state->frame <= 0xc2 && (!state->rgb_ids || state->adobe);
}

bool tc_jpeg_header_read(tc_bytes file, tc_jpeg_header *out, tc_error *err)
{
  parse state = {0};
  size_t at = 2;
  for (;;) {
    while (at < file.size && file.data[at] != 0xff)
      at++; /* stray bytes between segments: T.81 forbids them, every decoder skips them */
    while (at < file.size && file.data[at] == 0xff)
      at++;
    if (at >= file.size)
      return tc_fail(err, TC_FORMAT, "the JPEG image is incomplete: it ends before its pixels");
    int marker = file.data[at++];
    if (marker == 0 || marker == TEM || marker == SOI || (marker >= 0xd0 && marker <= 0xd7))
      continue;
    if (marker == EOI)
      return tc_fail(err, TC_FORMAT, "the JPEG image has no pixels");
    if (file.size - at < 2 || word(file.data + at) < 2 || file.size - at < (size_t)word(file.data + at))
      return tc_fail(err, TC_FORMAT, "the JPEG image is incomplete: a segment is cut short");
    const tc_bytes segment = {file.data + at + 2, (size_t)word(file.data + at) - 2};
    at += segment.size + 2;
    if (marker == SOS)
      break;
    if (is_frame(marker) && !read_frame(&state, marker, segment, err))
      return false;
    read_application(&state, marker, segment);
  }
  if (state.frame == 0)
    return tc_fail(err, TC_FORMAT, "the JPEG image is damaged: it has no frame header");
  conclude(&state);
  *out = state.header;
  return true;
}
