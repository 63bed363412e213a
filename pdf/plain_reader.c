/*
 * The forward reader: reads a file from its first byte to its last and asks whether it is plain, that is, whether it
 * leaves a reader nothing to interpret:
 *
 *   - header, then in each revision objects one after the other, one table, one trailer, startxref, %%EOF, and no byte
 *     between them that belongs to none of them; no streams of objects or of cross-references;
 *   - each object stands where that revision's table says, under that number, once; the table names no other;
 *   - each token is spelled in one of its unambiguous forms: no comments, no odd white space, no escapes that readers
 *     treat differently, no key twice;
 *   - the page tree counts its pages and each page names its parent.
 *
 * Readers that follow the cross-references and readers that search the file for objects then see the same document, and
 * each value is compared with what the strict reader made of it. This file shares no code with the lexer: it spells the
 * strict reader's values, byte by byte. What is not plain is no fault: the other reader of second_reader.c judges it.
 */
#include "pdf/changes_private.h"

#include "pdf/plain_value.h"

#include <string.h>

enum { ENTRY_SIZE = 20 };

typedef struct reading {
  const tc_pdf_document *document;
  size_t revision;
  tc_plain in;
  uint8_t *open; /* a bit a number: met in this revision, not yet named by its table */
  size_t open_count;
} reading;

/* ---- Objects, tables, revisions ---- */

static off_t position(const reading *r) { return r->in.at - r->document->bytes.data; }

static bool skip_stream(reading *r, const tc_pdf_object *stream)
{
  int64_t length = tc_pdf_integer(tc_pdf_get_in(r->document, r->revision, stream, "Length"), -1);
  if (!tc_plain_take(&r->in, "stream") || !tc_plain_take_line_end(&r->in) || length < 0 ||
      (uint64_t)length > (size_t)(r->in.end - r->in.at))
    return false;
  r->in.at += length;
  (void)tc_plain_take_line_end(&r->in);
  bool ended = tc_plain_take(&r->in, "endstream");
  tc_plain_skip(&r->in);
  return ended;
}

static bool read_object(reading *r)
{
  uint64_t number = 0, generation = 0;
  off_t offset = position(r);
  if (!tc_plain_take_digits(&r->in, &number) || !tc_plain_take(&r->in, " ") ||
      !tc_plain_take_digits(&r->in, &generation) || !tc_plain_take(&r->in, " obj") || number == 0 ||
      number >= r->document->number_end)
    return false;
  tc_pdf_document_touched(r->document, 0);
  tc_pdf_place place = tc_pdf_place_of(r->document, r->revision, (uint32_t)number);
  if (place.kind != TC_PDF_IN_FILE || place.offset != offset || place.generation != generation)
    return false;
  const tc_pdf_object *value = tc_pdf_lookup(r->document, r->revision, (uint32_t)number);
  tc_plain_skip(&r->in);
  if (!tc_plain_spells(&r->in, value))
    return false;
  tc_plain_skip(&r->in);
  if (tc_pdf_kind_of(value) == TC_PDF_STREAM && !skip_stream(r, value))
    return false;
  r->open[number / 8] |= (uint8_t)(1U << (number % 8));
  r->open_count++;
  if (!tc_plain_take(&r->in, "endobj") || !tc_plain_is_blank(tc_plain_next(&r->in)))
    return false;
  tc_plain_skip(&r->in);
  return true;
}

/* One entry of 20 bytes: an object of this revision, or a free number (ISO 32000-2, 7.5.4). */
static bool read_entry(reading *r, uint64_t number)
{
  uint64_t offset = 0, generation = 0;
  tc_plain in = r->in;
  if (in.end - in.at < ENTRY_SIZE || !tc_plain_take_digits(&in, &offset) || in.at - r->in.at != 10 ||
      !tc_plain_take(&in, " ") || !tc_plain_take_digits(&in, &generation) || in.at - r->in.at != 16 ||
      number >= r->document->number_end)
    return false;
  bool used = tc_plain_take(&in, " n");
  if ((!used && !tc_plain_take(&in, " f")) ||
      (!tc_plain_take(&in, " \n") && !tc_plain_take(&in, "\r\n") && !tc_plain_take(&in, " \r")))
    return false;
  r->in = in;
  tc_pdf_place place = tc_pdf_place_of(r->document, r->revision, (uint32_t)number);
  uint8_t bit = (uint8_t)(1U << (number % 8));
  if (!used)
    return place.kind == TC_PDF_NOWHERE;
  bool met = (r->open[number / 8] & bit) != 0;
  r->open[number / 8] &= (uint8_t)~bit;
  r->open_count -= met;
  return met && place.offset == (off_t)offset && place.generation == generation;
}

/* Subsections in rising order, so that no number stands twice. */
static bool read_table(reading *r)
{
  uint64_t next = 0;
  if (!tc_plain_take(&r->in, "xref") || !tc_plain_take_line_end(&r->in))
    return false;
  while (tc_plain_is_digit(tc_plain_next(&r->in))) {
    uint64_t first = 0, count = 0;
    if (!tc_plain_take_digits(&r->in, &first) || !tc_plain_take(&r->in, " ") || !tc_plain_take_digits(&r->in, &count) ||
        first < next)
      return false;
    (void)tc_plain_take(&r->in, " ");
    if (!tc_plain_take_line_end(&r->in))
      return false;
    for (uint64_t i = 0; i < count; i++)
      if (!read_entry(r, first + i))
        return false;
    next = first + count;
  }
  return r->open_count == 0;
}

static bool read_trailer(reading *r)
{
  const tc_pdf_object *trailer = tc_pdf_trailer(r->document, r->revision);
  int64_t prev = r->revision > 0 ? r->document->revisions[r->revision - 1].section : -1;
  if (!tc_plain_take(&r->in, "trailer"))
    return false;
  tc_plain_skip(&r->in);
  if (!tc_plain_spells(&r->in, trailer))
    return false;
  tc_plain_skip(&r->in);
  return tc_pdf_kind_of(tc_pdf_get(trailer, "XRefStm")) == TC_PDF_NULL &&
         tc_pdf_integer(tc_pdf_get(trailer, "Prev"), -1) == prev;
}

static bool read_revision(reading *r)
{
  const tc_pdf_revision *revision = &r->document->revisions[r->revision];
  uint64_t marker = 0;
  while (tc_plain_is_digit(tc_plain_next(&r->in)))
    if (!read_object(r))
      return false;
  off_t section = position(r);
  if (section != revision->section || !read_table(r) || !read_trailer(r) || !tc_plain_take(&r->in, "startxref") ||
      !tc_plain_take_line_end(&r->in) || !tc_plain_take_digits(&r->in, &marker) || (off_t)marker != section ||
      !tc_plain_take_line_end(&r->in) || !tc_plain_take(&r->in, "%%EOF") || position(r) != revision->eof ||
      (r->in.at < r->in.end && !tc_plain_is_blank(tc_plain_next(&r->in))))
    return false;
  tc_plain_skip(&r->in);
  return true;
}

/* `%PDF-1.7`, and the comment that tells programs that the file is binary (7.5.2). */
static bool read_header(tc_plain *in)
{
  if (!tc_plain_take(in, "%PDF-") || !tc_plain_is_digit(tc_plain_next(in)))
    return false;
  for (int line = 0; line < 2; line++) {
    while (tc_plain_next(in) >= 0 && !tc_plain_is_blank(tc_plain_next(in)))
      in->at++;
    if (!tc_plain_take_line_end(in))
      return false;
    if (tc_plain_next(in) != '%')
      break;
  }
  return tc_plain_next(in) != '%';
}

/* ---- The page tree ---- */

/* Pages below a node; -1: a node that readers could take for something else. tc_pdf_pages has bounded the tree. */
static int64_t count_pages(const tc_pdf_document *document, size_t revision, uint32_t number, uint32_t parent)
{
  const tc_pdf_object *node = tc_pdf_lookup(document, revision, number);
  const tc_pdf_object *kids = tc_pdf_get_in(document, revision, node, "Kids");
  int64_t pages = 0;
  if (tc_pdf_reference(tc_pdf_get(node, "Parent")) != parent)
    return -1;
  if (tc_pdf_kind_of(kids) != TC_PDF_ARRAY)
    return tc_pdf_is_name(tc_pdf_get(node, "Type"), "Page") ? 1 : -1;
  for (size_t i = 0; i < tc_pdf_count(kids); i++) {
    int64_t below = count_pages(document, revision, tc_pdf_reference(tc_pdf_at(kids, i)), number);
    if (below < 0)
      return -1;
    pages += below;
  }
  bool counted = tc_pdf_integer(tc_pdf_get_in(document, revision, node, "Count"), -1) == pages;
  return counted && tc_pdf_is_name(tc_pdf_get(node, "Type"), "Pages") ? pages : -1;
}

static bool pages_are_plain(const tc_pdf_document *document, size_t revision)
{
  uint32_t *numbers = NULL;
  size_t count = 0;
  tc_error broken = {0};
  if (!tc_pdf_pages(document, revision, &numbers, &count, &broken))
    return false;
  free(numbers);
  uint32_t root = tc_pdf_reference(tc_pdf_get(tc_pdf_catalog(document, revision), "Pages"));
  return count_pages(document, revision, root, 0) == (int64_t)count;
}

bool tc_pdf_is_plain(const tc_pdf_document *document, bool *plain, tc_error *err)
{
  reading r = {.document = document, .in = {document->bytes.data, document->bytes.data + document->bytes.size}};
  *plain = false;
  if (tc_pdf_document_repaired(document) || document->crypt != NULL ||
      document->section_count != document->revision_count)
    return true;
  r.open = calloc((size_t)document->number_end / 8 + 1, 1);
  if (r.open == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the forward reader");
  bool ok = read_header(&r.in);
  for (; ok && r.revision < document->revision_count; r.revision++)
    ok = read_revision(&r) && pages_are_plain(document, r.revision);
  *plain = ok && r.in.at == r.in.end && tc_pdf_document_check(document, &(tc_error){0});
  free(r.open);
  return true;
}
