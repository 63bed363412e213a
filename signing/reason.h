/*
 * Reason codes of a verification: the one list. Each has a stable name (snake_case, in JSON and in
 * schemas/national/vn/reasons.json with its plain words and next step in every language), and a weight: what it
 * does to the verdict. Codes are only ever added.
 * Threading: const data.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef enum tc_answer {
  TC_UNKNOWN = 0,
  TC_YES,
  TC_NO,
} tc_answer;

/* "yes", "no", "unknown". */
const char *tc_answer_name(tc_answer answer);
/* The worse of two: no over unknown over yes. */
tc_answer tc_answer_worse(tc_answer a, tc_answer b);

#define TC_REASONS(X)                                             \
  X(OK, "ok")                                                     \
  /* structure of the CMS */                                      \
  X(CMS_UNREADABLE, "cms_unreadable")                             \
  X(CMS_NOT_DER, "cms_not_der")                                   \
  X(CMS_STRUCTURE, "cms_structure")                               \
  X(CMS_NO_SIGNER, "cms_no_signer")                               \
  X(CMS_SEVERAL_SIGNERS, "cms_several_signers")                   \
  X(PADDING_NOT_ZERO, "padding_not_zero")                         \
  X(SIGNED_ATTRIBUTE_MISSING, "signed_attribute_missing")         \
  X(SIGNED_ATTRIBUTE_REPEATED, "signed_attribute_repeated")       \
  /* digest and signature value */                                \
  X(DIGEST_MISMATCH, "digest_mismatch")                           \
  X(DIGEST_UNSUPPORTED, "digest_unsupported")                     \
  X(SIGNATURE_INVALID, "signature_invalid")                       \
  X(SIGNATURE_UNSUPPORTED, "signature_unsupported")               \
  X(SIGNER_CERTIFICATE_MISSING, "signer_certificate_missing")     \
  X(SIGNING_CERTIFICATE_MISSING, "signing_certificate_missing")   \
  X(SIGNING_CERTIFICATE_MISMATCH, "signing_certificate_mismatch") \
  /* strength */                                                  \
  X(ALGORITHM_WEAK, "algorithm_weak")                             \
  X(KEY_WEAK, "key_weak")                                         \
  /* what no signature covers */                                  \
  X(UNSIGNED_CERTIFICATE, "unsigned_certificate")                 \
  X(UNSIGNED_CRL, "unsigned_crl")                                 \
  X(UNSIGNED_ATTRIBUTE, "unsigned_attribute")                     \
  /* time-stamp */                                                \
  X(STAMP_MISSING, "stamp_missing")                               \
  X(STAMP_UNREADABLE, "stamp_unreadable")                         \
  X(STAMP_IMPRINT_MISMATCH, "stamp_imprint_mismatch")             \
  X(STAMP_SIGNATURE_INVALID, "stamp_signature_invalid")           \
  X(STAMP_SIGNER_UNKNOWN, "stamp_signer_unknown")                 \
  X(STAMP_SIGNER_INVALID, "stamp_signer_invalid")                 \
  X(STAMP_SIGNER_REVOKED, "stamp_signer_revoked")                 \
  X(STAMP_IN_FUTURE, "stamp_in_future")                           \
  /* path */                                                      \
  X(SIGNER_UNKNOWN, "signer_unknown")                             \
  X(PATH_INVALID, "path_invalid")                                 \
  X(CERTIFICATE_EXPIRED, "certificate_expired")                   \
  X(CERTIFICATE_NOT_YET_VALID, "certificate_not_yet_valid")       \
  X(CERTIFICATE_USAGE, "certificate_usage")                       \
  X(CERTIFICATE_POLICY, "certificate_policy")                     \
  /* revocation */                                                \
  X(CERTIFICATE_REVOKED, "certificate_revoked")                   \
  X(REVOKED_AFTER_SIGNING, "revoked_after_signing")               \
  X(REVOCATION_UNKNOWN, "revocation_unknown")                     \
  X(REVOCATION_STALE, "revocation_stale")                         \
  X(REVOCATION_INVALID, "revocation_invalid")                     \
  X(NOT_CHECKED, "not_checked")

#define TC_REASON_ENUM_(name, text) TC_REASON_##name,
typedef enum tc_reason { TC_REASONS(TC_REASON_ENUM_) TC_REASON_COUNT } tc_reason;
#undef TC_REASON_ENUM_

/* The stable name. */
const char *tc_reason_name(tc_reason reason);
