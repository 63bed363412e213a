/*
 * The tree of form fields. A kid with a name (T) is a field, one without is a widget of its parent. Depth is bounded,
 * and a field that is met twice is an error.
 */
#include "pdf/document_fields.h"

#include "pdf/document_private.h"

typedef struct walk {
  const tc_pdf_document *document;
  size_t revision;
  tc_pdf_field_visit *visit;
  void *data;
  uint8_t *seen;
} walk;

static void walk_finish(walk *w) { free(w->seen); }
TC_AUTO_VALUE(walk, walk_finish);

static bool visit_field(walk *w, const tc_pdf_object *value, const char *parent, const tc_pdf_object *type,
                        size_t depth, tc_error *err);

static bool mark_seen(walk *w, uint32_t number, tc_error *err)
{
  if (number == 0 || number >= w->document->number_end)
    return true;
  if ((w->seen[number / 8] >> (number % 8) & 1) != 0)
    return tc_fail(err, TC_FORMAT, "form field %u stands in the tree twice", number);
  w->seen[number / 8] |= (uint8_t)(1U << (number % 8));
  return true;
}

static bool full_name(const char *parent, const tc_pdf_object *title, char **out, tc_error *err)
{
  tc_auto(tc_str) own = NULL;
  if (!tc_pdf_text(title, &own, err))
    return false;
  return tc_str_printf(out, err, "%s%s%s", parent, parent[0] != '\0' && own[0] != '\0' ? "." : "", own);
}

/* Visits the kids that are fields; *first_widget is the first that is not. */
static bool visit_kids(walk *w, const tc_pdf_object *kids, const char *name, const tc_pdf_object *type, size_t depth,
                       size_t *fields, const tc_pdf_object **first_widget, tc_error *err)
{
  for (size_t i = 0; i < tc_pdf_count(kids); i++) {
    const tc_pdf_object *kid = tc_pdf_at_in(w->document, w->revision, kids, i);
    if (tc_pdf_kind_of(tc_pdf_get(kid, "T")) != TC_PDF_NULL) {
      (*fields)++;
      if (!visit_field(w, tc_pdf_at(kids, i), name, type, depth + 1, err))
        return false;
    } else if (tc_pdf_kind_of(*first_widget) == TC_PDF_NULL) {
      *first_widget = kid;
    }
  }
  return true;
}

static bool visit_field(walk *w, const tc_pdf_object *value, const char *parent, const tc_pdf_object *type,
                        size_t depth, tc_error *err)
{
  tc_auto(tc_str) name = NULL;
  const tc_pdf_object *dict = tc_pdf_resolve(w->document, w->revision, value);
  if (depth > w->document->limits.max_depth)
    return tc_fail(err, TC_LIMIT, "form fields nested deeper than %zu", w->document->limits.max_depth);
  if (!mark_seen(w, tc_pdf_reference(value), err))
    return false;
  if (!tc_pdf_is_dict(dict))
    return true;
  if (!full_name(parent, tc_pdf_get_in(w->document, w->revision, dict, "T"), &name, err))
    return false;
  const tc_pdf_object *own_type = tc_pdf_get_in(w->document, w->revision, dict, "FT");
  const tc_pdf_object *kids = tc_pdf_get_in(w->document, w->revision, dict, "Kids");
  const tc_pdf_object *widget = &tc_pdf_null_object;
  size_t fields = 0;
  type = tc_pdf_kind_of(own_type) == TC_PDF_NAME ? own_type : type;
  if (tc_pdf_kind_of(kids) == TC_PDF_ARRAY && !visit_kids(w, kids, name, type, depth, &fields, &widget, err))
    return false;
  if (fields > 0 && tc_pdf_kind_of(tc_pdf_get(dict, "V")) == TC_PDF_NULL)
    return true;
  tc_pdf_field field = {.name = name,
                        .number = tc_pdf_reference(value),
                        .dict = dict,
                        .widget = tc_pdf_kind_of(widget) != TC_PDF_NULL ? widget : dict,
                        .type = type,
                        .value = tc_pdf_get(dict, "V")};
  return w->visit(&field, w->data, err);
}

bool tc_pdf_fields_each(const tc_pdf_document *document, size_t revision, tc_pdf_field_visit *visit, void *data,
                        tc_error *err)
{
  tc_auto(walk) w = {.document = document, .revision = revision, .visit = visit, .data = data};
  w.seen = calloc((size_t)document->number_end / 8 + 1, 1);
  if (w.seen == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the form fields");
  const tc_pdf_object *form = tc_pdf_get_in(document, revision, tc_pdf_catalog(document, revision), "AcroForm");
  const tc_pdf_object *fields = tc_pdf_get_in(document, revision, form, "Fields");
  for (size_t i = 0; i < tc_pdf_count(fields); i++) {
    if (!visit_field(&w, tc_pdf_at(fields, i), "", &tc_pdf_null_object, 0, err))
      return false;
  }
  return true;
}
