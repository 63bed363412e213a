#include "base/digest.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

struct tc_sha256 {
  EVP_MD_CTX *context;
};

static const char base32[] = "abcdefghijklmnopqrstuvwxyz234567";

bool tc_sha256_create(tc_sha256 **out, tc_error *err)
{
  tc_auto(tc_sha256) digest = calloc(1, sizeof *digest);
  if (digest == NULL || (digest->context = EVP_MD_CTX_new()) == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a digest");
  if (EVP_DigestInit_ex(digest->context, EVP_sha256(), NULL) != 1)
    return tc_fail(err, TC_CRYPTO, "SHA-256 is not available in OpenSSL");
  *out = tc_steal(&digest);
  return true;
}

bool tc_sha256_update(tc_sha256 *digest, const void *data, size_t size, tc_error *err)
{
  if (EVP_DigestUpdate(digest->context, data, size) != 1)
    return tc_fail(err, TC_CRYPTO, "SHA-256 failed");
  return true;
}

bool tc_sha256_end(tc_sha256 *digest, tc_digest *out, tc_error *err)
{
  unsigned int size = 0;
  if (EVP_DigestFinal_ex(digest->context, out->bytes, &size) != 1 || size != TC_SHA256_SIZE)
    return tc_fail(err, TC_CRYPTO, "SHA-256 failed");
  return true;
}

void tc_sha256_destroy(tc_sha256 *digest)
{
  if (digest == NULL)
    return;
  EVP_MD_CTX_free(digest->context);
  free(digest);
}

bool tc_digest_of(tc_bytes bytes, tc_digest *out, tc_error *err)
{
  tc_auto(tc_sha256) digest = NULL;
  return tc_sha256_create(&digest, err) && tc_sha256_update(digest, bytes.data, bytes.size, err) &&
         tc_sha256_end(digest, out, err);
}

bool tc_digest_of_fd(int fd, off_t offset, off_t length, tc_digest *out, tc_error *err)
{
  tc_auto(tc_sha256) digest = NULL;
  if (!tc_sha256_create(&digest, err))
    return false;
  uint8_t block[65536];
  while (length != 0) {
    size_t want = length < 0 || length > (off_t)sizeof block ? sizeof block : (size_t)length;
    ssize_t got = pread(fd, block, want, offset);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return tc_fail_errno(err, TC_IO, errno, "reading at offset %lld failed", (long long)offset);
    if (got == 0 && length > 0)
      return tc_fail(err, TC_IO, "the file ends %lld bytes too early", (long long)length);
    if (got == 0)
      break;
    if (!tc_sha256_update(digest, block, (size_t)got, err))
      return false;
    offset += got;
    length -= length > 0 ? got : 0;
  }
  return tc_sha256_end(digest, out, err);
}

void tc_hex(tc_bytes bytes, char *out)
{
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < bytes.size; i++) {
    out[2 * i] = digits[bytes.data[i] >> 4];
    out[2 * i + 1] = digits[bytes.data[i] & 15];
  }
  out[2 * bytes.size] = '\0';
}

void tc_digest_hex(const tc_digest *digest, char out[TC_SHA256_HEX_SIZE])
{
  tc_hex((tc_bytes){digest->bytes, TC_SHA256_SIZE}, out);
}

static int hex_value(char c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

bool tc_digest_from_hex(const char *hex, tc_digest *out, tc_error *err)
{
  tc_digest digest;
  if (strlen(hex) != 2 * sizeof digest.bytes)
    return tc_fail(err, TC_USAGE, "a SHA-256 digest has 64 hexadecimal digits");
  for (size_t i = 0; i < sizeof digest.bytes; i++) {
    int high = hex_value(hex[2 * i]);
    int low = hex_value(hex[2 * i + 1]);
    if (high < 0 || low < 0)
      return tc_fail(err, TC_USAGE, "a SHA-256 digest has hexadecimal digits only");
    digest.bytes[i] = (uint8_t)(high << 4 | low);
  }
  *out = digest;
  return true;
}

bool tc_random(void *out, size_t size, tc_error *err)
{
  if (size > INT32_MAX || RAND_bytes(out, (int)size) != 1)
    return tc_fail(err, TC_CRYPTO, "OpenSSL has no randomness to give");
  return true;
}

bool tc_id_random(char out[TC_ID_SIZE], tc_error *err)
{
  uint8_t bits[16];
  if (!tc_random(bits, sizeof bits, err))
    return false;
  unsigned int pool = 0;
  int held = 0;
  size_t used = 0;
  for (size_t i = 0; i < sizeof bits; i++) {
    pool = pool << 8 | bits[i];
    held += 8;
    while (held >= 5) {
      out[used++] = base32[pool >> (held - 5) & 31];
      held -= 5;
    }
  }
  out[used++] = base32[pool << (5 - held) & 31];
  out[used] = '\0';
  return true;
}

bool tc_id_is_valid(const char *id) { return strlen(id) == TC_ID_SIZE - 1 && strspn(id, base32) == TC_ID_SIZE - 1; }

bool tc_equal_constant_time(const void *a, const void *b, size_t size) { return CRYPTO_memcmp(a, b, size) == 0; }
