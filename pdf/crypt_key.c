/*
 * The file's key out of a password (ISO 32000-2, 7.6.4.3 and 7.6.4.4). A password is tried as the owner's first, since
 * that one permits everything, then as the user's.
 *
 * Revision 4: MD5 chains (algorithms 2, 5 and 7); the check of a password runs over RC4, the content does not.
 * Revision 6: a hash of 64 and more rounds of AES and SHA-2 (algorithm 2.B), of which revision 5 has the first alone.
 */
#include "pdf/crypt_private.h"

#include "base/digest.h"
#include "base/text.h"
#include "pdf/cipher.h"

#include <string.h>

enum { PAD_SIZE = 32, KEY4_SIZE = 16, HASH_SIZE = 32, SALT_SIZE = 8, USER_SIZE = 48, PASSWORD6_MAX = 127, ROUNDS = 64 };

static const uint8_t pad[PAD_SIZE] = {0x28, 0xBF, 0x4E, 0x5E, 0x4E, 0x75, 0x8A, 0x41, 0x64, 0x00, 0x4E,
                                      0x56, 0xFF, 0xFA, 0x01, 0x08, 0x2E, 0x2E, 0x00, 0xB6, 0xD0, 0x68,
                                      0x3E, 0x80, 0x2F, 0x0C, 0xA9, 0xFE, 0x64, 0x53, 0x69, 0x7A};

/* ---- Revision 4 ---- */

/* The password's first 32 bytes in Latin-1, filled up from the standard's row. */
static void pad_password(const char *password, uint8_t out[PAD_SIZE])
{
  size_t size = 0;
  for (uint32_t codepoint; size < PAD_SIZE && tc_text_next(&password, &codepoint);)
    out[size++] = codepoint < 0x100 ? (uint8_t)codepoint : '?';
  memcpy(out + size, pad, PAD_SIZE - size);
}

static bool repeat_md5(uint8_t digest[TC_MD5_SIZE], tc_error *err)
{
  for (int i = 0; i < 50; i++) {
    tc_bytes before = {digest, TC_MD5_SIZE};
    if (!tc_md5(&before, 1, digest, err))
      return false;
  }
  return true;
}

/* Algorithm 2. */
static bool key_of_padded(tc_pdf_crypt *crypt, const tc_pdf_crypt_secrets *s, const uint8_t password[PAD_SIZE],
                          tc_error *err)
{
  static const uint8_t plain_metadata[4] = {0xFF, 0xFF, 0xFF, 0xFF};
  const uint8_t p[4] = {(uint8_t)crypt->permissions, (uint8_t)(crypt->permissions >> 8),
                        (uint8_t)(crypt->permissions >> 16), (uint8_t)(crypt->permissions >> 24)};
  const tc_bytes parts[] = {{password, PAD_SIZE},
                            {s->owner.data, PAD_SIZE},
                            {p, sizeof p},
                            s->id,
                            {plain_metadata, crypt->metadata_is_plain ? sizeof plain_metadata : 0}};
  crypt->key_size = KEY4_SIZE;
  return tc_md5(parts, TC_ARRAY_LEN(parts), crypt->key, err) && repeat_md5(crypt->key, err);
}

static void rc4_with(const uint8_t key[KEY4_SIZE], uint8_t mask, uint8_t *data, size_t size)
{
  uint8_t masked[KEY4_SIZE];
  for (size_t i = 0; i < KEY4_SIZE; i++)
    masked[i] = key[i] ^ mask;
  tc_rc4(masked, sizeof masked, data, size);
}

/* Algorithms 5 and 6: does the key that was made of this password give U? */
static bool try_padded(tc_pdf_crypt *crypt, const tc_pdf_crypt_secrets *s, const uint8_t password[PAD_SIZE], bool *fits,
                       tc_error *err)
{
  const tc_bytes parts[] = {{pad, PAD_SIZE}, s->id};
  uint8_t expected[TC_MD5_SIZE];
  if (!key_of_padded(crypt, s, password, err) || !tc_md5(parts, TC_ARRAY_LEN(parts), expected, err))
    return false;
  for (int i = 0; i < 20; i++)
    rc4_with(crypt->key, (uint8_t)i, expected, sizeof expected);
  *fits = tc_equal_constant_time(expected, s->user.data, sizeof expected);
  return true;
}

/* Algorithm 7: the owner's password opens O, in which the user's lies. */
static bool open_owner4(const tc_pdf_crypt_secrets *s, const uint8_t password[PAD_SIZE], uint8_t out[PAD_SIZE],
                        tc_error *err)
{
  const tc_bytes part = {password, PAD_SIZE};
  uint8_t key[TC_MD5_SIZE];
  if (!tc_md5(&part, 1, key, err) || !repeat_md5(key, err))
    return false;
  memcpy(out, s->owner.data, PAD_SIZE);
  for (int i = 20; i-- > 0;)
    rc4_with(key, (uint8_t)i, out, PAD_SIZE);
  return true;
}

static bool make_key4(tc_pdf_crypt *crypt, const tc_pdf_crypt_secrets *s, bool *fits, tc_error *err)
{
  uint8_t given[PAD_SIZE], users[PAD_SIZE];
  pad_password(s->password, given);
  if (!open_owner4(s, given, users, err) || !try_padded(crypt, s, users, &crypt->is_owner, err))
    return false;
  *fits = crypt->is_owner;
  return *fits || try_padded(crypt, s, given, fits, err);
}

/* ---- Revisions 5 and 6 ---- */

/* One round of algorithm 2.B: *hash becomes the next one, *last the last byte of what was hashed. */
static bool hash_round(const tc_bytes *password, const tc_bytes *extra, uint8_t hash[64], size_t *size, uint8_t *last,
                       tc_error *err)
{
  static const int bits[3] = {256, 384, 512};
  tc_auto(tc_buf) repeated = {0};
  tc_auto(tc_buf) encrypted = {0};
  for (int i = 0; i < 64; i++)
    if (!tc_buf_append(&repeated, password->data, password->size, err) || !tc_buf_append(&repeated, hash, *size, err) ||
        !tc_buf_append(&repeated, extra->data, extra->size, err))
      return false;
  if (!tc_aes_cbc(true, hash, 16, hash + 16, tc_buf_bytes(&repeated), &encrypted, err))
    return false;
  unsigned sum = 0; /* of the first 16 bytes as a number modulo 3: 256 is 1 modulo 3 */
  for (size_t i = 0; i < 16; i++)
    sum += encrypted.data[i];
  *last = encrypted.data[encrypted.size - 1];
  *size = (size_t)bits[sum % 3] / 8;
  return tc_sha2(bits[sum % 3], tc_buf_bytes(&encrypted), hash, err);
}

static bool hash_password(int revision, tc_bytes password, tc_bytes salt, tc_bytes extra, uint8_t out[HASH_SIZE],
                          tc_error *err)
{
  tc_auto(tc_buf) first = {0};
  uint8_t hash[64], last = 0;
  size_t size = HASH_SIZE;
  if (!tc_buf_append(&first, password.data, password.size, err) || !tc_buf_append(&first, salt.data, salt.size, err) ||
      !tc_buf_append(&first, extra.data, extra.size, err) || !tc_sha2(256, tc_buf_bytes(&first), hash, err))
    return false;
  for (int i = 0; revision >= 6 && (i < ROUNDS || last > i - 32); i++)
    if (!hash_round(&password, &extra, hash, &size, &last, err))
      return false;
  memcpy(out, hash, HASH_SIZE);
  return true;
}

/* Algorithm 2.A for one of the two: `check` is O or U (hash, salt of the hash, salt of the key), `sealed` OE or UE. */
static bool try_password(tc_pdf_crypt *crypt, tc_bytes password, tc_bytes check, tc_bytes sealed, tc_bytes extra,
                         bool *fits, tc_error *err)
{
  static const uint8_t zeros[TC_AES_BLOCK];
  uint8_t hash[HASH_SIZE];
  tc_auto(tc_buf) key = {0};
  tc_bytes check_salt = {check.data + HASH_SIZE, SALT_SIZE}, key_salt = {check.data + HASH_SIZE + SALT_SIZE, SALT_SIZE};
  if (!hash_password(crypt->revision, password, check_salt, extra, hash, err))
    return false;
  *fits = tc_equal_constant_time(hash, check.data, sizeof hash);
  if (!*fits)
    return true;
  if (!hash_password(crypt->revision, password, key_salt, extra, hash, err) ||
      !tc_aes_cbc(false, hash, sizeof hash, zeros, (tc_bytes){sealed.data, TC_CRYPT_KEY_MAX}, &key, err))
    return false;
  memcpy(crypt->key, key.data, TC_CRYPT_KEY_MAX);
  crypt->key_size = TC_CRYPT_KEY_MAX;
  return true;
}

static bool make_key6(tc_pdf_crypt *crypt, const tc_pdf_crypt_secrets *s, bool *fits, tc_error *err)
{
  tc_auto(tc_str) composed = NULL;
  if (!tc_text_nfc(s->password, &composed, err))
    return tc_error_prefix(err, "the PDF's password");
  tc_bytes password = tc_bytes_of_text(composed), none = {NULL, 0};
  if (password.size > PASSWORD6_MAX)
    password.size = PASSWORD6_MAX;
  tc_bytes user = {s->user.data, USER_SIZE};
  if (!try_password(crypt, password, s->owner, s->owner_key, user, &crypt->is_owner, err))
    return false;
  *fits = crypt->is_owner;
  return *fits || try_password(crypt, password, s->user, s->user_key, none, fits, err);
}

bool tc_pdf_crypt_make_key(tc_pdf_crypt *crypt, const tc_pdf_crypt_secrets *secrets, tc_error *err)
{
  bool fits = false, old = crypt->revision == 4;
  size_t size = old ? PAD_SIZE : USER_SIZE;
  if (secrets->owner.size < size || secrets->user.size < size ||
      (!old && (secrets->owner_key.size < TC_CRYPT_KEY_MAX || secrets->user_key.size < TC_CRYPT_KEY_MAX)))
    return tc_fail(err, TC_ENCRYPTED, "the PDF is encrypted, and the dictionary of its protection is damaged");
  if (!(old ? make_key4(crypt, secrets, &fits, err) : make_key6(crypt, secrets, &fits, err)))
    return false;
  if (fits)
    return true;
  if (*secrets->password != '\0')
    return tc_fail(err, TC_ENCRYPTED, "the PDF is encrypted, and the password in pdf.password_file does not open it");
  return tc_fail(err, TC_ENCRYPTED,
                 "the PDF is encrypted with a password: write it into a file and name that with the setting "
                 "pdf.password_file, or remove the protection");
}
