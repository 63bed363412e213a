/*
 * Reading back what the composer drew on a page of a certified copy: its image, the printed code, the QR code. For
 * verification: a page is held against what the copy's signed data say of it, without rendering anything.
 *
 * Known is only how tc_compose writes: one image XObject a page, text as hexadecimal strings of codes that the font's
 * ToUnicode map explains or that are Unicode themselves, a QR code as one rectangle for each run of dark modules. On
 * any other page the answer is that nothing was found. `page` is an object's number (tc_pdf_pages). Threading: as the
 * document.
 */
#pragma once

#include "base/digest.h"
#include "pdf/document.h"

typedef enum tc_pdf_image_answer {
  TC_PDF_IMAGE_SAME,
  TC_PDF_IMAGE_OTHER,    /* another image, none, or several */
  TC_PDF_IMAGE_UNCHECKED /* its samples are more than what is left of the budget */
} tc_pdf_image_answer;

/* Whether the page's one image has this SHA-256: of its stream as it is encoded, or of its samples where they are
   packed without loss. *budget: bytes of samples that may still be unpacked; what is unpacked is taken off. */
TC_NODISCARD bool tc_pdf_page_image_is(const tc_pdf_document *document, size_t revision, uint32_t page,
                                       const tc_digest *expected, size_t *budget, tc_pdf_image_answer *out,
                                       tc_error *err);
/* Whether the page shows an ASCII text of 1 to 64 characters, in one piece and one font. */
TC_NODISCARD bool tc_pdf_page_shows(const tc_pdf_document *document, size_t revision, uint32_t page, const char *text,
                                    bool *out, tc_error *err);
/* Whether the page shows the QR code of a text. */
TC_NODISCARD bool tc_pdf_page_shows_qr(const tc_pdf_document *document, size_t revision, uint32_t page,
                                       const char *payload, bool *out, tc_error *err);
