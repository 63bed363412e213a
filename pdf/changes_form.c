/*
 * Rules for the form and its fields. After a signature there may come: new signature fields (signed or not), and the
 * value of a signature field that was empty; other fields may be filled in (changes_fill.c). What such a field may hold
 * is listed; anything that acts or hides is not in the list. DocMDP P=1 permits document time-stamps only; a locked
 * field may not be signed (12.8.2.2 and 12.8.2.4).
 */
#include "pdf/changes_private.h"

#include <string.h>

static const char *const new_field_keys[] = {
    "Type", "Subtype", "SubType", "FT",     "T",    "TU",   "TM",           "F", "Ff", "P", "Rect",
    "V",    "AP",      "AS",      "DA",     "MK",   "BS",   "Border",       "M", "NM", "H", "Q",
    "C",    "DR",      "SV",      "Parent", "Kids", "Lock", "StructParent", NULL};

/* What a field hands down to its kids. */
typedef struct line {
  const char *name;
  const tc_pdf_object *type;
  bool is_signed; /* by a signature of this revision that may be seen */
  size_t depth;
} line;

static void check_field(tc_pdf_step *step, const tc_pdf_object *old, const tc_pdf_object *new, const line *above);

static bool is_timestamp(tc_pdf_step *step, const tc_pdf_object *value)
{
  const tc_pdf_object *dict = tc_pdf_step_new(step, value);
  return tc_pdf_is_name(tc_pdf_step_new(step, tc_pdf_get(dict, "Type")), "DocTimeStamp") &&
         tc_pdf_is_name(tc_pdf_step_new(step, tc_pdf_get(dict, "SubFilter")), "ETSI.RFC3161");
}

/* A signature whose signer answers for what its field shows. A time-stamp's authority does not: anybody has one made.
 */
static bool answers_for_looks(tc_pdf_step *step, const tc_pdf_object *value)
{
  const tc_pdf_object *dict = tc_pdf_step_new(step, value);
  return tc_pdf_is_dict(dict) && !tc_pdf_is_name(tc_pdf_step_new(step, tc_pdf_get(dict, "Type")), "DocTimeStamp") &&
         !tc_pdf_is_name(tc_pdf_step_new(step, tc_pdf_get(dict, "SubFilter")), "ETSI.RFC3161");
}

/* Some writers give an empty field an appearance without any content. */
static bool is_blank(const tc_pdf_step *step, const tc_pdf_object *looks)
{
  const tc_pdf_object *stream = tc_pdf_step_new(step, tc_pdf_get(looks, "N"));
  tc_auto(tc_buf) content = {0};
  tc_error unreadable = {0};
  return tc_pdf_kind_of(looks) == TC_PDF_NULL ||
         (tc_pdf_is_dict(looks) && tc_pdf_count(looks) == 1 && tc_pdf_kind_of(stream) == TC_PDF_STREAM &&
          tc_pdf_stream_data(step->document, step->after, stream, &content, &unreadable) && content.size == 0);
}

/* Whether a widget draws on its page: it has an area, and an appearance, or a background or border to make one of. */
static bool draws(const tc_pdf_step *step, const tc_pdf_object *widget)
{
  const tc_pdf_object *rect = tc_pdf_step_new(step, tc_pdf_get(widget, "Rect"));
  const tc_pdf_object *mk = tc_pdf_step_new(step, tc_pdf_get(widget, "MK"));
  double side[4];
  for (size_t i = 0; i < 4; i++)
    side[i] = tc_pdf_number(tc_pdf_step_new(step, tc_pdf_at(rect, i)), 0);
  bool has_area = side[0] < side[2] || side[0] > side[2];
  has_area = has_area && (side[1] < side[3] || side[1] > side[3]);
  return has_area && (!is_blank(step, tc_pdf_step_new(step, tc_pdf_get(widget, "AP"))) ||
                      tc_pdf_count(tc_pdf_step_new(step, tc_pdf_get(mk, "BG"))) > 0 ||
                      tc_pdf_count(tc_pdf_step_new(step, tc_pdf_get(mk, "BC"))) > 0);
}

/* 12.7.4.2: a name covers the fields below it. */
static bool is_within(const char *name, const char *whole)
{
  size_t size = strlen(whole);
  return strncmp(name, whole, size) == 0 && (name[size] == '\0' || name[size] == '.');
}

static bool locks(const tc_pdf_signature *signature, const char *name)
{
  bool named = false;
  for (size_t i = 0; i < signature->lock_field_count; i++)
    named |= is_within(name, signature->lock_fields[i]);
  switch (signature->lock) {
  case TC_PDF_LOCK_ALL:
    return true;
  case TC_PDF_LOCK_INCLUDE:
    return named;
  case TC_PDF_LOCK_EXCLUDE:
    return !named;
  case TC_PDF_LOCK_NONE:
    break;
  }
  return false;
}

bool tc_pdf_step_forbids(tc_pdf_step *step, uint32_t number, const char *name, bool with_value)
{
  bool forbidden = false;
  for (size_t i = 0; i < tc_pdf_signatures_count(step->signatures); i++) {
    const tc_pdf_signature *signature = tc_pdf_signatures_at(step->signatures, i);
    if (signature->coverage == TC_PDF_COVERS_ODD || signature->revision > step->before)
      continue;
    bool none = signature->docmdp == 1, locked = with_value && locks(signature, name);
    if (none)
      tc_pdf_step_report(step, TC_PDF_CODE_DOCMDP, number, "field %s: %s permits no changes", name,
                         signature->field_name);
    if (locked)
      tc_pdf_step_report(step, TC_PDF_CODE_FIELD_LOCKED, number, "field %s is locked by %s", name,
                         signature->field_name);
    forbidden |= none || locked;
  }
  return forbidden;
}

/* May this field be added or signed under the signatures before? */
static void check_permission(tc_pdf_step *step, uint32_t number, const char *name, const tc_pdf_object *value)
{
  if (!is_timestamp(step, value))
    (void)tc_pdf_step_forbids(step, number, name, tc_pdf_kind_of(value) != TC_PDF_NULL);
}

static void report_field_key(tc_pdf_step *step, tc_bytes key, void *data)
{
  const uint32_t *number = data;
  tc_pdf_step_report(step, TC_PDF_CODE_FIELD_CHANGED, *number, "field %u: /%.*s was changed", *number,
                     (int)(key.size < 40 ? key.size : 40), (const char *)key.data);
}

static char *join_name(tc_pdf_step *step, const char *parent, const tc_pdf_object *dict)
{
  tc_auto(tc_str) own = NULL;
  char *joined = NULL;
  if (!tc_pdf_text(tc_pdf_step_new(step, tc_pdf_get(dict, "T")), &own, step->err) ||
      !tc_str_printf(&joined, step->err, "%s%s%s", parent, parent[0] != '\0' && own[0] != '\0' ? "." : "", own))
    step->failed = true;
  return joined;
}

/* The value must be a new dictionary: an older one cannot have signed this revision. */
static void check_new_value(tc_pdf_step *step, uint32_t field, const tc_pdf_object *value)
{
  const tc_pdf_object *dict = tc_pdf_step_new(step, value);
  if (tc_pdf_kind_of(value) == TC_PDF_NULL)
    return;
  if ((tc_pdf_reference(value) != 0 && !tc_pdf_step_is_new(step, value)) || !tc_pdf_is_dict(dict) ||
      tc_pdf_kind_of(tc_pdf_get(dict, "Contents")) != TC_PDF_STRING)
    tc_pdf_step_report(step, TC_PDF_CODE_FIELD_CHANGED, field, "field %u has a value that is no new signature", field);
  else
    tc_pdf_step_explain_new(step, value);
}

static void report_new_key(tc_pdf_step *step, tc_bytes key, void *data)
{
  const uint32_t *number = data;
  tc_pdf_step_report(step, TC_PDF_CODE_FIELD_ADDED, *number, "the new field %u holds /%.*s", *number,
                     (int)(key.size < 40 ? key.size : 40), (const char *)key.data);
}

static void check_new_field(tc_pdf_step *step, const tc_pdf_object *value, const line *above);

static void check_new_kids(tc_pdf_step *step, const tc_pdf_object *dict, const line *own)
{
  const tc_pdf_object *kids = tc_pdf_step_new(step, tc_pdf_get(dict, "Kids"));
  if (tc_pdf_step_is_new(step, tc_pdf_get(dict, "Kids")))
    tc_pdf_step_explain(step, tc_pdf_reference(tc_pdf_get(dict, "Kids")));
  for (size_t i = 0; i < tc_pdf_count(kids) && !step->failed; i++)
    check_new_field(step, tc_pdf_at(kids, i), own);
}

/* Of a field, which has the name and the value. */
static bool is_widget(const tc_pdf_object *dict, const line *own)
{
  return own->depth > 1 && tc_pdf_kind_of(tc_pdf_get(dict, "T")) == TC_PDF_NULL;
}

/* What draws on a page without a signer who answers for it covers the page, and signs nothing. The list of signatures
   has the values of fields, and not of widgets: those stand below a field and have no name. */
static void check_looks(tc_pdf_step *step, uint32_t number, const tc_pdf_object *dict, const line *own)
{
  if (is_widget(dict, own) && tc_pdf_kind_of(tc_pdf_get(dict, "V")) != TC_PDF_NULL)
    tc_pdf_step_report(step, TC_PDF_CODE_FIELD_ADDED, number, "the widget %u has a value of its own", number);
  if (!own->is_signed && draws(step, dict))
    tc_pdf_step_report(step, TC_PDF_CODE_FIELD_ADDED, number, "the new field %u shows something that nobody signs",
                       number);
}

/* A terminal signature field, its parent, or a widget of one. */
static void check_new_signature_field(tc_pdf_step *step, uint32_t number, const tc_pdf_object *dict, const line *own)
{
  tc_pdf_step_differences(step, &tc_pdf_null_object, dict, new_field_keys, report_new_key, &number);
  if (!is_widget(dict, own))
    check_permission(step, number, own->name, tc_pdf_get(dict, "V"));
  check_new_value(step, number, tc_pdf_get(dict, "V"));
  check_looks(step, number, dict, own);
  for (size_t i = 0; i < tc_pdf_count(dict); i++) {
    tc_bytes key = tc_pdf_key_at(dict, i);
    if (!tc_bytes_are(key, "P") && !tc_bytes_are(key, "Parent") && !tc_bytes_are(key, "Kids") &&
        !tc_bytes_are(key, "V"))
      tc_pdf_step_explain_new(step, tc_pdf_value_at(dict, i));
  }
}

/* A kid without a name and a value is a widget, and signed where its field is. */
static bool is_signed_here(tc_pdf_step *step, const tc_pdf_object *dict, const line *above)
{
  const tc_pdf_object *value = tc_pdf_get(dict, "V");
  if (tc_pdf_kind_of(value) != TC_PDF_NULL)
    return answers_for_looks(step, value);
  return above->is_signed && tc_pdf_kind_of(tc_pdf_get(dict, "T")) == TC_PDF_NULL;
}

static const tc_pdf_object *type_of(tc_pdf_step *step, const tc_pdf_object *dict, const line *above)
{
  const tc_pdf_object *own = tc_pdf_step_new(step, tc_pdf_get(dict, "FT"));
  return tc_pdf_kind_of(own) == TC_PDF_NULL ? above->type : own;
}

static void check_new_field(tc_pdf_step *step, const tc_pdf_object *value, const line *above)
{
  static const char *const group_keys[] = {"T", "TU", "Kids", "Parent", NULL};
  uint32_t number = tc_pdf_reference(value);
  const tc_pdf_object *dict = tc_pdf_step_new(step, value), *type = type_of(step, dict, above);
  tc_pdf_change *change = tc_pdf_step_find(step, number);
  bool is_group =
      tc_pdf_kind_of(type) == TC_PDF_NULL && tc_pdf_count(tc_pdf_step_new(step, tc_pdf_get(dict, "Kids"))) > 0;
  if (change == NULL || change->was_defined || change->explained || !tc_pdf_is_dict(dict) ||
      (!is_group && !tc_pdf_is_name(type, "Sig")) || above->depth > step->document->limits.max_depth) {
    tc_pdf_step_report(step, TC_PDF_CODE_FIELD_ADDED, number, "object %u is no new signature field", number);
    return;
  }
  tc_auto(tc_str) name = join_name(step, above->name, dict);
  if (name == NULL)
    return;
  line own = {name, type, is_signed_here(step, dict, above), above->depth + 1};
  change->explained = change->is_field = true;
  if (is_group) /* only a name for what is below */
    tc_pdf_step_differences(step, &tc_pdf_null_object, dict, group_keys, report_new_key, &number);
  else
    check_new_signature_field(step, number, dict, &own);
  check_new_kids(step, dict, &own);
}

/* Fields or kids: what was there stays, in its order; the rest is new. */
static void check_fields(tc_pdf_step *step, const tc_pdf_object *old_value, const tc_pdf_object *new_value,
                         unsigned role, const line *above)
{
  const tc_pdf_object *old = tc_pdf_step_old(step, old_value), *new = tc_pdf_step_new(step, new_value);
  size_t kept = 0;
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
      check_new_field(step, element, above);
    }
  }
  if (tc_pdf_kind_of(old) == TC_PDF_ARRAY && kept < tc_pdf_count(old))
    tc_pdf_step_report(step, TC_PDF_CODE_FIELD_REMOVED, tc_pdf_reference(tc_pdf_at(old, kept)),
                       "a form field is gone or the order was changed");
}

/* An empty signature field that was signed, or a widget of one: the value, its appearance, and flags. */
static void check_signed_field(tc_pdf_step *step, uint32_t number, const tc_pdf_object *old, const tc_pdf_object *new,
                               const line *own)
{
  static const char *const filled[] = {"V", "AP", "AS", "F", "Ff", "M", "MK", "Kids", NULL};
  tc_pdf_step_explain(step, number);
  if (tc_pdf_kind_of(tc_pdf_get(new, "V")) != TC_PDF_NULL)
    check_permission(step, number, own->name, tc_pdf_get(new, "V"));
  check_new_value(step, number, tc_pdf_get(new, "V"));
  tc_pdf_step_explain_new(step, tc_pdf_get(new, "AP"));
  tc_pdf_step_explain_new(step, tc_pdf_get(new, "MK"));
  tc_pdf_step_differences(step, old, new, filled, report_field_key, &number);
  if (!own->is_signed && draws(step, new) &&
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
static bool is_signed_now(const tc_pdf_object *old, const tc_pdf_object *new, const line *own)
{
  return tc_pdf_is_name(own->type, "Sig") && tc_pdf_is_dict(old) &&
         tc_pdf_kind_of(tc_pdf_get(old, "V")) == TC_PDF_NULL &&
         (tc_pdf_kind_of(tc_pdf_get(new, "V")) != TC_PDF_NULL || own->is_signed);
}

static void check_field(tc_pdf_step *step, const tc_pdf_object *old_value, const tc_pdf_object *new_value,
                        const line *above)
{
  uint32_t number = tc_pdf_reference(new_value);
  const tc_pdf_object *old = tc_pdf_step_old(step, old_value), *new = tc_pdf_step_new(step, new_value);
  if (above->depth > step->document->limits.max_depth || !tc_pdf_is_dict(new))
    return; /* what changed there stays unexplained */
  tc_auto(tc_str) name = join_name(step, above->name, new);
  if (name == NULL)
    return;
  bool was_empty = tc_pdf_kind_of(tc_pdf_get(old, "V")) == TC_PDF_NULL;
  line own = {name, type_of(step, new, above), was_empty && is_signed_here(step, new, above), above->depth + 1};
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

static void report_form_key(tc_pdf_step *step, tc_bytes key, void *data)
{
  (void)data;
  tc_pdf_step_report(step, TC_PDF_CODE_FORM, 0, "the form's /%.*s was changed", (int)(key.size < 40 ? key.size : 40),
                     (const char *)key.data);
}

/* Default resources may gain names; those that were there keep their meaning. Only direct dictionaries may grow: one
   with a number of its own could be the resources of a page too. */
static void check_resources(tc_pdf_step *step, const tc_pdf_object *old_value, const tc_pdf_object *new_value)
{
  const tc_pdf_object *old = tc_pdf_step_old(step, old_value), *new = tc_pdf_step_new(step, new_value);
  tc_pdf_step_explain_holder(step, old_value, new_value, TC_PDF_ROLE_RESOURCES);
  tc_pdf_step_explain_new(step, new);
  for (size_t i = 0; i < tc_pdf_count(old); i++) {
    const tc_pdf_object *old_kind = tc_pdf_value_at(old, i);
    const tc_pdf_object *new_kind = tc_pdf_get_bytes(new, tc_pdf_key_at(old, i));
    if (tc_bytes_are(tc_pdf_key_at(old, i), "XObject") || tc_pdf_step_equal(step, old_kind, new_kind))
      continue; /* no default appearance draws an XObject */
    const tc_pdf_object *before = tc_pdf_step_old(step, old_kind), *after = tc_pdf_step_new(step, new_kind);
    for (size_t k = 0; k < tc_pdf_count(before); k++) {
      if (!tc_pdf_is_dict(before) ||
          !tc_pdf_step_equal(step, tc_pdf_value_at(before, k), tc_pdf_get_bytes(after, tc_pdf_key_at(before, k))))
        report_form_key(step, tc_bytes_of_text("DR"), NULL);
    }
  }
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
  tc_pdf_step_differences(step, old, new, handled, report_form_key, NULL);
  const tc_pdf_object *old_da = tc_pdf_get(old, "DA"),
                      *need = tc_pdf_step_new(step, tc_pdf_get(new, "NeedAppearances"));
  if (tc_pdf_kind_of(old_da) != TC_PDF_NULL && !tc_pdf_step_equal(step, old_da, tc_pdf_get(new, "DA")))
    report_form_key(step, tc_bytes_of_text("DA"), NULL);
  if (tc_pdf_boolean(need, false) && !tc_pdf_step_equal(step, tc_pdf_get(old, "NeedAppearances"), need))
    report_form_key(step, tc_bytes_of_text("NeedAppearances"), NULL);
  check_resources(step, tc_pdf_get(old, "DR"), tc_pdf_get(new, "DR"));
  check_fields(step, tc_pdf_get(old, "Fields"), tc_pdf_get(new, "Fields"), TC_PDF_ROLE_FIELDS,
               &(line){"", &tc_pdf_null_object, false, 0});
}
