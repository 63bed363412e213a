/*
 * Rules for the form and the fields that it has. After a signature there may come: new signature fields
 * (changes_field.c), signed or not, and the value of a signature field that was empty; other fields may be filled in
 * (changes_fill.c). What fields are drawn with stays (changes_form_looks.c).
 */
#include "pdf/changes_form.h"

#include <string.h>

enum { MAX_ADDED = 100 }; /* fields in one list at a time */

static void check_field(tc_pdf_step *step, const tc_pdf_object *old, const tc_pdf_object *new,
                        const tc_pdf_field_line *above);

/* A widget that did not say that it is an annotation may (12.5.2: Type is optional). */
static bool is_said_now(const tc_pdf_step *step, uint32_t number, tc_bytes key)
{
  const tc_pdf_object *old = tc_pdf_lookup(step->document, step->before, number);
  const tc_pdf_object *new = tc_pdf_lookup(step->document, step->after, number);
  return tc_bytes_are(key, "Type") && tc_pdf_kind_of(tc_pdf_get(old, "Type")) == TC_PDF_NULL &&
         tc_pdf_is_name(tc_pdf_get(new, "Type"), "Annot");
}

static void report_field_key(tc_pdf_step *step, tc_bytes key, void *data)
{
  const uint32_t *number = data;
  if (is_said_now(step, *number, key))
    return;
  tc_pdf_step_report(step, TC_PDF_CODE_FIELD_CHANGED, *number, "field %u: /%.*s was changed", *number,
                     (int)(key.size < 40 ? key.size : 40), (const char *)key.data);
}

/* Two fields of one name are one field, and viewers may show the wrong one (12.7.4.2). Widgets have none. */
static void check_name(tc_pdf_step *step, const tc_pdf_object *value, const tc_pdf_object *old, size_t *added)
{
  tc_auto(tc_str) name = tc_pdf_step_name(step, "", tc_pdf_step_new(step, value));
  bool taken = ++*added > MAX_ADDED;
  for (size_t i = 0; name != NULL && name[0] != '\0' && i < tc_pdf_count(old) && !taken; i++) {
    tc_auto(tc_str) other = tc_pdf_step_name(step, "", tc_pdf_step_old(step, tc_pdf_at(old, i)));
    taken = other != NULL && strcmp(name, other) == 0;
  }
  if (taken)
    tc_pdf_step_report(step, TC_PDF_CODE_FIELD_ADDED, tc_pdf_reference(value),
                       "the new field %u has the name of one that was there", tc_pdf_reference(value));
}

/* Fields or kids: what was there stays, in its order; the rest is new. */
static void check_fields(tc_pdf_step *step, const tc_pdf_object *old_value, const tc_pdf_object *new_value,
                         unsigned role, const tc_pdf_field_line *above)
{
  const tc_pdf_object *old = tc_pdf_step_old(step, old_value), *new = tc_pdf_step_new(step, new_value);
  size_t kept = 0, added = 0;
  tc_pdf_step_explain_holder(step, old_value, new_value, role);
  if (tc_pdf_kind_of(new) != TC_PDF_ARRAY && tc_pdf_kind_of(new) != TC_PDF_NULL) {
    tc_pdf_step_report(step, TC_PDF_CODE_FORM, 0, "a list of form fields is no array");
    return;
  }
  for (size_t i = 0; i < tc_pdf_count(new) && !step->failed; i++) {
    const tc_pdf_object *element = tc_pdf_at(new, i);
    if (kept < tc_pdf_count(old) && tc_pdf_equal(tc_pdf_at(old, kept), element)) {
      check_field(step, tc_pdf_at(old, kept), element, above);
      kept++;
    } else {
      check_name(step, element, old, &added);
      tc_pdf_step_new_field(step, element, above);
    }
  }
  if (tc_pdf_kind_of(old) == TC_PDF_ARRAY && kept < tc_pdf_count(old))
    tc_pdf_step_report(step, TC_PDF_CODE_FIELD_REMOVED, tc_pdf_reference(tc_pdf_at(old, kept)),
                       "a form field is gone or the order was changed");
}

/* An empty signature field that was signed, or a widget of one: the value, its appearance, and flags. */
static void check_signed_field(tc_pdf_step *step, uint32_t number, const tc_pdf_object *old, const tc_pdf_object *new,
                               const tc_pdf_field_line *own)
{
  static const char *const filled[] = {"V", "AP", "AS", "F", "Ff", "M", "MK", "Kids", NULL};
  tc_pdf_step_explain(step, number);
  if (tc_pdf_kind_of(tc_pdf_get(new, "V")) != TC_PDF_NULL)
    tc_pdf_step_permission(step, number, own->name, tc_pdf_get(new, "V"));
  tc_pdf_step_new_value(step, number, tc_pdf_get(new, "V"));
  tc_pdf_step_explain_new(step, tc_pdf_get(new, "AP"));
  tc_pdf_step_explain_new(step, tc_pdf_get(new, "MK"));
  tc_pdf_step_differences(step, old, new, filled, report_field_key, &number);
  if (!own->is_signed && tc_pdf_step_draws(step, new) &&
      !(tc_pdf_step_equal(step, tc_pdf_get(old, "AP"), tc_pdf_get(new, "AP")) &&
        tc_pdf_step_equal(step, tc_pdf_get(old, "MK"), tc_pdf_get(new, "MK"))))
    tc_pdf_step_report(step, TC_PDF_CODE_FIELD_CHANGED, number, "field %s shows something that nobody signs",
                       own->name);
}

/* A field that was there, and is not signed now: filled in, or as it was. */
static void check_kept_field(tc_pdf_step *step, const tc_pdf_filling *field)
{
  static const char *const kids_apart[] = {"Kids", NULL};
  const tc_pdf_object *looks = tc_pdf_step_new(step, tc_pdf_get(field->new, "AP"));
  uint32_t number = field->number;
  bool touched = tc_pdf_step_find(step, number) != NULL ||
                 tc_pdf_step_find(step, tc_pdf_reference(tc_pdf_get(looks, "N"))) != NULL;
  if (!touched || tc_pdf_step_fill(step, field))
    return;
  tc_pdf_step_explain(step, number);
  tc_pdf_step_differences(step, field->old, field->new, kids_apart, report_field_key, &number);
}

/* Signed in this revision: the value is here, or in the field whose widget this is. */
static bool is_signed_now(const tc_pdf_object *old, const tc_pdf_object *new, const tc_pdf_field_line *own)
{
  return tc_pdf_is_name(own->type, "Sig") && tc_pdf_is_dict(old) &&
         tc_pdf_kind_of(tc_pdf_get(old, "V")) == TC_PDF_NULL &&
         (tc_pdf_kind_of(tc_pdf_get(new, "V")) != TC_PDF_NULL || own->is_signed);
}

/* Viewers draw text, choices and buttons, and no signatures. */
static bool is_drawn(const tc_pdf_object *type)
{
  return tc_pdf_kind_of(type) != TC_PDF_NULL && !tc_pdf_is_name(type, "Sig");
}

static void check_field(tc_pdf_step *step, const tc_pdf_object *old_value, const tc_pdf_object *new_value,
                        const tc_pdf_field_line *above)
{
  uint32_t number = tc_pdf_reference(new_value);
  const tc_pdf_object *old = tc_pdf_step_old(step, old_value), *new = tc_pdf_step_new(step, new_value);
  if (above->depth > step->document->limits.max_depth || !tc_pdf_is_dict(new))
    return; /* what changed there stays unexplained */
  tc_auto(tc_str) name = tc_pdf_step_name(step, above->name, new);
  if (name == NULL)
    return;
  bool was_empty = tc_pdf_kind_of(tc_pdf_get(old, "V")) == TC_PDF_NULL;
  tc_pdf_field_line own = {name, tc_pdf_step_type(step, new, above),
                           was_empty && tc_pdf_step_signed_here(step, new, above), above->depth + 1, above->drawn_anew};
  if (above->drawn_anew && is_drawn(own.type))
    tc_pdf_step_report(step, TC_PDF_CODE_FORM, number, "viewers draw field %s otherwise than when it was signed", name);
  if (is_signed_now(old, new, &own)) {
    check_signed_field(step, number, old, new, &own);
  } else {
    tc_pdf_filling field = {.number = number, .name = name, .type = own.type, .old = old, .new = new};
    check_kept_field(step, &field);
  }
  if (tc_pdf_kind_of(tc_pdf_step_new(step, tc_pdf_get(new, "Kids"))) != TC_PDF_NULL ||
      tc_pdf_kind_of(tc_pdf_step_old(step, tc_pdf_get(old, "Kids"))) != TC_PDF_NULL)
    check_fields(step, tc_pdf_get(old, "Kids"), tc_pdf_get(new, "Kids"), TC_PDF_ROLE_KIDS, &own);
}

/* Table 225: bits say that there are signatures, and that a writer must append. What is said once stays. */
static bool loses_flags(const tc_pdf_step *step, const tc_pdf_object *old, const tc_pdf_object *new)
{
  int64_t before = tc_pdf_integer(tc_pdf_step_old(step, tc_pdf_get(old, "SigFlags")), 0);
  int64_t after = tc_pdf_integer(tc_pdf_step_new(step, tc_pdf_get(new, "SigFlags")), 0);
  return (before & ~after) != 0;
}

void tc_pdf_step_form(tc_pdf_step *step, const tc_pdf_object *old_value, const tc_pdf_object *new_value)
{
  static const char *const handled[] = {"Fields", "SigFlags", "NeedAppearances", "DR", "DA", NULL};
  const tc_pdf_object *old = tc_pdf_step_old(step, old_value), *new = tc_pdf_step_new(step, new_value);
  if (!tc_pdf_is_dict(new)) {
    if (tc_pdf_is_dict(old))
      tc_pdf_step_report(step, TC_PDF_CODE_FORM, 0, "the form was removed");
    return;
  }
  tc_pdf_step_explain_holder(step, old_value, new_value, TC_PDF_ROLE_FORM);
  tc_pdf_step_differences(step, old, new, handled, tc_pdf_step_form_key, NULL);
  if (loses_flags(step, old, new))
    tc_pdf_step_form_key(step, tc_bytes_of_text("SigFlags"), NULL);
  tc_pdf_field_line top = {
      .name = "", .type = &tc_pdf_null_object, .drawn_anew = tc_pdf_step_form_looks(step, old, new)};
  check_fields(step, tc_pdf_get(old, "Fields"), tc_pdf_get(new, "Fields"), TC_PDF_ROLE_FIELDS, &top);
}
