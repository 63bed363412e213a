/*
 * The gravest cause first: what was changed is not to be used, whoever signed it; then the copy's standing; then who
 * signed; then what could not be found out; then what limits a copy that holds.
 */
#include "pipeline/verify_advice.h"

#include <string.h>

const char *const tc_verify_advices[] = {"use_valid",
                                         "use_valid_elsewhere",
                                         "use_signed",
                                         "use_filled",
                                         "use_sample",
                                         "use_paper_expired",
                                         "use_unsigned",
                                         "use_changed",
                                         "use_superseded",
                                         "use_revoked",
                                         "use_not_in_force",
                                         "use_signer_revoked",
                                         "use_signer_invalid",
                                         "use_signer_unknown",
                                         "use_stamp_unknown",
                                         "use_not_checked",
                                         "use_weak",
                                         "use_unsupported",
                                         "use_doubtful",
                                         "use_expired_signer",
                                         TC_VERIFY_ADVICE_DAMAGED};
const size_t tc_verify_advice_count = TC_ARRAY_LEN(tc_verify_advices);

static bool is(const tc_json *object, const char *key, const char *text)
{
  return strcmp(tc_json_get_text(object, key, ""), text) == 0;
}

/* Whether a check of any signature that did not pass gives this reason. */
static bool has_reason(const tc_json *result, const char *reason)
{
  const tc_json *signatures = tc_json_get(result, "signatures");
  for (size_t i = 0; i < tc_json_count(signatures); i++) {
    const tc_json *checks = tc_json_get(tc_json_at(signatures, i), "checks");
    for (size_t j = 0; j < tc_json_count(checks); j++)
      if (!is(tc_json_at(checks, j), "result", "yes") && is(tc_json_at(checks, j), "reason", reason))
        return true;
  }
  return false;
}

static bool was_filled_in(const tc_json *result)
{
  const tc_json *findings = tc_json_get(result, "findings");
  for (size_t i = 0; i < tc_json_count(findings); i++)
    if (is(tc_json_at(findings, i), "code", "form_filled"))
      return true;
  return false;
}

static bool has_violation(const tc_json *result)
{
  const tc_json *findings = tc_json_get(result, "findings");
  for (size_t i = 0; i < tc_json_count(findings); i++)
    if (is(tc_json_at(findings, i), "severity", "violation"))
      return true;
  return false;
}

/* The first row whose reason one of the signatures gives; NULL: none. */
static const char *advice_of_reasons(const tc_json *result)
{
  static const struct {
    const char *reason, *advice;
  } rows[] = {{"certificate_revoked", "use_signer_revoked"},
              {"stamp_signer_revoked", "use_signer_revoked"},
              {"algorithm_weak", "use_weak"},
              {"key_weak", "use_weak"},
              {"digest_unsupported", "use_unsupported"},
              {"signature_unsupported", "use_unsupported"},
              {"signer_unknown", "use_signer_unknown"},
              {"signer_certificate_missing", "use_signer_unknown"},
              {"stamp_signer_unknown", "use_stamp_unknown"},
              {"certificate_expired", "use_expired_signer"},
              {"revocation_unknown", "use_not_checked"},
              {"revocation_stale", "use_not_checked"},
              {"revocation_invalid", "use_not_checked"}};
  for (size_t i = 0; i < TC_ARRAY_LEN(rows); i++)
    if (has_reason(result, rows[i].reason))
      return rows[i].advice;
  return NULL;
}

static const char *advice_of_state(const tc_json *result)
{
  if (is(result, "state", "superseded"))
    return "use_superseded";
  return is(result, "state", "revoked") ? "use_revoked" : "use_not_in_force";
}

static const char *advice_of_valid(const tc_json *result)
{
  const tc_json *copy = tc_json_get(result, "copy");
  if (tc_json_get_boolean(copy, "sample", false))
    return "use_sample";
  if (is(result, "paper_valid", "no"))
    return "use_paper_expired";
  if (was_filled_in(result))
    return "use_filled";
  if (is(result, "in_force", "yes"))
    return "use_valid";
  return tc_json_get_text(copy, "record", NULL) != NULL ? "use_valid_elsewhere" : "use_signed";
}

const char *tc_verify_advice(const tc_json *result)
{
  if (tc_json_count(tc_json_get(result, "signatures")) == 0)
    return has_violation(result) ? "use_changed" : "use_unsigned"; /* taken out is not the same as never there */
  if (is(result, "intact", "no"))
    return "use_changed";
  if (is(result, "in_force", "no"))
    return advice_of_state(result);
  if (is(result, "verdict", "valid"))
    return advice_of_valid(result);
  const char *advice = advice_of_reasons(result);
  if (advice != NULL)
    return advice;
  return is(result, "trusted", "no") ? "use_signer_invalid" : "use_doubtful";
}
