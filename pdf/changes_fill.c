/*
 * Rules for filling in a form that somebody signed (ISO 32000-2, 12.8.2.2 and 12.8.2.4; ETSI EN 319 102-1, 5.3). A fill
 * gives a value to a field that was blank, in value and looks, whenever somebody signed; what stood in a field when it
 * was signed stays. It is permitted where
 *
 *   - a certification signature says so (DocMDP P = 2 or 3), or a signature locks other fields by name (FieldMDP), and
 *   - no signature forbids any change (P = 1) or locks this field, and
 *   - what is shown is text within the field's rectangle: no image, no form, no glyphs that draw by operators, no area
 *     but the few of the background and border that the signed field announces (/MK); of a button, the state that is
 *     its value.
 *
 * A permitted fill is a note: the signatures vouch for the form, and not for what was filled in. Everything else is a
 * violation. An XFA form draws its fields anew, and is not filled in here.
 */
#include "pdf/changes_private.h"

#include "pdf/content.h"

#include <stdio.h>
#include <string.h>

enum { PUSH_BUTTON = 1 << 16, PAINTED_PATHS_MAX = 6, VALUE_SHOWN = 80 };

/* ---- The value ---- */

static bool is_empty(const tc_pdf_object *value)
{
  switch (tc_pdf_kind_of(value)) {
  case TC_PDF_NULL:
    return true;
  case TC_PDF_STRING:
    return tc_pdf_bytes(value).size == 0;
  case TC_PDF_NAME:
    return tc_pdf_bytes(value).size == 0 || tc_pdf_is_name(value, "Off");
  case TC_PDF_ARRAY:
    return tc_pdf_count(value) == 0;
  default:
    return false;
  }
}

/* 12.7.5: text is a string, a choice one or several, a button the name of a state. */
static bool is_value(const tc_pdf_step *step, const tc_pdf_object *type, const tc_pdf_object *value)
{
  if (tc_pdf_is_name(type, "Btn"))
    return tc_pdf_kind_of(value) == TC_PDF_NAME && !is_empty(value);
  if (tc_pdf_is_name(type, "Ch") && tc_pdf_kind_of(value) == TC_PDF_ARRAY) {
    for (size_t i = 0; i < tc_pdf_count(value); i++)
      if (tc_pdf_kind_of(tc_pdf_step_new(step, tc_pdf_at(value, i))) != TC_PDF_STRING)
        return false;
    return tc_pdf_count(value) > 0;
  }
  return tc_pdf_kind_of(value) == TC_PDF_STRING && !is_empty(value);
}

/* The number of what holds the value: the field, or the parent of a widget without a name. */
static uint32_t holder_of(const tc_pdf_filling *f)
{
  bool is_widget =
      tc_pdf_kind_of(tc_pdf_get(f->new, "T")) == TC_PDF_NULL && tc_pdf_kind_of(tc_pdf_get(f->new, "V")) == TC_PDF_NULL;
  return is_widget ? tc_pdf_reference(tc_pdf_get(f->new, "Parent")) : f->number;
}

static const tc_pdf_object *value_in(const tc_pdf_step *step, size_t revision, uint32_t holder)
{
  return tc_pdf_get_in(step->document, revision, tc_pdf_lookup(step->document, revision, holder), "V");
}

/* ---- The looks ---- */

typedef struct looks {
  bool with_text, with_areas; /* may show them */
  size_t painted;
  const char *fault;
} looks;

static bool one_of(const char *name, const char *const *list)
{
  for (; *list != NULL; list++)
    if (strcmp(name, *list) == 0)
      return true;
  return false;
}

static bool look(const tc_content_operator *operation, void *context, tc_error *err)
{
  static const char *const plain[] = {"q",  "Q",  "cm", "w",  "J",  "j",  "M",   "d",   "i",   "BT", "ET",
                                      "Tc", "Tw", "Tz", "TL", "Tf", "Tr", "Ts",  "Td",  "TD",  "Tm", "T*",
                                      "g",  "G",  "rg", "RG", "k",  "K",  "cs",  "CS",  "sc",  "SC", "re",
                                      "m",  "l",  "h",  "W",  "W*", "n",  "BMC", "BDC", "EMC", NULL};
  static const char *const texts[] = {"Tj", "TJ", "'", "\"", NULL};
  static const char *const areas[] = {"f", "F", "f*", "S", "s", "B", "B*", "b", "b*", NULL};
  looks *l = context;
  (void)err;
  bool optional =
      strcmp(operation->name, "BDC") == 0 && operation->count > 0 && strcmp(operation->operands[0].name, "/OC") == 0;
  if (one_of(operation->name, texts))
    l->fault = l->with_text ? NULL : "it showed text when it was signed";
  else if (one_of(operation->name, areas))
    l->fault = l->with_areas && ++l->painted <= PAINTED_PATHS_MAX ? NULL : "areas or lines are painted";
  else if (optional || !one_of(operation->name, plain))
    l->fault = "more is painted than text";
  return l->fault == NULL;
}

/* Fonts and nothing else; a Type 3 font draws by operators. */
static bool has_fonts_only(const tc_pdf_step *step, size_t revision, const tc_pdf_object *resources)
{
  static const char *const kinds[] = {"Font", "ProcSet", NULL};
  const tc_pdf_object *fonts = tc_pdf_get_in(step->document, revision, resources, "Font");
  if (!tc_pdf_has_only(resources, kinds))
    return false;
  for (size_t i = 0; i < tc_pdf_count(fonts); i++) {
    const tc_pdf_object *font = tc_pdf_resolve(step->document, revision, tc_pdf_value_at(fonts, i));
    const tc_pdf_object *subtype = tc_pdf_get_in(step->document, revision, font, "Subtype");
    if (!tc_pdf_is_dict(font) || tc_pdf_kind_of(subtype) != TC_PDF_NAME || tc_pdf_is_name(subtype, "Type3"))
      return false;
  }
  return true;
}

/* What is wrong with an appearance; NULL: nothing, or there is none. `widget`: as it is in that revision. */
static const char *fault_of_looks(tc_pdf_step *step, size_t revision, const tc_pdf_object *widget, bool with_text)
{
  static const char *const entries[] = {"Type",   "Subtype", "FormType",    "BBox",         "Matrix", "Resources",
                                        "Length", "Filter",  "DecodeParms", "LastModified", NULL};
  const tc_pdf_object *mk = tc_pdf_get_in(step->document, revision, widget, "MK");
  const tc_pdf_object *all = tc_pdf_get_in(step->document, revision, widget, "AP");
  const tc_pdf_object *stream = tc_pdf_get_in(step->document, revision, all, "N");
  looks l = {.with_text = with_text,
             .with_areas = tc_pdf_count(tc_pdf_get_in(step->document, revision, mk, "BG")) > 0 ||
                           tc_pdf_count(tc_pdf_get_in(step->document, revision, mk, "BC")) > 0};
  tc_auto(tc_buf) content = {0};
  tc_error unreadable = {0};
  if (tc_pdf_kind_of(stream) == TC_PDF_NULL)
    return NULL;
  if (tc_pdf_kind_of(stream) != TC_PDF_STREAM)
    return "its appearance is not one stream";
  if (with_text && (!tc_pdf_has_only(stream, entries) ||
                    !has_fonts_only(step, revision, tc_pdf_get_in(step->document, revision, stream, "Resources"))))
    return "its appearance uses more than fonts";
  if (!tc_pdf_stream_data(step->document, revision, stream, &content, &unreadable) ||
      (!tc_content_walk(tc_buf_bytes(&content), look, &l, &unreadable) && l.fault == NULL))
    return "its appearance cannot be read";
  return l.fault;
}

/* An appearance written again under its number: it must be this widget's and nobody else's. */
static bool is_own_stream(const tc_pdf_step *step, const tc_pdf_filling *f, uint32_t stream)
{
  return step->references->roles[stream] == TC_PDF_ROLE_APPEARANCE && step->references->referrer[stream] == f->number;
}

/* AP may gain or change its N. */
static const char *check_looks(tc_pdf_step *step, const tc_pdf_filling *f)
{
  static const char *const normal[] = {"N", NULL};
  const tc_pdf_object *old = tc_pdf_step_old(step, tc_pdf_get(f->old, "AP"));
  const tc_pdf_object *new = tc_pdf_step_new(step, tc_pdf_get(f->new, "AP"));
  uint32_t stream = tc_pdf_reference(tc_pdf_get(new, "N"));
  const tc_pdf_change *change = tc_pdf_step_find(step, stream);
  if (!tc_pdf_is_dict(new) || !tc_pdf_has_only(new, normal) || (tc_pdf_is_dict(old) && !tc_pdf_has_only(old, normal)))
    return "it has other appearances than the normal one";
  const char *fault = fault_of_looks(step, step->after, f->new, true);
  if (fault != NULL)
    return fault;
  tc_pdf_step_explain_new(step, tc_pdf_get(f->new, "AP"));
  if (change != NULL && change->was_defined && is_own_stream(step, f, stream)) {
    tc_pdf_step_explain(step, stream);
    tc_pdf_step_explain_new(step, tc_pdf_get(tc_pdf_step_new(step, tc_pdf_get(new, "N")), "Resources"));
  }
  return NULL;
}

/* Writers spell the default appearance anew when they fill a field in: another size or colour. */
static bool names_same_fonts(const tc_pdf_step *step, const tc_pdf_filling *f)
{
  return tc_pdf_fonts_same(tc_pdf_step_old(step, tc_pdf_get(f->old, "DA")),
                           tc_pdf_step_new(step, tc_pdf_get(f->new, "DA")));
}

/* Of a button's appearances, which were there, the one of its value is shown, or none. */
static const char *check_state(tc_pdf_step *step, const tc_pdf_filling *f, const tc_pdf_object *value)
{
  const tc_pdf_object *state = tc_pdf_step_new(step, tc_pdf_get(f->new, "AS"));
  if (!tc_pdf_step_equal(step, tc_pdf_get(f->old, "AP"), tc_pdf_get(f->new, "AP")))
    return "the appearances of a button were changed";
  return is_empty(state) || tc_pdf_equal(state, value) ? NULL : "it shows another state than its value";
}

/* ---- Permission ---- */

/* Blank when the signature was made: without a value, and showing none. */
static const char *fault_when_signed(tc_pdf_step *step, const tc_pdf_filling *f, size_t revision)
{
  if (!is_empty(value_in(step, revision, holder_of(f))))
    return "it was filled in when it was signed";
  if (tc_pdf_is_name(f->type, "Btn"))
    return NULL;
  return fault_of_looks(step, revision, tc_pdf_lookup(step->document, revision, f->number), false);
}

static void report(tc_pdf_step *step, const tc_pdf_filling *f, const char *fault)
{
  tc_pdf_step_report(step, TC_PDF_CODE_FIELD_CHANGED, f->number, "field %s was changed: %s", f->name, fault);
}

static bool grants(const tc_pdf_signature *signature)
{
  return (signature->docmdp >= 2 && signature->docmdp_in_perms) || signature->lock == TC_PDF_LOCK_INCLUDE ||
         signature->lock == TC_PDF_LOCK_EXCLUDE;
}

/* Whether the signatures so far permit it; what does not is reported. */
static bool is_permitted(tc_pdf_step *step, const tc_pdf_filling *f)
{
  bool granted = false, forbidden = tc_pdf_step_forbids(step, f->number, f->name, true);
  const char *fault = NULL;
  for (size_t i = 0; i < tc_pdf_signatures_count(step->signatures) && fault == NULL; i++) {
    const tc_pdf_signature *signature = tc_pdf_signatures_at(step->signatures, i);
    if (signature->coverage == TC_PDF_COVERS_ODD || signature->revision > step->before)
      continue;
    granted |= grants(signature);
    fault = fault_when_signed(step, f, signature->revision);
  }
  if (!forbidden && fault == NULL && !granted)
    fault = "no signature permits that fields are filled in";
  if (fault != NULL)
    report(step, f, fault);
  return !forbidden && fault == NULL;
}

static void tell(tc_pdf_step *step, const tc_pdf_filling *f, const tc_pdf_object *value)
{
  tc_auto(tc_str) text = NULL;
  tc_bytes name = tc_pdf_bytes(value);
  if (tc_pdf_kind_of(value) == TC_PDF_ARRAY)
    value = tc_pdf_step_new(step, tc_pdf_at(value, 0));
  bool ok = tc_pdf_kind_of(value) == TC_PDF_NAME
                ? tc_str_printf(&text, step->err, "%.*s", (int)(name.size < VALUE_SHOWN ? name.size : VALUE_SHOWN),
                                (const char *)name.data)
                : tc_pdf_text(value, &text, step->err);
  if (!ok)
    step->failed = true;
  else
    tc_pdf_step_report(step, TC_PDF_CODE_FORM_FILLED, f->number, "field %s was filled in: %.*s", f->name, VALUE_SHOWN,
                       text);
}

static void report_key(tc_pdf_step *step, tc_bytes key, void *data)
{
  const tc_pdf_filling *f = data;
  tc_pdf_step_report(step, TC_PDF_CODE_FIELD_CHANGED, f->number, "field %s: /%.*s was changed", f->name,
                     (int)(key.size < 40 ? key.size : 40), (const char *)key.data);
}

/* ---- All ---- */

static bool is_fillable(const tc_pdf_step *step, const tc_pdf_filling *f)
{
  const tc_pdf_object *catalog = tc_pdf_catalog(step->document, step->after);
  const tc_pdf_object *form = tc_pdf_get_in(step->document, step->after, catalog, "AcroForm");
  const tc_pdf_object *holder = tc_pdf_lookup(step->document, step->after, holder_of(f));
  int64_t flags = tc_pdf_integer(tc_pdf_step_new(step, tc_pdf_get(f->new, "Ff")), 0) |
                  tc_pdf_integer(tc_pdf_step_new(step, tc_pdf_get(holder, "Ff")), 0);
  bool is_button = tc_pdf_is_name(f->type, "Btn");
  return f->number != 0 && holder_of(f) != 0 && tc_pdf_is_dict(f->old) &&
         tc_pdf_kind_of(tc_pdf_get(form, "XFA")) == TC_PDF_NULL &&
         (tc_pdf_is_name(f->type, "Tx") || tc_pdf_is_name(f->type, "Ch") || (is_button && (flags & PUSH_BUTTON) == 0));
}

bool tc_pdf_step_fill(tc_pdf_step *step, const tc_pdf_filling *f)
{
  static const char *const text_keys[] = {"V", "AP", "M", "I", "TI", "Kids", NULL};
  static const char *const styled_keys[] = {"V", "AP", "DA", "M", "I", "TI", "Kids", NULL};
  static const char *const button_keys[] = {"V", "AS", "M", "Kids", NULL};
  if (!is_fillable(step, f))
    return false;
  bool is_button = tc_pdf_is_name(f->type, "Btn");
  bool valued = !tc_pdf_step_equal(step, tc_pdf_get(f->old, "V"), tc_pdf_get(f->new, "V"));
  const tc_pdf_object *new_looks = tc_pdf_step_new(step, tc_pdf_get(f->new, "AP"));
  bool drawn = tc_pdf_step_find(step, tc_pdf_reference(tc_pdf_get(new_looks, "N"))) != NULL ||
               !tc_pdf_step_equal(step, tc_pdf_get(f->old, "AP"), tc_pdf_get(f->new, "AP")) ||
               !tc_pdf_step_equal(step, tc_pdf_get(f->old, "AS"), tc_pdf_get(f->new, "AS"));
  if (!valued && !drawn)
    return false;
  const tc_pdf_object *value = value_in(step, step->after, holder_of(f));
  tc_pdf_step_explain(step, f->number);
  tc_pdf_step_differences(step, f->old, f->new,
                          is_button                   ? button_keys
                          : names_same_fonts(step, f) ? styled_keys
                                                      : text_keys,
                          report_key, (void *)(uintptr_t)f);
  if (!is_permitted(step, f))
    return true;
  const char *fault = !is_value(step, f->type, value) ? "it has no value of its kind"
                      : is_button                     ? check_state(step, f, value)
                      : drawn                         ? check_looks(step, f)
                                                      : NULL;
  if (fault != NULL) {
    report(step, f, fault);
  } else if (valued) {
    tc_pdf_step_explain_new(step, tc_pdf_get(f->new, "V"));
    tell(step, f, value);
  }
  return true;
}
