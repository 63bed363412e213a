/*
 * The keys that certification uses: those that the settings name (signing.…_key), or, where they name none, the demo
 * PKI in <data folder>/pki, made on first use. A copy signed by the demo PKI is a sample and says so.
 *
 * Keys sign side by side (signing/key.h); a token whose certificate is somebody else's than the settings say is
 * refused. Ownership: the keyring owns keys and PKI. Threading: any thread.
 */
#pragma once

#include "base/digest.h"
#include "base/settings.h"
#include "signing/cms.h"
#include "signing/pki.h"
#include "signing/revocation.h"

typedef enum tc_role { TC_ROLE_OFFICER, TC_ROLE_CERTIFIER, TC_ROLE_AGENCY, TC_ROLE_COUNT } tc_role;
const char *tc_role_name(tc_role role); /* "officer", "certifier", "agency" */

/* The hash that the settings name for signatures. */
tc_hash tc_keyring_hash(const tc_settings *settings);

typedef struct tc_keyring tc_keyring;

typedef struct tc_keyring_options {
  const tc_settings *settings;
  const char *data_folder;
  const char *names; /* the demo PKI's subjects: a JSON file of the national data */
} tc_keyring_options;

/* The secret of the demo PKI (passphrase of its key files and PIN of its token) is random, in <data folder>/pki.secret,
   mode 0600. Errors: those of key.h and pki.h; TC_CONFIG where only some of the keys are set. */
TC_NODISCARD bool tc_keyring_open(const tc_keyring_options *options, tc_keyring **out, tc_error *err);
void tc_keyring_close(tc_keyring *keyring);
TC_AUTO_POINTER(tc_keyring, tc_keyring_close);

/* The role's key is a token at somebody's desk (setting "desk"): it signs by `truecopy desk`, not here. */
bool tc_keyring_is_at_desk(const tc_keyring *keyring, tc_role role);

bool tc_keyring_is_demo(const tc_keyring *keyring);
tc_pki *tc_keyring_pki(tc_keyring *keyring); /* NULL unless demo */
const tc_cert_info *tc_keyring_info(const tc_keyring *keyring, tc_role role);
/* SHA-256 of the role's certificate. */
const char *tc_keyring_fingerprint(const tc_keyring *keyring, tc_role role);

/* Bytes to reserve in /Contents for a signature of the role, time-stamp included. */
TC_NODISCARD bool tc_keyring_size_limit(tc_keyring *keyring, tc_role role, size_t *out, tc_error *err);

/* Whether the role may sign now: its token is in and logged in, its certificate valid, for signing, and not revoked, as
   far as anybody can be asked. TC_DENIED: it may not. To be asked before a number is drawn. */
TC_NODISCARD bool tc_keyring_check(tc_keyring *keyring, tc_role role, tc_error *err);

typedef struct tc_keyring_request {
  tc_role role;
  const tc_digest *digest;      /* SHA-256 of the content */
  const tc_hash_value *content; /* its digest by another hash, which then signs; NULL: `digest` */
  int64_t signing_time;         /* for a CAdES manifest; 0 for PAdES */
  bool stamped;                 /* with a signature time-stamp (B-T) */
  bool stamp_optional; /* where no time-stamp can be had, without one (B-B): the signature is not made in vain */
} tc_keyring_request;
/* Appends the detached CMS: one operation of the key. */
TC_NODISCARD bool tc_keyring_sign(tc_keyring *keyring, const tc_keyring_request *request, tc_buf *cms, tc_error *err);
/* A CMS of the role that was made elsewhere, with a time-stamp where it has none and one can be had; as it came where
   not, or where it is not the role's: to be verified afterwards in any case. */
TC_NODISCARD bool tc_keyring_take_cms(tc_keyring *keyring, tc_role role, bool stamped, tc_bytes given, tc_buf *cms,
                                      tc_error *err);
/* An RFC 3161 token over a digest, for a document time-stamp, and the bytes that one may have. TC_NOT_FOUND: there is
   no time-stamp server. */
TC_NODISCARD bool tc_keyring_stamp(tc_keyring *keyring, const tc_digest *digest, tc_buf *token, tc_error *err);
size_t tc_keyring_stamp_limit(const tc_keyring *keyring); /* 0: there is no time-stamp server */
/* Chain and revocation data of a certificate, out of this keyring's sources (signing/revocation.h). */
TC_NODISCARD bool tc_keyring_evidence(tc_keyring *keyring, const tc_revocation_question *question, tc_evidence *into,
                                      int64_t *revoked_at, tc_error *err);
/* Roots, issuing CAs and CRLs that copies of this keyring need: the demo PKI's, or the chains of the keys; and the CRLs
   of signing.crl_path. */
TC_NODISCARD bool tc_keyring_trust(tc_keyring *keyring, tc_certs *into, tc_error *err);
/* The same as files in a folder, with CRLs renewed now, so that they are younger than what was signed; nothing for keys
 * of one's own, whose trust is the operator's. */
TC_NODISCARD bool tc_keyring_export_trust(tc_keyring *keyring, const char *folder, tc_error *err);
/* An RFC 3161 answer of the demo authority. TC_NOT_FOUND unless demo. */
TC_NODISCARD bool tc_keyring_respond_stamp(tc_keyring *keyring, tc_bytes request, tc_buf *response, tc_error *err);
/* An OCSP answer of the demo PKI's responder. TC_NOT_FOUND unless demo. */
TC_NODISCARD bool tc_keyring_respond_ocsp(tc_keyring *keyring, tc_bytes request, tc_buf *response, tc_error *err);
