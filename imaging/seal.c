/*
 * Ink over print. A seal is told from red print by its shape: strong red that, with gaps of three millimetres closed,
 * fills a box about as wide as high of a seal's size. A signature is told from blue print by its height: blue strokes
 * that hang together and are taller than a line of letters. Looked for on a grid of 50 cells an inch.
 *
 * Within such a box, coloured pixels count as the light in the ink's own channel, stretched so that the ink comes out
 * as the paper: black print under it stays nearly as dark as it was.
 */
#include "imaging/seal.h"

#include "imaging/lept.h"

#include <math.h>

enum { GRID_DPI = 50, RED = 0, BLUE = 2, PAPER_SHARE = 90, INK_SHARE = 30 };

typedef struct ink {
  int channel;              /* where the ink is light */
  int strong_lead;          /* how far that channel stands above the others in the ink … */
  int weak_lead;            /* … and at its washed-out edges */
  double gap_mm;            /* closed before boxes are drawn */
  double least_mm, most_mm; /* of the shorter and of the longer side of a box */
  double least_height_mm;
  double most_ratio; /* of the longer to the shorter side */
  double margin_mm;
} ink;

/* Seals of offices are 32 to 42 mm wide, some oval or square. */
static const ink seal_ink = {RED, 30, 14, 3, 18, 58, 18, 1.6, 2};
static const ink pen_ink = {BLUE, 26, 12, 1.5, 9, 90, 9, 8, 1};
static const double around_seal_mm = 14; /* whoever seals a paper seals the signature's edge */

/* How far the ink's channel stands above the other two. */
static int lead_of(const uint8_t *rgb, int channel)
{
  const int a = rgb[(channel + 1) % 3];
  const int b = rgb[(channel + 2) % 3];
  return rgb[channel] - (a > b ? a : b);
}

static bool cell_has_ink(const tc_image *image, const ink *kind, int left, int top, int factor)
{
  int step = factor > 4 ? 2 : 1;
  for (int y = top; y < top + factor; y += step) {
    const uint8_t *row = tc_image_row(image, y);
    for (int x = left; x < left + factor; x += step)
      if (lead_of(row + 3 * (size_t)x, kind->channel) >= kind->strong_lead)
        return true;
  }
  return false;
}

static bool find_ink(const tc_image *image, const ink *kind, int factor, tc_image **out, tc_error *err)
{
  const tc_image_shape shape = {
      .pixel = TC_PIXEL_BILEVEL, .width = tc_image_width(image) / factor, .height = tc_image_height(image) / factor};
  tc_image *cells = NULL;
  if (!tc_image_create(&shape, &cells, err))
    return false;
  for (int y = 0; y < shape.height; y++) {
    uint8_t *row = tc_image_row_mutable(cells, y);
    for (int x = 0; x < shape.width; x++)
      if (cell_has_ink(image, kind, x * factor, y * factor, factor))
        row[x >> 3] |= (uint8_t)(0x80 >> (x & 7));
  }
  *out = cells;
  return true;
}

static bool has_shape(const tc_lept_box *box, const ink *kind, double cells_per_mm)
{
  double width = box->width / cells_per_mm;
  double height = box->height / cells_per_mm;
  return fmin(width, height) >= kind->least_mm && fmax(width, height) <= kind->most_mm &&
         height >= kind->least_height_mm && fmax(width, height) < kind->most_ratio * fmin(width, height);
}

typedef struct area {
  int left, top, right, bottom; /* pixels; right and bottom excluded */
} area;

static area area_of(const tc_image *image, const tc_lept_box *box, int factor, int margin)
{
  area a = {box->x * factor - margin, box->y * factor - margin, (box->x + box->width) * factor + margin,
            (box->y + box->height) * factor + margin};
  a.left = a.left > 0 ? a.left : 0;
  a.top = a.top > 0 ? a.top : 0;
  a.right = a.right < tc_image_width(image) ? a.right : tc_image_width(image);
  a.bottom = a.bottom < tc_image_height(image) ? a.bottom : tc_image_height(image);
  return a;
}

static int percentile(const uint32_t histogram[256], uint32_t total, int share)
{
  uint32_t seen = 0;
  for (int value = 0; value < 256; value++) {
    seen += histogram[value];
    if ((uint64_t)seen * 100 > (uint64_t)total * (uint64_t)share)
      return value;
  }
  return 255;
}

/* The channel's light on the paper and in the middle of the ink. */
typedef struct lights {
  int paper, ink;
} lights;

static lights measure(const tc_image *image, const ink *kind, const area *a)
{
  uint32_t of_ink[256] = {0};
  uint32_t of_all[256] = {0};
  uint32_t ink_count = 0;
  uint32_t count = 0;
  for (int y = a->top; y < a->bottom; y++) {
    const uint8_t *row = tc_image_row(image, y);
    for (int x = a->left; x < a->right; x++) {
      const uint8_t *rgb = row + 3 * (size_t)x;
      of_all[rgb[kind->channel]]++;
      count++;
      if (lead_of(rgb, kind->channel) >= kind->strong_lead) {
        of_ink[rgb[kind->channel]]++;
        ink_count++;
      }
    }
  }
  return (lights){percentile(of_all, count, PAPER_SHARE), percentile(of_ink, ink_count, INK_SHARE)};
}

static void fade(const tc_image *image, const ink *kind, const area *a, tc_image *grey)
{
  const lights light = measure(image, kind, a);
  const double factor = light.ink > 0 && light.ink < light.paper ? (double)light.paper / light.ink : 1;
  for (int y = a->top; y < a->bottom; y++) {
    const uint8_t *from = tc_image_row(image, y);
    uint8_t *to = tc_image_row_mutable(grey, y);
    for (int x = a->left; x < a->right; x++) {
      const uint8_t *rgb = from + 3 * (size_t)x;
      if (lead_of(rgb, kind->channel) >= kind->weak_lead)
        to[x] = (uint8_t)fmin(rgb[kind->channel] * factor, light.paper);
    }
  }
}

static bool fade_all(const tc_image *image, const ink *kind, double dpi, tc_image *grey, tc_error *err)
{
  int shorter = tc_image_width(image) < tc_image_height(image) ? tc_image_width(image) : tc_image_height(image);
  int factor = (int)fmin(fmax(1, floor(dpi / GRID_DPI)), shorter);
  double cells_per_mm = dpi / 25.4 / factor;
  int gap = (int)fmax(1, round(kind->gap_mm * cells_per_mm));
  int margin = (int)ceil(kind->margin_mm * dpi / 25.4);
  tc_auto(tc_image) cells = NULL;
  tc_lept_box *boxes = NULL;
  int count = 0;
  if (!find_ink(image, kind, factor, &cells, err) || !tc_lept_boxes(cells, gap, gap, &boxes, &count, err))
    return false;
  for (int i = 0; i < count; i++)
    if (has_shape(&boxes[i], kind, cells_per_mm)) {
      const area a = area_of(image, &boxes[i], factor, margin);
      fade(image, kind, &a, grey);
      const area around = area_of(image, &boxes[i], factor, (int)ceil(around_seal_mm * dpi / 25.4));
      if (kind == &seal_ink)
        fade(image, &pen_ink, &around, grey);
    }
  free(boxes);
  return true;
}

bool tc_seal_to_grey(const tc_image *image, double dpi, bool drop_seals, tc_image **out, tc_error *err)
{
  tc_auto(tc_image) grey = NULL;
  if (!tc_image_to_grey(image, &grey, err))
    return false;
  bool colour = tc_image_shape_of(image)->pixel == TC_PIXEL_RGB8;
  if (colour && drop_seals &&
      (!fade_all(image, &seal_ink, dpi, grey, err) || !fade_all(image, &pen_ink, dpi, grey, err)))
    return false;
  *out = tc_steal(&grey);
  return true;
}
