#include "ocr/text_fit.h"

#include <math.h>
#include <stdlib.h>

#define TALL_SHARE 0.85 /* of the letters are no higher than "tall" */
#define ON_BASE 0.15    /* of the height: how far from the base line its letters end … */
#define FIT_ROUNDS 4    /* … after so many rounds of leaving the others out */
#define SLOPE_MOST 0.08 /* the page is straight but for bends */
#define SLOPE_LETTERS 5 /* fewer tell no slope */

double tc_text_line_base(const tc_text_line *line, double x) { return line->base + line->slope * (x - line->left); }

static int compare_doubles(const void *a, const void *b)
{
  const double x = *(const double *)a;
  const double y = *(const double *)b;
  return x < y ? -1 : x > y ? 1 : 0;
}

static double middle_of(const tc_ink_part *part) { return (part->left + part->right) / 2.0; }

/* The value that `share` of the line's letters stay below. */
static double quantile(double *values, size_t count, double share)
{
  qsort(values, count, sizeof *values, compare_doubles);
  const size_t at = (size_t)(share * (double)count);
  return values[at < count ? at : count - 1];
}

/* Least squares over the letters that end near the line so far. */
static void fit_once(const tc_ink *ink, tc_text_line *line, double near)
{
  double n = 0;
  double sx = 0;
  double sy = 0;
  double sxx = 0;
  double sxy = 0;
  for (size_t i = 0; i < line->part_count; i++) {
    const tc_ink_part *part = &ink->parts[line->parts[i]];
    const double x = middle_of(part) - line->left;
    if (fabs(part->bottom - line->base - line->slope * x) > near)
      continue;
    n++;
    sx += x;
    sy += part->bottom;
    sxx += x * x;
    sxy += x * part->bottom;
  }
  if (n < 1)
    return;
  const double spread = n * sxx - sx * sx;
  const bool flat = n < SLOPE_LETTERS || spread <= 0;
  line->slope = flat ? 0 : fmin(fmax((n * sxy - sx * sy) / spread, -SLOPE_MOST), SLOPE_MOST);
  line->base = (sy - line->slope * sx) / n;
}

void tc_text_line_fit(const tc_ink *ink, tc_text_line *line, double *values)
{
  const size_t count = line->part_count;
  line->left = ink->width;
  line->right = 0;
  for (size_t i = 0; i < count; i++) {
    const tc_ink_part *part = &ink->parts[line->parts[i]];
    line->left = part->left < line->left ? part->left : line->left;
    line->right = part->right > line->right ? part->right : line->right;
    values[i] = part->bottom - part->top;
  }
  const double height = quantile(values, count, 0.5);
  for (size_t i = 0; i < count; i++)
    values[i] = ink->parts[line->parts[i]].bottom;
  line->slope = 0;
  line->base = quantile(values, count, 0.5);
  for (int round = 0; round < FIT_ROUNDS; round++)
    fit_once(ink, line, height * (round == 0 ? 1.0 : round == 1 ? 0.4 : ON_BASE));
  for (size_t i = 0; i < count; i++) {
    const tc_ink_part *part = &ink->parts[line->parts[i]];
    values[i] = tc_text_line_base(line, middle_of(part)) - part->top;
  }
  line->tall = fmax(quantile(values, count, TALL_SHARE), height / 2);
}
