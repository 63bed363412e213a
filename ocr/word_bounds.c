#include "ocr/word_bounds.h"

#include <math.h>
#include <stdlib.h>

#define WORD_GAP 0.3 /* of a line's height: whites from here on lie between words */
#define NARROW 3.0   /* what a white short of that costs, against one that lies off the guess, both by the height */

enum { WORK_MOST = 1 << 20 };

typedef struct white {
  double middle, width;
} white;

/* The search for boundaries among the whites of a line. */
typedef struct search {
  const white *whites;
  size_t white_count;
  double tall;
  double *costs; /* by white: of the boundaries so far, the last of them here or further left */
  size_t *from;  /* by boundary and white: the white that the boundary takes */
  const double *guesses;
  size_t count; /* boundaries between words */
} search;

static void search_finish(search *s)
{
  free(s->costs);
  free(s->from);
}
TC_AUTO_VALUE(search, search_finish);

/* Whites between the parts of a line, from left to right; room for one a part. */
static size_t find_whites(const tc_ink *ink, const tc_text_line *line, white *out)
{
  size_t count = 0;
  int right = line->part_count > 0 ? ink->parts[line->parts[0]].right : 0;
  for (size_t i = 1; i < line->part_count; i++) {
    const tc_ink_part *part = &ink->parts[line->parts[i]];
    if (part->left > right)
      out[count++] = (white){(part->left + right) / 2.0, part->left - right};
    right = part->right > right ? part->right : right;
  }
  return count;
}

static double cost(const search *s, size_t boundary, size_t at)
{
  const white *w = &s->whites[at];
  return fabs(w->middle - s->guesses[boundary]) / s->tall + NARROW * fmax(0, WORD_GAP - w->width / s->tall);
}

/* The least costs of one boundary more, from right to left, for each takes a white right of the one before. */
static void add_boundary(search *s, size_t boundary)
{
  size_t *from = s->from + boundary * s->white_count;
  for (size_t w = s->white_count; w-- > 0;) {
    const double before = boundary == 0 ? 0 : w == 0 ? INFINITY : s->costs[w - 1];
    s->costs[w] = before + cost(s, boundary, w);
    from[w] = w;
  }
  for (size_t w = 1; w < s->white_count; w++)
    if (s->costs[w - 1] < s->costs[w]) {
      s->costs[w] = s->costs[w - 1];
      from[w] = from[w - 1];
    }
}

static int from_left(const void *a, const void *b)
{
  const white *x = a;
  const white *y = b;
  return x->middle < y->middle ? -1 : x->middle > y->middle ? 1 : 0;
}

/* Moves the guesses to the whites that cost the least. */
static bool settle(search *s, double *bounds, tc_error *err)
{
  s->costs = calloc(s->white_count, sizeof *s->costs);
  s->from = calloc(s->count * s->white_count, sizeof *s->from);
  if (s->costs == NULL || s->from == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for words");
  for (size_t b = 0; b < s->count; b++)
    add_boundary(s, b);
  for (size_t b = s->count, last = s->white_count; b-- > 0;) {
    last = s->from[b * s->white_count + last - 1];
    bounds[b] = s->whites[last].middle;
  }
  return true;
}

/* Half way between two words. */
static void guess(const tc_page *words, double *out)
{
  for (size_t i = 1; i < words->word_count; i++) {
    const tc_box *before = &words->words[i - 1].box;
    const double middle = (before->x + before->width + words->words[i].box.x) / 2;
    out[i - 1] = i > 1 ? fmax(out[i - 2], middle) : middle;
  }
}

bool tc_word_bounds_find(const tc_ink *ink, const tc_text_line *line, const tc_page *words, double **out, tc_error *err)
{
  const size_t count = words->word_count > 0 ? words->word_count - 1 : 0;
  double *bounds = calloc(count + 2, sizeof *bounds);
  white *whites = calloc(line->part_count + count + 1, sizeof *whites);
  bool ok = (bounds != NULL && whites != NULL) || tc_fail(err, TC_NO_MEMORY, "no memory for words");
  if (ok) {
    guess(words, bounds + 1);
    tc_auto(search) s = {.whites = whites, .tall = fmax(1, line->tall), .guesses = bounds + 1, .count = count};
    s.white_count = find_whites(ink, line, whites);
    for (size_t i = 0; i < count; i++) /* words that touch have no white between them */
      whites[s.white_count++] = (white){bounds[i + 1], 0};
    qsort(whites, s.white_count, sizeof *whites, from_left);
    /* a line of more noise than that is no text */
    if (count > 0 && s.white_count <= WORK_MOST / count)
      ok = settle(&s, bounds + 1, err);
    bounds[0] = -INFINITY;
    bounds[count + 1] = INFINITY;
  }
  free(whites);
  if (!ok) {
    free(bounds);
    return false;
  }
  *out = bounds;
  return true;
}
