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

/* The document, and how much may still be read of it for all its pages together, in bytes: whoever signs for himself
   may name one stream a million times. What is read is taken off; a budget that is spent finds nothing more. */
typedef struct tc_pdf_marks {
  const tc_pdf_document *document;
  size_t revision;
  size_t samples;  /* of images, as they are stored and unpacked */
  size_t contents; /* of content streams and the maps of fonts, unpacked */
} tc_pdf_marks;

typedef enum tc_pdf_image_answer {
  TC_PDF_IMAGE_SAME,
  TC_PDF_IMAGE_OTHER,    /* another image, none, several, or one that cannot be unpacked */
  TC_PDF_IMAGE_UNCHECKED /* more than what is left of `samples` */
} tc_pdf_image_answer;

/* Whether the page's one image has this SHA-256: of its stream as it is encoded, or of its samples where they are
   packed without loss. */
TC_NODISCARD bool tc_pdf_page_image_is(tc_pdf_marks *marks, uint32_t page, const tc_digest *expected,
                                       tc_pdf_image_answer *out, tc_error *err);
/* Whether the page shows an ASCII text of 1 to 64 characters, in one piece and one font. */
TC_NODISCARD bool tc_pdf_page_shows(tc_pdf_marks *marks, uint32_t page, const char *text, bool *out, tc_error *err);
/* Whether the page shows the QR code of a text, under whichever of the masks it was drawn; false where no code holds
 * it. */
TC_NODISCARD bool tc_pdf_page_shows_qr(tc_pdf_marks *marks, uint32_t page, const char *payload, bool *out,
                                       tc_error *err);
