/*
 * The second reader: qpdf with recovery off reads the same prefixes (the first signed one and the whole file), and its
 * pages are compared with ours: how many, which objects, and everything that they lead to. The two readers share no
 * code, so what fools one of them shows as a disagreement.
 *
 * qpdf writes each object out as it understood it, and that canonical text is read back: a call into qpdf for each
 * number of a table of glyph widths would cost more than the rest of a verification. References are compared by number
 * and wait on a list, so that each object is compared once and depth is bounded by one object's own.
 */
#include "pdf/changes_private.h"

#include "pdf/qpdf_handle.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

typedef struct comparison {
  const tc_pdf_document *document;
  size_t revision;
  tc_qpdf *qpdf;
  tc_pdf_arena arena; /* of what qpdf wrote, for one object at a time */
  uint8_t *seen;      /* a bit a number */
  uint32_t *waiting;
  size_t count, capacity;
} comparison;

static void comparison_finish(comparison *c)
{
  tc_qpdf_destroy(c->qpdf);
  tc_pdf_arena_finish(&c->arena);
  free(c->seen);
  free(c->waiting);
}
TC_AUTO_VALUE(comparison, comparison_finish);

static bool same(comparison *c, const tc_pdf_object *ours, const tc_pdf_object *theirs, bool follow);

static bool first_time(comparison *c, uint32_t number)
{
  bool met = (c->seen[number / 8] >> (number % 8) & 1) != 0;
  c->seen[number / 8] |= (uint8_t)(1U << (number % 8));
  return !met;
}

/* Puts an object on the list the first time it is met. */
static bool wait_for(comparison *c, uint32_t number)
{
  if (number >= c->document->number_end || !first_time(c, number))
    return true;
  if (c->count == c->capacity) {
    size_t capacity = c->capacity == 0 ? 64 : c->capacity * 2;
    uint32_t *grown = reallocarray(c->waiting, capacity, sizeof *grown);
    if (grown == NULL)
      return false;
    c->waiting = grown;
    c->capacity = capacity;
  }
  c->waiting[c->count++] = number;
  return true;
}

/* What leads upwards (to the page tree, to a page from its annotation) is compared by number alone. */
static bool leads_up(tc_bytes key) { return tc_bytes_are(key, "Parent") || tc_bytes_are(key, "P"); }

/* Of an encrypted file qpdf decrypts the value of a document time-stamp, which is not encrypted. What the value is, the
   byte ranges tell (document_signature.c). */
static bool is_signature_value(const comparison *c, const tc_pdf_object *ours, tc_bytes key)
{
  return c->document->crypt != NULL && tc_bytes_are(key, "Contents") &&
         tc_pdf_kind_of(tc_pdf_get(ours, "ByteRange")) == TC_PDF_ARRAY;
}

static bool same_dicts(comparison *c, const tc_pdf_object *ours, const tc_pdf_object *theirs)
{
  for (size_t i = 0; i < tc_pdf_count(ours); i++) {
    tc_bytes key = tc_pdf_key_at(ours, i);
    if (!is_signature_value(c, ours, key) &&
        !same(c, tc_pdf_value_at(ours, i), tc_pdf_get_bytes(theirs, key), !leads_up(key)))
      return false;
  }
  for (size_t i = 0; i < tc_pdf_count(theirs); i++) {
    tc_bytes key = tc_pdf_key_at(theirs, i);
    if (!is_signature_value(c, ours, key) &&
        !same(c, tc_pdf_get_bytes(ours, key), tc_pdf_value_at(theirs, i), !leads_up(key)))
      return false;
  }
  return true;
}

static bool same_arrays(comparison *c, const tc_pdf_object *ours, const tc_pdf_object *theirs)
{
  if (tc_pdf_count(ours) != tc_pdf_count(theirs))
    return false;
  for (size_t i = 0; i < tc_pdf_count(ours); i++) {
    if (!same(c, tc_pdf_at(ours, i), tc_pdf_at(theirs, i), true))
      return false;
  }
  return true;
}

/* References are followed later, unless they lead up; one that leads nowhere is null, which qpdf leaves out. */
static bool same_references(comparison *c, const tc_pdf_object *ours, const tc_pdf_object *theirs, bool follow)
{
  if (tc_pdf_kind_of(ours) == tc_pdf_kind_of(theirs))
    return tc_pdf_equal(ours, theirs) && (!follow || wait_for(c, tc_pdf_reference(ours)));
  return tc_pdf_kind_of(theirs) == TC_PDF_NULL &&
         tc_pdf_kind_of(tc_pdf_resolve(c->document, c->revision, ours)) == TC_PDF_NULL;
}

static bool is_number(const tc_pdf_object *object)
{
  return tc_pdf_kind_of(object) == TC_PDF_INTEGER || tc_pdf_kind_of(object) == TC_PDF_REAL;
}

static bool same(comparison *c, const tc_pdf_object *ours, const tc_pdf_object *theirs, bool follow)
{
  tc_pdf_kind kind = tc_pdf_kind_of(ours);
  if (kind == TC_PDF_REFERENCE)
    return same_references(c, ours, theirs, follow);
  if (is_number(ours))
    return is_number(theirs) &&
           fabs(tc_pdf_number(theirs, 0) - tc_pdf_number(ours, 0)) < 1e-4 * (1 + fabs(tc_pdf_number(ours, 0)));
  if (kind != tc_pdf_kind_of(theirs))
    return false;
  if (kind == TC_PDF_ARRAY)
    return same_arrays(c, ours, theirs);
  return kind == TC_PDF_DICT ? same_dicts(c, ours, theirs) : tc_pdf_equal(ours, theirs);
}

/* A value as qpdf writes it; NULL where it has none that our syntax knows. */
static const tc_pdf_object *written(comparison *c, qpdf_oh value)
{
  tc_error unreadable = {0};
  const char *text = qpdf_oh_unparse_resolved(c->qpdf, value);
  tc_pdf_lexer lexer = {
      .bytes = {(const uint8_t *)text, strlen(text)}, .max_depth = c->document->limits.max_depth, .arena = &c->arena};
  return tc_pdf_parse_value(&lexer, &unreadable);
}

static bool same_data(const comparison *c, const tc_pdf_object *ours, qpdf_oh theirs)
{
  tc_bytes raw = {NULL, 0};
  tc_error unreadable = {0};
  unsigned char *data = NULL;
  size_t size = 0;
  QPDF_BOOL filtered = QPDF_FALSE;
  tc_auto(tc_buf) hold = {0};
  if (!tc_pdf_stream_plain(c->document, c->revision, ours, &hold, &raw, &unreadable))
    return false;
  qpdf_oh_get_stream_data(c->qpdf, theirs, qpdf_dl_none, &filtered, &data, &size);
  bool equal =
      tc_qpdf_check(c->qpdf, "reading a stream", &unreadable) && tc_bytes_compare(raw, (tc_bytes){data, size}) == 0;
  free(data);
  tc_pdf_document_touched(c->document, raw.size);
  return equal;
}

static bool same_streams(comparison *c, const tc_pdf_object *ours, qpdf_oh theirs)
{
  qpdf_oh dict = qpdf_oh_get_dict(c->qpdf, theirs);
  const tc_pdf_object *entries = written(c, dict);
  bool equal = entries != NULL && same_dicts(c, ours, entries) && same_data(c, ours, theirs);
  qpdf_oh_release(c->qpdf, dict);
  return equal;
}

static bool same_object(comparison *c, uint32_t number)
{
  const tc_pdf_object *ours = tc_pdf_lookup(c->document, c->revision, number);
  tc_pdf_place place = tc_pdf_place_of(c->document, c->revision, number);
  qpdf_oh theirs = qpdf_get_object_by_id(c->qpdf, (int)number, place.generation);
  bool stream = qpdf_oh_is_stream(c->qpdf, theirs) != QPDF_FALSE;
  bool equal = false;
  if (stream != (tc_pdf_kind_of(ours) == TC_PDF_STREAM)) {
    equal = false;
  } else if (stream) {
    equal = same_streams(c, ours, theirs);
  } else {
    const tc_pdf_object *value = written(c, theirs);
    equal = value != NULL && same(c, ours, value, true);
  }
  qpdf_oh_release(c->qpdf, theirs);
  tc_pdf_arena_finish(&c->arena);
  return equal;
}

/* The page tree hands these down (ISO 32000-2, 7.7.3.4). */
static bool same_inherited(comparison *c, const tc_pdf_object *page)
{
  static const char *const keys[] = {"Resources", "MediaBox", "CropBox", "Rotate"};
  const tc_pdf_object *parent = tc_pdf_get(page, "Parent");
  for (size_t depth = 0; depth < c->document->limits.max_depth; depth++) {
    uint32_t number = tc_pdf_reference(parent);
    if (number == 0 || number >= c->document->number_end || !first_time(c, number))
      return true;
    const tc_pdf_object *ours = tc_pdf_resolve(c->document, c->revision, parent);
    qpdf_oh node =
        qpdf_get_object_by_id(c->qpdf, (int)number, tc_pdf_place_of(c->document, c->revision, number).generation);
    const tc_pdf_object *theirs = written(c, node);
    qpdf_oh_release(c->qpdf, node);
    for (size_t i = 0; i < TC_ARRAY_LEN(keys); i++)
      if (theirs == NULL || !same(c, tc_pdf_get(ours, keys[i]), tc_pdf_get(theirs, keys[i]), true))
        return false;
    parent = tc_pdf_get(ours, "Parent");
  }
  return false;
}

/* qpdf gives a page the type, the size and the empty resources that it lacks. */
static bool is_supplied(tc_bytes key)
{
  return tc_bytes_are(key, "Type") || tc_bytes_are(key, "MediaBox") || tc_bytes_are(key, "Resources");
}

static bool same_page(comparison *c, uint32_t number, qpdf_oh page)
{
  const tc_pdf_object *ours = tc_pdf_lookup(c->document, c->revision, number);
  const tc_pdf_object *theirs = (uint32_t)qpdf_oh_get_object_id(c->qpdf, page) == number ? written(c, page) : NULL;
  if (theirs == NULL)
    return false;
  for (size_t i = 0; i < tc_pdf_count(ours); i++) {
    tc_bytes key = tc_pdf_key_at(ours, i);
    if (!tc_bytes_are(key, "Type") && !same(c, tc_pdf_value_at(ours, i), tc_pdf_get_bytes(theirs, key), !leads_up(key)))
      return false;
  }
  for (size_t i = 0; i < tc_pdf_count(theirs); i++) {
    tc_bytes key = tc_pdf_key_at(theirs, i);
    if (!is_supplied(key) && tc_pdf_kind_of(tc_pdf_get_bytes(ours, key)) == TC_PDF_NULL)
      return false;
  }
  return same_inherited(c, ours);
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
  for (size_t i = 0; i < count; i++) /* what leads to a page shall not queue it */
    (void)first_time(c, pages[i]);
  for (size_t i = 0; i < count; i++) {
    qpdf_oh page = qpdf_get_page_n(c->qpdf, i);
    bool equal = same_page(c, pages[i], page);
    qpdf_oh_release(c->qpdf, page);
    tc_pdf_arena_finish(&c->arena);
    while (equal && c->count > 0)
      equal = same_object(c, c->waiting[--c->count]);
    if (!equal || !tc_qpdf_check(c->qpdf, "reading a page", &err))
      return "a page differs";
  }
  return NULL;
}

/* qpdf parses every object of a file in one call, and each maps the pages around it: of a large file a thread gives
   them back meanwhile. The mapping is private and never written to, so the two cannot disturb each other. */
typedef struct returning {
  const tc_pdf_document *document;
  atomic_bool stop;
  bool runs;
  pthread_t thread;
} returning;

static void *give_back(void *data)
{
  returning *r = data;
  const struct timespec pause = {.tv_nsec = 1000000};
  while (!atomic_load(&r->stop)) {
    nanosleep(&pause, NULL);
    tc_pdf_document_give_back(r->document);
  }
  return NULL;
}

static void returning_begin(returning *r)
{
  r->runs = tc_pdf_document_is_large(r->document) && pthread_create(&r->thread, NULL, give_back, r) == 0;
}

static void returning_finish(returning *r)
{
  atomic_store(&r->stop, true);
  if (r->runs)
    pthread_join(r->thread, NULL);
}
TC_AUTO_VALUE(returning, returning_finish);

static bool read_again(const tc_pdf_document *document, size_t revision, tc_bytes prefix, tc_pdf_changes *changes,
                       tc_error *err)
{
  tc_auto(comparison) c = {.document = document, .revision = revision};
  tc_auto(returning) pages_back = {.document = document};
  c.arena.limit = document->limits.max_memory;
  tc_error refused = {0};
  uint32_t *pages = NULL;
  size_t count = 0;
  const char *problem = NULL;
  c.seen = calloc((size_t)document->number_end / 8 + 1, 1);
  if (c.seen == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the second reader");
  returning_begin(&pages_back);
  if (!tc_pdf_pages(document, revision, &pages, &count, &refused))
    problem = "the page tree cannot be read";
  else if (!tc_qpdf_open_locked(prefix, document->password, &c.qpdf, &refused))
    problem = "the second reader cannot open the file";
  else
    problem = compare(&c, pages, count);
  free(pages);
  return problem == NULL ||
         tc_pdf_changes_add(changes, TC_PDF_CODE_READERS, SIZE_MAX, 0, -1, err, "%s, in revision %zu%s%s", problem,
                            revision, refused.code != TC_OK ? ": " : "", refused.message);
}

/* A plain file was read a second time already, by the forward reader. A repaired file has no cross-references that qpdf
 * could follow without guessing. */
bool tc_pdf_second_reader(const tc_pdf_document *document, size_t signed_revision, tc_pdf_changes *changes,
                          tc_error *err)
{
  size_t last = tc_pdf_revision_last(document);
  tc_bytes prefix = {document->bytes.data, (size_t)document->revisions[signed_revision].end};
  bool plain = false;
  if (!tc_pdf_is_plain(document, &plain, err))
    return false;
  if (plain || tc_pdf_document_repaired(document))
    return true;
  if (!read_again(document, last, document->bytes, changes, err))
    return false;
  return signed_revision == last || read_again(document, signed_revision, prefix, changes, err);
}
