#include "ocr/combine.h"

#include "base/text.h"
#include "ocr/align.h"
#include "ocr/candidates.h"
#include "ocr/settle.h"
#include "ocr/word_choice.h"

#include <math.h>
#include <string.h>

#define SAME_PRINT 0.5 /* similarity of the first two readings */
#define CERTAIN 0.94   /* the engine's confidence in a word */
#define LIKELY 0.75    /* … that a settled dispute leaves for the whole */
#define HOPELESS                                                                                          \
  10.0 /* a candidate that nobody read, and the second reader holds e¹⁰ times less likely than another \
        */

/* The value in the making: its words by now, and what each reader has in their places. */
typedef struct making {
  const tc_words *words;
  const tc_slot *slot;
  const tc_others *others;
  tc_aligned now; /* the first reading's own words, replaced one by one */
  tc_aligned second, third;
  size_t starts[TC_ALIGN_WORDS_MAX], ends[TC_ALIGN_WORDS_MAX]; /* bytes of the first reading */
} making;

static void making_finish(making *m)
{
  tc_aligned_finish(&m->now);
  tc_aligned_finish(&m->second);
  tc_aligned_finish(&m->third);
}
TC_AUTO_VALUE(making, making_finish);

static void find_words(making *m)
{
  const char *text = tc_buf_text(&m->slot->printed);
  const char *at = text;
  for (size_t i = 0; i < m->now.count; i++) {
    at += strspn(at, " ");
    m->starts[i] = (size_t)(at - text);
    at += strcspn(at, " ");
    m->ends[i] = (size_t)(at - text);
  }
}

/* ---- The second reader's opinion ---- */

/* What it was shown with the word in it; NULL: it was not shown. */
static const tc_seen_part *part_of(const making *m, size_t word)
{
  const tc_seen *seen = m->others->seen;
  for (size_t i = 0; seen != NULL && i < seen->part_count; i++)
    if (m->starts[word] >= seen->parts[i].from && m->ends[word] <= seen->parts[i].to)
      return &seen->parts[i];
  return NULL;
}

/* The part's text with the candidate in the word's place. */
static bool text_with(const making *m, const tc_seen_part *part, size_t word, const char *candidate, tc_buf *out,
                      tc_error *err)
{
  for (size_t i = 0; i < m->now.count; i++) {
    const char *text = i == word ? candidate : m->now.spans[i];
    if (m->starts[i] < part->from || m->ends[i] > part->to || text[0] == '\0')
      continue;
    if ((out->size > 0 && !tc_buf_append_text(out, " ", err)) || !tc_buf_append_text(out, text, err))
      return false;
  }
  return true;
}

static bool same_but_for_case(const char *a, const char *b, bool *same, tc_error *err)
{
  tc_auto(tc_str) left = NULL;
  tc_auto(tc_str) right = NULL;
  if (!tc_text_lower(a, &left, err) || !tc_text_lower(b, &right, err))
    return false;
  *same = strcmp(left, right) == 0;
  return true;
}

/* Capitals it tells badly: candidates that differ in nothing else are as likely as the likeliest of them. */
static bool forget_case(const tc_candidates *candidates, double *likely, tc_error *err)
{
  for (size_t i = 0; i < candidates->count; i++)
    for (size_t j = 0; j < candidates->count; j++) {
      bool same = false;
      if (likely[j] <= likely[i])
        continue;
      if (!same_but_for_case(candidates->texts[i], candidates->texts[j], &same, err))
        return false;
      likely[i] = same ? likely[j] : likely[i];
    }
  return true;
}

/* How much less likely than the best of them it holds each candidate. */
static bool ask_reader(const making *m, size_t word, const tc_candidates *candidates, double *out, tc_error *err)
{
  const tc_seen_part *part = part_of(m, word);
  double best = -INFINITY;
  for (size_t i = 0; i < candidates->count; i++) {
    tc_auto(tc_buf) text = {0};
    out[i] = 0;
    if (part != NULL && (!text_with(m, part, word, candidates->texts[i], &text, err) ||
                         !tc_posterior_best_way(part->posterior, tc_buf_text(&text), &out[i], err)))
      return false;
    best = fmax(best, out[i]);
  }
  for (size_t i = 0; i < candidates->count; i++)
    out[i] = best > -INFINITY ? out[i] - best : 0;
  return forget_case(candidates, out, err);
}

/* ---- One word ---- */

static bool bare_word(const making *m, size_t word, char **out, tc_error *err)
{
  return tc_word_bare(word < m->now.count ? m->now.spans[word] : "", out, err);
}

/* What the word was chosen from: for bench/reading/fit-words. */
static bool record(const making *m, size_t word, const tc_candidates *candidates,
                   double features[][TC_WORD_FEATURE_COUNT], tc_error *err)
{
  tc_json *row = tc_json_object();
  tc_json *list = tc_json_array();
  bool ok = tc_json_set_integer(row, "from", (long long)m->starts[word]) &&
            tc_json_set_integer(row, "to", (long long)m->ends[word]);
  for (size_t i = 0; i < candidates->count; i++) {
    tc_json *candidate = tc_json_object();
    tc_json *numbers = tc_json_object();
    ok = tc_json_set_text(candidate, "text", candidates->texts[i]) && ok;
    for (tc_word_feature f = 0; f < TC_WORD_FEATURE_COUNT; f++)
      if (features[i][f] != 0)
        ok = tc_json_set_number(numbers, tc_word_feature_name(f), round(features[i][f] * 1e3) / 1e3) && ok;
    ok = tc_json_set(candidate, "features", numbers) && ok;
    ok = tc_json_append(list, candidate) && ok;
  }
  ok = tc_json_set(row, "candidates", list) && ok;
  return (tc_json_append(m->others->choices, row) && ok) || tc_fail(err, TC_NO_MEMORY, "no memory for choices");
}

/* The likeliest candidate, and how likely it is among them. */
static bool choose(const making *m, const tc_word_place *place, size_t word, const tc_candidates *candidates,
                   size_t *best, double *likely, tc_error *err)
{
  double reader[TC_CANDIDATES_MAX];
  double features[TC_CANDIDATES_MAX][TC_WORD_FEATURE_COUNT];
  double scores[TC_CANDIDATES_MAX];
  double sum = 0;
  if (!ask_reader(m, word, candidates, reader, err))
    return false;
  *best = 0;
  for (size_t i = 0; i < candidates->count; i++) {
    if (!tc_word_features(place, candidates->texts[i], reader[i], features[i], err))
      return false;
    const bool hopeless = i >= candidates->read && reader[i] < -HOPELESS;
    scores[i] = hopeless ? -INFINITY : tc_word_score(features[i]);
    *best = scores[i] > scores[*best] ? i : *best;
  }
  for (size_t i = 0; i < candidates->count; i++)
    sum += exp(scores[i] - scores[*best]);
  *likely = 1 / sum;
  return m->others->choices == NULL || record(m, word, candidates, features, err);
}

/* A dash between blanks is what the second reader never sees; the engine saw it every time. */
static bool is_dash(const char *const *readings)
{
  return (strcmp(readings[0], "-") == 0 || strcmp(readings[0], "\u2013") == 0) && readings[1][0] == '\0' &&
         (readings[2] == NULL || strcmp(readings[2], readings[0]) == 0);
}

static bool decide(making *m, size_t word, double *likely, tc_error *err)
{
  const char *third = m->third.count > 0 ? m->third.spans[word] : NULL;
  const char *readings[] = {m->now.spans[word], m->second.spans[word], third};
  tc_auto(tc_candidates) candidates = {.count = 0};
  tc_auto(tc_str) before = NULL;
  tc_auto(tc_str) behind = NULL;
  size_t best = 0;
  *likely = 1;
  if (is_dash(readings) ||
      (strcmp(readings[0], readings[1]) == 0 && (third == NULL || strcmp(readings[0], third) == 0)))
    return true;
  tc_word_place place = {.words = m->words,
                         .first = readings[0],
                         .second = readings[1],
                         .third = third,
                         .confidence = tc_slot_confidence(m->slot, m->starts[word], m->ends[word]),
                         .name = strcmp(m->others->kind, "name") == 0,
                         .address = strcmp(m->others->kind, "place") == 0 || strcmp(m->others->kind, "id_paper") == 0,
                         .edge = word == 0 || word + 1 == m->now.count};
  if (!tc_candidates_make(m->words, readings, third != NULL ? 3 : 2, place.confidence < CERTAIN, &candidates, err) ||
      (word > 0 && !bare_word(m, word - 1, &before, err)) || !bare_word(m, word + 1, &behind, err))
    return false;
  place.before = before != NULL ? before : "";
  place.behind = behind;
  if (!choose(m, &place, word, &candidates, &best, likely, err))
    return false;
  char *chosen = candidates.texts[best];
  candidates.texts[best] = m->now.spans[word];
  m->now.spans[word] = chosen;
  return true;
}

bool tc_combine(const tc_words *words, const tc_slot *slot, const tc_others *others, tc_combined *out, tc_error *err)
{
  const char *first = tc_buf_text(&slot->printed);
  tc_auto(making) m = {.words = words, .slot = slot, .others = others};
  tc_auto(tc_aligned) read = {.count = 0};
  if (!tc_align(first, first, &m.now, err) || !tc_align(first, first, &read, err) ||
      !tc_align(first, others->second, &m.second, err) ||
      (others->third != NULL && !tc_align(first, others->third, &m.third, err)))
    return false;
  if (m.second.count == 0 || m.second.similarity < SAME_PRINT)
    return true;
  find_words(&m);
  out->likely = 1;
  for (size_t i = 0; i < m.now.count; i++) {
    double likely = 1;
    if (!decide(&m, i, &likely, err))
      return false;
    out->likely *= likely;
  }
  for (size_t i = 0; i < m.now.count; i++)
    if (m.now.spans[i][0] != '\0' && ((out->text.size > 0 && !tc_buf_append_text(&out->text, " ", err)) ||
                                      !tc_buf_append_text(&out->text, m.now.spans[i], err)))
      return false;
  if (!tc_settle(words, others->kind, &m.now, &read, &m.second, &out->settled, err))
    return false;
  out->settled = out->settled && out->likely >= LIKELY;
  return true;
}
