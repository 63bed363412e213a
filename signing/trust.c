/*
 * Path validation in one pass of X509_verify_cert at the moment in question, with a callback that judges the errors
 * which have to do with time: OpenSSL takes the moment for "now", so a CRL made after it looks "not yet valid" to it,
 * and it does not compare a revocation's date with the moment. Everything else (signatures, names, key usage, policies,
 * name constraints, scope of CRLs, deltas) is OpenSSL's verdict.
 *
 * Of several CRLs with one issuer and scope only the newest takes part: an older one must not hide a revocation.
 * Two runs: the path alone, then with revocation; so that "who" and "revoked" stay two answers.
 */
#include "signing/trust.h"

#include "signing/certs_private.h"
#include "signing/trust_private.h"

enum { CRL_SKEW_S = 300, DEPTH_MAX = 16 };

struct tc_trust {
  tc_certs *roots;
  X509_STORE *store; /* of the roots; OpenSSL guards it with a lock of its own */
  tc_certs *others;  /* intermediates, and all CRLs */
};

typedef struct run {
  const tc_path_options *options;
  bool revocation;
  int error; /* the first that stands */
  int64_t revoked_at;
  bool revoked_later;
  const tc_crl_stack *crls;
} run;

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

bool tc_trust_add(tc_trust *trust, const tc_certs *certs, tc_error *err)
{
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
  return true;
}

bool tc_trust_add_path(tc_trust *trust, const char *path, tc_error *err)
{
  tc_auto(tc_certs) read = NULL;
  return tc_certs_create(&read, err) && tc_certs_add_path(read, path, err) && tc_trust_add(trust, read, err);
}

size_t tc_trust_root_count(const tc_trust *trust) { return trust != NULL ? tc_certs_count(trust->roots) : 0; }

static bool extension_equal(const X509_CRL *a, const X509_CRL *b, int nid)
{
  int left = X509_CRL_get_ext_by_NID(a, nid, -1);
  int right = X509_CRL_get_ext_by_NID(b, nid, -1);
  if (left < 0 || right < 0)
    return left < 0 && right < 0;
  return ASN1_OCTET_STRING_cmp(X509_EXTENSION_get_data(X509_CRL_get_ext(a, left)),
                               X509_EXTENSION_get_data(X509_CRL_get_ext(b, right))) == 0;
}

static bool same_scope(const X509_CRL *a, const X509_CRL *b)
{
  bool a_delta = X509_CRL_get_ext_by_NID(a, NID_delta_crl, -1) >= 0;
  bool b_delta = X509_CRL_get_ext_by_NID(b, NID_delta_crl, -1) >= 0;
  return a_delta == b_delta && X509_NAME_cmp(X509_CRL_get_issuer(a), X509_CRL_get_issuer(b)) == 0 &&
         extension_equal(a, b, NID_issuing_distribution_point) && extension_equal(a, b, NID_authority_key_identifier);
}

/* Puts a CRL among the candidates unless it is from the future, or one of its scope is there that is newer.
   A CRL whose signature does not hold must not push out one that holds, so all of unequal validity stay: OpenSSL picks
   by scope and time, and the newest is tried first. */
static bool offer_crl(tc_crl_stack *candidates, X509_CRL *crl, int64_t now)
{
  int64_t made = tc_asn1_seconds(X509_CRL_get0_lastUpdate(crl));
  if (made > now + CRL_SKEW_S)
    return true;
  for (int i = 0; i < sk_X509_CRL_num(candidates); i++) {
    X509_CRL *other = sk_X509_CRL_value(candidates, i);
    if (!same_scope(other, crl))
      continue;
    if (tc_asn1_seconds(X509_CRL_get0_lastUpdate(other)) < made)
      sk_X509_CRL_set(candidates, i, crl);
    return true;
  }
  return sk_X509_CRL_push(candidates, crl) > 0;
}

/* Whether any certificate at hand made this CRL: an embedded forgery is left aside before it can stand in the way. */
static bool crl_is_genuine(X509_CRL *crl, const tc_x509_stack *certificates)
{
  for (int i = 0; i < sk_X509_num(certificates); i++) {
    X509 *issuer = sk_X509_value(certificates, i);
    if (X509_NAME_cmp(X509_get_subject_name(issuer), X509_CRL_get_issuer(crl)) != 0)
      continue;
    bool genuine = X509_get0_pubkey(issuer) != NULL && X509_CRL_verify(crl, X509_get0_pubkey(issuer)) == 1;
    ERR_clear_error();
    if (genuine)
      return true;
  }
  return false;
}

static bool push_certs(tc_x509_stack *stack, const tc_certs *certs)
{
  for (size_t i = 0; i < tc_certs_count(certs); i++)
    if (sk_X509_push(stack, tc_certs_x509(certs, i)) <= 0)
      return false;
  return true;
}

static bool push_crls(tc_crl_stack *stack, const tc_certs *certs, const tc_x509_stack *issuers, int64_t now)
{
  for (size_t i = 0; i < tc_certs_crl_count(certs); i++)
    if (crl_is_genuine(tc_certs_crl(certs, i), issuers) && !offer_crl(stack, tc_certs_crl(certs, i), now))
      return false;
  return true;
}

/* A revocation counts from its date on: one after a proven signing time does no harm. OpenSSL does not always tell
   which CRL it read, so the earliest date that any of them gives is taken. */
static bool revocation_is_later(X509_STORE_CTX *context, run *r)
{
  X509 *certificate = X509_STORE_CTX_get_current_cert(context);
  for (int i = 0; i < sk_X509_CRL_num(r->crls); i++) {
    X509_REVOKED *entry = NULL;
    if (X509_CRL_get0_by_cert(sk_X509_CRL_value(r->crls, i), &entry, certificate) != 1)
      continue;
    int64_t when = tc_asn1_seconds(X509_REVOKED_get0_revocationDate(entry));
    if (r->revoked_at == 0 || when < r->revoked_at)
      r->revoked_at = when;
  }
  r->revoked_later = r->options->time_proven && r->revoked_at > r->options->time;
  return r->revoked_later;
}

static int judge(int ok, X509_STORE_CTX *context)
{
  if (ok)
    return 1;
  X509_STORE_CTX *outer = context; /* the path of a CRL's issuer is validated in a context within ours */
  while (X509_STORE_CTX_get0_parent_ctx(outer) != NULL)
    outer = X509_STORE_CTX_get0_parent_ctx(outer);
  run *r = X509_STORE_CTX_get_app_data(outer);
  int error = X509_STORE_CTX_get_error(context);
  bool tolerated = error == X509_V_ERR_CRL_NOT_YET_VALID || /* made after the moment: says more, not less */
                   (error == X509_V_ERR_CERT_REVOKED && revocation_is_later(context, r));
  if (tolerated) {
    X509_STORE_CTX_set_error(context, X509_V_OK);
    return 1;
  }
  if (r->error == X509_V_OK)
    r->error = error;
  return 0;
}

static bool set_parameters(X509_STORE_CTX *context, const run *r, tc_error *err)
{
  const tc_path_options *options = r->options;
  X509_VERIFY_PARAM *parameters = X509_STORE_CTX_get0_param(context);
  unsigned long flags = X509_V_FLAG_POLICY_CHECK;
  if (r->revocation)
    flags |=
        X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL | X509_V_FLAG_EXTENDED_CRL_SUPPORT | X509_V_FLAG_USE_DELTAS;
  if (options->require_explicit_policy)
    flags |= X509_V_FLAG_EXPLICIT_POLICY;
  if (options->inhibit_policy_mapping)
    flags |= X509_V_FLAG_INHIBIT_MAP;
  if (options->inhibit_any_policy)
    flags |= X509_V_FLAG_INHIBIT_ANY;
  X509_VERIFY_PARAM_set_flags(parameters, flags);
  X509_VERIFY_PARAM_set_time(parameters, (time_t)options->time);
  X509_VERIFY_PARAM_set_depth(parameters, DEPTH_MAX);
  for (size_t i = 0; options->policies != NULL && options->policies[i] != NULL; i++) {
    ASN1_OBJECT *policy = OBJ_txt2obj(options->policies[i], 1);
    if (policy == NULL || X509_VERIFY_PARAM_add0_policy(parameters, policy) != 1) {
      ASN1_OBJECT_free(policy);
      return tc_fail_ossl(err, TC_USAGE, "\"%s\" is no policy", options->policies[i]);
    }
  }
  if (options->purpose == TC_PURPOSE_STAMPING)
    X509_STORE_CTX_set_purpose(context, X509_PURPOSE_TIMESTAMP_SIGN);
  return true;
}

/* The material of one validation: borrowed objects. */
typedef struct material {
  X509_STORE *store; /* the trust's, or an empty one */
  tc_x509_stack *others, *all;
  tc_crl_stack *crls;
} material;

static void material_finish(material *m)
{
  X509_STORE_free(m->store);
  sk_X509_free(m->others);
  sk_X509_free(m->all);
  sk_X509_CRL_free(m->crls);
}
TC_AUTO_VALUE(material, material_finish);

static bool gather(const tc_trust *trust, const tc_path_options *options, material *m, tc_error *err)
{
  *m = (material){NULL, sk_X509_new_null(), sk_X509_new_null(), sk_X509_CRL_new_null()};
  if (trust != NULL && X509_STORE_up_ref(trust->store) == 1)
    m->store = trust->store;
  else
    m->store = X509_STORE_new();
  bool ok = m->store != NULL && m->others != NULL && m->all != NULL && m->crls != NULL;
  if (ok && trust != NULL)
    ok = push_certs(m->others, trust->others) && push_certs(m->all, trust->roots);
  ok = ok && push_certs(m->others, options->helpers);
  for (int i = 0; ok && i < sk_X509_num(m->others); i++)
    ok = sk_X509_push(m->all, sk_X509_value(m->others, i)) > 0;
  if (ok && options->revocation)
    ok = (trust == NULL || push_crls(m->crls, trust->others, m->all, options->now)) &&
         push_crls(m->crls, options->helpers, m->all, options->now);
  return ok || tc_fail_ossl(err, TC_NO_MEMORY, "no memory for a path");
}

/* One run; *error is X509_V_OK or the first error that stands. With `chain`, adds what the path is made of. */
static bool run_once(const material *m, X509 *certificate, run *r, tc_certs *chain, tc_error *err)
{
  tc_auto(X509_STORE_CTX) context = X509_STORE_CTX_new();
  if (context == NULL || X509_STORE_CTX_init(context, m->store, certificate, m->others) != 1)
    return tc_fail_ossl(err, TC_NO_MEMORY, "no memory for a path");
  X509_STORE_CTX_set0_crls(context, m->crls);
  X509_STORE_CTX_set_app_data(context, r);
  X509_STORE_CTX_set_verify_cb(context, judge);
  if (!set_parameters(context, r, err))
    return false;
  if (X509_verify_cert(context) != 1 && r->error == X509_V_OK)
    r->error =
        X509_STORE_CTX_get_error(context) != X509_V_OK ? X509_STORE_CTX_get_error(context) : X509_V_ERR_UNSPECIFIED;
  ERR_clear_error();
  const STACK_OF(X509) *built = X509_STORE_CTX_get0_chain(context);
  for (int i = 0; chain != NULL && i < sk_X509_num(built); i++)
    if (!tc_certs_add_x509(chain, sk_X509_value(built, i), err))
      return false;
  return true;
}

/* RFC 5280 4.2.1.3; the TSA's own demands are OpenSSL's purpose "timestampsign". */
static bool usage_fits(X509 *certificate, tc_purpose purpose)
{
  if (purpose != TC_PURPOSE_SIGNING)
    return true;
  uint32_t extended = X509_get_extended_key_usage(certificate);
  bool only_stamps = extended != UINT32_MAX && extended == XKU_TIMESTAMP;
  return (X509_get_key_usage(certificate) & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) != 0 && !only_stamps;
}

static void explain_path(const run *r, tc_path_result *result)
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

static void explain_revocation(const run *r, tc_path_result *result)
{
  result->revoked_at = r->revoked_at;
  result->unrevoked = TC_UNKNOWN;
  switch (r->error) {
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

bool tc_trust_validate_x509(const tc_trust *trust, X509 *leaf, const tc_path_options *options, tc_path_result *out,
                            tc_error *err)
{
  tc_auto(tc_path_result) result = {.unrevoked_reason = TC_REASON_NOT_CHECKED};
  tc_auto(material) m = {0};
  run path = {.options = options};
  if (!tc_certs_create(&result.chain, err) || !gather(trust, options, &m, err) ||
      !run_once(&m, leaf, &path, result.chain, err))
    return false;
  explain_path(&path, &result);
  if (result.path == TC_YES && !usage_fits(leaf, options->purpose)) {
    result.path = TC_NO;
    result.path_reason = TC_REASON_CERTIFICATE_USAGE;
  }
  if (options->revocation && path.error == X509_V_OK) {
    run revocation = {.options = options, .revocation = true, .crls = m.crls};
    if (!run_once(&m, leaf, &revocation, NULL, err))
      return false;
    explain_revocation(&revocation, &result);
  }
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
