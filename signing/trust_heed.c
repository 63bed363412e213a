/*
 * Revocations that are told of anywhere. OpenSSL reads one CRL of each scope, and one response may say good where
 * another says revoked; but a certificate that its issuer once called revoked stays so, whatever else is at hand. Only
 * what was on hold may come back (RFC 5280 5.3.1).
 */
#include "signing/trust_private.h"
#include "signing/verify_cache_private.h"

enum { CRL_SKEW_S = 300, CERTIFICATE_HOLD = 6, REMOVE_FROM_CRL = 8 };

static void note_revocation(tc_path_run *r, int64_t when)
{
  if (r->revoked_at == 0 || when < r->revoked_at)
    r->revoked_at = when;
  if (r->options->time_proven && when > r->options->time)
    r->revoked_later = true;
  else
    r->revocation_error = X509_V_ERR_CERT_REVOKED;
}

static bool may_come_back(const X509_REVOKED *entry)
{
  tc_auto(ASN1_ENUMERATED) reason = X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, NULL, NULL);
  long value = reason != NULL ? ASN1_ENUMERATED_get(reason) : 0;
  return value == CERTIFICATE_HOLD || value == REMOVE_FROM_CRL;
}

/* Attribute certificates have serial numbers of their own. */
static bool is_about_others(const X509_CRL *crl)
{
  ISSUING_DIST_POINT *point = X509_CRL_get_ext_d2i(crl, NID_issuing_distribution_point, NULL, NULL);
  bool others = point != NULL && point->onlyattr > 0;
  ISSUING_DIST_POINT_free(point);
  return others;
}

/* Whether the CRL, its issuer's own, names the certificate as revoked for good; `when` it was. */
static bool names(const tc_path_run *r, const tc_certs *crls, size_t index, X509 *certificate, X509 *issuer,
                  int64_t *when)
{
  X509_CRL *crl = tc_certs_crl(crls, index);
  X509_REVOKED *entry = NULL;
  if (X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(issuer)) != 0 ||
      X509_CRL_get0_by_cert(crl, &entry, certificate) != 1 || may_come_back(entry) || is_about_others(crl) ||
      tc_asn1_seconds(X509_CRL_get0_lastUpdate(crl)) > r->options->now + CRL_SKEW_S || !tc_crl_counts(r->options, crl))
    return false;
  *when = tc_asn1_seconds(X509_REVOKED_get0_revocationDate(entry));
  return tc_verify_cache_crl_holds(r->options->cache, crl, tc_certs_crl_digest(crls, index), issuer);
}

static void heed_crls(tc_path_run *r, const tc_certs *crls, X509 *certificate, X509 *issuer)
{
  int64_t when = 0;
  for (size_t i = 0; i < tc_certs_crl_count(crls); i++)
    if (names(r, crls, i, certificate, issuer, &when))
      note_revocation(r, when);
}

void tc_path_heed(tc_path_run *r, const STACK_OF(X509) * chain)
{
  for (int i = 0; i + 1 < sk_X509_num(chain); i++) {
    X509 *certificate = sk_X509_value(chain, i), *issuer = sk_X509_value(chain, i + 1);
    int64_t when = 0;
    if (tc_path_ask_ocsp(r, certificate, issuer, &when) == TC_OCSP_SAYS_REVOKED)
      note_revocation(r, when);
    heed_crls(r, r->trust != NULL ? r->trust->others : NULL, certificate, issuer);
    heed_crls(r, r->options->helpers, certificate, issuer);
  }
}
