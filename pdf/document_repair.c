/*
 * Repair of a broken chain, for files that leave nothing to guess: from the header to the last byte there is nothing
 * but objects, cross-reference tables with trailers, and `startxref N %%EOF`. Each of these ends is a revision; what
 * lies before it, last definition first, is its content. Object streams and a number defined twice between two ends
 * are refused: viewers that rebuild such files do not agree on them.
 */
#include "pdf/document_private.h"

#include <string.h>

typedef struct scan {
  tc_pdf_document *document;
  tc_pdf_lexer lexer;
  const tc_pdf_object *trailer; /* of the open revision */
  off_t section;
  size_t start; /* first version of the open revision */
} scan;

/* The end of a stream: its direct Length, or else the first `endstream`. */
static bool skip_stream(scan *s, const tc_pdf_object *stream, tc_error *err)
{
  const tc_pdf_object *length = tc_pdf_get(stream, "Length");
  tc_bytes bytes = s->lexer.bytes, data = {NULL, 0};
  off_t end = 0;
  int64_t size = tc_pdf_integer(length, -1);
  if (tc_pdf_kind_of(length) == TC_PDF_REFERENCE) {
    const uint8_t *from = bytes.data + stream->as.dict.data;
    const uint8_t *found = memmem(from, bytes.size - (size_t)stream->as.dict.data, "endstream", 9);
    size = found != NULL ? found - from : -1;
  }
  if (!tc_pdf_stream_span(s->document, stream, size, &data, &end, err))
    return false;
  s->lexer.pos = (size_t)end;
  return true;
}

static bool scan_object(scan *s, tc_error *err)
{
  size_t offset = s->lexer.pos;
  tc_pdf_indirect object = {0};
  if (!tc_pdf_parse_indirect(&s->lexer, &object, err))
    return false;
  if (object.value->kind == TC_PDF_STREAM) {
    const tc_pdf_object *type = tc_pdf_get(object.value, "Type");
    if (tc_pdf_is_name(type, "ObjStm") || tc_pdf_is_name(type, "XRef"))
      return tc_fail(err, TC_FORMAT, "object streams are not repaired");
    if (!skip_stream(s, object.value, err))
      return false;
  }
  tc_pdf_version version = {
      .number = object.number,
      .revision = (uint32_t)s->document->revision_count,
      .place = {.kind = TC_PDF_IN_FILE, .offset = (off_t)offset, .generation = object.generation}};
  return tc_pdf_add_version(s->document, version, err);
}

/* The table's offsets may be as wrong as the chain: only its shape and the trailer count. */
static bool scan_table(scan *s, tc_error *err)
{
  tc_pdf_lexer *lexer = &s->lexer;
  uint64_t first = 0, count = 0, offset = 0, generation = 0;
  while (tc_pdf_skip_space(lexer), !tc_pdf_take_keyword(lexer, "trailer")) {
    if (!tc_pdf_take_natural(lexer, &first) || !tc_pdf_take_natural(lexer, &count))
      return tc_fail(err, TC_FORMAT, "a bad cross-reference table at offset %zu", lexer->pos);
    for (uint64_t i = 0; i < count; i++) {
      bool read = tc_pdf_take_natural(lexer, &offset) && tc_pdf_take_natural(lexer, &generation);
      tc_pdf_skip_space(lexer);
      if (!read || (!tc_pdf_take_keyword(lexer, "n") && !tc_pdf_take_keyword(lexer, "f")))
        return tc_fail(err, TC_FORMAT, "a bad cross-reference entry at offset %zu", lexer->pos);
    }
  }
  s->trailer = tc_pdf_parse_value(lexer, err);
  return s->trailer != NULL;
}

static bool close_revision(scan *s, tc_error *err)
{
  tc_pdf_document *document = s->document;
  off_t value = 0, eof = 0;
  if (!tc_pdf_take_marker(&s->lexer, &value, &eof) || s->trailer == NULL || !tc_pdf_is_dict(s->trailer))
    return tc_fail(err, TC_FORMAT, "no end of a revision at offset %zu", s->lexer.pos);
  if (tc_pdf_kind_of(tc_pdf_get(s->trailer, "Encrypt")) != TC_PDF_NULL)
    return tc_fail(err, TC_ENCRYPTED, "the PDF is encrypted, and its cross-references are broken");
  if (document->revision_count >= document->limits.max_revisions)
    return tc_fail(err, TC_LIMIT, "more than %zu revisions", document->limits.max_revisions);
  size_t count = document->revision_count + 1;
  tc_pdf_revision *revisions = reallocarray(document->revisions, count, sizeof *revisions);
  if (revisions != NULL)
    document->revisions = revisions;
  const tc_pdf_object **trailers = reallocarray(document->trailers, count, sizeof *trailers);
  if (trailers != NULL)
    document->trailers = trailers;
  if (revisions == NULL || trailers == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the revisions");
  revisions[count - 1] =
      (tc_pdf_revision){.section = s->section, .eof = eof, .end = tc_pdf_line_end(document->bytes, eof)};
  trailers[count - 1] = s->trailer;
  document->revision_count = count;
  s->trailer = NULL;
  return true;
}

static bool refuse_twins(const tc_pdf_document *document, size_t before, tc_error *err)
{
  return document->version_count == before ||
         tc_fail(err, TC_FORMAT, "an object is defined twice between two ends of the PDF");
}

bool tc_pdf_repair(tc_pdf_document *document, tc_error *err)
{
  scan s = {.document = document, .lexer = tc_pdf_lexer_at(document, 0)};
  for (;;) {
    tc_pdf_skip_space(&s.lexer);
    size_t at = s.lexer.pos;
    if (at == s.lexer.bytes.size)
      break;
    if (tc_pdf_take_keyword(&s.lexer, "xref")) {
      s.section = (off_t)at;
      if (!scan_table(&s, err))
        return false;
    } else if (s.lexer.bytes.data[at] == 's') {
      if (!close_revision(&s, err))
        return false;
    } else if (!scan_object(&s, err)) {
      return false;
    }
  }
  if (document->revision_count == 0 || s.trailer != NULL)
    return tc_fail(err, TC_FORMAT, "the PDF ends within a revision");
  size_t before = document->version_count;
  return tc_pdf_index_versions(document, err) && refuse_twins(document, before, err);
}
