/*
 * Chains of letters become lines: their base line is fitted, pieces are joined, marks are handed out, what is no text
 * goes.
 */
#include "ocr/text_lines.h"

#include "ocr/text_chains.h"
#include "ocr/text_fit.h"
#include "ocr/text_marks.h"
#include "ocr/text_pieces.h"
#include "ocr/text_seals.h"

#include <math.h>
#include <string.h>

#define JOIN_GAP 2.0   /* heights between pieces of a line */
#define JOIN_OVER 1.0  /* and how far they may run into each other */
#define JOIN_SHARE 0.6 /* of the lower one's height */
#define JOIN_SIZES 1.8 /* most that their heights differ */
#define GROWN_MOST 2.2 /* heights of a line that may have grown into a seal, at each end */
#define GROWN_TALL 2.0 /* heights: what letters can have grown into */
#define GROWN_GAP 0.5  /* heights of white that end it */
#define BAR 3          /* times as high as wide */
#define SOLID 0.85     /* of its box that a block fills */
#define DEFAULT_DPI 300.0

enum { JOIN_LINES_MOST = 4000, GROWN_PARTS = 2, ORNAMENT_PARTS = 4 };

typedef struct finder {
  const tc_ink *ink;
  tc_letters *letters;
  tc_text_lines *lines;
  const tc_seals *seals;
  double *values; /* room for one number a letter */
} finder;

void tc_text_lines_destroy(tc_text_lines *lines)
{
  if (lines == NULL)
    return;
  for (size_t i = 0; i < lines->count; i++)
    free(lines->items[i].parts);
  free(lines->items);
  free(lines->line_of);
  free(lines);
}

/* ---- Lines of chains ---- */

static bool gather(finder *f, const size_t *chain_of, size_t chains, tc_error *err)
{
  tc_text_lines *lines = f->lines;
  lines->items = calloc(chains + 1, sizeof *lines->items);
  if (lines->items == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for lines");
  lines->count = chains;
  for (size_t i = 0; i < f->letters->count; i++)
    lines->items[chain_of[f->letters->order[i]]].part_count++;
  for (size_t i = 0; i < chains; i++) {
    lines->items[i].parts = calloc(lines->items[i].part_count + 1, sizeof(size_t));
    if (lines->items[i].parts == NULL)
      return tc_fail(err, TC_NO_MEMORY, "no memory for lines");
    lines->items[i].part_count = 0;
  }
  for (size_t i = 0; i < f->letters->count; i++) {
    tc_text_line *line = &lines->items[chain_of[f->letters->order[i]]];
    line->parts[line->part_count++] = f->letters->order[i];
  }
  for (size_t i = 0; i < chains; i++)
    tc_text_line_fit(f->ink, &lines->items[i], f->values);
  return true;
}

/* Lines go on within seals. */
static bool into_seals(finder *f, tc_error *err)
{
  if (f->seals == NULL || f->seals->count == 0)
    return true;
  for (size_t i = 0; i < f->lines->count; i++) {
    const size_t before = f->lines->items[i].part_count;
    if (!tc_text_seals_extend(f->ink, f->letters, &f->lines->items[i], err))
      return false;
    if (f->lines->items[i].part_count > before)
      tc_text_line_fit(f->ink, &f->lines->items[i], f->values);
  }
  tc_text_seals_claim_marks(f->ink, f->letters, f->lines);
  return true;
}

/* ---- Pieces ---- */

static bool are_pieces(const tc_text_line *a, const tc_text_line *b)
{
  const double low = fmin(a->tall, b->tall);
  const double high = fmax(a->tall, b->tall);
  const int gap = (a->left > b->left ? a->left : b->left) - (a->right < b->right ? a->right : b->right);
  if (high > JOIN_SIZES * low || gap > JOIN_GAP * low || gap < -JOIN_OVER * low)
    return false;
  const double x = a->left < b->left ? (a->right + b->left) / 2.0 : (b->right + a->left) / 2.0;
  const double base_a = tc_text_line_base(a, x);
  const double base_b = tc_text_line_base(b, x);
  return fmin(base_a, base_b) - fmax(base_a - a->tall, base_b - b->tall) >= JOIN_SHARE * low;
}

static bool append(tc_text_line *to, tc_text_line *from, tc_error *err)
{
  size_t *parts = realloc(to->parts, (to->part_count + from->part_count) * sizeof *parts);
  if (parts == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for lines");
  memcpy(parts + to->part_count, from->parts, from->part_count * sizeof *parts);
  to->parts = parts;
  to->part_count += from->part_count;
  free(from->parts);
  *from = (tc_text_line){0};
  return true;
}

static bool join_pieces(finder *f, tc_error *err)
{
  tc_text_lines *lines = f->lines;
  if (lines->count > JOIN_LINES_MOST)
    return true;
  for (size_t i = 0; i < lines->count; i++)
    for (size_t j = 0; lines->items[i].part_count > 0 && j < lines->count; j++) {
      tc_text_line *a = &lines->items[i];
      tc_text_line *b = &lines->items[j];
      if (i == j || b->part_count == 0 || !are_pieces(a, b))
        continue;
      if (!append(a, b, err) || !tc_letters_sort(f->ink, a->parts, a->part_count, err))
        return false;
      tc_text_line_fit(f->ink, a, f->values);
      j = (size_t)-1;
    }
  return true;
}

/* ---- Finish ---- */

static void set_box(const tc_ink *ink, tc_text_line *line)
{
  const double base = line->base - line->slope * line->left; /* at x = 0 */
  *line = (tc_text_line){.parts = line->parts,
                         .part_count = line->part_count,
                         .left = ink->width,
                         .top = ink->height,
                         .slope = line->slope,
                         .tall = line->tall};
  for (size_t i = 0; i < line->part_count; i++) {
    const tc_ink_part *part = &ink->parts[line->parts[i]];
    line->left = part->left < line->left ? part->left : line->left;
    line->top = part->top < line->top ? part->top : line->top;
    line->right = part->right > line->right ? part->right : line->right;
    line->bottom = part->bottom > line->bottom ? part->bottom : line->bottom;
  }
  line->base = base + line->slope * line->left;
}

/* Ink of something large, and of no line, stands in the line's band at x. */
static bool has_large(const finder *f, const tc_text_line *line, int x)
{
  const int base = (int)tc_text_line_base(line, x);
  for (int y = base - (int)line->tall; y <= base; y++) {
    const size_t part = tc_ink_at(f->ink, x, y);
    if (part != TC_NO_PART && f->lines->line_of[part] == TC_NO_LINE &&
        f->ink->parts[part].bottom - f->ink->parts[part].top > GROWN_TALL * line->tall)
      return true;
  }
  return false;
}

/* How far beyond its end at x the line goes on in a seal or a signature that its letters touch. */
static int grown(const finder *f, const tc_text_line *line, int x, int step)
{
  const int most = (int)(GROWN_MOST * line->tall);
  const int gap = (int)(GROWN_GAP * line->tall);
  int reached = 0;
  for (int i = 1; line->part_count >= GROWN_PARTS && i <= most && i - reached <= gap; i++)
    if (has_large(f, line, x + i * step))
      reached = i;
  return reached;
}

/* Bars and blocks alone: pieces of a frame or an ornament. */
static bool is_ornament(const tc_ink *ink, const tc_text_line *line)
{
  for (size_t i = 0; i < line->part_count; i++) {
    const tc_ink_part *part = &ink->parts[line->parts[i]];
    const int width = part->right - part->left;
    const int height = part->bottom - part->top;
    if (width * BAR < height || part->area > SOLID * width * height)
      continue;
    return false;
  }
  return line->part_count <= ORNAMENT_PARTS;
}

static void drop_ornaments(finder *f)
{
  for (size_t i = 0; i < f->lines->count; i++) {
    tc_text_line *line = &f->lines->items[i];
    if (!is_ornament(f->ink, line))
      continue;
    for (size_t k = 0; k < line->part_count; k++)
      f->lines->line_of[line->parts[k]] = TC_NO_LINE;
    free(line->parts);
    *line = (tc_text_line){0};
  }
  tc_text_lines_drop_empty(f->lines);
}

static int from_top(const void *a, const void *b)
{
  const tc_text_line *x = a;
  const tc_text_line *y = b;
  return x->top != y->top ? (x->top < y->top ? -1 : 1) : x->left < y->left ? -1 : x->left > y->left ? 1 : 0;
}

static bool finish(finder *f, tc_error *err)
{
  tc_text_lines *lines = f->lines;
  for (size_t i = 0; i < lines->count; i++) {
    if (!tc_letters_sort(f->ink, lines->items[i].parts, lines->items[i].part_count, err))
      return false;
    set_box(f->ink, &lines->items[i]);
    lines->items[i].from = lines->items[i].left - grown(f, &lines->items[i], lines->items[i].left, -1);
    lines->items[i].to = lines->items[i].right + grown(f, &lines->items[i], lines->items[i].right - 1, 1);
  }
  if (lines->count > 0)
    qsort(lines->items, lines->count, sizeof *lines->items, from_top);
  for (size_t i = 0; i < lines->count; i++)
    for (size_t k = 0; k < lines->items[i].part_count; k++)
      lines->line_of[lines->items[i].parts[k]] = i;
  return true;
}

static bool find(finder *f, tc_error *err)
{
  size_t chains = 0;
  return tc_text_chains_find(f->ink, f->letters, f->lines->line_of, &chains, err) &&
         gather(f, f->lines->line_of, chains, err) && into_seals(f, err) && join_pieces(f, err) &&
         (tc_text_lines_drop_empty(f->lines), tc_text_marks_hand_out(f->ink, f->letters, f->lines, err)) &&
         (drop_ornaments(f), tc_text_seals_close(f->letters, f->lines),
          tc_text_pieces_part(f->ink, f->letters, f->lines, err)) &&
         finish(f, err);
}

bool tc_text_lines_find(const tc_ink *ink, double dpi, const tc_seals *seals, tc_text_lines **out, tc_error *err)
{
  tc_auto(tc_letters) letters = NULL;
  tc_auto(tc_text_lines) lines = calloc(1, sizeof *lines);
  if (lines == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for lines");
  lines->line_of = calloc(ink->part_count + 1, sizeof *lines->line_of);
  if (lines->line_of == NULL || !tc_letters_find(ink, dpi > 0 ? dpi : DEFAULT_DPI, &letters, err))
    return lines->line_of != NULL ? false : tc_fail(err, TC_NO_MEMORY, "no memory for lines");
  for (size_t i = 0; i < ink->part_count; i++)
    lines->line_of[i] = TC_NO_LINE;
  finder f = {.ink = ink, .letters = letters, .lines = lines, .seals = seals};
  f.values = calloc(letters->count + 1, sizeof *f.values);
  if (f.values == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for lines");
  tc_text_seals_hide(ink, seals, letters);
  const bool ok = find(&f, err);
  free(f.values);
  if (!ok)
    return false;
  *out = tc_steal(&lines);
  return true;
}
