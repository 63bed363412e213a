/*
 * Resampling by a triangle as wide as the step (bilinear where the line grows, an average where it shrinks), first
 * along rows, then along columns: what recognisers of this kind are trained with.
 */
#include "ocr/line_image.h"

#include <math.h>
#include <string.h>

/* The weights of one target pixel: sources [first, first + count). */
typedef struct taps {
  int first, count;
  double weights[256];
} taps;

static void find_taps(double start, double step, int at, taps *out)
{
  const double reach = fmax(1, step);
  const double centre = start + (at + 0.5) * step;
  out->first = (int)floor(centre - reach);
  out->count = 0;
  double sum = 0;
  for (int i = out->first; i < centre + reach && out->count < (int)TC_ARRAY_LEN(out->weights); i++) {
    const double weight = fmax(0, 1 - fabs(i + 0.5 - centre) / reach);
    out->weights[out->count++] = weight;
    sum += weight;
  }
  for (int i = 0; i < out->count; i++)
    out->weights[i] /= sum;
}

static double pixel(const tc_image *page, int x, int y)
{
  return x < 0 || y < 0 || x >= tc_image_width(page) || y >= tc_image_height(page) ? 255 : tc_image_row(page, y)[x];
}

/* Rows [first, first + count) of the page, each brought to the target's width. */
static void squeeze_rows(const tc_image *page, tc_box part, int width, int first, int count, float *out)
{
  for (int x = 0; x < width; x++) {
    taps along;
    find_taps(part.x, part.width / width, x, &along);
    for (int y = 0; y < count; y++) {
      double sum = 0;
      for (int i = 0; i < along.count; i++)
        sum += along.weights[i] * pixel(page, along.first + i, first + y);
      out[(size_t)y * (size_t)width + (size_t)x] = (float)sum;
    }
  }
}

static void squeeze_columns(const float *rows, int first, tc_box part, tc_line_image *out)
{
  for (int y = 0; y < out->height; y++) {
    taps down;
    find_taps(part.y, part.height / out->height, y, &down);
    float *to = out->pixels + (size_t)y * (size_t)out->width;
    for (int x = 0; x < out->width; x++) {
      double sum = 0;
      for (int i = 0; i < down.count; i++)
        sum += down.weights[i] * (double)rows[(size_t)(down.first - first + i) * (size_t)out->width + (size_t)x];
      to[x] = (float)(sum / 127.5 - 1);
    }
  }
}

bool tc_line_image_cut(const tc_image *page, tc_box region, const tc_line_shape *shape, tc_line_image *out,
                       tc_error *err)
{
  if (!(region.width >= 1 && region.height >= 1 && region.width < 1e5 && region.height < 1e5))
    return tc_fail(err, TC_USAGE, "the line to read has no size");
  const double room = shape->room * region.height;
  const tc_box part = {region.x - room, region.y - room, region.width + 2 * room, region.height + 2 * room};
  const double wanted = ceil(part.width * shape->height / part.height / shape->width_step) * shape->width_step;
  const int width = (int)fmin(fmax(wanted, shape->width_least), shape->width_most);
  const int margin = (int)ceil(fmax(1, part.height / shape->height)) + 1;
  const int first = (int)floor(part.y) - margin;
  const int count = (int)ceil(part.height) + 2 * margin + 1;
  tc_auto(tc_line_image) line = {calloc((size_t)width * (size_t)shape->height, sizeof(float)), width, shape->height};
  float *rows = calloc((size_t)width * (size_t)count, sizeof *rows);
  if (line.pixels == NULL || rows == NULL) {
    free(rows);
    return tc_fail(err, TC_NO_MEMORY, "no memory for a line");
  }
  squeeze_rows(page, part, width, first, count, rows);
  squeeze_columns(rows, first, part, &line);
  free(rows);
  *out = line;
  line.pixels = NULL;
  return true;
}
