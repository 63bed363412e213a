/* The client's end of RFC 3161: the request (2.4.1), and every check of 2.2 and 2.4.2 on what comes back. */
#include "signing/stamp_private.h"

#include "signing/certs_private.h"
#include "signing/der.h"
#include "signing/oids.h"
#include "signing/trust_private.h"
#include "signing/verify_private.h"

#include <string.h>

enum { CERTIFICATES_MAX = 32, STATUS_GRANTED_WITH_MODS = 1 };

static bool put_policy(tc_buf *out, const char *policy, tc_error *err)
{
  if (policy == NULL)
    return true;
  tc_auto(ASN1_OBJECT) oid = OBJ_txt2obj(policy, 1);
  if (oid == NULL)
    return tc_fail_ossl(err, TC_CONFIG, "\"%s\" is no policy of time-stamps", policy);
  return tc_der_put(out, TC_DER_OID, (tc_bytes){OBJ_get0_data(oid), OBJ_length(oid)}, err);
}

static bool put_imprint(tc_buf *out, const tc_digest *digest, tc_error *err)
{
  static const uint8_t none[] = {TC_DER_NULL, 0}; /* many servers want the parameters there (RFC 3161 knew SHA-1) */
  size_t start = out->size;
  return tc_der_put(out, TC_DER_OID, tc_oid_sha256, err) && tc_buf_append(out, none, sizeof none, err) &&
         tc_der_close(out, start, TC_DER_SEQUENCE, err) &&
         tc_der_put(out, TC_DER_OCTETS, (tc_bytes){digest->bytes, sizeof digest->bytes}, err) &&
         tc_der_close(out, start, TC_DER_SEQUENCE, err);
}

bool tc_stamp_request_make(tc_stamp_request *request, tc_buf *out, tc_error *err)
{
  static const uint8_t yes = 0xFF;
  size_t start = out->size;
  if (!tc_random(request->nonce, sizeof request->nonce, err))
    return false;
  request->nonce[0] = (uint8_t)((request->nonce[0] & 0x3F) | 0x40);
  return tc_der_put_small(out, 1, err) && put_imprint(out, &request->imprint, err) &&
         put_policy(out, request->policy, err) &&
         tc_der_put(out, TC_DER_INTEGER, (tc_bytes){request->nonce, sizeof request->nonce}, err) &&
         tc_der_put(out, TC_DER_BOOLEAN, (tc_bytes){&yes, 1}, err) && tc_der_close(out, start, TC_DER_SEQUENCE, err);
}

/* PKIStatusInfo: granted, or a refusal whose text and failure bits go into the message. RFC 3161 2.4.2. */
static bool check_status(tc_bytes info, tc_error *err)
{
  tc_der status;
  tc_der text;
  char words[120] = "";
  if (!tc_der_expect(&info, TC_DER_INTEGER, &status) || status.content.size != 1)
    return tc_fail(err, TC_NETWORK, "the time-stamp server's answer cannot be read");
  if (status.content.data[0] <= STATUS_GRANTED_WITH_MODS)
    return true;
  if (tc_der_optional(&info, TC_DER_SEQUENCE, &text)) {
    tc_bytes inner = text.content;
    tc_der line;
    if (tc_der_next(&inner, &line))
      for (size_t i = 0; i < line.content.size && i + 1 < sizeof words; i++)
        words[i] = (char)(line.content.data[i] >= 0x20 && line.content.data[i] < 0x7F ? line.content.data[i] : '?');
  }
  return tc_fail(err, TC_NETWORK, "the time-stamp server refused (status %d)%s%s", status.content.data[0],
                 words[0] != '\0' ? ": " : "", words);
}

static bool read_response(tc_bytes response, tc_bytes *token, tc_error *err)
{
  tc_der element;
  tc_der status;
  tc_bytes rest = response;
  if (!tc_der_expect(&rest, TC_DER_SEQUENCE, &element) || rest.size > 0)
    return tc_fail(err, TC_NETWORK, "the time-stamp server's answer cannot be read");
  rest = element.content;
  if (!tc_der_expect(&rest, TC_DER_SEQUENCE, &status))
    return tc_fail(err, TC_NETWORK, "the time-stamp server's answer cannot be read");
  if (!check_status(status.content, err))
    return false;
  if (!tc_der_expect(&rest, TC_DER_SEQUENCE, &element) || rest.size > 0)
    return tc_fail(err, TC_NETWORK, "the time-stamp server granted a time-stamp and sent none");
  *token = element.whole;
  return true;
}

/* Some servers leave the nonce out. An old token over the same digest is what they could replay, and its time is
   checked; another's nonce is an answer to somebody else. */
static bool check_nonce(TS_TST_INFO *info, const tc_stamp_request *request, tc_error *err)
{
  const ASN1_INTEGER *nonce = TS_TST_INFO_get_nonce(info);
  if (nonce == NULL)
    return true;
  if (ASN1_STRING_type(nonce) != V_ASN1_INTEGER || (size_t)ASN1_STRING_length(nonce) != sizeof request->nonce ||
      memcmp(ASN1_STRING_get0_data(nonce), request->nonce, sizeof request->nonce) != 0)
    return tc_fail(err, TC_CRYPTO, "the time-stamp answers another request (nonce)");
  return true;
}

static bool check_policy(TS_TST_INFO *info, const char *policy, tc_error *err)
{
  char actual[128] = "";
  if (policy == NULL)
    return true;
  OBJ_obj2txt(actual, sizeof actual, TS_TST_INFO_get_policy_id(info), 1);
  return strcmp(actual, policy) == 0 ||
         tc_fail(err, TC_CRYPTO, "the time-stamp was made under policy %s instead of %s", actual, policy);
}

/* RFC 3161 2.3: extendedKeyUsage critical, id-kp-timeStamping alone; and the path, where roots are given. */
static bool check_authority(const tc_core *core, const tc_stamp_expectation *expected, tc_error *err)
{
  int at = X509_get_ext_by_NID(core->signer, NID_ext_key_usage, -1);
  bool critical = at >= 0 && X509_EXTENSION_get_critical(X509_get_ext(core->signer, at)) == 1;
  if (!critical || X509_get_extended_key_usage(core->signer) != XKU_TIMESTAMP)
    return tc_fail(err, TC_CRYPTO, "the time-stamp was signed with a certificate that is not for time-stamps");
  if (expected->roots == NULL)
    return true;
  tc_auto(tc_trust) trust = NULL;
  tc_auto(tc_path_result) path = {0};
  tc_path_options how = tc_path_options_default();
  how.time = expected->now;
  how.now = expected->now;
  how.revocation = false;
  how.purpose = TC_PURPOSE_STAMPING;
  how.helpers = core->view.certificates;
  if (!tc_trust_create(&trust, err) || !tc_trust_add(trust, expected->roots, err) ||
      !tc_trust_validate_x509(trust, core->signer, &how, &path, err))
    return false;
  return path.path == TC_YES || tc_fail(err, TC_CRYPTO, "the time-stamp server's certificate is not trusted (%s)",
                                        tc_reason_name(path.path_reason));
}

static bool check_core(const tc_core *core, tc_error *err)
{
  const tc_check *checks[] = {&core->structure, &core->digest, &core->signing_certificate, &core->signature,
                              &core->algorithm};
  for (size_t i = 0; i < TC_ARRAY_LEN(checks); i++)
    if (checks[i]->result != TC_YES)
      return tc_fail(err, TC_CRYPTO, "the time-stamp does not hold (%s)", tc_reason_name(checks[i]->reason));
  return true;
}

bool tc_stamp_response_check(tc_bytes response, const tc_stamp_expectation *expected, tc_buf *token, int64_t *time,
                             tc_error *err)
{
  tc_bytes bytes;
  tc_auto(tc_core) core = {0};
  tc_hash_value imprint = {TC_HASH_SHA256, TC_SHA256_SIZE, {0}};
  memcpy(imprint.bytes, expected->request->imprint.bytes, TC_SHA256_SIZE);
  tc_core_options how = {
      .kind = TC_SIGNATURE_STAMP, .content = &imprint, .max_certificates = CERTIFICATES_MAX, .cache = expected->cache};
  if (!read_response(response, &bytes, err))
    return false;
  if (bytes.size > expected->token_limit)
    return tc_fail(err, TC_LIMIT, "a time-stamp of %zu bytes; %zu are reserved", bytes.size, expected->token_limit);
  if (!tc_core_verify(bytes, &how, &core, err) || !check_core(&core, err) ||
      !check_nonce(core.stamp, expected->request, err) || !check_policy(core.stamp, expected->request->policy, err) ||
      !check_authority(&core, expected, err))
    return false;
  int64_t apart = core.stamp_time - expected->now;
  if (apart > expected->clock_skew_s || apart < -expected->clock_skew_s)
    return tc_fail(err, TC_CRYPTO, "the time-stamp's time is %lld seconds from this machine's clock", (long long)apart);
  if (!tc_buf_append(token, bytes.data, bytes.size, err))
    return false;
  *time = core.stamp_time;
  return true;
}
