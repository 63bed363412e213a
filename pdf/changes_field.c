/*
 * Rules for fields that a revision adds, and for what a signature field's value and looks may be. What such a field may
 * hold is listed; anything that acts or hides is not in the list. DocMDP P=1 permits document time-stamps only; a
 * locked field may not be signed (ISO 32000-2, 12.8.2.2 and 12.8.2.4).
 */
#include "pdf/changes_form.h"

#include <string.h>

static const char *const new_field_keys[] = {
    "Type", "Subtype", "SubType", "FT",     "T",    "TU",   "TM",           "F", "Ff", "P", "Rect",
    "V",    "AP",      "AS",      "DA",     "MK",   "BS",   "Border",       "M", "NM", "H", "Q",
    "C",    "DR",      "SV",      "Parent", "Kids", "Lock", "StructParent", NULL};

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
bool tc_pdf_step_draws(const tc_pdf_step *step, const tc_pdf_object *widget)
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

bool tc_pdf_step_forbids(tc_pdf_step *step, uint32_t number, const char *name, bool with_value)
{
  bool forbidden = false;
  for (size_t i = 0; i < tc_pdf_signatures_count(step->signatures); i++) {
    const tc_pdf_signature *signature = tc_pdf_signatures_at(step->signatures, i);
    if (signature->coverage == TC_PDF_COVERS_ODD || signature->revision > step->before)
      continue;
    bool none = signature->docmdp == 1, locked = with_value && tc_pdf_signature_locks(signature, name);
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
void tc_pdf_step_permission(tc_pdf_step *step, uint32_t number, const char *name, const tc_pdf_object *value)
{
  if (!is_timestamp(step, value))
    (void)tc_pdf_step_forbids(step, number, name, tc_pdf_kind_of(value) != TC_PDF_NULL);
}

char *tc_pdf_step_name(tc_pdf_step *step, const char *parent, const tc_pdf_object *dict)
{
  tc_auto(tc_str) own = NULL;
  char *joined = NULL;
  if (!tc_pdf_text(tc_pdf_step_new(step, tc_pdf_get(dict, "T")), &own, step->err) ||
      !tc_str_printf(&joined, step->err, "%s%s%s", parent, parent[0] != '\0' && own[0] != '\0' ? "." : "", own))
    step->failed = true;
  return joined;
}

void tc_pdf_step_new_value(tc_pdf_step *step, uint32_t field, const tc_pdf_object *value)
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

static void check_new_kids(tc_pdf_step *step, const tc_pdf_object *dict, const tc_pdf_field_line *own)
{
  const tc_pdf_object *kids = tc_pdf_step_new(step, tc_pdf_get(dict, "Kids"));
  if (tc_pdf_step_is_new(step, tc_pdf_get(dict, "Kids")))
    tc_pdf_step_explain(step, tc_pdf_reference(tc_pdf_get(dict, "Kids")));
  for (size_t i = 0; i < tc_pdf_count(kids) && !step->failed; i++)
    tc_pdf_step_new_field(step, tc_pdf_at(kids, i), own);
}

/* Of a field, which has the name and the value. */
static bool is_widget(const tc_pdf_object *dict, const tc_pdf_field_line *own)
{
  return own->depth > 1 && tc_pdf_kind_of(tc_pdf_get(dict, "T")) == TC_PDF_NULL;
}

/* What draws on a page without a signer who answers for it covers the page, and signs nothing. The list of signatures
   has the values of fields, and not of widgets: those stand below a field and have no name. */
static void check_looks(tc_pdf_step *step, uint32_t number, const tc_pdf_object *dict, const tc_pdf_field_line *own)
{
  if (is_widget(dict, own) && tc_pdf_kind_of(tc_pdf_get(dict, "V")) != TC_PDF_NULL)
    tc_pdf_step_report(step, TC_PDF_CODE_FIELD_ADDED, number, "the widget %u has a value of its own", number);
  if (!own->is_signed && tc_pdf_step_draws(step, dict))
    tc_pdf_step_report(step, TC_PDF_CODE_FIELD_ADDED, number, "the new field %u shows something that nobody signs",
                       number);
}

/* A terminal signature field, its parent, or a widget of one. */
static void check_new_signature_field(tc_pdf_step *step, uint32_t number, const tc_pdf_object *dict,
                                      const tc_pdf_field_line *own)
{
  tc_pdf_step_differences(step, &tc_pdf_null_object, dict, new_field_keys, report_new_key, &number);
  if (!is_widget(dict, own))
    tc_pdf_step_permission(step, number, own->name, tc_pdf_get(dict, "V"));
  tc_pdf_step_new_value(step, number, tc_pdf_get(dict, "V"));
  check_looks(step, number, dict, own);
  for (size_t i = 0; i < tc_pdf_count(dict); i++) {
    tc_bytes key = tc_pdf_key_at(dict, i);
    if (!tc_bytes_are(key, "P") && !tc_bytes_are(key, "Parent") && !tc_bytes_are(key, "Kids") &&
        !tc_bytes_are(key, "V"))
      tc_pdf_step_explain_new(step, tc_pdf_value_at(dict, i));
  }
}

/* A kid without a name and a value is a widget, and signed where its field is. */
bool tc_pdf_step_signed_here(tc_pdf_step *step, const tc_pdf_object *dict, const tc_pdf_field_line *above)
{
  const tc_pdf_object *value = tc_pdf_get(dict, "V");
  if (tc_pdf_kind_of(value) != TC_PDF_NULL)
    return answers_for_looks(step, value);
  return above->is_signed && tc_pdf_kind_of(tc_pdf_get(dict, "T")) == TC_PDF_NULL;
}

const tc_pdf_object *tc_pdf_step_type(tc_pdf_step *step, const tc_pdf_object *dict, const tc_pdf_field_line *above)
{
  const tc_pdf_object *own = tc_pdf_step_new(step, tc_pdf_get(dict, "FT"));
  return tc_pdf_kind_of(own) == TC_PDF_NULL ? above->type : own;
}

void tc_pdf_step_new_field(tc_pdf_step *step, const tc_pdf_object *value, const tc_pdf_field_line *above)
{
  static const char *const group_keys[] = {"T", "TU", "Kids", "Parent", NULL};
  uint32_t number = tc_pdf_reference(value);
  const tc_pdf_object *dict = tc_pdf_step_new(step, value), *type = tc_pdf_step_type(step, dict, above);
  tc_pdf_change *change = tc_pdf_step_find(step, number);
  bool is_group =
      tc_pdf_kind_of(type) == TC_PDF_NULL && tc_pdf_count(tc_pdf_step_new(step, tc_pdf_get(dict, "Kids"))) > 0;
  if (change == NULL || change->was_defined || change->explained || !tc_pdf_is_dict(dict) ||
      (!is_group && !tc_pdf_is_name(type, "Sig")) || above->depth > step->document->limits.max_depth) {
    tc_pdf_step_report(step, TC_PDF_CODE_FIELD_ADDED, number, "object %u is no new signature field", number);
    return;
  }
  tc_auto(tc_str) name = tc_pdf_step_name(step, above->name, dict);
  if (name == NULL)
    return;
  tc_pdf_field_line own = {name, type, tc_pdf_step_signed_here(step, dict, above), above->depth + 1, false};
  change->explained = change->is_field = true;
  if (is_group) /* only a name for what is below */
    tc_pdf_step_differences(step, &tc_pdf_null_object, dict, group_keys, report_new_key, &number);
  else
    check_new_signature_field(step, number, dict, &own);
  check_new_kids(step, dict, &own);
}
