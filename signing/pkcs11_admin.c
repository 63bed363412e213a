/* Making tokens, keys and certificates on them: what the demo PKI needs of SoftHSM2. */
#include "signing/pkcs11.h"

#include "signing/certs_private.h"

#include <string.h>

enum { SLOTS_MAX = 64, LABEL_SIZE = 32 };

static void pad_label(const char *label, CK_UTF8CHAR out[LABEL_SIZE])
{
  memset(out, ' ', LABEL_SIZE);
  memcpy(out, label, strnlen(label, LABEL_SIZE));
}

static bool set_user_pin(CK_FUNCTION_LIST *p11, CK_SLOT_ID slot, CK_UTF8CHAR *pin, CK_ULONG size, tc_error *err)
{
  CK_SESSION_HANDLE handle;
  CK_RV rv = p11->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &handle);
  if (rv != CKR_OK)
    return tc_fail_p11(err, rv, "no session with the new token");
  rv = p11->C_Login(handle, CKU_SO, pin, size);
  if (rv == CKR_OK)
    rv = p11->C_InitPIN(handle, pin, size);
  p11->C_Logout(handle);
  p11->C_CloseSession(handle);
  return rv == CKR_OK || tc_fail_p11(err, rv, "the new token's PIN could not be set");
}

static bool make_token(CK_FUNCTION_LIST *p11, const char *label, const char *pin, tc_error *err)
{
  CK_UTF8CHAR padded[LABEL_SIZE];
  pad_label(label, padded);
  CK_SLOT_ID slots[SLOTS_MAX];
  CK_ULONG count = SLOTS_MAX;
  CK_RV rv = p11->C_GetSlotList(CK_TRUE, slots, &count);
  if (rv != CKR_OK)
    return tc_fail_p11(err, rv, "the tokens could not be listed");
  size_t vacant = SLOTS_MAX;
  for (CK_ULONG i = 0; i < count; i++) {
    CK_TOKEN_INFO info;
    if (p11->C_GetTokenInfo(slots[i], &info) != CKR_OK)
      continue;
    if (!(info.flags & CKF_TOKEN_INITIALIZED))
      vacant = i;
    else if (memcmp(info.label, padded, LABEL_SIZE) == 0)
      return true;
  }
  if (vacant == SLOTS_MAX)
    return tc_fail(err, TC_NOT_FOUND, "the PKCS#11 module has no slot for a new token");
  CK_UTF8CHAR *pin_bytes = (CK_UTF8CHAR *)(uintptr_t)pin; /* PKCS#11 knows no const */
  rv = p11->C_InitToken(slots[vacant], pin_bytes, strlen(pin), padded);
  if (rv != CKR_OK)
    return tc_fail_p11(err, rv, "a token could not be made");
  return set_user_pin(p11, slots[vacant], pin_bytes, strlen(pin), err);
}

bool tc_p11_make_token(const char *module, const char *label, const char *pin, tc_error *err)
{
  struct tc_p11_module *loaded = NULL;
  if (!tc_p11_module_get(module, &loaded, err))
    return false;
  bool ok = make_token(tc_p11_module_functions(loaded), label, pin, err);
  tc_p11_module_release(loaded);
  return ok;
}

bool tc_p11_make_key(tc_pkcs11 *session, const char *label, uint8_t id, bool ec, int bits, tc_error *err)
{
  static const uint8_t p256[] = {0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};
  static const uint8_t p384[] = {0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22};
  static const uint8_t f4[] = {0x01, 0x00, 0x01};
  CK_BBOOL yes = CK_TRUE;
  CK_BBOOL no = CK_FALSE;
  CK_ULONG modulus_bits = (CK_ULONG)bits;
  tc_bytes curve = bits == 384 ? (tc_bytes){p384, sizeof p384} : (tc_bytes){p256, sizeof p256};
  void *text = (void *)(uintptr_t)label;
  CK_ATTRIBUTE public_rsa[] = {{CKA_TOKEN, &yes, sizeof yes},
                               {CKA_VERIFY, &yes, sizeof yes},
                               {CKA_LABEL, text, strlen(label)},
                               {CKA_ID, &id, 1},
                               {CKA_MODULUS_BITS, &modulus_bits, sizeof modulus_bits},
                               {CKA_PUBLIC_EXPONENT, (void *)(uintptr_t)f4, sizeof f4}};
  CK_ATTRIBUTE public_ec[] = {{CKA_TOKEN, &yes, sizeof yes},
                              {CKA_VERIFY, &yes, sizeof yes},
                              {CKA_LABEL, text, strlen(label)},
                              {CKA_ID, &id, 1},
                              {CKA_EC_PARAMS, (void *)(uintptr_t)curve.data, curve.size}};
  CK_ATTRIBUTE private[] = {{CKA_TOKEN, &yes, sizeof yes},
                            {CKA_PRIVATE, &yes, sizeof yes},
                            {CKA_SENSITIVE, &yes, sizeof yes},
                            {CKA_EXTRACTABLE, &no, sizeof no},
                            {CKA_SIGN, &yes, sizeof yes},
                            {CKA_LABEL, text, strlen(label)},
                            {CKA_ID, &id, 1}};
  CK_MECHANISM mechanism = {ec ? CKM_EC_KEY_PAIR_GEN : CKM_RSA_PKCS_KEY_PAIR_GEN, NULL, 0};
  CK_OBJECT_HANDLE public_key;
  CK_OBJECT_HANDLE private_key;
  CK_RV rv = session->p11->C_GenerateKeyPair(session->handle, &mechanism, ec ? public_ec : public_rsa,
                                             ec ? TC_ARRAY_LEN(public_ec) : TC_ARRAY_LEN(public_rsa), private,
                                             TC_ARRAY_LEN(private), &public_key, &private_key);
  return rv == CKR_OK || tc_fail_p11(err, rv, "the token made no key \"%s\"", label);
}

static bool name_der(X509_NAME *name, tc_buf *out, tc_error *err)
{
  unsigned char *der = NULL;
  int size = i2d_X509_NAME(name, &der);
  bool ok = size > 0 ? tc_buf_append(out, der, (size_t)size, err)
                     : tc_fail_ossl(err, TC_CRYPTO, "a name could not be encoded");
  OPENSSL_free(der);
  return ok;
}

bool tc_p11_store_cert(tc_pkcs11 *session, const char *label, uint8_t id, tc_bytes der, tc_error *err)
{
  tc_auto(X509) certificate = tc_x509_read(der);
  tc_auto(tc_buf) subject = {0};
  if (certificate == NULL)
    return tc_fail(err, TC_FORMAT, "these bytes are no certificate");
  if (!name_der(X509_get_subject_name(certificate), &subject, err))
    return false;
  CK_OBJECT_CLASS class = CKO_CERTIFICATE;
  CK_CERTIFICATE_TYPE kind = CKC_X_509;
  CK_BBOOL yes = CK_TRUE;
  CK_BBOOL no = CK_FALSE;
  CK_ATTRIBUTE template[] = {{CKA_CLASS, &class, sizeof class},
                             {CKA_CERTIFICATE_TYPE, &kind, sizeof kind},
                             {CKA_TOKEN, &yes, sizeof yes},
                             {CKA_PRIVATE, &no, sizeof no},
                             {CKA_LABEL, (void *)(uintptr_t)label, strlen(label)},
                             {CKA_ID, &id, 1},
                             {CKA_SUBJECT, subject.data, subject.size},
                             {CKA_VALUE, (void *)(uintptr_t)der.data, der.size}};
  CK_OBJECT_HANDLE object;
  CK_RV rv = session->p11->C_CreateObject(session->handle, template, TC_ARRAY_LEN(template), &object);
  return rv == CKR_OK || tc_fail_p11(err, rv, "the token did not take the certificate \"%s\"", label);
}
