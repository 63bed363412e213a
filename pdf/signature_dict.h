/*
 * Private to pdf/: the texts of a signature dictionary and its field.
 */
#pragma once

#include "pdf/signature.h"

/* The signature dictionary with an empty Contents of `contents_size` bytes and a ByteRange with room for its numbers;
   the places of both within the text are returned. `catalog` is the reference that FieldMDP repeats. */
typedef struct tc_pdf_signature_text {
  tc_buf text;
  size_t contents_before_end; /* how far before the text's end the '<' lies; no other string follows it */
  size_t range_before_end;    /* the same of the first of TC_PDF_RANGE_ROOM bytes between the brackets */
} tc_pdf_signature_text;
enum { TC_PDF_RANGE_ROOM = 60 };
void tc_pdf_signature_text_finish(tc_pdf_signature_text *text);
TC_AUTO_VALUE(tc_pdf_signature_text, tc_pdf_signature_text_finish);
TC_NODISCARD bool tc_pdf_signature_text_write(const tc_pdf_signature_options *options, const tc_pdf_object *catalog,
                                              tc_pdf_signature_text *out, tc_error *err);
/* `/Action … /Fields […]` of a lock. */
TC_NODISCARD bool tc_pdf_lock_entries(const tc_pdf_signature_options *options, tc_buf *out, tc_error *err);
