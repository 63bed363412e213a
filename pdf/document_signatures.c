/*
 * The list of signatures: every signature field of the newest revision that has a value, in the order of the revisions
 * they close. A field and its dictionary may be presented once only: a dictionary that two fields share is read twice
 * and both are odd (their coverage is checked against the same bytes, so it is the order that shows it).
 */
#include "pdf/document_signatures.h"

#include "pdf/document_signature.h"

#include <assert.h>
#include <string.h>

enum { MAX_SIGNATURES = 1000 };

struct tc_pdf_signatures {
  tc_pdf_signature *items;
  size_t count, capacity;
  size_t empty_fields;
};

typedef struct reading {
  const tc_pdf_document *document;
  uint32_t *pages;
  size_t page_count;
  tc_pdf_signatures *list;
} reading;

static void reading_finish(reading *r)
{
  free(r->pages);
  tc_pdf_signatures_destroy(r->list);
}
TC_AUTO_VALUE(reading, reading_finish);

static bool grow(tc_pdf_signatures *list, tc_error *err)
{
  if (list->count >= MAX_SIGNATURES)
    return tc_fail(err, TC_LIMIT, "more than %d signatures", MAX_SIGNATURES);
  if (list->count == list->capacity) {
    size_t capacity = list->capacity == 0 ? 8 : list->capacity * 2;
    tc_pdf_signature *grown = reallocarray(list->items, capacity, sizeof *grown);
    if (grown == NULL)
      return tc_fail(err, TC_NO_MEMORY, "no memory for the signatures");
    list->items = grown;
    list->capacity = capacity;
  }
  return true;
}

static bool visit(const tc_pdf_field *field, void *data, tc_error *err)
{
  reading *r = data;
  size_t last = tc_pdf_revision_last(r->document);
  if (!tc_pdf_is_name(field->type, "Sig"))
    return true;
  if (!tc_pdf_is_signature(r->document, last, field->value) && !tc_pdf_is_unreadable(r->document, last, field->value)) {
    r->list->empty_fields++;
    return true;
  }
  if (!grow(r->list, err))
    return false;
  tc_pdf_signature *out = &r->list->items[r->list->count++];
  return tc_pdf_signature_read(r->document, field, r->pages, r->page_count, out, err);
}

static int compare_signatures(const void *a, const void *b)
{
  const tc_pdf_signature *left = a, *right = b;
  bool left_odd = left->coverage == TC_PDF_COVERS_ODD, right_odd = right->coverage == TC_PDF_COVERS_ODD;
  if (left_odd != right_odd)
    return left_odd ? 1 : -1;
  off_t left_end = left->range[2] + left->range[3], right_end = right->range[2] + right->range[3];
  return (left_end > right_end) - (left_end < right_end);
}

/* Two fields that present one dictionary, or two signatures that close one revision: at most one can be true. */
static void mark_doubles(tc_pdf_signatures *list)
{
  for (size_t i = 1; i < list->count; i++) {
    tc_pdf_signature *one = &list->items[i - 1], *other = &list->items[i];
    if (other->coverage != TC_PDF_COVERS_ODD && one->revision == other->revision) {
      one->coverage = other->coverage = TC_PDF_COVERS_ODD;
      one->problem = other->problem = "revision_shared";
    }
  }
}

bool tc_pdf_signatures_read(const tc_pdf_document *document, tc_pdf_signatures **out, tc_error *err)
{
  size_t last = tc_pdf_revision_last(document);
  tc_auto(reading) r = {.document = document};
  tc_error no_pages = {0}; /* a broken page tree is the second reader's and the changes' matter */
  r.list = calloc(1, sizeof *r.list);
  if (r.list == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the signatures");
  (void)!tc_pdf_pages(document, last, &r.pages, &r.page_count, &no_pages);
  if (!tc_pdf_fields_each(document, last, visit, &r, err))
    return false;
  if (r.list->count > 1)
    qsort(r.list->items, r.list->count, sizeof *r.list->items, compare_signatures);
  mark_doubles(r.list);
  *out = tc_steal(&r.list);
  return true;
}

void tc_pdf_signatures_destroy(tc_pdf_signatures *signatures)
{
  if (signatures == NULL)
    return;
  for (size_t i = 0; i < signatures->count; i++)
    tc_pdf_signature_finish(&signatures->items[i]);
  free(signatures->items);
  free(signatures);
}

size_t tc_pdf_signatures_count(const tc_pdf_signatures *signatures) { return signatures->count; }

const tc_pdf_signature *tc_pdf_signatures_at(const tc_pdf_signatures *signatures, size_t index)
{
  assert(index < signatures->count);
  return &signatures->items[index];
}

size_t tc_pdf_signatures_empty_fields(const tc_pdf_signatures *signatures) { return signatures->empty_fields; }

void tc_pdf_signature_spans(const tc_pdf_document *document, const tc_pdf_signature *signature, tc_bytes spans[2])
{
  assert(signature->coverage != TC_PDF_COVERS_ODD);
  const uint8_t *data = tc_pdf_document_bytes(document).data;
  spans[0] = (tc_bytes){data + signature->range[0], (size_t)signature->range[1]};
  spans[1] = (tc_bytes){data + signature->range[2], (size_t)signature->range[3]};
}

/* A name covers the fields below it. */
static bool is_within(const char *name, const char *whole)
{
  const size_t size = strlen(whole);
  return strncmp(name, whole, size) == 0 && (name[size] == '\0' || name[size] == '.');
}

bool tc_pdf_signature_locks(const tc_pdf_signature *signature, const char *field)
{
  bool named = false;
  for (size_t i = 0; i < signature->lock_field_count; i++)
    named = named || is_within(field, signature->lock_fields[i]);
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
