#include "ocr/locate.h"

#include "base/text.h"
#include "ocr/fuzzy.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define COLON_BONUS 1.5
#define START_BONUS 1.0
#define LIKELY 0.86       /* a candidate this similar ends a value even where it was not chosen */
#define UNBOUNDED 0.5     /* similarity left to a shared label where a section that has it was not found */
#define COLUMN_MARGIN 0.6 /* of a line's height, left of the right column's labels */

enum { JOINED_MAX = 200, SHORT_LABEL = 5, TINY_LABEL = 3 };

void tc_anchors_destroy(tc_anchors *anchors)
{
  if (anchors == NULL)
    return;
  free(anchors->chosen);
  free(anchors->is_start);
  free(anchors);
}

/* ---- Candidates ---- */

/* "1." or "a)" or "II." before a label. */
static bool is_enumerator(const char *text)
{
  const size_t size = strlen(text);
  if (size < 2 || size > 5 || strchr(".)", text[size - 1]) == NULL)
    return false;
  return strspn(text, "0123456789") == size - 1 || strspn(text, "IVX") == size - 1 || size == 2;
}

bool tc_label_match(const tc_tokens *tokens, size_t first, const char *label, tc_anchor *out)
{
  const size_t wanted = strlen(label);
  const size_t slack = wanted / 4 + 1;
  const size_t row = tokens->items[first].row;
  char joined[JOINED_MAX];
  size_t size = 0;
  bool found = false;
  double best = tc_fuzzy_label_threshold(wanted);
  for (size_t i = first; i < tokens->count && tokens->items[i].row == row; i++) {
    const char *part = tokens->items[i].folded;
    const size_t part_size = strlen(part);
    if ((i > first && tokens->items[i].starts_cell) || size + part_size > wanted + slack ||
        size + part_size >= sizeof joined)
      break;
    memcpy(joined + size, part, part_size + 1);
    size += part_size;
    if (size + slack >= wanted && part_size > 0) {
      const double similarity = tc_fuzzy_similarity(joined, size, label, wanted);
      if (similarity > best || (!found && similarity >= best)) {
        best = similarity;
        *out = (tc_anchor){first, i + 1, SIZE_MAX, similarity, 0};
        found = true;
      }
    }
    if (tokens->items[i].colon)
      break;
  }
  return found;
}

typedef struct candidates {
  tc_anchor *items;
  size_t count, capacity;
} candidates;

static void candidates_finish(candidates *list) { free(list->items); }
TC_AUTO_VALUE(candidates, candidates_finish);

static bool push(candidates *list, tc_anchor candidate, tc_error *err)
{
  if (list->count == list->capacity) {
    size_t capacity = list->capacity == 0 ? 64 : list->capacity * 2;
    tc_anchor *items = realloc(list->items, capacity * sizeof *items);
    if (items == NULL)
      return tc_fail(err, TC_NO_MEMORY, "no memory for labels");
    list->items = items;
    list->capacity = capacity;
  }
  list->items[list->count++] = candidate;
  return true;
}

static bool has_digit(const char *text) { return strpbrk(text, "0123456789") != NULL; }

static bool begins_large(const char *text)
{
  uint32_t first = 0;
  return tc_text_next(&text, &first) && !tc_text_is_lower(first);
}

/* Short labels are everywhere in running text: they count where a form sets labels. */
static bool stands_as_label(const tc_tokens *tokens, const tc_anchor *candidate, size_t letters)
{
  const tc_token *first = &tokens->items[candidate->first];
  const tc_token *last = &tokens->items[candidate->end - 1];
  const bool starts =
      first->starts_cell || (candidate->first > 0 && tokens->items[candidate->first - 1].row == first->row &&
                             is_enumerator(tokens->items[candidate->first - 1].text));
  if (letters > SHORT_LABEL)
    return true;
  if (last->colon)
    return starts || letters > TINY_LABEL || begins_large(first->text);
  if (letters > TINY_LABEL)
    return starts;
  return starts && candidate->end < tokens->count && has_digit(tokens->items[candidate->end].text);
}

static bool try_labels(const tc_tokens *tokens, size_t first, const tc_label_set *labels, size_t field,
                       candidates *list, tc_error *err)
{
  tc_anchor best = {.score = -1};
  for (size_t i = 0; i < labels->count; i++) {
    tc_anchor found;
    const size_t letters = strlen(labels->folded[i]);
    if (!tc_label_match(tokens, first, labels->folded[i], &found) || !stands_as_label(tokens, &found, letters))
      continue;
    found.field = field;
    found.score = (double)letters * (2 * found.similarity - 1);
    found.score += tokens->items[found.end - 1].colon ? COLON_BONUS : 0;
    found.score += tokens->items[first].starts_cell ? START_BONUS : 0;
    if (found.score > best.score)
      best = found;
  }
  return best.score < 0 || push(list, best, err);
}

/* A phrase that ends values counts where a cell begins, or where a colon makes it a label. */
static bool try_stops(const tc_anchors *a, size_t first, const tc_label_set *labels, candidates *list, tc_error *err)
{
  const size_t before = list->count;
  if (!try_labels(a->tokens, first, labels, SIZE_MAX, list, err))
    return false;
  if (list->count > before && !a->tokens->items[first].starts_cell &&
      !a->tokens->items[list->items[before].end - 1].colon)
    list->count = before;
  return true;
}

static bool gather(const tc_anchors *a, candidates *list, tc_error *err)
{
  for (size_t t = 0; t < a->tokens->count; t++) {
    if (a->tokens->items[t].folded[0] == '\0')
      continue;
    for (size_t f = 0; f < a->type->field_count; f++)
      if (a->type->fields[f].find == TC_FIND_LABEL &&
          !try_labels(a->tokens, t, &a->type->fields[f].labels, f, list, err))
        return false;
    if (!try_stops(a, t, &a->type->stops, list, err) || !try_stops(a, t, &a->type->signature, list, err))
      return false;
  }
  return true;
}

/* ---- Choice ---- */

static bool overlaps(const tc_anchor *a, const tc_anchor *b) { return a->first < b->end && b->first < a->end; }

static bool is_free(const tc_anchors *a, const tc_anchor *candidate)
{
  for (size_t i = 0; i < a->chosen_count; i++)
    if (overlaps(&a->chosen[i], candidate))
      return false;
  return true;
}

const tc_anchor *tc_anchors_of(const tc_anchors *anchors, size_t field)
{
  for (size_t i = 0; i < anchors->chosen_count; i++)
    if (anchors->chosen[i].field == field && field != SIZE_MAX)
      return &anchors->chosen[i];
  return NULL;
}

static int by_score(const void *x, const void *y)
{
  const tc_anchor *a = x;
  const tc_anchor *b = y;
  if (a->score != b->score)
    return a->score > b->score ? -1 : 1;
  return a->first < b->first ? -1 : a->first > b->first ? 1 : 0;
}

static int by_place(const void *x, const void *y)
{
  const tc_anchor *a = x;
  const tc_anchor *b = y;
  return a->first < b->first ? -1 : a->first > b->first ? 1 : 0;
}

/* Best first: labels that one field has, and stops. A label that a longer one covers (whose field is located) goes. */
static void choose_unique(tc_anchors *a, const candidates *list)
{
  for (size_t i = 0; i < list->count; i++) {
    const tc_anchor *candidate = &list->items[i];
    const bool stop = candidate->field == SIZE_MAX;
    if (!stop && (!a->type->fields[candidate->field].unique || tc_anchors_of(a, candidate->field) != NULL))
      continue;
    if (is_free(a, candidate))
      a->chosen[a->chosen_count++] = *candidate;
  }
}

/* First token of a section: its first label that no other field has; SIZE_MAX where none was found. */
static size_t section_start(const tc_anchors *a, const char *section)
{
  size_t start = SIZE_MAX;
  for (size_t i = 0; i < a->chosen_count; i++) {
    const tc_anchor *anchor = &a->chosen[i];
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
  for (size_t f = 0; f < a->type->field_count; f++) {
    const char *other = a->type->fields[f].section;
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

/* Gives the shared labels of a section to its fields in form order: each field takes the best candidate behind the
   field before it and before the last chance of those behind it (a chain of highest score; earliest wins ties). */
static void choose_in_section(tc_anchors *a, const candidates *list, const char *section)
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
    const tc_anchor *best = NULL;
    for (size_t i = 0; i < list->count; i++) {
      const tc_anchor *c = &list->items[i];
      if (c->field != f || c->first < after || c->first >= end || !is_free(a, c) ||
          tc_anchors_column(a, &a->tokens->items[c->first]) != column)
        continue;
      /* the first place: a later one belongs to a later section; at one place the best match */
      const bool one_place = best != NULL && overlaps(c, best);
      if (best == NULL || (one_place ? c->score > best->score : c->first < best->first))
        best = c;
    }
    if (best != NULL) {
      a->chosen[a->chosen_count++] = *best;
      after = best->end;
    }
  }
}

static bool share_label(const tc_label_set *a, const tc_label_set *b)
{
  for (size_t i = 0; i < a->count; i++)
    for (size_t j = 0; j < b->count; j++)
      if (strcmp(a->folded[i], b->folded[j]) == 0)
        return true;
  return false;
}

/* Every section that has a field with one of this field's labels was found: the label can not be another section's. */
static bool is_bounded(const tc_anchors *a, size_t field)
{
  const tc_field_model *own = &a->type->fields[field];
  for (size_t f = 0; f < a->type->field_count; f++) {
    const tc_field_model *other = &a->type->fields[f];
    if (other->section[0] != '\0' && share_label(&own->labels, &other->labels) &&
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

static void mark_starts(tc_anchors *a, const candidates *list)
{
  for (size_t i = 0; i < list->count; i++)
    if (list->items[i].similarity >= LIKELY && a->tokens->items[list->items[i].end - 1].colon)
      a->is_start[list->items[i].first] = true;
  for (size_t i = 0; i < a->chosen_count; i++)
    a->is_start[a->chosen[i].first] = true;
  for (size_t i = 0; i + 1 < a->tokens->count; i++)
    if (a->is_start[i + 1] && a->tokens->items[i].row == a->tokens->items[i + 1].row &&
        is_enumerator(a->tokens->items[i].text))
      a->is_start[i] = true;
}

bool tc_anchors_create(const tc_paper_type *type, const tc_lines *lines, const tc_tokens *tokens, tc_anchors **out,
                       tc_error *err)
{
  tc_auto(tc_anchors) a = calloc(1, sizeof *a);
  tc_auto(candidates) list = {0};
  if (a == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for labels");
  a->type = type;
  a->lines = lines;
  a->tokens = tokens;
  if (!gather(a, &list, err))
    return false;
  a->chosen = calloc(list.count + 1, sizeof *a->chosen);
  a->is_start = calloc(tokens->count + 1, sizeof *a->is_start);
  if (a->chosen == NULL || a->is_start == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for labels");
  if (list.count > 0)
    qsort(list.items, list.count, sizeof *list.items, by_score);
  choose_unique(a, &list);
  find_band(a);
  for (size_t f = 0; f < type->field_count; f++) {
    bool first = true;
    for (size_t g = 0; g < f; g++)
      first = first && strcmp(type->fields[g].section, type->fields[f].section) != 0;
    if (first)
      choose_in_section(a, &list, type->fields[f].section);
  }
  doubt_unbounded(a);
  mark_starts(a, &list);
  if (a->chosen_count > 0)
    qsort(a->chosen, a->chosen_count, sizeof *a->chosen, by_place);
  *out = tc_steal(&a);
  return true;
}

static bool mark_is_there(const tc_tokens *tokens, const char *mark)
{
  tc_anchor ignored;
  for (size_t t = 0; t < tokens->count; t++)
    if (tokens->items[t].folded[0] != '\0' && tc_label_match(tokens, t, mark, &ignored))
      return true;
  return false;
}

double tc_anchors_support(const tc_anchors *anchors)
{
  const tc_paper_type *type = anchors->type;
  size_t wanted = type->marks.count;
  size_t found = 0;
  for (size_t i = 0; i < type->marks.count; i++)
    found += mark_is_there(anchors->tokens, type->marks.folded[i]) ? 1 : 0;
  for (size_t f = 0; f < type->field_count; f++)
    if (type->fields[f].find == TC_FIND_LABEL) {
      wanted++;
      found += tc_anchors_of(anchors, f) != NULL ? 1 : 0;
    }
  return wanted > 0 ? (double)found / (double)wanted : 0;
}
