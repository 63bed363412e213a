/*
 * A public key infrastructure for demo and tests: root, issuing CA, capture officer, certifier, agency seal,
 * time-stamping authority, OCSP responder, a signer that gets revoked; CRLs of root and issuing CA.
 *
 * It lives in one folder: <role>.pem (certificate), <role>.key (encrypted PEM) or a SoftHSM2 token, <ca>.crl,
 * pki.json (serials, revocations, addresses). Addresses in certificates (AIA with OCSP, CRL distribution points) are
 * fixed when it is made; names come from a JSON file of the national data (schemas/national/vn/demo-pki.json).
 * Everybody can make such a PKI: nothing signed with it has any value.
 * Ownership: tc_pki owns keys and certificates, getters borrow. Threading: one thread at a time.
 * Standards: RFC 5280 (profiles, CRLs), RFC 3161 2.3 (TSA), ETSI EN 319 412-2/-3 (natural and legal persons).
 */
#pragma once

#include "signing/key.h"

typedef enum tc_pki_role {
  TC_PKI_ROOT,
  TC_PKI_ISSUER,
  TC_PKI_OFFICER,   /* captures, signs the manifest */
  TC_PKI_CERTIFIER, /* compares and certifies */
  TC_PKI_AGENCY,    /* the agency's seal */
  TC_PKI_TSA,
  TC_PKI_OCSP,    /* answers for the issuing CA (RFC 6960 4.2.2.2) */
  TC_PKI_REVOKED, /* a signer whose certificate is on the issuing CA's CRL; for tests of verifiers */
  TC_PKI_ROLE_COUNT
} tc_pki_role;
const char *tc_pki_role_name(tc_pki_role role); /* "root", "issuer", "officer" … also the file names */

typedef enum tc_pki_key_kind { TC_PKI_RSA, TC_PKI_EC, TC_PKI_EC384 } tc_pki_key_kind; /* EC: P-256 */

typedef struct tc_pki_options {
  const char *folder;   /* made with mode 0700 */
  const char *names;    /* JSON file with the subjects: role → name attributes (schemas/national/vn/demo-pki.json) */
  const char *base_url; /* for AIA and CRL distribution points, e.g. "http://127.0.0.1:8480/pki"; "" leaves them out */
  const char *passphrase; /* of the key files and the token's PIN */
  const char *module; /* PKCS#11 module of SoftHSM2; NULL: encrypted PEM. Keys of CAs, TSA and OCSP are always PEM */
  const tc_token_rules *rules; /* how the token is treated; NULL: the default; read while it is opened */
  tc_pki_key_kind key_kind;    /* of the signers; CAs are RSA-3072, TSA and OCSP P-256 (fast) */
  int rsa_bits;                /* of the signers: 2048 … */
  int64_t now;                 /* seconds since 1970; 0: the system's clock */
  bool with_revoked;           /* make the revoked signer, too */
} tc_pki_options;

tc_pki_options tc_pki_options_default(void);

typedef struct tc_pki tc_pki;

/* Opens the PKI in the folder, or makes it when there is none (a crash in the middle leaves none: the next call starts
   again). CRLs older than half their life are renewed. TC_DENIED: another passphrase; TC_CONFIG: the names file. */
TC_NODISCARD bool tc_pki_open(const tc_pki_options *options, tc_pki **out, tc_error *err);
void tc_pki_destroy(tc_pki *pki);
TC_AUTO_POINTER(tc_pki, tc_pki_destroy);

/* Key and chain (certificate, issuing CA) of a signer or the TSA; borrowed. TC_NOT_FOUND: a role without a key here. */
TC_NODISCARD bool tc_pki_signer(tc_pki *pki, tc_pki_role role, tc_signer *out, tc_error *err);
tc_bytes tc_pki_certificate(const tc_pki *pki, tc_pki_role role); /* DER; size 0: not made */

/* New CRLs of root and issuing CA, as of `now`. A verifier under the rules of ETSI wants one that is younger than the
   time-stamp: renew after signing. */
TC_NODISCARD bool tc_pki_renew_crls(tc_pki *pki, int64_t now, tc_error *err);
/* What an OCSP server does: OCSPRequest in DER in, OCSPResponse in DER out, for certificates of the issuing CA (also a
   refusal, for a request that is not understood). `now`: thisUpdate and producedAt. A PKI that was made without a
   responder is TC_NOT_FOUND. Content types: application/ocsp-request, application/ocsp-response. */
TC_NODISCARD bool tc_pki_respond_ocsp(tc_pki *pki, tc_bytes request, int64_t now, tc_buf *response, tc_error *err);
bool tc_pki_has_ocsp(const tc_pki *pki);

/* Puts a role's certificate on its CA's list (RFC 5280 5.3.1 reason: 1 keyCompromise, 4 superseded …), with new CRLs.
 */
TC_NODISCARD bool tc_pki_revoke(tc_pki *pki, tc_pki_role role, int64_t when, int reason, tc_error *err);
/* Writes root.pem, issuer.pem, root.crl and issuer.crl: what a verifier needs offline. Makes the folder. */
TC_NODISCARD bool tc_pki_export_trust(const tc_pki *pki, const char *folder, tc_error *err);
/* Root as anchor material, issuing CA and both CRLs: for tc_trust_add. */
TC_NODISCARD bool tc_pki_trust_material(const tc_pki *pki, tc_certs *into, tc_error *err);

/* Writes <folder>/softhsm2.conf with its tokens in <folder>/tokens, and gives its path (freed by the caller): the
   program puts it into SOFTHSM2_CONF before its first thread and the first session. */
TC_NODISCARD bool tc_pki_write_softhsm_config(const char *folder, char **out_path, tc_error *err);
