/* Private to signing/: an open demo PKI. */
#pragma once

#include "signing/certs_private.h"
#include "signing/pkcs11.h"
#include "signing/pki.h"
#include "signing/pki_make.h"

struct tc_pki {
  char *folder, *passphrase, *module;
  char token_label[33]; /* "": keys are PEM files */
  tc_token_rules rules;
  int64_t now;
  int64_t crl_number;
  bool whole; /* pki.json is there: changes go into it */
  X509 *certificates[TC_PKI_ROLE_COUNT];
  tc_buf ders[TC_PKI_ROLE_COUNT];
  tc_key *keys[TC_PKI_ROLE_COUNT];       /* opened when first asked for */
  tc_certs *chains[TC_PKI_ROLE_COUNT];   /* likewise */
  EVP_PKEY *ca_keys[TC_PKI_ROLE_COUNT];  /* of CAs and the OCSP responder, read when first needed */
  X509_CRL *crls[TC_PKI_ROLE_COUNT];     /* of the two CAs */
  int64_t revoked_at[TC_PKI_ROLE_COUNT]; /* 0: not revoked */
  int revoked_reason[TC_PKI_ROLE_COUNT];
  tc_pkcs11 *session;
};

/* Reads pki.json and what it names; renews CRLs past half their life. */
TC_NODISCARD bool tc_pki_load(tc_pki *pki, tc_error *err);
TC_NODISCARD bool tc_pki_save(tc_pki *pki, tc_error *err);
/* Reads ca_keys[role], where that has not happened yet. TC_DENIED: another passphrase. */
TC_NODISCARD bool tc_pki_private_key(tc_pki *pki, tc_pki_role role, tc_error *err);
