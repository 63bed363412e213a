/*
 * Rules for pages: a page may gain the widgets of new signature fields in its Annots, and nothing else. Runs after the
 * form's rules, which have explained those widgets.
 */
#include "pdf/changes_private.h"

/* A page that had none may be given a place in the parent tree and an order of its tabs: neither shows. */
static bool is_given_now(const tc_pdf_step *step, uint32_t page, tc_bytes key)
{
  const tc_pdf_object *old = tc_pdf_get_bytes(tc_pdf_lookup(step->document, step->before, page), key);
  const tc_pdf_object *new = tc_pdf_get_bytes(tc_pdf_lookup(step->document, step->after, page), key);
  return tc_pdf_kind_of(old) == TC_PDF_NULL &&
         ((tc_bytes_are(key, "StructParents") && tc_pdf_kind_of(new) == TC_PDF_INTEGER) ||
          (tc_bytes_are(key, "Tabs") && tc_pdf_is_name(new, "S")));
}

static void report_page_key(tc_pdf_step *step, tc_bytes key, void *data)
{
  const uint32_t *number = data;
  if (is_given_now(step, *number, key))
    return;
  tc_pdf_step_report(step, TC_PDF_CODE_PAGE, *number, "page object %u: /%.*s was changed", *number,
                     (int)(key.size < 40 ? key.size : 40), (const char *)key.data);
}

/* A widget that the form's rules met as a field of this very revision. Some writers spell the key /SubType. */
static bool is_new_widget(const tc_pdf_step *step, const tc_pdf_object *value)
{
  const tc_pdf_change *change = tc_pdf_step_find(step, tc_pdf_reference(value));
  const tc_pdf_object *dict = tc_pdf_step_new(step, value);
  bool spelled = tc_pdf_kind_of(tc_pdf_get(dict, "Subtype")) != TC_PDF_NULL;
  return change != NULL && change->is_field &&
         tc_pdf_is_name(tc_pdf_get(dict, spelled ? "Subtype" : "SubType"), "Widget");
}

static void check_annotations(tc_pdf_step *step, uint32_t page, const tc_pdf_object *old_value,
                              const tc_pdf_object *new_value)
{
  const tc_pdf_object *old = tc_pdf_step_old(step, old_value), *new = tc_pdf_step_new(step, new_value);
  size_t kept = 0, count = tc_pdf_kind_of(old) == TC_PDF_ARRAY ? tc_pdf_count(old) : 0;
  tc_pdf_step_explain_holder(step, old_value, new_value, TC_PDF_ROLE_ANNOTS);
  if (tc_pdf_kind_of(new) != TC_PDF_ARRAY && tc_pdf_kind_of(new) != tc_pdf_kind_of(old)) {
    tc_pdf_step_report(step, TC_PDF_CODE_ANNOTATION, page, "page object %u: Annots is no array any more", page);
    return;
  }
  for (size_t i = 0; i < tc_pdf_count(new) && !step->failed; i++) {
    const tc_pdf_object *element = tc_pdf_at(new, i);
    if (kept < count && tc_pdf_equal(tc_pdf_at(old, kept), element))
      kept++;
    else if (!is_new_widget(step, element))
      tc_pdf_step_report(step, TC_PDF_CODE_ANNOTATION, tc_pdf_reference(element),
                         "page object %u: an annotation was added that is no new signature's", page);
  }
  if (kept < count)
    tc_pdf_step_report(step, TC_PDF_CODE_ANNOTATION, page, "page object %u: an annotation is gone", page);
}

static void check_page(tc_pdf_step *step, uint32_t number)
{
  static const char *const handled[] = {"Annots", NULL};
  const tc_pdf_object *old = tc_pdf_lookup(step->document, step->before, number);
  const tc_pdf_object *new = tc_pdf_lookup(step->document, step->after, number);
  if (!tc_pdf_is_dict(new) || !tc_pdf_is_dict(old))
    return;
  tc_pdf_step_explain(step, number);
  tc_pdf_step_differences(step, old, new, handled, report_page_key, &number);
  check_annotations(step, number, tc_pdf_get(old, "Annots"), tc_pdf_get(new, "Annots"));
}

/* Pages whose own dictionary stayed, but whose list of annotations has a number that changed. */
static void check_lists(tc_pdf_step *step)
{
  uint32_t *pages = NULL;
  size_t count = 0;
  tc_error broken = {0}; /* a broken page tree explains nothing */
  if (!tc_pdf_pages(step->document, step->before, &pages, &count, &broken))
    return;
  for (size_t i = 0; i < count; i++) {
    const tc_pdf_object *page = tc_pdf_lookup(step->document, step->before, pages[i]);
    uint32_t list = tc_pdf_reference(tc_pdf_get(page, "Annots"));
    const tc_pdf_change *change = tc_pdf_step_find(step, list);
    if (change != NULL && !change->explained && tc_pdf_step_find(step, pages[i]) == NULL)
      check_page(step, pages[i]);
  }
  free(pages);
}

void tc_pdf_step_pages(tc_pdf_step *step)
{
  bool lists_left = false;
  for (size_t i = 0; i < step->count && !step->failed; i++) {
    const tc_pdf_change *change = &step->changed[i];
    const tc_pdf_object *old = tc_pdf_lookup(step->document, step->before, change->number);
    if (!change->was_defined || change->explained)
      continue;
    if (tc_pdf_is_dict(old) && tc_pdf_is_name(tc_pdf_get(old, "Type"), "Page"))
      check_page(step, change->number);
    lists_left |= tc_pdf_kind_of(old) == TC_PDF_ARRAY;
  }
  if (lists_left)
    check_lists(step);
}
