/*
 * What follows preparing: the digest of the ranges, and the value in its reserved place, whose digits are all that it
 * touches.
 */
#include "pdf/signature_private.h"

#include "base/digest.h"
#include "base/file.h"

#include <errno.h>
#include <string.h>

enum { FILL_CHUNK = 4096 };

bool tc_pdf_prepared_sha256(int fd, const tc_pdf_prepared *prepared, uint8_t out[32], tc_error *err)
{
  tc_auto(tc_sha256) digest = NULL;
  uint8_t chunk[65536];
  tc_digest result;
  if (!tc_sha256_create(&digest, err))
    return false;
  for (size_t part = 0; part < 4; part += 2) {
    off_t at = prepared->range[part], left = prepared->range[part + 1];
    while (left > 0) {
      size_t size = left < (off_t)sizeof chunk ? (size_t)left : sizeof chunk;
      if (!tc_fd_read_at(fd, chunk, size, at, err) || !tc_sha256_update(digest, chunk, size, err))
        return false;
      at += (off_t)size;
      left -= (off_t)size;
    }
  }
  if (!tc_sha256_end(digest, &result, err))
    return false;
  memcpy(out, result.bytes, sizeof result.bytes);
  return true;
}

/* The reserved place must still be what prepare left: '<', zeros only, '>'. */
static bool check_reserved(int fd, const tc_pdf_prepared *prepared, tc_error *err)
{
  char chunk[FILL_CHUNK];
  off_t end = prepared->contents_offset + 2 * (off_t)prepared->contents_size + 2;
  if (prepared->contents_size > TC_PDF_CONTENTS_MAX || prepared->contents_offset <= 0)
    return tc_fail(err, TC_USAGE, "no prepared signature");
  for (off_t at = prepared->contents_offset; at < end;) {
    size_t size = end - at < FILL_CHUNK ? (size_t)(end - at) : FILL_CHUNK;
    if (!tc_fd_read_at(fd, chunk, size, at, err))
      return false;
    for (size_t i = 0; i < size; i++, at++) {
      char wanted = '0';
      if (at == prepared->contents_offset || at == end - 1)
        wanted = at == end - 1 ? '>' : '<';
      if (chunk[i] != wanted)
        return tc_fail(err, TC_CONFLICT, "the place of the signature at offset %jd is not empty", (intmax_t)at);
    }
  }
  return true;
}

bool tc_pdf_signature_fill(int fd, const tc_pdf_prepared *prepared, tc_bytes der, tc_error *err)
{
  char hex[2 * FILL_CHUNK + 1];
  if (der.size > prepared->contents_size)
    return tc_fail(err, TC_LIMIT, "the signature has %zu bytes, %zu were reserved", der.size, prepared->contents_size);
  if (!check_reserved(fd, prepared, err))
    return false;
  for (size_t at = 0; at < der.size; at += FILL_CHUNK) { /* the rest is zeros already */
    size_t size = der.size - at < FILL_CHUNK ? der.size - at : FILL_CHUNK;
    tc_hex((tc_bytes){der.data + at, size}, hex);
    ssize_t written = pwrite(fd, hex, 2 * size, prepared->contents_offset + 1 + 2 * (off_t)at);
    if (written != (ssize_t)(2 * size))
      return tc_fail_errno(err, TC_IO, written < 0 ? errno : ENOSPC, "writing the signature");
  }
  return true;
}
