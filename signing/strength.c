/* Which algorithms are good enough, and until when they were: data. */
#include "signing/verify_private.h"

/* Until when an algorithm was good enough, in seconds since 1970: a signature that is proven to be older stands. What
   is not listed, or whose time is over, is weak. Sources: ETSI TS 119 312 annex A, NIST SP 800-131A, Circular 15/2025.
 */
static const struct {
  tc_hash hash;
  int64_t until;
} hash_ends[] = {{TC_HASH_SHA1, 1388534400}, /* 2014-01-01 */
                 {TC_HASH_SHA256, INT64_MAX},
                 {TC_HASH_SHA384, INT64_MAX},
                 {TC_HASH_SHA512, INT64_MAX}};
static const struct {
  int kind, bits;
  int64_t until;
} key_ends[] = {{EVP_PKEY_RSA, 1024, 1388534400},
                {EVP_PKEY_RSA, 2048, INT64_MAX},
                {EVP_PKEY_RSA_PSS, 2048, INT64_MAX},
                {EVP_PKEY_EC, 256, INT64_MAX}};

static bool hash_is_weak(tc_hash hash, int64_t when)
{
  for (size_t i = 0; i < TC_ARRAY_LEN(hash_ends); i++)
    if (hash_ends[i].hash == hash)
      return when >= hash_ends[i].until;
  return true;
}

static bool key_is_weak(const EVP_PKEY *key, int64_t when)
{
  for (size_t i = 0; i < TC_ARRAY_LEN(key_ends); i++)
    if (key_ends[i].kind == EVP_PKEY_get_base_id(key) && EVP_PKEY_get_bits(key) >= key_ends[i].bits &&
        when < key_ends[i].until)
      return false;
  return true;
}

void tc_core_check_strength(tc_core *core, int64_t when)
{
  const EVP_PKEY *key = core->signer != NULL ? X509_get0_pubkey(core->signer) : NULL;
  tc_hash hashes[] = {core->scheme.hash, core->view.digest_hash};
  for (size_t i = 0; i < TC_ARRAY_LEN(hashes); i++)
    if (hashes[i] != TC_HASH_UNKNOWN && hash_is_weak(hashes[i], when)) {
      core->algorithm = (tc_check){TC_NO, TC_REASON_ALGORITHM_WEAK};
      return;
    }
  if (key != NULL && core->scheme.hash != TC_HASH_UNKNOWN)
    core->algorithm = key_is_weak(key, when) ? (tc_check){TC_NO, TC_REASON_KEY_WEAK} : (tc_check){TC_YES, TC_REASON_OK};
}
