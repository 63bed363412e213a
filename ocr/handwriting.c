#include "ocr/handwriting.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROOM 0.45   /* of the line's height, above and below it: hands overshoot */
#define WHOLE 0.5   /* of the tallest part: lower ones are marks, dots, dashes */
#define TALL 0.8    /* the percentile that capitals, digits and ascenders reach */
#define MARK 0.35   /* of the tallest part: what is lower is no letter */
#define WIDE 1.9    /* heights: no printed letter, nor two that touch, is as wide */
#define TALLEST 1.9 /* heights of the line: what is taller is a seal's or a frame's */
#define STEP 3.0    /* pixels: print differs by one or two on any scan */

enum { PARTS_MAX = 400, REFERENCE_MIN = 3, BLACK = 1, SEEN = 2 };

/* A rectangle of the page, a byte a pixel. */
typedef struct window {
  uint8_t *pixels;
  int *stack;
  int left, top, width, height;
} window;

static void window_finish(window *w)
{
  free(w->pixels);
  free(w->stack);
}
TC_AUTO_VALUE(window, window_finish);

typedef struct ink_part {
  double x, y, width, height; /* of the page */
} ink_part;

typedef struct ink_parts {
  ink_part items[PARTS_MAX];
  size_t count;
} ink_parts;

static int within(double value, int most) { return value < 0 ? 0 : value > most ? most : (int)value; }

static bool open_window(const tc_image *binary, tc_box line, window *w, tc_error *err)
{
  const double room = ROOM * line.height;
  w->left = within(floor(line.x), tc_image_width(binary));
  w->top = within(floor(line.y - room), tc_image_height(binary));
  w->width = within(ceil(line.x + line.width), tc_image_width(binary)) - w->left;
  w->height = within(ceil(line.y + line.height + room), tc_image_height(binary)) - w->top;
  if (w->width <= 0 || w->height <= 0) {
    w->width = w->height = 0;
    return true;
  }
  const size_t size = (size_t)w->width * (size_t)w->height;
  w->pixels = calloc(size, 1);
  w->stack = calloc(size, sizeof *w->stack);
  if (w->pixels == NULL || w->stack == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a line");
  for (int y = 0; y < w->height; y++) {
    const uint8_t *row = tc_image_row(binary, w->top + y);
    for (int x = 0; x < w->width; x++) {
      const int at = w->left + x;
      w->pixels[(size_t)y * (size_t)w->width + (size_t)x] = (row[at >> 3] >> (7 - (at & 7))) & 1;
    }
  }
  return true;
}

/* The connected part that the pixel belongs to. */
static ink_part gather(window *w, int start)
{
  int depth = 0;
  int left = w->width;
  int top = w->height;
  int right = 0;
  int bottom = 0;
  w->pixels[start] = SEEN;
  w->stack[depth++] = start;
  while (depth > 0) {
    const int at = w->stack[--depth];
    const int x = at % w->width;
    const int y = at / w->width;
    left = x < left ? x : left;
    right = x > right ? x : right;
    top = y < top ? y : top;
    bottom = y > bottom ? y : bottom;
    for (int ny = y > 0 ? y - 1 : 0; ny <= y + 1 && ny < w->height; ny++)
      for (int nx = x > 0 ? x - 1 : 0; nx <= x + 1 && nx < w->width; nx++)
        if (w->pixels[ny * w->width + nx] == BLACK) {
          w->pixels[ny * w->width + nx] = SEEN;
          w->stack[depth++] = ny * w->width + nx;
        }
  }
  return (ink_part){w->left + left, w->top + top, right - left + 1, bottom - top + 1};
}

static bool find_parts(const tc_image *binary, tc_box line, ink_parts *out, tc_error *err)
{
  tc_auto(window) w = {0};
  if (!open_window(binary, line, &w, err))
    return false;
  out->count = 0;
  for (int at = 0; at < w.width * w.height && out->count < PARTS_MAX; at++)
    if (w.pixels[at] == BLACK) {
      const ink_part part = gather(&w, at);
      if (part.height <= TALLEST * line.height)
        out->items[out->count++] = part;
    }
  return true;
}

static int compare(const void *a, const void *b)
{
  const double *x = a;
  const double *y = b;
  return *x < *y ? -1 : *x > *y ? 1 : 0;
}

static bool lies_in(const ink_part *part, const tc_box *box)
{
  const double middle = part->x + part->width / 2;
  return middle >= box->x && middle < box->x + box->width;
}

/* The usual height above the line of what is not in `part`: tails below it do not count. 0: too little to tell. */
static double height_beside(const ink_parts *parts, const tc_box *part)
{
  double bottoms[PARTS_MAX];
  double heights[PARTS_MAX];
  double most = 0;
  size_t count = 0;
  for (size_t i = 0; i < parts->count; i++)
    if (!lies_in(&parts->items[i], part))
      most = fmax(most, parts->items[i].height);
  for (size_t i = 0; i < parts->count; i++)
    if (!lies_in(&parts->items[i], part) && parts->items[i].height >= MARK * most)
      bottoms[count++] = parts->items[i].y + parts->items[i].height;
  if (count < REFERENCE_MIN)
    return 0;
  qsort(bottoms, count, sizeof *bottoms, compare);
  const double base = bottoms[count / 2];
  count = 0;
  for (size_t i = 0; i < parts->count; i++)
    if (!lies_in(&parts->items[i], part) && parts->items[i].height >= MARK * most)
      heights[count++] = base - parts->items[i].y;
  qsort(heights, count, sizeof *heights, compare);
  return fmax(heights[(size_t)(TALL * (double)(count - 1) + 0.5)], 0);
}

bool tc_handwriting_digits(const tc_image *binary, tc_box beside, tc_box part, tc_digits_look *out, tc_error *err)
{
  ink_parts parts;
  double tallest = 0;
  double lowest = 0;
  if (!find_parts(binary, beside, &parts, err))
    return false;
  for (size_t i = 0; i < parts.count; i++)
    if (lies_in(&parts.items[i], &part))
      tallest = fmax(tallest, parts.items[i].height);
  for (size_t i = 0; i < parts.count; i++) {
    const double height = parts.items[i].height;
    if (lies_in(&parts.items[i], &part) && height >= WHOLE * tallest && (lowest == 0 || height < lowest))
      lowest = height;
  }
  const double usual = height_beside(&parts, &part);
  *out = (tc_digits_look){.tallness = usual > 0 ? lowest / usual : 0,
                          .unevenness = tallest - lowest >= STEP ? (tallest - lowest) / tallest : 0};
  return true;
}

bool tc_handwriting_run(const tc_image *binary, tc_box line, double *out, tc_error *err)
{
  ink_parts parts;
  double inked = 0;
  double run = 0;
  if (!find_parts(binary, line, &parts, err))
    return false;
  for (size_t i = 0; i < parts.count; i++) {
    const ink_part *part = &parts.items[i];
    if (part->height < MARK * line.height)
      continue;
    inked += part->width;
    run += part->width > WIDE * line.height ? part->width : 0;
  }
  *out = inked > 0 ? run / inked : 0;
  return true;
}

bool tc_handwriting_pieces(const tc_image *binary, tc_box line, size_t *count, double *width, tc_error *err)
{
  ink_parts parts;
  if (!find_parts(binary, line, &parts, err))
    return false;
  *count = 0;
  *width = 0;
  for (size_t i = 0; i < parts.count; i++) {
    if (parts.items[i].height < MARK * line.height)
      continue;
    (*count)++;
    *width += parts.items[i].width;
  }
  return true;
}
