#include "ocr/evidence.h"

#include "base/text.h"

#include <math.h>
#include <stdint.h>
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
  tc_value_finish(&finding->value);
  free(finding->printed);
}

/* ---- Readings ---- */

static tc_value_context value_context(const tc_evidence_context *context, const tc_field_model *model)
{
  return (tc_value_context){context->types->words, context->options->today, model->params, model->pattern};
}

/* The text of a page that is one line (or what was found of it): its words from left to right, at one height. */
static bool text_of_line(tc_page *page, tc_buf *out, tc_error *err)
{
  for (size_t i = 0; i < page->word_count; i++) {
    page->words[i].box.y = 0;
    page->words[i].box.height = page->height;
  }
  tc_auto(tc_lines) lines = NULL;
  tc_auto(tc_tokens) tokens = NULL;
  tc_auto(tc_slot) slot = {0};
  size_t order[256];
  if (!tc_lines_create(page, &lines, err) || !tc_tokens_create(lines, &tokens, err))
    return false;
  size_t count = 0;
  for (size_t i = 0; i < tokens->count && count < TC_ARRAY_LEN(order); i++)
    order[count++] = i;
  const tc_page_view view = {.page = page, .lines = lines, .tokens = tokens};
  if (!tc_slot_add_line(&view, order, count, &slot, err))
    return false;
  return (out->size == 0 || slot.printed.size == 0 || tc_buf_append_text(out, " ", err)) &&
         tc_buf_append(out, slot.printed.data, slot.printed.size, err);
}

/* Reads the slot's lines again in one way; *any stays false where there is no such way. */
static bool read_again(const tc_evidence_context *context, const tc_finding *finding, int way, char **out, bool *any,
                       tc_error *err)
{
  tc_auto(tc_buf) text = {0};
  for (size_t i = 0; i < finding->slot.line_count; i++) {
    tc_auto(tc_page) page = NULL;
    if (!context->options->reread(context->options->reread_data, finding->page, finding->slot.lines[i], way, &page,
                                  err))
      return false;
    if (page == NULL)
      return true;
    *any = true;
    if (!text_of_line(page, &text, err))
      return false;
  }
  tc_auto(tc_str) trimmed = NULL;
  return tc_slot_trim(tc_buf_text(&text), &trimmed, err) && tc_text_squeeze(trimmed, out, err);
}

/* What the second reader makes of the slot's lines. */
static bool look_again(const tc_evidence_context *context, const tc_finding *finding, char **out, bool *any,
                       tc_error *err)
{
  const tc_extract_options *options = context->options;
  tc_auto(tc_posterior) posterior = NULL;
  tc_auto(tc_buf) text = {0};
  if (!tc_posterior_create(options->alphabet, &posterior, err))
    return false;
  for (size_t i = 0; i < finding->slot.line_count; i++) {
    if (!options->look(options->reread_data, finding->page, finding->slot.lines[i], posterior, any, err))
      return false;
    if (!*any)
      return true;
  }
  double confidence = 0;
  tc_auto(tc_str) trimmed = NULL;
  return tc_posterior_text(posterior, &text, &confidence, err) && tc_slot_trim(tc_buf_text(&text), &trimmed, err) &&
         tc_text_squeeze(trimmed, out, err);
}

typedef struct reading {
  char *printed;
  tc_value value;
} reading;

typedef struct readings {
  reading items[TC_READINGS_MAX];
  size_t count;
} readings;

static void readings_finish(readings *list)
{
  for (size_t i = 0; i < list->count; i++) {
    free(list->items[i].printed);
    tc_value_finish(&list->items[i].value);
  }
}
TC_AUTO_VALUE(readings, readings_finish);

static bool add_reading(const tc_evidence_context *context, const tc_field_model *model, char *take, readings *list,
                        tc_error *err)
{
  const tc_value_context value = value_context(context, model);
  reading *added = &list->items[list->count++];
  size_t start = 0;
  size_t end = 0;
  *added = (reading){.printed = take};
  const bool part = model->take != NULL && tc_pattern_find(model->take, take, &start, &end);
  if (part) {
    memmove(take, take + start, end - start);
    take[end - start] = '\0';
  }
  if (!model->kind->read(&value, take, &added->value, err))
    return false;
  /* without its frame nobody can say which part it is */
  added->value.valid = added->value.valid && (part || model->take == NULL);
  return true;
}

static bool same(const reading *a, const reading *b)
{
  return strcmp(tc_buf_text(&a->value.text), tc_buf_text(&b->value.text)) == 0 && a->value.text.size > 0;
}

/* The first reading, unless it has no structure and another has, or the others agree on another that has one too. */
static size_t choose(const readings *list)
{
  size_t best = 0;
  int best_votes = -1;
  for (size_t i = 0; i < list->count; i++) {
    int votes = list->items[i].value.valid ? 4 : 0;
    for (size_t j = 0; j < list->count; j++)
      votes += j != i && same(&list->items[i], &list->items[j]) ? 2 : 0;
    votes += i == 0 ? 1 : 0;
    if (list->items[i].value.text.size > 0 && votes > best_votes) {
      best = i;
      best_votes = votes;
    }
  }
  return best;
}

static void take_reading(readings *list, tc_finding *finding)
{
  const size_t chosen = choose(list);
  finding->agreed = finding->reread = list->count > 1;
  for (size_t i = 0; i < list->count; i++) {
    if (i == chosen)
      continue;
    const bool equal = same(&list->items[i], &list->items[chosen]);
    finding->agreed = finding->agreed && equal;
    finding->majority = finding->majority || equal;
  }
  finding->printed = tc_steal(&list->items[chosen].printed);
  finding->value = list->items[chosen].value;
  list->items[chosen].value = (tc_value){0};
}

static bool has_evidence(const tc_value *value, const char *name)
{
  for (size_t i = 0; i < value->evidence_count; i++)
    if (strcmp(value->evidence[i], name) == 0)
      return true;
  return false;
}

/* A further reading is worth its time unless the value needs none. */
static bool wants_again(const tc_evidence_context *context, const tc_finding *finding, const tc_value *first)
{
  if (context->options->reread == NULL || finding->slot.line_count == 0 || finding->slot.blank)
    return false;
  return finding->model->kind->need != TC_NEED_MEMBER || !has_evidence(first, TC_VALUE_MEMBER) ||
         finding->slot.confidence < 0.9;
}

bool tc_evidence_read(const tc_evidence_context *context, tc_finding *finding, tc_error *err)
{
  tc_auto(readings) list = {0};
  tc_auto(tc_str) printed = NULL;
  if (!finding->slot.found || finding->slot.blank)
    return true;
  if (!tc_str_copy(tc_buf_text(&finding->slot.printed), &printed, err) ||
      !add_reading(context, finding->model, tc_steal(&printed), &list, err))
    return false;
  for (int way = 0; wants_again(context, finding, &list.items[0].value) && list.count < TC_READINGS_MAX; way++) {
    bool any = false;
    tc_auto(tc_str) again = NULL;
    const bool look = way == 0 && context->options->look != NULL;
    if (!(look ? look_again(context, finding, &again, &any, err)
               : read_again(context, finding, way, &again, &any, err)))
      return false;
    if (!any)
      break;
    if (!add_reading(context, finding->model, tc_steal(&again), &list, err))
      return false;
  }
  take_reading(&list, finding);
  return true;
}

/* ---- Checks between fields ---- */

static tc_checked checked_of(tc_finding *findings, size_t field)
{
  if (field == SIZE_MAX || findings[field].printed == NULL || findings[field].printed[0] == '\0')
    return (tc_checked){NULL, NULL};
  return (tc_checked){&findings[field].value, findings[field].printed};
}

void tc_evidence_cross(const tc_paper_types *types, const tc_paper_type *type, tc_finding *findings)
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
  const tc_value *value = &finding->value;
  const double confidence = finding->slot.confidence;
  const double text_confidence = options->sure_confidence > 0 ? options->sure_confidence : SURE_CONFIDENCE;
  if (!value->valid || value->mended || finding->contradicted || finding->slot.place_confidence < PLACE_SURE)
    return false;
  switch (finding->model->kind->need) {
  case TC_NEED_MEMBER:
    if (has_evidence(value, TC_VALUE_MEMBER))
      return confidence >= MEMBER_CONFIDENCE && (!finding->reread || finding->agreed);
    break;
  case TC_NEED_STRUCTURE:
    if (finding->vouched && confidence >= VOUCHED_CONFIDENCE && (!finding->reread || finding->majority))
      return true;
    return finding->agreed && confidence >= DIGITS_CONFIDENCE;
  case TC_NEED_LEXICON:
    break;
  }
  const bool name = strcmp(finding->model->kind->name, "name") == 0;
  const double wanted =
      name && !has_evidence(value, "usual_name") ? fmax(text_confidence, UNUSUAL_CONFIDENCE) : text_confidence;
  return finding->agreed && confidence >= wanted;
}

void tc_evidence_judge(const tc_extract_options *options, tc_finding *finding)
{
  const tc_slot *slot = &finding->slot;
  const bool read = finding->printed != NULL && finding->printed[0] != '\0';
  const double mean = slot->words > 0 ? slot->mean_confidence : 0;
  if (!slot->found) {
    finding->status = TC_FIELD_MISSING;
    finding->confidence = 0;
  } else if (slot->blank || !read) {
    finding->status = TC_FIELD_BLANK;
    finding->confidence = slot->blank ? 0.95 : 0.7;
  } else if (finding->value.partial) {
    finding->status = TC_FIELD_HANDWRITTEN;
    finding->confidence = 0.1;
  } else if (is_sure(options, finding)) {
    finding->status = TC_FIELD_SURE;
    finding->confidence = fmin(0.99, 0.95 + 0.04 * slot->confidence);
  } else if (!finding->value.valid && !finding->majority && mean < ILLEGIBLE) {
    finding->status = TC_FIELD_ILLEGIBLE;
    finding->confidence = mean;
  } else {
    finding->status = TC_FIELD_CHECK;
    finding->confidence = fmin(0.9, mean * (finding->value.valid ? 0.8 : 0.6) + (finding->agreed ? 0.15 : 0) +
                                        (finding->vouched ? 0.1 : 0));
    if (finding->contradicted)
      finding->confidence /= 2;
  }
}
