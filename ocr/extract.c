/*
 * The order of the work: lines and tokens of each page; the type whose title and vocabulary the first pages show; each
 * field's place on the first page that has it; its value, read again where that can change its status; the checks
 * between fields; the status.
 */
#include "ocr/extract.h"

#include "ocr/by_hand.h"
#include "ocr/calibration.h"
#include "ocr/classify.h"
#include "ocr/evidence.h"
#include "ocr/find_type.h"
#include "ocr/readings.h"

#include <math.h>
#include <string.h>

enum { FIELD_PAGES = 4 };

typedef struct work {
  const tc_paper_types *types;
  const tc_page *const *pages;
  const tc_extract_options *options;
  tc_sheet *sheets;
  size_t sheet_count;
  const tc_paper_type *type;
  double type_confidence;
  tc_finding *findings;
} work;

static void work_finish(work *w)
{
  for (size_t i = 0; i < w->sheet_count; i++) {
    tc_lines_destroy(w->sheets[i].lines);
    tc_tokens_destroy(w->sheets[i].tokens);
    tc_anchors_destroy(w->sheets[i].anchors);
  }
  free(w->sheets);
  for (size_t f = 0; w->findings != NULL && f < w->type->field_count; f++)
    tc_finding_finish(&w->findings[f]);
  free(w->findings);
}
TC_AUTO_VALUE(work, work_finish);

/* The pages that fields are sought on: the first ones, and the last, where the signature is. */
static bool lay_out(work *w, size_t page_count, tc_error *err)
{
  w->sheets = calloc(FIELD_PAGES + 1, sizeof *w->sheets);
  if (w->sheets == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a document");
  for (size_t i = 0; i < page_count; i++) {
    if (i >= FIELD_PAGES && i + 1 < page_count)
      continue;
    tc_sheet *s = &w->sheets[w->sheet_count++];
    s->index = i;
    if (!tc_lines_create(w->pages[i], &s->lines, err) || !tc_tokens_create(s->lines, &s->tokens, err))
      return false;
  }
  return true;
}

/* ---- Type ---- */

static bool find_type(work *w, tc_error *err)
{
  if (w->options->type == NULL)
    return tc_find_type(w->types, w->sheets, w->sheet_count, &w->type, &w->type_confidence, err);
  w->type = tc_paper_types_find(w->types, w->options->type);
  w->type_confidence = 1;
  return w->type != NULL || tc_fail(err, TC_NOT_FOUND, "there is no paper type '%s'", w->options->type);
}

/* ---- Fields ---- */

static bool prepare(work *w, tc_error *err)
{
  for (size_t i = 0; i < w->sheet_count; i++) {
    tc_sheet *s = &w->sheets[i];
    const bool titled = w->type->titles.count > 0;
    if (!tc_anchors_create(w->type, s->lines, s->tokens, &s->anchors, err) ||
        !(titled ? tc_classify_title(&w->type->titles, s->lines, s->tokens, &s->title, err)
                 : tc_classify_any_title(s->anchors, &s->title, err)))
      return false;
  }
  w->findings = calloc(w->type->field_count, sizeof *w->findings);
  return w->findings != NULL || tc_fail(err, TC_NO_MEMORY, "no memory for fields");
}

/* A signature is sought from the last page, everything else from the first. */
static bool from_the_end(tc_find find)
{
  return find == TC_FIND_SIGNER_AUTHORITY || find == TC_FIND_SIGNER_NAME || find == TC_FIND_SIGNER_TITLE;
}

static bool find_value(const work *w, size_t field, tc_finding *finding, tc_error *err)
{
  finding->model = &w->type->fields[field];
  for (size_t n = 0; n < w->sheet_count; n++) {
    const tc_sheet *s = &w->sheets[from_the_end(finding->model->find) ? w->sheet_count - 1 - n : n];
    const tc_page_view view = {w->types, w->pages[s->index], s->lines, s->tokens, s->anchors, s->title, s->index};
    tc_slot slot = {0};
    const bool ok = tc_slot_read(&view, field, &slot, err);
    if (ok && slot.found && (!finding->slot.found || (finding->slot.words == 0 && slot.words > 0))) {
      tc_slot_finish(&finding->slot);
      finding->slot = slot;
      finding->page = s->index;
    } else {
      tc_slot_finish(&slot);
    }
    if (!ok)
      return false;
    if (finding->slot.words > 0)
      break;
  }
  return true;
}

static bool find_fields(work *w, tc_error *err)
{
  const tc_evidence_context context = {w->types, w->type, w->type_confidence, w->options};
  for (size_t f = 0; f < w->type->field_count; f++)
    if (!find_value(w, f, &w->findings[f], err))
      return false;
  if (!tc_evidence_gather(&context, w->findings, err))
    return false;
  for (size_t f = 0; f < w->type->field_count; f++)
    if (!tc_by_hand_judge(w->options, &w->findings[f], err))
      return false;
  return tc_by_hand_judge_form(w->options, w->findings, w->type->field_count, err);
}

/* ---- Result ---- */

static bool add_evidence(tc_field *field, const char *name, tc_error *err)
{
  char **grown = realloc(field->evidence, (field->evidence_count + 1) * sizeof *grown);
  if (grown == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for evidence");
  field->evidence = grown;
  return tc_str_copy(name, &grown[field->evidence_count], err) && ++field->evidence_count > 0;
}

static bool collect_evidence(const tc_finding *finding, tc_field *field, tc_error *err)
{
  const tc_value *value = &tc_finding_reading(finding)->value;
  const size_t votes = tc_finding_votes(finding);
  for (size_t i = 0; i < value->evidence_count; i++)
    if (!add_evidence(field, value->evidence[i], err))
      return false;
  if (finding->reading_count > 1 && !add_evidence(field,
                                                  votes == finding->reading_count ? "second_reading"
                                                  : votes > 1                     ? "second_reading:majority"
                                                                                  : "second_reading:differs",
                                                  err))
    return false;
  const tc_reading *code = tc_finding_reading_by(finding, TC_READING_CODE);
  if (code != NULL &&
      !add_evidence(field, tc_reading_same(code, tc_finding_reading(finding)) ? "code" : "code:differs", err))
    return false;
  if (finding->beside > 0 && !add_evidence(field, "print_beside", err))
    return false;
  for (size_t i = 0; i < finding->check_count; i++) {
    tc_auto(tc_str) name = NULL;
    if (!tc_str_printf(&name, err, "%s%s", finding->checks[i], finding->contradicted ? ":differs" : "") ||
        !add_evidence(field, name, err))
      return false;
  }
  return true;
}

/* What the reviewer sees beside the value, and the calibration is made from. */
static bool record_readings(const tc_finding *finding, tc_field *field, tc_error *err)
{
  double signals[TC_SIGNAL_COUNT];
  bool ok = true;
  field->readings = tc_json_array();
  for (size_t i = 0; i < finding->reading_count; i++) {
    tc_json *row = tc_json_object();
    tc_json_set_text(row, "by", finding->readings[i].by);
    tc_json_set_text(row, "printed", finding->readings[i].printed);
    tc_json_set_boolean(row, "valid", finding->readings[i].value.valid && !finding->readings[i].value.mended);
    ok = tc_json_append(field->readings, row) && ok;
  }
  field->choices = finding->choices != NULL ? tc_json_keep(finding->choices) : NULL;
  field->signals = tc_json_object();
  tc_json_set_text(field->signals, "group", tc_calibration_group(finding));
  ok = tc_json_set_boolean(field->signals, "could", finding->could) && ok;
  tc_signals_of(finding, signals);
  for (tc_signal s = 0; s < TC_SIGNAL_COUNT; s++)
    ok = tc_json_set_number(field->signals, tc_signal_name(s), round(signals[s] * 1e4) / 1e4) && ok;
  return ok || tc_fail(err, TC_NO_MEMORY, "no memory for evidence");
}

static bool has_value(const tc_finding *finding)
{
  const tc_reading *reading = tc_finding_reading(finding);
  return reading != NULL && reading->printed[0] != '\0' && finding->status != TC_FIELD_BLANK &&
         finding->status != TC_FIELD_MISSING;
}

static bool finish_field(const tc_finding *finding, tc_field *field, tc_error *err)
{
  field->status = finding->status;
  field->confidence = finding->confidence;
  field->page = finding->slot.found ? (int)finding->page + 1 : 0;
  field->box = finding->slot.capture;
  if (!tc_str_copy(finding->model->key, &field->key, err))
    return false;
  if (finding->slot.blank && !tc_str_copy(tc_buf_text(&finding->slot.printed), &field->as_printed, err))
    return false;
  if (!has_value(finding))
    return true;
  const tc_reading *reading = tc_finding_reading(finding);
  const char *value = tc_buf_text(&reading->value.text);
  const bool whole = value[0] != '\0' && finding->status != TC_FIELD_HANDWRITTEN;
  return tc_str_copy(reading->printed, &field->as_printed, err) && (!whole || tc_str_copy(value, &field->value, err)) &&
         collect_evidence(finding, field, err) && record_readings(finding, field, err);
}

static bool finish_text(const work *w, size_t page_count, tc_extraction *out, tc_error *err)
{
  tc_auto(tc_buf) text = {0};
  for (size_t i = 0; i < page_count; i++)
    if ((i > 0 && !tc_buf_append_text(&text, "\f", err)) || !tc_page_text(w->pages[i], &text, err))
      return false;
  return tc_str_copy(tc_buf_text(&text), &out->text, err);
}

static bool finish(const work *w, size_t page_count, tc_extraction *out, tc_error *err)
{
  out->document_type_confidence = w->type_confidence;
  out->fields = calloc(w->type->field_count, sizeof *out->fields);
  if (out->fields == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for fields");
  for (size_t f = 0; f < w->type->field_count; f++) {
    out->field_count++;
    if (!finish_field(&w->findings[f], &out->fields[f], err))
      return false;
  }
  return tc_str_copy(w->type->id, &out->document_type, err) && finish_text(w, page_count, out, err);
}

bool tc_extract(const tc_paper_types *types, const tc_page *const *pages, size_t page_count,
                const tc_extract_options *options, tc_extraction **out, tc_error *err)
{
  tc_auto(work) w = {.types = types, .pages = pages, .options = options};
  tc_auto(tc_extraction) extraction = calloc(1, sizeof *extraction);
  if (extraction == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a document");
  if (!lay_out(&w, page_count, err) || !find_type(&w, err) || !prepare(&w, err) || !find_fields(&w, err) ||
      !finish(&w, page_count, extraction, err))
    return false;
  *out = tc_steal(&extraction);
  return true;
}
