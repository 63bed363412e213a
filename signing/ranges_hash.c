/*
 * One running digest for each algorithm, at the end of what was asked for last: a signature's digest is a copy of it
 * that goes on with the second range.
 */
#include "signing/cms_view.h"

#include <assert.h>

enum { HASHES = TC_HASH_SHA512 + 1 };

struct tc_ranges_hash {
  tc_bytes file;
  EVP_MD_CTX *running[HASHES];
  size_t position[HASHES];
};

bool tc_ranges_hash_create(tc_bytes file, tc_ranges_hash **out, tc_error *err)
{
  tc_ranges_hash *ranges = calloc(1, sizeof *ranges);
  if (ranges == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for digests");
  ranges->file = file;
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

/* Brings the running digest to `first`; from the start again where it is beyond. */
static bool advance(tc_ranges_hash *ranges, tc_hash hash, size_t first)
{
  EVP_MD_CTX **running = &ranges->running[hash];
  size_t *position = &ranges->position[hash];
  if (*running == NULL && (*running = EVP_MD_CTX_new()) == NULL)
    return false;
  if (*position == 0 || *position > first) {
    *position = 0;
    if (EVP_DigestInit_ex(*running, tc_hash_md(hash), NULL) != 1)
      return false;
  }
  if (EVP_DigestUpdate(*running, ranges->file.data + *position, first - *position) != 1)
    return false;
  *position = first;
  return true;
}

bool tc_ranges_hash_of(tc_ranges_hash *ranges, tc_hash hash, size_t first, tc_bytes second, tc_hash_value *out,
                       tc_error *err)
{
  assert(first <= ranges->file.size);
  if (tc_hash_md(hash) == NULL)
    return tc_fail(err, TC_UNSUPPORTED, "a digest algorithm that is not known here");
  tc_auto(EVP_MD_CTX) branch = EVP_MD_CTX_new();
  tc_hash_value value = {.hash = hash};
  unsigned int size = 0;
  if (branch == NULL || !advance(ranges, hash, first) || EVP_MD_CTX_copy_ex(branch, ranges->running[hash]) != 1 ||
      EVP_DigestUpdate(branch, second.data, second.size) != 1 || EVP_DigestFinal_ex(branch, value.bytes, &size) != 1)
    return tc_fail_ossl(err, TC_CRYPTO, "hashing failed");
  value.size = size;
  *out = value;
  return true;
}
