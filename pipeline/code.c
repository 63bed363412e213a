#include "pipeline/code.h"

#include <string.h>

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
enum { LETTERS = 12, MODULUS = 31 };

/* The check value Σ (i + 1) · vᵢ mod 31: a change of one character by less than 31, and any swap of two neighbours that
   differ by less than 31, change it. Values 0 and 31 would collide, so only 31 of the
   32 characters are used. */
static int check_value(const int values[LETTERS])
{
  int sum = 0;
  for (int i = 0; i < LETTERS; i++)
    sum += (i + 1) * values[i];
  return sum % MODULUS;
}

bool tc_page_code(const char *record_id, const tc_digest *page, char out[TC_PAGE_CODE_SIZE], tc_error *err)
{
  tc_auto(tc_sha256) running = NULL;
  tc_digest digest;
  if (!tc_sha256_create(&running, err) || !tc_sha256_update(running, record_id, strlen(record_id), err) ||
      !tc_sha256_update(running, page->bytes, sizeof page->bytes, err) || !tc_sha256_end(running, &digest, err))
    return false;
  int values[LETTERS];
  for (int i = 0; i < LETTERS; i++)
    values[i] = (digest.bytes[2 * i] << 8 | digest.bytes[2 * i + 1]) % MODULUS;
  char *at = out;
  for (int i = 0; i < LETTERS; i++) {
    *at++ = alphabet[values[i]];
    if (i % 4 == 3)
      *at++ = '-';
  }
  *at++ = alphabet[check_value(values)];
  *at = '\0';
  return true;
}

bool tc_page_code_is_valid(const char *code)
{
  int values[LETTERS + 1];
  int count = 0;
  for (; *code != '\0'; code++) {
    if (*code == '-')
      continue;
    char upper = *code >= 'a' && *code <= 'z' ? (char)(*code - 'a' + 'A') : *code;
    const char *found = strchr(alphabet, upper);
    if (found == NULL || count > LETTERS)
      return false;
    values[count++] = (int)(found - alphabet);
  }
  return count == LETTERS + 1 && values[LETTERS] < MODULUS && values[LETTERS] == check_value(values);
}
