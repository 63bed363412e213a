/*
 * Sessions for signing. One login holds for all sessions of a token (PKCS#11 v2.40 2.6.4), and a session does one
 * operation at a time; so each signature borrows a session, opened when all are busy, up to a limit. A thread that
 * finds none waits for one.
 *
 * What ends: a session that the token lost is replaced, as nothing was signed in it. A token that was pulled out, that
 * forgot the login, that lay idle too long, or that is another one now ends the whole; then only a new login helps
 * (tc_p11_login_again), and every call before it says why.
 */
#include "signing/pkcs11.h"

#include "base/clock.h"

#include <string.h>

/* ---- The end ---- */

static void close_spare(tc_pkcs11 *session)
{
  while (session->spare_count > 0) {
    session->p11->C_CloseSession(session->spare[--session->spare_count]);
    session->open_count--;
  }
}

/* Under the lock. Sessions that are signing are closed when they come back. */
static void end(tc_pkcs11 *session, const char *why)
{
  if (session->ended != NULL)
    return;
  session->ended = why;
  close_spare(session);
  if (session->opened)
    session->p11->C_CloseSession(session->handle); /* the last of a token logs out (PKCS#11 v2.40 5.6) */
  session->opened = false;
  pthread_cond_broadcast(&session->given);
}

/* The token's own doing: it may be there again some time. */
static void lose(tc_pkcs11 *session, const char *why)
{
  session->lost |= session->ended == NULL;
  end(session, why);
}

static bool refuse(const tc_pkcs11 *session, tc_error *err)
{
  return tc_fail(err, TC_DENIED, "the session with the token has ended: %s; a new login is needed", session->ended);
}

bool tc_p11_is_lost(CK_RV rv) { return rv == CKR_SESSION_HANDLE_INVALID || rv == CKR_SESSION_CLOSED; }

/* Why this return value ends the whole; NULL: it does not. */
static const char *end_of(CK_RV rv)
{
  switch (rv) {
  case CKR_DEVICE_REMOVED:
  case CKR_TOKEN_NOT_PRESENT:
  case CKR_SLOT_ID_INVALID:
    return "the token was removed";
  case CKR_USER_NOT_LOGGED_IN:
    return "the token has forgotten the login";
  default:
    return NULL;
  }
}

static bool is_idle(const tc_pkcs11 *session)
{
  return session->rules.idle_s > 0 && session->open_count == session->spare_count &&
         tc_clock_seconds() - session->used_at > (double)session->rules.idle_s;
}

/* ---- Opening one ---- */

/* The token that was logged in to, and still is. */
static bool is_same_login(tc_pkcs11 *session, CK_SESSION_HANDLE handle)
{
  CK_TOKEN_INFO token;
  CK_SESSION_INFO info;
  if (session->p11->C_GetTokenInfo(session->slot, &token) != CKR_OK ||
      memcmp(token.serialNumber, session->serial, sizeof session->serial) != 0 ||
      session->p11->C_GetSessionInfo(handle, &info) != CKR_OK)
    return false;
  return !session->logged_in || info.state == CKS_RO_USER_FUNCTIONS || info.state == CKS_RW_USER_FUNCTIONS;
}

static bool open_one(tc_pkcs11 *session, CK_SESSION_HANDLE *out, tc_error *err)
{
  CK_SESSION_HANDLE handle;
  CK_RV rv = session->p11->C_OpenSession(session->slot, CKF_SERIAL_SESSION, NULL, NULL, &handle);
  if (rv != CKR_OK) {
    const char *why = end_of(rv);
    if (why == NULL)
      return tc_fail_p11(err, rv, "no session with the token");
    lose(session, why);
    return refuse(session, err);
  }
  if (!is_same_login(session, handle)) {
    session->p11->C_CloseSession(handle);
    lose(session, "the token has forgotten the login, or is another one");
    return refuse(session, err);
  }
  session->open_count++;
  *out = handle;
  return true;
}

static bool take(tc_pkcs11 *session, CK_SESSION_HANDLE *out, tc_error *err)
{
  if (session->ended == NULL && is_idle(session))
    end(session, "it was not used for too long");
  while (session->ended == NULL && session->spare_count == 0 && session->open_count >= session->rules.sessions)
    pthread_cond_wait(&session->given, &session->lock);
  if (session->ended != NULL)
    return refuse(session, err);
  if (session->spare_count == 0)
    return open_one(session, out, err);
  *out = session->spare[--session->spare_count];
  return true;
}

bool tc_p11_take(tc_pkcs11 *session, tc_p11_lent *out, tc_error *err)
{
  CK_SESSION_HANDLE handle = CK_INVALID_HANDLE;
  pthread_mutex_lock(&session->lock);
  bool ok = take(session, &handle, err);
  if (ok)
    *out = (tc_p11_lent){handle, session->logins};
  pthread_mutex_unlock(&session->lock);
  return ok;
}

void tc_p11_give(tc_pkcs11 *session, const tc_p11_lent *lent, CK_RV rv)
{
  const char *why = end_of(rv);
  pthread_mutex_lock(&session->lock);
  bool current = lent->login == session->logins;
  session->used_at = tc_clock_seconds();
  if (current && why != NULL)
    lose(session, why);
  if (!current || session->ended != NULL || rv != CKR_OK) { /* after a failure an operation may still be open in it */
    session->p11->C_CloseSession(lent->handle);
    session->open_count--;
  } else {
    session->spare[session->spare_count++] = lent->handle;
  }
  pthread_cond_signal(&session->given);
  pthread_mutex_unlock(&session->lock);
}

/* ---- Looking after it ---- */

/* A token that was pulled out and put back has closed its sessions (PKCS#11 v2.40 2.6.4). */
bool tc_pkcs11_check(tc_pkcs11 *session, tc_error *err)
{
  CK_SESSION_INFO info;
  pthread_mutex_lock(&session->lock);
  if (session->ended == NULL && is_idle(session))
    end(session, "it was not used for too long");
  CK_RV rv = session->ended == NULL ? session->p11->C_GetSessionInfo(session->handle, &info) : CKR_OK;
  if (rv != CKR_OK)
    lose(session, end_of(rv) != NULL ? end_of(rv) : "the token was removed or reset");
  bool ok = session->ended == NULL || refuse(session, err);
  pthread_mutex_unlock(&session->lock);
  return ok;
}

void tc_pkcs11_end(tc_pkcs11 *session, const char *why)
{
  pthread_mutex_lock(&session->lock);
  end(session, why);
  pthread_mutex_unlock(&session->lock);
}

bool tc_p11_was_lost(tc_pkcs11 *session)
{
  pthread_mutex_lock(&session->lock);
  bool lost = session->ended != NULL && session->lost;
  pthread_mutex_unlock(&session->lock);
  return lost;
}

void tc_pkcs11_hold(tc_pkcs11 *session)
{
  pthread_mutex_lock(&session->lock);
  session->holders++;
  pthread_mutex_unlock(&session->lock);
}

static void session_free(tc_pkcs11 *session)
{
  if (session->opened)
    end(session, "closed");
  if (session->module != NULL)
    tc_p11_module_release(session->module);
  pthread_cond_destroy(&session->given);
  pthread_mutex_destroy(&session->lock);
  free(session);
}

void tc_pkcs11_close(tc_pkcs11 *session)
{
  if (session == NULL)
    return;
  pthread_mutex_lock(&session->lock);
  bool last = --session->holders == 0;
  pthread_mutex_unlock(&session->lock);
  if (last)
    session_free(session);
}
