#include "ocr/evidence.h"

#include "ocr/agreement.h"
#include "ocr/calibration.h"
#include "ocr/readings.h"
#include "ocr/sureness.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define TYPE_SURE 0.70 /* of the paper's type */
#define ILLEGIBLE 0.25 /* below this mean confidence, and without structure, nobody can say what it is */

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

static bool is_sure(const tc_extract_options *options, const tc_finding *finding)
{
  return options->calibration != NULL && tc_finding_could_be_sure(finding) &&
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
    findings[f].bounded = tc_finding_is_bounded(context->types->words, &findings[f]);
  }
  cross_check(context->types, context->type, findings);
  for (size_t f = 0; f < count; f++) {
    findings[f].could = tc_finding_could_be_sure(&findings[f]);
    judge(context->options, &findings[f]);
    doubt_type(context, &findings[f]);
  }
  return true;
}
