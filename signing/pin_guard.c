#include "signing/pin_guard.h"

#include <pthread.h>
#include <string.h>

enum { TOKENS = 64, NAME_SIZE = 64 };

/* A token by what its maker gave it: label, manufacturer and serial number together. */
typedef struct row {
  uint8_t name[NAME_SIZE + 16];
  int wrong;
} row;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static row rows[TOKENS];

static row name_of(const CK_TOKEN_INFO *token)
{
  row r = {.wrong = 0};
  memcpy(r.name, token->label, 32);
  memcpy(r.name + 32, token->manufacturerID, 32);
  memcpy(r.name + NAME_SIZE, token->serialNumber, 16);
  return r;
}

/* Its row, or a vacant one; where all are taken, one without wrong PINs, or the first. */
static row *row_of(const row *wanted)
{
  row *vacant = &rows[0];
  for (size_t i = 0; i < TOKENS; i++) {
    if (memcmp(rows[i].name, wanted->name, sizeof wanted->name) == 0)
      return &rows[i];
    if (rows[i].wrong == 0 && vacant->wrong != 0)
      vacant = &rows[i];
  }
  *vacant = *wanted;
  return vacant;
}

static int wrong_pins(const CK_TOKEN_INFO *token)
{
  row wanted = name_of(token);
  pthread_mutex_lock(&lock);
  int wrong = row_of(&wanted)->wrong;
  pthread_mutex_unlock(&lock);
  return wrong;
}

bool tc_pin_guard_allows(const CK_TOKEN_INFO *token, const tc_token_rules *rules, tc_error *err)
{
  int wrong = wrong_pins(token);
  if (token->flags & CKF_USER_PIN_LOCKED)
    return tc_fail(err, TC_DENIED, "the token is locked; its issuer can unlock it");
  if (rules->last_try)
    return true;
  if (token->flags & CKF_USER_PIN_FINAL_TRY)
    return tc_fail(err, TC_DENIED,
                   "one more wrong PIN locks the token; nothing was tried (signing.token_last_try lets it be tried)");
  return wrong < rules->wrong_pins ||
         tc_fail(err, TC_DENIED,
                 "%d wrong PINs were entered, and one more may lock the token; nothing was tried "
                 "(signing.token_last_try lets it be tried)",
                 wrong);
}

void tc_pin_guard_note(const CK_TOKEN_INFO *token, CK_RV rv)
{
  row wanted = name_of(token);
  if (rv != CKR_OK && rv != CKR_PIN_INCORRECT && rv != CKR_PIN_LOCKED)
    return;
  pthread_mutex_lock(&lock);
  row *r = row_of(&wanted);
  r->wrong = rv == CKR_OK ? 0 : r->wrong + 1;
  pthread_mutex_unlock(&lock);
}

const char *tc_pin_guard_words(CK_FLAGS flags)
{
  if (flags & CKF_USER_PIN_LOCKED)
    return " (the token is locked now)";
  if (flags & CKF_USER_PIN_FINAL_TRY)
    return " (one more wrong PIN locks the token)";
  return flags & CKF_USER_PIN_COUNT_LOW ? " (few tries are left)" : "";
}
