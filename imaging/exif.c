#include "imaging/headers.h"

#include <math.h>
#include <string.h>

enum { ORIENTATION = 274, X_RESOLUTION = 282, Y_RESOLUTION = 283, RESOLUTION_UNIT = 296, SHORT = 3, RATIONAL = 5 };
enum { ENTRY_SIZE = 12, UNIT_INCH = 2, UNIT_CENTIMETRE = 3 };

typedef struct reader {
  tc_bytes bytes;
  bool little;
} reader;

/* 0 outside the bytes. */
static uint32_t number(const reader *in, size_t offset, size_t size)
{
  if (offset > in->bytes.size || in->bytes.size - offset < size)
    return 0;
  uint32_t value = 0;
  for (size_t i = 0; i < size; i++)
    value = value << 8 | in->bytes.data[offset + (in->little ? size - 1 - i : i)];
  return value;
}

static double rational(const reader *in, size_t entry)
{
  size_t at = number(in, entry + 8, 4);
  double denominator = number(in, at + 4, 4);
  return denominator > 0 ? number(in, at, 4) / denominator : 0;
}

void tc_exif_read(tc_bytes tiff, tc_exif *out)
{
  *out = (tc_exif){0};
  if (tiff.size < 8 || (memcmp(tiff.data, "II*\0", 4) != 0 && memcmp(tiff.data, "MM\0*", 4) != 0))
    return;
  const reader in = {tiff, tiff.data[0] == 'I'};
  size_t directory = number(&in, 4, 4);
  size_t count = number(&in, directory, 2);
  uint32_t unit = UNIT_INCH; /* TIFF 6.0: the default */
  for (size_t i = 0; i < count; i++) {
    size_t entry = directory + 2 + i * ENTRY_SIZE;
    uint32_t tag = number(&in, entry, 2);
    uint32_t type = number(&in, entry + 2, 2);
    if (tag == ORIENTATION && type == SHORT)
      out->orientation = (int)number(&in, entry + 8, 2);
    else if (tag == X_RESOLUTION && type == RATIONAL)
      out->dpi_x = rational(&in, entry);
    else if (tag == Y_RESOLUTION && type == RATIONAL)
      out->dpi_y = rational(&in, entry);
    else if (tag == RESOLUTION_UNIT && type == SHORT)
      unit = number(&in, entry + 8, 2);
  }
  double scale = unit == UNIT_INCH ? 1 : unit == UNIT_CENTIMETRE ? 2.54 : 0;
  out->dpi_x *= scale;
  out->dpi_y *= scale;
  if (out->orientation < 1 || out->orientation > 8)
    out->orientation = 0;
}

double tc_stated_dpi(double dpi)
{
  if (!isfinite(dpi) || dpi < 50 || dpi > 4800 || fabs(dpi - 72) < 0.5 || fabs(dpi - 96) < 0.5)
    return 0;
  /* PNG states whole pixels per metre: 300 dpi comes back as 299.9994. */
  return fabs(dpi - round(dpi)) < 0.02 ? round(dpi) : dpi;
}
