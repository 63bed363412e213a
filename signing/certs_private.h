/* Private to signing/: a tc_certs as OpenSSL sees it. */
#pragma once

#include "base/digest.h"
#include "signing/certs.h"
#include "signing/ossl.h"
#include "signing/verify_cache.h"

/* The parsed objects, borrowed from the list. */
X509 *tc_certs_x509(const tc_certs *certs, size_t index);
X509_CRL *tc_certs_crl(const tc_certs *certs, size_t index);
/* SHA-256 of a CRL's and of an OCSP response's DER; borrowed from the list. */
const tc_digest *tc_certs_crl_digest(const tc_certs *certs, size_t index);
const tc_digest *tc_certs_ocsp_digest(const tc_certs *certs, size_t index);
/* Puts the digests of all that the list holds, in its order, into a running digest; NULL: an empty list. */
TC_NODISCARD bool tc_certs_add_digests(const tc_certs *certs, tc_sha256 *running, tc_error *err);
/* Adds the DER of a parsed object. */
TC_NODISCARD bool tc_certs_add_x509(tc_certs *certs, X509 *certificate, tc_error *err);
TC_NODISCARD bool tc_certs_add_crl(tc_certs *certs, X509_CRL *crl, tc_error *err);
/* Reads exactly one certificate, with nothing after it; NULL otherwise (OpenSSL's queue is emptied). */
X509 *tc_x509_read(tc_bytes der);
X509_CRL *tc_crl_read(tc_bytes der);
/* Appends the DER of an object. */
TC_NODISCARD bool tc_x509_der(X509 *certificate, tc_buf *out, tc_error *err);
/* One certificate or CRL in DER, as something embeds it. What `pool` has already, to the byte, is shared and not read
   again, and what is new joins it; NULL: no pool. False without an error where the bytes are neither. */
TC_NODISCARD bool tc_certs_add_embedded(tc_certs *certs, tc_bytes der, tc_certs *pool, bool *known, tc_error *err);
/* Whether this certificate is in the list: the same object, or the same bytes. */
bool tc_certs_has_x509(const tc_certs *certs, X509 *certificate);
TC_NODISCARD bool tc_cert_describe_x509(X509 *certificate, tc_cert_info *out, tc_error *err);
/* Whether the list has a CRL of the certificate's issuer, or an OCSP response about it (its issuer is in `chain`). */
bool tc_certs_tell_of(const tc_certs *certs, const tc_certs *chain, X509 *certificate, tc_verify_cache *cache);
/* Whether this CRL, to the byte, is in the list. */
bool tc_certs_has_crl(const tc_certs *certs, tc_bytes der);
