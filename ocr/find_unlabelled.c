/*
 * Values whose labels were lost, on forms and cards that print small labels above their values: the one cell of a page
 * that is a member of the field's list, and dates that no located label claims, where there are as many as date fields
 * without a label: they stand in the order of the form. Nothing found so is ever sure.
 */
#include "ocr/runs.h"
#include "ocr/slot_below.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

enum { DATES_MAX = 8 };

/* ---- A member of a list alone in its cell ---- */

static bool is_member(const tc_page_view *view, const tc_field_model *field, const tc_run *run, bool *out,
                      tc_error *err)
{
  const tc_value_context context = {.words = view->types->words, .params = field->params, .pattern = field->pattern};
  tc_auto(tc_buf) text = {0};
  tc_auto(tc_str) trimmed = NULL;
  tc_auto(tc_value) value = {0};
  if (!tc_run_text(view, run, &text, err) || !tc_slot_trim(tc_buf_text(&text), &trimmed, err) ||
      !field->kind->read(&context, trimmed, &value, err))
    return false;
  *out = value.valid && tc_value_says(&value, TC_VALUE_MEMBER);
  return true;
}

static bool find_alone(const tc_page_view *view, const tc_field_model *field, tc_slot *slot, tc_error *err)
{
  tc_run run;
  tc_run only = {0};
  size_t count = 0;
  for (size_t t = 0; t < view->tokens->count;) {
    bool member = false;
    t = tc_run_of_cell(view, t, &run);
    if (!is_member(view, field, &run, &member, err))
      return false;
    if (member)
      only = run;
    count += member ? 1 : 0;
  }
  if (count != 1 || !tc_run_add(view, &only, slot, err))
    return count != 1;
  slot->place_confidence = TC_RUN_LOST_WORDS;
  return true;
}

/* ---- Dates ---- */

static bool is_date_field(const tc_field_model *field)
{
  return field->below && field->find == TC_FIND_LABEL && field->at == SIZE_MAX &&
         strcmp(field->kind->name, "date") == 0;
}

static bool is_date(const tc_page_view *view, size_t token, bool *out, tc_error *err)
{
  const tc_value_context context = {.words = view->types->words};
  tc_auto(tc_str) trimmed = NULL;
  tc_auto(tc_value) value = {0};
  *out = false;
  if (strpbrk(view->tokens->items[token].text, "0123456789") == NULL)
    return true;
  if (!tc_slot_trim(view->tokens->items[token].text, &trimmed, err) ||
      !tc_value_read_date(&context, trimmed, &value, err))
    return false;
  *out = value.valid && !value.mended;
  return true;
}

/* Beside a located label, or below it within its width. */
static bool is_claimed(const tc_page_view *view, size_t token)
{
  const tc_token *items = view->tokens->items;
  const double height = view->lines->height;
  const double middle = items[token].box.x + items[token].box.width / 2;
  for (size_t i = 0; i < view->anchors->chosen_count; i++) {
    const tc_anchor *anchor = &view->anchors->chosen[i];
    if (anchor->field == SIZE_MAX || !is_date_field(&view->anchors->type->fields[anchor->field]))
      continue;
    const tc_box *first = &items[anchor->first].box;
    const tc_box *last = &items[anchor->end - 1].box;
    const double down = tc_slot_row_middle(view, token) - tc_slot_row_middle(view, anchor->first);
    const bool below = down > 0 && down < (TC_SLOT_NEXT_LINE + TC_SLOT_SMALL_LINE) * height &&
                       middle > first->x - 2 * height && middle < last->x + last->width + 2 * height;
    if (below || (items[token].row == items[anchor->first].row && token >= anchor->end))
      return true;
  }
  return false;
}

/* The dates that no label claims, from the top; *count is more than DATES_MAX where there are too many. */
static bool free_dates(const tc_page_view *view, size_t *out, size_t *count, tc_error *err)
{
  *count = 0;
  for (size_t t = 0; t < view->tokens->count && *count <= DATES_MAX; t++) {
    bool date = false;
    if (!is_date(view, t, &date, err))
      return false;
    if (!date || is_claimed(view, t))
      continue;
    if (*count < DATES_MAX)
      out[*count] = t;
    (*count)++;
  }
  return true;
}

/* What may stand instead of the field's date stands alone in a cell. */
static bool find_instead(const tc_page_view *view, const tc_field_model *field, tc_run *out, bool *found, tc_error *err)
{
  *found = false;
  if (tc_json_get(field->params, "or") == NULL)
    return true;
  for (size_t t = 0; t < view->tokens->count && !*found;) {
    t = tc_run_of_cell(view, t, out);
    if (!is_member(view, field, out, found, err))
      return false;
  }
  return true;
}

static bool find_date(const tc_page_view *view, const tc_field_model *field, tc_slot *slot, tc_error *err)
{
  const tc_paper_type *type = view->anchors->type;
  size_t dates[DATES_MAX];
  size_t count = 0;
  size_t wanted = 0;
  size_t own = SIZE_MAX;
  tc_run run;
  bool instead = false;
  for (size_t f = 0; f < type->field_count; f++) {
    if (!is_date_field(&type->fields[f]) || tc_anchors_of(view->anchors, f) != NULL)
      continue;
    if (!find_instead(view, &type->fields[f], &run, &instead, err))
      return false;
    if (&type->fields[f] == field && instead)
      break;
    own = &type->fields[f] == field ? wanted : own;
    wanted += instead ? 0 : 1;
    instead = false;
  }
  if (!instead && !free_dates(view, dates, &count, err))
    return false;
  if (!instead && (own == SIZE_MAX || count != wanted || count > DATES_MAX))
    return true;
  if (!instead)
    run = (tc_run){.tokens = {dates[own]}, .count = 1};
  if (!tc_run_add(view, &run, slot, err))
    return false;
  slot->place_confidence = TC_RUN_LOST_WORDS;
  return true;
}

bool tc_slot_find_unlabelled(const tc_page_view *view, const tc_field_model *field, tc_slot *slot, tc_error *err)
{
  if (is_date_field(field))
    return find_date(view, field, slot, err);
  return !field->below || field->kind->need != TC_NEED_MEMBER || find_alone(view, field, slot, err);
}
