/*
 * Values that are known by how they look rather than by a label beside them: a line that begins with certain words
 * ("University of …"), words that match a pattern (a serial number alone in a corner), the machine-readable lines of a
 * card.
 */
#include "base/text.h"
#include "ocr/fuzzy.h"
#include "ocr/runs.h"

#include <math.h>
#include <string.h>

#define SAME_AXIS \
  2.5 /* heights: a line below goes on with the one above where their middles or their starts agree so far */
#define NEXT_LINE 2.4 /* heights between two lines of one value */
#define CLIPPED 0.5   /* similarity of half a label */

enum {
  SHORT_LABEL = 5,
  PATTERN_WORDS = 5,
  MRZ_LINES = 3,
  MRZ_PARTS = 6,
  MRZ_SHORT = 24,
  MRZ_LONG = 36,
  MRZ_ODD = 3,
  TEXT_MAX = 200,
  FOREIGN_LETTERS = 8,
  CLIPPED_LABEL = 2,
  FRACTION_STROKE = 0x2044
};

/* ---- A line that begins with certain words ---- */

/* A label of two letters about a stroke ("c/o") that lost the second one: a letter and a stroke alone. */
static bool is_clipped(const tc_token *token, const char *label)
{
  const char *at = token->text;
  uint32_t sign = 0;
  return strlen(label) == CLIPPED_LABEL && strlen(token->folded) == 1 && token->folded[0] == label[0] &&
         tc_text_next(&at, &sign) && tc_text_is_letter(sign) && tc_text_next(&at, &sign) &&
         (sign == '/' || sign == FRACTION_STROKE);
}

/* The label's place in the run, run->count where it is not there: short ones only where something begins. */
static size_t label_in_run(const tc_page_view *view, const tc_run *run, const tc_label_set *labels, double *similarity)
{
  tc_anchor found;
  *similarity = 0;
  for (size_t i = 0; i < run->count; i++) {
    const tc_token *before = i > 0 ? &view->tokens->items[run->tokens[i - 1]] : NULL;
    const bool begins = before == NULL || before->colon || tc_is_enumerator(before->text);
    for (size_t l = 0; l < labels->count; l++)
      if ((begins || strlen(labels->folded[l]) > SHORT_LABEL) &&
          tc_label_match(view->tokens, run->tokens[i], labels->folded[l], &found))
        *similarity = fmax(*similarity, found.similarity);
      else if (i == 0 && is_clipped(&view->tokens->items[run->tokens[0]], labels->folded[l]))
        *similarity = fmax(*similarity, CLIPPED);
    if (*similarity > 0)
      return i;
  }
  return run->count;
}

/* Keeps the run's tokens from `at` up to the next label. */
static void keep_from(const tc_page_view *view, size_t at, tc_run *run)
{
  memmove(run->tokens, run->tokens + at, (run->count - at) * sizeof *run->tokens);
  run->count -= at;
  for (size_t i = 1; i < run->count; i++)
    if (view->anchors->is_start[run->tokens[i]])
      run->count = i;
}

static bool is_upper_run(const tc_page_view *view, const tc_run *run, bool *out, tc_error *err)
{
  tc_auto(tc_buf) text = {0};
  if (!tc_run_text(view, run, &text, err))
    return false;
  *out = tc_is_upper_text(tc_buf_text(&text));
  return true;
}

/* Words of ours alone. */
static bool is_of_syllables(const tc_page_view *view, const tc_run *run)
{
  for (size_t i = 0; i < run->count; i++)
    if (!tc_words_is_syllable(view->types->words, view->tokens->items[run->tokens[i]].text))
      return false;
  return true;
}

/* A letter beyond the plain alphabet: a line without one under a line with some is its translation, unless it happens
   to have none in words of ours. */
static bool has_marks(const tc_page_view *view, const tc_run *run)
{
  for (size_t i = 0; i < run->count; i++)
    for (const char *at = view->tokens->items[run->tokens[i]].text; *at != '\0'; at++)
      if ((unsigned char)*at >= 0x80)
        return true;
  return false;
}

/* A plain word longer than any syllable: another language's. */
static bool is_foreign(const tc_page_view *view, const tc_run *run)
{
  for (size_t i = 0; i < run->count; i++)
    if (strspn(view->tokens->items[run->tokens[i]].text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") >=
        FOREIGN_LETTERS)
      return true;
  return false;
}

/* The line below goes on: the same case, centred under it or beginning below its start, and no label. */
static bool goes_on(const tc_page_view *view, const tc_run *above, const tc_run *run, bool *out, tc_error *err)
{
  bool upper_above = false;
  bool upper = false;
  const double height = view->lines->height;
  const double step = run->box.y + run->box.height / 2 - above->box.y - above->box.height / 2;
  const bool aligned = fabs(tc_run_middle(run) - tc_run_middle(above)) < SAME_AXIS * height ||
                       fabs(run->box.x - above->box.x) < SAME_AXIS * height;
  *out = false;
  if (step <= 0 || step > NEXT_LINE * height || !aligned || view->anchors->is_start[run->tokens[0]])
    return true;
  if (!is_upper_run(view, above, &upper_above, err) || !is_upper_run(view, run, &upper, err))
    return false;
  *out = upper == upper_above && (!has_marks(view, above) || has_marks(view, run) || is_of_syllables(view, run)) &&
         (is_foreign(view, above) || !is_foreign(view, run));
  return true;
}

bool tc_slot_find_line(const tc_page_view *view, const tc_field_model *field, tc_slot *slot, tc_error *err)
{
  tc_run run;
  tc_run last = {0};
  int lines = 0;
  double similarity = 0;
  for (size_t t = 0; t < view->tokens->count && lines < field->lines;) {
    bool more = false;
    t = tc_run_of_cell(view, t, &run);
    if (lines == 0) {
      const size_t at = label_in_run(view, &run, &field->labels, &similarity);
      more = at < run.count;
      keep_from(view, at, &run);
    } else if (run.box.y > last.box.y + (NEXT_LINE + 1) * view->lines->height) {
      break;
    } else if (!goes_on(view, &last, &run, &more, err)) {
      return false;
    }
    if (!more)
      continue;
    if (!tc_run_add(view, &run, slot, err))
      return false;
    last = run;
    lines++;
  }
  /* the label is a part of the value: a letter that it lacks, the value lacks */
  if (lines > 0 && similarity < 1)
    slot->place_confidence = fmin(slot->place_confidence, TC_RUN_LOST_WORDS);
  return true;
}

/* ---- Words that match a pattern ---- */

/* But for the specks about it. */
static bool matches(const tc_pattern *pattern, const char *text, bool *out, tc_error *err)
{
  tc_auto(tc_str) trimmed = NULL;
  if (!tc_slot_trim(text, &trimmed, err))
    return false;
  *out = tc_pattern_matches(pattern, trimmed);
  return true;
}

static bool find_words(const tc_page_view *view, const tc_pattern *pattern, tc_slot *slot, tc_error *err)
{
  const tc_tokens *tokens = view->tokens;
  for (size_t first = 0; first < tokens->count; first++) {
    tc_run run = {0};
    tc_auto(tc_buf) text = {0};
    for (size_t t = first;
         t < tokens->count && run.count < PATTERN_WORDS && tokens->items[t].row == tokens->items[first].row; t++) {
      if ((run.count > 0 && (tokens->items[t].starts_cell || !tc_buf_append_text(&text, " ", err))) ||
          !tc_buf_append_text(&text, tokens->items[t].text, err))
        break;
      run.tokens[run.count++] = t;
      bool found = false;
      if (!matches(pattern, tc_buf_text(&text), &found, err))
        return false;
      if (found)
        return tc_run_add(view, &run, slot, err);
    }
  }
  return true;
}

/* Where nothing matches, what may be a misread one: another reading of its place tells. */
bool tc_slot_find_pattern(const tc_page_view *view, const tc_field_model *field, tc_slot *slot, tc_error *err)
{
  return find_words(view, field->pattern, slot, err) &&
         (slot->found || field->near == NULL || find_words(view, field->near, slot, err));
}

/* ---- Machine-readable lines ---- */

/* The letters of a row without blanks; guillemets are two fillers each, as recognition sees them. */
static bool row_letters(const tc_page_view *view, const tc_run *run, tc_buf *out, tc_error *err)
{
  for (size_t i = 0; i < run->count; i++) {
    const char *at = view->tokens->items[run->tokens[i]].text;
    uint32_t codepoint = 0;
    while (tc_text_next(&at, &codepoint)) {
      const bool filler = codepoint == 0xAB || codepoint == 0x2039;
      if (!(filler ? tc_buf_append_text(out, codepoint == 0xAB ? "<<" : "<", err)
                   : tc_text_append(out, codepoint, err)))
        return false;
    }
  }
  return true;
}

/* But for a few signs: it was read by a model of ordinary print. */
static bool looks_like_mrz(const char *text)
{
  size_t size = 0;
  size_t machine = 0;
  uint32_t sign = 0;
  for (const char *at = text; tc_text_next(&at, &sign); size++)
    machine += sign < 0x80 && strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<", (int)sign) != NULL ? 1 : 0;
  return size >= MRZ_SHORT && size <= MRZ_LONG && machine + MRZ_ODD >= size &&
         (strchr(text, '<') != NULL || strpbrk(text, "0123456789") != NULL);
}

/* The tokens from `first` on that together look like a machine-readable line: one, or parts with gaps. */
static bool mrz_run(const tc_page_view *view, size_t first, tc_run *run, bool *found, tc_error *err)
{
  const tc_tokens *tokens = view->tokens;
  *run = (tc_run){0};
  *found = false;
  for (size_t t = first; t < tokens->count && tokens->items[t].row == tokens->items[first].row; t++) {
    tc_auto(tc_buf) text = {0};
    const bool fillers = strspn(tokens->items[t].text, "<") == strlen(tokens->items[t].text);
    if (run->count == MRZ_PARTS || (*found && !fillers))
      break;
    run->tokens[run->count++] = t;
    if (!row_letters(view, run, &text, err))
      return false;
    *found = *found || looks_like_mrz(tc_buf_text(&text));
  }
  return true;
}

static bool take_mrz(const tc_page_view *view, const tc_run *lines, size_t count, tc_slot *slot, tc_error *err)
{
  slot->found = true;
  slot->place_confidence = 1;
  for (size_t i = 0; i < count; i++) {
    tc_box box = {0};
    for (size_t t = 0; t < lines[i].count; t++) {
      tc_slot_add_place(&view->tokens->items[lines[i].tokens[t]], slot);
      box = tc_box_union(box, view->tokens->items[lines[i].tokens[t]].box);
    }
    slot->lines[slot->line_count++] = box;
    if ((i > 0 && !tc_buf_append_text(&slot->printed, " ", err)) || !row_letters(view, &lines[i], &slot->printed, err))
      return false;
  }
  slot->mean_confidence /= (double)slot->words;
  return true;
}

/* The last three lines that look so: the page's text above them may hold one that does by chance. Fewer, where noise
   hides the others, tell where to look for them. */
bool tc_slot_find_mrz(const tc_page_view *view, tc_slot *slot, tc_error *err)
{
  tc_run lines[MRZ_LINES] = {0};
  size_t count = 0;
  for (size_t t = 0; t < view->tokens->count;) {
    tc_run run;
    bool found = false;
    if (!mrz_run(view, t, &run, &found, err))
      return false;
    t += found ? run.count : 1;
    if (!found)
      continue;
    if (count == MRZ_LINES)
      memmove(lines, lines + 1, sizeof lines - sizeof *lines);
    lines[count < MRZ_LINES ? count++ : count - 1] = run;
  }
  return count == 0 || take_mrz(view, lines, count, slot, err);
}
