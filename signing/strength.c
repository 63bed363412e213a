/*
 * Which algorithms are good enough, and until when they were: data. In seconds since 1970; a signature that is proven
 * to be older stands. What is not listed, or whose time is over, is weak. Sources: ETSI TS 119 312 annex A, NIST SP
 * 800-131A, Circular 15/2025.
 */
#include "signing/trust_private.h"
#include "signing/verify_private.h"

#include <openssl/rsa.h>

enum { NEVER_GOOD = 0 };
#define SHA1_UNTIL 1388534400 /* 2014-01-01 */
#define RSA_1024_UNTIL 1388534400

static const struct {
  int nid;
  int64_t until;
} digest_ends[] = {{NID_sha1, SHA1_UNTIL},   {NID_sha256, INT64_MAX},   {NID_sha384, INT64_MAX},
                   {NID_sha512, INT64_MAX},  {NID_sha3_256, INT64_MAX}, {NID_sha3_384, INT64_MAX},
                   {NID_sha3_512, INT64_MAX}};
static const struct {
  int kind, bits;
  int64_t until;
} key_ends[] = {{EVP_PKEY_RSA, 1024, RSA_1024_UNTIL}, {EVP_PKEY_RSA, 2048, INT64_MAX},
                {EVP_PKEY_RSA_PSS, 2048, INT64_MAX},  {EVP_PKEY_EC, 256, INT64_MAX},
                {EVP_PKEY_ED25519, 253, INT64_MAX},   {EVP_PKEY_ED448, 448, INT64_MAX}};

static int64_t digest_until(int nid)
{
  for (size_t i = 0; i < TC_ARRAY_LEN(digest_ends); i++)
    if (digest_ends[i].nid == nid)
      return digest_ends[i].until;
  return NEVER_GOOD;
}

int64_t tc_key_strong_until(const EVP_PKEY *key)
{
  int64_t until = NEVER_GOOD;
  for (size_t i = 0; key != NULL && i < TC_ARRAY_LEN(key_ends); i++)
    if (key_ends[i].kind == EVP_PKEY_get_base_id(key) && EVP_PKEY_get_bits(key) >= key_ends[i].bits &&
        key_ends[i].until > until)
      until = key_ends[i].until;
  return until;
}

/* RFC 4055 3.1: SHA-1 where the parameters name none. */
static int digest_of_pss(const ASN1_STRING *sequence)
{
  const unsigned char *at = ASN1_STRING_get0_data(sequence);
  tc_auto(RSA_PSS_PARAMS) parameters = d2i_RSA_PSS_PARAMS(NULL, &at, ASN1_STRING_length(sequence));
  int nid = parameters == NULL                  ? NID_undef
            : parameters->hashAlgorithm == NULL ? NID_sha1
                                                : OBJ_obj2nid(parameters->hashAlgorithm->algorithm);
  ERR_clear_error();
  return nid;
}

int64_t tc_signed_strong_until(const X509_ALGOR *algorithm)
{
  const ASN1_OBJECT *oid = NULL;
  const void *parameters = NULL;
  int type = V_ASN1_UNDEF, digest = NID_undef, key = NID_undef;
  X509_ALGOR_get0(&oid, &type, &parameters, algorithm);
  int nid = OBJ_obj2nid(oid);
  if (nid == NID_ED25519 || nid == NID_ED448) /* they digest as they are defined to */
    return INT64_MAX;
  if (nid == NID_rsassaPss && type == V_ASN1_SEQUENCE)
    digest = digest_of_pss(parameters);
  else
    (void)OBJ_find_sigid_algs(nid, &digest, &key);
  return digest_until(digest);
}

tc_reason tc_chain_weakness(const tc_certs *chain, int64_t when)
{
  size_t count = tc_certs_count(chain);
  for (size_t i = 0; i + 1 < count; i++) { /* what signed an anchor proves nothing; its key does */
    const X509_ALGOR *algorithm = NULL;
    X509_get0_signature(NULL, &algorithm, tc_certs_x509(chain, i));
    if (when >= tc_signed_strong_until(algorithm))
      return TC_REASON_ALGORITHM_WEAK;
    if (when >= tc_key_strong_until(X509_get0_pubkey(tc_certs_x509(chain, i + 1))))
      return TC_REASON_KEY_WEAK;
  }
  return TC_REASON_OK;
}

/* Two documents with one SHA-1 can be made; two signatures with one cannot, as nobody chooses what they come to. Real
   authorities still stamp those so. */
static tc_hash imprint_at_risk(const tc_core *core)
{
  return core->stamp != NULL && !core->over_signature ? tc_stamp_info_hash(core->stamp) : TC_HASH_UNKNOWN;
}

void tc_core_check_strength(tc_core *core, int64_t when)
{
  const EVP_PKEY *key = core->signer != NULL ? X509_get0_pubkey(core->signer) : NULL;
  tc_hash hashes[] = {core->scheme.hash, core->view.digest_hash, imprint_at_risk(core)};
  for (size_t i = 0; i < TC_ARRAY_LEN(hashes); i++)
    if (hashes[i] != TC_HASH_UNKNOWN && when >= digest_until(EVP_MD_get_type(tc_hash_md(hashes[i])))) {
      core->algorithm = (tc_check){TC_NO, TC_REASON_ALGORITHM_WEAK};
      return;
    }
  if (key != NULL && core->scheme.hash != TC_HASH_UNKNOWN)
    core->algorithm =
        when >= tc_key_strong_until(key) ? (tc_check){TC_NO, TC_REASON_KEY_WEAK} : (tc_check){TC_YES, TC_REASON_OK};
}
