/* The unsigned half of a signature: its time-stamps, and an account of embedded certificates and CRLs. */
#include "signing/oids.h"
#include "signing/trust_private.h"
#include "signing/verify_private.h"

enum { STAMPS_MAX = 8 };

/* What one token of the signature says. */
typedef struct stamp_verdict {
  tc_check check;
  int64_t time;
} stamp_verdict;

/* The certificates and CRLs embedded in a SignedData, each on a path that holds: else its bytes prove nothing, and
   changing them would change nothing (design.md: unknown changes are not valid). Those of the signer's own path hold.
 */
bool tc_account_for(const tc_cms_view *view, const tc_trust *trust, const tc_path_options *path, const tc_certs *chain,
                    tc_signature_result *result, tc_error *err)
{
  tc_path_options how = *path;
  how.purpose = TC_PURPOSE_ANY;
  how.revocation = how.strength = false;
  how.helpers = view->certificates;
  for (size_t i = 0; i < tc_certs_count(view->certificates); i++) {
    tc_auto(tc_path_result) own = {0};
    X509 *certificate = tc_certs_x509(view->certificates, i);
    if (tc_certs_has_x509(chain, certificate))
      continue;
    if (!tc_trust_validate_x509(trust, certificate, &how, &own, err))
      return false;
    if (own.path != TC_YES)
      tc_result_find(result, TC_REASON_UNSIGNED_CERTIFICATE);
  }
  if (view->repeats)
    tc_result_find(result, TC_REASON_UNSIGNED_CERTIFICATE);
  for (size_t i = 0; i < tc_certs_crl_count(view->certificates); i++)
    if (!tc_certs_has_crl(result->chain, tc_certs_crl_der(view->certificates, i)))
      tc_result_find(result, TC_REASON_UNSIGNED_CRL);
  return true;
}

/* A time-stamp outlives the days for which the CRLs beside it speak; what is newer, and says that its authority was
   revoked, was heard first. */
bool tc_stamp_trust(const tc_core *core, const tc_trust *trust, const tc_path_options *options, tc_path_result *out,
                    tc_error *err)
{
  tc_auto(tc_path_result) then = {0};
  tc_path_options at_stamp = *options;
  at_stamp.time = core->stamp_time;
  if (!tc_trust_validate_x509(trust, core->signer, options, out, err))
    return false;
  if (options->time_proven || out->path != TC_YES || out->unrevoked != TC_UNKNOWN)
    return true;
  if (!tc_trust_validate_x509(trust, core->signer, &at_stamp, &then, err))
    return false;
  if (then.path == TC_YES && then.unrevoked == TC_YES) {
    out->unrevoked = TC_YES;
    out->unrevoked_reason = then.unrevoked_reason;
  }
  return true;
}

/* The path of the token's signer; judged at `now`, or at the time that a later time-stamp proves. */
static bool trust_stamp(const tc_core *core, const tc_verify_options *options, stamp_verdict *out,
                        tc_signature_result *result, tc_error *err)
{
  tc_auto(tc_certs) helpers = NULL;
  tc_auto(tc_path_result) path = {0};
  tc_path_options how = tc_path_options_default();
  how.time = options->proven_time != 0 ? options->proven_time : options->now;
  how.time_proven = options->proven_time != 0;
  how.now = options->now;
  how.strength = true;
  how.cache = options->cache;
  how.purpose = TC_PURPOSE_STAMPING;
  if (!tc_certs_create(&helpers, err) || !tc_certs_add_all(helpers, core->view.certificates, err) ||
      !tc_certs_add_all(helpers, options->helpers, err) ||
      !tc_verify_cache_describe(options->cache, core->signer, &result->stamp_signer, err))
    return false;
  how.helpers = helpers;
  if (!tc_stamp_trust(core, options->trust, &how, &path, err))
    return false;
  if (path.path == TC_YES && !tc_certs_add_all(result->chain, path.chain, err))
    return false;
  if (path.path != TC_YES)
    out->check = (tc_check){path.path, path.path == TC_NO                             ? TC_REASON_STAMP_SIGNER_INVALID
                                       : path.path_reason == TC_REASON_SIGNER_UNKNOWN ? TC_REASON_STAMP_SIGNER_UNKNOWN
                                                                                      : path.path_reason};
  else if (path.unrevoked != TC_YES)
    out->check =
        (tc_check){path.unrevoked, path.unrevoked == TC_NO ? TC_REASON_STAMP_SIGNER_REVOKED : path.unrevoked_reason};
  else
    out->check = (tc_check){TC_YES, TC_REASON_OK};
  return out->check.result != TC_YES || tc_account_for(&core->view, options->trust, &how, path.chain, result, err);
}

/* RFC 3161 appendix A: the imprint is over the signature's value. */
static bool check_token(const tc_core *signature, tc_bytes token, const tc_verify_options *options, stamp_verdict *out,
                        tc_signature_result *result, tc_error *err)
{
  tc_hash hash = TC_HASH_UNKNOWN;
  tc_hash_value imprint;
  tc_auto(tc_core) core = {0};
  *out = (stamp_verdict){{TC_NO, TC_REASON_STAMP_UNREADABLE}, 0};
  if (!tc_signature_peek(token, TC_SIGNATURE_STAMP, &hash, NULL) || hash == TC_HASH_UNKNOWN)
    return true;
  tc_core_options how = {TC_SIGNATURE_STAMP,   &imprint, options->helpers, options->max_certificates, options->cache,
                         options->proven_time, true};
  if (!tc_hash_parts(hash, &signature->view.signature, 1, &imprint, err) || !tc_core_verify(token, &how, &core, err))
    return false;
  out->time = core.stamp_time;
  const tc_check *checks[] = {&core.structure, &core.digest, &core.signature, &core.signing_certificate,
                              &core.algorithm};
  for (size_t i = 0; i < TC_ARRAY_LEN(checks); i++)
    if (checks[i]->result != TC_YES) {
      tc_reason reason = checks[i] == &core.signature ? TC_REASON_STAMP_SIGNATURE_INVALID : checks[i]->reason;
      out->check = (tc_check){checks[i]->result, reason};
      return true;
    }
  if (core.view.was_ber || core.view.read != token.size || core.view.unsigned_attributes.size > 0)
    tc_result_find(result, TC_REASON_UNSIGNED_ATTRIBUTE);
  if (core.stamp_time > options->now + TC_FUTURE_SKEW_S) {
    out->check = (tc_check){TC_NO, TC_REASON_STAMP_IN_FUTURE};
    return true;
  }
  return trust_stamp(&core, options, out, result, err);
}

/* Each unsigned attribute is a signature time-stamp that holds, or a finding. The earliest time counts. */
bool tc_check_unsigned(const tc_core *core, const tc_verify_options *options, tc_signature_result *result,
                       tc_error *err)
{
  tc_bytes rest = core->view.unsigned_attributes;
  tc_bytes type;
  tc_bytes values;
  size_t count = 0;
  tc_result_set(result, TC_CHECK_TIMESTAMP, TC_UNKNOWN, TC_REASON_STAMP_MISSING);
  while (rest.size > 0) {
    tc_der token;
    if (!tc_attribute_next(&rest, &type, &values)) {
      tc_result_find(result, TC_REASON_UNSIGNED_ATTRIBUTE);
      break;
    }
    if (!tc_bytes_equal(type, tc_oid_stamp_token) || values.size == 0) {
      tc_result_find(result, TC_REASON_UNSIGNED_ATTRIBUTE);
      continue;
    }
    while (values.size > 0 && tc_der_next(&values, &token) && count++ < STAMPS_MAX) {
      stamp_verdict one;
      if (!check_token(core, token.whole, options, &one, result, err))
        return false;
      tc_check *check = &result->checks[TC_CHECK_TIMESTAMP];
      bool worse = check->reason == TC_REASON_STAMP_MISSING ||
                   (check->result == TC_YES && one.check.result != TC_YES) || one.check.result == TC_NO;
      if (worse)
        *check = one.check;
      if (one.check.result == TC_YES && (result->signing_time == 0 || one.time < result->signing_time)) {
        result->signing_time = one.time;
        result->time_source = TC_TIME_STAMP;
      }
    }
    if (values.size > 0)
      tc_result_find(result, TC_REASON_UNSIGNED_ATTRIBUTE);
  }
  if (result->checks[TC_CHECK_TIMESTAMP].result != TC_YES &&
      result->checks[TC_CHECK_TIMESTAMP].reason != TC_REASON_STAMP_MISSING) {
    tc_result_find(result, result->checks[TC_CHECK_TIMESTAMP].reason);
    result->signing_time = 0;
    result->time_source = TC_TIME_NONE;
  }
  return true;
}
