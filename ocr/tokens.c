#include "ocr/tokens.h"

#include "base/buf.h"
#include "base/text.h"
#include "ocr/fuzzy.h"

#include <string.h>

#define DOT_WIDTH 0.4 /* of a letter's width */

enum { ELLIPSIS = 0x2026, MIDDLE_DOT = 0xB7, LEADER_RUN = 2, PIECES_MAX = 16 };

void tc_tokens_destroy(tc_tokens *tokens)
{
  if (tokens == NULL)
    return;
  for (size_t i = 0; i < tokens->count; i++) {
    free(tokens->items[i].text);
    free(tokens->items[i].folded);
  }
  free(tokens->items);
  free(tokens);
}

static bool is_leader(uint32_t codepoint)
{
  return codepoint == '.' || codepoint == '_' || codepoint == ELLIPSIS || codepoint == MIDDLE_DOT;
}

/* A piece of a word: bytes [start, end), and where it lies in the word's width, 0 … 1. */
typedef struct piece {
  size_t start, end;
  double left, right;
  bool colon;
} piece;

typedef struct cutter {
  const char *text;
  piece pieces[PIECES_MAX];
  size_t count;
  double width; /* of what was walked over, in letters */
} cutter;

static void close_piece(cutter *cut, size_t start, size_t end, double left)
{
  if (end > start && cut->count < PIECES_MAX)
    cut->pieces[cut->count++] = (piece){start, end, left, cut->width, false};
}

/* Length in bytes of the run of leader dots at `at`, counted as a leader from three dots (or one ellipsis) on. */
static size_t leader_run(const char *at)
{
  const char *end = at;
  const char *next = at;
  uint32_t codepoint = 0;
  int dots = 0;
  while (tc_text_next(&next, &codepoint) && is_leader(codepoint)) {
    dots += codepoint == ELLIPSIS ? LEADER_RUN : 1;
    end = next;
  }
  return dots >= LEADER_RUN ? (size_t)(end - at) : 0;
}

/* A colon parts a label from its value, but not the hours of "10:30". */
static bool parts_here(const char *text, const char *colon)
{
  return !(colon > text && colon[-1] >= '0' && colon[-1] <= '9' && colon[1] >= '0' && colon[1] <= '9');
}

static bool is_letter_at(const char *at, bool (*test)(uint32_t codepoint))
{
  uint32_t codepoint = 0;
  return tc_text_next(&at, &codepoint) && test(codepoint);
}

/* The character before `at`, from `start` on; `at` itself where there is none. */
static const char *before(const char *start, const char *at)
{
  const char *previous = at;
  while (previous > start && ((unsigned char)*--previous & 0xC0) == 0x80)
    ;
  return previous;
}

/* A single dot that a leader left behind: at a word's start, behind another mark, or between two words of letters
   ("tinh.Lao"). An abbreviation of two letters, or of three capitals, keeps its dot. */
static bool is_stray_dot(const char *start, const char *at)
{
  if (*at != '.')
    return false;
  if (at == start)
    return true;
  const char *last = before(start, at);
  if (*last == ',' || *last == ';')
    return true;
  const char *second = before(start, last);
  const char *third = before(start, second);
  const bool word = third < second && second < last && is_letter_at(third, tc_text_is_letter) &&
                    is_letter_at(last, tc_text_is_letter);
  const bool lower = second < last && is_letter_at(last, tc_text_is_lower);
  const bool short_sign = third == start && at[1] == '\0' && is_letter_at(third, tc_text_is_upper) &&
                          is_letter_at(second, tc_text_is_upper) && is_letter_at(last, tc_text_is_upper);
  if (short_sign)
    return false;
  return (word || lower) && (at[1] == '\0' || is_letter_at(at + 1, tc_text_is_letter) ||
                             (lower && is_letter_at(at + 1, tc_text_is_digit)) || strchr(",;.", at[1]) != NULL);
}

/* A capital and a small letter behind a small one: two words that stand so close that no blank was seen. */
static bool is_lost_blank(const char *start, const char *at)
{
  uint32_t first = 0;
  uint32_t second = 0;
  const char *next = at;
  return at > start && is_letter_at(before(start, at), tc_text_is_lower) && tc_text_next(&next, &first) &&
         tc_text_is_upper(first) && tc_text_next(&next, &second) && tc_text_is_lower(second);
}

static void cut_word(const char *text, cutter *cut)
{
  *cut = (cutter){.text = text};
  size_t start = 0;
  double left = 0;
  for (const char *at = text; *at != '\0';) {
    const size_t offset = (size_t)(at - text);
    const size_t run = is_stray_dot(text + start, at) ? 1 : leader_run(at);
    if (run > 0 || (*at == ':' && parts_here(text, at))) {
      close_piece(cut, start, offset, left);
      if (run == 0 && cut->count > 0)
        cut->pieces[cut->count - 1].colon = true;
      const size_t step = run > 0 ? run : 1;
      cut->width += DOT_WIDTH * (double)step;
      at += step;
      start = offset + step;
      left = cut->width;
      continue;
    }
    if (is_lost_blank(text + start, at)) {
      close_piece(cut, start, offset, left);
      start = offset;
      left = cut->width;
    }
    uint32_t codepoint = 0;
    tc_text_next(&at, &codepoint);
    cut->width += is_leader(codepoint) ? DOT_WIDTH : 1;
  }
  close_piece(cut, start, strlen(text), left);
}

static tc_point between(tc_point a, tc_point b, double at)
{
  return (tc_point){a.x + (b.x - a.x) * at, a.y + (b.y - a.y) * at};
}

static tc_quad part_of_quad(const tc_quad *quad, double left, double right)
{
  return (tc_quad){{between(quad->corner[0], quad->corner[1], left), between(quad->corner[0], quad->corner[1], right),
                    between(quad->corner[3], quad->corner[2], right), between(quad->corner[3], quad->corner[2], left)}};
}

/* Takes the next free place; its text and fold are set by the caller. */
static bool push(tc_tokens *tokens, tc_token token, tc_error *err)
{
  if (tokens->count == tokens->capacity) {
    size_t capacity = tokens->capacity == 0 ? 256 : tokens->capacity * 2;
    tc_token *items = realloc(tokens->items, capacity * sizeof *items);
    if (items == NULL)
      return tc_fail(err, TC_NO_MEMORY, "no memory for tokens");
    tokens->items = items;
    tokens->capacity = capacity;
  }
  tokens->items[tokens->count++] = token;
  return true;
}

static bool add_piece(tc_tokens *tokens, const tc_word *word, const cutter *cut, size_t index, tc_token like,
                      tc_error *err)
{
  const piece *p = &cut->pieces[index];
  tc_auto(tc_str) text = NULL;
  tc_auto(tc_str) folded = NULL;
  if (!tc_str_printf(&text, err, "%.*s", (int)(p->end - p->start), cut->text + p->start) ||
      !tc_fuzzy_fold(text, &folded, err))
    return false;
  const double width = cut->width > 0 ? cut->width : 1;
  tc_token token = like;
  token.box = word->box;
  token.box.x += word->box.width * p->left / width;
  token.box.width = word->box.width * (p->right - p->left) / width;
  token.quad = part_of_quad(&word->quad, p->left / width, p->right / width);
  token.confidence = word->confidence;
  token.colon = p->colon;
  token.glued = index > 0 && cut->pieces[index - 1].end == p->start;
  token.text = text;
  token.folded = folded;
  if (!push(tokens, token, err))
    return false;
  text = NULL;
  folded = NULL;
  return true;
}

/* A lone colon belongs to the token before it. */
static bool is_colon(const char *text) { return strcmp(text, ":") == 0 || strcmp(text, "：") == 0; }

static bool add_word(tc_tokens *tokens, const tc_word *word, tc_token like, tc_error *err)
{
  if (is_colon(word->text)) {
    if (tokens->count > 0 && tokens->items[tokens->count - 1].row == like.row)
      tokens->items[tokens->count - 1].colon = true;
    return true;
  }
  cutter cut;
  cut_word(word->text, &cut);
  for (size_t i = 0; i < cut.count; i++) {
    if (!add_piece(tokens, word, &cut, i, like, err))
      return false;
    like.starts_cell = false;
  }
  return true;
}

bool tc_tokens_create(const tc_lines *lines, tc_tokens **out, tc_error *err)
{
  tc_auto(tc_tokens) tokens = calloc(1, sizeof *tokens);
  if (tokens == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for tokens");
  for (size_t c = 0; c < lines->cell_count; c++) {
    const tc_cell *cell = &lines->cells[c];
    for (size_t w = 0; w < cell->count; w++) {
      const tc_word *word = &lines->page->words[lines->rows[cell->row].words[cell->first + w]];
      if (!add_word(tokens, word, (tc_token){.row = cell->row, .starts_cell = w == 0}, err))
        return false;
    }
  }
  *out = tc_steal(&tokens);
  return true;
}
