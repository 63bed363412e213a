#include "ocr/sections.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define UNBOUNDED 0.5 /* similarity left to a shared label where a section that has it was not found */
#define WELL_READ 0.95
#define RESEMBLING 0.85
#define COLUMN_MARGIN 0.6 /* of a line's height, left of the right column's labels */

/* First token of a section: its heading, or its first label that no other field has; SIZE_MAX where none was found. */
static size_t section_start(const tc_anchors *a, const char *section)
{
  size_t start = SIZE_MAX;
  for (size_t i = 0; i < a->chosen_count; i++) {
    const tc_anchor *anchor = &a->chosen[i];
    if (anchor->section != SIZE_MAX && strcmp(a->type->sections[anchor->section].name, section) == 0 &&
        anchor->first < start)
      start = anchor->first;
    if (anchor->field != SIZE_MAX && a->type->fields[anchor->field].unique &&
        strcmp(a->type->fields[anchor->field].section, section) == 0 && anchor->first < start)
      start = anchor->first;
  }
  return start;
}

static bool is_column(const tc_paper_type *type, const char *section)
{
  return type->columns[0] != NULL && (strcmp(section, type->columns[0]) == 0 || strcmp(section, type->columns[1]) == 0);
}

/* Where the next section begins behind `start`; columns do not end each other. */
static size_t section_end(const tc_anchors *a, const char *section, size_t start)
{
  size_t end = a->tokens->count;
  for (size_t i = 0; i < a->type->field_count + a->type->section_count; i++) {
    const char *other =
        i < a->type->field_count ? a->type->fields[i].section : a->type->sections[i - a->type->field_count].name;
    if (strcmp(other, section) == 0 || (a->band.present && is_column(a->type, section) && is_column(a->type, other)))
      continue;
    const size_t other_start = section_start(a, other);
    if (other_start != SIZE_MAX && other_start > start && other_start < end)
      end = other_start;
  }
  return end;
}

/* Two sections are columns where their first labels stand at one height and apart. */
static void find_band(tc_anchors *a)
{
  if (a->type->columns[0] == NULL)
    return;
  const size_t left = section_start(a, a->type->columns[0]);
  const size_t right = section_start(a, a->type->columns[1]);
  if (left == SIZE_MAX || right == SIZE_MAX)
    return;
  const tc_token *l = &a->tokens->items[left];
  const tc_token *r = &a->tokens->items[right];
  if (fabs(l->box.y - r->box.y) > 2 * a->lines->height || fabs(l->box.x - r->box.x) < 4 * a->lines->height)
    return;
  a->band.present = true;
  a->band.split = fmax(l->box.x, r->box.x) - COLUMN_MARGIN * a->lines->height;
  a->band.first_row = l->row < r->row ? l->row : r->row;
  const size_t end = section_end(a, a->type->columns[0], left > right ? left : right);
  a->band.end_row = end < a->tokens->count ? a->tokens->items[end].row : a->lines->row_count;
}

int tc_anchors_column(const tc_anchors *anchors, const tc_token *token)
{
  const tc_column_band *band = &anchors->band;
  if (!band->present || token->row < band->first_row || token->row >= band->end_row)
    return -1;
  return token->box.x + token->box.width / 2 < band->split ? 0 : 1;
}

/* The column a section stands in, from its first label; -1: none. */
static int column_of_section(const tc_anchors *a, const char *section)
{
  if (!a->band.present || !is_column(a->type, section))
    return -1;
  return tc_anchors_column(a, &a->tokens->items[section_start(a, section)]);
}

static bool has_colon(const tc_anchors *a, const tc_anchor *anchor) { return a->tokens->items[anchor->end - 1].colon; }

/* A place that only resembles the label gives way to one that has it letter by letter: at once where it is of other
   words, without a colon where the other has one as long as some letters differ. */
static bool gives_way(const tc_anchors *a, const tc_anchor *c, const tc_anchor *to)
{
  const bool bare = !has_colon(a, c) && has_colon(a, to);
  return to->similarity >= WELL_READ && c->similarity < (bare ? WELL_READ : RESEMBLING);
}

/* The first place, for a later one belongs to a later section; at one place the best match. */
static bool is_better(const tc_anchors *a, const tc_anchor *c, const tc_anchor *best)
{
  if (tc_anchor_overlaps(c, best))
    return c->score > best->score;
  return c->first < best->first ? !gives_way(a, c, best) : gives_way(a, best, c);
}

/* Another field of its section has one of the field's labels: their order on the form tells them apart. */
static bool shares_in_section(const tc_paper_type *type, size_t field)
{
  const tc_field_model *own = &type->fields[field];
  for (size_t f = 0; f < type->field_count; f++)
    if (f != field && strcmp(type->fields[f].section, own->section) == 0 &&
        tc_label_sets_share(&type->fields[f].labels, &own->labels))
      return true;
  return false;
}

/* Gives the shared labels of a section to its fields in form order: each field takes the best candidate behind the
   field before it and before the last chance of those behind it (a chain of highest score; earliest wins ties). */
static void choose_in_section(tc_anchors *a, const tc_anchor_list *list, const char *section)
{
  size_t start = section_start(a, section);
  if (start == SIZE_MAX)
    start = 0;
  const size_t end = section_end(a, section, start);
  const int column = column_of_section(a, section);
  size_t after = start;
  for (size_t f = 0; f < a->type->field_count; f++) {
    const tc_field_model *field = &a->type->fields[f];
    if (strcmp(field->section, section) != 0 || field->find != TC_FIND_LABEL)
      continue;
    const tc_anchor *located = tc_anchors_of(a, f);
    if (located != NULL || field->unique) {
      after = located != NULL && located->first >= after ? located->end : after;
      continue;
    }
    const bool in_turn = shares_in_section(a->type, f);
    const tc_anchor *best = NULL;
    for (size_t i = 0; i < list->count; i++) {
      const tc_anchor *c = &list->items[i];
      if (c->field != f || c->first < (in_turn ? after : start) || c->first >= end || !tc_anchors_are_free(a, c) ||
          tc_anchors_column(a, &a->tokens->items[c->first]) != column)
        continue;
      if (best == NULL || is_better(a, c, best))
        best = c;
    }
    if (best != NULL) {
      a->chosen[a->chosen_count++] = *best;
      after = best->end > after || in_turn ? best->end : after;
    }
  }
}

/* Every section that has a field with one of this field's labels was found: the label can not be another section's. */
static bool is_bounded(const tc_anchors *a, size_t field)
{
  const tc_field_model *own = &a->type->fields[field];
  for (size_t f = 0; f < a->type->field_count; f++) {
    const tc_field_model *other = &a->type->fields[f];
    if (other->section[0] != '\0' && tc_label_sets_share(&own->labels, &other->labels) &&
        section_start(a, other->section) == SIZE_MAX)
      return false;
  }
  return true;
}

static void doubt_unbounded(tc_anchors *a)
{
  for (size_t i = 0; i < a->chosen_count; i++) {
    tc_anchor *anchor = &a->chosen[i];
    if (anchor->field != SIZE_MAX && !a->type->fields[anchor->field].unique && !is_bounded(a, anchor->field))
      anchor->similarity = fmin(anchor->similarity, UNBOUNDED);
  }
}

void tc_sections_choose(tc_anchors *a, const tc_anchor_list *list)
{
  const tc_paper_type *type = a->type;
  find_band(a);
  for (size_t f = 0; f < type->field_count; f++) {
    bool first = true;
    for (size_t g = 0; g < f; g++)
      first = first && strcmp(type->fields[g].section, type->fields[f].section) != 0;
    if (first)
      choose_in_section(a, list, type->fields[f].section);
  }
  doubt_unbounded(a);
}
