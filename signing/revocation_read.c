/* What revocation data say, and whether they are young enough: everything that asks nobody. */
#include "signing/revocation_private.h"

#include <string.h>

enum { CLOCK_SKEW_S = 300 };

void tc_revocation_data_finish(tc_revocation_data *data)
{
  tc_buf_finish(&data->der);
  tc_buf_finish(&data->signer);
}

/* RFC 5280 5.2.5: a list of only some certificates or reasons, or by another than the issuer, is not the whole word. */
static bool is_whole(X509_CRL *crl, X509 *certificate)
{
  int critical = -1;
  if (X509_CRL_get_ext_by_NID(crl, NID_delta_crl, -1) >= 0)
    return false;
  ISSUING_DIST_POINT *point = X509_CRL_get_ext_d2i(crl, NID_issuing_distribution_point, &critical, NULL);
  if (point == NULL)
    return critical == -1; /* -1: not there */
  bool is_ca = X509_check_ca(certificate) != 0;
  bool whole = point->indirectCRL <= 0 && point->onlysomereasons == NULL && point->onlyattr <= 0 &&
               !(point->onlyuser > 0 && is_ca) && !(point->onlyCA > 0 && !is_ca);
  ISSUING_DIST_POINT_free(point);
  return whole;
}

static int64_t revoked_since(X509_CRL *crl, X509 *certificate)
{
  X509_REVOKED *entry = NULL;
  if (X509_CRL_get0_by_cert(crl, &entry, certificate) != 1) /* 2: taken off the list again */
    return 0;
  return tc_asn1_seconds(X509_REVOKED_get0_revocationDate(entry));
}

bool tc_revocation_read_crl(tc_bytes bytes, const tc_revocation_link *link, tc_revocation_data *out, tc_error *err)
{
  tc_auto(tc_revocation_data) data = {.is_crl = true};
  if (!tc_der_of_pem(bytes, &data.der, err))
    return tc_error_prefix(err, "a CRL");
  tc_auto(X509_CRL) crl = tc_crl_read(tc_buf_bytes(&data.der));
  if (crl == NULL)
    return tc_fail(err, TC_FORMAT, "the answer is no CRL");
  bool own = X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(link->issuer)) == 0 &&
             X509_CRL_verify(crl, X509_get0_pubkey(link->issuer)) == 1 && is_whole(crl, link->certificate);
  ERR_clear_error();
  if (!own)
    return tc_fail(err, TC_CRYPTO, "the CRL is not the issuing CA's own, or not whole");
  data.this_update = tc_asn1_seconds(X509_CRL_get0_lastUpdate(crl));
  int64_t next = tc_asn1_seconds(X509_CRL_get0_nextUpdate(crl));
  data.next_update = next > 0 ? next : 0;
  data.revoked_at = revoked_since(crl, link->certificate);
  *out = data;
  data = (tc_revocation_data){0};
  return true;
}

bool tc_revocation_is_fresh(const tc_revocation_data *data, const tc_revocation_link *link, int64_t max_age_s,
                            tc_error *err)
{
  int64_t until = data->next_update != 0 ? data->next_update : data->this_update + max_age_s;
  if (data->this_update > link->now + CLOCK_SKEW_S)
    return tc_fail(err, TC_CRYPTO, "revocation data from the future");
  if (until < link->now)
    return tc_fail(err, TC_NETWORK, "the revocation data are too old");
  return data->this_update > link->younger_than || link->younger_than == 0 ||
         tc_fail(err, TC_NETWORK, "the revocation data are not younger than the signature yet");
}

void tc_revocation_addresses(X509 *certificate, int access_nid, tc_servers *into)
{
  AUTHORITY_INFO_ACCESS *access = X509_get_ext_d2i(certificate, NID_info_access, NULL, NULL);
  for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access); i++) {
    const ACCESS_DESCRIPTION *one = sk_ACCESS_DESCRIPTION_value(access, i);
    if (OBJ_obj2nid(one->method) == access_nid && one->location->type == GEN_URI)
      tc_servers_add(into, (const char *)ASN1_STRING_get0_data(one->location->d.uniformResourceIdentifier), NULL);
  }
  AUTHORITY_INFO_ACCESS_free(access);
  ERR_clear_error();
}

void tc_revocation_crl_addresses(X509 *certificate, tc_servers *into)
{
  CRL_DIST_POINTS *points = X509_get_ext_d2i(certificate, NID_crl_distribution_points, NULL, NULL);
  for (int i = 0; i < sk_DIST_POINT_num(points); i++) {
    const DIST_POINT *point = sk_DIST_POINT_value(points, i);
    if (point->distpoint == NULL || point->distpoint->type != 0)
      continue;
    GENERAL_NAMES *names = point->distpoint->name.fullname;
    for (int j = 0; j < sk_GENERAL_NAME_num(names); j++) {
      const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, j);
      if (name->type == GEN_URI)
        tc_servers_add(into, (const char *)ASN1_STRING_get0_data(name->d.uniformResourceIdentifier), NULL);
    }
  }
  CRL_DIST_POINTS_free(points);
  ERR_clear_error();
}
