/* Private to signing/: making the demo PKI's certificates and CRLs. */
#pragma once

#include "base/json.h"
#include "signing/ossl.h"
#include "signing/pki.h"

typedef struct tc_pki_issuance {
  tc_pki_role role;
  const tc_json *names; /* object: role name → object of name attributes */
  const char *base_url; /* "" for none */
  X509 *issuer;         /* NULL: self-signed */
  EVP_PKEY *issuer_key;
  EVP_PKEY *subject_key; /* the public half is enough */
  int64_t now;
} tc_pki_issuance;

TC_NODISCARD bool tc_pki_issue(const tc_pki_issuance *issuance, X509 **out, tc_error *err);

typedef struct tc_pki_revocation {
  X509 *certificate;
  int64_t when;
  int reason;
} tc_pki_revocation;

typedef struct tc_pki_crl_options {
  X509 *issuer;
  EVP_PKEY *issuer_key;
  const tc_pki_revocation *revocations;
  size_t count;
  int64_t number;
  int64_t now;
  int64_t life_s;
} tc_pki_crl_options;

TC_NODISCARD bool tc_pki_make_crl(const tc_pki_crl_options *options, X509_CRL **out, tc_error *err);
