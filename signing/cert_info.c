/* What a certificate says, as text: all of it comes from a stranger, so it is cut, never trusted to fit. */
#include "signing/certs_private.h"

#include "base/digest.h"

#include <stdio.h>
#include <string.h>

static void copy_text(const unsigned char *text, int size, char *out, size_t capacity)
{
  size_t used = size > 0 ? (size_t)size : 0;
  if (used >= capacity) {
    used = capacity - 1;
    while (used > 0 && (text[used] & 0xC0) == 0x80)
      used--;
  }
  memcpy(out, text, used);
  out[used] = '\0';
  for (size_t i = 0; i < used; i++)
    if ((unsigned char)out[i] < 0x20 || out[i] == 0x7F)
      out[i] = ' ';
}

static void name_part(const X509_NAME *name, int nid, char *out, size_t capacity)
{
  int at = X509_NAME_get_index_by_NID(name, nid, -1);
  if (at < 0)
    return;
  unsigned char *text = NULL;
  int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  if (size >= 0)
    copy_text(text, size, out, capacity);
  OPENSSL_free(text);
}

static void whole_name(const X509_NAME *name, char *out, size_t capacity)
{
  tc_auto(BIO) bio = BIO_new(BIO_s_mem());
  if (bio == NULL || X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) < 0)
    return;
  char *text = NULL;
  long size = BIO_get_mem_data(bio, &text);
  copy_text((const unsigned char *)text, (int)size, out, capacity);
}

static void describe_key(X509 *certificate, char *out, size_t capacity)
{
  const EVP_PKEY *key = X509_get0_pubkey(certificate);
  char group[32] = "";
  if (key == NULL)
    return;
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC) {
    EVP_PKEY_get_group_name(key, group, sizeof group, NULL);
    const char *common = EC_curve_nid2nist(OBJ_sn2nid(group));
    snprintf(out, capacity, "EC %s", common != NULL ? common : group);
  } else {
    snprintf(out, capacity, "%s-%d", EVP_PKEY_get0_type_name(key), EVP_PKEY_get_bits(key));
  }
}

static void describe_serial(const X509 *certificate, char *out, size_t capacity)
{
  tc_auto(BIGNUM) number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), NULL);
  char *hex = number != NULL ? BN_bn2hex(number) : NULL;
  if (hex != NULL)
    for (size_t i = 0; hex[i] != '\0' && i + 1 < capacity; i++)
      out[i] = (char)(hex[i] >= 'A' && hex[i] <= 'F' ? hex[i] + ('a' - 'A') : hex[i]);
  OPENSSL_free(hex);
}

bool tc_cert_describe(tc_bytes der, tc_cert_info *out, tc_error *err)
{
  tc_auto(X509) certificate = tc_x509_read(der);
  if (certificate == NULL)
    return tc_fail(err, TC_FORMAT, "these bytes are no certificate");
  return tc_cert_describe_x509(certificate, out, err);
}

bool tc_cert_describe_x509(X509 *certificate, tc_cert_info *out, tc_error *err)
{
  tc_auto(tc_buf) der = {0};
  tc_digest digest;
  if (!tc_x509_der(certificate, &der, err) || !tc_digest_of(tc_buf_bytes(&der), &digest, err))
    return false;
  tc_cert_info info = {0};
  const X509_NAME *subject = X509_get_subject_name(certificate);
  const X509_NAME *issuer = X509_get_issuer_name(certificate);
  name_part(subject, NID_commonName, info.common_name, sizeof info.common_name);
  name_part(subject, NID_organizationName, info.organization, sizeof info.organization);
  name_part(subject, NID_organizationalUnitName, info.organization_unit, sizeof info.organization_unit);
  name_part(subject, NID_title, info.title, sizeof info.title);
  name_part(subject, NID_serialNumber, info.serial_number, sizeof info.serial_number);
  name_part(subject, NID_countryName, info.country, sizeof info.country);
  name_part(issuer, NID_commonName, info.issuer_common_name, sizeof info.issuer_common_name);
  whole_name(subject, info.subject, sizeof info.subject);
  whole_name(issuer, info.issuer, sizeof info.issuer);
  describe_serial(certificate, info.serial, sizeof info.serial);
  describe_key(certificate, info.key, sizeof info.key);
  info.not_before = tc_asn1_seconds(X509_get0_notBefore(certificate));
  info.not_after = tc_asn1_seconds(X509_get0_notAfter(certificate));
  info.self_issued = X509_NAME_cmp(subject, issuer) == 0;
  tc_digest_hex(&digest, info.fingerprint);
  ERR_clear_error();
  *out = info;
  return true;
}

bool tc_cert_is_of(const tc_cert_info *info, const char *who)
{
  const char *names[] = {info->common_name, info->serial_number, info->subject, info->fingerprint};
  for (size_t i = 0; i < TC_ARRAY_LEN(names); i++)
    if (*who != '\0' && strcmp(names[i], who) == 0)
      return true;
  return false;
}
