/*
 * Inside of a document: what its own files share. See pdf/document.h for the design.
 */
#pragma once

#include "pdf/document.h"
#include "pdf/lexer_private.h"

/* One cross-reference section of the /Prev chain, newest first in the document. */
typedef struct tc_pdf_section {
  off_t offset;
  bool stream;
  const tc_pdf_object *trailer;
  off_t prev;         /* -1: none */
  off_t marker_value; /* the number after the `startxref` that follows the section; -1: none follows */
  off_t marker_eof;   /* one past its %%EOF */
  off_t hybrid;       /* where the stream of its XRefStm lies; -1: none */
  size_t revision;
} tc_pdf_section;

/* What one section says of one number; sorted by number and revision, one for each. */
typedef struct tc_pdf_version {
  uint32_t number;
  uint32_t section; /* index: 0 is the newest */
  uint32_t revision;
  uint8_t rank; /* within a section: a table's used entry, the hybrid stream's, a table's free one */
  bool hybrid;  /* of the hybrid stream */
  bool hidden;  /* the table calls free what the hybrid stream has (ISO 32000-2, 7.5.8.4) */
  bool doubted; /* the section has another place for the number, too: readers choose as they like */
  tc_pdf_place place;
} tc_pdf_version;

typedef struct tc_pdf_container tc_pdf_container; /* a decoded object stream */
typedef struct tc_pdf_crypt tc_pdf_crypt;         /* pdf/crypt.h */

typedef struct tc_pdf_cached {
  off_t offset;
  uint32_t slot; /* 0: the object at this offset; i + 1: the i-th of the object stream; UINT32_MAX: the container */
  bool used, broken;
  tc_pdf_indirect object;
  tc_pdf_container *container;
} tc_pdf_cached;

/* What lookups change: they are const for the caller. */
typedef struct tc_pdf_state {
  tc_pdf_arena arena;
  tc_pdf_cached *cache;
  size_t cache_count, cache_capacity;
  size_t nesting;  /* of lookups inside lookups */
  size_t touched;  /* bytes read since the mapped pages were given back */
  tc_error damage; /* the first */
} tc_pdf_state;

struct tc_pdf_document {
  tc_bytes bytes;
  void *mapped;
  tc_pdf_limits limits;
  tc_pdf_state *state;
  tc_pdf_section *sections;
  size_t section_count;
  tc_pdf_version *versions;
  size_t version_count, version_capacity;
  uint32_t *first; /* index of a number's first version; number_end + 1 of them */
  uint32_t number_end;
  tc_pdf_revision *revisions;
  const tc_pdf_object **trailers; /* of each revision */
  size_t revision_count;
  bool repaired;
  tc_pdf_crypt *crypt; /* NULL: not encrypted */
  char *password;      /* NULL: empty */
};

/* Called where an object or a stream's bytes are read in the file: gives mapped pages back now and then, so that the
   memory in use does not grow with the file. They are read again where they are needed. */
void tc_pdf_document_touched(const tc_pdf_document *document, size_t bytes);
bool tc_pdf_document_is_large(const tc_pdf_document *document); /* mapped, and worth giving pages back */
void tc_pdf_document_give_back(const tc_pdf_document *document);
tc_pdf_lexer tc_pdf_lexer_at(const tc_pdf_document *document, off_t offset);

/* document_xref.c: follows the chain from the last startxref, and makes the revisions. */
TC_NODISCARD bool tc_pdf_read_chain(tc_pdf_document *document, tc_error *err);
/* One section's entries become versions. */
TC_NODISCARD bool tc_pdf_read_section(tc_pdf_document *document, off_t offset, tc_error *err);
TC_NODISCARD bool tc_pdf_add_version(tc_pdf_document *document, tc_pdf_version version, tc_error *err);
/* Sorts the versions, keeps the one that counts in each revision, and makes the index. */
TC_NODISCARD bool tc_pdf_index_versions(tc_pdf_document *document, tc_error *err);
/* `startxref N %%EOF` from here; the end of line after it is not taken. */
bool tc_pdf_take_marker(tc_pdf_lexer *lexer, off_t *value, off_t *eof);
off_t tc_pdf_line_end(tc_bytes bytes, off_t eof); /* one past the end of line at eof */

/* document_repair.c */
TC_NODISCARD bool tc_pdf_repair(tc_pdf_document *document, tc_error *err);

/* document_stream.c: the data of a stream whose length is known; the end after endstream. */
TC_NODISCARD bool tc_pdf_stream_span(const tc_pdf_document *document, const tc_pdf_object *stream, int64_t length,
                                     tc_bytes *data, off_t *end, tc_error *err);
TC_NODISCARD bool tc_pdf_decode(const tc_pdf_document *document, size_t revision, const tc_pdf_object *stream,
                                tc_bytes raw, tc_buf *out, tc_error *err);

/* Pieces of at most 64 KiB; `limit` bounds them together (TC_LIMIT). TC_FORMAT: damaged, or the end is missing. */
typedef bool (*tc_pdf_sink)(tc_bytes piece, void *context, tc_error *err);
TC_NODISCARD bool tc_pdf_inflate_each(tc_bytes in, size_t limit, tc_pdf_sink sink, void *context, tc_error *err);

typedef struct tc_pdf_predictor {
  enum { TC_PDF_PREDICT_NONE, TC_PDF_PREDICT_PNG, TC_PDF_PREDICT_TIFF } kind;
  size_t step, row_size; /* bytes of a pixel and of a row, without PNG's filter byte */
} tc_pdf_predictor;
TC_NODISCARD bool tc_pdf_predictor_of(const tc_pdf_document *document, size_t revision, const tc_pdf_object *parameters,
                                      tc_pdf_predictor *out, tc_error *err);
/* One row in place (PNG, clause 9): `row` of `size` bytes, `step` bytes a pixel, `up` the row above or zeros. False: an
   unknown filter. */
TC_NODISCARD bool tc_pdf_undo_png_row(uint8_t filter, uint8_t *row, const uint8_t *up, size_t size, size_t step);
/* TIFF: each sample holds the difference to the one at its left. */
void tc_pdf_undo_tiff_row(uint8_t *row, size_t size, size_t step);
