/*
 * SHA-256 (FIPS 180-4), hexadecimal, random ids and comparison in constant time.
 * Ownership: everything is by value. Threading: tc_sha256 belongs to one thread at a time; the rest is free.
 */
#pragma once

#include "base/buf.h"

#include <sys/types.h>

#define TC_SHA256_SIZE 32
#define TC_SHA256_HEX_SIZE 65 /* with its final 0 */
#define TC_ID_SIZE 27         /* 128 random bits as 26 characters of base32, and the final 0 */

typedef struct tc_digest {
  uint8_t bytes[TC_SHA256_SIZE];
} tc_digest;

typedef struct tc_sha256 tc_sha256; /* a running digest */
TC_NODISCARD bool tc_sha256_create(tc_sha256 **out, tc_error *err);
TC_NODISCARD bool tc_sha256_update(tc_sha256 *digest, const void *data, size_t size, tc_error *err);
TC_NODISCARD bool tc_sha256_end(tc_sha256 *digest, tc_digest *out,
                                tc_error *err); /* the object can only be destroyed then */
void tc_sha256_destroy(tc_sha256 *digest);
TC_AUTO_POINTER(tc_sha256, tc_sha256_destroy);

TC_NODISCARD bool tc_digest_of(tc_bytes bytes, tc_digest *out, tc_error *err);
/* Digest of `length` bytes of a file from `offset`; length -1 means up to the end. The file's position stays. */
TC_NODISCARD bool tc_digest_of_fd(int fd, off_t offset, off_t length, tc_digest *out, tc_error *err);
void tc_digest_hex(const tc_digest *digest, char out[TC_SHA256_HEX_SIZE]);
/* Lower or upper case; fails with TC_USAGE on anything but 64 hexadecimal digits. */
TC_NODISCARD bool tc_digest_from_hex(const char *hex, tc_digest *out, tc_error *err);

void tc_hex(tc_bytes bytes, char *out); /* lower case; out has room for 2 · size + 1 */

TC_NODISCARD bool tc_random(void *out, size_t size, tc_error *err);
/* A public id: 128 random bits in base32 (RFC 4648 alphabet in lower case, no padding). */
TC_NODISCARD bool tc_id_random(char out[TC_ID_SIZE], tc_error *err);
bool tc_id_is_valid(const char *id);
/* Equal or not, in a time that depends on size alone. */
bool tc_equal_constant_time(const void *a, const void *b, size_t size);
