/*
 * OCSP (RFC 6960), both ends: the question and every check of its answer; and the answer of a responder of our own.
 *
 * What real responders do is taken as far as it says the same: an answer in PEM instead of DER, no nextUpdate, no nonce
 * though one was asked for, the certificate named with SHA-256. What could be a lie is not: another's nonce, a signer
 * that the issuing CA did not appoint, an answer about another certificate.
 * Ownership: everything given is borrowed. Threading: free of state.
 */
#pragma once

#include "signing/key.h"

enum { TC_OCSP_NONCE_SIZE = 16 };

/* Who is asked about, and by whom it was issued: certificates in DER. */
typedef struct tc_ocsp_subject {
  tc_bytes certificate, issuer;
} tc_ocsp_subject;

/* Appends an OCSPRequest in DER about one certificate (CertID with SHA-1, which every responder knows; it names, it
   does not protect). `nonce` of TC_OCSP_NONCE_SIZE bytes goes into it; NULL: none (RFC 8954). */
TC_NODISCARD bool tc_ocsp_request_make(const tc_ocsp_subject *subject, const uint8_t *nonce, tc_buf *out,
                                       tc_error *err);

typedef enum tc_ocsp_status { TC_OCSP_GOOD, TC_OCSP_REVOKED, TC_OCSP_UNKNOWN } tc_ocsp_status;

typedef struct tc_ocsp_answer {
  tc_ocsp_status status;
  int64_t produced_at, this_update; /* seconds since 1970 */
  int64_t next_update;              /* 0: not said */
  int64_t revoked_at;               /* 0: not revoked */
  int reason;                       /* RFC 5280 5.3.1; -1: not said */
  bool has_nonce;                   /* the one of the request, where one was given */
  bool delegated;                   /* signed by a responder that the issuer appointed, not by the issuer itself */
  bool no_check;                    /* … whose certificate needs no revocation check (RFC 6960 4.2.2.2.1) */
  int64_t strong_until;             /* until when its algorithms were good enough */
  tc_buf signer;                    /* DER of the responder's certificate */
} tc_ocsp_answer;
void tc_ocsp_answer_finish(tc_ocsp_answer *answer);
TC_AUTO_VALUE(tc_ocsp_answer, tc_ocsp_answer_finish);

/* Reads an OCSPResponse: it is about this certificate, and signed by its issuer or by a responder that the issuer
   appointed (RFC 6960 4.2.2.2), whose certificate was valid when it signed. Whether it is young enough is the caller's
   question. `nonce` NULL: not looked at. `helpers` (may be NULL) may hold the responder's certificate.
   Errors: TC_NETWORK: the responder refuses (tryLater …); TC_FORMAT: no OCSP response; TC_CRYPTO: one that does not
   hold; TC_NOT_FOUND: it says nothing about this certificate, or
   does not answer for it (unauthorized). */
TC_NODISCARD bool tc_ocsp_read(tc_bytes response, const tc_ocsp_subject *subject, const uint8_t *nonce,
                               const tc_certs *helpers, tc_ocsp_answer *out, tc_error *err);

/* Appends the DER of what came as DER or as PEM, as some servers send it; false and nothing: neither. */
TC_NODISCARD bool tc_der_of_pem(tc_bytes bytes, tc_buf *out, tc_error *err);
