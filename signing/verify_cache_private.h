/* Private to signing/: what the cache of verifications holds, and under which keys. A NULL cache knows nothing. */
#pragma once

#include "base/digest.h"
#include "signing/ocsp_private.h"
#include "signing/trust.h"

/* Parsed certificates and CRLs, for tc_certs_add_embedded; NULL of NULL. */
tc_certs *tc_verify_cache_pool(tc_verify_cache *cache);

/* Whether this CRL, whose DER has this digest, bears a signature of this certificate's key. */
bool tc_verify_cache_crl_holds(tc_verify_cache *cache, X509_CRL *crl, const tc_digest *digest, X509 *issuer);

/* As tc_cert_describe_x509. */
TC_NODISCARD bool tc_verify_cache_describe(tc_verify_cache *cache, X509 *certificate, tc_cert_info *out, tc_error *err);

/* What an OCSP response says of a certificate. */
typedef struct tc_ocsp_link {
  X509 *certificate, *issuer;
  const tc_certs *helpers; /* may hold the responder's certificate */
} tc_ocsp_link;
/* As tc_ocsp_read of one of the list's responses, but for the responder's certificate, which *out lacks; false: it says
   nothing that holds. */
bool tc_verify_cache_read_ocsp(tc_verify_cache *cache, const tc_certs *responses, size_t index,
                               const tc_ocsp_link *link, tc_ocsp_answer *out);

/* The key of a path validation. Options with policies have none, since nothing that repeats itself asks for them:
 *usable is false then. */
TC_NODISCARD bool tc_verify_cache_path_key(const tc_digest *trust, X509 *leaf, const tc_path_options *options,
                                           tc_digest *out, bool *usable, tc_error *err);
/* Copies the result that is kept under the key; *found false: there is none. */
TC_NODISCARD bool tc_verify_cache_find_path(const tc_verify_cache *cache, const tc_digest *key, tc_path_result *out,
                                            bool *found, tc_error *err);
/* Keeps a copy. */
TC_NODISCARD bool tc_verify_cache_keep_path(tc_verify_cache *cache, const tc_digest *key, const tc_path_result *result,
                                            tc_error *err);
