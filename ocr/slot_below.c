/*
 * The value under its label: forms and cards that print the label above. What stands beside such a label belongs to the
 * other side, or is what recognition left of its translation: where values have a structure, that tells.
 */
#include "ocr/slot_below.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

#define SURE_WORD 0.7 /* confidence in a word */
#define SENSELESS 0.8 /* most of the place's confidence where what stands beside the label is no such value */

enum { MACHINE_LINE = 14 };

bool tc_slot_is_machine_line(const tc_token *token)
{
  return strlen(token->text) >= MACHINE_LINE && strstr(token->text, "<<") != NULL;
}

double tc_slot_row_middle(const tc_page_view *view, size_t token)
{
  const tc_box *box = &view->tokens->items[token].box;
  return box->y + box->height / 2;
}

/* The label goes on below, in another language. */
static bool is_label_of(const tc_page_view *view, const tc_field_model *field, size_t token)
{
  tc_anchor found;
  for (size_t i = 0; i < field->labels.count; i++)
    if (tc_label_match(view->tokens, token, field->labels.folded[i], &found))
      return true;
  return false;
}

/* Where the words begin that a token under the label goes on with: left of a label whose first half was lost. */
static size_t start_of_cell(const tc_page_view *view, size_t first, size_t token)
{
  size_t start = token;
  while (start > first && !view->tokens->items[start].starts_cell)
    start--;
  for (size_t t = start; t < token; t++)
    if (view->anchors->is_start[t] || tc_anchors_column(view->anchors, &view->tokens->items[t]) !=
                                          tc_anchors_column(view->anchors, &view->tokens->items[token]))
      return token;
  return start;
}

/* The cell of a row [first, end) that stands under the label; *count is 0 where there is none. */
static void cell_below(const tc_page_view *view, const tc_field_model *field, const tc_anchor *anchor, size_t first,
                       size_t *out, size_t *count)
{
  const tc_tokens *tokens = view->tokens;
  const tc_box *start = &tokens->items[anchor->first].box;
  const tc_box *end = &tokens->items[anchor->end - 1].box;
  const double left = start->x - 2 * view->lines->height;
  const double right = end->x + end->width + 2 * view->lines->height;
  const int column = tc_anchors_column(view->anchors, &tokens->items[anchor->first]);
  *count = 0;
  for (size_t t = first; t < tokens->count && tokens->items[t].row == tokens->items[first].row; t++) {
    const tc_token *token = &tokens->items[t];
    if (*count > 0 && (token->starts_cell || view->anchors->is_start[t]))
      return;
    if (tc_slot_is_speck(token) || tc_slot_is_machine_line(token) ||
        tc_anchors_column(view->anchors, token) != column || token->box.x < left)
      continue;
    if (*count == 0 && (token->box.x > right || view->anchors->is_start[t] || is_label_of(view, field, t)))
      return;
    for (size_t c = *count == 0 ? start_of_cell(view, first, t) : t; c <= t; c++)
      if (*count < TC_SLOT_ROW_TOKENS)
        out[(*count)++] = c;
  }
}

/* The tokens make a value of the field's kind. */
static bool is_value(const tc_page_view *view, const tc_field_model *field, const size_t *tokens, size_t count,
                     bool *out, tc_error *err)
{
  const tc_value_context context = {.words = view->types->words, .params = field->params, .pattern = field->pattern};
  tc_auto(tc_slot) slot = {0};
  tc_auto(tc_value) value = {0};
  if (!tc_slot_add_line(view, tokens, count, &slot, err) || !tc_slot_close(&slot, err) ||
      !field->kind->read(&context, tc_buf_text(&slot.printed), &value, err))
    return false;
  *out = value.valid;
  return true;
}

/* What such values look like is known: no other words are taken for one. */
static bool has_structure(const tc_field_model *field) { return field->kind->need != TC_NEED_LEXICON; }

/* Another field's label begins in the row [first, end), under the label or above its end. */
static bool is_other_label(const tc_page_view *view, const tc_field_model *field, const tc_anchor *anchor, size_t first)
{
  const tc_token *items = view->tokens->items;
  const tc_box *end = &items[anchor->end - 1].box;
  for (size_t t = first; t < view->tokens->count && items[t].row == items[first].row; t++)
    if (view->anchors->is_start[t] && items[t].box.x < end->x + end->width &&
        items[t].box.x + items[t].box.width > items[anchor->first].box.x && !is_label_of(view, field, t))
      return true;
  return false;
}

/* The line under a label, within its width: forms that print the label above the value. Rows of the other side may
   stand between, and remains of the label's translation, which are no value where values have a structure; with
   `strictly` nothing else will do. *last: its last token; untouched where there is none. */
bool tc_slot_add_below(const tc_page_view *view, const tc_field_model *field, const tc_anchor *anchor, bool strictly,
                       tc_slot *slot, size_t *last, tc_error *err)
{
  const tc_token *label = &view->tokens->items[anchor->first];
  size_t next[TC_SLOT_ROW_TOKENS];
  size_t first[TC_SLOT_ROW_TOKENS];
  size_t first_count = 0;
  size_t row = label->row;
  for (size_t t = anchor->end; t < view->tokens->count; t++) {
    size_t count = 0;
    bool value = !has_structure(field);
    if (view->tokens->items[t].row == row)
      continue;
    row = view->tokens->items[t].row;
    if (tc_slot_row_middle(view, t) - tc_slot_row_middle(view, anchor->first) >
            (TC_SLOT_NEXT_LINE + TC_SLOT_SMALL_LINE) * view->lines->height ||
        view->lines->rows[row].behind != view->lines->rows[label->row].behind || is_other_label(view, field, anchor, t))
      break;
    cell_below(view, field, anchor, t, next, &count);
    if (count == 0)
      continue;
    if (!value && !is_value(view, field, next, count, &value, err))
      return false;
    if (value) {
      *last = next[count - 1];
      return tc_slot_add_line(view, next, count, slot, err);
    }
    if (first_count == 0)
      memcpy(first, next, (first_count = count) * sizeof *first);
  }
  if (first_count == 0 || strictly)
    return true;
  *last = first[first_count - 1];
  return tc_slot_add_line(view, first, first_count, slot, err);
}

/* What stands far to the right of a label that bears its value below belongs to the other side. */
static bool is_far(const tc_page_view *view, const tc_anchor *anchor, const size_t *beside, size_t count)
{
  const tc_box *label = &view->tokens->items[anchor->end - 1].box;
  return count > 0 &&
         view->tokens->items[beside[0]].box.x - (label->x + label->width) > TC_SLOT_NEXT_THING * view->lines->height;
}

/* How many of the words are ours, of two letters or more, and read with confidence; *all: of how many. */
static size_t words_of_ours(const tc_page_view *view, const size_t *tokens, size_t count, size_t *all)
{
  size_t ours = 0;
  *all = 0;
  for (size_t i = 0; i < count; i++) {
    const tc_token *token = &view->tokens->items[tokens[i]];
    *all += tc_slot_is_speck(token) ? 0 : 1;
    ours += token->confidence >= SURE_WORD && strlen(token->folded) > 1 &&
                    tc_words_is_syllable(view->types->words, token->text)
                ? 1
                : 0;
  }
  return ours;
}

/* Beside the label stands what is left of its translation, and below it words: these are the value. */
static bool is_below(const tc_page_view *view, const tc_field_model *field, const tc_anchor *anchor,
                     const size_t *beside, size_t count)
{
  size_t all = 0;
  size_t next[TC_SLOT_ROW_TOKENS];
  size_t below = 0;
  if (words_of_ours(view, beside, count, &all) * 2 >= all)
    return false;
  for (size_t t = anchor->end; t < view->tokens->count && below == 0; t++) {
    const size_t row = view->tokens->items[t].row;
    if (row == view->tokens->items[anchor->first].row || view->tokens->items[t - 1].row == row)
      continue;
    if (tc_slot_row_middle(view, t) - tc_slot_row_middle(view, anchor->first) >
            (TC_SLOT_NEXT_LINE + TC_SLOT_SMALL_LINE) * view->lines->height ||
        is_other_label(view, field, anchor, t))
      return false;
    cell_below(view, field, anchor, t, next, &below);
  }
  return below > 1 && words_of_ours(view, next, below, &all) * 3 >= all * 2;
}

/* Beside a label that bears its value below stands what belongs to the other side, or what is left of the label. */
bool tc_slot_add_below_instead(const tc_page_view *view, const tc_field_model *field, const tc_anchor *anchor,
                               const size_t *beside, size_t count, tc_slot *slot, size_t *last, tc_error *err)
{
  const bool far = is_far(view, anchor, beside, count);
  bool value = !has_structure(field) && !(field->below && is_below(view, field, anchor, beside, count));
  if (!field->below || count == 0 ||
      (has_structure(field) && !far && !value && !is_value(view, field, beside, count, &value, err)))
    return !field->below || count == 0;
  if (!far && value)
    return true;
  if (!tc_slot_add_below(view, field, anchor, !far, slot, last, err))
    return false;
  if (!far && slot->words > 0)
    slot->place_confidence = fmin(slot->place_confidence, SENSELESS);
  return true;
}
