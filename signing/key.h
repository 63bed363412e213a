/*
 * Signing keys: one const struct of functions a kind (files: PEM and PKCS#12; PKCS#11), a file each.
 *
 * A tc_key is the private half; a tc_signer joins it with its certificate and chain, and is what signs.
 * Secrets: passphrases and PINs are taken as (pointer, size)-free C text, used, and never stored, printed or put in a
 * message; what OpenSSL had to copy is cleansed. A PIN is tried once and never again: tokens lock after three wrong
 * ones, so a guard stops before that (tc_token_rules). A tc_pkcs11 is one login, bound to the token that it was made
 * at: it ends when the token is pulled out, reset or exchanged, when it lies idle, or when it is told to, and then
 * every key of it refuses with the reason. Threading: any key may sign from several threads at once; a token does so in
 * sessions of its own, side by side under the one login. Opening keys from a tc_pkcs11, and looking at its objects, is
 * one thread's at a time. Ownership: keys keep their session alive; the caller destroys both in any order. Schemes:
 * RSASSA-PSS with MGF1 over the same hash and a salt as long as it (RFC 8017 8.1, RFC 4055), or, for tokens and readers
 * that know nothing newer, RSASSA-PKCS1-v1_5, RSA of 2048 to 8192 bits; ECDSA over P-256 and P-384, the signature in
 * DER (RFC 5480, RFC 5754). Hashes: SHA-256, SHA-384, SHA-512. Anything else is TC_UNSUPPORTED.
 */
#pragma once

#include "signing/certs.h"
#include "signing/hash.h"

typedef enum tc_scheme { TC_SCHEME_RSA_PSS, TC_SCHEME_RSA_PKCS1, TC_SCHEME_ECDSA } tc_scheme;

typedef struct tc_key tc_key;
typedef struct tc_pkcs11 tc_pkcs11; /* a session with a token, logged in */

/* "RSASSA-PSS", "RSA PKCS#1 v1.5", "ECDSA". */
const char *tc_scheme_name(tc_scheme scheme);

/* PEM, PKCS#8 or traditional, encrypted or not; `passphrase` may be NULL for what is not encrypted. TC_DENIED: the
   passphrase is wrong or missing. */
TC_NODISCARD bool tc_key_from_pem(tc_bytes pem, const char *passphrase, tc_key **out, tc_error *err);
/* A file of either kind. `chain` as in tc_key_from_pkcs12; a PEM file's certificates are added to it, too. */
TC_NODISCARD bool tc_key_from_file(const char *path, const char *passphrase, tc_certs *chain, tc_key **out,
                                   tc_error *err);
TC_NODISCARD bool tc_key_from_pem_file(const char *path, const char *passphrase, tc_key **out, tc_error *err);

/* PKCS#12 (RFC 7292): the file's one private key; its certificates are added to `chain`, the key's own first (NULL: not
   wanted). TC_DENIED: the passphrase is wrong. */
TC_NODISCARD bool tc_key_from_pkcs12(tc_bytes der, const char *passphrase, tc_certs *chain, tc_key **out,
                                     tc_error *err);

/* How a token is treated. */
typedef struct tc_token_rules {
  bool last_try;  /* log in though one more wrong PIN may lock the token */
  int wrong_pins; /* after so many wrong ones in this process nothing is tried any more, whatever the token says */
  int sessions;   /* to sign with, side by side, at most: 1 to 64 */
  int64_t idle_s; /* without a signature for so long the login ends; 0: never */
} tc_token_rules;
tc_token_rules tc_token_rules_default(void); /* no last try, 2 wrong PINs, 8 sessions, never idle */

/* Where a token is. The module reads its own configuration: SoftHSM needs SOFTHSM2_CONF in the environment of the
   process before the first session is opened (tc_pki_write_softhsm_config writes such a file; setting the variable is
   the program's matter, before it starts threads). */
typedef struct tc_pkcs11_options {
  const char *module;          /* path of the PKCS#11 library */
  const char *token_label;     /* NULL: the only token there is; several are TC_CONFLICT */
  const char *pin;             /* NULL: no login (public objects only), or a reader with its own PIN pad */
  bool protected_path;         /* the PIN is typed on the reader; `pin` is NULL then */
  bool raw_rsa;                /* pad in software even where the token claims to know RSA-PSS */
  bool writable;               /* a read-write session: making keys, storing certificates */
  const tc_token_rules *rules; /* NULL: the default */
} tc_pkcs11_options;

/* Loads the module, finds the token, logs in once, and not at all where this process is logged in to that token.
   TC_NOT_FOUND: no module or token; TC_DENIED: wrong PIN (the message says what the token tells about tries left),
   locked, or the rules forbid to try. */
TC_NODISCARD bool tc_pkcs11_open(const tc_pkcs11_options *options, tc_pkcs11 **out, tc_error *err);
/* The login ends when its last key is gone, too. */
void tc_pkcs11_close(tc_pkcs11 *session);
/* Whether it could sign now; ends it where the token is gone or it lay idle too long. TC_DENIED: it has ended, and the
   message says why. Any thread, but not while another looks at objects. */
TC_NODISCARD bool tc_pkcs11_check(tc_pkcs11 *session, tc_error *err);
/* Ends it now: the workstation was locked, the person left. `why` (static storage) stands in later messages. */
void tc_pkcs11_end(tc_pkcs11 *session, const char *why);
TC_AUTO_POINTER(tc_pkcs11, tc_pkcs11_close);

/* A key by label, by id (hexadecimal), or both; NULL means any; not exactly one match is TC_NOT_FOUND or TC_CONFLICT.
   Uses CKM_RSA_PKCS_PSS where the token has it, else pads in software and asks for a raw RSA operation. */
TC_NODISCARD bool tc_key_from_pkcs11(tc_pkcs11 *session, const char *label, const char *id_hex, tc_key **out,
                                     tc_error *err);
/* The certificates that the token holds beside a key: same label and id filters; none is fine. */
TC_NODISCARD bool tc_pkcs11_read_certs(tc_pkcs11 *session, const char *label, const char *id_hex, tc_certs *into,
                                       tc_error *err);

/* A key by text, as settings name it: a path of a PEM or PKCS#12 file, or a PKCS#11 URI (RFC 7512: token, object, id,
   module-path; `pin-value` is refused, secrets do not belong in URIs). `secret` is passphrase or PIN. */
TC_NODISCARD bool tc_key_from_uri(const char *uri, const char *default_module, const char *secret, tc_key **out,
                                  tc_error *err);

/* The same, with the certificates that lie beside the key. */
typedef struct tc_key_source {
  const char *uri, *default_module, *secret;
  tc_certs *chain; /* gets what a PKCS#12 file or a token holds, the key's own certificate first; NULL: not wanted */
  bool protected_path;         /* a token's PIN is typed on its reader; `secret` is NULL then */
  const tc_token_rules *rules; /* NULL: the default */
} tc_key_source;
TC_NODISCARD bool tc_key_open(const tc_key_source *source, tc_key **out, tc_error *err);

void tc_key_destroy(tc_key *key);
TC_AUTO_POINTER(tc_key, tc_key_destroy);

tc_scheme tc_key_scheme(const tc_key *key); /* what it signs with */
/* From now on with RSASSA-PKCS1-v1_5; nothing for keys that are not RSA. Before it is shared. */
void tc_key_use_pkcs1(tc_key *key);
size_t tc_key_signature_limit(const tc_key *key); /* bytes a signature has at most */
/* SubjectPublicKeyInfo in DER (RFC 5280 4.1.2.7); borrowed. */
tc_bytes tc_key_public(const tc_key *key);

/* Whether the key could sign now: a token is in its reader and logged in. TC_DENIED: it could not. */
TC_NODISCARD bool tc_key_ready(const tc_key *key, tc_error *err);
/* Whether its login ended because the token was pulled out, was reset or forgot it; not by idleness, and not because it
   was told to: those ends are meant. */
bool tc_key_is_lost(const tc_key *key);
/* Logs in again where the login was lost and the same token is back, for a key whose secret is at hand without a
   person; the other keys of that login work again, too. One try, under the same guard. TC_NOT_FOUND: it is not back;
   TC_DENIED: the login was ended, or the PIN is refused. Any thread. */
TC_NODISCARD bool tc_key_login(tc_key *key, const char *secret, tc_error *err);

/* Signs `message` (it is hashed within, by SHA-256 or what tc_key_sign_with names): one operation of the key. Appends
   the signature to *out. TC_DENIED: the token wants a new login; TC_NETWORK never; TC_CRYPTO: refused for another
   reason, which the message names. */
TC_NODISCARD bool tc_key_sign(tc_key *key, tc_bytes message, tc_buf *out, tc_error *err);
TC_NODISCARD bool tc_key_sign_with(tc_key *key, tc_hash hash, tc_bytes message, tc_buf *out, tc_error *err);

/* A key with its certificate (the first) and the chain up to, and not including, the root (any order after the
   first). Transparent, borrows both. */
typedef struct tc_signer {
  tc_key *key; /* NULL while only preparing: the key may be on another machine */
  const tc_certs *chain;
} tc_signer;

/* The certificate belongs to the key, is within its validity at `now`, and its key usage lets it sign. `now` in
   seconds since 1970. TC_CONFLICT: another key's; TC_DENIED: expired, not yet valid or not for signing. */
TC_NODISCARD bool tc_signer_check(const tc_signer *signer, int64_t now, tc_error *err);
