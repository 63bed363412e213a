/*
 * A paper is known by its title and by its vocabulary: the labels and marks that are there, each counting the more the
 * fewer types have it. A title that can be read makes a type likely, vocabulary confirms it; a paper whose title is
 * lost (a seal over it, a pale or patterned head) is known by vocabulary alone, unless the title of another paper
 * stands above its labels: an application asks for what the certificate says. A type that has no title of its own (a
 * letter) is known by its vocabulary over all pages. What fits no type is `other`: no paper is forced into one.
 */
#include "ocr/find_type.h"

#include "ocr/classify.h"
#include "ocr/fuzzy.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define THRESHOLD 0.5
#define VOCABULARY 0.45    /* the share of a type's words, by rarity, that may stand for its title */
#define VOCABULARY_MIN 1.5 /* … of how many words that no other type has, at least */
#define CLEAR 0.85         /* more than any type reaches whose title is not there */
#define OWN_TITLE 0.74     /* similarity of a line to a part of the type's title */
#define ABOVE 0.34         /* the share of a page's labels that may stand above its title */

enum { TITLE_PAGES = 2, WORDS_MIN = 5 };

static const char other_type[] = "other"; /* the type without a title of its own */

/* What the first pages say about one type. */
typedef struct look {
  double title;   /* similarity of its title; 0: not there */
  double part;    /* the share of its title that a line of its own has, where there is no more */
  double avoided; /* … of a title that looks alike and is another paper's */
  bool foreign;   /* a line stands there that is the title of some other paper */
  double found;   /* rarities of its words that are there */
  double wanted;  /* … of all its words */
  size_t words;   /* how many are there */
  size_t labels;  /* … of them labels */
} look;

/* ---- Titles ---- */

/* The share of a title that the line is the beginning of, or the end: long titles are set in several lines; 0: none. */
static double part_of(const tc_label_set *titles, const char *folded, size_t size)
{
  double best = 0;
  for (size_t i = 0; i < titles->count; i++) {
    const char *title = titles->folded[i];
    const size_t whole = strlen(title);
    const size_t part = size < whole ? size : whole;
    if (tc_fuzzy_similarity(folded, size, title, part, OWN_TITLE) >= OWN_TITLE ||
        tc_fuzzy_similarity(folded, size, title + (whole - part), part, OWN_TITLE) >= OWN_TITLE)
      best = fmax(best, (double)part / (double)whole);
  }
  return best;
}

/* Of a line, the words from its first on that a language has: a stain, or the back of the page, adds others. */
static bool words_of_line(const tc_paper_types *types, const tc_tokens *tokens, size_t first, size_t end, tc_buf *out,
                          tc_error *err)
{
  size_t kept = end;
  while (kept > first && !tc_words_is_syllable(types->words, tokens->items[kept - 1].text))
    kept--;
  for (size_t t = first; t < kept; t++)
    if (!tc_buf_append_text(out, tokens->items[t].folded, err))
      return false;
  return true;
}

/* Titles stand above what they are the title of. */
static bool stands_above(const tc_anchors *anchors, double y)
{
  size_t above = 0;
  const size_t labels = tc_anchors_labels(anchors, y, &above);
  return (double)above <= ABOVE * (double)labels;
}

/* Lines above the labels that are a part of the type's title, or the title of some other paper. */
static bool look_at_lines(const tc_paper_types *types, const tc_anchors *anchors, look *out, tc_error *err)
{
  const tc_word_list *known = tc_words_list(types->words, "paper_titles");
  for (size_t t = 0, end = 0; t < anchors->tokens->count; t = end) {
    tc_auto(tc_buf) text = {0};
    tc_auto(tc_buf) folded = {0};
    tc_box box;
    bool is_title = false;
    if (!tc_classify_title_line(anchors, t, &end, &text, &box, &is_title, err))
      return false;
    if (!is_title || !stands_above(anchors, box.y))
      continue;
    if (!words_of_line(types, anchors->tokens, t, end, &folded, err))
      return false;
    const double part = part_of(&anchors->type->titles, tc_buf_text(&folded), folded.size);
    out->part = fmax(out->part, part);
    out->foreign = out->foreign || (part <= 0 && tc_word_list_starts_alike(known, tc_buf_text(&text)));
  }
  return true;
}

/* ---- Vocabulary ---- */

static void count_word(look *seen, double rarity, bool there)
{
  seen->wanted += rarity;
  seen->found += there ? rarity : 0;
  seen->words += there ? 1 : 0;
}

static void count_words(const tc_paper_type *type, tc_anchors *const *anchors, const tc_sheet *sheets, size_t count,
                        look *seen)
{
  for (size_t f = 0; f < type->field_count; f++) {
    bool there = false;
    for (size_t i = 0; i < count; i++)
      there = there || tc_anchors_of(anchors[i], f) != NULL;
    if (type->fields[f].find != TC_FIND_LABEL || type->fields[f].at != SIZE_MAX)
      continue;
    count_word(seen, type->fields[f].rarity, there);
    seen->labels += there ? 1 : 0;
  }
  for (size_t m = 0; m < type->marks.count; m++) {
    bool there = false;
    for (size_t i = 0; i < count; i++)
      there = there || tc_phrase_is_there(sheets[i].tokens, type->marks.folded[m]);
    count_word(seen, type->mark_rarities[m], there);
  }
}

static bool look_at_page(const tc_paper_types *types, const tc_paper_type *type, const tc_sheet *sheet,
                         tc_anchors **anchors, look *out, tc_error *err)
{
  tc_title title;
  tc_title avoided;
  if (!tc_classify_title(&type->titles, sheet->lines, sheet->tokens, &title, err) ||
      !tc_classify_title(&type->avoid, sheet->lines, sheet->tokens, &avoided, err) ||
      !tc_anchors_create(type, sheet->lines, sheet->tokens, anchors, err))
    return false;
  out->title = fmax(out->title, title.similarity);
  out->avoided = fmax(out->avoided, avoided.similarity);
  return title.found || look_at_lines(types, *anchors, out, err);
}

static bool look_at(const tc_paper_types *types, const tc_paper_type *type, const tc_sheet *sheets, size_t count,
                    look *out, tc_error *err)
{
  tc_anchors *anchors[TITLE_PAGES] = {NULL};
  const size_t pages = count < TITLE_PAGES ? count : TITLE_PAGES;
  bool ok = true;
  *out = (look){0};
  for (size_t i = 0; ok && i < pages; i++)
    ok = look_at_page(types, type, &sheets[i], &anchors[i], out, err);
  if (ok)
    count_words(type, anchors, sheets, pages, out);
  for (size_t i = 0; i < pages; i++)
    tc_anchors_destroy(anchors[i]);
  return ok;
}

/* `most`: the weight of words that any type has on these pages. What another type explains better is the other's. */
static double confidence_of(const look *seen, double most)
{
  const double support = seen->wanted > 0 ? seen->found / seen->wanted : 0;
  const double explained = most > 0 ? support * seen->found / most : 0;
  if (seen->avoided > 0 && seen->avoided >= seen->title)
    return 0;
  if (seen->title > 0)
    return fmin(1, 0.25 + 0.45 * seen->title + 0.6 * explained);
  const bool known =
      support >= VOCABULARY && seen->found >= VOCABULARY_MIN && seen->words >= WORDS_MIN && !seen->foreign;
  return known ? fmin(0.97, 0.4 + 0.6 * explained + 0.2 * seen->part) : 0;
}

/* ---- Letters ---- */

static size_t labels_of(const tc_paper_type *type)
{
  size_t count = 0;
  for (size_t f = 0; f < type->field_count; f++)
    count += type->fields[f].find == TC_FIND_LABEL ? 1 : 0;
  return count;
}

/* Required phrases, and how many of those and of the marks are there over all pages: a letter's end may stand on its
   second page. */
static bool phrases_of(const tc_paper_type *type, const tc_sheet *sheets, size_t count, size_t *found)
{
  const size_t words = type->marks.count + type->required.count;
  for (size_t word = 0; word < words; word++) {
    const bool required = word < type->required.count;
    const char *phrase = required ? type->required.folded[word] : type->marks.folded[word - type->required.count];
    bool there = false;
    for (size_t i = 0; i < count && !there; i++)
      there = tc_phrase_is_there(sheets[i].tokens, phrase);
    if (required && !there)
      return false;
    *found += there ? 1 : 0;
  }
  return true;
}

static bool try_untitled(const tc_paper_types *types, const tc_paper_type *type, const tc_sheet *sheets, size_t count,
                         double *confidence, tc_error *err)
{
  size_t found = 0;
  look seen;
  if (!phrases_of(type, sheets, count, &found))
    return true;
  if (!look_at(types, type, sheets, count, &seen, err))
    return false;
  if (seen.foreign || seen.avoided > 0)
    return true;
  const size_t all = type->marks.count + type->required.count + labels_of(type);
  *confidence = (double)(found + seen.labels) / (double)all;
  return true;
}

/* ---- Choice ---- */

/* What speaks for each type; and the best. */
typedef struct choice {
  look *looks; /* one a type */
  bool *tried;
  const tc_paper_type *type;
  double confidence;
} choice;

static void choice_finish(choice *c)
{
  free(c->looks);
  free(c->tried);
}
TC_AUTO_VALUE(choice, choice_finish);

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

static void choose(const tc_paper_types *types, choice *c)
{
  double most = 0;
  for (size_t i = 0; i < types->count; i++)
    most = fmax(most, c->tried[i] ? c->looks[i].found : 0);
  for (size_t i = 0; i < types->count; i++) {
    const double confidence = c->tried[i] ? confidence_of(&c->looks[i], most) : 0;
    if (confidence > c->confidence) {
      c->type = types->types[i];
      c->confidence = confidence;
    }
  }
}

/* One of its titles goes on where another's ends: what was read may be half of it. */
static bool contains_title(const tc_paper_type *type, const tc_paper_type *shorter)
{
  for (size_t i = 0; i < type->titles.count; i++)
    for (size_t j = 0; j < shorter->titles.count; j++)
      if (strstr(type->titles.folded[i], shorter->titles.folded[j]) != NULL)
        return true;
  return false;
}

static bool may_be_halved(const tc_paper_types *types, const choice *c, const tc_paper_type *type)
{
  for (size_t i = 0; i < types->count; i++)
    if (c->tried[i] && types->types[i] != type && contains_title(type, types->types[i]))
      return true;
  return false;
}

/* Types whose title is there, then those of which half a title may be there, then all others. */
static bool try_types(const tc_paper_types *types, const tc_sheet *sheets, size_t count, int round, choice *c,
                      tc_error *err)
{
  for (size_t i = 0; i < types->count; i++) {
    const tc_paper_type *type = types->types[i];
    bool shows = round > 1 || (round == 1 && may_be_halved(types, c, type));
    if (c->tried[i] || type->titles.count == 0)
      continue;
    if (round == 0 && !shows_title(type, sheets, count, &shows, err))
      return false;
    if (!shows)
      continue;
    c->tried[i] = true;
    if (!look_at(types, type, sheets, count, &c->looks[i], err))
      return false;
  }
  c->confidence = 0;
  choose(types, c);
  return true;
}

static bool try_letters(const tc_paper_types *types, const tc_sheet *sheets, size_t count, choice *c, tc_error *err)
{
  for (size_t i = 0; i < types->count; i++) {
    double confidence = 0;
    if (types->types[i]->untitled && !try_untitled(types, types->types[i], sheets, count, &confidence, err))
      return false;
    if (confidence > c->confidence) {
      c->type = types->types[i];
      c->confidence = confidence;
    }
  }
  return true;
}

/* Types whose title is there come first: where one of them is clear, the words of the others need not be looked for. */
bool tc_find_type(const tc_paper_types *types, const tc_sheet *sheets, size_t sheet_count, const tc_paper_type **out,
                  double *confidence, tc_error *err)
{
  tc_auto(choice) c = {calloc(types->count, sizeof(look)), calloc(types->count, sizeof(bool)), NULL, 0};
  if (c.looks == NULL || c.tried == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for paper types");
  if (!try_types(types, sheets, sheet_count, 0, &c, err) || !try_types(types, sheets, sheet_count, 1, &c, err))
    return false;
  if (c.confidence < CLEAR &&
      (!try_types(types, sheets, sheet_count, 2, &c, err) || !try_letters(types, sheets, sheet_count, &c, err)))
    return false;
  if (c.confidence < THRESHOLD) {
    c.type = tc_paper_types_find(types, other_type);
    c.confidence = 1 - c.confidence;
  }
  if (c.type == NULL)
    return tc_fail(err, TC_CONFIG, "the paper type '%s' is missing", other_type);
  *out = c.type;
  *confidence = c.confidence;
  return true;
}
