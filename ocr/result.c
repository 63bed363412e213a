/*
 * The extraction as a value: release, look-up, and the JSON that `extract --json` prints.
 */
#include "base/buf.h"
#include "ocr/extract.h"

#include <math.h>
#include <string.h>

static const char *const status_names[] = {
    [TC_FIELD_SURE] = "sure",   [TC_FIELD_CHECK] = "check",         [TC_FIELD_MISSING] = "missing",
    [TC_FIELD_BLANK] = "blank", [TC_FIELD_ILLEGIBLE] = "illegible", [TC_FIELD_HANDWRITTEN] = "handwritten"};

const char *tc_field_status_name(tc_field_status status) { return status_names[status]; }

void tc_extraction_destroy(tc_extraction *extraction)
{
  if (extraction == NULL)
    return;
  for (size_t i = 0; i < extraction->field_count; i++) {
    tc_field *field = &extraction->fields[i];
    for (size_t e = 0; e < field->evidence_count; e++)
      free(field->evidence[e]);
    free(field->evidence);
    free(field->key);
    free(field->value);
    free(field->as_printed);
    tc_json_release(field->readings);
    tc_json_release(field->signals);
    tc_json_release(field->choices);
  }
  free(extraction->fields);
  free(extraction->document_type);
  free(extraction->text);
  free(extraction);
}

const tc_field *tc_extraction_find(const tc_extraction *extraction, const char *key)
{
  for (size_t i = 0; i < extraction->field_count; i++)
    if (strcmp(extraction->fields[i].key, key) == 0)
      return &extraction->fields[i];
  return NULL;
}

static double rounded(double value, double unit) { return round(value / unit) * unit; }

static tc_json *field_to_json(const tc_field *field)
{
  tc_json *object = tc_json_object();
  tc_json *box = tc_json_array();
  tc_json *evidence = tc_json_array();
  const double sides[] = {field->box.x, field->box.y, field->box.width, field->box.height};
  for (size_t i = 0; i < TC_ARRAY_LEN(sides); i++)
    tc_json_append(box, tc_json_number(rounded(sides[i], 0.5)));
  for (size_t i = 0; i < field->evidence_count; i++)
    tc_json_append(evidence, tc_json_text(field->evidence[i]));
  tc_json_set(object, "value", tc_json_text(field->value));
  tc_json_set(object, "as_printed", tc_json_text(field->as_printed));
  tc_json_set(object, "confidence", tc_json_number(field->confidence));
  tc_json_set_text(object, "status", tc_field_status_name(field->status));
  tc_json_set_integer(object, "page", field->page);
  tc_json_set(object, "box", box);
  tc_json_set(object, "evidence", evidence);
  if (field->readings != NULL)
    tc_json_set(object, "readings", tc_json_keep(field->readings));
  if (field->signals != NULL)
    tc_json_set(object, "signals", tc_json_keep(field->signals));
  if (field->choices != NULL)
    tc_json_set(object, "choices", tc_json_keep(field->choices));
  return object;
}

bool tc_extraction_to_json(const tc_extraction *extraction, tc_json **out, tc_error *err)
{
  tc_auto(tc_json) object = tc_json_object();
  tc_json *fields = tc_json_object();
  bool ok = tc_json_set_text(object, "document_type", extraction->document_type) &&
            tc_json_set_number(object, "document_type_confidence", extraction->document_type_confidence);
  for (size_t i = 0; i < extraction->field_count; i++)
    ok = tc_json_set(fields, extraction->fields[i].key, field_to_json(&extraction->fields[i])) && ok;
  ok = tc_json_set(object, "fields", fields) && ok;
  ok = ok && tc_json_set_text(object, "text", extraction->text);
  if (!ok)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a result");
  *out = tc_steal(&object);
  return true;
}

/* ---- And back ---- */

static bool copy_optional(const char *text, char **out, tc_error *err)
{
  return text == NULL || tc_str_copy(text, out, err);
}

static bool status_from_name(const char *name, tc_field_status *out)
{
  for (size_t i = 0; i < TC_ARRAY_LEN(status_names); i++)
    if (strcmp(status_names[i], name) == 0) {
      *out = (tc_field_status)i;
      return true;
    }
  return false;
}

/* A part of somebody else's value, kept with it. */
static tc_json *keep_part(const tc_json *json, const char *name)
{
  const tc_json *part = tc_json_get(json, name);
  return part != NULL ? tc_json_keep((tc_json *)(uintptr_t)part) : NULL;
}

static bool field_from_json(const char *key, const tc_json *json, tc_field *field, tc_error *err)
{
  const tc_json *box = tc_json_get(json, "box");
  const tc_json *evidence = tc_json_get(json, "evidence");
  if (!status_from_name(tc_json_get_text(json, "status", ""), &field->status))
    return tc_fail(err, TC_FORMAT, "the field '%s' has no known status", key);
  field->confidence = tc_json_get_number(json, "confidence", 0);
  field->page = (int)tc_json_get_integer(json, "page", 0);
  field->box = (tc_box){tc_json_as_number(tc_json_at(box, 0), 0), tc_json_as_number(tc_json_at(box, 1), 0),
                        tc_json_as_number(tc_json_at(box, 2), 0), tc_json_as_number(tc_json_at(box, 3), 0)};
  field->evidence = calloc(tc_json_count(evidence) + 1, sizeof *field->evidence);
  if (field->evidence == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a result");
  field->readings = keep_part(json, "readings");
  field->signals = keep_part(json, "signals");
  field->choices = keep_part(json, "choices");
  for (size_t i = 0; i < tc_json_count(evidence); i++, field->evidence_count++)
    if (!tc_str_copy(tc_json_as_text(tc_json_at(evidence, i), ""), &field->evidence[i], err))
      return false;
  return tc_str_copy(key, &field->key, err) &&
         copy_optional(tc_json_get_text(json, "value", NULL), &field->value, err) &&
         copy_optional(tc_json_get_text(json, "as_printed", NULL), &field->as_printed, err);
}

bool tc_extraction_from_json(const tc_json *json, tc_extraction **out, tc_error *err)
{
  const tc_json *fields = tc_json_get(json, "fields");
  tc_auto(tc_extraction) extraction = calloc(1, sizeof *extraction);
  if (extraction == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a result");
  extraction->document_type_confidence = tc_json_get_number(json, "document_type_confidence", 0);
  extraction->fields = calloc(tc_json_count(fields) + 1, sizeof *extraction->fields);
  if (extraction->fields == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a result");
  tc_json_member member;
  for (bool more = tc_json_first(fields, &member); more; more = tc_json_next(fields, &member))
    if (!field_from_json(member.key, member.value, &extraction->fields[extraction->field_count++], err))
      return false;
  if (!tc_str_copy(tc_json_get_text(json, "document_type", "other"), &extraction->document_type, err) ||
      !tc_str_copy(tc_json_get_text(json, "text", ""), &extraction->text, err))
    return false;
  *out = tc_steal(&extraction);
  return true;
}
