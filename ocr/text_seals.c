#include "ocr/text_seals.h"

#include <math.h>

#define RIM 1.04     /* of the radius: what a seal covers */
#define LOW 0.80     /* of the lowest letters of the line: none within the seal is lower */
#define GAP 1.6      /* of the line's height, between two letters: the rim may have cost one */
#define OVER 0.35    /* how far they may run into each other */
#define ON_BASE 0.25 /* how far from the base line a letter ends … */
#define HANGS 0.5    /* … and a descender */
#define HIGHEST 1.75 /* accents on capitals */
#define AMONG 1.1    /* of the line's height: the top of a piece of a letter */
#define BESIDE 0.25  /* how far beside the line its marks stand */

enum { LEAST_LETTERS = 3 };

static bool is_within(const tc_seals *seals, double x, double y, double rim)
{
  for (int i = 0; seals != NULL && i < seals->count; i++)
    if (hypot(x - seals->items[i].x, y - seals->items[i].y) <= rim * seals->items[i].radius)
      return true;
  return false;
}

static bool is_all_within(const tc_seals *seals, const tc_ink_part *part)
{
  return is_within(seals, part->left, part->top, RIM) && is_within(seals, part->right, part->top, RIM) &&
         is_within(seals, part->left, part->bottom, RIM) && is_within(seals, part->right, part->bottom, RIM);
}

void tc_text_seals_hide(const tc_ink *ink, const tc_seals *seals, tc_letters *letters)
{
  if (seals == NULL || seals->count == 0)
    return;
  for (size_t i = 0; i < ink->part_count; i++) {
    const tc_ink_part *part = &ink->parts[i];
    if (!is_within(seals, (part->left + part->right) / 2.0, (part->top + part->bottom) / 2.0, RIM))
      continue;
    if (letters->kinds[i] == TC_LETTER)
      letters->kinds[i] = TC_LETTER_SEALED;
    else if (letters->kinds[i] == TC_LETTER_MARK || is_all_within(seals, part))
      letters->kinds[i] = TC_LETTER_SEALED_MARK;
  }
  size_t kept = 0;
  for (size_t i = 0; i < letters->count; i++)
    if (letters->kinds[letters->order[i]] == TC_LETTER)
      letters->order[kept++] = letters->order[i];
  letters->count = kept;
}

/* How high the line's letters stand at least. */
static double lowest(const tc_ink *ink, const tc_text_line *line)
{
  double least = INFINITY;
  for (size_t i = 0; i < line->part_count; i++) {
    const tc_ink_part *part = &ink->parts[line->parts[i]];
    least = fmin(least, tc_text_line_base(line, part->left) - part->top);
  }
  return fmax(least, line->tall / 2);
}

static bool fits(const tc_text_line *line, const tc_ink_part *part, double least)
{
  const double base = tc_text_line_base(line, (part->left + part->right) / 2.0);
  const double below = part->bottom - base;
  const double above = base - part->top;
  return below > -ON_BASE * line->tall && below < HANGS * line->tall && above >= LOW * least &&
         above <= HIGHEST * line->tall;
}

/* The nearest letter within a seal that continues the line to one side. */
static size_t next_letter(const tc_ink *ink, const tc_letters *letters, const tc_text_line *line, double least,
                          int step)
{
  size_t best = TC_NO_PART;
  double best_gap = GAP * line->tall;
  for (size_t i = 0; i < ink->part_count; i++) {
    const tc_ink_part *part = &ink->parts[i];
    const double gap = step < 0 ? line->left - part->right : part->left - line->right;
    if (letters->kinds[i] == TC_LETTER_SEALED && gap < best_gap && gap > -OVER * line->tall &&
        fits(line, part, least)) {
      best = i;
      best_gap = gap;
    }
  }
  return best;
}

static bool add(const tc_ink *ink, tc_text_line *line, size_t part, tc_error *err)
{
  size_t *parts = realloc(line->parts, (line->part_count + 1) * sizeof *parts);
  if (parts == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for lines");
  line->parts = parts;
  parts[line->part_count++] = part;
  const int left = ink->parts[part].left;
  if (left < line->left) {
    line->base += line->slope * (left - line->left);
    line->left = left;
  }
  line->right = ink->parts[part].right > line->right ? ink->parts[part].right : line->right;
  return true;
}

bool tc_text_seals_extend(const tc_ink *ink, tc_letters *letters, tc_text_line *line, tc_error *err)
{
  if (line->part_count < LEAST_LETTERS)
    return true;
  const double least = lowest(ink, line);
  for (int step = -1; step <= 1; step += 2)
    for (;;) {
      const size_t next = next_letter(ink, letters, line, least, step);
      if (next == TC_NO_PART)
        break;
      if (!add(ink, line, next, err))
        return false;
      letters->kinds[next] = TC_LETTER;
    }
  return true;
}

/* Over, under or between the line's letters; what is a letter by its size must stand among them. */
static bool belongs(const tc_text_line *line, const tc_ink_part *part, bool letter)
{
  const double x = (part->left + part->right) / 2.0;
  const double base = tc_text_line_base(line, x);
  return line->part_count >= LEAST_LETTERS && x > line->left - BESIDE * line->tall &&
         x < line->right + BESIDE * line->tall && base - part->top < (letter ? AMONG : HIGHEST) * line->tall &&
         part->bottom - base < (letter ? ON_BASE : HANGS) * line->tall;
}

void tc_text_seals_claim_marks(const tc_ink *ink, tc_letters *letters, const tc_text_lines *lines)
{
  for (size_t i = 0; i < ink->part_count; i++) {
    const bool letter = letters->kinds[i] == TC_LETTER_SEALED;
    bool claimed = false;
    for (size_t k = 0; (letter || letters->kinds[i] == TC_LETTER_SEALED_MARK) && !claimed && k < lines->count; k++)
      claimed = belongs(&lines->items[k], &ink->parts[i], letter);
    if (claimed)
      letters->kinds[i] = TC_LETTER_MARK;
  }
}

void tc_text_seals_close(const tc_letters *letters, tc_text_lines *lines)
{
  for (size_t i = 0; i < letters->part_count; i++)
    if (letters->kinds[i] == TC_LETTER_SEALED || letters->kinds[i] == TC_LETTER_SEALED_MARK)
      lines->line_of[i] = TC_SEAL_LINE;
}
