/*
 * PDF objects as the strict reader gives them: a tree of values, in which a reference stays a reference until
 * tc_pdf_resolve (pdf/document.h) follows it in a chosen revision.
 *
 * Ownership: every object belongs to its tc_pdf_document and lives as long; getters return borrowed values and never
 * NULL: what is not there, or is of another kind, is the null object or the fallback, so that a chain needs one check
 * at its end. Threading: an object belongs to its document's thread. Source: ISO 32000-2, 7.3.
 */
#pragma once

#include "base/buf.h"

#include <sys/types.h>

typedef enum tc_pdf_kind {
  TC_PDF_NULL,
  TC_PDF_BOOLEAN,
  TC_PDF_INTEGER,
  TC_PDF_REAL,
  TC_PDF_STRING, /* bytes, after escapes or hexadecimal were decoded */
  TC_PDF_NAME,   /* bytes without the slash, #xx decoded */
  TC_PDF_ARRAY,
  TC_PDF_DICT,
  TC_PDF_STREAM, /* answers to the dict getters with its dictionary */
  TC_PDF_REFERENCE
} tc_pdf_kind;

typedef struct tc_pdf_object tc_pdf_object;

tc_pdf_kind tc_pdf_kind_of(const tc_pdf_object *object);
bool tc_pdf_boolean(const tc_pdf_object *object, bool fallback);
int64_t tc_pdf_integer(const tc_pdf_object *object, int64_t fallback); /* a real counts where it is whole */
double tc_pdf_number(const tc_pdf_object *object, double fallback);
tc_bytes tc_pdf_bytes(const tc_pdf_object *object); /* of a string or a name; {NULL, 0} otherwise */
bool tc_pdf_is_name(const tc_pdf_object *object, const char *name);
bool tc_pdf_is_dict(const tc_pdf_object *object);       /* a dictionary; a stream is not */
uint32_t tc_pdf_reference(const tc_pdf_object *object); /* the object number; 0 of anything but a reference */

size_t tc_pdf_count(const tc_pdf_object *object); /* elements of an array, entries of a dictionary or stream */
const tc_pdf_object *tc_pdf_at(const tc_pdf_object *array, size_t index);       /* unresolved */
const tc_pdf_object *tc_pdf_get(const tc_pdf_object *dict, const char *key);    /* unresolved */
tc_bytes tc_pdf_key_at(const tc_pdf_object *dict, size_t index);                /* in the order of the file */
const tc_pdf_object *tc_pdf_value_at(const tc_pdf_object *dict, size_t index);  /* unresolved */
const tc_pdf_object *tc_pdf_get_bytes(const tc_pdf_object *dict, tc_bytes key); /* unresolved */

/* Where the object's first and one past its last byte lie in the file; -1 for one that came out of an object stream. */
off_t tc_pdf_offset(const tc_pdf_object *object);
off_t tc_pdf_end(const tc_pdf_object *object);

/* The same value written with the same numbers: dictionaries compare without order, strings by their bytes, references
   by number and generation (they are not followed), streams never (compare their data). */
bool tc_pdf_equal(const tc_pdf_object *a, const tc_pdf_object *b);
/* Appends the value as PDF syntax; a stream gives its dictionary. */
TC_NODISCARD bool tc_pdf_write(const tc_pdf_object *object, tc_buf *out, tc_error *err);
/* A text string (PDFDocEncoding, UTF-16BE or UTF-8 with their marks; ISO 32000-2, 7.9.2.2) as UTF-8; U+FFFD for what
   is not valid. *out is the caller's. */
TC_NODISCARD bool tc_pdf_text(const tc_pdf_object *string, char **out, tc_error *err);
