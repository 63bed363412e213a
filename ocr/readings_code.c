/*
 * Readings out of a paper's code: its parts are the values of fields, in an order that the type tells.
 */
#include "base/text.h"
#include "ocr/fuzzy.h"
#include "ocr/readings.h"

#include <stdint.h>
#include <string.h>

typedef struct parts {
  char *texts[TC_CODE_PARTS_MAX];
  size_t count;
} parts;

static void parts_finish(parts *p)
{
  for (size_t i = 0; i < p->count; i++)
    free(p->texts[i]);
}
TC_AUTO_VALUE(parts, parts_finish);

/* ddMMyyyy of a field that is a date becomes dd/MM/yyyy. */
static bool copy_part(const tc_field_model *model, const char *start, size_t size, char **out, tc_error *err)
{
  const bool date =
      model != NULL && strcmp(model->kind->name, "date") == 0 && size == 8 && strspn(start, "0123456789") >= size;
  return date ? tc_str_printf(out, err, "%.2s/%.2s/%.4s", start, start + 2, start + 4)
              : tc_str_printf(out, err, "%.*s", (int)size, start);
}

static bool split_code(const tc_paper_type *type, const char *text, parts *out, tc_error *err)
{
  const tc_code_model *code = &type->code;
  for (const char *at = text; at != NULL && out->count < code->count;) {
    const size_t size = strcspn(at, code->separator);
    const size_t field = code->fields[out->count];
    if (!copy_part(field != SIZE_MAX ? &type->fields[field] : NULL, at, size, &out->texts[out->count], err))
      return false;
    out->count++;
    at = at[size] != '\0' ? at + size + 1 : NULL;
  }
  return true;
}

/* How many of the parts are what was read. */
static size_t matches_of(const tc_code_model *code, const tc_finding *findings, const parts *p)
{
  size_t matches = 0;
  for (size_t i = 0; i < p->count; i++) {
    const tc_reading *read = code->fields[i] != SIZE_MAX ? tc_finding_reading(&findings[code->fields[i]]) : NULL;
    matches +=
        read != NULL && strcmp(tc_buf_text(&read->value.text), p->texts[i]) == 0 && p->texts[i][0] != '\0' ? 1 : 0;
  }
  return matches;
}

/* A code has a name in small letters where the print may have capitals: the value is the print's. */
static bool as_set(const tc_finding *finding, const char *text, char **out, tc_error *err)
{
  return tc_is_upper_text(finding->readings[0].printed) ? tc_text_upper(text, out, err) : tc_str_copy(text, out, err);
}

static bool add_parts(const tc_evidence_context *context, tc_finding *findings, parts *p, tc_error *err)
{
  const tc_code_model *code = &context->type->code;
  for (size_t i = 0; i < p->count; i++) {
    tc_finding *finding = code->fields[i] != SIZE_MAX ? &findings[code->fields[i]] : NULL;
    tc_auto(tc_str) text = NULL;
    if (finding != NULL && finding->reading_count > 0 && p->texts[i][0] != '\0' &&
        (!as_set(finding, p->texts[i], &text, err) ||
         !tc_reading_add(context, finding, TC_READING_CODE, tc_steal(&text), err)))
      return false;
  }
  return true;
}

/* Of several cards on one glass, the code that says most of what was read; one that says nothing of it is another
   paper's. */
bool tc_readings_codes(const tc_evidence_context *context, tc_finding *findings, const tc_codes *codes, tc_error *err)
{
  const tc_code_model *code = &context->type->code;
  size_t best = 0;
  size_t best_matches = 0;
  for (size_t i = 0; i < codes->count; i++) {
    tc_auto(parts) p = {0};
    if (!split_code(context->type, codes->texts[i], &p, err))
      return false;
    const size_t matches = p.count == code->count ? matches_of(code, findings, &p) : 0;
    if (matches > best_matches) {
      best = i;
      best_matches = matches;
    }
  }
  tc_auto(parts) p = {0};
  return best_matches == 0 ||
         (split_code(context->type, codes->texts[best], &p, err) && add_parts(context, findings, &p, err));
}

/* The reading whose letters are the code's, whatever their marks; NULL: none. */
static const tc_reading *alike_code(const tc_finding *finding, const tc_reading *code)
{
  tc_auto(tc_str) of_code = NULL;
  if (!tc_fuzzy_fold(code->printed, &of_code, NULL) || of_code[0] == '\0')
    return NULL;
  for (size_t i = 0; i < finding->reading_count; i++) {
    tc_auto(tc_str) letters = NULL;
    const tc_reading *reading = &finding->readings[i];
    if (reading != code && tc_fuzzy_fold(reading->printed, &letters, NULL) && strcmp(letters, of_code) == 0)
      return reading;
  }
  return NULL;
}

bool tc_readings_prefer_code(const tc_evidence_context *context, tc_finding *finding, tc_error *err)
{
  const tc_reading *code = tc_finding_reading_by(finding, TC_READING_CODE);
  const tc_reading *chosen = tc_finding_reading(finding);
  if (code == NULL || !code->value.valid || tc_reading_same(code, chosen))
    return true;
  const tc_reading *print = alike_code(finding, code);
  if (print == NULL && chosen->value.valid && !chosen->value.mended)
    return true;
  finding->chosen = (size_t)(code - finding->readings);
  if (print == NULL || !tc_is_upper_text(print->printed) || finding->reading_count == TC_READINGS_MAX)
    return true;
  tc_auto(tc_str) capitals = NULL;
  if (!tc_text_upper(code->printed, &capitals, err) ||
      !tc_reading_add(context, finding, TC_READING_COMBINED, tc_steal(&capitals), err))
    return false;
  finding->chosen = finding->reading_count - 1;
  return true;
}
