/*
 * Private to pdf/: the algorithms that the standard security handler stands on (ISO 32000-2, 7.6). AES and the digests
 * are OpenSSL's. Ownership: buffers are the caller's. Threading: free of state.
 */
#pragma once

#include "base/buf.h"

enum { TC_AES_BLOCK = 16, TC_MD5_SIZE = 16 };

/* AES-128 or AES-256 (key_size 16 or 32) in CBC mode, without padding; `in` is whole blocks; appends to *out. */
TC_NODISCARD bool tc_aes_cbc(bool encrypt, const uint8_t *key, size_t key_size, const uint8_t iv[TC_AES_BLOCK],
                             tc_bytes in, tc_buf *out, tc_error *err);
/* The same with the padding of PKCS #7. TC_FORMAT: no whole blocks, or a padding that is none. */
TC_NODISCARD bool tc_aes_cbc_padded(bool encrypt, const uint8_t *key, size_t key_size, const uint8_t iv[TC_AES_BLOCK],
                                    tc_bytes in, tc_buf *out, tc_error *err);
TC_NODISCARD bool tc_md5(const tc_bytes *parts, size_t count, uint8_t out[TC_MD5_SIZE], tc_error *err);
/* SHA-256, SHA-384 or SHA-512 (bits); out has room for 64 bytes. */
TC_NODISCARD bool tc_sha2(int bits, tc_bytes in, uint8_t *out, tc_error *err);
/* RC4 in place. Never for content: revision 4 checks its passwords with it. */
void tc_rc4(const uint8_t *key, size_t key_size, uint8_t *data, size_t size);
