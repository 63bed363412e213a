/*
 * Verifying one CMS signature over a digest that the caller took: a signature of a PDF (adbe.pkcs7.detached,
 * ETSI.CAdES.detached), a detached CAdES manifest, or a document time-stamp (ETSI.RFC3161).
 *
 * Every byte is accounted for: it is signed, or it is checked against what it must be, or a finding names it. So a
 * change of any byte costs the verdict: in the signed parts `intact` becomes no; in the unsigned parts (embedded
 * certificates and CRLs that no validated path uses, unsigned attributes) it leaves a finding.
 *
 * Order of the checks (ETSI EN 319 102-1 5.2): structure, digest, signature, signing_certificate, algorithm, timestamp,
 * certificate (path), revocation, unsigned_parts. All always run as far as they can; each answers yes, no or unknown.
 * Ownership: the input is borrowed; a result owns what it points to (finish it). Threading: free of state.
 * Limits: bytes of the CMS, certificates and attributes in it (settings signing.max_…).
 */
#pragma once

#include "base/digest.h"
#include "base/json.h"
#include "signing/hash.h"
#include "signing/trust.h"

typedef enum tc_signature_kind {
  TC_SIGNATURE_DETACHED, /* CMS over the digest */
  TC_SIGNATURE_SHA1,     /* CMS over a SHA-1 digest that it holds (adbe.pkcs7.sha1): weak, so never valid */
  TC_SIGNATURE_STAMP     /* RFC 3161 token whose imprint is the digest */
} tc_signature_kind;

/* Digests of the same bytes under each algorithm a signature may name: which, tells tc_signature_peek. */

/* The digest algorithm that the signature needs over its content, read without judging anything else. TC_FORMAT: not
   readable; out is TC_HASH_UNKNOWN for one we do not know. */
TC_NODISCARD bool tc_signature_peek(tc_bytes cms, tc_signature_kind kind, tc_hash *out, tc_error *err);
/* Hashes `parts` one after the other: for callers that hold the bytes in memory or mapped. */
TC_NODISCARD bool tc_hash_parts(tc_hash hash, const tc_bytes *parts, size_t count, tc_hash_value *out, tc_error *err);

/* The digests of several signatures over one file: the start that their ranges share is hashed once, provided that they
   are asked for in the order of their first ranges' ends. The file is read piece by piece, so that memory does not grow
   with it. `fd` is borrowed, its position stays. One thread. */
typedef struct tc_ranges_hash tc_ranges_hash;
TC_NODISCARD bool tc_ranges_hash_create(int fd, tc_ranges_hash **out, tc_error *err);
void tc_ranges_hash_destroy(tc_ranges_hash *ranges);
TC_AUTO_POINTER(tc_ranges_hash, tc_ranges_hash_destroy);
/* `range` as in a ByteRange (offset, length, offset, length), the first offset 0. */
TC_NODISCARD bool tc_ranges_hash_of(tc_ranges_hash *ranges, tc_hash hash, const off_t range[4], tc_hash_value *out,
                                    tc_error *err);

typedef struct tc_verify_options {
  const tc_trust *trust;   /* NULL: nothing is trusted */
  const tc_certs *helpers; /* certificates and CRLs of a DSS; NULL: none */
  tc_verify_cache *cache;  /* what was read and found out before, for this file and others; NULL: none */
  int64_t now;             /* seconds since 1970 */
  int64_t proven_time;     /* a later, valid time-stamp shows that these bytes existed then; 0: none */
  bool padded;             /* zero bytes may follow the DER (/Contents); others are a finding */
  size_t max_bytes;        /* of the DER */
  size_t max_certificates; /* embedded, and CRLs alike */
} tc_verify_options;

tc_verify_options tc_verify_options_default(void);

typedef enum tc_check_name {
  TC_CHECK_STRUCTURE,
  TC_CHECK_DIGEST,
  TC_CHECK_SIGNATURE,
  TC_CHECK_SIGNING_CERTIFICATE,
  TC_CHECK_ALGORITHM,
  TC_CHECK_TIMESTAMP,
  TC_CHECK_CERTIFICATE,
  TC_CHECK_REVOCATION,
  TC_CHECK_UNSIGNED_PARTS,
  TC_CHECK_COUNT
} tc_check_name;
const char *tc_check_text(tc_check_name name); /* "structure" … as in the JSON */

typedef struct tc_check {
  tc_answer result;
  tc_reason reason;
} tc_check;

typedef enum tc_time_source {
  TC_TIME_NONE,    /* the signature proves no time: judged at `now` */
  TC_TIME_CLAIMED, /* signing-time attribute: said by the signer; judged at `now` */
  TC_TIME_STAMP    /* a time-stamp that holds */
} tc_time_source;
const char *tc_time_source_name(tc_time_source source); /* "none", "claimed", "timestamp" */

enum { TC_FINDINGS_MAX = 16 };

typedef struct tc_signature_result {
  tc_check checks[TC_CHECK_COUNT];
  tc_answer intact;  /* structure, digest, signature, signing_certificate */
  tc_answer trusted; /* certificate and revocation, at the signing time; unknown when the time-stamp does not hold */
  tc_reason findings[TC_FINDINGS_MAX]; /* what costs the verdict beyond, without repetition */
  size_t finding_count;

  bool has_signer;
  tc_cert_info signer; /* as its certificate says; has_signer false: no certificate found */
  char scheme[48];     /* "RSASSA-PSS SHA-256", "ECDSA P-256 SHA-256", "RSA PKCS#1 v1.5 SHA-256" … */
  tc_hash hash;
  const char *level;    /* "B-B", "B-T", "B-LT", "B-LTA"; "CMS" where the attributes of a baseline signature are
                           missing; "RFC3161" of a document time-stamp; static */
  int64_t signing_time; /* seconds since 1970; 0 where there is none */
  tc_time_source time_source;
  tc_cert_info stamp_signer; /* of the time-stamp; empty without one */
  tc_certs *chain;           /* the signer's path and the CRLs used (and the TSA's): for a DSS. Owned */
  size_t der_size;           /* bytes of the DER without padding */
} tc_signature_result;

void tc_signature_result_finish(tc_signature_result *result);
TC_AUTO_VALUE(tc_signature_result, tc_signature_result_finish);

/* valid = intact yes, trusted yes and no finding. */
bool tc_signature_result_is_valid(const tc_signature_result *result);
/* How much of a security store that no signature covers bears on nothing: certificates that are on no path that holds,
   CRLs and OCSP responses that tell of none of the certificates in `used`. */
typedef struct tc_evidence_faults {
  size_t certificates, others;
} tc_evidence_faults;
TC_NODISCARD bool tc_evidence_check(const tc_trust *trust, const tc_certs *evidence, const tc_certs *used, int64_t now,
                                    tc_evidence_faults *out, tc_error *err);
/* {"signer":…,"level":…,"signing_time":…,"time_source":…,"digest":…,"algorithm":…,"checks":[…],"findings":[…]} */
TC_NODISCARD bool tc_signature_result_to_json(const tc_signature_result *result, tc_json **out, tc_error *err);

/* Fails only where no result can be made (no memory, over a limit); a CMS that cannot be read is a result, too. */
TC_NODISCARD bool tc_signature_verify(tc_bytes cms, tc_signature_kind kind, const tc_hash_value *content,
                                      const tc_verify_options *options, tc_signature_result *out, tc_error *err);
