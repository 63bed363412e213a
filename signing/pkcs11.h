/*
 * Private to signing/: PKCS#11 (OASIS, v2.40) through a module's own function list.
 *
 * Why not libp11: its plain API signs with PKCS#1 padding only, what goes further is deprecated or an engine;
 * RSASSA-PSS by CKM_RSA_PKCS_PSS, and raw RSA for tokens without it, need C_Sign itself. pkcs11.h is p11-kit's header.
 * A module is initialised once a process, by its first session, and finalised with its last (PKCS#11 knows one
 * application a process, so this is the one place with a shared list, under a mutex). Login holds for all sessions of
 * a token and ends with the last of them: so a tc_pkcs11 is one login with a session to look at objects with, by one
 * thread at a time, and a pool of sessions to sign with (pkcs11_pool.c).
 */
#pragma once

#include "signing/key.h"
#include "signing/ossl.h"

#include <p11-kit/pkcs11.h>
#include <pthread.h>

enum { TC_P11_SESSIONS = 64 };

struct tc_pkcs11 {
  struct tc_p11_module *module;
  CK_FUNCTION_LIST *p11; /* the module's functions */
  CK_SLOT_ID slot;
  CK_SESSION_HANDLE handle; /* to look with; the login's own */
  bool opened, logged_in;
  bool raw_rsa;
  tc_token_rules rules;
  CK_UTF8CHAR serial[16]; /* of the token that was logged in to */

  pthread_mutex_t lock; /* over what follows */
  pthread_cond_t given;
  CK_SESSION_HANDLE spare[TC_P11_SESSIONS];
  int spare_count, open_count;
  size_t holders;    /* the caller's handle, and each key */
  double used_at;    /* tc_clock_seconds */
  const char *ended; /* why; NULL: it has not */
  bool lost;         /* it ended because the token went away or forgot it: it may come back */
  size_t logins;     /* again, since it was opened: objects have other handles then */
};

/* The module, initialised; release gives it back. */
TC_NODISCARD bool tc_p11_module_get(const char *path, struct tc_p11_module **out, tc_error *err);
CK_FUNCTION_LIST *tc_p11_module_functions(struct tc_p11_module *module);
void tc_p11_module_release(struct tc_p11_module *module);

/* Fills *err from a CK_RV with the code that fits; returns false. */
#define tc_fail_p11(err, rv, ...) tc_p11_error((err), (rv), __func__, __VA_ARGS__)
bool tc_p11_error(tc_error *err, CK_RV rv, const char *where, const char *format, ...) TC_PRINTF(4, 5);

void tc_pkcs11_hold(tc_pkcs11 *session);
/* Where the login was lost: to the same token, if it is there again. Nothing where the login holds. TC_NOT_FOUND: it is
   not there; TC_DENIED: another end than loss, a wrong PIN, or the guard's word. */
TC_NODISCARD bool tc_p11_login_again(tc_pkcs11 *session, const char *pin, tc_error *err);
bool tc_p11_was_lost(tc_pkcs11 *session);

/* A session for one operation, waiting for one where all are busy; `give` returns it with what the operation gave. Of
   an earlier login, that tells nothing of the login there is now. TC_DENIED: the login has ended, and the message says
   why. Any thread. */
typedef struct tc_p11_lent {
  CK_SESSION_HANDLE handle;
  size_t login; /* the session's logins when it was lent */
} tc_p11_lent;
TC_NODISCARD bool tc_p11_take(tc_pkcs11 *session, tc_p11_lent *out, tc_error *err);
void tc_p11_give(tc_pkcs11 *session, const tc_p11_lent *lent, CK_RV rv);
/* The session itself is gone: nothing was done in it. */
bool tc_p11_is_lost(CK_RV rv);

/* Objects of a class with this label and id (NULL: any); *count ≤ capacity of them. */
TC_NODISCARD bool tc_p11_find(tc_pkcs11 *session, CK_OBJECT_CLASS class, const char *label, const char *id_hex,
                              CK_OBJECT_HANDLE *out, size_t capacity, size_t *count, tc_error *err);
/* One attribute, whole; appended to *out. */
TC_NODISCARD bool tc_p11_attribute(tc_pkcs11 *session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, tc_buf *out,
                                   tc_error *err);
/* The public half of a private key, from its own attributes, the public key object or the certificate of its id. */
TC_NODISCARD bool tc_p11_public(tc_pkcs11 *session, CK_OBJECT_HANDLE private_key, EVP_PKEY **out, tc_error *err);

/* For the demo PKI: initialises a free slot of the module as a token with this label (SO and user PIN alike), unless
   it is there. */
TC_NODISCARD bool tc_p11_make_token(const char *module, const char *label, const char *pin, tc_error *err);
/* Makes a pair on the token, private half not extractable; `id` is one byte; `bits`: of RSA, or 256 or 384 of EC. The
   session is writable. */
TC_NODISCARD bool tc_p11_make_key(tc_pkcs11 *session, const char *label, uint8_t id, bool ec, int bits, tc_error *err);
TC_NODISCARD bool tc_p11_store_cert(tc_pkcs11 *session, const char *label, uint8_t id, tc_bytes der, tc_error *err);
