#include "pdf/cipher.h"

#include <openssl/err.h>
#include <openssl/evp.h>

/* One call of OpenSSL takes an int's worth. */
enum { CIPHER_CHUNK = 1 << 20 };

TC_AUTO_POINTER(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free);
TC_AUTO_POINTER(EVP_MD_CTX, EVP_MD_CTX_free);

static bool run_cipher(EVP_CIPHER_CTX *context, tc_bytes in, tc_buf *out, tc_error *err)
{
  int written = 0;
  for (size_t at = 0; at < in.size;) {
    int size = in.size - at < CIPHER_CHUNK ? (int)(in.size - at) : CIPHER_CHUNK;
    if (!tc_buf_reserve(out, (size_t)size + TC_AES_BLOCK, err))
      return false;
    if (EVP_CipherUpdate(context, out->data + out->size, &written, in.data + at, size) != 1)
      return tc_fail(err, TC_CRYPTO, "AES failed");
    out->size += (size_t)written;
    at += (size_t)size;
  }
  if (!tc_buf_reserve(out, TC_AES_BLOCK, err))
    return false;
  if (EVP_CipherFinal_ex(context, out->data + out->size, &written) != 1) {
    ERR_clear_error();
    return tc_fail(err, TC_FORMAT, "encrypted data are damaged");
  }
  out->size += (size_t)written;
  return true;
}

static bool aes_cbc(bool encrypt, bool padded, const uint8_t *key, size_t key_size, const uint8_t *iv, tc_bytes in,
                    tc_buf *out, tc_error *err)
{
  tc_auto(EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new();
  const EVP_CIPHER *cipher = key_size == 16 ? EVP_aes_128_cbc() : EVP_aes_256_cbc();
  if (context == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for AES");
  if (EVP_CipherInit_ex(context, cipher, NULL, key, iv, encrypt) != 1 ||
      EVP_CIPHER_CTX_set_padding(context, padded) != 1)
    return tc_fail(err, TC_CRYPTO, "AES is not available in OpenSSL");
  return run_cipher(context, in, out, err);
}

bool tc_aes_cbc(bool encrypt, const uint8_t *key, size_t key_size, const uint8_t iv[TC_AES_BLOCK], tc_bytes in,
                tc_buf *out, tc_error *err)
{
  return aes_cbc(encrypt, false, key, key_size, iv, in, out, err);
}

bool tc_aes_cbc_padded(bool encrypt, const uint8_t *key, size_t key_size, const uint8_t iv[TC_AES_BLOCK], tc_bytes in,
                       tc_buf *out, tc_error *err)
{
  return aes_cbc(encrypt, true, key, key_size, iv, in, out, err);
}

bool tc_md5(const tc_bytes *parts, size_t count, uint8_t out[TC_MD5_SIZE], tc_error *err)
{
  tc_auto(EVP_MD_CTX) context = EVP_MD_CTX_new();
  if (context == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a digest");
  bool ok = EVP_DigestInit_ex(context, EVP_md5(), NULL) == 1;
  for (size_t i = 0; i < count; i++)
    ok = ok && (parts[i].size == 0 || EVP_DigestUpdate(context, parts[i].data, parts[i].size) == 1);
  ok = ok && EVP_DigestFinal_ex(context, out, NULL) == 1;
  return ok || tc_fail(err, TC_CRYPTO, "MD5 is not available in OpenSSL, and this PDF's key is made with it");
}

bool tc_sha2(int bits, tc_bytes in, uint8_t *out, tc_error *err)
{
  const EVP_MD *digest = bits == 256 ? EVP_sha256() : bits == 384 ? EVP_sha384() : EVP_sha512();
  return EVP_Digest(in.data, in.size, out, NULL, digest, NULL) == 1 || tc_fail(err, TC_CRYPTO, "SHA-2 failed");
}

/* OpenSSL keeps it in a provider of its own, which would have to be loaded inside a worker's sandbox. */
void tc_rc4(const uint8_t *key, size_t key_size, uint8_t *data, size_t size)
{
  uint8_t state[256], swap;
  for (size_t i = 0; i < 256; i++)
    state[i] = (uint8_t)i;
  for (size_t i = 0, j = 0; i < 256; i++) {
    j = (j + state[i] + key[i % key_size]) & 0xFF;
    swap = state[i];
    state[i] = state[j];
    state[j] = swap;
  }
  for (size_t at = 0, i = 0, j = 0; at < size; at++) {
    i = (i + 1) & 0xFF;
    j = (j + state[i]) & 0xFF;
    swap = state[i];
    state[i] = state[j];
    state[j] = swap;
    data[at] ^= state[(state[i] + state[j]) & 0xFF];
  }
}
