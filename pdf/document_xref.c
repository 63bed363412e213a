/*
 * Cross-reference sections: tables with their trailer, streams, hybrids of both (ISO 32000-2, 7.5.4 and 7.5.8), the
 * chain through /Prev from the last startxref, and the revisions it makes. A revision is closed by a section that a
 * `startxref N %%EOF` names which follows a section of the chain; sections without one of their own (the second one of
 * a linearized file) belong to the revision of the section that led to them.
 */
#include "pdf/document_private.h"

#include <string.h>

enum { RANK_FREE = 0, RANK_HYBRID = 1, RANK_TABLE = 2 };

bool tc_pdf_add_version(tc_pdf_document *document, tc_pdf_version version, tc_error *err)
{
  if (document->version_count >= document->limits.max_objects || version.number >= document->limits.max_objects)
    return tc_fail(err, TC_LIMIT, "the PDF names more than %zu objects", document->limits.max_objects);
  if (document->version_count == document->version_capacity) {
    size_t capacity = document->version_capacity == 0 ? 256 : document->version_capacity * 2;
    tc_pdf_version *grown = reallocarray(document->versions, capacity, sizeof *grown);
    if (grown == NULL)
      return tc_fail(err, TC_NO_MEMORY, "no memory for the cross-reference entries");
    document->versions = grown;
    document->version_capacity = capacity;
  }
  document->versions[document->version_count++] = version;
  return true;
}

bool tc_pdf_take_marker(tc_pdf_lexer *lexer, off_t *value, off_t *eof)
{
  uint64_t number = 0;
  tc_pdf_skip_space(lexer);
  if (!tc_pdf_take_keyword(lexer, "startxref") || !tc_pdf_take_natural(lexer, &number))
    return false;
  while (lexer->pos < lexer->bytes.size && tc_pdf_is_space(lexer->bytes.data[lexer->pos]))
    lexer->pos++;
  if (lexer->bytes.size - lexer->pos < 5 || memcmp(lexer->bytes.data + lexer->pos, "%%EOF", 5) != 0)
    return false;
  lexer->pos += 5;
  *value = (off_t)number;
  *eof = (off_t)lexer->pos;
  return true;
}

off_t tc_pdf_line_end(tc_bytes bytes, off_t eof)
{
  size_t at = (size_t)eof;
  if (at < bytes.size && bytes.data[at] == '\r')
    at++;
  if (at < bytes.size && bytes.data[at] == '\n')
    at++;
  return (off_t)at;
}

static bool add_table_entry(tc_pdf_document *document, tc_pdf_lexer *lexer, uint64_t number, tc_error *err)
{
  uint64_t offset = 0, generation = 0;
  bool read = tc_pdf_take_natural(lexer, &offset) && tc_pdf_take_natural(lexer, &generation);
  tc_pdf_skip_space(lexer);
  bool used = read && tc_pdf_take_keyword(lexer, "n");
  if (!read || generation > UINT16_MAX || (!used && !tc_pdf_take_keyword(lexer, "f")))
    return tc_fail(err, TC_FORMAT, "a bad cross-reference entry at offset %zu", lexer->pos);
  tc_pdf_version version = {
      .number = (uint32_t)number, .section = (uint32_t)document->section_count, .rank = used ? RANK_TABLE : RANK_FREE};
  version.place.generation = (uint16_t)generation;
  if (used && offset > 0) { /* some writers mark a free object as used at offset 0 */
    version.place.kind = TC_PDF_IN_FILE;
    version.place.offset = (off_t)offset;
  }
  return tc_pdf_add_version(document, version, err);
}

static bool read_table(tc_pdf_document *document, tc_pdf_lexer *lexer, const tc_pdf_object **trailer, tc_error *err)
{
  for (;;) {
    tc_pdf_skip_space(lexer);
    if (tc_pdf_take_keyword(lexer, "trailer"))
      break;
    uint64_t first = 0, count = 0;
    if (!tc_pdf_take_natural(lexer, &first) || !tc_pdf_take_natural(lexer, &count) || first > UINT32_MAX ||
        count > UINT32_MAX)
      return tc_fail(err, TC_FORMAT, "a bad cross-reference table at offset %zu", lexer->pos);
    for (uint64_t i = 0; i < count; i++) {
      if (first + i > UINT32_MAX - 1)
        return tc_fail(err, TC_LIMIT, "an object number too high at offset %zu", lexer->pos);
      if (!add_table_entry(document, lexer, first + i, err))
        return false;
    }
  }
  *trailer = tc_pdf_parse_value(lexer, err);
  if (*trailer == NULL)
    return false;
  return tc_pdf_is_dict(*trailer) || tc_fail(err, TC_FORMAT, "no trailer dictionary at offset %zu", lexer->pos);
}

static uint64_t take_field(const uint8_t **at, int64_t width, uint64_t fallback)
{
  uint64_t value = 0;
  for (int64_t i = 0; i < width; i++)
    value = value << 8 | *(*at)++;
  return width > 0 ? value : fallback;
}

static bool add_stream_entry(tc_pdf_document *document, const int64_t width[3], const uint8_t *at, uint64_t number,
                             bool hybrid, tc_error *err)
{
  uint64_t type = take_field(&at, width[0], 1), second = take_field(&at, width[1], 0),
           third = take_field(&at, width[2], 0);
  tc_pdf_version version = {.number = (uint32_t)number,
                            .section = (uint32_t)document->section_count,
                            .rank = hybrid ? RANK_HYBRID : RANK_TABLE,
                            .hybrid = hybrid};
  if (type == 1 && second <= INT64_MAX && third <= UINT16_MAX) {
    version.place.kind = TC_PDF_IN_FILE;
    version.place.offset = (off_t)second;
    version.place.generation = (uint16_t)third;
  } else if (type == 2 && second <= UINT32_MAX && third < UINT32_MAX - 1) {
    version.place.kind = TC_PDF_IN_STREAM;
    version.place.container = (uint32_t)second;
    version.place.index = (uint32_t)third;
  } else if (type == 0) {
    if (hybrid)
      version.rank = RANK_FREE;
  } else {
    return tc_fail(err, TC_FORMAT, "a bad entry for object %ju in a cross-reference stream", (uintmax_t)number);
  }
  return tc_pdf_add_version(document, version, err);
}

static bool read_stream_entries(tc_pdf_document *document, const tc_pdf_object *stream, tc_bytes data, bool hybrid,
                                tc_error *err)
{
  const tc_pdf_object *widths = tc_pdf_get(stream, "W"), *index = tc_pdf_get(stream, "Index");
  int64_t width[3] = {0}, row = 0, size = tc_pdf_integer(tc_pdf_get(stream, "Size"), -1);
  for (size_t i = 0; i < 3; i++) {
    width[i] = tc_pdf_integer(tc_pdf_at(widths, i), -1);
    if (width[i] < 0 || width[i] > 8 || tc_pdf_count(widths) != 3)
      return tc_fail(err, TC_FORMAT, "bad widths in the cross-reference stream at offset %jd",
                     (intmax_t)stream->offset);
    row += width[i];
  }
  size_t pairs = tc_pdf_kind_of(index) == TC_PDF_ARRAY ? tc_pdf_count(index) / 2 : 1;
  size_t at = 0;
  for (size_t pair = 0; pair < pairs; pair++) {
    bool whole = tc_pdf_kind_of(index) != TC_PDF_ARRAY;
    int64_t first = whole ? 0 : tc_pdf_integer(tc_pdf_at(index, 2 * pair), -1);
    int64_t count = whole ? size : tc_pdf_integer(tc_pdf_at(index, 2 * pair + 1), -1);
    if (first < 0 || count < 0 || first > UINT32_MAX - 1 || count > UINT32_MAX - 1 - first || row == 0 ||
        (uint64_t)count > (data.size - at) / (uint64_t)row)
      return tc_fail(err, TC_FORMAT, "the cross-reference stream at offset %jd is too short or has a bad Index",
                     (intmax_t)stream->offset);
    for (int64_t i = 0; i < count; i++, at += (size_t)row) {
      if (!add_stream_entry(document, width, data.data + at, (uint64_t)(first + i), hybrid, err))
        return false;
    }
  }
  return true;
}

/* A cross-reference stream stands for itself: its Length and parameters are direct (7.5.8.2). */
static bool read_stream(tc_pdf_document *document, tc_pdf_lexer *lexer, bool hybrid, const tc_pdf_object **trailer,
                        tc_error *err)
{
  tc_pdf_indirect object = {0};
  off_t end = 0;
  tc_bytes raw = {NULL, 0};
  tc_auto(tc_buf) data = {0};
  size_t start = lexer->pos;
  if (!tc_pdf_parse_indirect(lexer, &object, err))
    return false;
  if (object.value->kind != TC_PDF_STREAM || !tc_pdf_is_name(tc_pdf_get(object.value, "Type"), "XRef"))
    return tc_fail(err, TC_FORMAT, "no cross-reference section at offset %zu", start);
  if (!tc_pdf_stream_span(document, object.value, tc_pdf_integer(tc_pdf_get(object.value, "Length"), -1), &raw, &end,
                          err) ||
      !tc_pdf_decode(document, 0, object.value, raw, &data, err) ||
      !read_stream_entries(document, object.value, tc_buf_bytes(&data), hybrid, err))
    return false;
  lexer->pos = (size_t)end;
  *trailer = object.value;
  return true;
}

static bool add_section(tc_pdf_document *document, const tc_pdf_section *section, tc_error *err)
{
  tc_pdf_section *grown = reallocarray(document->sections, document->section_count + 1, sizeof *grown);
  if (grown == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the cross-reference sections");
  document->sections = grown;
  document->sections[document->section_count++] = *section;
  return true;
}

static bool offset_of(const tc_pdf_document *document, const tc_pdf_object *value, off_t *out)
{
  int64_t offset = tc_pdf_integer(value, -1);
  *out = offset;
  return tc_pdf_kind_of(value) == TC_PDF_INTEGER && offset > 0 && (uint64_t)offset < document->bytes.size;
}

static bool read_hybrid(tc_pdf_document *document, const tc_pdf_object *trailer, off_t *at, tc_error *err)
{
  off_t offset = 0;
  const tc_pdf_object *value = tc_pdf_get(trailer, "XRefStm"), *unused = NULL;
  if (tc_pdf_kind_of(value) == TC_PDF_NULL)
    return true;
  if (!offset_of(document, value, &offset))
    return tc_fail(err, TC_FORMAT, "a bad XRefStm in the trailer at offset %jd", (intmax_t)trailer->offset);
  *at = offset;
  tc_pdf_lexer lexer = tc_pdf_lexer_at(document, offset);
  return read_stream(document, &lexer, true, &unused, err);
}

bool tc_pdf_read_section(tc_pdf_document *document, off_t offset, tc_error *err)
{
  tc_pdf_section section = {.offset = offset, .prev = -1, .marker_value = -1, .hybrid = -1};
  tc_pdf_lexer lexer = tc_pdf_lexer_at(document, offset);
  tc_pdf_skip_space(&lexer);
  section.stream = !tc_pdf_take_keyword(&lexer, "xref");
  if (section.stream ? !read_stream(document, &lexer, false, &section.trailer, err)
                     : !read_table(document, &lexer, &section.trailer, err) ||
                           !read_hybrid(document, section.trailer, &section.hybrid, err))
    return false;
  const tc_pdf_object *prev = tc_pdf_get(section.trailer, "Prev");
  if (tc_pdf_kind_of(prev) != TC_PDF_NULL && !offset_of(document, prev, &section.prev))
    return tc_fail(err, TC_FORMAT, "a bad Prev in the trailer at offset %jd", (intmax_t)section.trailer->offset);
  off_t value = -1, eof = -1;
  if (tc_pdf_take_marker(&lexer, &value, &eof)) {
    section.marker_value = value;
    section.marker_eof = eof;
  }
  return add_section(document, &section, err);
}

static int compare_offsets(const void *a, const void *b)
{
  const off_t *left = a, *right = b;
  return (*left > *right) - (*left < *right);
}

static bool refuse_loops(const tc_pdf_document *document, tc_error *err)
{
  off_t *offsets = calloc(document->section_count, sizeof *offsets);
  if (offsets == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the cross-reference sections");
  for (size_t i = 0; i < document->section_count; i++)
    offsets[i] = document->sections[i].offset;
  qsort(offsets, document->section_count, sizeof *offsets, compare_offsets);
  off_t twice = -1;
  for (size_t i = 1; i < document->section_count; i++)
    twice = offsets[i] == offsets[i - 1] ? offsets[i] : twice;
  free(offsets);
  return twice < 0 ||
         tc_fail(err, TC_FORMAT, "the chain of cross-reference sections loops at offset %jd", (intmax_t)twice);
}

static bool find_last_marker(const tc_pdf_document *document, off_t *value, off_t *eof, tc_error *err)
{
  static const char keyword[] = "startxref";
  for (size_t at = document->bytes.size; at-- > 0;) {
    if (document->bytes.data[at] != 's' || document->bytes.size - at < sizeof keyword - 1 ||
        memcmp(document->bytes.data + at, keyword, sizeof keyword - 1) != 0)
      continue;
    tc_pdf_lexer lexer = tc_pdf_lexer_at(document, (off_t)at);
    if (!tc_pdf_take_marker(&lexer, value, eof))
      return tc_fail(err, TC_FORMAT, "startxref at offset %zu is not followed by an offset and %%%%EOF", at);
    if (*value <= 0 || (uint64_t)*value >= document->bytes.size)
      return tc_fail(err, TC_FORMAT, "startxref at offset %zu leads outside the file", at);
    return true;
  }
  return tc_fail(err, TC_FORMAT, "no startxref: not a PDF, or cut off");
}

/* The place where the revision ends that this section closes, or -1. */
static off_t revision_end(const tc_pdf_document *document, size_t section)
{
  for (size_t i = section; i < document->section_count; i++) {
    if (document->sections[i].marker_value == document->sections[section].offset)
      return document->sections[i].marker_eof;
    if (i > section + 1) /* only the two sections of a linearized file share one marker */
      break;
  }
  return -1;
}

/* Numbers the sections' revisions from the newest section backwards, then turns the numbers round. */
static bool make_revisions(tc_pdf_document *document, off_t last_eof, tc_error *err)
{
  document->revisions = calloc(document->section_count, sizeof *document->revisions);
  document->trailers = calloc(document->section_count, sizeof *document->trailers);
  if (document->revisions == NULL || document->trailers == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the revisions");
  if (document->sections[0].offset >= last_eof) /* so that the first section is a revision, and others find one */
    return tc_fail(err, TC_FORMAT, "the last cross-reference section lies behind the end of the PDF");
  size_t count = 0;
  off_t next_eof = last_eof + 1;
  for (size_t i = 0; i < document->section_count; i++) {
    tc_pdf_section *section = &document->sections[i];
    off_t eof = i == 0 ? last_eof : revision_end(document, i);
    if (eof >= 0 && eof < next_eof && section->offset < eof) {
      next_eof = eof;
      document->trailers[count] = section->trailer;
      document->revisions[count++] = (tc_pdf_revision){.section = section->offset,
                                                       .eof = eof,
                                                       .end = tc_pdf_line_end(document->bytes, eof),
                                                       .xref_stream = section->stream};
    }
    section->revision = count - 1;
  }
  document->revision_count = count;
  for (size_t i = 0; i < document->section_count; i++)
    document->sections[i].revision = count - 1 - document->sections[i].revision;
  for (size_t i = 0; i < count / 2; i++) {
    tc_pdf_revision revision = document->revisions[i];
    document->revisions[i] = document->revisions[count - 1 - i];
    document->revisions[count - 1 - i] = revision;
    const tc_pdf_object *trailer = document->trailers[i];
    document->trailers[i] = document->trailers[count - 1 - i];
    document->trailers[count - 1 - i] = trailer;
  }
  return true;
}

static int compare_versions(const void *a, const void *b)
{
  const tc_pdf_version *left = a, *right = b;
  if (left->number != right->number)
    return left->number < right->number ? -1 : 1;
  if (left->revision != right->revision)
    return left->revision < right->revision ? -1 : 1;
  if (left->section != right->section) /* the newer section has the lower index, and shall come last */
    return left->section > right->section ? -1 : 1;
  if (left->rank != right->rank)
    return left->rank < right->rank ? -1 : 1;
  return (left->place.offset > right->place.offset) - (left->place.offset < right->place.offset);
}

/* Of two entries of one section for one number, one is a table's free one and the other the stream's. */
static bool hides(const tc_pdf_version *a, const tc_pdf_version *b)
{
  return a->section == b->section && a->hybrid != b->hybrid && (a->hybrid ? b : a)->rank == RANK_FREE &&
         (a->hybrid ? a : b)->rank == RANK_HYBRID;
}

/* Takes the place of an entry that counts less. */
static void take_place(tc_pdf_version *old, const tc_pdf_version *new)
{
  bool hidden = hides(old, new);
  bool doubted =
      old->doubted || (old->section == new->section && !hidden && !tc_pdf_place_equal(&old->place, &new->place));
  *old = *new;
  old->hidden = hidden;
  old->doubted = doubted;
}

bool tc_pdf_index_versions(tc_pdf_document *document, tc_error *err)
{
  tc_pdf_version *versions = document->versions;
  size_t kept = 0;
  if (document->version_count > 1)
    qsort(versions, document->version_count, sizeof *versions, compare_versions);
  for (size_t i = 0; i < document->version_count; i++) {
    bool same = kept > 0 && versions[kept - 1].number == versions[i].number &&
                versions[kept - 1].revision == versions[i].revision;
    if (same)
      take_place(&versions[kept - 1], &versions[i]);
    else
      versions[kept++] = versions[i];
  }
  document->version_count = kept;
  document->number_end = kept > 0 ? versions[kept - 1].number + 1 : 0;
  document->first = calloc((size_t)document->number_end + 1, sizeof *document->first);
  if (document->first == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the cross-reference index");
  size_t at = 0;
  for (uint32_t number = 0; number <= document->number_end; number++) {
    while (at < kept && versions[at].number < number)
      at++;
    document->first[number] = (uint32_t)at;
  }
  return true;
}

bool tc_pdf_read_chain(tc_pdf_document *document, tc_error *err)
{
  off_t next = -1, eof = -1;
  if (!find_last_marker(document, &next, &eof, err))
    return false;
  while (next >= 0) {
    if (document->section_count >= document->limits.max_revisions) {
      /* a loop explains it better than a limit */
      return refuse_loops(document, err) &&
             tc_fail(err, TC_LIMIT, "more than %zu cross-reference sections", document->limits.max_revisions);
    }
    if (!tc_pdf_read_section(document, next, err))
      return false;
    next = document->sections[document->section_count - 1].prev;
  }
  if (!refuse_loops(document, err) || !make_revisions(document, eof, err))
    return false;
  for (size_t i = 0; i < document->version_count; i++)
    document->versions[i].revision = (uint32_t)document->sections[document->versions[i].section].revision;
  return tc_pdf_index_versions(document, err);
}
