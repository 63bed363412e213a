/*
 * The lines below a value's first that it goes on in: the line was full, or the kind of value says that something is
 * missing, and nothing else begins there.
 */
#include "ocr/slot_wrap.h"

#include "base/text.h"
#include "ocr/dateline.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define SMALL_PRINT 0.74 /* a line lower than this share of the usual height is a note or a translation */
#define UNEXPLAINED \
  0.5 /* place confidence where something stands under the value that is neither its end nor a label */
#define FIT_TOLERANCE 3.0 /* heights by which a line may end early though the next word would have fitted */
#define NOISE 0.7         /* confidence in a word */
#define WIDE_BLANK 1.5    /* heights: no blank of one text is so wide */

enum { COLON_WITHIN = 7, NOISE_LETTERS = 2, UPPER_LETTERS = 8 };

/* Right edge of a row's words; a frame beside them is none. */
static double row_right(const tc_page_view *view, size_t row)
{
  double right = 0;
  for (size_t t = 0; t < view->tokens->count; t++) {
    const tc_token *token = &view->tokens->items[t];
    if (token->row == row && token->folded[0] != '\0')
      right = fmax(right, token->box.x + token->box.width);
  }
  return right;
}

double tc_slot_right_edge(const tc_page_view *view, size_t at)
{
  const tc_token *items = view->tokens->items;
  const tc_row *rows = view->lines->rows;
  const int column = tc_anchors_column(view->anchors, &items[at]);
  double right = 0;
  for (size_t t = 0; t < view->tokens->count; t++)
    if (column >= 0 && items[t].folded[0] != '\0' && tc_anchors_column(view->anchors, &items[t]) == column)
      right = fmax(right, items[t].box.x + items[t].box.width);
  for (size_t i = 0; column < 0 && i < view->anchors->chosen_count; i++) {
    const tc_anchor *anchor = &view->anchors->chosen[i];
    const size_t row = items[anchor->first].row;
    if (anchor->field != SIZE_MAX && rows[row].behind == rows[items[at].row].behind)
      right = fmax(right, row_right(view, row));
  }
  return right;
}

/* Between two tokens of a row, in heights. */
static double gap_before(const tc_page_view *view, size_t last, size_t next)
{
  const tc_box *a = &view->tokens->items[last].box;
  return (view->tokens->items[next].box.x - (a->x + a->width)) / view->lines->height;
}

bool tc_slot_is_next_thing(const tc_page_view *view, const tc_field_model *field, size_t last, size_t next)
{
  const tc_token *after = &view->tokens->items[next];
  const bool boxed = field->kind->apart && strspn(after->folded, "0123456789") == strlen(after->folded);
  return !boxed && gap_before(view, last, next) > TC_SLOT_NEXT_THING;
}

bool tc_slot_is_noise(const tc_page_view *view, const tc_token *token)
{
  if (strcmp(token->folded, "i") == 0 || strcmp(token->folded, "l") == 0)
    return true; /* a frame, a fold: however sure the engine is */
  return token->confidence < NOISE && tc_text_length(token->folded) <= NOISE_LETTERS &&
         strpbrk(token->text, "0123456789") == NULL && !tc_words_is_syllable(view->types->words, token->text);
}

/* Nothing but noise stands in the column, in the row of a token. */
static bool row_is_faint(const tc_page_view *view, size_t first, int column)
{
  const tc_token *items = view->tokens->items;
  for (size_t t = first; t < view->tokens->count && items[t].row == items[first].row; t++)
    if (tc_anchors_column(view->anchors, &items[t]) == column && !tc_slot_is_speck(&items[t]) &&
        !tc_slot_is_machine_line(&items[t]) && !tc_slot_is_faint(&items[t]) && !tc_slot_is_noise(view, &items[t]))
      return false;
  return true;
}

/* The first row below `row` that has tokens in the column; its tokens there. 0 where none follows. */
static size_t tokens_of_next_row(const tc_page_view *view, size_t row, int column, size_t *out)
{
  size_t count = 0;
  size_t found = SIZE_MAX;
  for (size_t t = 0; t < view->tokens->count; t++) {
    const tc_token *token = &view->tokens->items[t];
    if (token->row <= row || view->lines->rows[token->row].behind != view->lines->rows[row].behind)
      continue;
    if (found != SIZE_MAX && token->row != found)
      break;
    if (tc_anchors_column(view->anchors, token) != column || tc_slot_is_speck(token) || tc_slot_is_machine_line(token))
      continue;
    if (found == SIZE_MAX && row_is_faint(view, t, column))
      continue;
    found = token->row;
    if (count < TC_SLOT_ROW_TOKENS)
      out[count++] = t;
  }
  return count;
}

/* Cells that end before the label begins are another column's, where the row has one below the label or right of it: of
   cells so far left a gap that is wide for a blank is enough between them. */
static size_t drop_left_cells(const tc_page_view *view, const tc_token *label, size_t *tokens, size_t count)
{
  size_t cell = 0;
  for (size_t i = 0; i < count; i++) {
    const tc_token *token = &view->tokens->items[tokens[i]];
    cell = token->starts_cell || (i > 0 && gap_before(view, tokens[i - 1], tokens[i]) > WIDE_BLANK) ? i : cell;
    if (token->box.x + token->box.width > label->box.x - view->lines->height) {
      memmove(tokens, tokens + cell, (count - cell) * sizeof *tokens);
      return count - cell;
    }
  }
  return count;
}

/* All of it ends before the label begins. */
static bool is_left_of(const tc_page_view *view, const tc_token *label, const size_t *tokens, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    const tc_box *box = &view->tokens->items[tokens[i]].box;
    if (box->x + box->width > label->box.x - view->lines->height)
      return false;
  }
  return count > 0;
}

/* The next row of the column without another column's cells left of the label. They may be a row of their own, where
   the one after it goes on below the label. */
static size_t next_line(const tc_page_view *view, const tc_token *label, size_t row, size_t *out)
{
  const int column = tc_anchors_column(view->anchors, label);
  size_t beside[TC_SLOT_ROW_TOKENS];
  size_t count = tokens_of_next_row(view, row, column, out);
  if (is_left_of(view, label, out, count) && !view->anchors->is_start[out[0]]) {
    const size_t more = tokens_of_next_row(view, view->tokens->items[out[0]].row, column, beside);
    if (more > 0 && !is_left_of(view, label, beside, more) && !view->anchors->is_start[beside[0]])
      memcpy(out, beside, (count = more) * sizeof *out);
  }
  return drop_left_cells(view, label, out, count);
}

static bool ends_with_comma(const tc_page_view *view, size_t token)
{
  const char *text = view->tokens->items[token].text;
  return text[0] != '\0' && text[strlen(text) - 1] == ',';
}

/* The line above was full: the first word below would not have fitted behind it. */
static bool was_full(const tc_page_view *view, size_t last, size_t next, double edge)
{
  const tc_box *end = &view->tokens->items[last].box;
  const tc_box *word = &view->tokens->items[next].box;
  return end->x + end->width + word->width > edge - FIT_TOLERANCE * view->lines->height;
}

/* A small letter begins the line, in a word that is one: forms begin their labels, and clerks their values, large. */
static bool begins_small(const tc_page_view *view, size_t next)
{
  const tc_token *token = &view->tokens->items[next];
  const char *at = token->text;
  uint32_t first = 0;
  return tc_text_next(&at, &first) && tc_text_is_lower(first) && tc_text_length(token->folded) >= NOISE_LETTERS &&
         token->confidence >= NOISE && tc_words_is_syllable(view->types->words, token->text);
}

/* A label within a value follows in the line whose words up to its colon are [0, colon]: it begins with a small letter,
   behind a comma or before one, or with a number that counts no labels. */
static bool is_same_sentence(const tc_page_view *view, size_t last, const size_t *tokens, size_t colon)
{
  const char *below = view->tokens->items[tokens[0]].text;
  const bool enumerator = tc_is_enumerator(below);
  bool comma = ends_with_comma(view, last);
  uint32_t first = 0;
  for (size_t i = 0; i < colon; i++)
    comma = comma || ends_with_comma(view, tokens[i]);
  return !enumerator && tc_text_next(&below, &first) && (tc_text_is_digit(first) || (comma && tc_text_is_lower(first)));
}

/* Two words or more, all in capitals: *letters counts their letters. */
static bool is_all_upper(const tc_page_view *view, const size_t *tokens, size_t count, size_t *letters)
{
  size_t words = 0;
  *letters = 0;
  for (size_t i = 0; i < count; i++) {
    const char *at = view->tokens->items[tokens[i]].text;
    uint32_t sign = 0;
    const size_t before = *letters;
    while (tc_text_next(&at, &sign)) {
      if (tc_text_is_lower(sign))
        return false;
      *letters += tc_text_is_letter(sign) ? 1 : 0;
    }
    words += *letters > before + 1 ? 1 : 0;
  }
  return words > 1;
}

/* A line in capitals below one in small letters is a title or a signature's. */
static bool turns_upper(const tc_page_view *view, const size_t *tokens, size_t count, size_t last)
{
  const char *above = view->tokens->items[last].text;
  size_t letters = 0;
  uint32_t sign = 0;
  bool small = false;
  while (tc_text_next(&above, &sign))
    small = small || tc_text_is_lower(sign);
  return small && is_all_upper(view, tokens, count, &letters) && letters >= UPPER_LETTERS;
}

/* Counts the labels of a form, its stop read as something else or lost. */
static bool is_count(const char *text)
{
  const size_t digits = strspn(text, "0123456789");
  return tc_is_enumerator(text) ||
         (digits > 0 && digits <= 2 && strspn(text + digits, ".,)_") == strlen(text + digits));
}

/* Labels of this form are counted. */
static bool is_counted(const tc_page_view *view, const tc_anchor *anchor)
{
  const tc_token *items = view->tokens->items;
  return anchor->first > 0 && items[anchor->first - 1].row == items[anchor->first].row &&
         is_count(items[anchor->first - 1].text);
}

/* A line that belongs to nothing above it: a label begins it (known, likely, or by its colon) behind a word at most, or
   the next number of a `counted` form; it is a date line, or one in capitals under small letters, or it stands too far
   below. Behind a full line a small letter goes on. */
static bool begins_anew(const tc_page_view *view, const size_t *tokens, size_t count, size_t last, bool full,
                        bool counted, double reach)
{
  const double above = tc_slot_row_middle(view, last);
  const bool goes_on = full && begins_small(view, tokens[0]);
  if (counted && count > 1 && is_count(view->tokens->items[tokens[0]].text))
    return true;
  for (size_t i = 0; i < count; i++) {
    const tc_token *token = &view->tokens->items[tokens[i]];
    if (view->anchors->is_start[tokens[i]])
      return i <= 1 || token->starts_cell;
    if (token->colon && i < COLON_WITHIN && !goes_on && !is_same_sentence(view, last, tokens, i))
      return true;
  }
  return tc_slot_row_middle(view, tokens[0]) - above > reach * view->lines->height ||
         tc_dateline_among(view, tokens, count) || turns_upper(view, tokens, count, last);
}

/* Half of its words are lower than usual print. */
static bool is_small_print(const tc_page_view *view, const size_t *tokens, size_t count)
{
  size_t small = 0;
  for (size_t i = 0; i < count; i++)
    small += view->tokens->items[tokens[i]].box.height < SMALL_PRINT * view->lines->height ? 1 : 0;
  return small * 2 > count;
}

bool tc_slot_is_whole(const tc_page_view *view, const tc_field_model *field, const tc_slot *slot)
{
  const tc_value_context context = {.words = view->types->words, .params = field->params};
  return field->kind->is_whole == NULL || field->kind->is_whole(&context, tc_buf_text(&slot->printed));
}

size_t tc_slot_drop_noise(const tc_page_view *view, const tc_field_model *field, const size_t *tokens, size_t count,
                          tc_slot *slot)
{
  size_t kept = count;
  for (size_t at = count; field->kind->need != TC_NEED_STRUCTURE && at-- > 1;) {
    const tc_token *token = &view->tokens->items[tokens[at]];
    if (tc_slot_is_noise(view, token))
      kept = at;
    else if (token->folded[0] != '\0')
      break;
  }
  if (kept < count)
    slot->place_confidence = fmin(slot->place_confidence, UNEXPLAINED);
  return kept;
}

bool tc_slot_add_wrapped(const tc_page_view *view, const tc_field_model *field, const tc_anchor *anchor, size_t last,
                         tc_slot *slot, tc_error *err)
{
  const tc_token *label = &view->tokens->items[anchor->first];
  const double edge = tc_slot_right_edge(view, anchor->first);
  for (int line = 1; line <= field->lines; line++) {
    size_t next[TC_SLOT_ROW_TOKENS];
    size_t count = next_line(view, label, view->tokens->items[last].row, next);
    /* small print between two lines is the translation of a label */
    const bool small = count > 0 && is_small_print(view, next, count);
    if (small)
      count = next_line(view, label, view->tokens->items[next[0]].row, next);
    const bool to_edge = count > 0 && was_full(view, last, next[0], edge);
    const double reach = TC_SLOT_NEXT_LINE + (small ? TC_SLOT_SMALL_LINE : 0);
    if (count == 0 || begins_anew(view, next, count, last, to_edge, is_counted(view, anchor), reach))
      return true;
    const bool full = to_edge || (line < field->lines && field->kind->is_whole == NULL && begins_small(view, next[0]));
    if (line == field->lines || (!full && tc_slot_is_whole(view, field, slot))) {
      /* a date or a member of a list that ends before the line does is no beginning of something longer */
      if (full || field->kind->need == TC_NEED_LEXICON)
        slot->place_confidence = fmin(slot->place_confidence, UNEXPLAINED);
      return true;
    }
    for (size_t i = 1; i < count; i++)
      if (view->anchors->is_start[next[i]] || tc_slot_is_next_thing(view, field, next[i - 1], next[i]))
        count = i;
    count = tc_slot_drop_noise(view, field, next, count, slot);
    if (!tc_slot_add_line(view, next, count, slot, err))
      return false;
    for (size_t i = 0; i < count; i++)
      if (view->tokens->items[next[i]].folded[0] != '\0')
        last = next[i];
  }
  return true;
}
