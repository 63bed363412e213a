/*
 * A paper is known by its title; the share of the type's labels and marks that is there confirms it. Without a title
 * that can be read, a type needs most of its vocabulary, and a page that bears the title of another paper is another
 * paper. A type that has no title of its own (a letter) is known by its vocabulary over all pages, where no page has a
 * title. What fits no type is `other`: no paper is forced into one.
 */
#include "ocr/find_type.h"

#include "ocr/classify.h"
#include "ocr/fuzzy.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define THRESHOLD 0.5
#define VOCABULARY 0.55 /* the share of a type's words that may stand for its title */
#define CLEAR 0.85      /* more than any type reaches whose title is not there */
#define REMAINS 0.45    /* similarity of a title of which something is left */

enum { TITLE_PAGES = 2, LABELS_MIN = 5 };

static const char other_type[] = "other"; /* the type without a title of its own */

/* What one page says about one type. */
typedef struct look {
  tc_title title;
  bool foreign;     /* the title of another paper stands there */
  double support;   /* 0 … 1 */
  size_t labels;    /* located */
  bool other_title; /* a title that resembles none of the type's */
} look;

static double title_similarity(const tc_label_set *titles, const tc_tokens *tokens, const tc_title *title)
{
  tc_auto(tc_buf) folded = {0};
  double best = 0;
  for (size_t t = title->first; t < title->end; t++)
    if (!tc_buf_append_text(&folded, tokens->items[t].folded, NULL))
      return 0;
  for (size_t i = 0; i < titles->count; i++)
    best = fmax(best, tc_fuzzy_similarity(tc_buf_text(&folded), folded.size, titles->folded[i],
                                          strlen(titles->folded[i]), REMAINS));
  return best;
}

static bool look_at(const tc_paper_type *type, const tc_sheet *sheet, look *out, tc_error *err)
{
  tc_title foreign;
  tc_title any;
  tc_auto(tc_anchors) anchors = NULL;
  *out = (look){0};
  if (!tc_classify_title(&type->titles, sheet->lines, sheet->tokens, &out->title, err) ||
      !tc_classify_title(&type->avoid, sheet->lines, sheet->tokens, &foreign, err) ||
      !tc_anchors_create(type, sheet->lines, sheet->tokens, &anchors, err) ||
      !tc_classify_any_title(anchors, &any, err))
    return false;
  out->foreign = foreign.found && foreign.similarity >= out->title.similarity;
  out->support = tc_anchors_support(anchors);
  for (size_t f = 0; f < type->field_count; f++)
    out->labels += tc_anchors_of(anchors, f) != NULL ? 1 : 0;
  out->other_title = any.found && title_similarity(&type->titles, sheet->tokens, &any) < REMAINS;
  return true;
}

static double confidence_of(const look *seen)
{
  if (seen->foreign)
    return 0;
  if (seen->title.found)
    return tc_classify_confidence(&seen->title, seen->support);
  const bool known = seen->support >= VOCABULARY && seen->labels >= LABELS_MIN && !seen->other_title;
  return known ? 0.3 + 0.5 * seen->support : fmin(0.4, 0.5 * seen->support);
}

static bool try_titled(const tc_paper_type *type, const tc_sheet *sheets, size_t count, double *confidence,
                       tc_error *err)
{
  for (size_t i = 0; i < count && i < TITLE_PAGES; i++) {
    look seen;
    if (!look_at(type, &sheets[i], &seen, err))
      return false;
    *confidence = fmax(*confidence, confidence_of(&seen));
  }
  return true;
}

static size_t labels_of(const tc_paper_type *type)
{
  size_t count = 0;
  for (size_t f = 0; f < type->field_count; f++)
    count += type->fields[f].find == TC_FIND_LABEL ? 1 : 0;
  return count;
}

/* The vocabulary of all pages together: a letter's end may stand on its second page. */
static bool try_untitled(const tc_paper_type *type, const tc_sheet *sheets, size_t count, double *confidence,
                         tc_error *err)
{
  const size_t words = type->marks.count + type->required.count;
  size_t labels = 0;
  double found = 0;
  for (size_t word = 0; word < words; word++) {
    const bool required = word < type->required.count;
    const char *phrase = required ? type->required.folded[word] : type->marks.folded[word - type->required.count];
    bool there = false;
    for (size_t i = 0; i < count && !there; i++)
      there = tc_phrase_is_there(sheets[i].tokens, phrase);
    if (required && !there)
      return true;
    found += there ? 1 : 0;
  }
  for (size_t i = 0; i < count && i < TITLE_PAGES; i++) {
    look seen;
    if (!look_at(type, &sheets[i], &seen, err))
      return false;
    if (seen.foreign || (i == 0 && seen.other_title))
      return true;
    labels = seen.labels > labels ? seen.labels : labels;
  }
  *confidence = (found + (double)labels) / (double)(words + labels_of(type));
  return true;
}

/* The most likely of the types of one sort. */
typedef struct likely {
  const tc_paper_type *type;
  double confidence;
} likely;

static bool try_type(const tc_paper_type *type, const tc_sheet *sheets, size_t count, likely *best, tc_error *err)
{
  double found = 0;
  if (!(type->untitled ? try_untitled : try_titled)(type, sheets, count, &found, err))
    return false;
  if (found > best->confidence)
    *best = (likely){type, found};
  return true;
}

/* Its title stands on one of the first pages. */
static bool shows_title(const tc_paper_type *type, const tc_sheet *sheets, size_t count, bool *out, tc_error *err)
{
  *out = false;
  for (size_t i = 0; i < count && i < TITLE_PAGES && !*out; i++) {
    tc_title title;
    if (!tc_classify_title(&type->titles, sheets[i].lines, sheets[i].tokens, &title, err))
      return false;
    *out = title.found;
  }
  return true;
}

/* Types whose title is there come first: where one of them is clear, the words of the others need not be looked for. */
bool tc_find_type(const tc_paper_types *types, const tc_sheet *sheets, size_t sheet_count, const tc_paper_type **out,
                  double *confidence, tc_error *err)
{
  likely best = {0};
  for (int titled = 1; titled >= 0 && best.confidence < CLEAR; titled--)
    for (size_t i = 0; i < types->count; i++) {
      const tc_paper_type *type = types->types[i];
      bool shows = false;
      if ((type->titles.count == 0 && !type->untitled) ||
          (!type->untitled && !shows_title(type, sheets, sheet_count, &shows, err)))
        continue;
      if (shows == (titled == 1) && !try_type(type, sheets, sheet_count, &best, err))
        return false;
    }
  if (best.confidence < THRESHOLD)
    best = (likely){tc_paper_types_find(types, other_type), 1 - best.confidence};
  if (best.type == NULL)
    return tc_fail(err, TC_CONFIG, "the paper type '%s' is missing", other_type);
  *out = best.type;
  *confidence = best.confidence;
  return true;
}
