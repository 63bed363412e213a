/*
 * One running digest for each algorithm, at the end of what was asked for last: a signature's digest is a copy of it
 * that goes on with the second range.
 */
#include "signing/cms_view.h"

#include "base/file.h"

#include <assert.h>

enum { HASHES = TC_HASH_SHA512 + 1, PIECE = 1 << 16 };

struct tc_ranges_hash {
  int fd;
  EVP_MD_CTX *running[HASHES];
  off_t position[HASHES];
  uint8_t piece[PIECE];
};

bool tc_ranges_hash_create(int fd, tc_ranges_hash **out, tc_error *err)
{
  tc_ranges_hash *ranges = calloc(1, sizeof *ranges);
  if (ranges == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for digests");
  ranges->fd = fd;
  *out = ranges;
  return true;
}

void tc_ranges_hash_destroy(tc_ranges_hash *ranges)
{
  if (ranges == NULL)
    return;
  for (size_t i = 0; i < HASHES; i++)
    EVP_MD_CTX_free(ranges->running[i]);
  free(ranges);
}

static bool feed(tc_ranges_hash *ranges, EVP_MD_CTX *digest, off_t at, off_t length, tc_error *err)
{
  while (length > 0) {
    size_t size = length < PIECE ? (size_t)length : PIECE;
    if (!tc_fd_read_at(ranges->fd, ranges->piece, size, at, err))
      return false;
    if (EVP_DigestUpdate(digest, ranges->piece, size) != 1)
      return tc_fail_ossl(err, TC_CRYPTO, "hashing failed");
    at += (off_t)size;
    length -= (off_t)size;
  }
  return true;
}

/* Brings the running digest to `first`; from the start again where it is beyond. */
static bool advance(tc_ranges_hash *ranges, tc_hash hash, off_t first, tc_error *err)
{
  EVP_MD_CTX **running = &ranges->running[hash];
  off_t *position = &ranges->position[hash];
  if (*running == NULL && (*running = EVP_MD_CTX_new()) == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for digests");
  if (*position == 0 || *position > first) {
    *position = 0;
    if (EVP_DigestInit_ex(*running, tc_hash_md(hash), NULL) != 1)
      return tc_fail_ossl(err, TC_CRYPTO, "hashing failed");
  }
  if (!feed(ranges, *running, *position, first - *position, err))
    return false;
  *position = first;
  return true;
}

bool tc_ranges_hash_of(tc_ranges_hash *ranges, tc_hash hash, const off_t range[4], tc_hash_value *out, tc_error *err)
{
  assert(range[0] == 0);
  if (tc_hash_md(hash) == NULL)
    return tc_fail(err, TC_UNSUPPORTED, "a digest algorithm that is not known here");
  tc_auto(EVP_MD_CTX) branch = EVP_MD_CTX_new();
  tc_hash_value value = {.hash = hash};
  unsigned int size = 0;
  if (branch == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for digests");
  if (!advance(ranges, hash, range[1], err))
    return false;
  if (EVP_MD_CTX_copy_ex(branch, ranges->running[hash]) != 1)
    return tc_fail_ossl(err, TC_CRYPTO, "hashing failed");
  if (!feed(ranges, branch, range[2], range[3], err))
    return false;
  if (EVP_DigestFinal_ex(branch, value.bytes, &size) != 1)
    return tc_fail_ossl(err, TC_CRYPTO, "hashing failed");
  value.size = size;
  *out = value;
  return true;
}
