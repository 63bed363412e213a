/* Private to signing/: trust and the parts of one path validation. */
#pragma once

#include "signing/certs_private.h"
#include "signing/trust.h"

struct tc_trust {
  tc_certs *roots;
  X509_STORE *store; /* of the roots; OpenSSL guards it with a lock of its own */
  tc_certs *others;  /* intermediates, all CRLs and OCSP responses */
  tc_digest digest;  /* of all of that */
};

/* Validates a certificate that is parsed already. */
TC_NODISCARD bool tc_trust_validate_x509(const tc_trust *trust, X509 *certificate, const tc_path_options *options,
                                         tc_path_result *out, tc_error *err);

/* Until when an algorithm, a key was good enough; and why a path is too weak at a moment. strength.c */
int64_t tc_signed_strong_until(const X509_ALGOR *algorithm);
int64_t tc_key_strong_until(const EVP_PKEY *key);
tc_reason tc_chain_weakness(const tc_certs *chain, int64_t when);
bool tc_crl_counts(const tc_path_options *options, const X509_CRL *crl); /* strong enough, where that is asked */
/* The moment at which algorithms must have been good: what is not proven to be older is of today. */
int64_t tc_path_strength_time(const tc_path_options *options);

/* The material of one validation: borrowed objects. trust_material.c */
typedef struct tc_path_material {
  X509_STORE *store; /* the trust's, or an empty one */
  X509 *leaf;
  tc_x509_stack *others, *all;
  tc_crl_stack *crls;
  tc_x509_stack *completed, *originals; /* pairs; the completed ones are owned */
} tc_path_material;
void tc_path_material_finish(tc_path_material *material);
TC_AUTO_VALUE(tc_path_material, tc_path_material_finish);
TC_NODISCARD bool tc_path_gather(const tc_trust *trust, X509 *leaf, const tc_path_options *options, tc_path_material *m,
                                 tc_error *err);

/* trust_inherit.c: puts certificates whose key lacks what it inherits in place of those that OpenSSL cannot read; and
   finds the original of one, or the certificate itself. */
void tc_path_complete(tc_path_material *material);
X509 *tc_path_original(const tc_path_material *material, X509 *certificate);

/* What one run of the path found. Errors are OpenSSL's; X509_V_OK: none. trust_path.c */
typedef struct tc_path_run {
  const tc_trust *trust;
  const tc_path_options *options;
  const tc_path_material *material;
  int error;            /* the first about the path */
  int revocation_error; /* the first about revocation */
  int64_t revoked_at;
  bool revoked_later;
} tc_path_run;
/* Adds the certificates of the path, as far as it could be built, to `chain`. */
TC_NODISCARD bool tc_path_run_once(tc_path_run *run, tc_certs *chain, tc_error *err);

/* What OCSP responses say of a certificate at the moment in question. trust_ocsp.c */
typedef enum tc_ocsp_verdict { TC_OCSP_SILENT, TC_OCSP_SAYS_GOOD, TC_OCSP_SAYS_REVOKED } tc_ocsp_verdict;
tc_ocsp_verdict tc_path_ask_ocsp(const tc_path_run *run, X509 *certificate, X509 *issuer, int64_t *revoked_at);

/* Whatever was found so far: an OCSP response or a CRL at hand that tells of a revocation counts. trust_heed.c */
void tc_path_heed(tc_path_run *run, const STACK_OF(X509) * chain);
