#include "ocr/sections.h"

#include "base/text.h"
#include "ocr/fuzzy.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define COLON_BONUS 1.5
#define START_BONUS 1.0
#define HEADING 0.84 /* a heading bounds every field behind it: what only resembles one is none */
#define EXACT 0.999  /* letter by letter */
#define LIKELY 0.86  /* a candidate this similar ends a value even where it was not chosen */

enum { JOINED_MAX = 200, SHORT_LABEL = 5, TINY_LABEL = 3, TRANSLATION_WORDS = 5, MORE_WORDS = 4 };

void tc_anchors_destroy(tc_anchors *anchors)
{
  if (anchors == NULL)
    return;
  free(anchors->chosen);
  free(anchors->is_start);
  free(anchors);
}

/* ---- Candidates ---- */

bool tc_is_enumerator(const char *text)
{
  const size_t size = strlen(text);
  if (size < 2 || size > 5 || strchr(".)", text[size - 1]) == NULL)
    return false;
  return strspn(text, "0123456789") == size - 1 || strspn(text, "IVX") == size - 1 || tc_text_length(text) == 2;
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
      const double similarity = tc_fuzzy_similarity(joined, size, label, wanted, best);
      if (similarity > best || (!found && similarity >= best)) {
        best = similarity;
        *out = (tc_anchor){first, i + 1, SIZE_MAX, SIZE_MAX, similarity, 0};
        found = true;
      }
    }
    if (tokens->items[i].colon)
      break;
  }
  return found;
}

static void candidates_finish(tc_anchor_list *list) { free(list->items); }
typedef tc_anchor_list candidates;
TC_AUTO_VALUE(candidates, candidates_finish);

static bool push(tc_anchor_list *list, tc_anchor candidate, tc_error *err)
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

/* A cell begins here, or its enumerator stands before. */
static bool starts_thing(const tc_tokens *tokens, size_t at)
{
  const tc_token *token = &tokens->items[at];
  return token->starts_cell ||
         (at > 0 && tokens->items[at - 1].row == token->row && tc_is_enumerator(tokens->items[at - 1].text));
}

/* Short labels are everywhere in running text: they count where a form sets labels. */
static bool stands_as_label(const tc_tokens *tokens, const tc_anchor *candidate, size_t letters)
{
  const tc_token *first = &tokens->items[candidate->first];
  const tc_token *last = &tokens->items[candidate->end - 1];
  const bool starts = starts_thing(tokens, candidate->first);
  if (letters > SHORT_LABEL)
    return true;
  if (last->colon)
    return starts || letters > TINY_LABEL || begins_large(first->text);
  if (letters > TINY_LABEL)
    return starts;
  return starts && candidate->end < tokens->count && has_digit(tokens->items[candidate->end].text);
}

/* Words of a value that only resemble a label: nothing begins with them, and no colon ends them. */
static bool is_running_text(const tc_tokens *tokens, const tc_anchor *candidate)
{
  return candidate->similarity < LIKELY && !tokens->items[candidate->end - 1].colon &&
         !starts_thing(tokens, candidate->first);
}

static bool try_labels(const tc_tokens *tokens, size_t first, const tc_label_set *labels, size_t field,
                       tc_anchor_list *list, tc_error *err)
{
  tc_anchor best = {.score = -1};
  for (size_t i = 0; i < labels->count; i++) {
    tc_anchor found;
    const size_t letters = strlen(labels->folded[i]);
    if (!tc_label_match(tokens, first, labels->folded[i], &found) || !stands_as_label(tokens, &found, letters) ||
        is_running_text(tokens, &found))
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

/* A few letters that only resemble a phrase, and no colon behind them: any short word does. */
static bool is_chance(const tc_anchors *a, const tc_anchor *candidate)
{
  size_t letters = 0;
  for (size_t t = candidate->first; t < candidate->end; t++)
    letters += strlen(a->tokens->items[t].folded);
  return letters <= SHORT_LABEL && candidate->similarity < EXACT && !a->tokens->items[candidate->end - 1].colon;
}

/* A phrase that ends values counts where a cell begins, or where a colon makes it a label; in small letters it is words
   of a value that was wrapped there. */
static bool try_stops(const tc_anchors *a, size_t first, const tc_label_set *labels, tc_anchor_list *list,
                      tc_error *err)
{
  const size_t before = list->count;
  if (!try_labels(a->tokens, first, labels, SIZE_MAX, list, err))
    return false;
  const bool label = list->count > before && a->tokens->items[list->items[before].end - 1].colon;
  if (!begins_large(a->tokens->items[first].text) || (!label && !starts_thing(a->tokens, first)) ||
      (list->count > before && is_chance(a, &list->items[before])))
    list->count = before;
  return true;
}

/* A heading opens a section at a cell's start; it ends values like a stop. */
static bool try_headings(const tc_anchors *a, size_t first, tc_anchor_list *list, tc_error *err)
{
  for (size_t s = 0; s < a->type->section_count; s++) {
    const size_t before = list->count;
    if (!try_stops(a, first, &a->type->sections[s].headings, list, err))
      return false;
    if (list->count == before)
      continue;
    if (list->items[before].similarity < HEADING)
      list->count = before;
    else
      list->items[before].section = s;
  }
  return true;
}

static bool gather(const tc_anchors *a, tc_anchor_list *list, tc_error *err)
{
  for (size_t t = 0; t < a->tokens->count; t++) {
    if (a->tokens->items[t].folded[0] == '\0')
      continue;
    for (size_t f = 0; f < a->type->field_count; f++)
      if (a->type->fields[f].find == TC_FIND_LABEL &&
          !try_labels(a->tokens, t, &a->type->fields[f].labels, f, list, err))
        return false;
    if (!try_stops(a, t, &a->type->stops, list, err) || !try_stops(a, t, &a->type->signature, list, err) ||
        !try_headings(a, t, list, err))
      return false;
  }
  return true;
}

/* ---- Choice ---- */

bool tc_anchors_are_free(const tc_anchors *a, const tc_anchor *candidate)
{
  for (size_t i = 0; i < a->chosen_count; i++)
    if (tc_anchor_overlaps(&a->chosen[i], candidate))
      return false;
  return true;
}

const tc_anchor *tc_anchors_of(const tc_anchors *anchors, size_t field)
{
  if (field != SIZE_MAX && anchors->type->fields[field].at != SIZE_MAX)
    field = anchors->type->fields[field].at;
  for (size_t i = 0; i < anchors->chosen_count; i++)
    if (anchors->chosen[i].field == field && field != SIZE_MAX)
      return &anchors->chosen[i];
  return NULL;
}

size_t tc_anchors_labels(const tc_anchors *anchors, double y, size_t *above)
{
  size_t labels = 0;
  *above = 0;
  for (size_t i = 0; i < anchors->chosen_count; i++) {
    if (anchors->chosen[i].field == SIZE_MAX)
      continue;
    labels++;
    *above += anchors->tokens->items[anchors->chosen[i].first].box.y < y ? 1 : 0;
  }
  return labels;
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

/* A label that several fields share fits the candidate's tokens better: the candidates before it have higher scores. */
static bool is_outdone(const tc_anchors *a, const tc_anchor_list *list, size_t candidate)
{
  for (size_t i = 0; i < candidate; i++)
    if (list->items[i].field != SIZE_MAX && !a->type->fields[list->items[i].field].unique &&
        tc_anchor_overlaps(&list->items[i], &list->items[candidate]))
      return true;
  return false;
}

/* The field's label stands before it in the row, with its colon: these words are of its value. */
static bool follows_own_label(const tc_anchors *a, const tc_anchor_list *list, const tc_anchor *candidate)
{
  const tc_token *items = a->tokens->items;
  if (candidate->field == SIZE_MAX || items[candidate->end - 1].colon)
    return false;
  for (size_t i = 0; i < list->count; i++) {
    const tc_anchor *other = &list->items[i];
    if (other->field == candidate->field && other->end <= candidate->first && items[other->end - 1].colon &&
        other->similarity >= LIKELY && items[other->first].row == items[candidate->first].row)
      return true;
  }
  return false;
}

/* The same field has a label letter by letter in the candidate's last words: the words before it are a value's. */
static bool has_better_end(const tc_anchor_list *list, const tc_anchor *candidate)
{
  for (size_t i = 0; candidate->field != SIZE_MAX && i < list->count; i++) {
    const tc_anchor *other = &list->items[i];
    if (other->field == candidate->field && other->end == candidate->end && other->first > candidate->first &&
        other->similarity >= EXACT && candidate->similarity < EXACT)
      return true;
  }
  return false;
}

/* Best first: labels that one field has, and stops. A label that a longer one covers (whose field is located) goes. */
static void choose_unique(tc_anchors *a, const tc_anchor_list *list)
{
  for (size_t i = 0; i < list->count; i++) {
    const tc_anchor *candidate = &list->items[i];
    const bool stop = candidate->field == SIZE_MAX;
    if (!stop && (!a->type->fields[candidate->field].unique || tc_anchors_of(a, candidate->field) != NULL))
      continue;
    if (tc_anchors_are_free(a, candidate) && !(stop && is_outdone(a, list, i)) &&
        !follows_own_label(a, list, candidate) && !has_better_end(list, candidate))
      a->chosen[a->chosen_count++] = *candidate;
  }
}

static bool begins_small(const char *text)
{
  uint32_t first = 0;
  return tc_text_next(&text, &first) && tc_text_is_lower(first);
}

/* What stands between a label and its colon belongs to the label: its translation behind a stroke, a word in brackets,
   one more word ("number:"), some more in small letters. */
static void stretch_to_colon(tc_anchors *a)
{
  for (size_t i = 0; i < a->chosen_count; i++) {
    tc_anchor *anchor = &a->chosen[i];
    const tc_token *last = &a->tokens->items[anchor->end - 1];
    if (last->colon || anchor->end >= a->tokens->count)
      continue;
    const char *next = a->tokens->items[anchor->end].text;
    const bool translated = strchr("/(", next[0]) != NULL || strchr("/(", last->text[strlen(last->text) - 1]) != NULL;
    const size_t reach = translated ? TRANSLATION_WORDS : MORE_WORDS;
    for (size_t t = anchor->end; t < a->tokens->count && t < anchor->end + reach; t++) {
      const tc_token *token = &a->tokens->items[t];
      if (token->row != last->row || token->starts_cell || a->is_start[t] ||
          (!translated && t > anchor->end && !(begins_small(next) && begins_small(token->text))))
        break;
      if (token->colon) {
        anchor->end = t + 1;
        break;
      }
    }
  }
}

/* The words of a label that is located elsewhere, amid others: a value says them, and a stop behind it was read as a
   colon. */
static bool is_said_again(const tc_anchors *a, const tc_anchor *candidate)
{
  return candidate->field != SIZE_MAX && a->type->fields[candidate->field].unique &&
         tc_anchors_of(a, candidate->field) != NULL && !starts_thing(a->tokens, candidate->first) &&
         !begins_large(a->tokens->items[candidate->first].text);
}

/* What overlaps a label that was chosen fits it less well: one with the last word of the value before it. */
static void mark_starts(tc_anchors *a, const tc_anchor_list *list)
{
  for (size_t i = 0; i < list->count; i++)
    if (list->items[i].similarity >= LIKELY && a->tokens->items[list->items[i].end - 1].colon &&
        tc_anchors_are_free(a, &list->items[i]) && !is_said_again(a, &list->items[i]))
      a->is_start[list->items[i].first] = true;
  for (size_t i = 0; i < a->chosen_count; i++)
    a->is_start[a->chosen[i].first] = true;
  for (size_t i = 0; i + 1 < a->tokens->count; i++)
    if (a->is_start[i + 1] && a->tokens->items[i].row == a->tokens->items[i + 1].row &&
        tc_is_enumerator(a->tokens->items[i].text))
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
  tc_sections_choose(a, &list);
  mark_starts(a, &list);
  stretch_to_colon(a);
  if (a->chosen_count > 0)
    qsort(a->chosen, a->chosen_count, sizeof *a->chosen, by_place);
  *out = tc_steal(&a);
  return true;
}

bool tc_phrase_is_there(const tc_tokens *tokens, const char *mark)
{
  tc_anchor ignored;
  for (size_t t = 0; t < tokens->count; t++)
    if (tokens->items[t].folded[0] != '\0' && tc_label_match(tokens, t, mark, &ignored))
      return true;
  return false;
}
