/* Private to signing/: OCSP with certificates that are parsed already. */
#pragma once

#include "signing/certs_private.h"
#include "signing/ocsp.h"

/* As tc_ocsp_read, of the certificate and its issuer; without a nonce. */
TC_NODISCARD bool tc_ocsp_read_x509(tc_bytes response, X509 *certificate, X509 *issuer, const tc_certs *helpers,
                                    tc_ocsp_answer *out, tc_error *err);
