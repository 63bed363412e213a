#include "pipeline/sign_check.h"

#include "pipeline/tasks.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

struct tc_cms_checker {
  pthread_mutex_t lock;
  tc_verify_cache *cache;
};

bool tc_cms_checker_create(tc_cms_checker **out, tc_error *err)
{
  tc_cms_checker *checker = calloc(1, sizeof *checker);
  if (checker == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for checking signatures");
  pthread_mutex_init(&checker->lock, NULL);
  if (!tc_verify_cache_create(&checker->cache, err)) {
    tc_cms_checker_destroy(checker);
    return false;
  }
  *out = checker;
  return true;
}

void tc_cms_checker_destroy(tc_cms_checker *checker)
{
  if (checker == NULL)
    return;
  tc_verify_cache_destroy(checker->cache);
  pthread_mutex_destroy(&checker->lock);
  free(checker);
}

static bool make_trust(tc_pipeline *p, tc_verify_cache *cache, tc_trust **out, tc_error *err)
{
  tc_auto(tc_certs) material = NULL;
  tc_auto(tc_trust) trust = NULL;
  if (!tc_certs_create(&material, err) || !tc_keyring_trust(p->keyring, material, err) ||
      !tc_verify_cache_learn(cache, material, err) || !tc_trust_create(&trust, err) ||
      !tc_trust_add(trust, material, err))
    return false;
  *out = tc_steal(&trust);
  return true;
}

static bool verify(tc_pipeline *p, tc_bytes cms, const tc_hash_value *value, tc_signature_result *out, tc_error *err)
{
  tc_cms_checker *checker = p->checker;
  tc_auto(tc_trust) trust = NULL;
  tc_verify_options options = tc_verify_options_default();
  pthread_mutex_lock(&checker->lock);
  bool ok = tc_verify_cache_trim(checker->cache, err) && make_trust(p, checker->cache, &trust, err);
  options.trust = trust;
  options.cache = checker->cache;
  options.now = (int64_t)time(NULL);
  ok = ok && tc_signature_verify(cms, TC_SIGNATURE_DETACHED, value, &options, out, err);
  pthread_mutex_unlock(&checker->lock);
  return ok;
}

bool tc_sign_check_cms(tc_pipeline *p, tc_role role, const tc_record_pending *pending, tc_bytes cms,
                       tc_signature_result *out, tc_error *err)
{
  tc_hash_value value = {.hash = TC_HASH_SHA256, .size = TC_SHA256_SIZE};
  tc_hash_value content;
  bool other = false;
  memcpy(value.bytes, pending->digest.bytes, TC_SHA256_SIZE);
  if (!tc_prepared_content(pending->details, &content, &other, err) ||
      !verify(p, cms, other ? &content : &value, out, err))
    return false;
  const tc_cert_info *expected = tc_keyring_info(p->keyring, role);
  if (out->intact != TC_YES)
    return tc_fail(err, TC_FORMAT, "the signature is not one over the prepared bytes");
  if (strcmp(out->signer.fingerprint, expected->fingerprint) != 0)
    return tc_fail(err, TC_DENIED, "the signature is by \"%s\"; this office's %s is \"%s\"", out->signer.common_name,
                   tc_role_name(role), expected->common_name);
  return true;
}
