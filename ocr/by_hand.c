/*
 * Two things are written by hand on printed papers: number and day, between print of the same line (then the digits
 * stand taller than the print beside them, or are uneven and hard to read), and whole values on forms (then strokes
 * hang together, and what was read makes no sense).
 */
#include "ocr/by_hand.h"

#include "ocr/handwriting.h"

#include <math.h>
#include <string.h>

#define TALLER 1.2  /* heights of the print beside: written digits; the lowest of them counts */
#define UNEVEN 0.09 /* of the tallest digit */
#define VERY_UNEVEN 0.12
#define HARD 0.75   /* the least confidence of its words */
#define RUNNING 0.5 /* the share of a line's ink in strokes wider than a letter */

/* The line about a number: the value's own, up to some words further. */
static tc_box line_about(const tc_slot *slot, const tc_box *number)
{
  tc_box line = slot->lines[0];
  for (size_t i = 0; i < slot->line_count; i++)
    if (fabs(slot->lines[i].y + slot->lines[i].height / 2 - number->y - number->height / 2) < number->height)
      line = slot->lines[i];
  return line;
}

/* Print that is read twice alike is print, be it a little uneven; what stands far above its line is not. */
static bool digits_are_written(const tc_image *binary, const tc_finding *finding, size_t numbers, bool *out,
                               tc_error *err)
{
  const tc_slot *slot = &finding->slot;
  const bool disputed = tc_finding_votes(finding) < finding->reading_count;
  const bool hard_to_read = slot->confidence < HARD;
  *out = false;
  for (size_t i = 0; i < numbers && i < slot->number_count && !*out; i++) {
    tc_digits_look look;
    if (!tc_handwriting_digits(binary, line_about(slot, &slot->numbers[i]), slot->numbers[i], &look, err))
      return false;
    *out = look.tallness > TALLER || (look.unevenness > (hard_to_read ? UNEVEN : VERY_UNEVEN) && disputed);
  }
  return true;
}

static bool runs_on(const tc_image *binary, const tc_slot *slot, bool *out, tc_error *err)
{
  double most = 0;
  for (size_t i = 0; i < slot->line_count; i++) {
    double run = 0;
    if (!tc_handwriting_run(binary, slot->lines[i], &run, err))
      return false;
    most = fmax(most, run);
  }
  *out = most > RUNNING;
  return true;
}

bool tc_by_hand_judge(const tc_extract_options *options, tc_finding *finding, tc_error *err)
{
  const tc_slot *slot = &finding->slot;
  const tc_reading *reading = tc_finding_reading(finding);
  const tc_image *binary = NULL;
  bool written = false;
  if (options->ink == NULL || reading == NULL || slot->words == 0 || slot->line_count == 0 || slot->blank ||
      !(finding->status == TC_FIELD_SURE || finding->status == TC_FIELD_CHECK || finding->status == TC_FIELD_ILLEGIBLE))
    return true;
  const bool code = strcmp(finding->model->kind->name, "code") == 0;
  const bool date_line = finding->model->find == TC_FIND_DATELINE_DATE;
  const bool senseless = !reading->value.valid && finding->status != TC_FIELD_SURE;
  if (!code && !date_line && !senseless)
    return true;
  if (!options->ink(options->reread_data, finding->page, &binary, err))
    return false;
  if (binary == NULL)
    return true;
  if ((code || date_line) && !digits_are_written(binary, finding, code ? 1 : 2, &written, err))
    return false;
  if (!written && senseless && !runs_on(binary, slot, &written, err))
    return false;
  if (written) {
    finding->status = TC_FIELD_HANDWRITTEN;
    finding->confidence = 0.1;
  }
  return true;
}
