/* Tables in which a key has one place, and a newer answer takes that of an older one. */
#include "signing/verify_cache_private.h"

#include <string.h>

enum { SIGNATURES = 1024, ANSWERS = 512, PATHS = 128, DESCRIPTIONS = 64, POOL_MAX = 512 };

typedef struct kept_signature {
  tc_digest key;
  bool used, holds;
} kept_signature;

typedef struct kept_answer {
  tc_digest key;
  bool used, holds;
  tc_ocsp_answer answer; /* without its signer */
} kept_answer;

typedef struct kept_path {
  tc_digest key;
  bool used;
  tc_path_result result;
} kept_path;

typedef struct kept_description {
  tc_digest key; /* of the certificate */
  bool used;
  tc_cert_info info;
} kept_description;

struct tc_verify_cache {
  tc_certs *pool;
  kept_signature signatures[SIGNATURES];
  kept_answer answers[ANSWERS];
  kept_path paths[PATHS];
  kept_description descriptions[DESCRIPTIONS];
};

static size_t place_of(const tc_digest *key, size_t places)
{
  size_t number = 0;
  memcpy(&number, key->bytes, sizeof number);
  return number % places;
}

static bool is_key(const tc_digest *a, const tc_digest *b) { return memcmp(a, b, sizeof *a) == 0; }

bool tc_verify_cache_create(tc_verify_cache **out, tc_error *err)
{
  tc_auto(tc_verify_cache) cache = calloc(1, sizeof *cache);
  if (cache == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for what verifications have in common");
  if (!tc_certs_create(&cache->pool, err))
    return false;
  *out = tc_steal(&cache);
  return true;
}

static void forget_path(kept_path *kept)
{
  tc_path_result_finish(&kept->result);
  *kept = (kept_path){0};
}

void tc_verify_cache_destroy(tc_verify_cache *cache)
{
  if (cache == NULL)
    return;
  for (size_t i = 0; i < PATHS; i++)
    forget_path(&cache->paths[i]);
  tc_certs_destroy(cache->pool);
  free(cache);
}

bool tc_verify_cache_trim(tc_verify_cache *cache, tc_error *err)
{
  tc_auto(tc_certs) fresh = NULL;
  if (tc_certs_count(cache->pool) + tc_certs_crl_count(cache->pool) <= POOL_MAX)
    return true;
  if (!tc_certs_create(&fresh, err))
    return false;
  tc_certs_destroy(cache->pool);
  cache->pool = tc_steal(&fresh);
  for (size_t i = 0; i < PATHS; i++) /* their chains hold parsed objects, too */
    forget_path(&cache->paths[i]);
  return true;
}

tc_certs *tc_verify_cache_pool(tc_verify_cache *cache) { return cache != NULL ? cache->pool : NULL; }

bool tc_verify_cache_learn(tc_verify_cache *cache, const tc_certs *certs, tc_error *err)
{
  return tc_certs_add_all(cache->pool, certs, err);
}

bool tc_verify_cache_add(tc_verify_cache *cache, tc_bytes der, const char *name, tc_certs *into, tc_error *err)
{
  bool known = false;
  tc_error failed = {0};
  if (tc_certs_add_embedded(into, der, cache->pool, &known, &failed))
    return true;
  if (failed.code != TC_OK)
    return tc_error_set(err, failed.code, failed.sys_errno, failed.where, "%s", failed.message);
  return tc_certs_add(into, der, name, err); /* says what is wrong with it */
}

/* ---- Signatures of CRLs ---- */

static bool crl_holds(X509_CRL *crl, X509 *issuer)
{
  EVP_PKEY *key = X509_get0_pubkey(issuer);
  bool holds = key != NULL && X509_CRL_verify(crl, key) == 1;
  ERR_clear_error();
  return holds;
}

/* The CRL's bytes and the key's; false: no key can be made, so the signature is checked again. */
static bool signature_key(const tc_digest *crl, X509 *issuer, tc_digest *out)
{
  tc_error unused = {0};
  tc_auto(tc_sha256) running = NULL;
  unsigned char *key = NULL;
  int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(issuer), &key);
  bool made = size > 0 && tc_sha256_create(&running, &unused) && tc_sha256_update(running, crl, sizeof *crl, &unused) &&
              tc_sha256_update(running, key, (size_t)size, &unused) && tc_sha256_end(running, out, &unused);
  OPENSSL_free(key);
  return made;
}

bool tc_verify_cache_crl_holds(tc_verify_cache *cache, X509_CRL *crl, const tc_digest *digest, X509 *issuer)
{
  tc_digest key;
  if (cache == NULL || !signature_key(digest, issuer, &key))
    return crl_holds(crl, issuer);
  kept_signature *kept = &cache->signatures[place_of(&key, SIGNATURES)];
  if (!kept->used || !is_key(&kept->key, &key))
    *kept = (kept_signature){.key = key, .used = true, .holds = crl_holds(crl, issuer)};
  return kept->holds;
}

/* ---- Descriptions ---- */

bool tc_verify_cache_describe(tc_verify_cache *cache, X509 *certificate, tc_cert_info *out, tc_error *err)
{
  tc_auto(tc_buf) der = {0};
  tc_digest key;
  if (cache == NULL)
    return tc_cert_describe_x509(certificate, out, err);
  if (!tc_x509_der(certificate, &der, err) || !tc_digest_of(tc_buf_bytes(&der), &key, err))
    return false;
  kept_description *kept = &cache->descriptions[place_of(&key, DESCRIPTIONS)];
  if (!kept->used || !is_key(&kept->key, &key)) {
    if (!tc_cert_describe_x509(certificate, &kept->info, err)) {
      kept->used = false;
      return false;
    }
    kept->key = key;
    kept->used = true;
  }
  *out = kept->info;
  return true;
}

/* ---- OCSP responses ---- */

static bool add_x509(X509 *certificate, tc_sha256 *running, tc_error *err)
{
  tc_auto(tc_buf) der = {0};
  return tc_x509_der(certificate, &der, err) && tc_sha256_update(running, der.data, der.size, err);
}

static bool answer_key(const tc_digest *response, const tc_ocsp_link *link, tc_digest *out)
{
  tc_error unused = {0};
  tc_auto(tc_sha256) running = NULL;
  return tc_sha256_create(&running, &unused) && tc_sha256_update(running, response, sizeof *response, &unused) &&
         tc_certs_add_digests(link->helpers, running, &unused) && add_x509(link->certificate, running, &unused) &&
         add_x509(link->issuer, running, &unused) && tc_sha256_end(running, out, &unused);
}

static bool read_ocsp(tc_bytes response, const tc_ocsp_link *link, tc_ocsp_answer *out)
{
  tc_error unreadable = {0};
  if (!tc_ocsp_read_x509(response, link->certificate, link->issuer, link->helpers, out, &unreadable))
    return false;
  tc_buf_finish(&out->signer);
  return true;
}

bool tc_verify_cache_read_ocsp(tc_verify_cache *cache, const tc_certs *responses, size_t index,
                               const tc_ocsp_link *link, tc_ocsp_answer *out)
{
  tc_digest key;
  tc_bytes response = tc_certs_ocsp_der(responses, index);
  if (cache == NULL || !answer_key(tc_certs_ocsp_digest(responses, index), link, &key))
    return read_ocsp(response, link, out);
  kept_answer *kept = &cache->answers[place_of(&key, ANSWERS)];
  if (!kept->used || !is_key(&kept->key, &key)) {
    *kept = (kept_answer){.key = key, .used = true};
    kept->holds = read_ocsp(response, link, &kept->answer);
  }
  if (kept->holds)
    *out = kept->answer;
  return kept->holds;
}

/* ---- Paths ---- */

bool tc_verify_cache_path_key(const tc_digest *trust, X509 *leaf, const tc_path_options *options, tc_digest *out,
                              bool *usable, tc_error *err)
{
  tc_auto(tc_buf) der = {0};
  tc_auto(tc_sha256) running = NULL;
  const int64_t numbers[] = {options->time,
                             options->now,
                             options->time_proven,
                             options->purpose,
                             options->revocation,
                             options->strength,
                             options->require_explicit_policy,
                             options->inhibit_policy_mapping,
                             options->inhibit_any_policy};
  *usable = options->policies == NULL;
  return !*usable || (tc_x509_der(leaf, &der, err) && tc_sha256_create(&running, err) &&
                      tc_sha256_update(running, trust, sizeof *trust, err) &&
                      tc_sha256_update(running, numbers, sizeof numbers, err) &&
                      tc_certs_add_digests(options->helpers, running, err) &&
                      tc_sha256_update(running, der.data, der.size, err) && tc_sha256_end(running, out, err));
}

static bool copy_result(const tc_path_result *from, tc_path_result *out, tc_error *err)
{
  tc_auto(tc_certs) chain = NULL;
  if (!tc_certs_create(&chain, err) || !tc_certs_add_all(chain, from->chain, err))
    return false;
  *out = *from;
  out->chain = tc_steal(&chain);
  return true;
}

bool tc_verify_cache_find_path(const tc_verify_cache *cache, const tc_digest *key, tc_path_result *out, bool *found,
                               tc_error *err)
{
  const kept_path *kept = &cache->paths[place_of(key, PATHS)];
  *found = kept->used && is_key(&kept->key, key);
  return !*found || copy_result(&kept->result, out, err);
}

bool tc_verify_cache_keep_path(tc_verify_cache *cache, const tc_digest *key, const tc_path_result *result,
                               tc_error *err)
{
  tc_path_result copy = {0};
  if (!copy_result(result, &copy, err))
    return false;
  kept_path *kept = &cache->paths[place_of(key, PATHS)];
  forget_path(kept);
  *kept = (kept_path){.key = *key, .used = true, .result = copy};
  return true;
}
