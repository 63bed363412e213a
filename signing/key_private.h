/* Private to signing/: what a kind of key implements. A kind's struct starts with tc_key. */
#pragma once

#include "signing/key.h"
#include "signing/ossl.h"

typedef struct tc_key_class {
  const char *name;
  bool (*sign)(tc_key *key, tc_hash hash, tc_bytes message, tc_buf *out, tc_error *err);
  void (*destroy)(tc_key *key);                    /* frees the kind's struct; the base is finished already */
  bool (*ready)(const tc_key *key, tc_error *err); /* NULL: always */
  bool (*is_lost)(const tc_key *key);              /* NULL: never */
  bool (*login)(tc_key *key, const char *secret, tc_error *err);
} tc_key_class;

struct tc_key {
  const tc_key_class *class;
  tc_scheme scheme;
  size_t signature_limit;
  tc_buf public; /* SubjectPublicKeyInfo */
};

/* Fills the base from the public half; checks kind and size (TC_UNSUPPORTED). */
TC_NODISCARD bool tc_key_init(tc_key *key, const tc_key_class *class, const EVP_PKEY *public, tc_error *err);

/* How one signature is made. */
typedef struct tc_signing_way {
  tc_scheme scheme;
  tc_hash hash;
} tc_signing_way;

/* One signature by an EVP_PKEY, and its verification (false and an error where it does not hold). */
TC_NODISCARD bool tc_evp_sign(EVP_PKEY *pkey, tc_signing_way way, tc_bytes message, tc_buf *out, tc_error *err);
TC_NODISCARD bool tc_evp_verify(EVP_PKEY *pkey, tc_signing_way way, tc_bytes message, tc_bytes signature,
                                tc_error *err);
/* The scheme of a public key (of RSA: PSS); TC_UNSUPPORTED for kinds and sizes that we do not sign with. */
TC_NODISCARD bool tc_evp_scheme(const EVP_PKEY *pkey, tc_scheme *out, tc_error *err);
/* A key in this process, taken over on success. */
TC_NODISCARD bool tc_key_from_evp(EVP_PKEY **take, tc_key **out, tc_error *err);
