/*
 * What a validation works with, put together: the anchors' store, certificates that help to build a path, and CRLs.
 *
 * Of several CRLs with one issuer and scope only the newest takes part: an older one must not hide a revocation. A CRL
 * that was made after a certificate's end says nothing about it any more (RFC 5280 3.3), unless it says that it does.
 */
#include "signing/trust_private.h"
#include "signing/verify_cache_private.h"

enum { CRL_SKEW_S = 300 };

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

bool tc_crl_counts(const tc_path_options *options, const X509_CRL *crl)
{
  const X509_ALGOR *algorithm = NULL;
  X509_CRL_get0_signature(crl, NULL, &algorithm);
  return !options->strength || tc_path_strength_time(options) < tc_signed_strong_until(algorithm);
}

/* Whether any certificate at hand made this CRL: an embedded forgery is left aside before it can stand in the way. */
static bool crl_is_genuine(const tc_certs *crls, size_t index, const tc_x509_stack *certificates,
                           tc_verify_cache *cache)
{
  X509_CRL *crl = tc_certs_crl(crls, index);
  for (int i = 0; i < sk_X509_num(certificates); i++) {
    X509 *issuer = sk_X509_value(certificates, i);
    if (X509_NAME_cmp(X509_get_subject_name(issuer), X509_CRL_get_issuer(crl)) != 0)
      continue;
    if (tc_verify_cache_crl_holds(cache, crl, tc_certs_crl_digest(crls, index), issuer))
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

/* Whether this CRL came too late to tell of the certificate: not to be used, but for what it does say. */
static bool came_too_late(X509_CRL *crl, X509 *leaf)
{
  X509_REVOKED *entry = NULL;
  tc_auto(ASN1_OBJECT) keeps_expired = OBJ_txt2obj("2.5.29.60", 1); /* X.509 expiredCertsOnCRL */
  return X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_issuer_name(leaf)) == 0 &&
         tc_asn1_seconds(X509_CRL_get0_lastUpdate(crl)) > tc_asn1_seconds(X509_get0_notAfter(leaf)) &&
         X509_CRL_get_ext_by_OBJ(crl, keeps_expired, -1) < 0 && X509_CRL_get0_by_cert(crl, &entry, leaf) != 1;
}

static bool push_crls(tc_path_material *m, const tc_certs *certs, X509 *leaf, const tc_path_options *options)
{
  for (size_t i = 0; i < tc_certs_crl_count(certs); i++) {
    X509_CRL *crl = tc_certs_crl(certs, i);
    if (tc_crl_counts(options, crl) && crl_is_genuine(certs, i, m->all, options->cache) && !came_too_late(crl, leaf) &&
        !offer_crl(m->crls, crl, options->now))
      return false;
  }
  return true;
}

void tc_path_material_finish(tc_path_material *m)
{
  X509_STORE_free(m->store);
  sk_X509_free(m->others);
  sk_X509_free(m->all);
  sk_X509_CRL_free(m->crls);
  sk_X509_pop_free(m->completed, X509_free);
  sk_X509_free(m->originals);
}

bool tc_path_gather(const tc_trust *trust, X509 *leaf, const tc_path_options *options, tc_path_material *m,
                    tc_error *err)
{
  *m = (tc_path_material){.leaf = leaf,
                          .others = sk_X509_new_null(),
                          .all = sk_X509_new_null(),
                          .crls = sk_X509_CRL_new_null(),
                          .completed = sk_X509_new_null(),
                          .originals = sk_X509_new_null()};
  if (trust != NULL && X509_STORE_up_ref(trust->store) == 1)
    m->store = trust->store;
  else
    m->store = X509_STORE_new();
  bool ok = m->store != NULL && m->others != NULL && m->all != NULL && m->crls != NULL && m->completed != NULL &&
            m->originals != NULL;
  if (ok && trust != NULL)
    ok = push_certs(m->others, trust->others) && push_certs(m->all, trust->roots);
  ok = ok && push_certs(m->others, options->helpers);
  for (int i = 0; ok && i < sk_X509_num(m->others); i++)
    ok = sk_X509_push(m->all, sk_X509_value(m->others, i)) > 0;
  if (ok && options->revocation)
    ok = (trust == NULL || push_crls(m, trust->others, leaf, options)) && push_crls(m, options->helpers, leaf, options);
  if (!ok)
    return tc_fail_ossl(err, TC_NO_MEMORY, "no memory for a path");
  tc_path_complete(m);
  return true;
}
