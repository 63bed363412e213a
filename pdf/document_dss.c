/*
 * The document security store and the embedded files of a revision. Each stream is taken once, whichever way leads to
 * it; sizes are bounded.
 */
#include "pdf/document_private.h"
#include "pdf/document_signatures.h"

#include <string.h>

enum { MAX_BLOBS = 10000 };

typedef struct reading {
  const tc_pdf_document *document;
  size_t revision;
  uint8_t *seen; /* a bit a number */
  size_t budget; /* bytes that may still be taken */
} reading;

static void reading_finish(reading *r) { free(r->seen); }
TC_AUTO_VALUE(reading, reading_finish);

static bool reading_begin(reading *r, tc_error *err)
{
  r->seen = calloc((size_t)r->document->number_end / 8 + 1, 1);
  return r->seen != NULL || tc_fail(err, TC_NO_MEMORY, "no memory to read a PDF");
}

/* True the first time a number is met; direct objects always. */
static bool first_time(reading *r, const tc_pdf_object *value)
{
  uint32_t number = tc_pdf_reference(value);
  if (number == 0 || number >= r->document->number_end)
    return true;
  bool seen = (r->seen[number / 8] >> (number % 8) & 1) != 0;
  r->seen[number / 8] |= (uint8_t)(1U << (number % 8));
  return !seen;
}

static bool take_data(reading *r, const tc_pdf_object *value, tc_buf *out, tc_error *err)
{
  const tc_pdf_object *stream = tc_pdf_resolve(r->document, r->revision, value);
  if (!tc_pdf_stream_data(r->document, r->revision, stream, out, err))
    return false;
  if (out->size > r->budget)
    return tc_fail(err, TC_LIMIT, "the PDF holds more than the limit in validation data");
  r->budget -= out->size;
  return true;
}

static bool add_blobs(reading *r, const tc_pdf_object *array, tc_pdf_blob_list *list, tc_error *err)
{
  for (size_t i = 0; tc_pdf_kind_of(array) == TC_PDF_ARRAY && i < tc_pdf_count(array); i++) {
    if (!first_time(r, tc_pdf_at(array, i)))
      continue;
    if (list->count >= MAX_BLOBS)
      return tc_fail(err, TC_LIMIT, "more than %d entries in the security store", MAX_BLOBS);
    tc_buf *grown = reallocarray(list->items, list->count + 1, sizeof *grown);
    if (grown == NULL)
      return tc_fail(err, TC_NO_MEMORY, "no memory for the security store");
    list->items = grown;
    list->items[list->count] = (tc_buf){0};
    if (!take_data(r, tc_pdf_at(array, i), &list->items[list->count++], err))
      return false;
  }
  return true;
}

static bool add_store(reading *r, const tc_pdf_object *dict, const char *const keys[3], tc_pdf_dss *dss, tc_error *err)
{
  tc_pdf_blob_list *lists[3] = {&dss->certs, &dss->crls, &dss->ocsps};
  for (size_t i = 0; i < 3; i++) {
    if (!add_blobs(r, tc_pdf_get_in(r->document, r->revision, dict, keys[i]), lists[i], err))
      return false;
  }
  return true;
}

static bool add_vri(reading *r, const tc_pdf_object *vri, tc_pdf_dss *dss, tc_error *err)
{
  static const char *const keys[3] = {"Cert", "CRL", "OCSP"};
  size_t count = tc_pdf_is_dict(vri) ? tc_pdf_count(vri) : 0;
  if (count > MAX_BLOBS)
    return tc_fail(err, TC_LIMIT, "more than %d entries in the security store", MAX_BLOBS);
  dss->vri = calloc(count + 1, sizeof *dss->vri);
  if (dss->vri == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the security store");
  for (size_t i = 0; i < count; i++) {
    tc_bytes name = tc_pdf_key_at(vri, i);
    const tc_pdf_object *entry = tc_pdf_resolve(r->document, r->revision, tc_pdf_value_at(vri, i));
    if (!tc_str_printf(&dss->vri[i], err, "%.*s", (int)name.size, (const char *)name.data))
      return false;
    dss->vri_count++;
    if (!add_store(r, entry, keys, dss, err))
      return false;
  }
  return true;
}

bool tc_pdf_dss_read(const tc_pdf_document *document, size_t revision, tc_pdf_dss *out, tc_error *err)
{
  static const char *const keys[3] = {"Certs", "CRLs", "OCSPs"};
  tc_auto(tc_pdf_dss) dss = {0};
  tc_auto(reading) r = {.document = document, .revision = revision, .budget = document->limits.max_stream_bytes};
  const tc_pdf_object *store = tc_pdf_get_in(document, revision, tc_pdf_catalog(document, revision), "DSS");
  dss.present = tc_pdf_is_dict(store);
  if (!reading_begin(&r, err) || !add_store(&r, store, keys, &dss, err) ||
      !add_vri(&r, tc_pdf_get_in(document, revision, store, "VRI"), &dss, err))
    return false;
  *out = dss;
  dss = (tc_pdf_dss){0};
  return true;
}

static void blobs_finish(tc_pdf_blob_list *list)
{
  for (size_t i = 0; i < list->count; i++)
    tc_buf_finish(&list->items[i]);
  free(list->items);
}

void tc_pdf_dss_finish(tc_pdf_dss *dss)
{
  blobs_finish(&dss->certs);
  blobs_finish(&dss->crls);
  blobs_finish(&dss->ocsps);
  for (size_t i = 0; i < dss->vri_count; i++)
    free(dss->vri[i]);
  free(dss->vri);
  *dss = (tc_pdf_dss){0};
}

/* ---- Embedded files ---- */

typedef struct search {
  const char *name;
  const tc_pdf_object *found; /* NULL: not yet */
} search;

static bool look_at_file(reading *r, const tc_pdf_object *value, search *s, tc_error *err)
{
  const tc_pdf_object *spec = tc_pdf_resolve(r->document, r->revision, value);
  const tc_pdf_object *name = tc_pdf_get_in(r->document, r->revision, spec, "UF");
  const tc_pdf_object *embedded = tc_pdf_get_in(r->document, r->revision, spec, "EF");
  const tc_pdf_object *stream = tc_pdf_get(embedded, "UF");
  tc_auto(tc_str) text = NULL;
  tc_error unreadable = {0};
  if (tc_pdf_kind_of(stream) == TC_PDF_NULL)
    stream = tc_pdf_get(embedded, "F");
  if (!tc_pdf_is_dict(spec) || tc_pdf_kind_of(stream) == TC_PDF_NULL || !first_time(r, value))
    return true;
  if (tc_pdf_kind_of(name) != TC_PDF_STRING)
    name = tc_pdf_get_in(r->document, r->revision, spec, "F");
  if (!tc_pdf_text(name, &text, &unreadable)) /* a name that is none is not the wanted one */
    return unreadable.code != TC_NO_MEMORY || tc_fail(err, TC_NO_MEMORY, "%s", unreadable.message);
  if (strcmp(text, s->name) == 0)
    s->found = tc_pdf_resolve(r->document, r->revision, stream);
  return true;
}

/* A name tree (7.9.6); nodes are met once, so a loop ends. */
static bool look_in_tree(reading *r, const tc_pdf_object *value, size_t depth, search *s, tc_error *err)
{
  const tc_pdf_object *node = tc_pdf_resolve(r->document, r->revision, value);
  const tc_pdf_object *names = tc_pdf_get_in(r->document, r->revision, node, "Names");
  const tc_pdf_object *kids = tc_pdf_get_in(r->document, r->revision, node, "Kids");
  if (depth > r->document->limits.max_depth)
    return tc_fail(err, TC_LIMIT, "a name tree deeper than %zu", r->document->limits.max_depth);
  if (!first_time(r, value))
    return true;
  for (size_t i = 1; tc_pdf_kind_of(names) == TC_PDF_ARRAY && i < tc_pdf_count(names) && s->found == NULL; i += 2) {
    if (!look_at_file(r, tc_pdf_at(names, i), s, err))
      return false;
  }
  for (size_t i = 0; tc_pdf_kind_of(kids) == TC_PDF_ARRAY && i < tc_pdf_count(kids) && s->found == NULL; i++) {
    if (!look_in_tree(r, tc_pdf_at(kids, i), depth + 1, s, err))
      return false;
  }
  return true;
}

bool tc_pdf_file_find(const tc_pdf_document *document, size_t revision, const char *name, const tc_pdf_object **out,
                      tc_error *err)
{
  tc_auto(reading) r = {.document = document, .revision = revision};
  search s = {.name = name};
  const tc_pdf_object *catalog = tc_pdf_catalog(document, revision);
  const tc_pdf_object *associated = tc_pdf_get_in(document, revision, catalog, "AF");
  const tc_pdf_object *names = tc_pdf_get_in(document, revision, catalog, "Names");
  if (!reading_begin(&r, err))
    return false;
  for (size_t i = 0; tc_pdf_kind_of(associated) == TC_PDF_ARRAY && i < tc_pdf_count(associated) && s.found == NULL;
       i++) {
    if (!look_at_file(&r, tc_pdf_at(associated, i), &s, err))
      return false;
  }
  if (s.found == NULL && !look_in_tree(&r, tc_pdf_get(names, "EmbeddedFiles"), 0, &s, err))
    return false;
  *out = s.found;
  return true;
}
