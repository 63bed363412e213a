#include "ocr/evidence.h"

#include "ocr/readings.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SURE_CONFIDENCE 0.85   /* default least confidence of a free text's words */
#define MEMBER_CONFIDENCE 0.70 /* of a value out of a closed list */
#define DIGITS_CONFIDENCE 0.80 /* of a value with a structure, read twice */
#define VOUCHED_CONFIDENCE 0.40
#define UNUSUAL_CONFIDENCE 0.92 /* of a name whose words are in no list */
#define PLACE_SURE 0.84         /* similarity of the label */
#define ILLEGIBLE 0.25          /* below this mean confidence, and without structure, nobody can say what it is */

void tc_finding_finish(tc_finding *finding)
{
  tc_slot_finish(&finding->slot);
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

size_t tc_finding_votes(const tc_finding *finding)
{
  size_t votes = 0;
  for (size_t i = 0; i < finding->reading_count; i++)
    votes +=
        i == finding->chosen || tc_reading_same(&finding->readings[i], &finding->readings[finding->chosen]) ? 1 : 0;
  return votes;
}

static bool has_evidence(const tc_value *value, const char *name)
{
  for (size_t i = 0; i < value->evidence_count; i++)
    if (strcmp(value->evidence[i], name) == 0)
      return true;
  return false;
}

/* A further reading is worth its time unless the value needs none. */
static bool wants_again(const tc_extract_options *options, const tc_finding *finding)
{
  const tc_reading *first = tc_finding_reading(finding);
  if ((options->reread == NULL && options->look == NULL) || finding->slot.line_count == 0 || first == NULL)
    return false;
  return finding->model->kind->need != TC_NEED_MEMBER || !has_evidence(&first->value, TC_VALUE_MEMBER) ||
         finding->slot.confidence < 0.9;
}

/* ---- Checks between fields ---- */

static tc_checked checked_of(tc_finding *findings, size_t field)
{
  const tc_reading *reading = field != SIZE_MAX ? tc_finding_reading(&findings[field]) : NULL;
  if (reading == NULL || reading->printed[0] == '\0')
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
      finding->vouched = finding->vouched || (answer == TC_AGREE_YES && check->kind->vouches);
      finding->contradicted = finding->contradicted || answer == TC_AGREE_NO;
      if (finding->check_count < TC_FINDING_EVIDENCE_MAX && (check->kind->vouches || answer == TC_AGREE_NO))
        finding->checks[finding->check_count++] = check->kind->name;
    }
  }
}

/* ---- Status ---- */

static bool is_sure(const tc_extract_options *options, const tc_finding *finding)
{
  const tc_value *value = &tc_finding_reading(finding)->value;
  const bool reread = finding->reading_count > 1;
  const size_t votes = tc_finding_votes(finding);
  const bool agreed = reread && votes == finding->reading_count;
  const double confidence = finding->slot.confidence;
  const double text_confidence = options->sure_confidence > 0 ? options->sure_confidence : SURE_CONFIDENCE;
  if (!value->valid || value->mended || finding->contradicted || finding->slot.place_confidence < PLACE_SURE)
    return false;
  switch (finding->model->kind->need) {
  case TC_NEED_MEMBER:
    if (has_evidence(value, TC_VALUE_MEMBER))
      return confidence >= MEMBER_CONFIDENCE && (!reread || agreed);
    break;
  case TC_NEED_STRUCTURE:
    if (finding->vouched && confidence >= VOUCHED_CONFIDENCE && (!reread || votes > 1))
      return true;
    return agreed && confidence >= DIGITS_CONFIDENCE;
  case TC_NEED_LEXICON:
    break;
  }
  const bool name = strcmp(finding->model->kind->name, "name") == 0;
  const double wanted =
      name && !has_evidence(value, "usual_name") ? fmax(text_confidence, UNUSUAL_CONFIDENCE) : text_confidence;
  return agreed && confidence >= wanted;
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
  } else if (is_sure(options, finding)) {
    finding->status = TC_FIELD_SURE;
    finding->confidence = fmin(0.99, 0.95 + 0.04 * slot->confidence);
  } else if (!reading->value.valid && tc_finding_votes(finding) < 2 && mean < ILLEGIBLE) {
    finding->status = TC_FIELD_ILLEGIBLE;
    finding->confidence = mean;
  } else {
    finding->status = TC_FIELD_CHECK;
    finding->confidence =
        fmin(0.9, mean * (reading->value.valid ? 0.8 : 0.6) +
                      (tc_finding_votes(finding) == finding->reading_count ? 0.15 : 0) + (finding->vouched ? 0.1 : 0));
    if (finding->contradicted)
      finding->confidence /= 2;
  }
}

static void forget_checks(tc_finding *finding)
{
  finding->vouched = finding->contradicted = false;
  finding->check_count = 0;
}

/* The codes on the pages that the fields are on. */
static bool read_codes(const tc_evidence_context *context, tc_finding *findings, tc_error *err)
{
  tc_auto(tc_codes) codes = {0};
  const tc_extract_options *options = context->options;
  size_t last = SIZE_MAX;
  if (options->codes == NULL || context->type->code.count == 0)
    return true;
  for (size_t f = 0; f < context->type->field_count; f++) {
    if (!findings[f].slot.found || findings[f].page == last)
      continue;
    last = findings[f].page;
    if (!options->codes(options->reread_data, last, &codes, err))
      return false;
  }
  return tc_readings_codes(context, findings, &codes, err);
}

bool tc_evidence_gather(const tc_evidence_context *context, tc_finding *findings, tc_error *err)
{
  const size_t count = context->type->field_count;
  for (size_t f = 0; f < count; f++)
    if (!tc_readings_first(context, &findings[f], err))
      return false;
  if (!read_codes(context, findings, err))
    return false;
  cross_check(context->types, context->type, findings);
  for (size_t f = 0; f < count; f++)
    if (wants_again(context->options, &findings[f]) && !tc_readings_more(context, &findings[f], err))
      return false;
  for (size_t f = 0; f < count; f++)
    forget_checks(&findings[f]);
  cross_check(context->types, context->type, findings);
  for (size_t f = 0; f < count; f++)
    judge(context->options, &findings[f]);
  return true;
}
