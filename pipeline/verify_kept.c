#include "pipeline/verify_kept.h"

#include "pipeline/trust_bundle.h"

#include <string.h>

/* Of the worker process; see tc_worker_task. */
static tc_verify_cache *kept_cache;
static tc_trust *kept_trust;
static tc_buf kept_bundle; /* the bytes that kept_trust was made of */

static void forget_trust(void)
{
  tc_trust_destroy(kept_trust);
  kept_trust = NULL;
  tc_buf_finish(&kept_bundle);
}

static bool is_kept(tc_bytes bundle)
{
  return kept_trust != NULL && bundle.size == kept_bundle.size &&
         (bundle.size == 0 || memcmp(bundle.data, kept_bundle.data, bundle.size) == 0);
}

static bool make_trust(tc_bytes bundle, tc_trust **out, tc_error *err)
{
  tc_auto(tc_certs) material = NULL;
  tc_auto(tc_trust) trust = NULL;
  if (!tc_certs_create(&material, err) || !tc_trust_bundle_parse(bundle, material, err) ||
      !tc_trust_create(&trust, err) || !tc_trust_add(trust, material, err) ||
      !tc_verify_cache_learn(kept_cache, material, err))
    return false;
  *out = tc_steal(&trust);
  return true;
}

bool tc_verify_kept_get(int fd, const tc_trust **trust, tc_verify_cache **cache, tc_error *err)
{
  tc_auto(tc_buf) bundle = {0};
  if ((kept_cache == NULL && !tc_verify_cache_create(&kept_cache, err)) || !tc_verify_cache_trim(kept_cache, err) ||
      !tc_bundle_load(fd, &bundle, err))
    return false;
  if (!is_kept(tc_buf_bytes(&bundle))) {
    forget_trust();
    if (!make_trust(tc_buf_bytes(&bundle), &kept_trust, err))
      return false;
    kept_bundle = bundle;
    bundle = (tc_buf){0};
  }
  *trust = kept_trust;
  *cache = kept_cache;
  return true;
}
