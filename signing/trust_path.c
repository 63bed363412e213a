/*
 * One pass of X509_verify_cert at the moment in question, with a callback that judges the errors which have to do with
 * time: OpenSSL takes the moment for "now", so a CRL made after it looks "not yet valid" to it, and it does not compare
 * a revocation's date with the moment. Everything else (signatures, names, key usage, policies, name constraints, scope
 * of CRLs, deltas) is OpenSSL's verdict.
 *
 * Errors about revocation do not end the pass: "who" and "revoked" stay two answers. Where CRLs do not tell, OCSP
 * responses may.
 */
#include "signing/trust_private.h"

enum { DEPTH_MAX = 16 };

static bool is_about_revocation(int error)
{
  static const int errors[] = {X509_V_ERR_UNABLE_TO_GET_CRL,
                               X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE,
                               X509_V_ERR_CRL_SIGNATURE_FAILURE,
                               X509_V_ERR_CRL_NOT_YET_VALID,
                               X509_V_ERR_CRL_HAS_EXPIRED,
                               X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD,
                               X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD,
                               X509_V_ERR_CERT_REVOKED,
                               X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER,
                               X509_V_ERR_KEYUSAGE_NO_CRL_SIGN,
                               X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION,
                               X509_V_ERR_DIFFERENT_CRL_SCOPE,
                               X509_V_ERR_CRL_PATH_VALIDATION_ERROR};
  for (size_t i = 0; i < TC_ARRAY_LEN(errors); i++)
    if (errors[i] == error)
      return true;
  return false;
}

/* A revocation counts from its date on: one after a proven signing time does no harm. OpenSSL does not always tell
   which CRL it read, so the earliest date that any of them gives is taken. */
static bool revocation_is_later(X509_STORE_CTX *context, tc_path_run *r)
{
  X509 *certificate = X509_STORE_CTX_get_current_cert(context);
  for (int i = 0; i < sk_X509_CRL_num(r->material->crls); i++) {
    X509_REVOKED *entry = NULL;
    if (X509_CRL_get0_by_cert(sk_X509_CRL_value(r->material->crls, i), &entry, certificate) != 1)
      continue;
    int64_t when = tc_asn1_seconds(X509_REVOKED_get0_revocationDate(entry));
    if (r->revoked_at == 0 || when < r->revoked_at)
      r->revoked_at = when;
  }
  bool later = r->options->time_proven && r->revoked_at > r->options->time;
  r->revoked_later = r->revoked_later || later;
  return later;
}

static X509 *issuer_of_current(X509_STORE_CTX *context)
{
  const STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(context);
  int depth = X509_STORE_CTX_get_error_depth(context);
  return depth + 1 < sk_X509_num(chain) ? sk_X509_value(chain, depth + 1) : NULL;
}

/* RFC 5280 6.1: an anchor is trusted for itself; that nobody tells of it does no harm. */
static bool is_anchor(X509_STORE_CTX *context)
{
  return X509_STORE_CTX_get_error_depth(context) + 1 == sk_X509_num(X509_STORE_CTX_get0_chain(context));
}

static bool ocsp_says_good(X509_STORE_CTX *context, const tc_path_run *r)
{
  X509 *issuer = issuer_of_current(context);
  int64_t unused = 0;
  return issuer != NULL &&
         tc_path_ask_ocsp(r, X509_STORE_CTX_get_current_cert(context), issuer, &unused) == TC_OCSP_SAYS_GOOD;
}

/* Whether a CRL's issuer is told of by its own CRL alone, as its CA ordered: the distribution point of its certificate
   names itself as CRL issuer. A CRL that it signed and that does not list it is then all there can be. */
static bool tells_of_itself(X509 *certificate, const tc_path_run *r)
{
  CRL_DIST_POINTS *points = X509_get_ext_d2i(certificate, NID_crl_distribution_points, NULL, NULL);
  const X509_NAME *self = X509_get_subject_name(certificate);
  bool named = false;
  bool told = false;
  for (int i = 0; i < sk_DIST_POINT_num(points); i++) {
    const GENERAL_NAMES *issuers = sk_DIST_POINT_value(points, i)->CRLissuer;
    for (int j = 0; j < sk_GENERAL_NAME_num(issuers); j++) {
      const GENERAL_NAME *name = sk_GENERAL_NAME_value(issuers, j);
      named = named || (name->type == GEN_DIRNAME && X509_NAME_cmp(name->d.directoryName, self) == 0);
    }
  }
  CRL_DIST_POINTS_free(points);
  for (int i = 0; named && i < sk_X509_CRL_num(r->material->crls); i++) {
    X509_CRL *crl = sk_X509_CRL_value(r->material->crls, i);
    X509_REVOKED *entry = NULL;
    if (X509_NAME_cmp(X509_CRL_get_issuer(crl), self) != 0 || X509_CRL_verify(crl, X509_get0_pubkey(certificate)) != 1)
      continue;
    if (X509_CRL_get0_by_cert(crl, &entry, certificate) == 1)
      return false;
    told = true;
  }
  return told;
}

/* Within the path of a CRL's issuer. */
static bool is_tolerated_inside(int error, X509_STORE_CTX *context, const tc_path_run *r)
{
  X509 *certificate = X509_STORE_CTX_get_current_cert(context);
  return error == X509_V_ERR_CRL_NOT_YET_VALID ||
         (is_about_revocation(error) && error != X509_V_ERR_CERT_REVOKED &&
          X509_STORE_CTX_get_error_depth(context) == 0 && tells_of_itself(certificate, r));
}

/* A completed certificate is not what its issuer signed: the original is. */
static bool original_holds(X509_STORE_CTX *context, const tc_path_run *r)
{
  X509 *issuer = issuer_of_current(context);
  X509 *original = tc_path_original(r->material, X509_STORE_CTX_get_current_cert(context));
  bool holds = issuer != NULL && original != X509_STORE_CTX_get_current_cert(context) &&
               X509_verify(original, X509_get0_pubkey(issuer)) == 1;
  ERR_clear_error();
  return holds;
}

static int go_on(X509_STORE_CTX *context)
{
  X509_STORE_CTX_set_error(context, X509_V_OK);
  return 1;
}

static int judge(int ok, X509_STORE_CTX *context)
{
  if (ok)
    return 1;
  X509_STORE_CTX *outer = context; /* the path of a CRL's issuer is validated in a context within ours */
  while (X509_STORE_CTX_get0_parent_ctx(outer) != NULL)
    outer = X509_STORE_CTX_get0_parent_ctx(outer);
  tc_path_run *r = X509_STORE_CTX_get_app_data(outer);
  int error = X509_STORE_CTX_get_error(context);
  if (outer != context)
    return is_tolerated_inside(error, context, r) ? go_on(context) : 0;
  if (error == X509_V_ERR_CERT_SIGNATURE_FAILURE && original_holds(context, r))
    return go_on(context);
  if (!is_about_revocation(error)) {
    r->error = r->error == X509_V_OK ? error : r->error;
    return 0;
  }
  bool tolerated = error == X509_V_ERR_CRL_NOT_YET_VALID || /* made after the moment: says more, not less */
                   (error == X509_V_ERR_CERT_REVOKED ? revocation_is_later(context, r)
                                                     : is_anchor(context) || ocsp_says_good(context, r));
  if (!tolerated && (r->revocation_error == X509_V_OK || error == X509_V_ERR_CERT_REVOKED))
    r->revocation_error = error;
  return go_on(context);
}

static bool set_parameters(X509_STORE_CTX *context, const tc_path_run *r, tc_error *err)
{
  const tc_path_options *options = r->options;
  X509_VERIFY_PARAM *parameters = X509_STORE_CTX_get0_param(context);
  unsigned long flags = X509_V_FLAG_POLICY_CHECK;
  if (options->revocation)
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
  static const char *const any_policy[] = {"2.5.29.32.0", NULL}; /* OpenSSL takes none for none, not for any */
  const char *const *policies = options->policies != NULL ? options->policies : any_policy;
  for (size_t i = 0; policies[i] != NULL; i++) {
    ASN1_OBJECT *policy = OBJ_txt2obj(policies[i], 1);
    if (policy == NULL || X509_VERIFY_PARAM_add0_policy(parameters, policy) != 1) {
      ASN1_OBJECT_free(policy);
      return tc_fail_ossl(err, TC_USAGE, "\"%s\" is no policy", policies[i]);
    }
  }
  if (options->purpose == TC_PURPOSE_STAMPING)
    X509_STORE_CTX_set_purpose(context, X509_PURPOSE_TIMESTAMP_SIGN);
  return true;
}

bool tc_path_run_once(tc_path_run *r, tc_certs *chain, tc_error *err)
{
  tc_auto(X509_STORE_CTX) context = X509_STORE_CTX_new();
  if (context == NULL || X509_STORE_CTX_init(context, r->material->store, r->material->leaf, r->material->others) != 1)
    return tc_fail_ossl(err, TC_NO_MEMORY, "no memory for a path");
  X509_STORE_CTX_set0_crls(context, r->material->crls);
  X509_STORE_CTX_set_app_data(context, r);
  X509_STORE_CTX_set_verify_cb(context, judge);
  if (!set_parameters(context, r, err))
    return false;
  if (X509_verify_cert(context) != 1 && r->error == X509_V_OK)
    r->error =
        X509_STORE_CTX_get_error(context) != X509_V_OK ? X509_STORE_CTX_get_error(context) : X509_V_ERR_UNSPECIFIED;
  ERR_clear_error();
  const STACK_OF(X509) *built = X509_STORE_CTX_get0_chain(context);
  if (r->error == X509_V_OK && r->options->revocation)
    tc_path_heed(r, built);
  for (int i = 0; i < sk_X509_num(built); i++)
    if (!tc_certs_add_x509(chain, tc_path_original(r->material, sk_X509_value(built, i)), err))
      return false;
  return true;
}
