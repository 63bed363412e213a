/* A result as the contract of `verify --json` wants it (design.md). */
#include "signing/verify.h"

#include <time.h>

static tc_json *time_text(int64_t seconds)
{
  time_t when = (time_t)seconds;
  struct tm utc;
  char text[32];
  if (seconds == 0 || gmtime_r(&when, &utc) == NULL || strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
    return tc_json_null();
  return tc_json_text(text);
}

bool tc_signature_result_to_json(const tc_signature_result *result, tc_json **out, tc_error *err)
{
  tc_auto(tc_json) object = tc_json_object();
  tc_json *checks = tc_json_array();
  tc_json *findings = tc_json_array();
  bool ok = true;
  for (tc_check_name name = 0; name < TC_CHECK_COUNT; name++) {
    tc_json *check = tc_json_object();
    ok = tc_json_set_text(check, "name", tc_check_text(name)) &&
         tc_json_set_text(check, "result", tc_answer_name(result->checks[name].result)) &&
         tc_json_set_text(check, "reason", tc_reason_name(result->checks[name].reason)) && ok;
    ok = tc_json_append(checks, check) && ok;
  }
  for (size_t i = 0; i < result->finding_count; i++)
    ok = tc_json_append(findings, tc_json_text(tc_reason_name(result->findings[i]))) && ok;
  ok = tc_json_set_text(object, "signer", result->has_signer ? result->signer.common_name : NULL) &&
       tc_json_set_text(object, "organization", result->has_signer ? result->signer.organization : NULL) &&
       tc_json_set_text(object, "issuer", result->has_signer ? result->signer.issuer_common_name : NULL) &&
       tc_json_set_text(object, "serial", result->has_signer ? result->signer.serial : NULL) &&
       tc_json_set_text(object, "certificate", result->has_signer ? result->signer.fingerprint : NULL) &&
       tc_json_set_text(object, "level", result->level) &&
       tc_json_set(object, "signing_time", time_text(result->signing_time)) &&
       tc_json_set_text(object, "time_source", tc_time_source_name(result->time_source)) &&
       tc_json_set_text(object, "digest", tc_hash_name(result->hash)) &&
       tc_json_set_text(object, "algorithm", result->scheme) && ok;
  ok = tc_json_set(object, "checks", checks) && ok;
  ok = tc_json_set(object, "findings", findings) && ok;
  if (!ok)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a result");
  *out = tc_steal(&object);
  return true;
}
