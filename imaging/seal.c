/*
 * A seal is told from red print by its shape: strong red that, with gaps of three millimetres closed, fills a box about
 * as wide as high of a seal's size. Looked for on a grid of 50 cells an inch.
 */
#include "imaging/seal.h"

#include "imaging/lept.h"

#include <math.h>

enum {
  GRID_DPI = 50,
  STRONG_LEAD = 48, /* how far red stands above green and blue in a seal's ink … */
  WEAK_LEAD = 20    /* … and at its washed-out edges */
};

static const double gap_mm = 3;
static const double smallest_mm = 18, largest_mm = 58; /* seals of offices are 32 to 42 mm wide, some oval or square */
static const double margin_mm = 2;

static int red_lead(const uint8_t *rgb) { return rgb[0] - (rgb[1] > rgb[2] ? rgb[1] : rgb[2]); }

static bool cell_is_red(const tc_image *image, int left, int top, int factor)
{
  int step = factor > 4 ? 2 : 1;
  for (int y = top; y < top + factor; y += step) {
    const uint8_t *row = tc_image_row(image, y);
    for (int x = left; x < left + factor; x += step)
      if (red_lead(row + 3 * (size_t)x) >= STRONG_LEAD)
        return true;
  }
  return false;
}

static bool find_red(const tc_image *image, int factor, tc_image **out, tc_error *err)
{
  const tc_image_shape shape = {
      .pixel = TC_PIXEL_BILEVEL, .width = tc_image_width(image) / factor, .height = tc_image_height(image) / factor};
  tc_image *cells = NULL;
  if (!tc_image_create(&shape, &cells, err))
    return false;
  for (int y = 0; y < shape.height; y++) {
    uint8_t *row = tc_image_row_mutable(cells, y);
    for (int x = 0; x < shape.width; x++)
      if (cell_is_red(image, x * factor, y * factor, factor))
        row[x >> 3] |= (uint8_t)(0x80 >> (x & 7));
  }
  *out = cells;
  return true;
}

static bool is_seal(const tc_lept_box *box, double cells_per_mm)
{
  double width = box->width / cells_per_mm;
  double height = box->height / cells_per_mm;
  return fmin(width, height) >= smallest_mm && fmax(width, height) <= largest_mm &&
         fmax(width, height) < 1.6 * fmin(width, height);
}

static void fade(const tc_image *image, int left, int top, int right, int bottom, tc_image *grey)
{
  left = left > 0 ? left : 0;
  right = right < tc_image_width(image) ? right : tc_image_width(image);
  bottom = bottom < tc_image_height(image) ? bottom : tc_image_height(image);
  for (int y = top > 0 ? top : 0; y < bottom; y++) {
    const uint8_t *from = tc_image_row(image, y);
    uint8_t *to = tc_image_row_mutable(grey, y);
    for (int x = left; x < right; x++)
      if (red_lead(from + 3 * (size_t)x) >= WEAK_LEAD)
        to[x] = from[3 * (size_t)x];
  }
}

static bool fade_seals(const tc_image *image, double dpi, tc_image *grey, tc_error *err)
{
  int shorter = tc_image_width(image) < tc_image_height(image) ? tc_image_width(image) : tc_image_height(image);
  int factor = (int)fmin(fmax(1, floor(dpi / GRID_DPI)), shorter);
  double cells_per_mm = dpi / 25.4 / factor;
  int gap = (int)fmax(1, round(gap_mm * cells_per_mm));
  int margin = (int)ceil(margin_mm * dpi / 25.4);
  tc_auto(tc_image) red = NULL;
  tc_lept_box *boxes = NULL;
  int count = 0;
  if (!find_red(image, factor, &red, err) || !tc_lept_boxes(red, gap, gap, &boxes, &count, err))
    return false;
  for (int i = 0; i < count; i++)
    if (is_seal(&boxes[i], cells_per_mm))
      fade(image, boxes[i].x * factor - margin, boxes[i].y * factor - margin,
           (boxes[i].x + boxes[i].width) * factor + margin, (boxes[i].y + boxes[i].height) * factor + margin, grey);
  free(boxes);
  return true;
}

bool tc_seal_to_grey(const tc_image *image, double dpi, bool drop_seals, tc_image **out, tc_error *err)
{
  tc_auto(tc_image) grey = NULL;
  if (!tc_image_to_grey(image, &grey, err))
    return false;
  bool colour = tc_image_shape_of(image)->pixel == TC_PIXEL_RGB8;
  if (colour && drop_seals && !fade_seals(image, dpi, grey, err))
    return false;
  *out = tc_steal(&grey);
  return true;
}
