/*
 * Ink over print. A seal is told from red print by its shape: strong red that, with gaps of three millimetres closed,
 * fills a box about as wide as high of a seal's size. A signature is told from blue print by its height: blue strokes
 * that hang together and are taller than a line of letters. Looked for on a grid of 50 cells an inch. A face or a
 * shirt in a portrait is red as well, but solid, as nothing in a seal is: it is left out, so that red print beside it
 * stays.
 *
 * Within such a box, coloured pixels and those right beside them (a JPEG's colours are coarser than its light) count as
 * the light in the ink's own channel, stretched so that the ink comes out as the paper: black print under it stays
 * nearly as dark as it was. Where a pen crosses a seal nothing is light in any channel: what is dark there, between
 * both inks, goes as well unless black print prevails around it.
 */
#include "imaging/seal.h"

#include "imaging/ground.h"
#include "imaging/lept.h"
#include "imaging/scratch.h"
#include "imaging/wide.h"

#include <math.h>

enum { GRID_DPI = 50, RED = 0, BLUE = 2, PAPER_SHARE = 90, INK_SHARE = 30, TILE = 48 };

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

/* Seals of offices are 32 to 42 mm wide, some oval or square; those that cards print are 13 and more. */
static const ink seal_ink = {RED, 30, 14, 3, 12, 58, 12, 1.6, 2};
static const ink pen_ink = {BLUE, 26, 12, 1.5, 9, 90, 9, 8, 1};
static const double crossing_mm = 0.8;
static const double around_seal_mm = 14; /* whoever seals a paper seals the signature's edge */

static const double solid_mm = 4.5;  /* of red: no seal's, whose star's middle is smaller */
static const double portrait_mm = 3; /* about what is solid */

/* How far the ink's channel stands above the other two. */
static int lead_of(const uint8_t *rgb, int channel)
{
  const int a = rgb[(channel + 1) % 3];
  const int b = rgb[(channel + 2) % 3];
  return rgb[channel] - (a > b ? a : b);
}

/* A byte a pixel: 1 where the ink is strong in this row or was in one before. */
TC_WIDE static void mark_ink(const uint8_t *rgb, int width, int channel, int strong_lead, uint8_t *marks)
{
  const uint8_t *own = rgb + channel;
  const uint8_t *a = rgb + (channel + 1) % 3;
  const uint8_t *b = rgb + (channel + 2) % 3;
  for (int x = 0; x < width; x++) {
    const int other = a[3 * x] > b[3 * x] ? a[3 * x] : b[3 * x];
    marks[x] |= own[3 * x] - other >= strong_lead;
  }
}

static bool find_ink(const tc_image *image, const ink *kind, int factor, tc_image **out, tc_error *err)
{
  const tc_image_shape shape = {
      .pixel = TC_PIXEL_BILEVEL, .width = tc_image_width(image) / factor, .height = tc_image_height(image) / factor};
  const int step = factor > 4 ? 2 : 1;
  const int width = shape.width * factor;
  tc_auto(tc_octets) marks = calloc((size_t)width, 1);
  tc_image *cells = NULL;
  if (marks == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory to look for ink");
  if (!tc_image_create(&shape, &cells, err))
    return false;
  for (int y = 0; y < shape.height; y++) {
    uint8_t *row = tc_image_row_mutable(cells, y);
    memset(marks, 0, (size_t)width);
    for (int j = 0; j < factor; j += step)
      mark_ink(tc_image_row(image, y * factor + j), width, kind->channel, kind->strong_lead, marks);
    for (int x = 0; x < shape.width; x++)
      for (int i = 0; i < factor; i += step)
        row[x >> 3] |= marks[x * factor + i] != 0 ? (uint8_t)(0x80 >> (x & 7)) : 0;
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

/* The paper's light around a place: in the ink's channel and as grey. Shadows run across photographs. */
typedef struct light {
  int channel, grey;
} light;

typedef struct lights {
  area at;
  int columns, rows;
  light *tiles;
  int ink; /* the ink's light in its channel, where the paper's is 255 */
} lights;

static void lights_finish(lights *l) { free(l->tiles); }
TC_AUTO_VALUE(lights, lights_finish);

static const light *light_at(const lights *l, int x, int y)
{
  return &l->tiles[((y - l->at.top) / TILE) * l->columns + (x - l->at.left) / TILE];
}

/* Every second pixel both ways says the same. */
static light measure_tile(const tc_image *image, const tc_image *grey, int channel, const area *a)
{
  uint32_t of_channel[256] = {0};
  uint32_t of_grey[256] = {0};
  uint32_t count = 0;
  for (int y = a->top; y < a->bottom; y += 2) {
    const uint8_t *own = tc_image_row(image, y) + channel;
    const uint8_t *values = tc_image_row(grey, y);
    for (int x = a->left; x < a->right; x += 2, count++) {
      of_channel[own[3 * (size_t)x]]++;
      of_grey[values[x]]++;
    }
  }
  const light found = {percentile(of_channel, count, PAPER_SHARE), percentile(of_grey, count, PAPER_SHARE)};
  return (light){found.channel > 0 ? found.channel : 1, found.grey};
}

/* A byte a pixel of an area: how the pixel counts. */
enum { PLAIN, COLOURED, BESIDE }; /* mark_ink marks with 1 */

typedef struct field {
  area at;
  int width, height;
  uint8_t *cells;
} field;

static void field_finish(field *f) { free(f->cells); }
TC_AUTO_VALUE(field, field_finish);

static void mark_beside(field *f, int x, int y, int reach)
{
  for (int v = y > reach ? y - reach : 0; v <= y + reach && v < f->height; v++)
    for (int u = x > reach ? x - reach : 0; u <= x + reach && u < f->width; u++)
      if (f->cells[v * f->width + u] == PLAIN)
        f->cells[v * f->width + u] = BESIDE;
}

static bool mark(const tc_image *image, const ink *kind, const area *a, int reach, field *out, tc_error *err)
{
  field f = {*a, a->right - a->left, a->bottom - a->top, NULL};
  f.cells = calloc((size_t)f.width * (size_t)f.height + 1, 1);
  if (f.cells == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory to lighten a seal");
  for (int y = 0; y < f.height; y++)
    mark_ink(tc_image_row(image, a->top + y) + 3 * (size_t)a->left, f.width, kind->channel, kind->strong_lead,
             f.cells + (size_t)y * (size_t)f.width);
  for (int y = 0; y < f.height; y++)
    for (int x = 0; x < f.width; x++)
      if (f.cells[y * f.width + x] == COLOURED)
        mark_beside(&f, x, y, reach);
  *out = f;
  return true;
}

static int measure_ink(const tc_image *image, const ink *kind, const field *f, const lights *l)
{
  uint32_t histogram[256] = {0};
  uint32_t count = 0;
  const uint8_t *cell = f->cells;
  for (int y = l->at.top; y < l->at.bottom; y++) {
    const uint8_t *row = tc_image_row(image, y);
    for (int x = l->at.left; x < l->at.right; x++, cell++) {
      if (*cell != COLOURED)
        continue;
      /* NOLINTNEXTLINE(clang-analyzer-core.DivideZero): measure_tile never gives 0 */
      const int value = row[3 * (size_t)x + (size_t)kind->channel] * 255 / light_at(l, x, y)->channel;
      histogram[value < 255 ? value : 255]++;
      count++;
    }
  }
  const int ink_light = percentile(histogram, count, INK_SHARE);
  return ink_light > 0 ? ink_light : 1;
}

static bool measure(const tc_image *image, const tc_image *grey, const ink *kind, const area *a, lights *out,
                    tc_error *err)
{
  lights l = {
      .at = *a, .columns = (a->right - a->left + TILE - 1) / TILE, .rows = (a->bottom - a->top + TILE - 1) / TILE};
  l.tiles = calloc((size_t)l.columns * (size_t)l.rows + 1, sizeof *l.tiles);
  if (l.tiles == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory to lighten a seal");
  for (int row = 0; row < l.rows; row++)
    for (int column = 0; column < l.columns; column++) {
      /* Overlapping, so that a tile full of ink still sees paper. */
      area tile = {a->left + column * TILE - TILE / 2, a->top + row * TILE - TILE / 2,
                   a->left + (column + 1) * TILE + TILE / 2, a->top + (row + 1) * TILE + TILE / 2};
      tile.left = tile.left > a->left ? tile.left : a->left;
      tile.top = tile.top > a->top ? tile.top : a->top;
      tile.right = tile.right < a->right ? tile.right : a->right;
      tile.bottom = tile.bottom < a->bottom ? tile.bottom : a->bottom;
      l.tiles[row * l.columns + column] = measure_tile(image, grey, kind->channel, &tile);
    }
  *out = l;
  return true;
}

static bool fade(const tc_image *image, const ink *kind, const area *a, int reach, tc_image *grey, tc_error *err)
{
  tc_auto(lights) paper = {0};
  tc_auto(field) f = {0};
  if (a->left >= a->right || a->top >= a->bottom)
    return true;
  if (!measure(image, grey, kind, a, &paper, err) || !mark(image, kind, a, reach, &f, err))
    return false;
  paper.ink = measure_ink(image, kind, &f, &paper);
  for (int y = a->top; y < a->bottom; y++) {
    const uint8_t *from = tc_image_row(image, y);
    uint8_t *to = tc_image_row_mutable(grey, y);
    for (int x = a->left; x < a->right; x++) {
      const uint8_t *rgb = from + 3 * (size_t)x;
      if (f.cells[(y - a->top) * f.width + x - a->left] == PLAIN && lead_of(rgb, kind->channel) < kind->weak_lead)
        continue;
      const light *here = light_at(&paper, x, y);
      const int value = rgb[kind->channel] * 255 / here->channel * here->grey / paper.ink;
      const int lighter = value < here->grey ? value : here->grey;
      to[x] = (uint8_t)(lighter > to[x] ? lighter : to[x]);
    }
  }
  return true;
}

typedef struct company {
  int red, blue, black;
} company;

/* The inks around a pixel; black is dark without a colour. */
static company look_around(const tc_image *image, int x, int y, int reach, int dark)
{
  company c = {0};
  const int right = x + reach < tc_image_width(image) ? x + reach : tc_image_width(image) - 1;
  const int bottom = y + reach < tc_image_height(image) ? y + reach : tc_image_height(image) - 1;
  for (int v = y > reach ? y - reach : 0; v <= bottom; v++)
    for (int u = x > reach ? x - reach : 0; u <= right; u++) {
      const uint8_t *rgb = tc_image_row(image, v) + 3 * (size_t)u;
      if (lead_of(rgb, RED) >= seal_ink.strong_lead)
        c.red++;
      else if (lead_of(rgb, BLUE) >= pen_ink.strong_lead)
        c.blue++;
      else if (rgb[RED] < dark && rgb[BLUE] < dark)
        c.black++;
    }
  return c;
}

/* Takes out what is dark where a pen crosses the seal. */
static bool fade_crossings(const tc_image *image, const area *a, int reach, tc_image *grey, tc_error *err)
{
  tc_auto(lights) paper = {0};
  if (a->left >= a->right || a->top >= a->bottom)
    return true;
  if (!measure(image, grey, &seal_ink, a, &paper, err))
    return false;
  for (int y = a->top; y < a->bottom; y++)
    for (int x = a->left; x < a->right; x++) {
      const light *here = light_at(&paper, x, y);
      const int dark = here->channel / 2;
      if (tc_image_row(grey, y)[x] >= here->grey / 2 || tc_image_row(image, y)[3 * (size_t)x] >= dark)
        continue;
      const company c = look_around(image, x, y, reach, dark);
      if (c.red > 0 && c.blue > 0 && 2 * (c.red + c.blue) > 3 * c.black)
        tc_image_row_mutable(grey, y)[x] = (uint8_t)here->grey;
    }
  return true;
}

/* A seal's cells without the portrait's. */
static bool drop_portrait(double cells_per_mm, tc_image **cells, tc_error *err)
{
  tc_auto(tc_image) left = NULL;
  if (!tc_lept_drop_solid(*cells, (int)ceil(solid_mm * cells_per_mm), (int)ceil(portrait_mm * cells_per_mm), &left,
                          err))
    return false;
  tc_image_destroy(*cells);
  *cells = tc_steal(&left);
  return true;
}

static bool fade_all(const tc_image *image, const ink *kind, double dpi, tc_image *grey, tc_error *err)
{
  int shorter = tc_image_width(image) < tc_image_height(image) ? tc_image_width(image) : tc_image_height(image);
  int factor = (int)fmin(fmax(1, floor(dpi / GRID_DPI)), shorter);
  double cells_per_mm = dpi / 25.4 / factor;
  int gap = (int)fmax(1, round(kind->gap_mm * cells_per_mm));
  int margin = (int)ceil(kind->margin_mm * dpi / 25.4);
  const int reach = dpi >= 250 ? 2 : 1;
  bool ok = true;
  tc_auto(tc_image) cells = NULL;
  tc_lept_box *boxes = NULL;
  int count = 0;
  if (!find_ink(image, kind, factor, &cells, err) || (kind == &seal_ink && !drop_portrait(cells_per_mm, &cells, err)) ||
      !tc_lept_boxes(cells, gap, gap, &boxes, &count, err))
    return false;
  for (int i = 0; i < count; i++)
    if (ok && has_shape(&boxes[i], kind, cells_per_mm)) {
      const area a = area_of(image, &boxes[i], factor, margin);
      const area around = area_of(image, &boxes[i], factor, (int)ceil(around_seal_mm * dpi / 25.4));
      ok = fade(image, kind, &a, reach, grey, err) &&
           (kind != &seal_ink || fade(image, &pen_ink, &around, reach, grey, err));
      if (ok && kind == &seal_ink)
        ok = fade_crossings(image, &a, (int)ceil(crossing_mm * dpi / 25.4), grey, err);
    }
  free(boxes);
  return ok;
}

bool tc_seal_to_grey(const tc_image *image, double dpi, bool drop_seals, tc_image **out, tc_error *err)
{
  tc_auto(tc_image) grey = NULL;
  if (!tc_ground_to_grey(image, dpi, &grey, err))
    return false;
  bool colour = tc_image_shape_of(image)->pixel == TC_PIXEL_RGB8;
  if (colour && drop_seals &&
      (!fade_all(image, &seal_ink, dpi, grey, err) || !fade_all(image, &pen_ink, dpi, grey, err)))
    return false;
  *out = tc_steal(&grey);
  return true;
}
