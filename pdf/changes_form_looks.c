/*
 * Rules for what viewers draw fields with. A field without an appearance, or every field where NeedAppearances says so,
 * is drawn by the viewer: from its value, in the font that its default appearance (DA) names, which the form's
 * resources (DR) give. So a font that a field names must not get a meaning later, a form must not be given a default
 * appearance where fields lack one, and NeedAppearances must not be turned, either way.
 */
#include "pdf/changes_form.h"

void tc_pdf_step_form_key(tc_pdf_step *step, tc_bytes key, void *data)
{
  (void)data;
  tc_pdf_step_report(step, TC_PDF_CODE_FORM, 0, "the form's /%.*s was changed", (int)(key.size < 40 ? key.size : 40),
                     (const char *)key.data);
}

/* Fonts that the form's resources gain, and that a field which was there names. */
static void check_fonts(tc_pdf_step *step, const tc_pdf_object *old, const tc_pdf_object *new)
{
  for (size_t i = 0; i < tc_pdf_count(new) && tc_pdf_is_dict(new); i++) {
    tc_bytes name = tc_pdf_key_at(new, i);
    if (tc_pdf_kind_of(tc_pdf_get_bytes(old, name)) == TC_PDF_NULL &&
        tc_pdf_fonts_name(&step->references->fonts, name, step->before))
      tc_pdf_step_report(step, TC_PDF_CODE_FORM, 0, "the form's /DR gives a font to fields that were there: /%.*s",
                         (int)(name.size < 40 ? name.size : 40), (const char *)name.data);
  }
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
        tc_pdf_step_form_key(step, tc_bytes_of_text("DR"), NULL);
    }
  }
  check_fonts(step, tc_pdf_step_old(step, tc_pdf_get(old, "Font")), tc_pdf_step_new(step, tc_pdf_get(new, "Font")));
}

bool tc_pdf_step_form_looks(tc_pdf_step *step, const tc_pdf_object *old, const tc_pdf_object *new)
{
  const tc_pdf_object *old_need = tc_pdf_step_old(step, tc_pdf_get(old, "NeedAppearances"));
  const tc_pdf_object *new_need = tc_pdf_step_new(step, tc_pdf_get(new, "NeedAppearances"));
  bool needed = tc_pdf_boolean(old_need, false), needs = tc_pdf_boolean(new_need, false);
  bool had_default = tc_pdf_kind_of(tc_pdf_step_old(step, tc_pdf_get(old, "DA"))) != TC_PDF_NULL;
  bool other_default = !tc_pdf_step_equal(step, tc_pdf_get(old, "DA"), tc_pdf_get(new, "DA"));
  if (had_default && other_default)
    tc_pdf_step_form_key(step, tc_bytes_of_text("DA"), NULL);
  if (needs && !needed)
    tc_pdf_step_form_key(step, tc_bytes_of_text("NeedAppearances"), NULL);
  check_resources(step, tc_pdf_get(old, "DR"), tc_pdf_get(new, "DR"));
  return (needed && !needs) || (!had_default && other_default);
}
