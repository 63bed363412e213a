/*
 * The strict reader of PDF files: objects, cross-reference tables and streams, hybrid files, object streams, and the
 * revisions that incremental updates made. It reads what the file says and guesses nothing: an offset that points
 * elsewhere, a loop, a length that does not fit is an error that names the offset.
 *
 * A revision is a prefix of the file that ends with `startxref N %%EOF` and whose section N the newest section reaches
 * through /Prev. Revision 0 is the oldest. Every lookup names the revision in which it happens.
 *
 * Repair (off by default): where the chain of sections is broken but the file, from its first byte to its last, is
 * nothing but well-formed objects, sections and ends of revisions, the revisions are those ends and the last definition
 * of a number in a prefix counts. A file in which anything else lies about stays an error.
 *
 * Damage: getters do not fail. An object that is referred to and cannot be read is the null object, and the document
 * remembers the first such error: callers for whom that matters call tc_pdf_document_check at the end.
 *
 * Encryption: files protected with AES are read like any other (pdf/crypt.h): strings and decoded streams are plain.
 *
 * Ownership: the caller owns the document and keeps the bytes alive; a descriptor is mapped, and may be closed after.
 * Everything a document returns lives as long as it. Threading: a document belongs to one thread at a time.
 * Errors: TC_FORMAT (names the offset), TC_ENCRYPTED (no password that fits, RC4, another handler), TC_LIMIT,
 * TC_UNSUPPORTED (a filter), TC_IO, TC_NO_MEMORY. Source: ISO 32000-2, 7.5.
 */
#pragma once

#include "base/digest.h"
#include "base/settings.h"
#include "pdf/object.h"

extern const tc_settings_table tc_pdf_reader_settings; /* pdf.reader_… */

typedef struct tc_pdf_limits {
  size_t max_objects;      /* highest object number, and entries of all cross-reference sections together */
  size_t max_stream_bytes; /* of one decoded stream */
  size_t max_memory;       /* bytes held for parsed objects and decoded object streams */
  size_t max_revisions;    /* sections of the /Prev chain */
  size_t max_depth;        /* nesting of arrays and dictionaries, and of trees (pages, fields, names) */
} tc_pdf_limits;
tc_pdf_limits tc_pdf_limits_default(void);
tc_pdf_limits tc_pdf_limits_from(const tc_settings *settings);

typedef struct tc_pdf_open_options {
  tc_pdf_limits limits;
  bool repair;          /* see above; verification allows it, the updater does not */
  const char *password; /* UTF-8, the user's or the owner's; NULL: the empty one. Copied */
} tc_pdf_open_options;
tc_pdf_open_options tc_pdf_open_options_default(void);

typedef struct tc_pdf_document tc_pdf_document;

/* Maps the file read-only. options NULL: the defaults. */
TC_NODISCARD bool tc_pdf_document_open(int fd, const tc_pdf_open_options *options, tc_pdf_document **out,
                                       tc_error *err);
/* Borrows the bytes. */
TC_NODISCARD bool tc_pdf_document_open_bytes(tc_bytes bytes, const tc_pdf_open_options *options, tc_pdf_document **out,
                                             tc_error *err);
void tc_pdf_document_destroy(tc_pdf_document *document);
TC_AUTO_POINTER(tc_pdf_document, tc_pdf_document_destroy);

/* Fails with the first damage that lookups met since the document was opened. */
TC_NODISCARD bool tc_pdf_document_check(const tc_pdf_document *document, tc_error *err);
bool tc_pdf_document_repaired(const tc_pdf_document *document);
bool tc_pdf_document_encrypted(const tc_pdf_document *document);
/* What the protection lets a user do (ISO 32000-2, table 22: bit 1 is 0x1); all bits where there is none, and for the
   owner. */
uint32_t tc_pdf_document_permissions(const tc_pdf_document *document);
tc_bytes tc_pdf_document_bytes(const tc_pdf_document *document); /* the whole file */

typedef struct tc_pdf_revision {
  off_t section;    /* offset of the newest cross-reference section of this revision */
  off_t eof;        /* one past its %%EOF */
  off_t end;        /* one past the end of line after it: at most two bytes more */
  bool xref_stream; /* the section is a stream, not a table */
} tc_pdf_revision;

size_t tc_pdf_revision_count(const tc_pdf_document *document); /* at least 1 */
tc_pdf_revision tc_pdf_revision_at(const tc_pdf_document *document, size_t index);
size_t tc_pdf_revision_last(const tc_pdf_document *document); /* count - 1 */
/* The revision that ends at this offset (from eof to end); false where there is none. */
bool tc_pdf_revision_ending_at(const tc_pdf_document *document, off_t offset, size_t *out);

const tc_pdf_object *tc_pdf_trailer(const tc_pdf_document *document, size_t revision);
const tc_pdf_object *tc_pdf_catalog(const tc_pdf_document *document, size_t revision);
/* The object of a number; the null object where there is none or it cannot be read. */
const tc_pdf_object *tc_pdf_lookup(const tc_pdf_document *document, size_t revision, uint32_t number);
/* Follows references, if the object is one (a bounded number of times); other objects are returned as they are. */
const tc_pdf_object *tc_pdf_resolve(const tc_pdf_document *document, size_t revision, const tc_pdf_object *object);
/* tc_pdf_get and tc_pdf_at, resolved. */
const tc_pdf_object *tc_pdf_get_in(const tc_pdf_document *document, size_t revision, const tc_pdf_object *dict,
                                   const char *key);
const tc_pdf_object *tc_pdf_at_in(const tc_pdf_document *document, size_t revision, const tc_pdf_object *array,
                                  size_t index);

/* Where a revision has an object: in the file, in an object stream (whose own place counts too), or nowhere. Two
   revisions have the same object exactly if their places are equal. */
typedef struct tc_pdf_place {
  enum { TC_PDF_NOWHERE, TC_PDF_IN_FILE, TC_PDF_IN_STREAM } kind;
  uint16_t generation;
  uint32_t container; /* number of the object stream */
  uint32_t index;     /* in it */
  off_t offset;       /* of the object, or of its object stream */
} tc_pdf_place;
tc_pdf_place tc_pdf_place_of(const tc_pdf_document *document, size_t revision, uint32_t number);
bool tc_pdf_place_equal(const tc_pdf_place *a, const tc_pdf_place *b);
uint32_t tc_pdf_number_end(const tc_pdf_document *document); /* one past the highest number any section names */

/* The bytes of a stream as they lie in the file (encrypted, in an encrypted one), borrowed. */
TC_NODISCARD bool tc_pdf_stream_raw(const tc_pdf_document *document, size_t revision, const tc_pdf_object *stream,
                                    tc_bytes *out, tc_error *err);
/* The bytes of a stream before its filters: borrowed from the file, or decrypted into *hold. */
TC_NODISCARD bool tc_pdf_stream_plain(const tc_pdf_document *document, size_t revision, const tc_pdf_object *stream,
                                      tc_buf *hold, tc_bytes *out, tc_error *err);
/* Decoded through FlateDecode (PNG and TIFF predictors) and ASCIIHexDecode; other filters are TC_UNSUPPORTED. */
TC_NODISCARD bool tc_pdf_stream_data(const tc_pdf_document *document, size_t revision, const tc_pdf_object *stream,
                                     tc_buf *out, tc_error *err);
/* The SHA-256 of a stream's decoded data. Of streams that are not filtered, or by FlateDecode alone, never more than a
   piece is held, so `limit` bounds them, not max_stream_bytes (TC_LIMIT). *size: bytes that were read and unpacked,
   also of a stream that failed. */
TC_NODISCARD bool tc_pdf_stream_digest(const tc_pdf_document *document, size_t revision, const tc_pdf_object *stream,
                                       size_t limit, tc_digest *out, size_t *size, tc_error *err);

/* Pages in their order. TC_LIMIT beyond max_objects, TC_FORMAT for a loop. `numbers` is the caller's (free). */
TC_NODISCARD bool tc_pdf_pages(const tc_pdf_document *document, size_t revision, uint32_t **numbers, size_t *count,
                               tc_error *err);
