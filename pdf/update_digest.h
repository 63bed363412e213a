/*
 * The digest of an update: truecopy's updates carry the start of a SHA-256 of their own bytes in the second half of
 * their trailer's /ID, which names a state of the file and whose form is the writer's (ISO 32000-2, 14.4). It runs from
 * behind the %%EOF of the revision before to the update's last byte, the half's own 32 digits taken as zeros.
 *
 * No proof against anybody's hand, who could take it anew; what it finds is a byte that was changed in a revision that
 * no signature covers yet, where the change shows nothing and alters no answer (white space, free entries, /Type).
 * Threading: as the document.
 */
#pragma once

#include "base/digest.h"
#include "pdf/document.h"

enum { TC_PDF_UPDATE_DIGEST_DIGITS = 32 };

/* The digits of a finished digest; `out` is not terminated. */
void tc_pdf_update_digits(const tc_digest *digest, char out[TC_PDF_UPDATE_DIGEST_DIGITS]);

/* Whether the revision, which is not the first, carries the digest of its bytes. The last one ends with the file. */
TC_NODISCARD bool tc_pdf_update_fits(const tc_pdf_document *document, size_t revision, bool *out, tc_error *err);
