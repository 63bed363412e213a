/*
 * Who stands behind a signature: the certificates whose validation data a security store must hold, and the time that
 * the signature itself proves. Nothing is judged here (verify.h does that).
 * Ownership: tc_cms_parties owns what it points to. Threading: free of state.
 */
#pragma once

#include "signing/verify.h"

enum { TC_PARTIES_MAX = 9 };

typedef struct tc_cms_parties {
  tc_certs *pool; /* every certificate embedded in the CMS and in its time-stamps */
  int64_t time;   /* of its earliest signature time-stamp, or of the token itself; seconds since 1970, 0: none */
  size_t count;   /* of the signer, who comes first, and the authorities of its time-stamps */
  struct {
    tc_buf certificate; /* DER */
    int64_t time;       /* its signature existed then; 0: not known */
  } rows[TC_PARTIES_MAX];
} tc_cms_parties;
void tc_cms_parties_finish(tc_cms_parties *parties);
TC_AUTO_VALUE(tc_cms_parties, tc_cms_parties_finish);

/* TC_FORMAT: no such CMS, or its signer's certificate is not in it. */
TC_NODISCARD bool tc_cms_parties_read(tc_bytes cms, tc_signature_kind kind, tc_cms_parties *out, tc_error *err);
