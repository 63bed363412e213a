/*
 * Trust and path validation: is this certificate, at this time, one that a root we trust stands behind, and was it not
 * revoked. RFC 5280 6 by OpenSSL's X509_verify_cert, with our own judgement of times: a CRL issued after the signature
 * counts (it says more), a revocation after a proven signing time does not harm the signature.
 *
 * Answers are yes, no or unknown, each with a reason out of reason.h. An unknown root is unknown, never no.
 * Ownership: tc_trust owns copies. Threading: a finished tc_trust is shared freely (validation changes nothing in it);
 * a cache belongs to one thread.
 */
#pragma once

#include "signing/certs.h"
#include "signing/reason.h"
#include "signing/verify_cache.h"

typedef struct tc_trust tc_trust;

TC_NODISCARD bool tc_trust_create(tc_trust **out, tc_error *err);
void tc_trust_destroy(tc_trust *trust);
TC_AUTO_POINTER(tc_trust, tc_trust_destroy);
/* A file or folder as of tc_certs_add_path: self-issued certificates become trust anchors, the others help to build
   paths, CRLs are used where they fit. */
TC_NODISCARD bool tc_trust_add_path(tc_trust *trust, const char *path, tc_error *err);
TC_NODISCARD bool tc_trust_add(tc_trust *trust, const tc_certs *certs, tc_error *err);
size_t tc_trust_root_count(const tc_trust *trust);

typedef enum tc_purpose {
  TC_PURPOSE_ANY,     /* no demand on key usage */
  TC_PURPOSE_SIGNING, /* digitalSignature or nonRepudiation, where key usage is there at all */
  TC_PURPOSE_STAMPING /* the critical, sole extendedKeyUsage timeStamping (RFC 3161 2.3) */
} tc_purpose;

typedef struct tc_path_options {
  int64_t time;     /* the moment in question; seconds since 1970 */
  bool time_proven; /* by a time-stamp: a later expiry or revocation does no harm */
  int64_t now;      /* the verifier's clock: CRLs from its future are not used */
  tc_purpose purpose;
  bool revocation; /* judge revocation; without, only the path */
  bool strength;   /* judge how certificates and what tells of revocation were signed: too weak proves nothing */
  const tc_certs *helpers; /* embedded certificates and CRLs, never anchors; NULL: none */
  tc_verify_cache *cache;  /* what earlier validations learned; NULL: none */
  /* RFC 5280 6.1.1: */
  const char *const *policies; /* user-initial-policy-set as dotted OIDs, NULL-terminated; NULL: any-policy */
  bool require_explicit_policy, inhibit_policy_mapping, inhibit_any_policy;
} tc_path_options;

tc_path_options tc_path_options_default(void);

typedef struct tc_path_result {
  tc_answer path; /* a valid path to a trust anchor */
  tc_reason path_reason;
  tc_answer unrevoked; /* yes: good at that time, no: revoked by then, unknown: not told by any CRL */
  tc_reason unrevoked_reason;
  int64_t revoked_at; /* 0: not revoked, as far as known */
  tc_certs *chain;    /* as far as it could be built, leaf first; with the CRLs that were used. Owned */
} tc_path_result;

void tc_path_result_finish(tc_path_result *result);
TC_AUTO_VALUE(tc_path_result, tc_path_result_finish);

/* Fails only where no answer is possible (bytes that are no certificate, no memory). */
TC_NODISCARD bool tc_trust_validate(const tc_trust *trust, tc_bytes certificate, const tc_path_options *options,
                                    tc_path_result *out, tc_error *err);
