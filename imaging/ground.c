/*
 * Channels are measured against the paper's: each one's light that nine tenths of the page stay below. A pixel's colour
 * is the distance of its brightest to its darkest channel, then. Pale colours are a ground where enough of the page has
 * them: they count as their brightest channel, and lighter by their colour; between pale and strong the two greys are
 * mixed.
 */
#include "imaging/ground.h"

#include <math.h>

enum {
  STEP = 5,         /* pixels between samples */
  PAPER_SHARE = 90, /* per cent */
  GAIN_BITS = 8,
  MOST_GAIN = 448, /* 1.75: what is farther off is no white paper */
  TINTED = 14,     /* colour from which a pixel is tinted */
  NOT_DARK = 110,
  PALE = 62,        /* colour up to which it is a ground … */
  STRONG = 84,      /* … and from which it is ink */
  LEAST_PERCENT = 8 /* of the page, tinted */
};

typedef struct paper {
  int gain[3]; /* 8 bits behind the point */
  int grey;    /* 0 … 255 */
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
  int level[3];
  for (int c = 0; c < 3; c++) {
    level[c] = level_of(histogram[c], total);
    const int gain = (255 << GAIN_BITS) / (level[c] > 0 ? level[c] : 1);
    p.gain[c] = gain < MOST_GAIN ? gain : MOST_GAIN;
  }
  p.grey = luma(level);
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

static bool has_ground(const tc_image *image, const paper *p)
{
  int64_t tinted = 0;
  int64_t total = 0;
  for (int y = 0; y < tc_image_height(image); y += STEP) {
    const uint8_t *row = tc_image_row(image, y);
    for (int x = 0; x < tc_image_width(image); x += STEP, total++) {
      int colour;
      const int most = brightest(row + 3 * (size_t)x, p, &colour);
      tinted += most > NOT_DARK && colour >= TINTED && colour < STRONG ? 1 : 0;
    }
  }
  return tinted * 100 >= total * LEAST_PERCENT;
}

static void lighten_row(const uint8_t *rgb, int width, const paper *p, uint8_t *grey)
{
  for (int x = 0; x < width; x++, rgb += 3) {
    int colour;
    const int most = brightest(rgb, p, &colour);
    const int most_light = most + colour * most / 255; /* what is left of the pattern goes with its colour */
    const int light = (most_light < 255 ? most_light : 255) * p->grey / 255;
    int share = (STRONG - colour) * 256 / (STRONG - PALE);
    share = share > 256 ? 256 : share;
    const int lighter = grey[x] + (((light - grey[x]) * share) >> 8);
    grey[x] = (uint8_t)(share > 0 && lighter > grey[x] ? lighter : grey[x]);
  }
}

bool tc_ground_to_grey(const tc_image *image, tc_image **out, tc_error *err)
{
  tc_auto(tc_image) grey = NULL;
  if (!tc_image_to_grey(image, &grey, err))
    return false;
  if (tc_image_shape_of(image)->pixel == TC_PIXEL_RGB8) {
    const paper p = measure_paper(image);
    if (has_ground(image, &p))
      for (int y = 0; y < tc_image_height(image); y++)
        lighten_row(tc_image_row(image, y), tc_image_width(image), &p, tc_image_row_mutable(grey, y));
  }
  *out = tc_steal(&grey);
  return true;
}
