/*
 * Appends a document security store (ETSI EN 319 142-1, 5.4.2; ISO 32000-2, 12.8.4.3) as a revision of its own: the
 * certificates, CRLs and OCSP responses that a later validation needs. What the store already holds stays in it, and is
 * not written twice.
 * Ownership and threading: as pdf/signature.h.
 */
#pragma once

#include "pdf/document_signatures.h"
#include "pdf/update.h"

typedef struct tc_pdf_dss_values {
  const tc_bytes *certs; /* DER */
  size_t cert_count;
  const tc_bytes *crls;
  size_t crl_count;
  const tc_bytes *ocsps;
  size_t ocsp_count;
  const tc_pdf_open_options *open; /* limits and password; NULL: the defaults */
} tc_pdf_dss_values;

/* Reads fd, writes the whole to out_fd from its position 0; `copied` as in tc_pdf_update_finish. */
TC_NODISCARD bool tc_pdf_dss_append(int fd, const tc_pdf_dss_values *values, int out_fd, bool copied, tc_error *err);
