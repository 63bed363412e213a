/*
 * Building a CMS SignedData (RFC 5652 5.1) by hand, as DER: few kilobytes, one shape, and nothing in it that we did not
 * put there. OpenSSL's CMS_final adds a signing time always, which PAdES forbids (ETSI EN 319 142-1 6.3 c), and takes
 * no finished digest.
 */
#include "signing/cms.h"

#include "signing/certs_private.h"
#include "signing/cms_private.h"
#include "signing/cms_view.h"
#include "signing/der.h"
#include "signing/key_private.h"
#include "signing/oids.h"

#include <assert.h>
#include <string.h>
#include <time.h>

enum { HEADERS_MAX = 64 };

/* RFC 5754 2: parameters absent. */
static bool put_hash_algorithm(tc_buf *out, tc_hash hash, tc_error *err)
{
  size_t start = out->size;
  return tc_der_put(out, TC_DER_OID, tc_hash_oid(hash), err) && tc_der_close(out, start, TC_DER_SEQUENCE, err);
}

/* RFC 4055 3.1: hash, MGF1 with the same hash, a salt as long as it; trailerField stands by default. */
static bool put_pss(tc_buf *out, tc_hash hash, tc_error *err)
{
  size_t start = out->size;
  if (!tc_der_put(out, TC_DER_OID, tc_oid_rsa_pss, err))
    return false;
  size_t parameters = out->size;
  static const uint8_t null[] = {TC_DER_NULL, 0};
  uint8_t salt = (uint8_t)EVP_MD_get_size(tc_hash_md(hash));
  size_t at = out->size;
  bool ok = tc_der_put(out, TC_DER_OID, tc_hash_oid(hash), err) && tc_buf_append(out, null, sizeof null, err) &&
            tc_der_close(out, at, TC_DER_SEQUENCE, err) && tc_der_close(out, at, TC_DER_CONTEXT_0, err);
  at = out->size;
  ok = ok && tc_der_put(out, TC_DER_OID, tc_oid_mgf1, err);
  size_t inner = out->size;
  ok = ok && tc_der_put(out, TC_DER_OID, tc_hash_oid(hash), err) && tc_buf_append(out, null, sizeof null, err) &&
       tc_der_close(out, inner, TC_DER_SEQUENCE, err) && tc_der_close(out, at, TC_DER_SEQUENCE, err) &&
       tc_der_close(out, at, TC_DER_CONTEXT_1, err);
  at = out->size;
  return ok && tc_der_put_small(out, salt, err) && tc_der_close(out, at, TC_DER_CONTEXT_2, err) &&
         tc_der_close(out, parameters, TC_DER_SEQUENCE, err) && tc_der_close(out, start, TC_DER_SEQUENCE, err);
}

/* RFC 5754 3.2, 3.3: RSA with NULL parameters, ECDSA with none. */
static bool put_signature_algorithm(tc_buf *out, tc_signing_way way, tc_error *err)
{
  static const uint8_t null[] = {TC_DER_NULL, 0};
  bool is384 = way.hash == TC_HASH_SHA384, is512 = way.hash == TC_HASH_SHA512;
  size_t start = out->size;
  if (way.scheme == TC_SCHEME_RSA_PSS)
    return put_pss(out, way.hash, err);
  if (way.scheme == TC_SCHEME_ECDSA)
    return tc_der_put(out, TC_DER_OID,
                      is384   ? tc_oid_ecdsa_sha384
                      : is512 ? tc_oid_ecdsa_sha512
                              : tc_oid_ecdsa_sha256,
                      err) &&
           tc_der_close(out, start, TC_DER_SEQUENCE, err);
  return tc_der_put(out, TC_DER_OID,
                    is384   ? tc_oid_rsa_sha384
                    : is512 ? tc_oid_rsa_sha512
                            : tc_oid_rsa_sha256,
                    err) &&
         tc_buf_append(out, null, sizeof null, err) && tc_der_close(out, start, TC_DER_SEQUENCE, err);
}

static bool way_of(const tc_cms_parts *parts, tc_signing_way *out, tc_error *err)
{
  out->hash = parts->hash != TC_HASH_UNKNOWN ? parts->hash : TC_HASH_SHA256;
  if (!tc_evp_scheme(X509_get0_pubkey(tc_certs_x509(parts->chain, 0)), &out->scheme, err))
    return false;
  if (parts->pkcs1 && out->scheme == TC_SCHEME_RSA_PSS)
    out->scheme = TC_SCHEME_RSA_PKCS1;
  return true;
}

/* Attribute ::= SEQUENCE { attrType OBJECT IDENTIFIER, attrValues SET OF AttributeValue } with one value in DER. */
static bool put_attribute(tc_buf *out, tc_bytes type, tc_bytes value, tc_error *err)
{
  size_t start = out->size;
  return tc_der_put(out, TC_DER_OID, type, err) && tc_der_put(out, TC_DER_SET, value, err) &&
         tc_der_close(out, start, TC_DER_SEQUENCE, err);
}

/* RFC 5652 11.3: UTCTime up to 2049, GeneralizedTime from then on. */
static bool put_time_attribute(tc_buf *out, int64_t seconds, tc_error *err)
{
  time_t when = (time_t)seconds;
  struct tm utc;
  if (gmtime_r(&when, &utc) == NULL || utc.tm_year < 50 || utc.tm_year > 8099)
    return tc_fail(err, TC_USAGE, "a signing time out of range");
  char text[20];
  bool is_utc_time = utc.tm_year < 150;
  strftime(text, sizeof text, "%Y%m%d%H%M%SZ", &utc);
  tc_auto(tc_buf) value = {0};
  return tc_der_put(&value, is_utc_time ? TC_DER_UTC_TIME : TC_DER_TIME,
                    tc_bytes_of_text(is_utc_time ? text + 2 : text), err) &&
         put_attribute(out, tc_oid_signing_time, tc_buf_bytes(&value), err);
}

/* RFC 5035 3: SigningCertificateV2 with one ESSCertIDv2; its hash algorithm is SHA-256 by default, and so left out. */
static bool put_certificate_attribute(tc_buf *out, tc_bytes certificate, tc_error *err)
{
  tc_digest digest;
  tc_auto(tc_buf) value = {0};
  return tc_digest_of(certificate, &digest, err) &&
         tc_der_put(&value, TC_DER_OCTETS, (tc_bytes){digest.bytes, sizeof digest.bytes}, err) &&
         tc_der_close(&value, 0, TC_DER_SEQUENCE, err) && tc_der_close(&value, 0, TC_DER_SEQUENCE, err) &&
         tc_der_close(&value, 0, TC_DER_SEQUENCE, err) &&
         put_attribute(out, tc_oid_signing_certificate_v2, tc_buf_bytes(&value), err);
}

static bool put_content_type(tc_buf *out, tc_bytes type, tc_error *err)
{
  tc_auto(tc_buf) value = {0};
  return tc_der_put(&value, TC_DER_OID, type, err) &&
         put_attribute(out, tc_oid_content_type, tc_buf_bytes(&value), err);
}

static bool put_digest(tc_buf *out, tc_bytes digest, tc_error *err)
{
  tc_auto(tc_buf) value = {0};
  return tc_der_put(&value, TC_DER_OCTETS, digest, err) &&
         put_attribute(out, tc_oid_message_digest, tc_buf_bytes(&value), err);
}

static int by_der(const void *a, const void *b)
{
  const tc_bytes *left = a;
  const tc_bytes *right = b;
  size_t shared = left->size < right->size ? left->size : right->size;
  int order = memcmp(left->data, right->data, shared);
  return order != 0 ? order : (left->size > right->size) - (left->size < right->size);
}

/* X.690 11.6: the members of a SET OF stand in ascending order of their encodings. */
static bool put_sorted_set(tc_buf *out, uint8_t tag, const tc_buf *members, tc_error *err)
{
  tc_bytes list[64];
  size_t count = 0;
  tc_bytes rest = tc_buf_bytes(members);
  tc_der member;
  while (rest.size > 0) {
    if (count == TC_ARRAY_LEN(list) || !tc_der_next(&rest, &member))
      return tc_fail(err, TC_LIMIT, "too many members for a set");
    list[count++] = member.whole;
  }
  qsort(list, count, sizeof *list, by_der);
  size_t start = out->size;
  for (size_t i = 0; i < count; i++)
    if (!tc_buf_append(out, list[i].data, list[i].size, err))
      return false;
  return tc_der_close(out, start, tag, err);
}

bool tc_attributes_put(const tc_attribute_values *values, tc_buf *out, tc_error *err)
{
  tc_auto(tc_buf) members = {0};
  return put_content_type(&members, values->content_type, err) && put_digest(&members, values->digest, err) &&
         put_certificate_attribute(&members, values->certificate, err) &&
         (values->signing_time == 0 || put_time_attribute(&members, values->signing_time, err)) &&
         put_sorted_set(out, TC_DER_SET, &members, err);
}

bool tc_cms_prepare(const tc_cms_options *options, tc_buf *attributes, tc_error *err)
{
  if (tc_certs_count(options->chain) == 0)
    return tc_fail(err, TC_NOT_FOUND, "the signer has no certificate");
  tc_bytes digest = options->content != NULL ? (tc_bytes){options->content->bytes, options->content->size}
                                             : (tc_bytes){options->digest->bytes, sizeof options->digest->bytes};
  tc_attribute_values values = {tc_oid_data, digest, tc_certs_der(options->chain, 0), options->signing_time};
  return tc_attributes_put(&values, attributes, err);
}

/* RFC 5652 10.2.4 */
static bool put_issuer_and_serial(tc_buf *out, const X509 *certificate, tc_error *err)
{
  size_t start = out->size;
  unsigned char *name = NULL;
  unsigned char *serial = NULL;
  int name_size = i2d_X509_NAME(X509_get_issuer_name(certificate), &name);
  int serial_size = i2d_ASN1_INTEGER(X509_get0_serialNumber(certificate), &serial);
  bool ok = name_size > 0 && serial_size > 0;
  if (!ok)
    tc_fail_ossl(err, TC_CRYPTO, "a certificate's issuer could not be encoded");
  ok = ok && tc_buf_append(out, name, (size_t)name_size, err) && tc_buf_append(out, serial, (size_t)serial_size, err) &&
       tc_der_close(out, start, TC_DER_SEQUENCE, err);
  OPENSSL_free(name);
  OPENSSL_free(serial);
  return ok;
}

/* unsignedAttrs [1] IMPLICIT SET OF: the signature's time-stamp (RFC 3161 appendix A). */
static bool put_token(tc_buf *out, tc_bytes token, tc_error *err)
{
  size_t start = out->size;
  return token.size == 0 ||
         (put_attribute(out, tc_oid_stamp_token, token, err) && tc_der_close(out, start, TC_DER_CONTEXT_1, err));
}

/* RFC 5652 5.3; version 1, as the signer is named by issuer and serial number. */
static bool put_signer_info(tc_buf *out, const tc_cms_parts *parts, tc_signing_way way, tc_error *err)
{
  size_t start = out->size;
  tc_bytes attributes = parts->attributes;
  if (!tc_der_put_small(out, 1, err) || !put_issuer_and_serial(out, tc_certs_x509(parts->chain, 0), err) ||
      !put_hash_algorithm(out, way.hash, err))
    return false;
  size_t attributes_at = out->size;
  if (!tc_buf_append(out, attributes.data, attributes.size, err))
    return false;
  out->data[attributes_at] = TC_DER_CONTEXT_0; /* signed as SET OF, sent as [0] IMPLICIT (RFC 5652 5.4) */
  return put_signature_algorithm(out, way, err) && tc_der_put(out, TC_DER_OCTETS, parts->signature, err) &&
         put_token(out, parts->token, err) && tc_der_close(out, start, TC_DER_SEQUENCE, err);
}

static bool put_certificates(tc_buf *out, const tc_certs *chain, tc_error *err)
{
  tc_auto(tc_buf) members = {0};
  for (size_t i = 0; i < tc_certs_count(chain); i++) {
    tc_bytes der = tc_certs_der(chain, i);
    if (!tc_buf_append(&members, der.data, der.size, err))
      return false;
  }
  return put_sorted_set(out, TC_DER_CONTEXT_0, &members, err);
}

/* encapContentInfo: eContent [0] EXPLICIT OCTET STRING, absent when detached. */
static bool put_content(tc_buf *out, tc_bytes type, tc_bytes content, tc_error *err)
{
  size_t start = out->size;
  if (!tc_der_put(out, TC_DER_OID, type, err))
    return false;
  size_t explicit = out->size;
  if (content.size > 0 &&
      (!tc_der_put(out, TC_DER_OCTETS, content, err) || !tc_der_close(out, explicit, TC_DER_CONTEXT_0, err)))
    return false;
  return tc_der_close(out, start, TC_DER_SEQUENCE, err);
}

/* digestAlgorithms */
static bool put_hash_set(tc_buf *out, tc_hash hash, tc_error *err)
{
  size_t start = out->size;
  return put_hash_algorithm(out, hash, err) && tc_der_close(out, start, TC_DER_SET, err);
}

bool tc_cms_wrap(const tc_cms_parts *parts, const tc_cms_content *content, tc_buf *out, tc_error *err)
{
  tc_signing_way way;
  if (!way_of(parts, &way, err))
    return false;
  size_t start = out->size;
  if (!tc_der_put(out, TC_DER_OID, tc_oid_signed_data, err))
    return false;
  size_t explicit = out->size;
  /* RFC 5652 5.1: version 3 where the content is not id-data, else 1 */
  if (!tc_der_put_small(out, content->bytes.size > 0 ? 3 : 1, err) || !put_hash_set(out, way.hash, err) ||
      !put_content(out, content->type, content->bytes, err) ||
      (!content->without_certificates && !put_certificates(out, parts->chain, err)))
    return false;
  size_t infos = out->size;
  return put_signer_info(out, parts, way, err) && tc_der_close(out, infos, TC_DER_SET, err) &&
         tc_der_close(out, explicit, TC_DER_SEQUENCE, err) && tc_der_close(out, explicit, TC_DER_CONTEXT_0, err) &&
         tc_der_close(out, start, TC_DER_SEQUENCE, err);
}

bool tc_cms_assemble(const tc_cms_parts *parts, tc_buf *out, tc_error *err)
{
  if (tc_certs_count(parts->chain) == 0)
    return tc_fail(err, TC_NOT_FOUND, "the signer has no certificate");
  EVP_PKEY *public = X509_get0_pubkey(tc_certs_x509(parts->chain, 0));
  tc_signing_way way;
  if (public == NULL)
    return tc_fail_ossl(err, TC_UNSUPPORTED, "the signer's public key cannot be read");
  if (!way_of(parts, &way, err) || !tc_evp_verify(public, way, parts->attributes, parts->signature, err))
    return false;
  tc_cms_content detached = {.type = tc_oid_data};
  size_t start = out->size;
  if (tc_cms_wrap(parts, &detached, out, err))
    return true;
  out->size = start;
  return false;
}

tc_hash tc_cms_hash(const tc_cms_options *options)
{
  return options->content != NULL ? options->content->hash : TC_HASH_SHA256;
}

bool tc_cms_sign(const tc_cms_options *options, tc_key *key, tc_stamper *stamper, tc_buf *out, tc_error *err)
{
  tc_auto(tc_buf) attributes = {0};
  tc_auto(tc_buf) signature = {0};
  tc_auto(tc_buf) token = {0};
  tc_digest imprint;
  tc_hash hash = tc_cms_hash(options);
  if (!tc_cms_prepare(options, &attributes, err) ||
      !tc_key_sign_with(key, hash, tc_buf_bytes(&attributes), &signature, err))
    return false;
  if (stamper != NULL && (!tc_digest_of(tc_buf_bytes(&signature), &imprint, err) ||
                          !tc_stamper_stamp(stamper, &imprint, &token, NULL, err)))
    return false;
  tc_cms_parts parts = {.chain = options->chain,
                        .attributes = tc_buf_bytes(&attributes),
                        .signature = tc_buf_bytes(&signature),
                        .token = tc_buf_bytes(&token),
                        .hash = hash,
                        .pkcs1 = tc_key_scheme(key) == TC_SCHEME_RSA_PKCS1};
  return tc_cms_assemble(&parts, out, err);
}

/* The very structure, built with a signature and a token of the widest size. */
bool tc_cms_size_limit(const tc_cms_options *options, const tc_stamper *stamper, size_t *out, tc_error *err)
{
  tc_auto(tc_buf) attributes = {0};
  tc_auto(tc_buf) zeros = {0};
  tc_auto(tc_buf) whole = {0};
  if (!tc_cms_prepare(options, &attributes, err))
    return false;
  const EVP_PKEY *public = X509_get0_pubkey(tc_certs_x509(options->chain, 0));
  size_t signature = public != NULL ? (size_t)EVP_PKEY_get_size(public) : 0;
  size_t token = stamper != NULL ? tc_stamper_token_limit(stamper) : 0;
  size_t most = signature > token ? signature : token;
  if (!tc_buf_reserve(&zeros, most + 1, err))
    return false;
  memset(zeros.data, 0, most + 1);
  tc_cms_parts parts = {.chain = options->chain,
                        .attributes = tc_buf_bytes(&attributes),
                        .signature = {zeros.data, signature},
                        .token = {zeros.data, token},
                        .hash = tc_cms_hash(options)};
  tc_cms_content detached = {.type = tc_oid_data};
  if (!tc_cms_wrap(&parts, &detached, &whole, err))
    return false;
  *out = whole.size + HEADERS_MAX;
  return true;
}
