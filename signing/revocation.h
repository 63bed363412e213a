/*
 * Revocation data for certificates: what a document security store holds, and what is looked at before a key signs.
 *
 * A certificate's chain is followed to its root; for each certificate below it an OCSP response or a CRL is found, in
 * this order: what was found before and is still young enough, an OCSP responder in this process, OCSP servers, CRLs
 * that the caller has (files too), CRL servers. Servers are those of the settings first, in their order, then those
 * that the certificate names. Each answer is verified before it counts. A server that failed is left alone for a while,
 * so that a dead one costs a batch its time-out once.
 *
 * "Young enough": valid now, and, for the certificate in question (not for the CAs above it), younger than the moment
 * asked for. ETSI EN 319 102-1 5.2.5 wants data about a signer that were issued after the signature's proven time.
 *
 * Ownership: the object owns copies of its options and its cache; what its options point to (functions) is borrowed.
 * Threading: any thread; the cache is under a lock, which is not held while a server is asked.
 * Standards: RFC 5280 4.2.1.13, 4.2.2.1, 5; RFC 6960.
 */
#pragma once

#include "signing/certs.h"

typedef struct tc_revocation tc_revocation;

typedef bool (*tc_ocsp_respond)(void *data, tc_bytes request, tc_buf *response, tc_error *err);

typedef struct tc_revocation_options {
  const char *ocsp_urls, *crl_urls; /* separated by blanks; NULL or "": none */
  const char *crl_path;             /* file or folder with CRLs, read anew for each question; NULL or "": none */
  bool use_addresses;               /* those that stand in certificates */
  const char *proxy;                /* NULL or "": none */
  long connect_timeout_ms, total_timeout_ms;
  size_t ocsp_limit, crl_limit; /* bytes of an answer */
  int attempts;                 /* at one server, 1 … */
  int64_t pause_s;              /* how long a server that failed is left alone */
  int64_t max_age_s;            /* of data without nextUpdate */
  tc_ocsp_respond respond;      /* a responder in this process; NULL: none. TC_NOT_FOUND: not my certificate */
  void *respond_data;
} tc_revocation_options;
tc_revocation_options tc_revocation_options_default(void);

/* TC_USAGE: an address that is not http(s). */
TC_NODISCARD bool tc_revocation_create(const tc_revocation_options *options, tc_revocation **out, tc_error *err);
void tc_revocation_destroy(tc_revocation *revocation);
TC_AUTO_POINTER(tc_revocation, tc_revocation_destroy);

/* Validation data, each value once. */
typedef struct tc_evidence {
  tc_certs *certs; /* certificates and CRLs; NULL: none yet */
  tc_buf *ocsps;   /* OCSPResponse in DER */
  size_t ocsp_count;
} tc_evidence;
void tc_evidence_finish(tc_evidence *evidence);
TC_AUTO_VALUE(tc_evidence, tc_evidence_finish);

typedef struct tc_revocation_question {
  tc_bytes certificate;  /* DER */
  const tc_certs *pool;  /* what may stand above it; NULL: none */
  const tc_certs *known; /* roots, CAs and CRLs that the operator has; NULL: none */
  int64_t younger_than;  /* seconds since 1970; 0: any that is valid now */
  int64_t now;
} tc_revocation_question;

/* Adds the chain and its revocation data to *into. *revoked_at (may be NULL): since when the certificate, or one above
   it, is revoked; 0: it is not, as far as was found out. It is also told where the call fails: what is missing above
   does not make a revoked certificate good again. The error is that of the last source asked: TC_NETWORK or TC_TIMEOUT
   (none answered), TC_CRYPTO (one lied), TC_NOT_FOUND (there is no source, or a certificate above is missing). *into
   may hold a part then. */
TC_NODISCARD bool tc_revocation_collect(tc_revocation *revocation, const tc_revocation_question *question,
                                        tc_evidence *into, int64_t *revoked_at, tc_error *err);

/* Adds the CRLs of crl_path, as they are now, to what a verifier is given; nothing without one. Certificates that stand
   beside them are left: a folder of CRLs makes nobody trusted. */
TC_NODISCARD bool tc_revocation_add_crls(const tc_revocation *revocation, tc_certs *into, tc_error *err);
