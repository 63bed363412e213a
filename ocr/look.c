#include "ocr/look.h"

#include "base/text.h"
#include "ocr/candidates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CERTAIN 0.955 /* the engine's confidence in a word */

void tc_seen_finish(tc_seen *seen)
{
  for (size_t i = 0; i < seen->part_count; i++)
    tc_posterior_destroy(seen->parts[i].posterior);
  tc_buf_finish(&seen->text);
}

/* The posterior is the part's own from now on. */
static void add_part(tc_seen *seen, tc_posterior *posterior, size_t from, size_t to)
{
  seen->parts[seen->part_count++] = (tc_seen_part){posterior, from, to};
}

/* ---- How sure it is ---- */

/* One word of what it read: its letters bare and small, and the least probability among them and its figures. Marks of
   punctuation, which readers doubt first and which tell least, count only in what has a structure. */
typedef struct seen_word {
  char *bare; /* owned */
  double least;
} seen_word;

static void seen_word_finish(seen_word *word) { free(word->bare); }
TC_AUTO_VALUE(seen_word, seen_word_finish);

/* *at, *sign: of the text and of its signs' probabilities; behind the word afterwards. */
static bool next_word(const char **at, const double **sure, bool marks, seen_word *out, tc_error *err)
{
  const char *start = *at;
  uint32_t sign = 0;
  free(out->bare);
  *out = (seen_word){.least = 1};
  for (const char *next = *at; tc_text_next(&next, &sign) && !tc_text_is_space(sign); *at = next, (*sure)++)
    if (marks || tc_text_is_letter(sign) || tc_text_is_digit(sign))
      out->least = fmin(out->least, **sure);
  tc_auto(tc_str) word = NULL;
  if (!tc_str_printf(&word, err, "%.*s", (int)(*at - start), start) || !tc_word_bare(word, &out->bare, err))
    return false;
  for (const char *next = *at; tc_text_next(&next, &sign) && tc_text_is_space(sign); *at = next)
    (*sure)++;
  return true;
}

/* The least of all words but those that stand beside one that they go with: they cannot be another. */
static bool least_in_doubt(const tc_words *words, const char *text, const double *sure, bool marks, double *out,
                           tc_error *err)
{
  tc_auto(seen_word) before = {.bare = NULL};
  tc_auto(seen_word) word = {.bare = NULL};
  tc_auto(seen_word) behind = {.bare = NULL};
  *out = 1;
  if (!next_word(&text, &sure, marks, &word, err))
    return false;
  while (word.bare[0] != '\0' || *text != '\0') {
    if (!next_word(&text, &sure, marks, &behind, err))
      return false;
    const bool known = (before.bare != NULL && tc_words_go_together(words, before.bare, word.bare)) ||
                       tc_words_go_together(words, word.bare, behind.bare);
    *out = known ? *out : fmin(*out, word.least);
    free(before.bare);
    before = word;
    word = behind;
    behind = (seen_word){.bare = NULL};
  }
  return true;
}

static bool read_posterior(const tc_words *words, const tc_finding *finding, const tc_posterior *posterior,
                           tc_buf *text, double *confidence, tc_error *err)
{
  const bool marks = finding->model->kind->need == TC_NEED_STRUCTURE;
  double *sure = calloc(tc_posterior_steps(posterior) + 1, sizeof *sure);
  if (sure == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a line");
  tc_auto(tc_buf) read = {0};
  const bool ok = tc_posterior_text(posterior, &read, sure, err) &&
                  least_in_doubt(words, tc_buf_text(&read), sure, marks, confidence, err) &&
                  tc_buf_append(text, read.data, read.size, err);
  free(sure);
  return ok;
}

/* ---- Whole lines ---- */

static bool look_at_lines(const tc_evidence_context *context, const tc_finding *finding, const tc_box *places,
                          tc_seen *out, tc_error *err)
{
  const tc_extract_options *options = context->options;
  tc_auto(tc_posterior) posterior = NULL;
  if (!tc_posterior_create(options->alphabet, &posterior, err))
    return false;
  for (size_t i = 0; i < finding->slot.line_count; i++) {
    if (!options->look(options->reread_data, finding->page, places[i], posterior, &out->any, err))
      return false;
    if (!out->any)
      return true;
  }
  const tc_posterior *shown = posterior;
  add_part(out, tc_steal(&posterior), 0, finding->slot.printed.size);
  return read_posterior(context->types->words, finding, shown, &out->text, &out->confidence, err) &&
         tc_posterior_weigh(shown, tc_buf_text(&finding->slot.printed), &out->weight, err);
}

/* ---- Words ---- */

/* A small word that any such text has, and nothing that a name or a number could be. */
static bool is_usual(const tc_word_list *usual, const tc_slot *slot, const tc_slot_word *word)
{
  tc_auto(tc_str) bare = NULL;
  tc_auto(tc_str) lower = NULL;
  const char *text = tc_buf_text(&slot->printed) + word->start;
  size_t size = word->end - word->start;
  while (size > 0 && strchr(",.;", text[size - 1]) != NULL)
    size--;
  return word->confidence >= CERTAIN && tc_str_printf(&bare, NULL, "%.*s", (int)size, text) &&
         tc_text_lower(bare, &lower, NULL) && strcmp(bare, lower) == 0 && tc_word_list_has(usual, bare);
}

/* Words [first, end) of one line, in one look. */
static bool look_at_words(const tc_evidence_context *context, const tc_finding *finding, size_t first, size_t end,
                          tc_seen *out, tc_error *err)
{
  const tc_extract_options *options = context->options;
  const tc_slot *slot = &finding->slot;
  const tc_slot_word *words = slot->marks;
  const tc_box line = slot->spans[words[first].line];
  const double right = words[end - 1].box.x + words[end - 1].box.width;
  const tc_box place = {words[first].box.x, line.y, right - words[first].box.x, line.height};
  tc_auto(tc_posterior) posterior = NULL;
  tc_auto(tc_buf) text = {0};
  tc_auto(tc_str) printed = NULL;
  double confidence = 0;
  double weight = 0;
  if (!tc_posterior_create(options->alphabet, &posterior, err) ||
      !options->look(options->reread_data, finding->page, place, posterior, &out->any, err))
    return false;
  const size_t from = words[first].start;
  if (!tc_str_printf(&printed, err, "%.*s", (int)(words[end - 1].end - from), tc_buf_text(&slot->printed) + from) ||
      !read_posterior(context->types->words, finding, posterior, &text, &confidence, err) ||
      !tc_posterior_weigh(posterior, printed, &weight, err) || !tc_buf_append(&out->text, text.data, text.size, err))
    return false;
  out->weight += weight;
  out->confidence = fmin(out->confidence, confidence);
  add_part(out, tc_steal(&posterior), from, words[end - 1].end);
  return true;
}

/* The text between two words of the first reading. */
static bool append_printed(const tc_slot *slot, size_t from, size_t to, tc_buf *out, tc_error *err)
{
  return to <= from || tc_buf_append(out, tc_buf_text(&slot->printed) + from, to - from, err);
}

static bool look_around_usual(const tc_evidence_context *context, const tc_finding *finding, const bool *usual,
                              tc_seen *out, tc_error *err)
{
  const tc_slot *slot = &finding->slot;
  size_t done = 0; /* bytes of the first reading */
  out->confidence = 1;
  for (size_t first = 0, end = 0; first < slot->mark_count; first = end) {
    end = first + 1;
    if (usual[first])
      continue;
    while (end < slot->mark_count && !usual[end] && slot->marks[end].line == slot->marks[first].line)
      end++;
    if (!append_printed(slot, done, slot->marks[first].start, &out->text, err) ||
        !look_at_words(context, finding, first, end, out, err))
      return false;
    if (!out->any)
      return true;
    done = slot->marks[end - 1].end;
  }
  return append_printed(slot, done, slot->printed.size, &out->text, err);
}

bool tc_look_at(const tc_evidence_context *context, const tc_finding *finding, const tc_box *places, tc_seen *out,
                tc_error *err)
{
  const tc_slot *slot = &finding->slot;
  const tc_word_list *list = tc_words_list(context->types->words, "usual_words");
  bool usual[TC_SLOT_WORDS_MAX] = {false};
  size_t count = 0;
  const bool all_marked = slot->mark_count < TC_SLOT_WORDS_MAX && slot->line_count < TC_SLOT_LINES_MAX;
  if (places != NULL || !all_marked || finding->model->kind->need != TC_NEED_LEXICON)
    return look_at_lines(context, finding, places != NULL ? places : slot->lines, out, err);
  for (size_t i = 0; i < slot->mark_count; i++) {
    usual[i] = is_usual(list, slot, &slot->marks[i]);
    count += usual[i] ? 1 : 0;
  }
  /* all usual: then all are shown, for agreement that could not fail is none */
  return count == 0 || count == slot->mark_count ? look_at_lines(context, finding, slot->lines, out, err)
                                                 : look_around_usual(context, finding, usual, out, err);
}
