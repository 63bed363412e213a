/*
 * The second reader: qpdf with recovery off reads the same prefixes (the first signed one and the whole file), and its
 * pages are compared with ours: how many, which objects, and what their contents, resources and annotations hold. The
 * two readers share no code, so what fools one of them shows as a disagreement.
 */
#include "pdf/changes_private.h"

#include "pdf/qpdf_handle.h"

#include <math.h>
#include <string.h>

enum { MAX_COMPARE_DEPTH = 100 };

typedef struct comparison {
  const tc_pdf_document *document;
  size_t revision;
  tc_qpdf *qpdf;
  uint8_t *seen; /* a bit a number */
  tc_buf data;   /* a stream's raw bytes, reused */
} comparison;

static void comparison_finish(comparison *c)
{
  tc_qpdf_destroy(c->qpdf);
  free(c->seen);
  tc_buf_finish(&c->data);
}
TC_AUTO_VALUE(comparison, comparison_finish);

static bool same(comparison *c, const tc_pdf_object *ours, qpdf_oh theirs, size_t depth);

static bool same_dicts(comparison *c, const tc_pdf_object *ours, qpdf_oh theirs, size_t depth)
{
  for (size_t i = 0; i < tc_pdf_count(ours); i++) {
    tc_bytes key = tc_pdf_key_at(ours, i);
    tc_auto(tc_buf) name = {0};
    if (tc_bytes_are(key, "Parent") || tc_bytes_are(key, "P"))
      continue;
    if (memchr(key.data, 0, key.size) != NULL)
      return false;
    if (!tc_buf_append_text(&name, "/", NULL) || !tc_buf_append(&name, key.data, key.size, NULL))
      return false;
    qpdf_oh value = qpdf_oh_get_key(c->qpdf, theirs, tc_buf_text(&name));
    bool equal = same(c, tc_pdf_value_at(ours, i), value, depth + 1);
    qpdf_oh_release(c->qpdf, value);
    if (!equal)
      return false;
  }
  return true;
}

static bool same_arrays(comparison *c, const tc_pdf_object *ours, qpdf_oh theirs, size_t depth)
{
  if ((int)tc_pdf_count(ours) != qpdf_oh_get_array_n_items(c->qpdf, theirs))
    return false;
  for (size_t i = 0; i < tc_pdf_count(ours); i++) {
    qpdf_oh item = qpdf_oh_get_array_item(c->qpdf, theirs, (int)i);
    bool equal = same(c, tc_pdf_at(ours, i), item, depth + 1);
    qpdf_oh_release(c->qpdf, item);
    if (!equal)
      return false;
  }
  return true;
}

static bool same_streams(comparison *c, const tc_pdf_object *ours, qpdf_oh theirs, size_t depth)
{
  tc_bytes raw = {NULL, 0};
  tc_error unreadable = {0};
  qpdf_oh dict = qpdf_oh_get_dict(c->qpdf, theirs);
  bool equal = same_dicts(c, ours, dict, depth);
  qpdf_oh_release(c->qpdf, dict);
  c->data.size = 0;
  if (!equal || !tc_pdf_stream_raw(c->document, c->revision, ours, &raw, &unreadable) ||
      !tc_qpdf_raw(c->qpdf, theirs, &c->data, &unreadable))
    return false;
  return tc_bytes_compare(raw, tc_buf_bytes(&c->data)) == 0;
}

static bool same_bytes(comparison *c, const tc_pdf_object *ours, qpdf_oh theirs)
{
  tc_bytes bytes = tc_pdf_bytes(ours);
  size_t size = 0;
  if (tc_pdf_kind_of(ours) == TC_PDF_NAME) {
    const char *name = qpdf_oh_get_name(c->qpdf, theirs);
    return strlen(name) == bytes.size + 1 && memcmp(name + 1, bytes.data, bytes.size) == 0;
  }
  const char *text = qpdf_oh_get_binary_string_value(c->qpdf, theirs, &size);
  return size == bytes.size && (size == 0 || memcmp(text, bytes.data, size) == 0);
}

static bool same_values(comparison *c, const tc_pdf_object *ours, qpdf_oh theirs, size_t depth)
{
  enum qpdf_object_type_e type = qpdf_oh_get_type_code(c->qpdf, theirs);
  switch (tc_pdf_kind_of(ours)) {
  case TC_PDF_NULL:
    return type == ot_null;
  case TC_PDF_BOOLEAN:
    return type == ot_boolean && (qpdf_oh_get_bool_value(c->qpdf, theirs) != 0) == tc_pdf_boolean(ours, false);
  case TC_PDF_INTEGER:
  case TC_PDF_REAL:
    return (type == ot_integer || type == ot_real) &&
           fabs(qpdf_oh_get_numeric_value(c->qpdf, theirs) - tc_pdf_number(ours, 0)) <
               1e-4 * (1 + fabs(tc_pdf_number(ours, 0)));
  case TC_PDF_STRING:
    return type == ot_string && same_bytes(c, ours, theirs);
  case TC_PDF_NAME:
    return type == ot_name && same_bytes(c, ours, theirs);
  case TC_PDF_ARRAY:
    return type == ot_array && same_arrays(c, ours, theirs, depth);
  case TC_PDF_DICT:
    return type == ot_dictionary && same_dicts(c, ours, theirs, depth);
  case TC_PDF_STREAM:
    return type == ot_stream && same_streams(c, ours, theirs, depth);
  case TC_PDF_REFERENCE:
    break;
  }
  return false;
}

/* Follows references on both sides at once; each object is compared once. */
static bool same(comparison *c, const tc_pdf_object *ours, qpdf_oh theirs, size_t depth)
{
  uint32_t number = tc_pdf_reference(ours);
  if (depth > MAX_COMPARE_DEPTH)
    return true; /* deeper than pages are, and met from another side */
  if (number != 0 && number < c->document->number_end) {
    const tc_pdf_object *value = tc_pdf_resolve(c->document, c->revision, ours);
    if (tc_pdf_kind_of(value) != TC_PDF_NULL && (uint32_t)qpdf_oh_get_object_id(c->qpdf, theirs) != number)
      return false;
    if ((c->seen[number / 8] >> (number % 8) & 1) != 0)
      return true;
    c->seen[number / 8] |= (uint8_t)(1U << (number % 8));
  }
  return same_values(c, tc_pdf_resolve(c->document, c->revision, ours), theirs, depth);
}

static bool same_page(comparison *c, uint32_t number, qpdf_oh page)
{
  static const char *const parts[] = {"/Contents", "/Resources", "/Annots", "/MediaBox", "/Rotate"};
  const tc_pdf_object *ours = tc_pdf_lookup(c->document, c->revision, number);
  if ((uint32_t)qpdf_oh_get_object_id(c->qpdf, page) != number)
    return false;
  for (size_t i = 0; i < TC_ARRAY_LEN(parts); i++) {
    qpdf_oh part = tc_qpdf_get(c->qpdf, page, parts[i]);
    const tc_pdf_object *own = tc_pdf_get(ours, parts[i] + 1); /* qpdf's keys have their slash */
    bool equal = tc_pdf_kind_of(own) == TC_PDF_NULL || same(c, own, part, 0);
    qpdf_oh_release(c->qpdf, part);
    if (!equal)
      return false;
  }
  return true;
}

/* What disagrees, or NULL. */
static const char *compare(comparison *c, const uint32_t *pages, size_t count)
{
  tc_error err = {0};
  int theirs = qpdf_get_num_pages(c->qpdf);
  if (!tc_qpdf_check(c->qpdf, "counting pages", &err))
    return "the second reader cannot read the page tree";
  if (theirs < 0 || (size_t)theirs != count)
    return "the number of pages differs";
  for (size_t i = 0; i < count; i++) {
    qpdf_oh page = qpdf_get_page_n(c->qpdf, i);
    bool equal = same_page(c, pages[i], page);
    qpdf_oh_release(c->qpdf, page);
    if (!equal || !tc_qpdf_check(c->qpdf, "reading a page", &err))
      return "a page differs";
  }
  return NULL;
}

static bool read_again(const tc_pdf_document *document, size_t revision, tc_bytes prefix, tc_pdf_changes *changes,
                       tc_error *err)
{
  tc_auto(comparison) c = {.document = document, .revision = revision};
  tc_error refused = {0};
  uint32_t *pages = NULL;
  size_t count = 0;
  const char *problem = NULL;
  c.seen = calloc((size_t)document->number_end / 8 + 1, 1);
  if (c.seen == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the second reader");
  if (!tc_pdf_pages(document, revision, &pages, &count, &refused))
    problem = "the page tree cannot be read";
  else if (!tc_qpdf_open(prefix, &c.qpdf, &refused))
    problem = "the second reader cannot open the file";
  else
    problem = compare(&c, pages, count);
  free(pages);
  return problem == NULL ||
         tc_pdf_changes_add(changes, TC_PDF_CODE_READERS, SIZE_MAX, 0, -1, err, "%s, in revision %zu%s%s", problem,
                            revision, refused.code != TC_OK ? ": " : "", refused.message);
}

/* A repaired file has no cross-references that qpdf could follow without guessing. */
bool tc_pdf_second_reader(const tc_pdf_document *document, size_t signed_revision, tc_pdf_changes *changes,
                          tc_error *err)
{
  size_t last = tc_pdf_revision_last(document);
  tc_bytes prefix = {document->bytes.data, (size_t)document->revisions[signed_revision].end};
  if (tc_pdf_document_repaired(document))
    return true;
  if (!read_again(document, last, document->bytes, changes, err))
    return false;
  return signed_revision == last || read_again(document, signed_revision, prefix, changes, err);
}
