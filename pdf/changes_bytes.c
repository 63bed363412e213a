/*
 * Every byte of a revision after a signature must belong to an object that the revision's cross-references name at that
 * offset, to the cross-reference section, to its end, or be white space or a comment.
 */
#include "pdf/changes_private.h"

#include <string.h>

typedef struct cover {
  const tc_pdf_document *document;
  size_t revision;
  tc_pdf_changes *changes;
  tc_pdf_lexer lexer;
} cover;

/* An entry may point at white space just before. */
static bool is_near(off_t entry, size_t offset)
{
  return entry >= 0 && entry <= (off_t)offset && (size_t)entry + 8 > offset;
}

/* Does the revision name this object, here? */
static bool is_named(const cover *c, uint32_t number, size_t offset)
{
  tc_pdf_place place = tc_pdf_place_of(c->document, c->revision, number);
  return place.kind == TC_PDF_IN_FILE && is_near(place.offset, offset);
}

static bool hidden(cover *c, uint32_t number, size_t offset, tc_error *err)
{
  return tc_pdf_changes_add(c->changes, TC_PDF_CODE_HIDDEN, c->revision, number, (off_t)offset, err,
                            "object %u at offset %zu is not what the cross-references name", number, offset);
}

static bool is_section(const cover *c, size_t offset)
{
  for (size_t i = 0; i < c->document->section_count; i++) {
    const tc_pdf_section *section = &c->document->sections[i];
    if (section->revision == c->revision && (is_near(section->offset, offset) || is_near(section->hybrid, offset)))
      return true;
  }
  return false;
}

/* Every object of an object stream is one that the revision names there: others, readers that rebuild the file find. */
static bool cover_container(cover *c, uint32_t stream_number, size_t offset, tc_error *err)
{
  const tc_pdf_object *stream = tc_pdf_lookup(c->document, c->revision, stream_number);
  tc_auto(tc_buf) data = {0};
  tc_error broken = {0};
  if (!tc_pdf_is_name(tc_pdf_get_in(c->document, c->revision, stream, "Type"), "ObjStm") ||
      !tc_pdf_stream_data(c->document, c->revision, stream, &data, &broken))
    return true;
  int64_t count = tc_pdf_integer(tc_pdf_get_in(c->document, c->revision, stream, "N"), 0);
  tc_pdf_lexer lexer = {.bytes = tc_buf_bytes(&data), .max_depth = c->document->limits.max_depth};
  for (int64_t i = 0; i < count; i++) {
    uint64_t number = 0, at = 0;
    if (!tc_pdf_take_natural(&lexer, &number) || !tc_pdf_take_natural(&lexer, &at))
      return tc_pdf_changes_add(c->changes, TC_PDF_CODE_BYTES, c->revision, stream_number, (off_t)offset, err,
                                "object stream %u has a bad index", stream_number);
    tc_pdf_place place = tc_pdf_place_of(c->document, c->revision, number < UINT32_MAX ? (uint32_t)number : UINT32_MAX);
    if ((place.kind != TC_PDF_IN_STREAM || place.container != stream_number || place.index != i) &&
        !hidden(c, (uint32_t)number, offset, err))
      return false;
  }
  return true;
}

static bool cover_object(cover *c, bool *done, tc_error *err)
{
  size_t offset = c->lexer.pos;
  tc_pdf_indirect object = {0};
  tc_error broken = {0};
  *done = true;
  tc_pdf_document_touched(c->document, 0);
  if (!tc_pdf_parse_indirect(&c->lexer, &object, &broken))
    return tc_pdf_changes_add(c->changes, TC_PDF_CODE_BYTES, c->revision, 0, (off_t)offset, err,
                              "bytes at offset %zu belong to no object", offset);
  if (object.value->kind == TC_PDF_STREAM) {
    tc_bytes data = {NULL, 0};
    off_t end = 0;
    const tc_pdf_object *length = tc_pdf_get_in(c->document, c->revision, object.value, "Length");
    if (!tc_pdf_stream_span(c->document, object.value, tc_pdf_integer(length, -1), &data, &end, &broken))
      return tc_pdf_changes_add(c->changes, TC_PDF_CODE_BYTES, c->revision, object.number, (off_t)offset, err,
                                "the stream at offset %zu has a wrong length", offset);
    c->lexer.pos = (size_t)end;
  }
  *done = false;
  if (object.value->kind == TC_PDF_STREAM && !cover_container(c, object.number, offset, err))
    return false;
  /* a cross-reference stream need not name itself */
  return is_named(c, object.number, offset) || is_section(c, offset) || hidden(c, object.number, offset, err);
}

static bool skip_table(cover *c)
{
  uint64_t value = 0;
  while (tc_pdf_skip_space(&c->lexer), !tc_pdf_take_keyword(&c->lexer, "trailer")) {
    if (!tc_pdf_take_natural(&c->lexer, &value) && !tc_pdf_take_keyword(&c->lexer, "n") &&
        !tc_pdf_take_keyword(&c->lexer, "f"))
      return false;
  }
  return tc_pdf_parse_value(&c->lexer, NULL) != NULL;
}

static bool cover_revision(cover *c, tc_error *err)
{
  size_t end = (size_t)c->document->revisions[c->revision].eof;
  c->lexer.pos = (size_t)c->document->revisions[c->revision - 1].end;
  for (bool done = false; !done;) {
    tc_pdf_skip_space(&c->lexer);
    size_t at = c->lexer.pos;
    off_t value = 0, eof = 0;
    if (at >= end)
      return true;
    if (c->lexer.bytes.data[at] == 's' && tc_pdf_take_marker(&c->lexer, &value, &eof))
      continue;
    if (tc_pdf_take_keyword(&c->lexer, "xref")) {
      if ((!is_section(c, at) && !tc_pdf_document_repaired(c->document)) || !skip_table(c))
        return tc_pdf_changes_add(c->changes, TC_PDF_CODE_BYTES, c->revision, 0, (off_t)at, err,
                                  "the cross-reference table at offset %zu is not in use", at);
    } else if (!cover_object(c, &done, err)) {
      return false;
    }
  }
  return true;
}

static bool check_end(const tc_pdf_document *document, tc_pdf_changes *changes, tc_error *err)
{
  for (size_t at = (size_t)document->revisions[document->revision_count - 1].end; at < document->bytes.size; at++) {
    if (!tc_pdf_is_space(document->bytes.data[at]))
      return tc_pdf_changes_add(changes, TC_PDF_CODE_TRAILING, SIZE_MAX, 0, (off_t)at, err,
                                "%zu bytes follow the end of the file", document->bytes.size - at);
  }
  return true;
}

bool tc_pdf_changes_bytes(const tc_pdf_document *document, size_t signed_revision, tc_pdf_changes *changes,
                          tc_error *err)
{
  for (size_t revision = signed_revision + 1; revision < document->revision_count; revision++) {
    cover c = {.document = document, .revision = revision, .changes = changes};
    c.lexer = tc_pdf_lexer_at(document, 0);
    if (!cover_revision(&c, err))
      return false;
  }
  return check_end(document, changes, err);
}
