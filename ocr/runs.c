#include "ocr/runs.h"

#include <string.h>

enum { SHORT_LABEL = 4 }; /* letters */

/* The run of tokens of one cell that begins at `first`; returns the first token behind it. */
size_t tc_run_of_cell(const tc_page_view *view, size_t first, tc_run *out)
{
  const tc_tokens *tokens = view->tokens;
  *out = (tc_run){0};
  size_t t = first;
  for (; t < tokens->count && tokens->items[t].row == tokens->items[first].row; t++) {
    if (t > first && tokens->items[t].starts_cell)
      break;
    if (out->count < TC_RUN_TOKENS_MAX)
      out->tokens[out->count++] = t;
    out->box = tc_box_union(out->box, tokens->items[t].box);
  }
  return t;
}

bool tc_run_text(const tc_page_view *view, const tc_run *run, tc_buf *out, tc_error *err)
{
  for (size_t i = 0; i < run->count; i++)
    if ((i > 0 && !tc_buf_append_text(out, " ", err)) ||
        !tc_buf_append_text(out, view->tokens->items[run->tokens[i]].text, err))
      return false;
  return true;
}

double tc_run_middle(const tc_run *run) { return run->box.x + run->box.width / 2; }

static bool has_digit(const char *text) { return strpbrk(text, "0123456789") != NULL; }

/* A short label folds like other short words; it counts before a colon or a number alone. */
bool tc_run_starts_with(const tc_page_view *view, const tc_run *run, const tc_label_set *labels)
{
  const tc_tokens *tokens = view->tokens;
  tc_anchor found;
  for (size_t i = 0; i < labels->count; i++)
    if (tc_label_match(tokens, run->tokens[0], labels->folded[i], &found) &&
        (strlen(labels->folded[i]) >= SHORT_LABEL || tokens->items[found.end - 1].colon ||
         (found.end < tokens->count && has_digit(tokens->items[found.end].text))))
      return true;
  return false;
}

bool tc_run_add(const tc_page_view *view, const tc_run *run, tc_slot *slot, tc_error *err)
{
  slot->found = true;
  slot->place_confidence = 1;
  return tc_slot_add_line(view, run->tokens, run->count, slot, err);
}
