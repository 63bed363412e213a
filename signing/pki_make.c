/*
 * Profiles of the demo PKI: RFC 5280 4.2 for all, RFC 3161 2.3 for the TSA, ETSI EN 319 412-2 4.3.2 (nonRepudiation
 * alone) for those who sign. Policies stand under 2.999, the arc kept for examples. No extendedKeyUsage for signers:
 * readers built on NSS refuse a signer whose list lacks e-mail.
 */
#include "signing/pki_make.h"

#include "base/digest.h"

#include <string.h>

enum { DAY = 86400, BACKDATE_S = 3600, SERIAL_BYTES = 16, URL_MAX = 2048 };

typedef struct profile {
  const char *key_usage, *basic_constraints, *extended_key_usage, *policy;
  int days;
} profile;

#define SIGNER                                                                  \
  {                                                                             \
    "critical,nonRepudiation", "critical,CA:FALSE", NULL, "2.999.10.2", 3 * 365 \
  }
static const profile profiles[TC_PKI_ROLE_COUNT] = {
    [TC_PKI_ROOT] = {"critical,keyCertSign,cRLSign", "critical,CA:TRUE", NULL, NULL, 20 * 365},
    [TC_PKI_ISSUER] = {"critical,keyCertSign,cRLSign", "critical,CA:TRUE,pathlen:0", NULL, "2.5.29.32.0", 10 * 365},
    [TC_PKI_OFFICER] = SIGNER,
    [TC_PKI_CERTIFIER] = SIGNER,
    [TC_PKI_AGENCY] = {"critical,nonRepudiation", "critical,CA:FALSE", NULL, "2.999.10.3", 3 * 365},
    [TC_PKI_TSA] = {"critical,digitalSignature", "critical,CA:FALSE", "critical,timeStamping", "2.999.10.4", 6 * 365},
    [TC_PKI_OCSP] = {"critical,digitalSignature", "critical,CA:FALSE", "critical,OCSPSigning", NULL, 6 * 365},
    [TC_PKI_REVOKED] = SIGNER,
};

static const char *const name_keys[] = {
    "C", "ST", "L", "O", "OU", "CN", "serialNumber", "title", "GN", "SN", "organizationIdentifier"};

static bool known_name_key(const char *key)
{
  for (size_t i = 0; i < TC_ARRAY_LEN(name_keys); i++)
    if (strcmp(name_keys[i], key) == 0)
      return true;
  return false;
}

static bool put_name(X509 *certificate, const tc_json *names, tc_pki_role role, tc_error *err)
{
  const tc_json *parts = tc_json_get(names, tc_pki_role_name(role));
  X509_NAME *name = X509_get_subject_name(certificate);
  tc_json_member part;
  size_t count = 0;
  for (bool more = tc_json_first(parts, &part); more; more = tc_json_next(parts, &part)) {
    const char *text = tc_json_as_text(part.value, "");
    if (!known_name_key(part.key) || text[0] == '\0')
      return tc_fail(err, TC_CONFIG, "the names of the demo PKI: \"%s\" of %s is not known or empty", part.key,
                     tc_pki_role_name(role));
    if (X509_NAME_add_entry_by_txt(name, part.key, MBSTRING_UTF8, (const unsigned char *)text, -1, -1, 0) != 1)
      return tc_fail_ossl(err, TC_CONFIG, "the names of the demo PKI: \"%s\" of %s", part.key, tc_pki_role_name(role));
    count++;
  }
  return count > 0 || tc_fail(err, TC_CONFIG, "the names of the demo PKI lack %s", tc_pki_role_name(role));
}

static bool put_serial(X509 *certificate, tc_error *err)
{
  uint8_t bytes[SERIAL_BYTES];
  if (!tc_random(bytes, sizeof bytes, err))
    return false;
  bytes[0] = (uint8_t)((bytes[0] & 0x3F) | 0x40); /* positive, and never shorter */
  tc_auto(BIGNUM) number = BN_bin2bn(bytes, sizeof bytes, NULL);
  if (number == NULL || BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) == NULL)
    return tc_fail_ossl(err, TC_NO_MEMORY, "no memory for a serial number");
  return true;
}

static bool put_extension(X509 *certificate, X509V3_CTX *context, int nid, const char *value, tc_error *err)
{
  if (value == NULL)
    return true;
  tc_auto(X509_EXTENSION) extension = X509V3_EXT_conf_nid(NULL, context, nid, value);
  if (extension == NULL || X509_add_ext(certificate, extension, -1) != 1)
    return tc_fail_ossl(err, TC_CRYPTO, "an extension of a certificate could not be made");
  return true;
}

/* RFC 5280 4.2.1.4: one policy, no qualifiers. By hand: the text form of it wants an OpenSSL configuration. */
static bool put_policy(X509 *certificate, const char *policy, tc_error *err)
{
  if (policy == NULL)
    return true;
  POLICYINFO *information = POLICYINFO_new();
  CERTIFICATEPOLICIES *list = CERTIFICATEPOLICIES_new();
  bool ok = information != NULL && list != NULL;
  if (ok) {
    ASN1_OBJECT_free(information->policyid);
    information->policyid = OBJ_txt2obj(policy, 1);
    ok = information->policyid != NULL && sk_POLICYINFO_push(list, information) > 0;
  }
  if (ok)
    information = NULL; /* the list has it */
  ok = ok && X509_add1_ext_i2d(certificate, NID_certificate_policies, list, 0, 0) == 1;
  POLICYINFO_free(information);
  CERTIFICATEPOLICIES_free(list);
  return ok || tc_fail_ossl(err, TC_CRYPTO, "an extension of a certificate could not be made");
}

/* RFC 6960 4.2.2.2.1: nobody asks about the responder itself, which would never end. */
static bool put_no_check(X509 *certificate, tc_pki_role role, tc_error *err)
{
  if (role != TC_PKI_OCSP)
    return true;
  ASN1_NULL *nothing = ASN1_NULL_new();
  bool ok = nothing != NULL && X509_add1_ext_i2d(certificate, NID_id_pkix_OCSP_noCheck, nothing, 0, 0) == 1;
  ASN1_NULL_free(nothing);
  return ok || tc_fail_ossl(err, TC_CRYPTO, "an extension of a certificate could not be made");
}

/* RFC 5280 4.2.1.13 and 4.2.2.1: where the issuer's CRL, its certificate and, for the issuing CA's, its OCSP are. */
static bool put_addresses(X509 *certificate, X509V3_CTX *context, const tc_pki_issuance *issuance, tc_error *err)
{
  if (issuance->issuer == NULL || issuance->base_url[0] == '\0')
    return true;
  const char *issuer = tc_pki_role_name(issuance->role == TC_PKI_ISSUER ? TC_PKI_ROOT : TC_PKI_ISSUER);
  if (strlen(issuance->base_url) > URL_MAX || strpbrk(issuance->base_url, ",;\n\r ") != NULL)
    return tc_fail(err, TC_USAGE, "the address of the demo PKI cannot stand in a certificate");
  bool has_ocsp = issuance->role != TC_PKI_ISSUER && issuance->role != TC_PKI_OCSP;
  tc_auto(tc_str) crl = NULL;
  tc_auto(tc_str) aia = NULL;
  return tc_str_printf(&crl, err, "URI:%s/%s.crl", issuance->base_url, issuer) &&
         tc_str_printf(&aia, err, "caIssuers;URI:%s/%s.cer%s%s%s", issuance->base_url, issuer,
                       has_ocsp ? ",OCSP;URI:" : "", has_ocsp ? issuance->base_url : "", has_ocsp ? "/ocsp" : "") &&
         put_extension(certificate, context, NID_crl_distribution_points, crl, err) &&
         put_extension(certificate, context, NID_info_access, aia, err);
}

static bool put_extensions(X509 *certificate, const tc_pki_issuance *issuance, tc_error *err)
{
  const profile *p = &profiles[issuance->role];
  X509 *issuer = issuance->issuer != NULL ? issuance->issuer : certificate;
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
  X509V3_set_ctx_nodb(&context);
  return put_extension(certificate, &context, NID_basic_constraints, p->basic_constraints, err) &&
         put_extension(certificate, &context, NID_key_usage, p->key_usage, err) &&
         put_extension(certificate, &context, NID_ext_key_usage, p->extended_key_usage, err) &&
         put_extension(certificate, &context, NID_subject_key_identifier, "hash", err) &&
         put_extension(certificate, &context, NID_authority_key_identifier,
                       issuance->issuer != NULL ? "keyid:always" : NULL, err) &&
         put_policy(certificate, p->policy, err) && put_no_check(certificate, issuance->role, err) &&
         put_addresses(certificate, &context, issuance, err);
}

bool tc_pki_issue(const tc_pki_issuance *issuance, X509 **out, tc_error *err)
{
  tc_auto(X509) certificate = X509_new();
  time_t from = (time_t)(issuance->now - BACKDATE_S);
  time_t until = from + (time_t)profiles[issuance->role].days * DAY;
  if (certificate == NULL || X509_set_version(certificate, X509_VERSION_3) != 1 ||
      X509_time_adj_ex(X509_getm_notBefore(certificate), 0, 0, &from) == NULL ||
      X509_time_adj_ex(X509_getm_notAfter(certificate), 0, 0, &until) == NULL ||
      X509_set_pubkey(certificate, issuance->subject_key) != 1)
    return tc_fail_ossl(err, TC_CRYPTO, "a certificate could not be made");
  if (!put_name(certificate, issuance->names, issuance->role, err) || !put_serial(certificate, err))
    return false;
  const X509 *issuer = issuance->issuer != NULL ? issuance->issuer : certificate;
  if (X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) != 1)
    return tc_fail_ossl(err, TC_CRYPTO, "a certificate could not be made");
  if (!put_extensions(certificate, issuance, err))
    return false;
  if (X509_sign(certificate, issuance->issuer_key, EVP_sha256()) == 0)
    return tc_fail_ossl(err, TC_CRYPTO, "a certificate could not be signed");
  *out = tc_steal(&certificate);
  return true;
}

static bool add_revocation(X509_CRL *crl, const tc_pki_revocation *revocation, tc_error *err)
{
  tc_auto(X509_REVOKED) entry = X509_REVOKED_new();
  tc_auto(ASN1_TIME) when = ASN1_TIME_set(NULL, (time_t)revocation->when);
  ASN1_ENUMERATED *reason = ASN1_ENUMERATED_new();
  bool ok =
      entry != NULL && when != NULL && reason != NULL &&
      X509_REVOKED_set_serialNumber(entry,
                                    (ASN1_INTEGER *)(uintptr_t)X509_get0_serialNumber(revocation->certificate)) == 1 &&
      X509_REVOKED_set_revocationDate(entry, when) == 1 && ASN1_ENUMERATED_set(reason, revocation->reason) == 1 &&
      X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, reason, 0, 0) == 1 && X509_CRL_add0_revoked(crl, entry) == 1;
  ASN1_ENUMERATED_free(reason);
  if (!ok)
    return tc_fail_ossl(err, TC_CRYPTO, "a revocation could not be written");
  entry = NULL; /* the CRL has it */
  return true;
}

/* RFC 5280 5.2.1, 5.2.3 */
static bool put_crl_extensions(X509_CRL *crl, const tc_pki_crl_options *options, tc_error *err)
{
  X509V3_CTX context;
  X509V3_set_ctx(&context, options->issuer, NULL, NULL, crl, 0);
  X509V3_set_ctx_nodb(&context);
  tc_auto(X509_EXTENSION) key = X509V3_EXT_conf_nid(NULL, &context, NID_authority_key_identifier, "keyid:always");
  tc_auto(ASN1_INTEGER) number = ASN1_INTEGER_new();
  if (key == NULL || number == NULL || X509_CRL_add_ext(crl, key, -1) != 1 ||
      ASN1_INTEGER_set_int64(number, options->number) != 1 ||
      X509_CRL_add1_ext_i2d(crl, NID_crl_number, number, 0, 0) != 1)
    return tc_fail_ossl(err, TC_CRYPTO, "a CRL could not be made");
  return true;
}

bool tc_pki_make_crl(const tc_pki_crl_options *options, X509_CRL **out, tc_error *err)
{
  tc_auto(X509_CRL) crl = X509_CRL_new();
  tc_auto(ASN1_TIME) this_update = ASN1_TIME_set(NULL, (time_t)options->now);
  tc_auto(ASN1_TIME) next_update = ASN1_TIME_set(NULL, (time_t)(options->now + options->life_s));
  if (crl == NULL || this_update == NULL || next_update == NULL || X509_CRL_set_version(crl, X509_CRL_VERSION_2) != 1 ||
      X509_CRL_set_issuer_name(crl, X509_get_subject_name(options->issuer)) != 1 ||
      X509_CRL_set1_lastUpdate(crl, this_update) != 1 || X509_CRL_set1_nextUpdate(crl, next_update) != 1)
    return tc_fail_ossl(err, TC_CRYPTO, "a CRL could not be made");
  for (size_t i = 0; i < options->count; i++)
    if (!add_revocation(crl, &options->revocations[i], err))
      return false;
  if (!put_crl_extensions(crl, options, err))
    return false;
  X509_CRL_sort(crl);
  if (X509_CRL_sign(crl, options->issuer_key, EVP_sha256()) == 0)
    return tc_fail_ossl(err, TC_CRYPTO, "a CRL could not be signed");
  *out = tc_steal(&crl);
  return true;
}
