/*
 * What a certified copy says of itself, held against the file and against itself, from the file alone:
 *
 *   - each page's image has the digest that the signed data name, and the capturing officer's manifest names the same;
 *   - the officer's signature over the manifest holds;
 *   - the printed code is that of the record and its capture, and stands on every page; the QR code is the one of the
 *     copy's address;
 *   - certifier and agency have signed, each in its field: a copy that was cut off before the agency's seal is none; no
 *     other signature shows anything on its pages;
 *   - revisions that no signature covers yet are as truecopy wrote them (pdf/update_digest.h).
 *
 * Each fault is a finding, and so is what cannot be read or is beyond the limits: nothing that could not be checked
 * counts as checked. Copies from before a key of the data existed (`signers`, `url`, `update_digest`) are not asked for
 * what it tells. The data are signed: this is asked only of a file that is intact. Threading: as the document.
 */
#pragma once

#include "base/json.h"
#include "pdf/document_signatures.h"
#include "signing/verify.h"

typedef void (*tc_verify_find)(void *context, const char *code, const char *detail);

typedef struct tc_verify_copy_options {
  const tc_pdf_document *document;
  const tc_pdf_signatures *signatures;
  const tc_json *rows;              /* the signatures' results, as they are reported */
  const tc_verify_options *officer; /* for the officer's signature */
  size_t max_bytes;                 /* of contents that are read in all; of images 64 times as many */
  tc_verify_find find;
  void *context;
} tc_verify_copy_options;

/* The signers are others than the register has; found by who has the register (pipeline/verify.c). */
#define TC_VERIFY_UNREGISTERED "copy_signer_unregistered"

/* The codes it finds, for the table of words. */
extern const char *const tc_verify_copy_codes[];
extern const size_t tc_verify_copy_code_count;

/* *data: the copy's own data (TC_COPY_DATA_NAME), the caller's; NULL where the file is no certified copy. *officer:
   what the manifest's signature came to, {signer, intact, trusted …}; NULL without one. */
TC_NODISCARD bool tc_verify_copy(const tc_verify_copy_options *options, tc_json **data, tc_json **officer,
                                 tc_error *err);
