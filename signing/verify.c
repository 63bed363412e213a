/*
 * One signature, judged: the core's checks, then its time-stamp (verify_stamp.c), then trust at the time that the stamp
 * proves, then an account of every embedded part that no signature covers.
 */
#include "signing/verify.h"

#include "signing/oids.h"
#include "signing/trust_private.h"
#include "signing/verify_private.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

const char *tc_check_text(tc_check_name name)
{
  static const char *const texts[TC_CHECK_COUNT] = {"structure",           "digest",     "signature",
                                                    "signing_certificate", "algorithm",  "timestamp",
                                                    "certificate",         "revocation", "unsigned_parts"};
  return texts[name];
}

const char *tc_time_source_name(tc_time_source source)
{
  static const char *const names[] = {"none", "claimed", "timestamp"};
  return names[source];
}

tc_verify_options tc_verify_options_default(void)
{
  return (tc_verify_options){.now = (int64_t)time(NULL), .max_bytes = 4 << 20, .max_certificates = 128};
}

void tc_signature_result_finish(tc_signature_result *result)
{
  tc_certs_destroy(result->chain);
  *result = (tc_signature_result){0};
}

bool tc_signature_result_is_valid(const tc_signature_result *result)
{
  return result->intact == TC_YES && result->trusted == TC_YES && result->finding_count == 0;
}

void tc_result_find(tc_signature_result *result, tc_reason reason)
{
  for (size_t i = 0; i < result->finding_count; i++)
    if (result->findings[i] == reason)
      return;
  if (result->finding_count < TC_FINDINGS_MAX)
    result->findings[result->finding_count++] = reason;
}

void tc_result_set(tc_signature_result *result, tc_check_name name, tc_answer answer, tc_reason reason)
{
  result->checks[name] = (tc_check){answer, reason};
}

bool tc_signature_peek(tc_bytes cms, tc_signature_kind kind, tc_hash *out, tc_error *err)
{
  tc_auto(tc_cms_view) view = {0};
  tc_reason why = TC_REASON_OK;
  tc_cms_view_options how = {.no_certificates = true};
  if (!tc_cms_view_read(cms, &how, &view, &why, err))
    return false;
  if (why == TC_REASON_CMS_UNREADABLE)
    return tc_fail(err, TC_FORMAT, "the signature cannot be read");
  *out = kind == TC_SIGNATURE_SHA1 ? TC_HASH_SHA1 : view.digest_hash;
  if (kind == TC_SIGNATURE_STAMP) {
    TS_TST_INFO *info = tc_stamp_info_read(view.content);
    *out = info != NULL ? tc_stamp_info_hash(info) : TC_HASH_UNKNOWN;
    TS_TST_INFO_free(info);
  }
  return true;
}

static bool check_trust(const tc_core *core, tc_signature_kind kind, const tc_verify_options *options,
                        tc_signature_result *result, tc_error *err)
{
  tc_auto(tc_certs) helpers = NULL;
  tc_auto(tc_path_result) path = {0};
  tc_path_options how = tc_path_options_default();
  int64_t proven = result->time_source == TC_TIME_STAMP ? result->signing_time : options->proven_time;
  how.time = proven != 0 ? proven : options->now;
  how.time_proven = proven != 0;
  how.now = options->now;
  how.strength = true;
  how.cache = options->cache;
  how.purpose = kind == TC_SIGNATURE_STAMP ? TC_PURPOSE_STAMPING : TC_PURPOSE_SIGNING;
  if (core->signer == NULL) {
    tc_result_set(result, TC_CHECK_CERTIFICATE, TC_UNKNOWN, TC_REASON_SIGNER_CERTIFICATE_MISSING);
    return true;
  }
  if (!tc_certs_create(&helpers, err) || !tc_certs_add_all(helpers, core->view.certificates, err) ||
      !tc_certs_add_all(helpers, options->helpers, err) ||
      !tc_verify_cache_describe(options->cache, core->signer, &result->signer, err))
    return false;
  result->has_signer = true;
  how.helpers = helpers;
  if (!(kind == TC_SIGNATURE_STAMP ? tc_stamp_trust(core, options->trust, &how, &path, err)
                                   : tc_trust_validate_x509(options->trust, core->signer, &how, &path, err)))
    return false;
  tc_result_set(result, TC_CHECK_CERTIFICATE, path.path, path.path_reason);
  tc_result_set(result, TC_CHECK_REVOCATION, path.unrevoked, path.unrevoked_reason);
  if (!tc_certs_add_all(result->chain, path.chain, err))
    return false;
  return path.path != TC_YES || tc_account_for(&core->view, options->trust, &how, path.chain, result, err);
}

static void describe_scheme(const tc_core *core, tc_signature_result *result)
{
  static const char *const paddings[] = {"RSA PKCS#1 v1.5", "RSASSA-PSS", "ECDSA"};
  result->hash = core->view.digest_hash;
  if (core->scheme.hash == TC_HASH_UNKNOWN)
    return;
  const char *curve = core->scheme.padding == TC_PADDING_ECDSA && strncmp(result->signer.key, "EC ", 3) == 0
                          ? result->signer.key + 2
                          : "";
  snprintf(result->scheme, sizeof result->scheme, "%s%s %s", paddings[core->scheme.padding], curve,
           tc_hash_name(core->scheme.hash));
}

/* ETSI EN 319 142-1 6.1, B-LT: for each certificate of the paths the document itself tells whether it was revoked. */
static bool is_self_contained(const tc_core *core, const tc_verify_options *options, const tc_signature_result *result)
{
  for (size_t i = 0; i < tc_certs_count(result->chain); i++) {
    X509 *certificate = tc_certs_x509(result->chain, i);
    bool root = X509_NAME_cmp(X509_get_subject_name(certificate), X509_get_issuer_name(certificate)) == 0;
    if (!root && !tc_certs_tell_of(core->view.certificates, result->chain, certificate, options->cache) &&
        !tc_certs_tell_of(options->helpers, result->chain, certificate, options->cache))
      return false;
  }
  return true;
}

static void conclude(const tc_core *core, tc_signature_kind kind, const tc_verify_options *options,
                     tc_signature_result *result)
{
  static const tc_check_name intact[] = {TC_CHECK_STRUCTURE, TC_CHECK_DIGEST, TC_CHECK_SIGNATURE};
  result->intact = TC_YES;
  for (size_t i = 0; i < TC_ARRAY_LEN(intact); i++)
    result->intact = tc_answer_worse(result->intact, result->checks[intact[i]].result);
  if (result->checks[TC_CHECK_SIGNING_CERTIFICATE].result == TC_NO)
    result->intact = TC_NO;
  result->trusted =
      tc_answer_worse(result->checks[TC_CHECK_CERTIFICATE].result, result->checks[TC_CHECK_REVOCATION].result);
  const tc_check *stamp = &result->checks[TC_CHECK_TIMESTAMP];
  if (result->trusted == TC_YES && kind != TC_SIGNATURE_STAMP && stamp->result != TC_YES &&
      stamp->reason != TC_REASON_STAMP_MISSING)
    result->trusted = TC_UNKNOWN;
  for (tc_check_name name = 0; name < TC_CHECK_COUNT; name++)
    if (result->checks[name].result != TC_YES && name != TC_CHECK_TIMESTAMP && name != TC_CHECK_CERTIFICATE &&
        name != TC_CHECK_REVOCATION && result->checks[name].reason != TC_REASON_NOT_CHECKED)
      tc_result_find(result, result->checks[name].reason);
  bool baseline = result->checks[TC_CHECK_SIGNING_CERTIFICATE].result == TC_YES && core->view.has_attributes;
  if (kind == TC_SIGNATURE_STAMP)
    result->level = "RFC3161";
  else if (!baseline)
    result->level = "CMS";
  else if (stamp->result != TC_YES)
    result->level = "B-B";
  else if (result->trusted != TC_YES || !is_self_contained(core, options, result))
    result->level = "B-T";
  else
    result->level = options->proven_time != 0 ? "B-LTA" : "B-LT";
  if (result->time_source == TC_TIME_NONE && core->claimed_time != 0) {
    result->signing_time = core->claimed_time;
    result->time_source = TC_TIME_CLAIMED;
  }
}

static bool padding_is_zero(tc_bytes cms, size_t from)
{
  for (size_t i = from; i < cms.size; i++)
    if (cms.data[i] != 0)
      return false;
  return true;
}

static void check_frame(const tc_core *core, tc_bytes cms, bool padded, tc_signature_result *result)
{
  result->checks[TC_CHECK_STRUCTURE] = core->structure;
  result->checks[TC_CHECK_DIGEST] = core->digest;
  result->checks[TC_CHECK_SIGNATURE] = core->signature;
  result->checks[TC_CHECK_SIGNING_CERTIFICATE] = core->signing_certificate;
  result->checks[TC_CHECK_ALGORITHM] = core->algorithm;
  result->der_size = core->view.read;
  if (core->structure.result == TC_YES && core->view.read < cms.size &&
      (!padded || !padding_is_zero(cms, core->view.read)))
    tc_result_set(result, TC_CHECK_STRUCTURE, TC_NO, TC_REASON_PADDING_NOT_ZERO);
  if (core->view.was_ber)
    tc_result_find(result, TC_REASON_CMS_NOT_DER);
}

bool tc_signature_verify(tc_bytes cms, tc_signature_kind kind, const tc_hash_value *content,
                         const tc_verify_options *options, tc_signature_result *out, tc_error *err)
{
  if (cms.size > options->max_bytes)
    return tc_fail(err, TC_LIMIT, "a signature of %zu bytes; at most %zu are taken", cms.size, options->max_bytes);
  tc_auto(tc_signature_result) result = {.level = "CMS"};
  tc_auto(tc_core) core = {0};
  tc_core_options how = {
      kind, content, options->helpers, options->max_certificates, options->cache, options->proven_time};
  for (tc_check_name name = 0; name < TC_CHECK_COUNT; name++)
    tc_result_set(&result, name, TC_UNKNOWN, TC_REASON_NOT_CHECKED);
  if (!tc_certs_create(&result.chain, err) || !tc_core_verify(cms, &how, &core, err))
    return false;
  check_frame(&core, cms, options->padded, &result);
  if (core.structure.result == TC_YES) {
    if (kind == TC_SIGNATURE_STAMP && core.view.unsigned_attributes.size > 0)
      tc_result_find(&result, TC_REASON_UNSIGNED_ATTRIBUTE);
    if (kind != TC_SIGNATURE_STAMP && !tc_check_unsigned(&core, options, &result, err))
      return false;
    if (result.time_source == TC_TIME_STAMP) /* proven: what was good enough then is so now */
      tc_core_check_strength(&core, result.signing_time);
    if (kind == TC_SIGNATURE_SHA1)
      core.algorithm = (tc_check){TC_NO, TC_REASON_ALGORITHM_WEAK};
    result.checks[TC_CHECK_ALGORITHM] = core.algorithm;
    if (!check_trust(&core, kind, options, &result, err))
      return false;
    if (kind == TC_SIGNATURE_STAMP && core.digest.result == TC_YES && core.signature.result == TC_YES) {
      result.signing_time = core.stamp_time;
      result.time_source = TC_TIME_STAMP;
      if (core.stamp_time > options->now + TC_FUTURE_SKEW_S)
        tc_result_find(&result, TC_REASON_STAMP_IN_FUTURE);
    }
  }
  bool unaccounted = false;
  for (size_t i = 0; i < result.finding_count; i++)
    unaccounted = unaccounted || (result.findings[i] >= TC_REASON_UNSIGNED_CERTIFICATE &&
                                  result.findings[i] <= TC_REASON_UNSIGNED_ATTRIBUTE);
  if (result.checks[TC_CHECK_CERTIFICATE].result == TC_YES)
    tc_result_set(&result, TC_CHECK_UNSIGNED_PARTS, unaccounted ? TC_NO : TC_YES,
                  unaccounted ? result.findings[0] : TC_REASON_OK);
  describe_scheme(&core, &result);
  conclude(&core, kind, options, &result);
  *out = result;
  result = (tc_signature_result){0};
  return true;
}
