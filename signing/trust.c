/*
 * Trust anchors, and the two answers of a path validation: who (trust_path.c runs it, over what trust_material.c puts
 * together), and revoked or not.
 */
#include "signing/trust_private.h"
#include "signing/verify_cache_private.h"

tc_path_options tc_path_options_default(void) { return (tc_path_options){.revocation = true}; }

bool tc_trust_create(tc_trust **out, tc_error *err)
{
  tc_auto(tc_trust) trust = calloc(1, sizeof *trust);
  if (trust == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for trust anchors");
  if (!tc_certs_create(&trust->roots, err) || !tc_certs_create(&trust->others, err))
    return false;
  trust->store = X509_STORE_new();
  if (trust->store == NULL)
    return tc_fail_ossl(err, TC_NO_MEMORY, "no memory for trust anchors");
  *out = tc_steal(&trust);
  return true;
}

void tc_trust_destroy(tc_trust *trust)
{
  if (trust == NULL)
    return;
  tc_certs_destroy(trust->roots);
  X509_STORE_free(trust->store);
  tc_certs_destroy(trust->others);
  free(trust);
}

/* What was trusted before, and what is added: so that no two trusts with other content have one digest. */
static bool add_to_digest(tc_trust *trust, const tc_certs *certs, tc_error *err)
{
  tc_auto(tc_sha256) running = NULL;
  return tc_sha256_create(&running, err) && tc_sha256_update(running, &trust->digest, sizeof trust->digest, err) &&
         tc_certs_add_digests(certs, running, err) && tc_sha256_end(running, &trust->digest, err);
}

bool tc_trust_add(tc_trust *trust, const tc_certs *certs, tc_error *err)
{
  if (!add_to_digest(trust, certs, err))
    return false;
  for (size_t i = 0; i < tc_certs_count(certs); i++) {
    X509 *certificate = tc_certs_x509(certs, i);
    bool root = X509_NAME_cmp(X509_get_subject_name(certificate), X509_get_issuer_name(certificate)) == 0;
    if (!tc_certs_add_x509(root ? trust->roots : trust->others, certificate, err))
      return false;
    if (root && X509_STORE_add_cert(trust->store, certificate) != 1)
      return tc_fail_ossl(err, TC_NO_MEMORY, "no memory for trust anchors");
  }
  for (size_t i = 0; i < tc_certs_crl_count(certs); i++)
    if (!tc_certs_add_crl(trust->others, tc_certs_crl(certs, i), err))
      return false;
  for (size_t i = 0; i < tc_certs_ocsp_count(certs); i++)
    if (!tc_certs_add_ocsp(trust->others, tc_certs_ocsp_der(certs, i), err))
      return false;
  return true;
}

bool tc_trust_add_path(tc_trust *trust, const char *path, tc_error *err)
{
  tc_auto(tc_certs) read = NULL;
  return tc_certs_create(&read, err) && tc_certs_add_path(read, path, err) && tc_trust_add(trust, read, err);
}

size_t tc_trust_root_count(const tc_trust *trust) { return trust != NULL ? tc_certs_count(trust->roots) : 0; }

/* RFC 5280 4.2.1.12: whether all that the certificate is for are services, whose keys sign whatever they are sent. */
static bool is_for_machines(X509 *certificate)
{
  EXTENDED_KEY_USAGE *usages = X509_get_ext_d2i(certificate, NID_ext_key_usage, NULL, NULL);
  int services = 0;
  for (int i = 0; i < sk_ASN1_OBJECT_num(usages); i++) {
    int nid = OBJ_obj2nid(sk_ASN1_OBJECT_value(usages, i));
    services += nid == NID_time_stamp || nid == NID_OCSP_sign || nid == NID_server_auth;
  }
  bool alone = services > 0 && services == sk_ASN1_OBJECT_num(usages);
  EXTENDED_KEY_USAGE_free(usages);
  ERR_clear_error();
  return alone;
}

/* RFC 5280 4.2.1.3; the TSA's own demands are OpenSSL's purpose "timestampsign". */
static bool usage_fits(X509 *certificate, tc_purpose purpose)
{
  if (purpose != TC_PURPOSE_SIGNING)
    return true;
  return (X509_get_key_usage(certificate) & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) != 0 &&
         !is_for_machines(certificate);
}

int64_t tc_path_strength_time(const tc_path_options *options)
{
  return options->time_proven ? options->time : options->now;
}

static void explain_path(const tc_path_run *r, tc_path_result *result)
{
  const struct {
    int error;
    tc_answer answer;
    tc_reason reason;
  } known[] = {
      {X509_V_OK, TC_YES, TC_REASON_OK},
      {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, TC_UNKNOWN, TC_REASON_SIGNER_UNKNOWN},
      {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, TC_UNKNOWN, TC_REASON_SIGNER_UNKNOWN},
      {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, TC_UNKNOWN, TC_REASON_SIGNER_UNKNOWN},
      {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, TC_UNKNOWN, TC_REASON_SIGNER_UNKNOWN},
      {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, TC_UNKNOWN, TC_REASON_SIGNER_UNKNOWN},
      {X509_V_ERR_CERT_UNTRUSTED, TC_UNKNOWN, TC_REASON_SIGNER_UNKNOWN},
      {X509_V_ERR_CERT_HAS_EXPIRED, TC_NO, TC_REASON_CERTIFICATE_EXPIRED},
      {X509_V_ERR_CERT_NOT_YET_VALID, TC_NO, TC_REASON_CERTIFICATE_NOT_YET_VALID},
      {X509_V_ERR_INVALID_PURPOSE, TC_NO, TC_REASON_CERTIFICATE_USAGE},
      {X509_V_ERR_NO_EXPLICIT_POLICY, TC_NO, TC_REASON_CERTIFICATE_POLICY},
      {X509_V_ERR_INVALID_POLICY_EXTENSION, TC_NO, TC_REASON_CERTIFICATE_POLICY},
  };
  result->path = TC_NO;
  result->path_reason = TC_REASON_PATH_INVALID;
  for (size_t i = 0; i < TC_ARRAY_LEN(known); i++)
    if (known[i].error == r->error) {
      result->path = known[i].answer;
      result->path_reason = known[i].reason;
    }
  /* Expired at a time that nothing proves: it may have been good when it signed. */
  if (r->error == X509_V_ERR_CERT_HAS_EXPIRED && !r->options->time_proven)
    result->path = TC_UNKNOWN;
}

static void explain_revocation(const tc_path_run *r, tc_path_result *result)
{
  result->revoked_at = r->revoked_at;
  result->unrevoked = TC_UNKNOWN;
  switch (r->revocation_error) {
  case X509_V_OK:
    result->unrevoked = TC_YES;
    result->unrevoked_reason = r->revoked_later ? TC_REASON_REVOKED_AFTER_SIGNING : TC_REASON_OK;
    break;
  case X509_V_ERR_CERT_REVOKED:
    result->unrevoked = TC_NO;
    result->unrevoked_reason = TC_REASON_CERTIFICATE_REVOKED;
    break;
  case X509_V_ERR_CRL_HAS_EXPIRED:
    result->unrevoked_reason = TC_REASON_REVOCATION_STALE;
    break;
  case X509_V_ERR_CRL_SIGNATURE_FAILURE:
  case X509_V_ERR_KEYUSAGE_NO_CRL_SIGN:
  case X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION:
  case X509_V_ERR_CRL_PATH_VALIDATION_ERROR:
    result->unrevoked_reason = TC_REASON_REVOCATION_INVALID;
    break;
  default:
    result->unrevoked_reason = TC_REASON_REVOCATION_UNKNOWN;
    break;
  }
}

void tc_path_result_finish(tc_path_result *result)
{
  tc_certs_destroy(result->chain);
  *result = (tc_path_result){0};
}

bool tc_trust_validate(const tc_trust *trust, tc_bytes certificate, const tc_path_options *options, tc_path_result *out,
                       tc_error *err)
{
  tc_auto(X509) leaf = tc_x509_read(certificate);
  if (leaf == NULL)
    return tc_fail(err, TC_FORMAT, "these bytes are no certificate");
  return tc_trust_validate_x509(trust, leaf, options, out, err);
}

static bool validate(const tc_trust *trust, X509 *leaf, const tc_path_options *options, tc_path_result *out,
                     tc_error *err)
{
  tc_auto(tc_path_result) result = {.unrevoked_reason = TC_REASON_NOT_CHECKED};
  tc_auto(tc_path_material) m = {0};
  tc_path_run run = {.trust = trust, .options = options, .material = &m};
  if (!tc_certs_create(&result.chain, err) || !tc_path_gather(trust, leaf, options, &m, err) ||
      !tc_path_run_once(&run, result.chain, err))
    return false;
  explain_path(&run, &result);
  if (result.path == TC_YES && !usage_fits(leaf, options->purpose)) {
    result.path = TC_NO;
    result.path_reason = TC_REASON_CERTIFICATE_USAGE;
  }
  tc_reason weakness =
      options->strength ? tc_chain_weakness(result.chain, tc_path_strength_time(options)) : TC_REASON_OK;
  if (result.path == TC_YES && weakness != TC_REASON_OK) { /* whoever made such a certificate may be another */
    result.path = TC_UNKNOWN;
    result.path_reason = weakness;
  }
  if (options->revocation && run.error == X509_V_OK)
    explain_revocation(&run, &result);
  for (int i = 0; result.path == TC_YES && i < sk_X509_CRL_num(m.crls); i++)
    for (size_t j = 0; j < tc_certs_count(result.chain); j++)
      if (X509_NAME_cmp(X509_get_subject_name(tc_certs_x509(result.chain, j)),
                        X509_CRL_get_issuer(sk_X509_CRL_value(m.crls, i))) == 0 &&
          !tc_certs_add_crl(result.chain, sk_X509_CRL_value(m.crls, i), err))
        return false;
  *out = result;
  result = (tc_path_result){0};
  return true;
}

bool tc_trust_validate_x509(const tc_trust *trust, X509 *leaf, const tc_path_options *options, tc_path_result *out,
                            tc_error *err)
{
  static const tc_digest nothing;
  tc_digest key;
  bool usable = false;
  bool found = false;
  if (options->cache == NULL)
    return validate(trust, leaf, options, out, err);
  if (!tc_verify_cache_path_key(trust != NULL ? &trust->digest : &nothing, leaf, options, &key, &usable, err) ||
      (usable && !tc_verify_cache_find_path(options->cache, &key, out, &found, err)))
    return false;
  if (found)
    return true;
  tc_auto(tc_path_result) result = {0};
  if (!validate(trust, leaf, options, &result, err) ||
      (usable && !tc_verify_cache_keep_path(options->cache, &key, &result, err)))
    return false;
  *out = result;
  result = (tc_path_result){0};
  return true;
}
