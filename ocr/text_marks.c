/*
 * Which line a mark belongs to. What stands right on a letter or hangs right under one goes with it, the nearer of
 * both; anything else to the line that it stands in, or least outside of.
 */
#include "ocr/text_marks.h"

#include <limits.h>
#include <math.h>

#define MARK_REACH 0.8  /* of a line's height: how far outside a mark may stand */
#define BELOW_COSTS 1.5 /* below a line marks stand closer than above */
#define BELOW_FREE 0.2
#define NEXT_TO 0.35     /* of the page's letter height: white between an accent and its letter */
#define LONELY_TALL 0.75 /* of a line's height: a lower piece of few letters beside it is marks */

enum { LONELY_LETTERS = 3 };

typedef struct owner {
  const tc_ink *ink;
  tc_letters *letters;
  tc_text_lines *lines;
} owner;

static double middle_of(const tc_ink_part *part) { return (part->left + part->right) / 2.0; }

void tc_text_lines_drop_empty(tc_text_lines *lines)
{
  size_t kept = 0;
  for (size_t i = 0; i < lines->count; i++)
    if (lines->items[i].part_count > 0)
      lines->items[kept++] = lines->items[i];
  lines->count = kept;
}

/* How many pixels of white lie between the part and the next one below (step 1) or above (−1), whose line comes out. */
static int distance_to(const owner *f, size_t part, int step, size_t *line)
{
  enum { LOOKS = 5 };
  const tc_ink_part *p = &f->ink->parts[part];
  const int most = (int)(NEXT_TO * f->letters->height);
  for (int gap = 0; gap < most; gap++)
    for (int i = 0; i < LOOKS; i++) {
      const int x = p->left + (2 * i + 1) * (p->right - p->left) / (2 * LOOKS);
      const size_t next = tc_ink_at(f->ink, x, step > 0 ? p->bottom + gap : p->top - 1 - gap);
      if (next == TC_NO_PART || next == part)
        continue;
      *line = f->lines->line_of[next];
      if (*line != TC_NO_LINE)
        return gap;
    }
  return INT_MAX;
}

/* How far outside of the line the part stands, in its heights; within it 0. */
static double outside(const tc_text_line *line, const tc_ink_part *part)
{
  const double x = middle_of(part);
  if (x < line->left - line->tall || x > line->right + line->tall)
    return INFINITY;
  const double above_base = (tc_text_line_base(line, x) - (part->top + part->bottom) / 2.0) / line->tall;
  if (above_base > 1)
    return above_base - 1;
  return above_base < -BELOW_FREE ? BELOW_COSTS * (-BELOW_FREE - above_base) : 0;
}

/* The line of the letter that the mark stands on or hangs from; else the one that it stands least outside of. */
static size_t line_for_mark(const owner *f, size_t index)
{
  const tc_text_lines *lines = f->lines;
  const tc_ink_part *part = &f->ink->parts[index];
  size_t best = TC_NO_LINE;
  size_t above = TC_NO_LINE;
  const int down = distance_to(f, index, 1, &best);
  const int up = distance_to(f, index, -1, &above);
  if (down < INT_MAX || up < INT_MAX)
    return down <= up ? best : above;
  double least = MARK_REACH;
  for (size_t i = 0; i < lines->count; i++) {
    const double here = outside(&lines->items[i], part);
    if (here < least) {
      best = i;
      least = here;
    }
  }
  return best;
}

/* Commas, hyphens and accents that are large enough for letters, and found no line. */
static void demote_lonely(const owner *f)
{
  tc_text_lines *lines = f->lines;
  for (size_t i = 0; i < lines->count; i++) {
    tc_text_line *line = &lines->items[i];
    bool lonely = false;
    for (size_t k = 0; line->part_count <= LONELY_LETTERS && !lonely && k < lines->count; k++)
      lonely = lines->items[k].part_count > line->part_count && line->tall < LONELY_TALL * lines->items[k].tall &&
               outside(&lines->items[k], &f->ink->parts[line->parts[0]]) < MARK_REACH;
    if (!lonely)
      continue;
    for (size_t k = 0; k < line->part_count; k++)
      f->letters->kinds[line->parts[k]] = TC_LETTER_MARK;
    for (size_t k = 0; k < line->part_count; k++)
      lines->line_of[line->parts[k]] = TC_NO_LINE;
    line->part_count = 0;
    free(line->parts);
    line->parts = NULL;
  }
  tc_text_lines_drop_empty(lines);
}

static bool add_marks(const owner *f, tc_error *err)
{
  tc_text_lines *lines = f->lines;
  size_t *counts = calloc(lines->count + 1, sizeof *counts);
  if (counts == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for lines");
  for (size_t i = 0; i < lines->count; i++)
    for (size_t k = 0; k < lines->items[i].part_count; k++)
      lines->line_of[lines->items[i].parts[k]] = i;
  for (size_t part = f->ink->part_count; part-- > 0;) {
    if (f->letters->kinds[part] != TC_LETTER_MARK)
      continue;
    lines->line_of[part] = line_for_mark(f, part);
    if (lines->line_of[part] != TC_NO_LINE)
      counts[lines->line_of[part]]++;
  }
  bool ok = true;
  for (size_t i = 0; ok && i < lines->count; i++) {
    tc_text_line *line = &lines->items[i];
    size_t *parts = realloc(line->parts, (line->part_count + counts[i]) * sizeof *parts);
    ok = parts != NULL || tc_fail(err, TC_NO_MEMORY, "no memory for lines");
    line->parts = ok ? parts : line->parts;
  }
  for (size_t part = 0; ok && part < f->ink->part_count; part++)
    if (f->letters->kinds[part] == TC_LETTER_MARK && lines->line_of[part] != TC_NO_LINE) {
      tc_text_line *line = &lines->items[lines->line_of[part]];
      line->parts[line->part_count++] = part;
    }
  free(counts);
  return ok;
}

bool tc_text_marks_hand_out(const tc_ink *ink, tc_letters *letters, tc_text_lines *lines, tc_error *err)
{
  const owner o = {ink, letters, lines};
  demote_lonely(&o);
  return add_marks(&o, err);
}
