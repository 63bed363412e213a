/*
 * zbar looks at every second row and column: a card's module is three pixels wide at 200 dpi. It hands over the bytes
 * as they are (its own guesses at an encoding take Vietnamese for Japanese now and then); they are text where they are
 * valid UTF-8.
 */
#include "ocr/codes.h"

#include "base/text.h"

#include <string.h>
#include <zbar.h>

enum { DENSITY = 2 };
#define GREY zbar_fourcc('Y', '8', '0', '0')

void tc_codes_finish(tc_codes *codes)
{
  for (size_t i = 0; i < codes->count; i++)
    free(codes->texts[i]);
  codes->count = 0;
}

static bool add_text(const char *bytes, size_t size, tc_codes *out, tc_error *err)
{
  tc_auto(tc_str) text = NULL;
  const tc_bytes raw = {(const uint8_t *)bytes, size};
  if (size == 0 || size > TC_CODE_BYTES_MOST || memchr(bytes, '\0', size) != NULL || !tc_text_is_valid(raw) ||
      out->count == TC_CODES_MOST)
    return true;
  if (!tc_str_printf(&text, err, "%.*s", (int)size, bytes) || !tc_text_nfc(text, &out->texts[out->count], err))
    return false;
  out->count++;
  return true;
}

static bool collect(const zbar_image_t *image, tc_codes *out, tc_error *err)
{
  for (const zbar_symbol_t *s = zbar_image_first_symbol(image); s != NULL; s = zbar_symbol_next(s))
    if (zbar_symbol_get_type(s) == ZBAR_QRCODE &&
        !add_text(zbar_symbol_get_data(s), zbar_symbol_get_data_length(s), out, err))
      return false;
  return true;
}

static bool scan(zbar_image_scanner_t *scanner, zbar_image_t *image, const uint8_t *pixels, const tc_image *page,
                 tc_codes *out, tc_error *err)
{
  const unsigned int width = (unsigned int)tc_image_width(page);
  const unsigned int height = (unsigned int)tc_image_height(page);
  zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
  zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
  zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
  zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_X_DENSITY, DENSITY);
  zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_Y_DENSITY, DENSITY);
  zbar_image_set_format(image, GREY);
  zbar_image_set_size(image, width, height);
  zbar_image_set_data(image, pixels, (unsigned long)width * height, NULL);
  if (zbar_scan_image(scanner, image) < 0)
    return tc_fail(err, TC_NO_MEMORY, "no memory to look for codes");
  return collect(image, out, err);
}

/* zbar wants rows without a gap between them. */
static uint8_t *packed_pixels(const tc_image *page)
{
  const size_t width = (size_t)tc_image_width(page);
  uint8_t *pixels = malloc(width * (size_t)tc_image_height(page));
  for (int y = 0; pixels != NULL && y < tc_image_height(page); y++)
    memcpy(pixels + (size_t)y * width, tc_image_row(page, y), width);
  return pixels;
}

bool tc_codes_read(const tc_image *page, tc_codes *out, tc_error *err)
{
  if (tc_image_shape_of(page)->pixel != TC_PIXEL_GREY8)
    return tc_fail(err, TC_USAGE, "codes are read from a grey image");
  uint8_t *pixels = packed_pixels(page);
  zbar_image_scanner_t *scanner = zbar_image_scanner_create();
  zbar_image_t *image = zbar_image_create();
  const bool ok = pixels != NULL && scanner != NULL && image != NULL
                      ? scan(scanner, image, pixels, page, out, err)
                      : tc_fail(err, TC_NO_MEMORY, "no memory to look for codes");
  if (image != NULL)
    zbar_image_destroy(image);
  if (scanner != NULL)
    zbar_image_scanner_destroy(scanner);
  free(pixels);
  return ok;
}
