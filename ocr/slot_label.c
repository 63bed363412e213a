/*
 * The value of a label: the tokens right of it up to the next label, the end of the column or a wide gap, and the lines
 * below while the value goes on: the line was full, or the kind of value says that something is missing. Forms that
 * print the label above have it in the cell below.
 */
#include "ocr/slot_wrap.h"

#include <math.h>
#include <string.h>

/* A word follows in the row, from a token on, within the column: a letter alone is a frame's. */
static bool words_follow(const tc_page_view *view, size_t first, int column)
{
  const tc_token *items = view->tokens->items;
  for (size_t t = first; t < view->tokens->count && items[t].row == items[first].row; t++)
    if (view->anchors->is_start[t] || tc_anchors_column(view->anchors, &items[t]) != column ||
        (strlen(items[t].folded) > 1 && !tc_slot_is_noise(view, &items[t])))
      return true;
  return false;
}

/* Tokens of the value on the label's own row; *limit becomes where the next thing begins, or the column ends. */
static size_t tokens_beside(const tc_page_view *view, const tc_field_model *field, const tc_anchor *anchor, size_t *out,
                            double *limit)
{
  const tc_tokens *tokens = view->tokens;
  const tc_token *label = &tokens->items[anchor->end - 1];
  const int column = tc_anchors_column(view->anchors, &tokens->items[anchor->first]);
  size_t count = 0;
  *limit = tc_slot_right_edge(view, anchor->end - 1);
  for (size_t t = anchor->end; t < tokens->count && tokens->items[t].row == label->row; t++) {
    if (view->anchors->is_start[t] || tc_anchors_column(view->anchors, &tokens->items[t]) != column ||
        (count > 0 && tc_slot_is_next_thing(view, field, out[count - 1], t))) {
      if (words_follow(view, t, column))
        *limit = fmin(*limit, tokens->items[t].box.x);
      break;
    }
    if (count < TC_SLOT_ROW_TOKENS && !tc_slot_is_machine_line(&tokens->items[t]))
      out[count++] = t;
  }
  return count;
}

/* Where a second reading should look on the label's row: the whole place, so that words the first reading lost show. */
static void widen_first_line(const tc_page_view *view, const tc_anchor *anchor, double limit, tc_slot *slot)
{
  const double height = view->lines->height;
  const tc_box *label = &view->tokens->items[anchor->end - 1].box;
  const double left = label->x + label->width;
  tc_box *line = &slot->lines[0];
  if (slot->line_count == 0) {
    slot->line_count = 1;
    *line = (tc_box){left, label->y, fmax(limit - left, 1), label->height};
    return;
  }
  const double right = fmax(line->x + line->width, fmin(limit - 0.3 * height, line->x + line->width + 12 * height));
  line->width = right - fmin(left + 2, line->x);
  line->x = fmin(left + 2, line->x);
}

static void place_of_label(const tc_page_view *view, const tc_anchor *anchor, tc_slot *slot)
{
  for (size_t t = anchor->first; t < anchor->end; t++)
    tc_slot_add_quad(slot, &view->tokens->items[t].quad);
}

/* The last of the tokens that is more than a speck; SIZE_MAX where none is. */
static size_t last_word(const tc_page_view *view, const size_t *tokens, size_t count)
{
  size_t last = SIZE_MAX;
  for (size_t i = 0; i < count; i++)
    if (view->tokens->items[tokens[i]].folded[0] != '\0')
      last = tokens[i];
  return last;
}

bool tc_slot_read_label(const tc_page_view *view, const tc_field_model *field, const tc_anchor *anchor, tc_slot *slot,
                        tc_error *err)
{
  size_t beside[TC_SLOT_ROW_TOKENS] = {0};
  double limit = 0;
  size_t last = SIZE_MAX;
  slot->found = true;
  slot->place_confidence = anchor->similarity;
  for (size_t t = anchor->first; t < anchor->end; t++)
    slot->label = tc_box_union(slot->label, view->tokens->items[t].box);
  const size_t beside_count = tokens_beside(view, field, anchor, beside, &limit);
  const size_t count = tc_slot_drop_noise(view, field, beside, beside_count, slot);
  if (!tc_slot_add_below_instead(view, field, anchor, beside, count, slot, &last, err))
    return false;
  const bool below = slot->words > 0;
  if (!below) {
    if (!tc_slot_add_line(view, beside, count, slot, err))
      return false;
    last = last_word(view, beside, count);
  }
  const bool empty = slot->words == 0;
  if (empty && field->below && !tc_slot_add_below(view, field, anchor, false, slot, &last, err))
    return false;
  /* up to the column's edge; or short of it, at a speck or another page's text, with something still missing */
  const bool to_edge =
      below || limit >= tc_slot_right_edge(view, anchor->first) || !tc_slot_is_whole(view, field, slot);
  if (slot->words > 0 && last != SIZE_MAX && to_edge && !tc_slot_add_wrapped(view, field, anchor, last, slot, err))
    return false;
  if (!below && (!empty || slot->words == 0))
    widen_first_line(view, anchor, limit, slot);
  if (slot->words == 0)
    place_of_label(view, anchor, slot);
  return tc_slot_close(slot, err);
}
