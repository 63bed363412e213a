#include "ocr/lines.h"

#include "base/buf.h"
#include "base/text.h"
#include "ocr/gutter.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SAME_ROW 0.55  /* distance of two middles, in heights, up to which they stand on one row */
#define LARGE 0.75     /* … or in heights of the lower of two large words: marks put their middles further apart */
#define SAME_LINE 1.0  /* … where the engine was given them as one line: marks make words high, dots below low */
#define CELL_GAP 1.7   /* a gap between words, in heights, that parts cells */
#define ROWS_APART 4.0 /* a distance between rows, in heights, that ends a band of columns */

tc_box tc_box_union(tc_box a, tc_box b)
{
  if (a.width <= 0 || a.height <= 0)
    return b;
  if (b.width <= 0 || b.height <= 0)
    return a;
  double x = fmin(a.x, b.x);
  double y = fmin(a.y, b.y);
  return (tc_box){x, y, fmax(a.x + a.width, b.x + b.width) - x, fmax(a.y + a.height, b.y + b.height) - y};
}

void tc_lines_destroy(tc_lines *lines)
{
  if (lines == NULL)
    return;
  for (size_t i = 0; i < lines->row_count; i++)
    free(lines->rows[i].words);
  free(lines->rows);
  free(lines->cells);
  free(lines);
}

static int compare_doubles(const void *a, const void *b)
{
  const double *x = a;
  const double *y = b;
  return *x < *y ? -1 : *x > *y ? 1 : 0;
}

static bool has_letter(const char *text)
{
  uint32_t codepoint = 0;
  while (tc_text_next(&text, &codepoint))
    if (tc_text_is_letter(codepoint))
      return true;
  return false;
}

static bool median_height(const tc_page *page, double *out, tc_error *err)
{
  double *heights = calloc(page->word_count + 1, sizeof *heights);
  if (heights == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for lines");
  size_t count = 0;
  for (size_t i = 0; i < page->word_count; i++)
    if (has_letter(page->words[i].text))
      heights[count++] = page->words[i].box.height;
  qsort(heights, count, sizeof *heights, compare_doubles);
  *out = count > 0 ? fmax(heights[count / 2], 1) : 20;
  free(heights);
  return true;
}

typedef struct entry {
  size_t word;
  double left;
} entry;

static int compare_entries(const void *a, const void *b)
{
  const entry *x = a;
  const entry *y = b;
  return x->left < y->left ? -1 : x->left > y->left ? 1 : 0;
}

static double middle(const tc_word *word) { return word->box.y + word->box.height / 2; }

static bool is_speck(const tc_word *word)
{
  const char *text = word->text;
  uint32_t codepoint = 0;
  while (tc_text_next(&text, &codepoint))
    if (tc_text_is_letter(codepoint) || tc_text_is_digit(codepoint))
      return false;
  return true;
}

/* The word that says at what height a row goes on: its last, but for rules and specks. */
static const tc_word *row_guide(const tc_lines *lines, const tc_row *row)
{
  size_t at = row->word_count - 1;
  while (at > 0 && is_speck(&lines->page->words[row->words[at]]))
    at--;
  return &lines->page->words[row->words[at]];
}

/* On which page of an open sheet it stands. */
static bool is_behind(const tc_lines *lines, const tc_word *word)
{
  return word->box.x + word->box.width / 2 > lines->gutter;
}

/* How far a word stands from a row that goes on at the height of `last`, in what a row allows. */
static double distance_from(const tc_lines *lines, const tc_word *last, const tc_word *word)
{
  const double height = fmax(lines->height, LARGE * fmin(word->box.height, last->box.height));
  return fabs(middle(word) - middle(last)) / ((last->line == word->line ? SAME_LINE : SAME_ROW) * height);
}

/* The row whose last word stands at the word's height, the nearest one; row_count where there is none. A word that
   lies over the row's last one (a stamp, a second reading of the same ink) goes to a row of its own. */
static size_t row_for(const tc_lines *lines, const tc_word *word)
{
  size_t best = lines->row_count;
  double best_distance = 1;
  for (size_t r = 0; r < lines->row_count; r++) {
    const tc_row *row = &lines->rows[r];
    const tc_word *last = row_guide(lines, row);
    const double distance = distance_from(lines, last, word);
    if (word->box.x + word->box.width / 2 < last->box.x + 0.75 * last->box.width ||
        is_behind(lines, word) != is_behind(lines, last))
      continue;
    if (distance < best_distance) {
      best = r;
      best_distance = distance;
    }
  }
  return best;
}

static bool add_to_row(tc_lines *lines, size_t row_index, size_t word, tc_error *err)
{
  if (row_index == lines->row_count) {
    tc_row *rows = realloc(lines->rows, (lines->row_count + 1) * sizeof *rows);
    if (rows == NULL)
      return tc_fail(err, TC_NO_MEMORY, "no memory for lines");
    lines->rows = rows;
    rows[lines->row_count++] = (tc_row){0};
  }
  if (lines->rows == NULL)
    return tc_fail(err, TC_INTERNAL, "a row that is not there");
  tc_row *row = &lines->rows[row_index];
  size_t *words = realloc(row->words, (row->word_count + 1) * sizeof *words);
  if (words == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for lines");
  row->words = words;
  words[row->word_count++] = word;
  row->box = tc_box_union(row->box, lines->page->words[word].box);
  row->behind = is_behind(lines, &lines->page->words[word]);
  return true;
}

static int compare_rows(const void *a, const void *b)
{
  const tc_row *x = a;
  const tc_row *y = b;
  if (x->behind != y->behind)
    return x->behind ? 1 : -1;
  double at_x = x->box.y + x->box.height / 2;
  double at_y = y->box.y + y->box.height / 2;
  return at_x < at_y ? -1 : at_x > at_y ? 1 : 0;
}

static bool make_rows(tc_lines *lines, tc_error *err)
{
  const tc_page *page = lines->page;
  entry *entries = calloc(page->word_count + 1, sizeof *entries);
  if (entries == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for lines");
  for (size_t i = 0; i < page->word_count; i++)
    entries[i] = (entry){i, page->words[i].box.x};
  qsort(entries, page->word_count, sizeof *entries, compare_entries);
  bool ok = true;
  for (size_t i = 0; ok && i < page->word_count; i++)
    ok = add_to_row(lines, row_for(lines, &page->words[entries[i].word]), entries[i].word, err);
  free(entries);
  if (lines->row_count > 0)
    qsort(lines->rows, lines->row_count, sizeof *lines->rows, compare_rows);
  return ok;
}

static bool make_cells(tc_lines *lines, tc_error *err)
{
  lines->cells = calloc(lines->page->word_count + 1, sizeof *lines->cells);
  if (lines->cells == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for lines");
  for (size_t r = 0; r < lines->row_count; r++) {
    const tc_row *row = &lines->rows[r];
    for (size_t w = 0; w < row->word_count; w++) {
      const tc_box *box = &lines->page->words[row->words[w]].box;
      tc_cell *cell = lines->cell_count > 0 ? &lines->cells[lines->cell_count - 1] : NULL;
      if (w == 0 || box->x - (cell->box.x + cell->box.width) > CELL_GAP * lines->height) {
        cell = &lines->cells[lines->cell_count++];
        *cell = (tc_cell){.row = r, .first = w};
      }
      cell->count++;
      cell->box = tc_box_union(cell->box, *box);
    }
  }
  return true;
}

bool tc_lines_create(const tc_page *page, tc_lines **out, tc_error *err)
{
  tc_auto(tc_lines) lines = calloc(1, sizeof *lines);
  if (lines == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for lines");
  lines->page = page;
  if (!median_height(page, &lines->height, err) || !tc_gutter_find(page, lines->height, &lines->gutter, err) ||
      !make_rows(lines, err) || !make_cells(lines, err))
    return false;
  *out = tc_steal(&lines);
  return true;
}

enum { LEFT = 1, RIGHT = 2, COLUMNS_LEAST = 2 /* rows with cells on both sides that make columns */ };

typedef struct band {
  size_t first, end;  /* cells [first, end) */
  double left, right; /* the gap that all its rows share */
} band;

/* End of the row that starts at cell `at`. */
static size_t row_end(const tc_lines *lines, size_t at)
{
  size_t end = at;
  while (end < lines->cell_count && lines->cells[end].row == lines->cells[at].row)
    end++;
  return end;
}

/* Narrows the band's gap to what the row [at, end) leaves free; false where it crosses. *sides: which have
   cells. */
static bool narrow(const tc_lines *lines, size_t at, size_t end, band *b, unsigned *sides)
{
  double left = b->left;
  double right = b->right;
  double centre = (left + right) / 2;
  for (size_t c = at; c < end; c++) {
    const tc_box *box = &lines->cells[c].box;
    if (box->x + box->width / 2 < centre) {
      left = fmax(left, box->x + box->width);
      *sides |= LEFT;
    } else {
      right = fmin(right, box->x);
      *sides |= RIGHT;
    }
  }
  if (right - left < CELL_GAP * lines->height)
    return false;
  b->left = left;
  b->right = right;
  return true;
}

/* The band of rows that begins at cell `at`; of one row where no neighbour shares its gap. It ends with a row that has
   both sides, or, below columns, the right one: a name stands below its title when the list beside them is done. */
static band find_band(const tc_lines *lines, size_t at)
{
  size_t end = row_end(lines, at);
  band best = {at, end, 0, 0};
  if (end - at < 2)
    return best;
  band b = best;
  for (size_t c = at; c + 1 < end; c++) {
    double left = lines->cells[c].box.x + lines->cells[c].box.width;
    if (lines->cells[c + 1].box.x - left > b.right - b.left) {
      b.left = left;
      b.right = lines->cells[c + 1].box.x;
    }
  }
  best.left = b.left;
  best.right = b.right;
  int columns = 1;
  for (size_t next = end; next < lines->cell_count; next = end) {
    end = row_end(lines, next);
    unsigned sides = 0;
    double apart = lines->cells[next].box.y - (lines->cells[next - 1].box.y + lines->cells[next - 1].box.height);
    const bool turned = lines->rows[lines->cells[next].row].behind != lines->rows[lines->cells[at].row].behind;
    if (turned || apart > ROWS_APART * lines->height || !narrow(lines, next, end, &b, &sides))
      break;
    columns += sides == (LEFT | RIGHT) ? 1 : 0;
    if (sides == (LEFT | RIGHT) || (sides == RIGHT && columns >= COLUMNS_LEAST))
      best = (band){at, end, b.left, b.right};
  }
  return best;
}

void tc_lines_order(const tc_lines *lines, size_t *out)
{
  size_t count = 0;
  for (size_t at = 0; at < lines->cell_count;) {
    band b = find_band(lines, at);
    double centre = (b.left + b.right) / 2;
    for (int side = 0; side < 2; side++)
      for (size_t c = b.first; c < b.end; c++) {
        const tc_box *box = &lines->cells[c].box;
        bool right = b.right > 0 && box->x + box->width / 2 > centre;
        if (right == (side == 1))
          out[count++] = c;
      }
    at = b.end;
  }
}

bool tc_page_text(const tc_page *page, tc_buf *out, tc_error *err)
{
  tc_auto(tc_lines) lines = NULL;
  if (!tc_lines_create(page, &lines, err))
    return false;
  size_t *order = calloc(lines->cell_count + 1, sizeof *order);
  if (order == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for lines");
  tc_lines_order(lines, order);
  bool ok = true;
  for (size_t i = 0; ok && i < lines->cell_count; i++) {
    const tc_cell *cell = &lines->cells[order[i]];
    if (i > 0)
      ok = tc_buf_append_text(out, lines->cells[order[i - 1]].row == cell->row ? " " : "\n", err);
    for (size_t w = 0; ok && w < cell->count; w++) {
      const char *text = page->words[lines->rows[cell->row].words[cell->first + w]].text;
      ok = (w == 0 || tc_buf_append_text(out, " ", err)) && tc_buf_append_text(out, text, err);
    }
  }
  free(order);
  return ok && (lines->cell_count == 0 || tc_buf_append_text(out, "\n", err));
}
