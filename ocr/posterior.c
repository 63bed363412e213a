#include "ocr/posterior.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

enum { STEPS_MOST = 1 << 16 };

struct tc_posterior {
  const tc_alphabet *alphabet;
  float *rows; /* steps × alphabet->count */
  size_t steps;
};

bool tc_posterior_create(const tc_alphabet *alphabet, tc_posterior **out, tc_error *err)
{
  tc_posterior *posterior = calloc(1, sizeof *posterior);
  if (posterior == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a line");
  posterior->alphabet = alphabet;
  *out = posterior;
  return true;
}

void tc_posterior_destroy(tc_posterior *posterior)
{
  if (posterior == NULL)
    return;
  free(posterior->rows);
  free(posterior);
}

static size_t label_of(const tc_alphabet *alphabet, uint32_t sign)
{
  size_t label = 1;
  while (label < alphabet->count && alphabet->signs[label] != sign)
    label++;
  return label;
}

/* A step that is certainly a blank between words. */
static void write_blank(const tc_alphabet *alphabet, float *row)
{
  const size_t blank = label_of(alphabet, ' ');
  for (size_t i = 0; i < alphabet->count; i++)
    row[i] = i == blank ? 0 : -INFINITY;
}

bool tc_posterior_add(tc_posterior *posterior, const float *log_probs, size_t steps, tc_error *err)
{
  const size_t width = posterior->alphabet->count;
  const size_t between = posterior->steps > 0 ? 1 : 0;
  const size_t total = posterior->steps + between + steps;
  if (total > STEPS_MOST)
    return tc_fail(err, TC_LIMIT, "a value of more than %d steps", STEPS_MOST);
  float *grown = realloc(posterior->rows, (total + 1) * width * sizeof *grown);
  if (grown == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a line");
  posterior->rows = grown;
  if (between != 0)
    write_blank(posterior->alphabet, grown + posterior->steps * width);
  if (steps > 0)
    memcpy(grown + (posterior->steps + between) * width, log_probs, steps * width * sizeof *grown);
  posterior->steps = total;
  return true;
}

static const float *row_at(const tc_posterior *posterior, size_t step)
{
  return posterior->rows + step * posterior->alphabet->count;
}

static size_t best_of(const tc_posterior *posterior, size_t step)
{
  const float *row = row_at(posterior, step);
  size_t best = 0;
  for (size_t i = 1; i < posterior->alphabet->count; i++)
    if (row[i] > row[best])
      best = i;
  return best;
}

size_t tc_posterior_steps(const tc_posterior *posterior) { return posterior->steps; }

bool tc_posterior_text(const tc_posterior *posterior, tc_buf *out, double *sure, tc_error *err)
{
  size_t count = 0;
  size_t before = 0;
  for (size_t step = 0; step < posterior->steps; step++) {
    const size_t label = best_of(posterior, step);
    const double here = exp((double)row_at(posterior, step)[label]);
    if (label != 0 && label != before) {
      if (!tc_text_append(out, posterior->alphabet->signs[label], err))
        return false;
      if (sure != NULL)
        sure[count] = here;
      count++;
    } else if (label != 0 && sure != NULL) {
      sure[count - 1] = fmax(sure[count - 1], here);
    }
    before = label;
  }
  return true;
}

/* ---- Weighing ---- */

static double add_logs(double a, double b)
{
  const double most = fmax(a, b);
  return most == -INFINITY ? most : most + log1p(exp(fmin(a, b) - most));
}

typedef double (*tc_join)(double a, double b); /* of two ways to the same state */

/* The forward pass over the signs with a blank before, between and behind them (Graves, equations 6 to 8). */
static double forward(const tc_posterior *posterior, const size_t *labels, size_t count, tc_join join, double *now,
                      double *next)
{
  const size_t states = 2 * count + 1;
  for (size_t s = 0; s < states; s++)
    now[s] = -INFINITY;
  now[0] = 0; /* before the first step */
  bool started = false;
  for (size_t step = 0; step < posterior->steps; step++) {
    const float *row = row_at(posterior, step);
    for (size_t s = 0; s < states; s++) {
      const size_t label = s % 2 == 0 ? 0 : labels[s / 2];
      double from = started || s == 0 ? now[s] : -INFINITY;
      if (s > 0)
        from = join(from, now[s - 1]);
      if (started && s > 1 && label != 0 && label != labels[s / 2 - 1])
        from = join(from, now[s - 2]);
      next[s] = from + (double)row[label];
    }
    double *swap = now;
    now = next;
    next = swap;
    started = true;
  }
  return count > 0 ? join(now[states - 1], now[states - 2]) : now[0];
}

static bool weigh_labels(const tc_posterior *posterior, const size_t *labels, size_t count, tc_join join, double *out,
                         tc_error *err)
{
  double *space = calloc(2 * (2 * count + 1), sizeof *space);
  if (space == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a line");
  *out = forward(posterior, labels, count, join, space, space + 2 * count + 1);
  free(space);
  return true;
}

/* The labels of a text; *known false where the alphabet lacks a sign. */
static bool spell(const tc_alphabet *alphabet, const char *text, size_t *labels, size_t *count, bool *known)
{
  uint32_t sign = 0;
  *count = 0;
  *known = true;
  while (tc_text_next(&text, &sign)) {
    labels[*count] = label_of(alphabet, sign);
    *known = *known && labels[*count] < alphabet->count;
    (*count)++;
  }
  return *known;
}

static bool weigh_text(const tc_posterior *posterior, const char *text, tc_join join, double *out, tc_error *err)
{
  size_t count = 0;
  bool known = false;
  size_t *labels = calloc(strlen(text) + 1, sizeof *labels);
  if (labels == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a line");
  *out = -INFINITY;
  const bool ok = !spell(posterior->alphabet, text, labels, &count, &known) || 2 * count + 1 > STEPS_MOST ||
                  weigh_labels(posterior, labels, count, join, out, err);
  free(labels);
  return ok;
}

bool tc_posterior_weigh(const tc_posterior *posterior, const char *text, double *out, tc_error *err)
{
  tc_auto(tc_buf) best = {0};
  double of_best = 0;
  double of_text = 0;
  if (!tc_posterior_text(posterior, &best, NULL, err) ||
      !weigh_text(posterior, tc_buf_text(&best), add_logs, &of_best, err) ||
      !weigh_text(posterior, text, add_logs, &of_text, err))
    return false;
  *out = of_text == -INFINITY ? of_text : of_text - of_best;
  return true;
}

static double likelier(double a, double b) { return a > b ? a : b; }

bool tc_posterior_best_way(const tc_posterior *posterior, const char *text, double *out, tc_error *err)
{
  return weigh_text(posterior, text, likelier, out, err);
}
