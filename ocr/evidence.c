#include "ocr/evidence.h"

#include "base/text.h"
#include "ocr/agreement.h"
#include "ocr/calibration.h"
#include "ocr/readings.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define TYPE_SURE 0.70   /* of the paper's type */
#define PLACE_SURE 0.84  /* similarity of the label */
#define PLACE_TEXT 0.95  /* … before a text, whose first words may have been taken for the label's last */
#define PLACE_TWICE 0.75 /* … before what has a structure, and two readers gave */
#define PLACE_LOST 0.5   /* … where what stands there says by itself what it is; below it words were left out */
#define PLAIN_WORD 0.80  /* confidences of both readers in what no hand wrote */
#define PLAIN_SIGN 0.90
#define BESIDE 1.0             /* print beside the words, in their heights: a word at least was lost */
#define BEYOND_DOUBT 0.99      /* of all that a text may read */
#define DOUBTED_WORD 0.5       /* the engine's confidence in a word of a text */
#define DOUBTED_BY_READER 0.70 /* the second reader's in a letter of it */
#define DOUBTED_NAME 0.30      /* … of a name whose syllables all are usual */
#define DOUBTED 0.45           /* the engine's confidence in a word */
#define UNDOUBTED 0.99         /* the second reader's in each figure */
#define ILLEGIBLE 0.25         /* below this mean confidence, and without structure, nobody can say what it is */

enum { SHORT = 3 };

void tc_finding_finish(tc_finding *finding)
{
  tc_slot_finish(&finding->slot);
  tc_json_release(finding->choices);
  for (size_t i = 0; i < finding->reading_count; i++) {
    tc_value_finish(&finding->readings[i].value);
    free(finding->readings[i].printed);
  }
}

const tc_reading *tc_finding_reading(const tc_finding *finding)
{
  return finding->reading_count > 0 ? &finding->readings[finding->chosen] : NULL;
}

const tc_reading *tc_finding_reading_by(const tc_finding *finding, const char *by)
{
  for (size_t i = 0; i < finding->reading_count; i++)
    if (strcmp(finding->readings[i].by, by) == 0)
      return &finding->readings[i];
  return NULL;
}

bool tc_reading_is_engine(const tc_reading *reading)
{
  return strcmp(reading->by, TC_READING_SECOND_READER) != 0 && strcmp(reading->by, TC_READING_CODE) != 0 &&
         strcmp(reading->by, TC_READING_COMBINED) != 0;
}

size_t tc_finding_votes(const tc_finding *finding)
{
  size_t votes = 0;
  for (size_t i = 0; i < finding->reading_count; i++)
    votes +=
        i == finding->chosen || tc_reading_same(&finding->readings[i], &finding->readings[finding->chosen]) ? 1 : 0;
  return votes;
}

/* ---- Checks between fields ---- */

static tc_checked checked_of(tc_finding *findings, size_t field)
{
  const tc_reading *reading = field != SIZE_MAX ? tc_finding_reading(&findings[field]) : NULL;
  /* lines that were made out of the print can not vouch for it */
  const bool made =
      reading != NULL && findings[field].model->find == TC_FIND_MRZ && strcmp(reading->by, TC_READING_COMBINED) == 0;
  if (reading == NULL || reading->printed[0] == '\0' || made)
    return (tc_checked){NULL, NULL};
  return (tc_checked){&reading->value, reading->printed};
}

static void cross_check(const tc_paper_types *types, const tc_paper_type *type, tc_finding *findings)
{
  for (size_t c = 0; c < type->check_count; c++) {
    const tc_crosscheck *check = &type->checks[c];
    tc_checked checked[TC_CROSSCHECK_FIELDS_MAX];
    for (size_t i = 0; i < check->field_count; i++)
      checked[i] = checked_of(findings, check->fields[i]);
    const tc_agreement answer = check->kind->run(types->words, check->params, checked, check->field_count);
    for (size_t i = 0; answer != TC_AGREE_SILENT && i < check->field_count; i++) {
      if (checked[i].value == NULL)
        continue;
      tc_finding *finding = &findings[check->fields[i]];
      const bool yes = answer == TC_AGREE_YES && check->kind->vouches;
      finding->vouched = finding->vouched || yes;
      finding->named = finding->named || (yes && strcmp(tc_json_get_text(check->params, "part", ""), "name") == 0);
      finding->contradicted = finding->contradicted || answer == TC_AGREE_NO;
      if (finding->check_count < TC_FINDING_EVIDENCE_MAX && (check->kind->vouches || answer == TC_AGREE_NO))
        finding->checks[finding->check_count++] = check->kind->name;
    }
  }
}

/* ---- Status ---- */

/* A short word in capitals may as well be in small letters, whose forms are the same. */
static bool is_short_capitals(const char *text) { return tc_text_length(text) <= SHORT && tc_is_upper_text(text); }

static bool is_name(const tc_finding *finding) { return strcmp(finding->model->kind->name, "name") == 0; }

/* Evidence that could have failed. The engine's confidence in its one reading is none. */
static bool has_evidence(const tc_finding *finding)
{
  const tc_value *value = &tc_finding_reading(finding)->value;
  return finding->reading_count > 1 || finding->vouched ||
         (tc_value_says(value, TC_VALUE_MEMBER) && !is_short_capitals(tc_buf_text(&value->text)));
}

/* Both readers gave it, to the sign. */
static bool is_read_twice(const tc_finding *finding)
{
  const tc_reading *chosen = tc_finding_reading(finding);
  const tc_reading *reader = tc_finding_reading_by(finding, TC_READING_SECOND_READER);
  return reader != NULL && tc_reading_same(reader, chosen) && tc_reading_same(&finding->readings[0], chosen);
}

/* Figures that the engine itself half doubts are a hand's now and then, which readers agree on and read wrong, but not
   the second one without a doubt of its own; words that either reader half doubts are ones with another mark, but for
   names behind their label, which are known, and for what is settled. */
static bool is_doubted(const tc_finding *finding)
{
  const double engine = finding->slot.confidence;
  const double reader = finding->opinion.confidence;
  if (tc_finding_reading_by(finding, TC_READING_CODE) != NULL || finding->model->find == TC_FIND_MRZ)
    return false;
  if (finding->model->kind->need == TC_NEED_STRUCTURE)
    return engine < DOUBTED && !(is_read_twice(finding) && reader >= UNDOUBTED);
  const bool name = is_name(finding) && finding->slot.place_confidence >= PLACE_TEXT;
  return finding->model->kind->need == TC_NEED_LEXICON && finding->opinion.given && !finding->settled &&
         (engine < DOUBTED_WORD || reader < (name ? DOUBTED_NAME : DOUBTED_BY_READER));
}

/* Two readers of a text that differ are both often wrong: most in a mark that makes another word. A value with
   structure or of a list says by itself which of them is right; of a text only what is left beyond doubt of all that
   the readings allow (ocr/combine.h), but of names, where one mark makes another, and what one of them cannot be right
   about. Marks on words of any language are the readers' own now and then. */
static bool is_undisputed(const tc_finding *finding)
{
  const tc_reading *chosen = tc_finding_reading(finding);
  const tc_reading *reader = tc_finding_reading_by(finding, TC_READING_SECOND_READER);
  const tc_reading *code = tc_finding_reading_by(finding, TC_READING_CODE);
  if (finding->model->kind->need != TC_NEED_LEXICON || reader == NULL || code != NULL)
    return true;
  const bool agreed =
      tc_readings_agree(finding, reader, chosen) && tc_readings_agree(finding, &finding->readings[0], chosen);
  const bool foreign = strcmp(finding->model->kind->name, "free") == 0;
  return !finding->untidy && (agreed || finding->settled || (!is_name(finding) && finding->backed >= BEYOND_DOUBT)) &&
         (!foreign || tc_text_is_plain(tc_buf_text(&chosen->value.text)));
}

/* The label says where a value stands. What two readers gave says it by itself where it is a member of a closed list, a
   name (a signer's that stands off its block is whole where the second reader, who looks far to either side of it, sees
   no more), or an address from its beginning to its end; and a damaged label is enough for what has a structure. */
static bool is_in_place(const tc_finding *finding)
{
  const tc_reading *chosen = tc_finding_reading(finding);
  const double place = finding->slot.place_confidence;
  const bool text = finding->model->kind->need == TC_NEED_LEXICON;
  const bool structure = finding->model->kind->need == TC_NEED_STRUCTURE;
  const bool by_itself =
      tc_value_says(&chosen->value, TC_VALUE_MEMBER) || finding->model->find == TC_FIND_SIGNER_NAME ||
      (place >= PLACE_LOST && (is_name(finding) || finding->bounded)) || (place >= PLACE_TWICE && structure);
  return place >= (text ? PLACE_TEXT : PLACE_SURE) || (by_itself && is_read_twice(finding));
}

/* Print beside the words is a word of theirs that was lost; where two readers gave a name, or what is whole by its
   structure, it is something else. */
static bool is_whole(const tc_finding *finding)
{
  const bool text = finding->model->kind->need == TC_NEED_LEXICON && !is_name(finding);
  return finding->beside < BESIDE || (!text && is_read_twice(finding));
}

/* Syllables that nobody is called by are likelier a name with a mark misread, on which readers agree now and then;
   lines for machines say nothing of marks, a code does. And of those lines the name alone has no check digit. */
static bool may_be_called(const tc_finding *finding)
{
  const tc_reading *chosen = tc_finding_reading(finding);
  if (finding->model->find == TC_FIND_MRZ)
    return finding->named;
  return !is_name(finding) || tc_value_says(&chosen->value, TC_VALUE_USUAL_NAME) ||
         tc_finding_reading_by(finding, TC_READING_CODE) != NULL;
}

/* A form that is filled in by hand as a rule; these words no hand wrote. */
static bool is_plain_print(const tc_finding *finding)
{
  return is_read_twice(finding) && finding->slot.confidence >= PLAIN_WORD && finding->opinion.confidence >= PLAIN_SIGN;
}

/* What is wrong in its structure, found in the wrong place, filled in by hand, beside words that nobody read, or
   contradicted by another field or the paper's code is never sure, however many readings agree. */
static bool could_be_sure(const tc_finding *finding)
{
  const tc_reading *reading = tc_finding_reading(finding);
  const tc_reading *code = tc_finding_reading_by(finding, TC_READING_CODE);
  return reading != NULL && reading->value.valid && !reading->value.mended && !finding->contradicted &&
         (!finding->model->by_hand || is_plain_print(finding)) && is_in_place(finding) && is_whole(finding) &&
         (code == NULL || tc_reading_same(code, reading)) && has_evidence(finding) && is_undisputed(finding) &&
         !is_doubted(finding) && may_be_called(finding);
}

static bool is_sure(const tc_extract_options *options, const tc_finding *finding)
{
  return options->calibration != NULL && could_be_sure(finding) &&
         tc_calibration_probability(options->calibration, finding) >=
             tc_calibration_sure(options->calibration, finding);
}

/* Asked where the answer can change what becomes of the field. */
static bool wants_more(const tc_extract_options *options, const tc_finding *finding)
{
  const bool can = options->reread != NULL || options->look != NULL;
  return can && finding->slot.line_count > 0 && finding->reading_count > 0 && !is_sure(options, finding);
}

static void judge(const tc_extract_options *options, tc_finding *finding)
{
  const tc_slot *slot = &finding->slot;
  const tc_reading *reading = tc_finding_reading(finding);
  const bool read = reading != NULL && reading->printed[0] != '\0';
  const double mean = slot->words > 0 ? slot->mean_confidence : 0;
  if (!slot->found) {
    finding->status = TC_FIELD_MISSING;
    finding->confidence = 0;
  } else if (slot->blank || !read) {
    finding->status = TC_FIELD_BLANK;
    finding->confidence = slot->blank ? 0.95 : 0.7;
  } else if (reading->value.partial) {
    finding->status = TC_FIELD_HANDWRITTEN;
    finding->confidence = 0.1;
  } else {
    const bool nobody_can_say = !reading->value.valid && tc_finding_votes(finding) < 2 && mean < ILLEGIBLE;
    finding->status = is_sure(options, finding) ? TC_FIELD_SURE : nobody_can_say ? TC_FIELD_ILLEGIBLE : TC_FIELD_CHECK;
    finding->confidence = options->calibration != NULL ? tc_calibration_probability(options->calibration, finding) : 0;
  }
}

/* A field of a paper taken for another type may be read well and mean nothing. */
static void doubt_type(const tc_evidence_context *context, tc_finding *finding)
{
  if (context->type_confidence >= TYPE_SURE)
    return;
  finding->status = finding->status == TC_FIELD_SURE ? TC_FIELD_CHECK : finding->status;
  finding->confidence *= context->type_confidence;
}

static void forget_checks(tc_finding *finding)
{
  finding->vouched = finding->contradicted = finding->named = false;
  finding->check_count = 0;
}

/* The codes on the pages that the fields are on. */
static bool read_codes(const tc_evidence_context *context, tc_finding *findings, tc_error *err)
{
  tc_auto(tc_codes) codes = {0};
  const tc_extract_options *options = context->options;
  uint64_t seen = 0; /* a bit a page: a document's fields stand on its first pages and its last */
  if (options->codes == NULL || context->type->code.count == 0)
    return true;
  for (size_t f = 0; f < context->type->field_count; f++) {
    const uint64_t bit = (uint64_t)1 << (findings[f].page % 64);
    if (!findings[f].slot.found || (seen & bit) != 0)
      continue;
    seen |= bit;
    if (!options->codes(options->reread_data, findings[f].page, &codes, err))
      return false;
  }
  return tc_readings_codes(context, findings, &codes, err);
}

/* An address from the words that open one to its province. */
static bool is_bounded(const tc_words *words, const tc_finding *finding)
{
  const tc_reading *chosen = tc_finding_reading(finding);
  if (chosen == NULL || !tc_value_says(&chosen->value, "province"))
    return false;
  const char *text = tc_buf_text(&chosen->value.text);
  const tc_word_list *openings = tc_words_list(words, "address_openings");
  return (text[0] >= '0' && text[0] <= '9') || (openings != NULL && tc_word_list_starts(openings, text));
}

bool tc_evidence_gather(const tc_evidence_context *context, tc_finding *findings, tc_error *err)
{
  const size_t count = context->type->field_count;
  for (size_t f = 0; f < count; f++)
    if (!tc_readings_first(context, &findings[f], err))
      return false;
  if (!read_codes(context, findings, err))
    return false;
  for (size_t f = 0; f < count; f++)
    if (!tc_readings_beside(context, &findings[f], err))
      return false;
  cross_check(context->types, context->type, findings);
  for (size_t f = 0; f < count; f++)
    if (wants_more(context->options, &findings[f]) && !tc_readings_more(context, &findings[f], err))
      return false;
  if (!tc_readings_machine(context, findings, err))
    return false;
  for (size_t f = 0; f < count; f++) {
    if (!tc_readings_prefer_code(context, &findings[f], err))
      return false;
    forget_checks(&findings[f]);
    findings[f].untidy = !tc_finding_is_tidy(context->types->words, &findings[f]);
    findings[f].bounded = is_bounded(context->types->words, &findings[f]);
  }
  cross_check(context->types, context->type, findings);
  for (size_t f = 0; f < count; f++) {
    findings[f].could = could_be_sure(&findings[f]);
    judge(context->options, &findings[f]);
    doubt_type(context, &findings[f]);
  }
  return true;
}
