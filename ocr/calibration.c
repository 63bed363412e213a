#include "ocr/calibration.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

#define PLAUSIBLE_SCALE 10.0

static const char *const names[] = {
    [TC_SIGNAL_LEAST] = "least",         [TC_SIGNAL_MEAN] = "mean",     [TC_SIGNAL_PLACE] = "place",
    [TC_SIGNAL_VALID] = "valid",         [TC_SIGNAL_LIST] = "list",     [TC_SIGNAL_USUAL] = "usual",
    [TC_SIGNAL_VOUCHED] = "vouched",     [TC_SIGNAL_CLEAR] = "clear",   [TC_SIGNAL_AGREES] = "agrees",
    [TC_SIGNAL_PLAUSIBLE] = "plausible", [TC_SIGNAL_READER] = "reader", [TC_SIGNAL_AGAIN] = "again",
    [TC_SIGNAL_SHORT] = "short"};

const char *tc_signal_name(tc_signal signal) { return names[signal]; }

static bool says(const tc_value *value, const char *evidence)
{
  for (size_t i = 0; i < value->evidence_count; i++)
    if (strcmp(value->evidence[i], evidence) == 0)
      return true;
  return false;
}

/* Of the other readings: those of the second reader, or those of the engine. */
static double share_that_agrees(const tc_finding *finding, bool reader)
{
  const tc_reading *chosen = tc_finding_reading(finding);
  size_t all = 0;
  size_t same = 0;
  for (size_t i = 0; i < finding->reading_count; i++) {
    const tc_reading *other = &finding->readings[i];
    if (i == finding->chosen || (strcmp(other->by, "second_reader") == 0) != reader)
      continue;
    all++;
    same += strcmp(tc_buf_text(&other->value.text), tc_buf_text(&chosen->value.text)) == 0 ? 1 : 0;
  }
  return all > 0 ? (double)same / (double)all : 0;
}

void tc_signals_of(const tc_finding *finding, double out[TC_SIGNAL_COUNT])
{
  const tc_reading *reading = tc_finding_reading(finding);
  const tc_value *value = &reading->value;
  const tc_opinion *opinion = &finding->opinion;
  out[TC_SIGNAL_LEAST] = finding->slot.confidence;
  out[TC_SIGNAL_MEAN] = finding->slot.mean_confidence;
  out[TC_SIGNAL_PLACE] = finding->slot.place_confidence;
  out[TC_SIGNAL_VALID] = value->valid && !value->mended ? 1 : 0;
  out[TC_SIGNAL_LIST] = says(value, TC_VALUE_MEMBER) ? 1 : 0;
  out[TC_SIGNAL_USUAL] = says(value, "usual_name") || says(value, "province") ? 1 : 0;
  out[TC_SIGNAL_VOUCHED] = finding->vouched ? 1 : 0;
  out[TC_SIGNAL_CLEAR] = finding->contradicted ? 0 : 1;
  out[TC_SIGNAL_AGREES] = share_that_agrees(finding, true);
  out[TC_SIGNAL_PLAUSIBLE] = opinion->given ? exp(opinion->weight / PLAUSIBLE_SCALE) : 0;
  out[TC_SIGNAL_READER] = opinion->given ? opinion->confidence : 0;
  out[TC_SIGNAL_AGAIN] = share_that_agrees(finding, false);
  out[TC_SIGNAL_SHORT] = 1 / (1 + (double)tc_text_length(reading->printed) / 20);
}
