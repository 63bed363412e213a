#include "ocr/calibration.h"

#include "base/json.h"
#include "base/text.h"
#include "ocr/agreement.h"
#include "ocr/readings.h"

#include <math.h>
#include <string.h>

#define PLAUSIBLE_SCALE 10.0 /* of the second reader's weight: e times less likely a step */
#define BACKED_POWERS 4.0
#define SHORT_LETTERS 20.0
#define ALIKE 0.5

enum { FILE_MAX = 1 << 16, WAYS = 5, KINDS = 5, GROUPS = WAYS * KINDS };

typedef struct group {
  double sure;
  double bias; /* -INFINITY: nothing is known */
  double weights[TC_SIGNAL_COUNT];
} group;

struct tc_calibration {
  group groups[GROUPS];
};

static const char *const names[] = {
    [TC_SIGNAL_LEAST] = "least",   [TC_SIGNAL_MEAN] = "mean",           [TC_SIGNAL_PLACE] = "place",
    [TC_SIGNAL_WHOLE] = "whole",   [TC_SIGNAL_VALID] = "valid",         [TC_SIGNAL_LIST] = "list",
    [TC_SIGNAL_USUAL] = "usual",   [TC_SIGNAL_VOUCHED] = "vouched",     [TC_SIGNAL_CLEAR] = "clear",
    [TC_SIGNAL_CODE] = "code",     [TC_SIGNAL_FIRST] = "first",         [TC_SIGNAL_AGREES] = "agrees",
    [TC_SIGNAL_BACKED] = "backed", [TC_SIGNAL_PLAUSIBLE] = "plausible", [TC_SIGNAL_READER] = "reader",
    [TC_SIGNAL_AGAIN] = "again",   [TC_SIGNAL_SHORT] = "short",         [TC_SIGNAL_TIDY] = "tidy"};

/* Kind after kind, and of each the ways. */
static const char *const group_names[GROUPS] = {
    "list_alone",      "list_again",      "list_reader",      "list_settled",      "list_disputed",
    "structure_alone", "structure_again", "structure_reader", "structure_settled", "structure_disputed",
    "name_alone",      "name_again",      "name_reader",      "name_settled",      "name_disputed",
    "text_alone",      "text_again",      "text_reader",      "text_settled",      "text_disputed",
    "machine_alone",   "machine_again",   "machine_reader",   "machine_settled",   "machine_disputed"};

const char *tc_signal_name(tc_signal signal) { return names[signal]; }

/* ---- Signals ---- */

/* The reading made in this way gave the chosen value. */
static double agrees(const tc_finding *finding, const char *by)
{
  const tc_reading *other = tc_finding_reading_by(finding, by);
  return other != NULL && tc_reading_same(other, tc_finding_reading(finding)) ? 1 : 0;
}

/* It gave the same letters at least. */
static bool agrees_on_letters(const tc_finding *finding, const char *by)
{
  const tc_reading *other = tc_finding_reading_by(finding, by);
  return other != NULL && tc_readings_agree(finding, other, tc_finding_reading(finding));
}

/* Of the engine's readings but the chosen one. */
static double share_of_engine(const tc_finding *finding)
{
  const tc_value *chosen = &tc_finding_reading(finding)->value;
  size_t all = 0;
  size_t same = 0;
  for (size_t i = 0; i < finding->reading_count; i++) {
    const tc_reading *other = &finding->readings[i];
    if (i == finding->chosen || !tc_reading_is_engine(other))
      continue;
    all++;
    same += strcmp(tc_buf_text(&other->value.text), tc_buf_text(&chosen->text)) == 0 ? 1 : 0;
  }
  return all > 0 ? (double)same / (double)all : 0;
}

/* In powers of ten of the chance that it is wrong: between 0.99 and 0.999 lies as much as between 0.9 and 0.99. */
static double backed_of(const tc_finding *finding)
{
  const double wrong = fmax(1 - finding->backed, 1e-9);
  return fmin(1, -log10(wrong) / BACKED_POWERS);
}

void tc_signals_of(const tc_finding *finding, double out[TC_SIGNAL_COUNT])
{
  const tc_reading *reading = tc_finding_reading(finding);
  const tc_value *value = &reading->value;
  const tc_opinion *opinion = &finding->opinion;
  out[TC_SIGNAL_LEAST] = finding->slot.confidence;
  out[TC_SIGNAL_MEAN] = finding->slot.mean_confidence;
  out[TC_SIGNAL_PLACE] = finding->slot.place_confidence;
  out[TC_SIGNAL_WHOLE] = 1 / (1 + finding->beside);
  out[TC_SIGNAL_VALID] = value->valid && !value->mended ? 1 : 0;
  out[TC_SIGNAL_LIST] = tc_value_says(value, TC_VALUE_MEMBER) ? 1 : 0;
  out[TC_SIGNAL_USUAL] =
      finding->named || tc_value_says(value, TC_VALUE_USUAL_NAME) || tc_value_says(value, "province") ? 1 : 0;
  out[TC_SIGNAL_VOUCHED] = finding->vouched ? 1 : 0;
  out[TC_SIGNAL_CLEAR] = finding->contradicted ? 0 : 1;
  out[TC_SIGNAL_CODE] = agrees(finding, TC_READING_CODE);
  out[TC_SIGNAL_FIRST] = agrees(finding, TC_READING_FIRST);
  const bool own = agrees_on_letters(finding, TC_READING_SECOND_READER);
  out[TC_SIGNAL_AGREES] = agrees(finding, TC_READING_SECOND_READER) > 0 ? 1 : own ? ALIKE : 0;
  out[TC_SIGNAL_BACKED] = backed_of(finding);
  out[TC_SIGNAL_PLAUSIBLE] = own ? 1 : opinion->given ? exp(opinion->weight / PLAUSIBLE_SCALE) : 0;
  out[TC_SIGNAL_READER] = own ? opinion->confidence : 0;
  out[TC_SIGNAL_AGAIN] = share_of_engine(finding);
  out[TC_SIGNAL_SHORT] = 1 / (1 + (double)tc_text_length(reading->printed) / SHORT_LETTERS);
  out[TC_SIGNAL_TIDY] = finding->untidy ? 0 : 1;
}

/* ---- Groups ---- */

static size_t kind_of(const tc_finding *finding)
{
  const tc_value_kind *kind = finding->model->kind;
  if (finding->model->find == TC_FIND_MRZ)
    return 4;
  switch (kind->need) {
  case TC_NEED_MEMBER:
    return 0;
  case TC_NEED_STRUCTURE:
    return 1;
  case TC_NEED_LEXICON:
    break;
  }
  return strcmp(kind->name, "name") == 0 ? 2 : 3;
}

static size_t way_of(const tc_finding *finding)
{
  size_t engine = 0;
  for (size_t i = 0; i < finding->reading_count; i++)
    engine += tc_reading_is_engine(&finding->readings[i]) ? 1 : 0;
  if (!finding->opinion.given)
    return engine > 1 || finding->model->find == TC_FIND_MRZ ? 1 : 0; /* lines for machines have digits to check them */
  if (agrees_on_letters(finding, TC_READING_SECOND_READER) && agrees_on_letters(finding, TC_READING_FIRST))
    return 2;
  return finding->settled ? 3 : 4;
}

static size_t group_of(const tc_finding *finding) { return kind_of(finding) * WAYS + way_of(finding); }

const char *tc_calibration_group(const tc_finding *finding) { return group_names[group_of(finding)]; }

double tc_calibration_probability(const tc_calibration *calibration, const tc_finding *finding)
{
  const group *g = &calibration->groups[group_of(finding)];
  double signals[TC_SIGNAL_COUNT];
  tc_signals_of(finding, signals);
  double sum = g->bias;
  for (size_t i = 0; i < TC_SIGNAL_COUNT; i++)
    sum += g->weights[i] * signals[i];
  return 1 / (1 + exp(-sum));
}

double tc_calibration_sure(const tc_calibration *calibration, const tc_finding *finding)
{
  return calibration->groups[group_of(finding)].sure;
}

/* ---- The file ---- */

static size_t index_of(const char *const *list, size_t count, const char *name)
{
  size_t i = 0;
  while (i < count && strcmp(list[i], name) != 0)
    i++;
  return i;
}

static bool read_group(const char *path, const char *name, const tc_json *json, group *out, tc_error *err)
{
  const tc_json *weights = tc_json_get(json, "weights");
  out->bias = tc_json_get_number(json, "bias", NAN);
  out->sure = tc_json_get_number(json, "sure", NAN);
  if (!(out->sure > 0.5 && out->sure <= 1))
    return tc_fail(err, TC_CONFIG, "%s: /groups/%s/sure: a probability above a half is wanted", path, name);
  if (!isfinite(out->bias) || !tc_json_is_object(weights))
    return tc_fail(err, TC_CONFIG, "%s: /groups/%s: a bias and weights are wanted", path, name);
  tc_json_member member;
  for (bool more = tc_json_first(weights, &member); more; more = tc_json_next(weights, &member)) {
    const size_t signal = index_of(names, TC_SIGNAL_COUNT, member.key);
    const double weight = tc_json_as_number(member.value, NAN);
    if (signal == TC_SIGNAL_COUNT || !(weight >= 0 && isfinite(weight)))
      return tc_fail(err, TC_CONFIG, "%s: /groups/%s/weights/%s: no signal with a weight", path, name, member.key);
    out->weights[signal] = weight;
  }
  return true;
}

bool tc_calibration_load(const char *path, tc_calibration **out, tc_error *err)
{
  tc_auto(tc_json) json = NULL;
  tc_auto(tc_calibration) calibration = calloc(1, sizeof *calibration);
  if (calibration == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a calibration");
  if (!tc_json_read_file(path, FILE_MAX, &json, err))
    return false;
  for (size_t i = 0; i < GROUPS; i++)
    calibration->groups[i] = (group){.bias = -INFINITY, .sure = 1};
  const tc_json *groups = tc_json_get(json, "groups");
  if (!tc_json_is_object(groups))
    return tc_fail(err, TC_CONFIG, "%s: /groups: an object is wanted", path);
  tc_json_member member;
  for (bool more = tc_json_first(groups, &member); more; more = tc_json_next(groups, &member)) {
    const size_t at = index_of(group_names, GROUPS, member.key);
    if (at == GROUPS)
      return tc_fail(err, TC_CONFIG, "%s: /groups/%s: there is no such group", path, member.key);
    if (!read_group(path, member.key, member.value, &calibration->groups[at], err))
      return false;
  }
  *out = tc_steal(&calibration);
  return true;
}

void tc_calibration_destroy(tc_calibration *calibration) { free(calibration); }
