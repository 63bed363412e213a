/* Algorithm identifiers, read strictly: an identifier is either exactly what its standard says, or unknown. */
#include "signing/cms_view.h"
#include "signing/oids.h"

const char *tc_hash_name(tc_hash hash)
{
  static const char *const names[] = {"unknown", "SHA-1", "SHA-256", "SHA-384", "SHA-512"};
  return names[hash];
}

const EVP_MD *tc_hash_md(tc_hash hash)
{
  switch (hash) {
  case TC_HASH_SHA1:
    return EVP_sha1();
  case TC_HASH_SHA256:
    return EVP_sha256();
  case TC_HASH_SHA384:
    return EVP_sha384();
  case TC_HASH_SHA512:
    return EVP_sha512();
  case TC_HASH_UNKNOWN:
    break;
  }
  return NULL;
}

tc_bytes tc_hash_oid(tc_hash hash)
{
  if (hash == TC_HASH_SHA384)
    return tc_oid_sha384;
  return hash == TC_HASH_SHA512 ? tc_oid_sha512 : tc_oid_sha256;
}

bool tc_hash_parts(tc_hash hash, const tc_bytes *parts, size_t count, tc_hash_value *out, tc_error *err)
{
  tc_auto(EVP_MD_CTX) context = EVP_MD_CTX_new();
  tc_hash_value value = {.hash = hash};
  unsigned int size = 0;
  if (tc_hash_md(hash) == NULL)
    return tc_fail(err, TC_UNSUPPORTED, "a digest algorithm that is not known here");
  bool ok = context != NULL && EVP_DigestInit_ex(context, tc_hash_md(hash), NULL) == 1;
  for (size_t i = 0; ok && i < count; i++)
    ok = EVP_DigestUpdate(context, parts[i].data, parts[i].size) == 1;
  if (!ok || EVP_DigestFinal_ex(context, value.bytes, &size) != 1)
    return tc_fail_ossl(err, TC_CRYPTO, "hashing failed");
  value.size = size;
  *out = value;
  return true;
}

/* SEQUENCE { OID, parameters absent or NULL } */
static bool plain_algorithm(tc_bytes content, tc_bytes *oid, tc_bytes *parameters)
{
  tc_der element;
  if (!tc_der_expect(&content, TC_DER_OID, &element))
    return false;
  *oid = element.content;
  *parameters = content;
  return true;
}

static bool absent_or_null(tc_bytes parameters)
{
  return parameters.size == 0 || (parameters.size == 2 && parameters.data[0] == TC_DER_NULL && parameters.data[1] == 0);
}

tc_hash tc_hash_of_algorithm(tc_der algorithm)
{
  const struct {
    tc_bytes oid;
    tc_hash hash;
  } known[] = {{tc_oid_sha1, TC_HASH_SHA1},
               {tc_oid_sha256, TC_HASH_SHA256},
               {tc_oid_sha384, TC_HASH_SHA384},
               {tc_oid_sha512, TC_HASH_SHA512}};
  tc_bytes oid;
  tc_bytes parameters;
  if (!plain_algorithm(algorithm.content, &oid, &parameters) || !absent_or_null(parameters))
    return TC_HASH_UNKNOWN;
  for (size_t i = 0; i < TC_ARRAY_LEN(known); i++)
    if (tc_bytes_equal(known[i].oid, oid))
      return known[i].hash;
  return TC_HASH_UNKNOWN;
}

static bool small_integer(tc_bytes explicit, int *out)
{
  tc_der number;
  if (!tc_der_expect(&explicit, TC_DER_INTEGER, &number) || explicit.size > 0 || number.content.size == 0 ||
      number.content.size > 2 || number.content.data[0] > 0x7F)
    return false;
  *out = 0;
  for (size_t i = 0; i < number.content.size; i++)
    *out = *out << 8 | number.content.data[i];
  return true;
}

static bool wrapped_hash(tc_bytes explicit, tc_hash *out)
{
  tc_der algorithm;
  if (!tc_der_expect(&explicit, TC_DER_SEQUENCE, &algorithm) || explicit.size > 0)
    return false;
  *out = tc_hash_of_algorithm(algorithm);
  return *out != TC_HASH_UNKNOWN;
}

/* RFC 4055 3.1: each of the four parameters has a default; the hash of MGF1 equals the message's. */
static bool read_pss(tc_bytes parameters, tc_signature_algorithm *out)
{
  tc_der sequence;
  tc_der element;
  tc_hash mask = TC_HASH_SHA1;
  int trailer = 1;
  out->hash = TC_HASH_SHA1;
  out->salt = 20;
  if (!tc_der_expect(&parameters, TC_DER_SEQUENCE, &sequence) || parameters.size > 0)
    return false;
  tc_bytes rest = sequence.content;
  if (tc_der_optional(&rest, 0xA0, &element) && !wrapped_hash(element.content, &out->hash))
    return false;
  if (tc_der_optional(&rest, 0xA1, &element)) {
    tc_bytes oid;
    tc_bytes inner = element.content;
    tc_der algorithm;
    if (!tc_der_expect(&inner, TC_DER_SEQUENCE, &algorithm) || inner.size > 0 ||
        !plain_algorithm(algorithm.content, &oid, &inner) || !tc_bytes_equal(oid, tc_oid_mgf1) ||
        !wrapped_hash(inner, &mask))
      return false;
  }
  if (tc_der_optional(&rest, 0xA2, &element) && !small_integer(element.content, &out->salt))
    return false;
  if (tc_der_optional(&rest, 0xA3, &element) && !small_integer(element.content, &trailer))
    return false;
  return rest.size == 0 && trailer == 1 && mask == out->hash;
}

bool tc_signature_algorithm_read(tc_bytes identifier, tc_hash digest, tc_signature_algorithm *out)
{
  const struct {
    tc_bytes oid;
    tc_padding padding;
    tc_hash hash; /* UNKNOWN: the digestAlgorithm's */
  } known[] = {
      {tc_oid_rsa, TC_PADDING_PKCS1, TC_HASH_UNKNOWN},         {tc_oid_rsa_sha1, TC_PADDING_PKCS1, TC_HASH_SHA1},
      {tc_oid_rsa_sha256, TC_PADDING_PKCS1, TC_HASH_SHA256},   {tc_oid_rsa_sha384, TC_PADDING_PKCS1, TC_HASH_SHA384},
      {tc_oid_rsa_sha512, TC_PADDING_PKCS1, TC_HASH_SHA512},   {tc_oid_ecdsa_sha256, TC_PADDING_ECDSA, TC_HASH_SHA256},
      {tc_oid_ecdsa_sha384, TC_PADDING_ECDSA, TC_HASH_SHA384}, {tc_oid_ecdsa_sha512, TC_PADDING_ECDSA, TC_HASH_SHA512}};
  tc_der sequence;
  tc_bytes oid;
  tc_bytes parameters;
  if (!tc_der_expect(&identifier, TC_DER_SEQUENCE, &sequence) || identifier.size > 0 ||
      !plain_algorithm(sequence.content, &oid, &parameters))
    return false;
  if (tc_bytes_equal(oid, tc_oid_rsa_pss)) {
    out->padding = TC_PADDING_PSS;
    return read_pss(parameters, out) && out->hash == digest;
  }
  for (size_t i = 0; i < TC_ARRAY_LEN(known); i++)
    if (tc_bytes_equal(known[i].oid, oid)) {
      *out = (tc_signature_algorithm){known[i].padding, known[i].hash != TC_HASH_UNKNOWN ? known[i].hash : digest, 0};
      return out->hash == digest && absent_or_null(parameters);
    }
  return false;
}
