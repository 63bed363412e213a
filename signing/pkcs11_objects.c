/* Looking at a token's objects: find by label and id, read attributes, rebuild a public key. */
#include "signing/pkcs11.h"

#include "signing/certs_private.h"

#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <stdio.h>
#include <string.h>

enum { ID_MAX = 64, FOUND_MAX = 16, ATTRIBUTE_MAX = 1 << 16 };

static bool parse_id(const char *hex, uint8_t *out, size_t *size, tc_error *err)
{
  if (OPENSSL_hexstr2buf_ex(out, ID_MAX, size, hex, '\0') == 1)
    return true;
  ERR_clear_error();
  return tc_fail(err, TC_USAGE, "\"%s\" is no object id in hexadecimal", hex);
}

bool tc_p11_find(tc_pkcs11 *session, CK_OBJECT_CLASS class, const char *label, const char *id_hex,
                 CK_OBJECT_HANDLE *out, size_t capacity, size_t *count, tc_error *err)
{
  uint8_t id[ID_MAX];
  size_t id_size = 0;
  CK_ATTRIBUTE template[3] = {{CKA_CLASS, &class, sizeof class}};
  CK_ULONG used = 1;
  if (label != NULL)
    template[used++] = (CK_ATTRIBUTE){CKA_LABEL, (void *)(uintptr_t)label, strlen(label)};
  if (id_hex != NULL) {
    if (!parse_id(id_hex, id, &id_size, err))
      return false;
    template[used++] = (CK_ATTRIBUTE){CKA_ID, id, id_size};
  }
  CK_RV rv = session->p11->C_FindObjectsInit(session->handle, template, used);
  CK_ULONG found = 0;
  if (rv == CKR_OK) {
    rv = session->p11->C_FindObjects(session->handle, out, capacity, &found);
    session->p11->C_FindObjectsFinal(session->handle);
  }
  if (rv != CKR_OK)
    return tc_fail_p11(err, rv, "the token's objects could not be listed");
  *count = found;
  return true;
}

bool tc_p11_attribute(tc_pkcs11 *session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, tc_buf *out, tc_error *err)
{
  CK_ATTRIBUTE attribute = {type, NULL, 0};
  CK_RV rv = session->p11->C_GetAttributeValue(session->handle, object, &attribute, 1);
  if (rv != CKR_OK || attribute.ulValueLen > ATTRIBUTE_MAX)
    return tc_fail_p11(err, rv, "the token does not tell an attribute of its object");
  if (!tc_buf_reserve(out, attribute.ulValueLen + 1, err))
    return false;
  attribute.pValue = out->data + out->size;
  rv = session->p11->C_GetAttributeValue(session->handle, object, &attribute, 1);
  if (rv != CKR_OK)
    return tc_fail_p11(err, rv, "the token does not tell an attribute of its object");
  out->size += attribute.ulValueLen;
  out->data[out->size] = 0;
  return true;
}

static bool key_from_params(const char *kind, OSSL_PARAM_BLD *builder, EVP_PKEY **out, tc_error *err)
{
  OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(builder);
  tc_auto(EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_from_name(NULL, kind, NULL);
  EVP_PKEY *key = NULL;
  bool ok = params != NULL && context != NULL && EVP_PKEY_fromdata_init(context) == 1 &&
            EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) == 1;
  OSSL_PARAM_free(params);
  if (!ok)
    return tc_fail_ossl(err, TC_CRYPTO, "the token's public key cannot be used");
  *out = key;
  return true;
}

static bool rsa_public(tc_pkcs11 *session, CK_OBJECT_HANDLE object, EVP_PKEY **out, tc_error *err)
{
  tc_auto(tc_buf) modulus = {0};
  tc_auto(tc_buf) exponent = {0};
  if (!tc_p11_attribute(session, object, CKA_MODULUS, &modulus, err) ||
      !tc_p11_attribute(session, object, CKA_PUBLIC_EXPONENT, &exponent, err))
    return false;
  tc_auto(BIGNUM) n = BN_bin2bn(modulus.data, (int)modulus.size, NULL);
  tc_auto(BIGNUM) e = BN_bin2bn(exponent.data, (int)exponent.size, NULL);
  OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
  bool ok = builder != NULL && n != NULL && e != NULL &&
            OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
            OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) == 1;
  ok = ok ? key_from_params("RSA", builder, out, err) : tc_fail(err, TC_NO_MEMORY, "no memory for a key");
  OSSL_PARAM_BLD_free(builder);
  return ok;
}

/* PKCS#11 2.3.3: CKA_EC_POINT is the DER OCTET STRING of the point; some modules give the bare point. */
static bool ec_public(tc_pkcs11 *session, CK_OBJECT_HANDLE object, EVP_PKEY **out, tc_error *err)
{
  tc_auto(tc_buf) point = {0};
  tc_auto(tc_buf) curve = {0};
  if (!tc_p11_attribute(session, object, CKA_EC_POINT, &point, err) ||
      !tc_p11_attribute(session, object, CKA_EC_PARAMS, &curve, err))
    return false;
  const unsigned char *at = curve.data;
  tc_auto(ASN1_OBJECT) oid = d2i_ASN1_OBJECT(NULL, &at, (long)curve.size);
  const char *group = oid != NULL ? OBJ_nid2sn(OBJ_obj2nid(oid)) : NULL;
  at = point.data;
  ASN1_OCTET_STRING *wrapped = d2i_ASN1_OCTET_STRING(NULL, &at, (long)point.size);
  ERR_clear_error();
  const uint8_t *bytes = wrapped != NULL ? ASN1_STRING_get0_data(wrapped) : point.data;
  size_t size = wrapped != NULL ? (size_t)ASN1_STRING_length(wrapped) : point.size;
  OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
  bool ok = builder != NULL && group != NULL &&
            OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, group, 0) == 1 &&
            OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, bytes, size) == 1;
  ok = ok ? key_from_params("EC", builder, out, err) : tc_fail_ossl(err, TC_UNSUPPORTED, "the token's EC key");
  OSSL_PARAM_BLD_free(builder);
  ASN1_OCTET_STRING_free(wrapped);
  return ok;
}

static bool public_by_certificate(tc_pkcs11 *session, CK_OBJECT_HANDLE certificate, EVP_PKEY **out, tc_error *err)
{
  tc_auto(tc_buf) der = {0};
  if (!tc_p11_attribute(session, certificate, CKA_VALUE, &der, err))
    return false;
  tc_auto(X509) x509 = tc_x509_read(tc_buf_bytes(&der));
  EVP_PKEY *key = x509 != NULL ? X509_get_pubkey(x509) : NULL;
  if (key == NULL)
    return tc_fail_ossl(err, TC_FORMAT, "the token's certificate cannot be read");
  *out = key;
  return true;
}

bool tc_p11_public(tc_pkcs11 *session, CK_OBJECT_HANDLE private_key, EVP_PKEY **out, tc_error *err)
{
  CK_KEY_TYPE kind = 0;
  CK_ATTRIBUTE attribute = {CKA_KEY_TYPE, &kind, sizeof kind};
  CK_RV rv = session->p11->C_GetAttributeValue(session->handle, private_key, &attribute, 1);
  if (rv != CKR_OK)
    return tc_fail_p11(err, rv, "the token does not tell the kind of its key");
  if (kind != CKK_RSA && kind != CKK_EC)
    return tc_fail(err, TC_UNSUPPORTED, "a key of PKCS#11 kind 0x%lx: RSA and EC are taken", (unsigned long)kind);
  if (kind == CKK_RSA && rsa_public(session, private_key, out, NULL))
    return true;
  tc_auto(tc_buf) id = {0};
  char hex[2 * ID_MAX + 1] = "";
  if (!tc_p11_attribute(session, private_key, CKA_ID, &id, err))
    return false;
  if (id.size == 0 || id.size > ID_MAX)
    return tc_fail(err, TC_UNSUPPORTED, "the token's key has no id that leads to its public half");
  for (size_t i = 0; i < id.size; i++)
    snprintf(hex + 2 * i, 3, "%02x", id.data[i]);
  CK_OBJECT_HANDLE found[FOUND_MAX];
  size_t count = 0;
  if (tc_p11_find(session, CKO_PUBLIC_KEY, NULL, hex, found, FOUND_MAX, &count, NULL) && count > 0)
    return kind == CKK_RSA ? rsa_public(session, found[0], out, err) : ec_public(session, found[0], out, err);
  if (tc_p11_find(session, CKO_CERTIFICATE, NULL, hex, found, FOUND_MAX, &count, NULL) && count > 0)
    return public_by_certificate(session, found[0], out, err);
  return tc_fail(err, TC_NOT_FOUND, "the token holds neither public key nor certificate beside its key %s", hex);
}

bool tc_pkcs11_read_certs(tc_pkcs11 *session, const char *label, const char *id_hex, tc_certs *into, tc_error *err)
{
  CK_OBJECT_HANDLE found[FOUND_MAX];
  size_t count = 0;
  if (!tc_p11_find(session, CKO_CERTIFICATE, label, id_hex, found, FOUND_MAX, &count, err))
    return false;
  for (size_t i = 0; i < count; i++) {
    tc_auto(tc_buf) der = {0};
    if (!tc_p11_attribute(session, found[i], CKA_VALUE, &der, err) ||
        !tc_certs_add(into, tc_buf_bytes(&der), "a certificate on the token", err))
      return false;
  }
  return true;
}
