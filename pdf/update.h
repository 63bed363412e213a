/*
 * Appends an incremental update (ISO 32000-2, 7.5.6) to a PDF: never a byte before it changes, and nothing of the file
 * is held in memory but the objects that are set. The new section is of the kind of the old one (table or stream);
 * /Prev, /Size, /Root, /Info, /Encrypt and /ID are carried on, the second half of /ID is new. In an encrypted PDF what
 * is added is encrypted with the file's own key; callers give and get plain text.
 *
 *     tc_pdf_update_begin(fd, NULL, &update, err)        reads the structure; fd is read, never written
 *     number = tc_pdf_update_add(…), tc_pdf_update_set(…)
 *     tc_pdf_update_finish(update, out_fd, &result, err) copies fd's bytes to out_fd (from its position 0), appends
 *
 * Objects are given as serialised text between `n g obj` and `endobj`; an object that lived in an object stream is
 * simply written again on its own. Ownership: the caller owns update and descriptors (fd must stay open until finish).
 * Threading: an update belongs to one thread. Errors: those of pdf/document.h for what is read; TC_IO, TC_NO_SPACE.
 */
#pragma once

#include "pdf/document.h"

typedef struct tc_pdf_update tc_pdf_update;

/* options NULL: the defaults; nothing is ever repaired. */
TC_NODISCARD bool tc_pdf_update_begin(int fd, const tc_pdf_open_options *options, tc_pdf_update **out, tc_error *err);
void tc_pdf_update_destroy(tc_pdf_update *update);
TC_AUTO_POINTER(tc_pdf_update, tc_pdf_update_destroy);

/* The document before the update, to look things up in its last revision. */
const tc_pdf_document *tc_pdf_update_document(const tc_pdf_update *update);
off_t tc_pdf_update_base_size(const tc_pdf_update *update); /* the first appended byte lies here, or one further */

/* A new object number. With `text` NULL the object must be set before finish (asserted). */
TC_NODISCARD bool tc_pdf_update_add(tc_pdf_update *update, const char *text, uint32_t *out_number, tc_error *err);
/* Sets or replaces an object, old or new. */
TC_NODISCARD bool tc_pdf_update_set(tc_pdf_update *update, uint32_t number, tc_bytes text, tc_error *err);
/* A stream: `entries` are the dictionary's entries without << >> and without /Length (may be ""); the data are copied.
 */
TC_NODISCARD bool tc_pdf_update_set_stream(tc_pdf_update *update, uint32_t number, const char *entries, tc_bytes data,
                                           tc_error *err);
/* What an object will be after the update: the text set here, or else the old one serialised; of a stream its
   dictionary. Appends to *out. */
TC_NODISCARD bool tc_pdf_update_text(const tc_pdf_update *update, uint32_t number, tc_buf *out, tc_error *err);

typedef struct tc_pdf_update_result {
  off_t size;    /* of the whole file now */
  off_t section; /* offset of the new cross-reference section */
} tc_pdf_update_result;

/* Writes the file and the update to out_fd from its position 0. Where out_fd already holds the file (the same bytes:
   the caller copied it, or it is the same file opened for writing) set `copied`, and only the update is written at its
   end. The update can only be destroyed then; tc_pdf_update_end answers. Does not sync. */
TC_NODISCARD bool tc_pdf_update_finish(tc_pdf_update *update, int out_fd, bool copied, tc_pdf_update_result *result,
                                       tc_error *err);
/* After finish: the offset one past the object's text (of a stream, its dictionary). Encrypted strings are longer than
   the text that was set; what follows the last of them lies as far from this end as in the text. */
off_t tc_pdf_update_end(const tc_pdf_update *update, uint32_t number);

/* Text helpers: append a PDF string (ASCII as a literal, anything else as UTF-16BE; ISO 32000-2, 7.9.2.2), a name,
   a number with at most four decimals. */
TC_NODISCARD bool tc_pdf_append_text(tc_buf *out, const char *utf8, tc_error *err);
TC_NODISCARD bool tc_pdf_append_name(tc_buf *out, const char *name, tc_error *err);
TC_NODISCARD bool tc_pdf_append_number(tc_buf *out, double value, tc_error *err);
