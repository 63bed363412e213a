/*
 * A reading of a card's machine-readable lines out of what was read of them and of the print beside them. Which field
 * prints which part, the type's checks say.
 */
#include "base/text.h"
#include "ocr/mrz_print.h"
#include "ocr/readings.h"

#include <stdio.h>
#include <string.h>

static void set_day(tc_date date, char out[7])
{
  if (date.day > 0)
    snprintf(out, 7, "%02u%02u%02u", (unsigned)date.year % 100, (unsigned)date.month % 100, (unsigned)date.day % 100);
}

static void add_part(const char *part, const tc_value *value, tc_mrz_print *print)
{
  const char *text = tc_buf_text(&value->text);
  if (!value->valid)
    return;
  if (strcmp(part, "personal_id") == 0 && strlen(text) == TC_ID_DIGITS)
    memcpy(print->personal_id, text, sizeof print->personal_id);
  else if (strcmp(part, "birth") == 0)
    set_day(value->date, print->birth);
  else if (strcmp(part, "expiry") == 0)
    set_day(value->date, print->expiry);
  else if (strcmp(part, "name") == 0)
    print->name = text;
}

static tc_mrz_print print_of(const tc_paper_type *type, const tc_finding *findings, size_t field)
{
  tc_mrz_print print = {.name = ""};
  for (size_t c = 0; c < type->check_count; c++) {
    const tc_crosscheck *check = &type->checks[c];
    if (strcmp(check->kind->name, "mrz") != 0 || check->fields[0] != field || check->fields[1] == SIZE_MAX)
      continue;
    const tc_reading *reading = tc_finding_reading(&findings[check->fields[1]]);
    if (reading != NULL && strcmp(tc_json_get_text(check->params, "part", ""), "name") == 0)
      print.name_agreed = findings[check->fields[1]].backed >= 1;
    if (reading != NULL)
      add_part(tc_json_get_text(check->params, "part", ""), &reading->value, &print);
  }
  return print;
}

/* No check digit covers the name. Lines that are right but for it are another name only where two readers of the print
   gave it. */
static bool needs_mending(const tc_finding *finding, const tc_mrz_print *print)
{
  const tc_reading *reading = tc_finding_reading(finding);
  return !reading->value.valid || reading->value.mended || (print->name[0] != '\0' && print->name_agreed);
}

static bool mend(const tc_evidence_context *context, const tc_mrz_print *print, tc_finding *finding, tc_error *err)
{
  tc_mrz lines;
  tc_auto(tc_str) text = NULL;
  /* the last reading is the one made for such lines */
  size_t from = finding->reading_count;
  if (!needs_mending(finding, print) || finding->reading_count == TC_READINGS_MAX)
    return true;
  while (from > 0 && !tc_mrz_mend(finding->readings[from - 1].printed, print, &lines))
    from--;
  if (from == 0)
    return true;
  if (!tc_str_printf(&text, err, "%.30s %.30s %.30s", lines.text, lines.text + TC_MRZ_LINE,
                     lines.text + 2 * TC_MRZ_LINE))
    return false;
  if (strcmp(text, tc_buf_text(&tc_finding_reading(finding)->value.text)) == 0)
    return true;
  const size_t added = finding->reading_count;
  if (!tc_reading_add(context, finding, TC_READING_COMBINED, tc_steal(&text), err))
    return false;
  /* nobody read it so: a person looks */
  finding->readings[added].value.mended = true;
  finding->chosen = added;
  return true;
}

bool tc_readings_machine(const tc_evidence_context *context, tc_finding *findings, tc_error *err)
{
  for (size_t f = 0; f < context->type->field_count; f++) {
    if (findings[f].model->find != TC_FIND_MRZ || findings[f].reading_count == 0)
      continue;
    const tc_mrz_print print = print_of(context->type, findings, f);
    if (!mend(context, &print, &findings[f], err))
      return false;
  }
  return true;
}
