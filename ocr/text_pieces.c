#include "ocr/text_pieces.h"

#include "ocr/text_fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GAP 0.6    /* of a line's height: narrower ones are within words or between them */
#define SHIFT 0.07 /* of the height, between the lines that two pieces stand on */
#define SIZES 1.2  /* between their heights */

enum { LETTERS_LEAST = 3 }; /* of a piece: fewer tell no height */

static bool is_letter(const tc_letters *letters, size_t part)
{
  return letters->kinds[part] == TC_LETTER || letters->kinds[part] == TC_LETTER_SEALED;
}

/* Parts [from, to) of a line, fitted by their letters; no letters, or too few, leave `tall` at 0. */
static bool fit_piece(const tc_ink *ink, const tc_letters *letters, const tc_text_line *line, size_t from, size_t to,
                      tc_text_line *out, tc_error *err)
{
  const size_t count = to > from ? to - from : 0;
  tc_text_line piece = {.parts = calloc(count + 1, sizeof *piece.parts)};
  double *values = calloc(count + 1, sizeof *values);
  if (piece.parts == NULL || values == NULL) {
    free(piece.parts);
    free(values);
    return tc_fail(err, TC_NO_MEMORY, "no memory for lines");
  }
  for (size_t i = from; i < to; i++)
    if (is_letter(letters, line->parts[i]))
      piece.parts[piece.part_count++] = line->parts[i];
  if (piece.part_count >= LETTERS_LEAST)
    tc_text_line_fit(ink, &piece, values);
  memcpy(piece.parts, line->parts + from, count * sizeof *piece.parts);
  piece.part_count = count;
  free(values);
  *out = piece;
  return true;
}

static bool differ(const tc_text_line *a, const tc_text_line *b)
{
  if (a->tall <= 0 || b->tall <= 0)
    return false;
  const double x = (a->right + b->left) / 2.0;
  const double low = fmin(a->tall, b->tall);
  return fabs(tc_text_line_base(a, x) - tc_text_line_base(b, x)) >= SHIFT * low || fmax(a->tall, b->tall) > SIZES * low;
}

/* Puts the line's parts before `at` in its place, and the others into a new line, where they stand otherwise. */
static bool part_at(const tc_ink *ink, const tc_letters *letters, tc_text_lines *lines, size_t line, size_t at,
                    bool *parted, tc_error *err)
{
  tc_text_line *whole = &lines->items[line];
  tc_text_line before = {0};
  tc_text_line after = {0};
  tc_text_line *items = NULL;
  bool ok = fit_piece(ink, letters, whole, 0, at, &before, err) &&
            fit_piece(ink, letters, whole, at, whole->part_count, &after, err);
  *parted = ok && differ(&before, &after);
  if (*parted && (items = realloc(lines->items, (lines->count + 1) * sizeof *items)) == NULL)
    ok = *parted = tc_fail(err, TC_NO_MEMORY, "no memory for lines");
  if (!*parted) {
    free(before.parts);
    free(after.parts);
    return ok;
  }
  free(items[line].parts);
  items[line] = before;
  items[lines->count++] = after;
  lines->items = items;
  return true;
}

static bool part_line(const tc_ink *ink, const tc_letters *letters, tc_text_lines *lines, size_t at, tc_error *err)
{
  const tc_text_line line = lines->items[at];
  bool parted = false;
  if (!tc_letters_sort(ink, line.parts, line.part_count, err))
    return false;
  int right = ink->width;
  for (size_t i = 0; !parted && i < line.part_count; i++) {
    const tc_ink_part *part = &ink->parts[line.parts[i]];
    const bool gap = part->left - right >= GAP * line.tall;
    right = i == 0 || part->right > right ? part->right : right;
    if (gap && !part_at(ink, letters, lines, at, i, &parted, err))
      return false;
  }
  return true;
}

bool tc_text_pieces_part(const tc_ink *ink, const tc_letters *letters, tc_text_lines *lines, tc_error *err)
{
  for (size_t i = 0; i < lines->count; i++)
    if (!part_line(ink, letters, lines, i, err))
      return false;
  return true;
}
