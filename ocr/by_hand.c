/*
 * Three things are written by hand on printed papers: number and day, between print of the same line (then the digits
 * stand taller than the print beside them, or are uneven and hard to read), single values on forms (then strokes hang
 * together, and what was read makes no sense), and whole forms in a clear hand, which is read well and is still a hand
 * (then letters hang together in the values as they do not in the labels: copies that run print together do it to
 * both).
 */
#include "ocr/by_hand.h"

#include "base/text.h"
#include "ocr/handwriting.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define TALLER 1.2 /* heights of the print beside: written digits; the lowest of them counts */
#define RATHER_TALL 1.12
#define FAR_TALLER 2.2 /* against specks and dots: there is no print beside */
#define UNEVEN 0.09    /* of the tallest digit */
#define VERY_UNEVEN 0.12
#define BROKEN 0.25 /* no hand is so uneven: pieces of digits, or two that hang together */
#define HARD 0.75   /* the least confidence of its words */
#define DOUBTED 0.5 /* confidence of what is sure only because two readers agree: figures of a hand among them */
#define RUNNING 0.5 /* the share of a line's ink in strokes wider than a letter */

#define JOINED 1.8     /* how many times as wide as the labels' the strokes of a running hand are, on average */
#define FAR_JOINED 2.4 /* … that few of its values need to run */
#define APART 1.2      /* letters a stroke: print however bold, or a hand whose letters stand alone */
#define RUNS 0.1       /* the share of ink in long strokes of a value that runs */

enum { PIECES_MIN = 12, RUNS_AMONG = 4 /* values one runs at least */, FEW_AMONG = 8 };

/* The line about a number: the value's own, up to some words further. */
static tc_box line_about(const tc_slot *slot, const tc_box *number)
{
  tc_box line = slot->lines[0];
  for (size_t i = 0; i < slot->line_count; i++)
    if (fabs(slot->lines[i].y + slot->lines[i].height / 2 - number->y - number->height / 2) < number->height)
      line = slot->lines[i];
  return line;
}

typedef enum opinion { PRINTED, DOUBTFUL, WRITTEN } opinion;

/* Print that is read twice alike is print, be it a little uneven; what stands far above its line is not, but where both
   readers and the engine are certain, that may be a stain's or a low line's doing. */
static opinion opinion_of(const tc_finding *finding, const tc_digits_look *look)
{
  const bool disputed = tc_finding_votes(finding) < finding->reading_count;
  const bool hard_to_read = finding->slot.confidence < HARD;
  const bool tall = look->tallness > TALLER && look->tallness < FAR_TALLER;
  const bool uneven = look->unevenness > (hard_to_read ? UNEVEN : VERY_UNEVEN) && disputed;
  if (tall)
    return disputed || hard_to_read ? WRITTEN : DOUBTFUL;
  if (uneven)
    return look->unevenness < BROKEN || !tc_finding_reading(finding)->value.valid ? WRITTEN : DOUBTFUL;
  return look->tallness > RATHER_TALL && look->tallness < FAR_TALLER ? DOUBTFUL : PRINTED;
}

/* The number that begins a document's sign, or the day of its date line: who writes by hand writes it. */
static bool judge_digits(const tc_image *binary, const tc_finding *finding, opinion *out, tc_error *err)
{
  const tc_slot *slot = &finding->slot;
  tc_digits_look look;
  if (slot->number_count == 0)
    return true;
  if (!tc_handwriting_digits(binary, line_about(slot, &slot->numbers[0]), slot->numbers[0], &look, err))
    return false;
  *out = opinion_of(finding, &look);
  return true;
}

static bool longest_run(const tc_image *binary, const tc_slot *slot, double *out, tc_error *err)
{
  for (size_t i = 0; i < slot->line_count; i++) {
    double run = 0;
    if (!tc_handwriting_run(binary, slot->lines[i], &run, err))
      return false;
    *out = fmax(*out, run);
  }
  return true;
}

static bool runs_on(const tc_image *binary, const tc_slot *slot, bool *out, tc_error *err)
{
  double most = 0;
  if (!longest_run(binary, slot, &most, err))
    return false;
  *out = most > RUNNING;
  return true;
}

/* A clerk writes the number that begins a document's sign; what begins with printed letters is a series. */
static bool is_series(const tc_reading *reading)
{
  const char *at = reading->printed;
  uint32_t first = 0;
  return tc_text_next(&at, &first) && tc_text_is_upper(first);
}

bool tc_by_hand_judge(const tc_extract_options *options, tc_finding *finding, tc_error *err)
{
  const tc_slot *slot = &finding->slot;
  const tc_reading *reading = tc_finding_reading(finding);
  const tc_image *binary = NULL;
  opinion digits = PRINTED;
  bool written = false;
  if (options->ink == NULL || reading == NULL || slot->words == 0 || slot->line_count == 0 || slot->blank ||
      !(finding->status == TC_FIELD_SURE || finding->status == TC_FIELD_CHECK || finding->status == TC_FIELD_ILLEGIBLE))
    return true;
  const bool code = strcmp(finding->model->kind->name, "code") == 0 && !is_series(reading);
  const bool date_line = finding->model->find == TC_FIND_DATELINE_DATE;
  const bool senseless = !reading->value.valid && finding->status != TC_FIELD_SURE;
  const bool doubted = finding->status == TC_FIELD_SURE && (slot->confidence < DOUBTED || finding->settled);
  if (!code && !date_line && !senseless && !doubted)
    return true;
  if (!options->ink(options->reread_data, finding->page, &binary, err))
    return false;
  if (binary == NULL)
    return true;
  if ((code || date_line || doubted) && !judge_digits(binary, finding, &digits, err))
    return false;
  if (doubted && digits != PRINTED)
    finding->status = TC_FIELD_CHECK;
  written = digits == WRITTEN && (code || date_line);
  if (!written && senseless && !runs_on(binary, slot, &written, err))
    return false;
  if (written) {
    finding->status = TC_FIELD_HANDWRITTEN;
    finding->confidence = 0.1;
  } else if (digits == DOUBTFUL && finding->status == TC_FIELD_SURE) {
    finding->status = TC_FIELD_CHECK;
  }
  return true;
}

/* Connected strokes and their widths together; of how many values, and how many of those have long strokes. */
typedef struct strokes {
  size_t pieces;
  double width;
  size_t values, running;
  size_t letters; /* and figures, as read */
} strokes;

static double usual_width(const strokes *s) { return s->width / (double)s->pieces; }

static bool add_line(const tc_image *binary, tc_box line, strokes *out, tc_error *err)
{
  size_t pieces = 0;
  double width = 0;
  if (line.width <= 0)
    return true;
  if (!tc_handwriting_pieces(binary, line, &pieces, &width, err))
    return false;
  out->pieces += pieces;
  out->width += width;
  return true;
}

static size_t letters_in(const char *text)
{
  size_t count = 0;
  uint32_t sign = 0;
  while (tc_text_next(&text, &sign))
    count += tc_text_is_letter(sign) || tc_text_is_digit(sign) ? 1 : 0;
  return count;
}

static bool add_strokes(const tc_image *binary, const tc_slot *slot, strokes *values, strokes *labels, tc_error *err)
{
  double run = 0;
  values->letters += letters_in(tc_buf_text(&slot->printed));
  if (!add_line(binary, slot->label, labels, err) || !longest_run(binary, slot, &run, err))
    return false;
  for (size_t i = 0; i < slot->line_count; i++)
    if (!add_line(binary, slot->spans[i], values, err))
      return false;
  values->values++;
  values->running += run > RUNS ? 1 : 0;
  return true;
}

/* A card's machine-readable lines are printed with all the rest. */
static bool has_machine_lines(const tc_finding *findings, size_t count)
{
  for (size_t f = 0; f < count; f++)
    if (findings[f].model->find == TC_FIND_MRZ && findings[f].slot.found)
      return true;
  return false;
}

/* Read beside its label, on a form; a number is set by another hand, or by none. */
static bool is_of_form(const tc_finding *finding)
{
  const tc_reading *reading = tc_finding_reading(finding);
  return reading != NULL && finding->model->find == TC_FIND_LABEL && finding->slot.label.width > 0 &&
         finding->slot.words > 0 && !finding->slot.blank && strcmp(finding->model->kind->name, "code") != 0;
}

/* Who wrote one value beside its label wrote others: a clear one among them, whose reading makes sense, is read well
   by chance. */
static void doubt_neighbours(tc_finding *findings, size_t count)
{
  bool written = false;
  for (size_t f = 0; f < count; f++)
    written = written || (is_of_form(&findings[f]) && findings[f].status == TC_FIELD_HANDWRITTEN);
  for (size_t f = 0; written && f < count; f++)
    if (is_of_form(&findings[f]) && findings[f].status == TC_FIELD_SURE)
      findings[f].status = TC_FIELD_CHECK;
}

/* A whole form in a clear hand? Letters that hang together may be a bad copy's doing where hardly a stroke runs, and
   where as many strokes stand there as letters were read they are a wide type's. */
static opinion opinion_of_form(const strokes *values, const strokes *labels)
{
  if (values->pieces < PIECES_MIN || labels->pieces < PIECES_MIN)
    return PRINTED;
  const double joined = usual_width(values) / usual_width(labels);
  const size_t among = joined >= FAR_JOINED ? FEW_AMONG : RUNS_AMONG;
  const bool apart = (double)values->letters <= APART * (double)values->pieces;
  return joined < JOINED ? PRINTED : !apart && values->running * among >= values->values ? WRITTEN : DOUBTFUL;
}

bool tc_by_hand_judge_form(const tc_extract_options *options, tc_finding *findings, size_t count, tc_error *err)
{
  strokes values = {0};
  strokes labels = {0};
  if (has_machine_lines(findings, count))
    return true;
  doubt_neighbours(findings, count);
  for (size_t f = 0; options->ink != NULL && f < count; f++) {
    const tc_image *binary = NULL;
    if (!is_of_form(&findings[f]))
      continue;
    if (!options->ink(options->reread_data, findings[f].page, &binary, err) ||
        (binary != NULL && !add_strokes(binary, &findings[f].slot, &values, &labels, err)))
      return false;
  }
  const opinion form = opinion_of_form(&values, &labels);
  for (size_t f = 0; form != PRINTED && f < count; f++) {
    if (!is_of_form(&findings[f]))
      continue;
    if (form == WRITTEN) {
      findings[f].status = TC_FIELD_HANDWRITTEN;
      findings[f].confidence = 0.1;
    } else if (findings[f].status == TC_FIELD_SURE) {
      findings[f].status = TC_FIELD_CHECK;
    }
  }
  return true;
}
