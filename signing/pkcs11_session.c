/*
 * A login to a token: found by its label, one try, never a second (pin_guard.h), and none where this process is logged
 * in to the token already.
 */
#include "signing/pin_guard.h"
#include "signing/pkcs11.h"

#include "base/clock.h"

#include <string.h>

enum { SLOTS_MAX = 64, LABEL_SIZE = 32 };

static bool label_is(const CK_TOKEN_INFO *info, const char *label)
{
  size_t size = strlen(label);
  if (size > LABEL_SIZE || memcmp(info->label, label, size) != 0)
    return false;
  for (size_t i = size; i < LABEL_SIZE; i++)
    if (info->label[i] != ' ')
      return false;
  return true;
}

static bool find_token(tc_pkcs11 *session, const char *label, CK_TOKEN_INFO *out, tc_error *err)
{
  CK_SLOT_ID slots[SLOTS_MAX];
  CK_ULONG count = SLOTS_MAX;
  CK_RV rv = session->p11->C_GetSlotList(CK_TRUE, slots, &count);
  if (rv != CKR_OK)
    return tc_fail_p11(err, rv, "the tokens could not be listed");
  size_t found = 0;
  for (CK_ULONG i = 0; i < count; i++) {
    CK_TOKEN_INFO info;
    if (session->p11->C_GetTokenInfo(slots[i], &info) != CKR_OK || !(info.flags & CKF_TOKEN_INITIALIZED) ||
        (label != NULL && !label_is(&info, label)))
      continue;
    session->slot = slots[i];
    *out = info;
    found++;
  }
  if (found == 0)
    return tc_fail(err, TC_NOT_FOUND, label != NULL ? "there is no token labelled \"%s\"" : "there is no token%s",
                   label != NULL ? label : "");
  if (found > 1)
    return tc_fail(err, TC_CONFLICT, "there are %zu tokens that fit; name one by its label", found);
  return true;
}

tc_token_rules tc_token_rules_default(void) { return (tc_token_rules){.wrong_pins = 2, .sessions = 8}; }

static bool is_logged_in(const tc_pkcs11 *session)
{
  CK_SESSION_INFO info;
  return session->p11->C_GetSessionInfo(session->handle, &info) == CKR_OK &&
         (info.state == CKS_RO_USER_FUNCTIONS || info.state == CKS_RW_USER_FUNCTIONS);
}

static bool login(tc_pkcs11 *session, const tc_pkcs11_options *options, const CK_TOKEN_INFO *token, tc_error *err)
{
  if (options->pin == NULL && !options->protected_path)
    return true;
  if (!is_logged_in(session)) {
    if (!tc_pin_guard_allows(token, &session->rules, err))
      return false;
    const char *pin = options->protected_path ? NULL : options->pin;
    /* PKCS#11 takes the PIN without const, and does not write to it. */
    CK_RV rv =
        session->p11->C_Login(session->handle, CKU_USER, (CK_UTF8CHAR *)(uintptr_t)pin, pin != NULL ? strlen(pin) : 0);
    tc_pin_guard_note(token, rv);
    if (rv != CKR_OK && rv != CKR_USER_ALREADY_LOGGED_IN) {
      CK_TOKEN_INFO after = {0};
      CK_FLAGS flags = session->p11->C_GetTokenInfo(session->slot, &after) == CKR_OK ? after.flags : 0;
      return tc_fail_p11(err, rv, "logging in to the token failed%s", tc_pin_guard_words(flags));
    }
  }
  session->logged_in = true;
  return true;
}

static bool session_make(const tc_token_rules *rules, tc_pkcs11 **out, tc_error *err)
{
  tc_pkcs11 *session = calloc(1, sizeof *session);
  if (session == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a token's session");
  pthread_mutex_init(&session->lock, NULL);
  pthread_cond_init(&session->given, NULL);
  session->holders = 1;
  session->rules = rules != NULL ? *rules : tc_token_rules_default();
  if (session->rules.sessions < 1 || session->rules.sessions > TC_P11_SESSIONS)
    session->rules.sessions = session->rules.sessions < 1 ? 1 : TC_P11_SESSIONS;
  session->used_at = tc_clock_seconds();
  *out = session;
  return true;
}

bool tc_pkcs11_open(const tc_pkcs11_options *options, tc_pkcs11 **out, tc_error *err)
{
  tc_auto(tc_pkcs11) session = NULL;
  if (!session_make(options->rules, &session, err) || !tc_p11_module_get(options->module, &session->module, err))
    return false;
  session->p11 = tc_p11_module_functions(session->module);
  CK_TOKEN_INFO info = {0};
  if (!find_token(session, options->token_label, &info, err))
    return false;
  memcpy(session->serial, info.serialNumber, sizeof session->serial);
  CK_FLAGS flags = CKF_SERIAL_SESSION | (options->writable ? CKF_RW_SESSION : 0);
  CK_RV rv = session->p11->C_OpenSession(session->slot, flags, NULL, NULL, &session->handle);
  if (rv != CKR_OK)
    return tc_fail_p11(err, rv, "no session with the token");
  session->opened = true;
  session->raw_rsa = options->raw_rsa;
  if (!login(session, options, &info, err))
    return false;
  *out = tc_steal(&session);
  return true;
}

/* ---- Again ---- */

/* The token that was logged in to, in whatever slot. Asking for the number of slots first is what makes a module look
   for them (PKCS#11 v2.40 5.5, C_GetSlotList). */
static bool find_again(tc_pkcs11 *session, CK_TOKEN_INFO *out, tc_error *err)
{
  CK_SLOT_ID slots[SLOTS_MAX];
  CK_ULONG count = 0;
  CK_RV rv = session->p11->C_GetSlotList(CK_TRUE, NULL, &count);
  count = SLOTS_MAX;
  if (rv == CKR_OK)
    rv = session->p11->C_GetSlotList(CK_TRUE, slots, &count);
  if (rv != CKR_OK)
    return tc_fail_p11(err, rv, "the tokens could not be listed");
  for (CK_ULONG i = 0; i < count; i++)
    if (session->p11->C_GetTokenInfo(slots[i], out) == CKR_OK &&
        memcmp(out->serialNumber, session->serial, sizeof session->serial) == 0) {
      session->slot = slots[i];
      return true;
    }
  return tc_fail(err, TC_NOT_FOUND, "the token is not there");
}

static bool login_again(tc_pkcs11 *session, const char *pin, tc_error *err)
{
  CK_TOKEN_INFO info = {0};
  const tc_pkcs11_options options = {.pin = pin};
  if (session->ended == NULL)
    return true;
  if (!session->lost)
    return tc_fail(err, TC_DENIED, "the session with the token has ended: %s", session->ended);
  if (!find_again(session, &info, err))
    return false;
  CK_RV rv = session->p11->C_OpenSession(session->slot, CKF_SERIAL_SESSION, NULL, NULL, &session->handle);
  if (rv != CKR_OK)
    return tc_fail_p11(err, rv, "no session with the token");
  if (!login(session, &options, &info, err)) {
    session->p11->C_CloseSession(session->handle);
    return false;
  }
  session->opened = true;
  session->ended = NULL;
  session->lost = false;
  session->logins++;
  session->used_at = tc_clock_seconds();
  return true;
}

bool tc_p11_login_again(tc_pkcs11 *session, const char *pin, tc_error *err)
{
  pthread_mutex_lock(&session->lock);
  bool ok = login_again(session, pin, err);
  pthread_mutex_unlock(&session->lock);
  return ok;
}
