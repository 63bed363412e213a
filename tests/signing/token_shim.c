/*
 * A PKCS#11 module for tests: SoftHSM2's with the manners of a real token. SoftHSM2 never locks, is never pulled out
 * and loses no session; this one does, on command, and counts what it was asked for.
 *
 * TOKEN_SHIM names a file of commands, a word and a number a line, read anew at every call that they concern, so that a
 * test changes the token's mind while the program runs; no file, no command:
 *   tries N            wrong PINs that lock it (3); the right one brings them back. Flags as PKCS#11 5.4 wants them
 *   no_flags 1         a token that tells nothing about its tries
 *   removed_at N       pulled out when the Nth signature is asked for, and for as long as this stands here
 *   lost_at N          the session that the Nth signature is asked for in is gone
 *   reset_at N         at the Nth signature all sessions and the login are gone
 *   broken_at N        the Nth signature fails with CKR_DEVICE_ERROR
 *   slow_ms N          each signature takes this long
 *   no_pss 1           no CKM_RSA_PKCS_PSS; `false_pss 1`: it says so only when it is asked to sign
 *   serial N           another token's serial number
 * Beside it lie TOKEN_SHIM.log, a word a line of what came about (login, refused, sign, failed), and TOKEN_SHIM.wrong,
 * the wrong PINs, which a token remembers whoever asks. TOKEN_SHIM_MODULE names the module behind.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <p11-kit/pkcs11.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static CK_FUNCTION_LIST *real;
static CK_FUNCTION_LIST shim;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long asked; /* signatures since C_Initialize */

/* ---- Commands and counts ---- */

static void path_of(const char *suffix, char out[4096])
{
  const char *base = getenv("TOKEN_SHIM");
  snprintf(out, 4096, "%s%s", base != NULL ? base : "/dev/null", suffix);
}

static long command(const char *name, long otherwise)
{
  char path[4096], word[64];
  long value, found = otherwise;
  path_of("", path);
  FILE *file = fopen(path, "re");
  while (file != NULL && fscanf(file, "%63s %ld", word, &value) == 2)
    if (strcmp(word, name) == 0)
      found = value;
  if (file != NULL)
    fclose(file);
  return found;
}

static void note(const char *word)
{
  char path[4096], line[64];
  path_of(".log", path);
  int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  int size = snprintf(line, sizeof line, "%s\n", word);
  if (fd < 0 || write(fd, line, (size_t)size) != size)
    abort(); /* a test that does not count proves nothing */
  close(fd);
}

static long wrong_pins(void)
{
  char path[4096];
  long count = 0;
  path_of(".wrong", path);
  FILE *file = fopen(path, "re");
  if (file != NULL && fscanf(file, "%ld", &count) != 1)
    count = 0;
  if (file != NULL)
    fclose(file);
  return count;
}

static void set_wrong_pins(long count)
{
  char path[4096];
  path_of(".wrong", path);
  FILE *file = fopen(path, "we");
  if (file == NULL || fprintf(file, "%ld\n", count) < 0 || fclose(file) != 0)
    abort();
}

static int is_removed(void)
{
  long at = command("removed_at", 0);
  return at > 0 && asked >= at;
}

/* ---- The token ---- */

static CK_RV initialize(void *arguments)
{
  asked = 0;
  return real->C_Initialize(arguments);
}

static CK_RV get_slot_list(CK_BBOOL present, CK_SLOT_ID *slots, CK_ULONG *count)
{
  if (!is_removed() || !present)
    return real->C_GetSlotList(present, slots, count);
  *count = 0;
  return CKR_OK;
}

static CK_RV get_slot_info(CK_SLOT_ID slot, CK_SLOT_INFO *info)
{
  CK_RV rv = real->C_GetSlotInfo(slot, info);
  if (rv == CKR_OK && is_removed())
    info->flags &= ~(CK_FLAGS)CKF_TOKEN_PRESENT;
  return rv;
}

static CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
  if (is_removed())
    return CKR_TOKEN_NOT_PRESENT;
  CK_RV rv = real->C_GetTokenInfo(slot, info);
  long serial = command("serial", 0), wrong = wrong_pins(), tries = command("tries", 3);
  char text[17];
  if (rv != CKR_OK)
    return rv;
  if (serial != 0) {
    snprintf(text, sizeof text, "%-16ld", serial);
    memcpy(info->serialNumber, text, 16);
  }
  if (wrong == 0 || command("no_flags", 0))
    return CKR_OK;
  info->flags |= CKF_USER_PIN_COUNT_LOW;
  if (wrong == tries - 1)
    info->flags |= CKF_USER_PIN_FINAL_TRY;
  if (wrong >= tries)
    info->flags |= CKF_USER_PIN_LOCKED;
  return CKR_OK;
}

static CK_RV get_mechanism_list(CK_SLOT_ID slot, CK_MECHANISM_TYPE *list, CK_ULONG *count)
{
  return is_removed() ? CKR_TOKEN_NOT_PRESENT : real->C_GetMechanismList(slot, list, count);
}

static CK_RV get_mechanism_info(CK_SLOT_ID slot, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO *info)
{
  if (type == CKM_RSA_PKCS_PSS && command("no_pss", 0))
    return CKR_MECHANISM_INVALID;
  return real->C_GetMechanismInfo(slot, type, info);
}

/* ---- Sessions ---- */

static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, void *data, CK_NOTIFY notify, CK_SESSION_HANDLE *handle)
{
  return is_removed() ? CKR_TOKEN_NOT_PRESENT : real->C_OpenSession(slot, flags, data, notify, handle);
}

static CK_RV get_session_info(CK_SESSION_HANDLE session, CK_SESSION_INFO *info)
{
  return is_removed() ? CKR_DEVICE_REMOVED : real->C_GetSessionInfo(session, info);
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR *pin, CK_ULONG size)
{
  long tries = command("tries", 3), wrong = wrong_pins();
  if (user != CKU_USER)
    return real->C_Login(session, user, pin, size);
  if (is_removed())
    return CKR_DEVICE_REMOVED;
  CK_RV rv = wrong >= tries ? CKR_PIN_LOCKED : real->C_Login(session, user, pin, size);
  note(rv == CKR_OK ? "login" : "refused");
  if (rv == CKR_PIN_INCORRECT) {
    set_wrong_pins(wrong + 1);
    return wrong + 1 >= tries ? CKR_PIN_LOCKED : rv;
  }
  if (rv == CKR_OK)
    set_wrong_pins(0);
  return rv;
}

/* ---- Signing ---- */

static CK_RV sign_init(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
  if (mechanism->mechanism == CKM_RSA_PKCS_PSS && (command("no_pss", 0) || command("false_pss", 0)))
    return CKR_MECHANISM_INVALID;
  return is_removed() ? CKR_DEVICE_REMOVED : real->C_SignInit(session, mechanism, key);
}

static CK_RV lose_everything(CK_SESSION_HANDLE session)
{
  CK_SESSION_INFO info;
  if (real->C_GetSessionInfo(session, &info) == CKR_OK)
    real->C_CloseAllSessions(info.slotID);
  return CKR_SESSION_HANDLE_INVALID;
}

/* What is to happen instead of the signature; CKR_OK: nothing. */
static CK_RV fault_of(long number, CK_SESSION_HANDLE session)
{
  if (is_removed())
    return CKR_DEVICE_REMOVED;
  if (number == command("lost_at", 0)) {
    real->C_CloseSession(session);
    return CKR_SESSION_HANDLE_INVALID;
  }
  if (number == command("reset_at", 0))
    return lose_everything(session);
  return number == command("broken_at", 0) ? CKR_DEVICE_ERROR : CKR_OK;
}

static CK_RV sign(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG size, CK_BYTE *signature, CK_ULONG *capacity)
{
  pthread_mutex_lock(&lock);
  long number = ++asked;
  CK_RV rv = fault_of(number, session);
  pthread_mutex_unlock(&lock);
  long slow = command("slow_ms", 0);
  if (slow > 0)
    usleep((useconds_t)slow * 1000);
  if (rv == CKR_OK)
    rv = real->C_Sign(session, data, size, signature, capacity);
  note(rv == CKR_OK ? "sign" : "failed");
  return rv;
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **out)
{
  static void *library;
  const char *path = getenv("TOKEN_SHIM_MODULE");
  CK_C_GetFunctionList get = NULL;
  if (library == NULL)
    library = dlopen(path != NULL ? path : "/usr/lib/softhsm/libsofthsm2.so", RTLD_NOW | RTLD_LOCAL);
  if (library != NULL)
    *(void **)&get = dlsym(library, "C_GetFunctionList"); /* POSIX's own way of writing this */
  if (get == NULL || get(&real) != CKR_OK)
    return CKR_GENERAL_ERROR;
  shim = *real;
  shim.C_GetFunctionList = C_GetFunctionList;
  shim.C_Initialize = initialize;
  shim.C_GetSlotList = get_slot_list;
  shim.C_GetSlotInfo = get_slot_info;
  shim.C_GetTokenInfo = get_token_info;
  shim.C_GetMechanismList = get_mechanism_list;
  shim.C_GetMechanismInfo = get_mechanism_info;
  shim.C_OpenSession = open_session;
  shim.C_GetSessionInfo = get_session_info;
  shim.C_Login = login;
  shim.C_SignInit = sign_init;
  shim.C_Sign = sign;
  *out = &shim;
  return CKR_OK;
}
