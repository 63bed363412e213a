/*
 * The page tree, flattened (ISO 32000-2, 7.7.3). Depth is bounded, and a node that leads back to itself or to a page
 * that was met already is an error: two pages cannot be one object.
 */
#include "pdf/document_private.h"

typedef struct walk {
  const tc_pdf_document *document;
  size_t revision;
  uint8_t *seen; /* a bit a number */
  uint32_t *numbers;
  size_t count, capacity;
} walk;

static void walk_finish(walk *w)
{
  free(w->seen);
  free(w->numbers);
}
TC_AUTO_VALUE(walk, walk_finish);

static bool add_page(walk *w, uint32_t number, tc_error *err)
{
  if (w->count == w->capacity) {
    size_t capacity = w->capacity == 0 ? 64 : w->capacity * 2;
    uint32_t *grown = reallocarray(w->numbers, capacity, sizeof *grown);
    if (grown == NULL)
      return tc_fail(err, TC_NO_MEMORY, "no memory for the list of pages");
    w->numbers = grown;
    w->capacity = capacity;
  }
  w->numbers[w->count++] = number;
  return true;
}

static bool visit(walk *w, const tc_pdf_object *reference, size_t depth, tc_error *err)
{
  uint32_t number = tc_pdf_reference(reference);
  if (number == 0 || number >= w->document->number_end)
    return tc_fail(err, TC_FORMAT, "a page that is no object of its own");
  if ((w->seen[number / 8] >> (number % 8) & 1) != 0)
    return tc_fail(err, TC_FORMAT, "the page tree meets object %u twice", number);
  if (depth > w->document->limits.max_depth)
    return tc_fail(err, TC_LIMIT, "a page tree deeper than %zu", w->document->limits.max_depth);
  w->seen[number / 8] |= (uint8_t)(1U << (number % 8));
  const tc_pdf_object *node = tc_pdf_resolve(w->document, w->revision, reference);
  if (!tc_pdf_is_dict(node))
    return tc_fail(err, TC_FORMAT, "the page tree's object %u is no dictionary", number);
  const tc_pdf_object *kids = tc_pdf_get_in(w->document, w->revision, node, "Kids");
  if (tc_pdf_kind_of(kids) != TC_PDF_ARRAY)
    return add_page(w, number, err);
  for (size_t i = 0; i < tc_pdf_count(kids); i++) {
    if (!visit(w, tc_pdf_at(kids, i), depth + 1, err))
      return false;
  }
  return true;
}

bool tc_pdf_pages(const tc_pdf_document *document, size_t revision, uint32_t **numbers, size_t *count, tc_error *err)
{
  tc_auto(walk) w = {.document = document, .revision = revision};
  w.seen = calloc((size_t)document->number_end / 8 + 1, 1);
  if (w.seen == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the list of pages");
  if (!visit(&w, tc_pdf_get(tc_pdf_catalog(document, revision), "Pages"), 0, err))
    return false;
  *numbers = tc_steal(&w.numbers);
  *count = w.count;
  return true;
}
