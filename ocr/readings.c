#include "ocr/readings.h"

#include "base/text.h"
#include "ocr/agreement.h"
#include "ocr/combine.h"
#include "ocr/fuzzy.h"
#include "ocr/look.h"
#include "ocr/mrz_cells.h"

#include <math.h>
#include <string.h>

#define WEIGHT_LEAST (-100.0)
#define BEHIND 1.0          /* … behind what was found by its form */
#define AROUND 2.5          /* heights on either side of a line, where its place is not known otherwise */
#define WIDE 5.0            /* … and of a name that lost words under a seal */
#define CERTAIN_READER 0.99 /* the second reader's confidence in each sign of a value with a structure */
#define WORD_LOST 1.3       /* heights of a white between two words: blanks are lower by half, of spaced lines too */
#define DAMAGED 0.75 /* similarity of what has a structure to what the engine made of it, where no hand wrote it */

enum { WAY_OTHER_MODEL, WAY_BLACK_AND_WHITE, WAYS };
static const char *const way_names[WAYS] = {"other_model", "black_and_white"};

bool tc_readings_first(const tc_evidence_context *context, tc_finding *finding, tc_error *err)
{
  tc_auto(tc_str) printed = NULL;
  if (!finding->slot.found || finding->slot.blank)
    return true;
  return tc_str_copy(tc_buf_text(&finding->slot.printed), &printed, err) &&
         tc_reading_add(context, finding, TC_READING_FIRST, tc_steal(&printed), err);
}

/* A name or a title that stands off its block's middle, or beside remains of words. */
static bool lost_words(const tc_finding *finding)
{
  const tc_find find = finding->model->find;
  return (find == TC_FIND_SIGNER_NAME || find == TC_FIND_SIGNER_TITLE) && finding->slot.place_confidence < 1;
}

/* Where a line's lost words would stand: on a label's row the whole place is known; behind a wrapped line; on either
   side of what stands alone. Beside the words of a date line stand others. */
static tc_box place_of_line(const tc_finding *finding, size_t line)
{
  const tc_box place = finding->slot.lines[line];
  const tc_box span = finding->slot.spans[line];
  double left = 0;
  double right = 0;
  if (span.width <= 0)
    return place;
  switch (finding->model->find) {
  case TC_FIND_LABEL:
    if (line == 0)
      return place;
    right = AROUND;
    break;
  case TC_FIND_SIGNER_NAME:
  case TC_FIND_SIGNER_TITLE:
    left = right = lost_words(finding) ? WIDE : AROUND;
    break;
  case TC_FIND_SIGNER_AUTHORITY:
    left = right = AROUND;
    break;
  case TC_FIND_HEAD:
  case TC_FIND_TITLE:
  case TC_FIND_UNDER_TITLE:
  case TC_FIND_LINE:
    left = right = AROUND;
    break;
  case TC_FIND_PATTERN:
    right = BEHIND;
    break;
  case TC_FIND_DATELINE_PLACE:
  case TC_FIND_DATELINE_DATE:
  case TC_FIND_MRZ:
    break;
  }
  return (tc_box){span.x - left * span.height, place.y, span.width + (left + right) * span.height, place.height};
}

/* Whites wide enough for a word, between the words of a line, in heights: one was lost there. Boxed figures and the
   parts of a date stand apart as a rule. */
static double white_within(const tc_finding *finding)
{
  const tc_slot *slot = &finding->slot;
  double found = 0;
  for (size_t i = 1; finding->model->kind->need == TC_NEED_LEXICON && i < slot->mark_count; i++) {
    const tc_slot_word *before = &slot->marks[i - 1];
    const tc_slot_word *word = &slot->marks[i];
    const double height = slot->spans[word->line].height;
    const double white = word->box.x - before->box.x - before->box.width;
    found += before->line == word->line && white > WORD_LOST * height ? white / height : 0;
  }
  return found;
}

bool tc_readings_beside(const tc_evidence_context *context, tc_finding *finding, tc_error *err)
{
  const tc_extract_options *options = context->options;
  for (size_t i = 0; options->beside != NULL && i < finding->slot.line_count; i++) {
    double found = 0;
    const tc_box span = finding->slot.spans[i];
    if (span.width > 0 &&
        !options->beside(options->reread_data, finding->page, place_of_line(finding, i), span, &found, err))
      return false;
    finding->beside += found;
  }
  finding->beside += white_within(finding);
  return true;
}

/* ---- The engine again ---- */

/* The text of a page that is one line (or what was found of it): its words from left to right, at one height. */
static bool text_of_line(tc_page *page, tc_buf *out, tc_error *err)
{
  for (size_t i = 0; i < page->word_count; i++) {
    page->words[i].box.y = 0;
    page->words[i].box.height = page->height;
  }
  tc_auto(tc_lines) lines = NULL;
  tc_auto(tc_tokens) tokens = NULL;
  tc_auto(tc_slot) slot = {0};
  size_t order[256];
  if (!tc_lines_create(page, &lines, err) || !tc_tokens_create(lines, &tokens, err))
    return false;
  size_t count = 0;
  for (size_t i = 0; i < tokens->count && count < TC_ARRAY_LEN(order); i++)
    order[count++] = i;
  const tc_page_view view = {.page = page, .lines = lines, .tokens = tokens};
  if (!tc_slot_add_line(&view, order, count, &slot, err))
    return false;
  return (out->size == 0 || slot.printed.size == 0 || tc_buf_append_text(out, " ", err)) &&
         tc_buf_append(out, slot.printed.data, slot.printed.size, err);
}

static bool add_trimmed(const tc_evidence_context *context, tc_finding *finding, const char *by, const tc_buf *text,
                        tc_error *err)
{
  tc_auto(tc_str) trimmed = NULL;
  tc_auto(tc_str) squeezed = NULL;
  return tc_slot_trim(tc_buf_text(text), &trimmed, err) && tc_text_squeeze(trimmed, &squeezed, err) &&
         tc_reading_add(context, finding, by, tc_steal(&squeezed), err);
}

/* Reads the slot's lines again in one way; adds nothing where there is no such way. */
static bool read_again(const tc_evidence_context *context, tc_finding *finding, int way, tc_error *err)
{
  const tc_extract_options *options = context->options;
  tc_auto(tc_buf) text = {0};
  for (size_t i = 0; i < finding->slot.line_count; i++) {
    tc_auto(tc_page) page = NULL;
    if (!options->reread(options->reread_data, finding->page, finding->slot.lines[i], way, &page, err))
      return false;
    if (page == NULL)
      return true;
    if (!text_of_line(page, &text, err))
      return false;
  }
  return add_trimmed(context, finding, way_names[way], &text, err);
}

/* ---- The second reader ---- */

static bool ask_second_reader(const tc_evidence_context *context, tc_finding *finding, tc_seen *seen, tc_error *err)
{
  tc_box places[TC_SLOT_LINES_MAX];
  for (size_t i = 0; i < finding->slot.line_count; i++)
    places[i] = place_of_line(finding, i);
  if (!tc_look_at(context, finding, finding->beside > 0 || lost_words(finding) ? places : NULL, seen, err))
    return false;
  if (!seen->any)
    return true;
  if (!add_trimmed(context, finding, TC_READING_SECOND_READER, &seen->text, err))
    return false;
  /* a mark of punctuation at the edge, which no value has, says nothing against the first reading */
  const tc_reading *reader = tc_finding_reading_by(finding, TC_READING_SECOND_READER);
  const bool same = strcmp(tc_buf_text(&finding->slot.printed), reader->printed) == 0;
  if (same && tc_reading_behind_rank(context, finding->model, tc_buf_text(&seen->text)) > tc_buf_text(&seen->text))
    finding->beside = 0; /* what stands beside is the rank, and nothing else */
  finding->opinion = (tc_opinion){true, same ? 0 : fmin(0, fmax(WEIGHT_LEAST, seen->weight)), seen->confidence};
  return true;
}

/* ---- Choosing ---- */

/* A reading with structure before one without; then the one that most readings gave; then the second reader's where it
   is sure that the first can not be; else the first. */
static size_t choose(const tc_finding *finding)
{
  size_t best = 0;
  int best_votes = -2;
  for (size_t i = 0; i < finding->reading_count; i++) {
    int votes = finding->readings[i].value.valid ? 4 : 0;
    votes -= finding->readings[i].value.mended ? 1 : 0;
    for (size_t j = 0; j < finding->reading_count; j++)
      votes += j != i && tc_reading_same(&finding->readings[i], &finding->readings[j]) ? 2 : 0;
    votes += i == 0 ? 1 : 0;
    if (finding->readings[i].value.text.size > 0 && votes > best_votes) {
      best = i;
      best_votes = votes;
    }
  }
  return best;
}

/* Words at the start or at the end of more. */
static bool is_part(const char *part, const char *whole)
{
  const size_t size = strlen(part);
  const size_t rest = strlen(whole) - size;
  return size > 0 && strlen(whole) > size &&
         ((strncmp(whole, part, size) == 0 && whole[size] == ' ') ||
          (strcmp(whole + rest, part) == 0 && whole[rest - 1] == ' '));
}

/* The second reader saw the chosen name or title with words more, where words were lost: the chosen one was cut short.
 */
static bool is_cut_short(const tc_evidence_context *context, const tc_finding *finding, const tc_reading *second)
{
  const bool name = strcmp(finding->model->kind->name, "name") == 0;
  if (second == NULL || !(finding->beside > 0 || lost_words(finding)))
    return false;
  const char *more = tc_buf_text(&second->value.text);
  const bool whole = name ? second->value.valid && tc_reading_is_family(context, finding->model, more)
                          : second->value.valid || second->value.mended;
  return (name || finding->model->find == TC_FIND_SIGNER_TITLE) && whole &&
         is_part(tc_buf_text(&tc_finding_reading(finding)->value.text), more);
}

/* Readers of one language put its marks on another's letters; what the engine gave twice without any, and the second
   reader in letters, has none. */
static bool is_plain_twice(const tc_finding *finding, const tc_reading *second, const tc_reading *third)
{
  tc_auto(tc_str) chosen = NULL;
  tc_auto(tc_str) other = NULL;
  const char *text = tc_buf_text(&finding->readings[0].value.text);
  return tc_text_is_plain(text) && finding->chosen == 0 && second != NULL && third != NULL &&
         tc_reading_same(&finding->readings[0], third) && tc_fuzzy_fold(text, &chosen, NULL) &&
         tc_fuzzy_fold(second->printed, &other, NULL) && strcmp(chosen, other) == 0;
}

/* What can be made of all readings, word by word; where that has no structure and another has, the other. */
static bool combine(const tc_evidence_context *context, tc_finding *finding, const tc_seen *seen, tc_error *err)
{
  const tc_reading *second = tc_finding_reading_by(finding, TC_READING_SECOND_READER);
  const tc_reading *third = tc_finding_reading_by(finding, way_names[WAY_BLACK_AND_WHITE]);
  tc_auto(tc_combined) combined = {0};
  finding->choices = context->options->choices ? tc_json_array() : NULL;
  finding->chosen = choose(finding);
  if (is_cut_short(context, finding, second)) {
    finding->chosen = (size_t)(second - finding->readings);
    return true;
  }
  /* the second reader and the engine, be it at its second attempt */
  const bool both =
      second != NULL && tc_reading_same(second, tc_finding_reading(finding)) &&
      (tc_reading_same(second, &finding->readings[0]) || (third != NULL && tc_reading_same(second, third)));
  finding->backed = both ? 1 : 0;
  /* words of any language: nobody can say which of two is one */
  const bool any_language = strcmp(finding->model->kind->name, "free") == 0;
  if (any_language)
    finding->backed = is_plain_twice(finding, second, third) ? 1 : 0;
  if (second == NULL || finding->model->kind->need != TC_NEED_LEXICON || finding->model->take != NULL || any_language)
    return true;
  const tc_others others = {second->printed, seen, third != NULL ? third->printed : NULL, finding->model->kind->name,
                            finding->choices};
  if (!tc_combine(context->types->words, &finding->slot, &others, &combined, err))
    return false;
  if (combined.text.size == 0)
    return true;
  size_t same = 0;
  while (same < finding->reading_count && strcmp(finding->readings[same].printed, tc_buf_text(&combined.text)) != 0)
    same++;
  if (same == finding->reading_count && !add_trimmed(context, finding, TC_READING_COMBINED, &combined.text, err))
    return false;
  if (finding->readings[same].value.valid || !finding->readings[finding->chosen].value.valid) {
    finding->chosen = same;
    finding->backed = combined.likely;
    finding->settled = combined.settled;
  }
  return true;
}

/* Of machine-readable lines the second reader, which never saw any, knows nothing. */
static bool read_machine_lines(const tc_evidence_context *context, tc_finding *finding, tc_error *err)
{
  const tc_extract_options *options = context->options;
  tc_auto(tc_buf) text = {0};
  if (options->machine == NULL || finding->slot.line_count == 0 || finding->slot.line_count > TC_MRZ_LINES)
    return true;
  if (!options->machine(options->reread_data, finding->page, finding->slot.lines, finding->slot.line_count, &text, err))
    return false;
  if (text.size > 0 && !add_trimmed(context, finding, TC_READING_MACHINE, &text, err))
    return false;
  const tc_reading *machine = tc_finding_reading_by(finding, TC_READING_MACHINE);
  const bool whole = machine != NULL && machine->value.valid && !machine->value.mended;
  finding->chosen = whole ? (size_t)(machine - finding->readings) : choose(finding);
  return true;
}

/* The texts without the signs. */
static bool same_without(const char *signs, const char *a, const char *b)
{
  for (;; a++, b++) {
    a += strspn(a, signs);
    b += strspn(b, signs);
    if (*a != *b || *a == '\0')
      return *a == *b;
  }
}

/* It reads figures better than the engine does: where it is certain of each and they have the structure, they are the
   value. Blanks and letters of codes the engine knows as well. */
static bool settles(const tc_finding *finding, const tc_reading *reader)
{
  const tc_reading *first = &finding->readings[0];
  const bool figures = same_without(" 0123456789", first->printed, reader->printed) &&
                       !same_without(" ", first->printed, reader->printed);
  return finding->model->kind->need != TC_NEED_LEXICON && finding->opinion.confidence >= CERTAIN_READER &&
         reader->value.valid && !reader->value.mended &&
         (first->value.valid ? figures
                             : tc_fuzzy_similarity(first->printed, strlen(first->printed), reader->printed,
                                                   strlen(reader->printed), DAMAGED) >= DAMAGED);
}

bool tc_readings_more(const tc_evidence_context *context, tc_finding *finding, tc_error *err)
{
  const tc_extract_options *options = context->options;
  tc_auto(tc_seen) seen = {0};
  int way = WAY_OTHER_MODEL;
  if (finding->model->find == TC_FIND_MRZ)
    return read_machine_lines(context, finding, err);
  if (options->look != NULL) {
    if (!ask_second_reader(context, finding, &seen, err))
      return false;
    const tc_reading *reader = tc_finding_reading_by(finding, TC_READING_SECOND_READER);
    finding->backed = reader != NULL && tc_reading_same(&finding->readings[0], reader) ? 1 : 0;
    if (finding->backed > 0) {
      /* what had to be mended in one reading the other has as it is */
      const bool better = finding->readings[0].value.mended && reader->value.valid && !reader->value.mended;
      finding->chosen = better ? (size_t)(reader - finding->readings) : 0;
      return true;
    }
    if (reader != NULL && settles(finding, reader)) {
      finding->chosen = (size_t)(reader - finding->readings);
      finding->settled = true;
      return true;
    }
    way = WAY_BLACK_AND_WHITE;
  }
  for (; options->reread != NULL && way < WAYS; way++)
    if (!read_again(context, finding, way, err))
      return false;
  return combine(context, finding, &seen, err);
}
