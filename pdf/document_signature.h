/*
 * Private to pdf/: one signature out of its field; see document_signatures.h for what the members mean.
 */
#pragma once

#include "pdf/document_fields.h"
#include "pdf/document_signatures.h"

/* Is this value a signature dictionary (it has a ByteRange or Contents, or says so in its Type)? */
bool tc_pdf_is_signature(const tc_pdf_document *document, size_t revision, const tc_pdf_object *value);
/* A reference to an object that is there and cannot be read. */
bool tc_pdf_is_unreadable(const tc_pdf_document *document, size_t revision, const tc_pdf_object *value);
/* `pages` are the page numbers of the revision, in order. *out is to be finished also after a failure. */
TC_NODISCARD bool tc_pdf_signature_read(const tc_pdf_document *document, const tc_pdf_field *field,
                                        const uint32_t *pages, size_t page_count, tc_pdf_signature *out, tc_error *err);
void tc_pdf_signature_finish(tc_pdf_signature *signature);
/* Size of the BER value at the start of bytes, 0 where there is none that fits; *indefinite tells its form. */
size_t tc_ber_size(tc_bytes bytes, bool *indefinite);
