/*
 * A session with a token: found by its label, one login, never a second try. Tokens lock after three wrong PINs, so the
 * flags that a token raises after a wrong one are read before the login and told after it.
 */
#include "signing/pkcs11.h"

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

static bool login(tc_pkcs11 *session, const tc_pkcs11_options *options, const CK_TOKEN_INFO *info, tc_error *err)
{
  if (options->pin == NULL && !options->protected_path)
    return true;
  if (info->flags & CKF_USER_PIN_LOCKED)
    return tc_fail(err, TC_DENIED, "the token is locked; its issuer can unlock it");
  if ((info->flags & CKF_USER_PIN_FINAL_TRY) && !options->last_try)
    return tc_fail(err, TC_DENIED, "one more wrong PIN locks the token; nothing was tried");
  const char *pin = options->protected_path ? NULL : options->pin;
  /* PKCS#11 takes the PIN without const, and does not write to it. */
  CK_RV rv =
      session->p11->C_Login(session->handle, CKU_USER, (CK_UTF8CHAR *)(uintptr_t)pin, pin != NULL ? strlen(pin) : 0);
  if (rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN)
    return true;
  CK_TOKEN_INFO after = {0};
  const char *tries = "";
  if (session->p11->C_GetTokenInfo(session->slot, &after) == CKR_OK) {
    if (after.flags & CKF_USER_PIN_LOCKED)
      tries = " (the token is locked now)";
    else if (after.flags & CKF_USER_PIN_FINAL_TRY)
      tries = " (one more wrong PIN locks the token)";
    else if (after.flags & CKF_USER_PIN_COUNT_LOW)
      tries = " (a wrong PIN was entered; few tries are left)";
  }
  return tc_fail_p11(err, rv, "logging in to the token failed%s", tries);
}

static void session_free(tc_pkcs11 *session)
{
  if (session->opened)
    session->p11->C_CloseSession(session->handle); /* the last of a token logs out (PKCS#11 5.6) */
  if (session->module != NULL)
    tc_p11_module_release(session->module);
  free(session);
}

bool tc_pkcs11_open(const tc_pkcs11_options *options, tc_pkcs11 **out, tc_error *err)
{
  tc_auto(tc_pkcs11) session = calloc(1, sizeof *session);
  if (session == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a token's session");
  session->holders = 1;
  if (!tc_p11_module_get(options->module, &session->module, err))
    return false;
  session->p11 = tc_p11_module_functions(session->module);
  CK_TOKEN_INFO info = {0};
  if (!find_token(session, options->token_label, &info, err))
    return false;
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

void tc_pkcs11_hold(tc_pkcs11 *session) { session->holders++; }

void tc_pkcs11_close(tc_pkcs11 *session)
{
  if (session != NULL && --session->holders == 0)
    session_free(session);
}
