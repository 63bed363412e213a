/*
 * Channels are measured against the paper's: each one's light that nine tenths of the page stay below. A pixel's colour
 * is the distance of its brightest to its darkest channel, then. Pale colours are a ground where enough of the page has
 * them: they count as their brightest channel, and lighter by their colour; between pale and strong the two greys are
 * mixed; on a page whose black ink faded, colours did, too, and less counts as strong. What is lightened is measured
 * against the paper around it, as wide as no letter is: within a stain the stain is the paper.
 */
#include "imaging/ground.h"

#include "imaging/grid.h"
#include "imaging/scratch.h"
#include "imaging/wide.h"

#include <math.h>
#include <string.h>

enum {
  STEP = 5,         /* pixels between samples */
  PAPER_SHARE = 90, /* per cent */
  GAIN_BITS = 8,
  MOST_GAIN = 448, /* 1.75: what is farther off is no white paper */
  TINTED = 14,     /* colour from which a pixel is tinted */
  NOT_DARK = 110,
  PALE = 62,         /* colour up to which it is a ground … */
  STRONG = 84,       /* … and from which it is ink */
  LEAST_PERCENT = 8, /* of the page, tinted */
  CHANNELS = 3,
  CELL = 16, /* pixels of the paper's grid … */
  BLOCK = 4  /* … whose brightest block is the paper */
};

static const double around_mm = 8;  /* of ink, at most; darker paper is wider */
static const float darkest = 0.45F; /* of the page's paper: what is darker is no paper */
static const float most_gain = 2.6F;
static const float full_depth = 165; /* of the page's black ink below its paper: what is less has faded */
static const float fading = 1.0F / 130;
static const float faded_most = 0.4F;
static const double ink_share = 0.002; /* of the page is as dark as its ink, at least */

typedef struct paper {
  int gain[CHANNELS]; /* 8 bits behind the point */
  float pale, strong; /* colours as PALE and STRONG; less on a page whose ink faded, for colours fade with it */
} paper;

static int level_of(const uint32_t histogram[256], uint32_t total)
{
  uint32_t seen = 0;
  for (int value = 0; value < 256; value++) {
    seen += histogram[value];
    if ((uint64_t)seen * 100 > (uint64_t)total * PAPER_SHARE)
      return value;
  }
  return 255;
}

static int luma(const int rgb[3]) { return (299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2] + 500) / 1000; }

static paper measure_paper(const tc_image *image)
{
  uint32_t histogram[3][256] = {{0}};
  uint32_t total = 0;
  for (int y = 0; y < tc_image_height(image); y += STEP) {
    const uint8_t *row = tc_image_row(image, y);
    for (int x = 0; x < tc_image_width(image); x += STEP, total++)
      for (int c = 0; c < 3; c++)
        histogram[c][row[3 * (size_t)x + (size_t)c]]++;
  }
  paper p;
  for (int c = 0; c < 3; c++) {
    const int level = level_of(histogram[c], total);
    const int gain = (255 << GAIN_BITS) / (level > 0 ? level : 1);
    p.gain[c] = gain < MOST_GAIN ? gain : MOST_GAIN;
  }
  return p;
}

/* The brightest channel, and how far the darkest lies below it, against the paper. */
static inline int brightest(const uint8_t *rgb, const paper *p, int *colour)
{
  const int red = (rgb[0] * p->gain[0]) >> GAIN_BITS;
  const int green = (rgb[1] * p->gain[1]) >> GAIN_BITS;
  const int blue = (rgb[2] * p->gain[2]) >> GAIN_BITS;
  int most = red > green ? red : green;
  int least = red < green ? red : green;
  most = blue > most ? blue : most;
  least = blue < least ? blue : least;
  *colour = most - least;
  return most;
}

/* How far the page's darkest ink lies below the paper in every channel tells how much of its colours is left. */
static void measure_fading(const tc_image *image, paper *p)
{
  uint32_t histogram[256] = {0};
  uint32_t total = 0;
  for (int y = 0; y < tc_image_height(image); y += STEP) {
    const uint8_t *row = tc_image_row(image, y);
    for (int x = 0; x < tc_image_width(image); x += STEP, total++) {
      int colour;
      const int most = brightest(row + 3 * (size_t)x, p, &colour);
      histogram[most < 255 ? most : 255]++;
    }
  }
  int darkest_ink = 0;
  for (uint32_t seen = histogram[0]; darkest_ink < 255 && seen <= ink_share * total;)
    seen += histogram[++darkest_ink];
  const float left = 1 - (full_depth - (float)(255 - darkest_ink)) * fading;
  const float share = left > 1 ? 1 : left < faded_most ? faded_most : left;
  p->pale = PALE * share;
  p->strong = STRONG * share;
}

static bool has_ground(const tc_image *image, const paper *p)
{
  int64_t tinted = 0;
  int64_t total = 0;
  for (int y = 0; y < tc_image_height(image); y += STEP) {
    const uint8_t *row = tc_image_row(image, y);
    for (int x = 0; x < tc_image_width(image); x += STEP, total++) {
      int colour;
      const int most = brightest(row + 3 * (size_t)x, p, &colour);
      tinted += most > NOT_DARK && colour >= TINTED && (float)colour < p->strong ? 1 : 0;
    }
  }
  return tinted * 100 >= total * LEAST_PERCENT;
}

/* The paper around each place: what brings a channel to white, and its light as grey. */
typedef struct around {
  tc_grid gain[CHANNELS], grey;
} around;

static void around_finish(around *a)
{
  for (int c = 0; c < CHANNELS; c++)
    tc_grid_finish(&a->gain[c]);
  tc_grid_finish(&a->grey);
}
TC_AUTO_VALUE(around, around_finish);

/* The brightest block of a cell, by channel. */
TC_WIDE static void measure_cell(const tc_image *image, int left, int top, int best[CHANNELS])
{
  const int right = left + CELL < tc_image_width(image) ? left + CELL : tc_image_width(image);
  const int bottom = top + CELL < tc_image_height(image) ? top + CELL : tc_image_height(image);
  const ptrdiff_t stride = (ptrdiff_t)tc_image_stride(image);
  for (int y = top; y + BLOCK <= bottom; y += BLOCK) {
    const uint8_t *rgb = tc_image_row(image, y) + CHANNELS * (size_t)left;
    int columns[CELL * CHANNELS] = {0}; /* of four rows */
    for (int i = 0; i < (right - left) * CHANNELS; i++)
      columns[i] = rgb[i] + rgb[i + stride] + rgb[i + 2 * stride] + rgb[i + 3 * stride];
    for (int x = 0; x + BLOCK <= right - left; x += BLOCK)
      for (int c = 0; c < CHANNELS; c++) {
        const int *first = columns + CHANNELS * (ptrdiff_t)x + c;
        const int sum = first[0] + first[CHANNELS] + first[2 * CHANNELS] + first[3 * CHANNELS];
        best[c] = sum > best[c] ? sum : best[c];
      }
  }
  for (int c = 0; c < CHANNELS; c++)
    best[c] /= BLOCK * BLOCK;
}

static void close_over(tc_grid *grid, tc_grid *spare, int radius)
{
  tc_grid_extreme(grid, spare, radius, 1);
  tc_grid_extreme(grid, spare, radius, -1);
  tc_grid_mean(grid, spare, 1);
  tc_grid_mean(grid, spare, 1);
}

/* Light becomes gain. */
static void set_gains(const paper *page, around *a)
{
  for (int i = 0; i < a->grey.columns * a->grey.rows; i++) {
    int level[CHANNELS];
    for (int c = 0; c < CHANNELS; c++) {
      const float least = darkest * (255 << GAIN_BITS) / (float)page->gain[c];
      float *cell = &a->gain[c].cells[i];
      const float light = *cell > least ? *cell : least;
      level[c] = (int)light;
      *cell = 255 / light < most_gain ? 255 / light : most_gain;
    }
    a->grey.cells[i] = (float)luma(level) / 255;
  }
}

static bool look_around(const tc_image *image, const paper *page, double dpi, around *out, tc_error *err)
{
  const int radius = (int)fmax(1, around_mm / 25.4 * dpi / CELL / 2 + 0.5);
  if (!tc_grid_init(&out->grey, image, CELL, err))
    return false;
  for (int c = 0; c < CHANNELS; c++)
    if (!tc_grid_init(&out->gain[c], image, CELL, err))
      return false;
  for (int row = 0; row < out->grey.rows; row++)
    for (int column = 0; column < out->grey.columns; column++) {
      int best[CHANNELS] = {0};
      measure_cell(image, column * CELL, row * CELL, best);
      for (int c = 0; c < CHANNELS; c++)
        out->gain[c].cells[row * out->grey.columns + column] = (float)best[c];
    }
  for (int c = 0; c < CHANNELS; c++)
    close_over(&out->gain[c], &out->grey, radius);
  set_gains(page, out);
  return true;
}

/* Of one row: the paper's gains and its grey, by pixel; and room for its channels apart. */
typedef struct row_paper {
  const float *gain[CHANNELS], *grey;
  uint8_t *channel[CHANNELS];
} row_paper;

TC_WIDE static void split_row(const uint8_t *rgb, int width, uint8_t *restrict red, uint8_t *restrict green,
                              uint8_t *restrict blue)
{
  for (int x = 0; x < width; x++) {
    red[x] = rgb[CHANNELS * x];
    green[x] = rgb[CHANNELS * x + 1];
    blue[x] = rgb[CHANNELS * x + 2];
  }
}

TC_WIDE static void lighten_row(int width, const row_paper *p, float pale, float strong, uint8_t *restrict grey)
{
  const float per_colour = 1 / (strong - pale);
  for (int x = 0; x < width; x++) {
    const float red = (float)p->channel[0][x] * p->gain[0][x];
    const float green = (float)p->channel[1][x] * p->gain[1][x];
    const float blue = (float)p->channel[2][x] * p->gain[2][x];
    float most = red > green ? red : green;
    float least = red < green ? red : green;
    most = blue > most ? blue : most;
    least = blue < least ? blue : least;
    const float colour = most - least;
    const float whole = most + colour * most * (1.0F / 255); /* what is left of the pattern goes with its colour */
    const float light = (whole < 255 ? whole : 255) * p->grey[x];
    float share = (strong - colour) * per_colour;
    share = share > 1 ? 1 : share < 0 ? 0 : share;
    const float lighter = (float)grey[x] + (light - (float)grey[x]) * share;
    grey[x] = (uint8_t)(int)(lighter > (float)grey[x] ? lighter : (float)grey[x]);
  }
}

static bool lighten(const tc_image *image, const paper *page, double dpi, tc_image *grey, tc_error *err)
{
  const size_t width = (size_t)tc_image_width(image);
  tc_auto(around) a = {0};
  tc_auto(tc_floats) room = calloc(width * (CHANNELS + 1), sizeof *room);
  if (room == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the ground of a page");
  if (!look_around(image, page, dpi, &a, err))
    return false;
  tc_auto(tc_octets) apart = calloc(width, CHANNELS);
  if (apart == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the ground of a page");
  const row_paper row = {
      {room, room + width, room + 2 * width}, room + 3 * width, {apart, apart + width, apart + 2 * width}};
  for (int y = 0; y < tc_image_height(image); y++) {
    for (int c = 0; c < CHANNELS; c++)
      tc_grid_row(&a.gain[c], y, (int)width, room + (size_t)c * width);
    tc_grid_row(&a.grey, y, (int)width, room + 3 * width);
    split_row(tc_image_row(image, y), (int)width, row.channel[0], row.channel[1], row.channel[2]);
    lighten_row((int)width, &row, page->pale, page->strong, tc_image_row_mutable(grey, y));
  }
  return true;
}

bool tc_ground_to_grey(const tc_image *image, double dpi, tc_image **out, tc_error *err)
{
  tc_auto(tc_image) grey = NULL;
  if (!tc_image_to_grey(image, &grey, err))
    return false;
  if (tc_image_shape_of(image)->pixel == TC_PIXEL_RGB8) {
    paper p = measure_paper(image);
    measure_fading(image, &p);
    if (has_ground(image, &p) && !lighten(image, &p, dpi, grey, err))
      return false;
  }
  *out = tc_steal(&grey);
  return true;
}
