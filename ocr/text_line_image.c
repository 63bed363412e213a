#include "ocr/text_line_image.h"

#include <math.h>
#include <string.h>

#define ABOVE 1.15     /* of the line's height: room above the base line, at least … */
#define BELOW 0.33     /* … and below it */
#define BESIDE 0.08    /* and to both sides: more makes the models see strokes that are not there */
#define ABOVE_MOST 1.8 /* what stands higher, or hangs deeper, is no letter of the line */
#define BELOW_MOST 0.7

enum { WHITE = 0xFF, FRINGE = 2, MARGIN = 2 };

static int least(int a, int b) { return a < b ? a : b; }
static int most(int a, int b) { return a > b ? a : b; }

/* Whitens (or takes from the page) what lies within [from, to) of a row. */
static void paint(const tc_image *grey, int y, int from, int to, const tc_text_line_place *place, bool white,
                  tc_image *out)
{
  const int left = most(from, place->left);
  const int right = least(to, place->left + tc_image_width(out));
  if (left >= right)
    return;
  uint8_t *row = tc_image_row_mutable(out, y - place->top) + (left - place->left);
  if (white)
    memset(row, WHITE, (size_t)(right - left));
  else
    memcpy(row, tc_image_row(grey, y) + left, (size_t)(right - left));
}

/* First the other lines' ink goes with its fringe, then this line's comes back with its own. */
static void keep_own(const tc_image *grey, const tc_ink *ink, const tc_text_lines *lines, size_t line,
                     const tc_text_line_place *place, tc_image *out)
{
  const int bottom = least(place->top + tc_image_height(out), ink->height);
  for (int pass = 0; pass < 2; pass++)
    for (int y = most(0, place->top - FRINGE); y < least(bottom + FRINGE, ink->height); y++)
      for (size_t r = ink->rows[y]; r < ink->rows[y + 1]; r++) {
        const tc_ink_run *run = &ink->runs[r];
        const size_t owner = lines->line_of[run->part];
        const bool own = owner == line;
        if (owner == TC_NO_LINE || own != (pass == 1))
          continue;
        const int reach = own ? FRINGE - 1 : FRINGE;
        for (int to = most(y - reach, most(0, place->top)); to <= least(y + reach, bottom - 1); to++)
          paint(grey, to, run->left - reach, run->right + reach, place, !own, out);
      }
}

static bool cut(const tc_image *grey, const tc_ink *ink, const tc_text_lines *lines, size_t line, tc_image **out,
                tc_text_line_place *place, tc_error *err)
{
  const tc_text_line *l = &lines->items[line];
  const double ends[] = {l->base, tc_text_line_base(l, l->right)};
  const double high = fmin(ends[0], ends[1]) - ABOVE * l->tall;
  const double low = fmax(ends[0], ends[1]) + BELOW * l->tall;
  const int beside = (int)ceil(BESIDE * l->tall) + MARGIN;
  const int left = l->from - beside;
  const int right = l->to + beside;
  const int top = least((int)floor(high), most(l->top - MARGIN, (int)(high - (ABOVE_MOST - ABOVE) * l->tall)));
  const int bottom = most((int)ceil(low), least(l->bottom + MARGIN, (int)(low + (BELOW_MOST - BELOW) * l->tall)));
  tc_image_shape shape = *tc_image_shape_of(grey);
  tc_auto(tc_image) image = NULL;
  shape.width = right - left;
  shape.height = bottom - top;
  if (!tc_image_create(&shape, &image, err))
    return false;
  *place = (tc_text_line_place){left, top, 1};
  for (int y = 0; y < shape.height; y++)
    memset(tc_image_row_mutable(image, y), WHITE, (size_t)shape.width);
  for (int y = most(0, top); y < least(bottom, ink->height); y++)
    paint(grey, y, most(0, left), least(right, ink->width), place, false, image);
  keep_own(grey, ink, lines, line, place, image);
  *out = tc_steal(&image);
  return true;
}

/* ---- Scaling ---- */

/* Adds a row of the page, weighed, to a row of sums. */
static void add_row(float *sums, const uint8_t *row, int width, double weight)
{
  for (int x = 0; x < width; x++)
    sums[x] += (float)weight * (float)row[x];
}

/* The columns that a pixel is the mean of, and by how much of each. */
typedef struct span {
  int first, count;
  double width;
  const double *shares; /* `count` of them */
} span;

/* Of `count` pixels, `step` columns each, out of `width`; a block that holds their shares behind them. NULL: no memory.
 */
static span *make_spans(int width, int count, double step)
{
  const size_t room = (size_t)width + 2 * (size_t)count + 2;
  span *spans = calloc(1, (size_t)count * sizeof *spans + room * sizeof(double));
  double *shares = spans != NULL ? (double *)(spans + count) : NULL;
  for (int i = 0; spans != NULL && i < count; i++) {
    const double from = i * step;
    const double end = fmin((i + 1) * step, width);
    spans[i] = (span){.first = (int)from, .width = end - from, .shares = shares};
    for (int x = (int)from; x < end; x++, spans[i].count++)
      *shares++ = fmin(end, x + 1) - fmax(from, x);
  }
  return spans;
}

static void take_means(const float *sums, const span *spans, int count, uint8_t *to)
{
  for (int i = 0; i < count; i++) {
    const span *s = &spans[i];
    double sum = 0;
    for (int x = 0; x < s->count; x++)
      sum += sums[s->first + x] * s->shares[x];
    const double mean = sum / s->width + 0.5;
    to[i] = (uint8_t)(mean < WHITE ? mean : WHITE);
  }
}

/* Area means: nothing thin is lost when a line shrinks. */
static bool scale_to(const tc_image *image, int height, tc_image **out, tc_error *err)
{
  const int width = tc_image_width(image);
  const double step = (double)tc_image_height(image) / height;
  tc_image_shape shape = *tc_image_shape_of(image);
  tc_auto(tc_image) scaled = NULL;
  shape.height = height;
  shape.width = most(1, (int)(width / step));
  if (!tc_image_create(&shape, &scaled, err))
    return false;
  float *sums = calloc((size_t)width, sizeof *sums);
  span *spans = make_spans(width, shape.width, step);
  const bool ok = sums != NULL && spans != NULL;
  for (int y = 0; ok && y < height; y++) {
    const double from = y * step;
    const double to = fmin((y + 1) * step, tc_image_height(image));
    memset(sums, 0, (size_t)width * sizeof *sums);
    for (int at = (int)from; at < to; at++)
      add_row(sums, tc_image_row(image, at), width, (fmin(to, at + 1) - fmax(from, at)) / (to - from));
    take_means(sums, spans, shape.width, tc_image_row_mutable(scaled, y));
  }
  free(sums);
  free(spans);
  if (!ok)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a line");
  *out = tc_steal(&scaled);
  return true;
}

bool tc_text_line_cut(const tc_image *grey, const tc_ink *ink, const tc_text_lines *lines, size_t line, int height,
                      tc_image **out, tc_text_line_place *place, tc_error *err)
{
  tc_auto(tc_image) image = NULL;
  if (!cut(grey, ink, lines, line, &image, place, err))
    return false;
  if (height == 0) {
    *out = tc_steal(&image);
    return true;
  }
  place->scale = (double)height / tc_image_height(image);
  return scale_to(image, height, out, err);
}
