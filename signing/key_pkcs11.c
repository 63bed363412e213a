/*
 * Keys on a token. RSASSA-PSS by CKM_RSA_PKCS_PSS over our digest; where the token has no such mechanism, EMSA-PSS
 * (RFC 8017 9.1.1) is made here and the token does the raw operation (CKM_RSA_X_509). ECDSA by CKM_ECDSA, whose r ‖ s
 * becomes the ECDSA-Sig-Value in DER that CMS wants (RFC 5753 2.1.1).
 */
#include "signing/key_private.h"
#include "signing/pkcs11.h"

#include "base/digest.h"
#include "signing/cms_view.h"
#include "signing/der.h"

#include <string.h>

enum { RSA_BYTES_MAX = 1024, EC_RAW_MAX = 144, HASH_MAX = 64 };

typedef struct token_key {
  tc_key base;
  tc_pkcs11 *session;
  _Atomic CK_OBJECT_HANDLE object;
  size_t found_at;      /* the session's logins then; under its lock */
  char *label, *id_hex; /* how it was asked for; NULL: any */
  _Atomic bool has_pss; /* until it turns out that the token only says so */
  int bits;
} token_key;

/* RFC 8017 B.2.1, xored onto `out`. */
static bool mgf1_xor(tc_hash hash, tc_bytes seed, uint8_t *out, size_t size, tc_error *err)
{
  tc_hash_value mask;
  for (uint32_t counter = 0, done = 0; done < size; counter++) {
    uint8_t number[4] = {(uint8_t)(counter >> 24), (uint8_t)(counter >> 16), (uint8_t)(counter >> 8), (uint8_t)counter};
    tc_bytes parts[] = {seed, {number, sizeof number}};
    if (!tc_hash_parts(hash, parts, 2, &mask, err))
      return false;
    for (size_t i = 0; i < mask.size && done < size; i++)
      out[done++] ^= mask.bytes[i];
  }
  return true;
}

/* RFC 8017 9.1.1: EM = maskedDB ‖ H ‖ bc, with DB = 0… ‖ 01 ‖ salt; emBits = modulus bits − 1. */
static bool emsa_pss(const tc_hash_value *digest, int modulus_bits, uint8_t *em, tc_error *err)
{
  static const uint8_t zeros[8] = {0};
  uint8_t salt[HASH_MAX];
  size_t size = ((size_t)modulus_bits + 6) / 8;
  size_t db_size = size - digest->size - 1;
  tc_hash_value h;
  tc_bytes parts[] = {{zeros, sizeof zeros}, {digest->bytes, digest->size}, {salt, digest->size}};
  if (!tc_random(salt, digest->size, err) || !tc_hash_parts(digest->hash, parts, 3, &h, err))
    return false;
  memset(em, 0, size);
  em[db_size - h.size - 1] = 1;
  memcpy(em + db_size - h.size, salt, h.size);
  if (!mgf1_xor(digest->hash, (tc_bytes){h.bytes, h.size}, em, db_size, err))
    return false;
  em[0] &= (uint8_t)(0xFF >> (8 * size - ((size_t)modulus_bits - 1)));
  memcpy(em + db_size, h.bytes, h.size);
  em[size - 1] = 0xBC;
  return true;
}

/* RFC 8017 9.2, notes: DigestInfo, its algorithm with NULL parameters. */
static bool digest_info(const tc_hash_value *digest, tc_buf *out, tc_error *err)
{
  static const uint8_t null[] = {TC_DER_NULL, 0};
  size_t start = out->size;
  return tc_der_put(out, TC_DER_OID, tc_hash_oid(digest->hash), err) && tc_buf_append(out, null, sizeof null, err) &&
         tc_der_close(out, start, TC_DER_SEQUENCE, err) &&
         tc_der_put(out, TC_DER_OCTETS, (tc_bytes){digest->bytes, digest->size}, err) &&
         tc_der_close(out, start, TC_DER_SEQUENCE, err);
}

static bool find_one(tc_pkcs11 *session, const char *label, const char *id_hex, CK_OBJECT_HANDLE *out, tc_error *err)
{
  CK_OBJECT_HANDLE found[2];
  size_t count = 0;
  if (!tc_p11_find(session, CKO_PRIVATE_KEY, label, id_hex, found, 2, &count, err))
    return false;
  if (count == 0)
    return tc_fail(err, TC_NOT_FOUND, "the token holds no private key \"%s\"", label != NULL ? label : "(any)");
  if (count > 1)
    return tc_fail(err, TC_CONFLICT, "the token holds several keys that fit; name one by label or id");
  *out = found[0];
  return true;
}

/* After another login its handle may be another one (PKCS#11 v2.40 2.6.4). */
static bool find_again(token_key *key, tc_error *err)
{
  tc_pkcs11 *session = key->session;
  pthread_mutex_lock(&session->lock);
  CK_OBJECT_HANDLE object = key->object;
  bool ok = key->found_at == session->logins || find_one(session, key->label, key->id_hex, &object, err);
  if (ok) {
    key->object = object;
    key->found_at = session->logins;
  }
  pthread_mutex_unlock(&session->lock);
  return ok;
}

/* One operation of the token. Where the session it was to happen in is gone, nothing happened: another one, once. */
static bool token_operation(token_key *key, CK_MECHANISM *mechanism, tc_bytes input, uint8_t *out, CK_ULONG *size,
                            tc_error *err)
{
  tc_pkcs11 *session = key->session;
  for (int attempt = 0;; attempt++) {
    tc_p11_lent lent;
    CK_ULONG written = *size;
    if (!tc_p11_take(session, &lent, err))
      return false;
    if (!find_again(key, err)) {
      tc_p11_give(session, &lent, CKR_OK);
      return false;
    }
    CK_RV rv = session->p11->C_SignInit(lent.handle, mechanism, key->object);
    if (rv == CKR_OK)
      rv = session->p11->C_Sign(lent.handle, (CK_BYTE *)(uintptr_t)input.data, input.size, out, &written);
    tc_p11_give(session, &lent, rv);
    if (rv == CKR_OK) {
      *size = written;
      return true;
    }
    if (attempt == 1 || !tc_p11_is_lost(rv))
      return tc_fail_p11(err, rv, "the token did not sign");
  }
}

static bool sign_pkcs1(token_key *key, const tc_hash_value *digest, uint8_t *out, CK_ULONG *size, tc_error *err)
{
  tc_auto(tc_buf) info = {0};
  CK_MECHANISM mechanism = {CKM_RSA_PKCS, NULL, 0};
  return digest_info(digest, &info, err) && token_operation(key, &mechanism, tc_buf_bytes(&info), out, size, err);
}

static bool sign_pss(token_key *key, const tc_hash_value *digest, uint8_t *out, CK_ULONG *size, tc_error *err)
{
  CK_RSA_PKCS_PSS_PARAMS pss = {CKM_SHA256, CKG_MGF1_SHA256, digest->size};
  if (digest->hash != TC_HASH_SHA256) {
    pss.hashAlg = digest->hash == TC_HASH_SHA384 ? CKM_SHA384 : CKM_SHA512;
    pss.mgf = digest->hash == TC_HASH_SHA384 ? CKG_MGF1_SHA384 : CKG_MGF1_SHA512;
  }
  CK_MECHANISM mechanism = {CKM_RSA_PKCS_PSS, &pss, sizeof pss};
  return token_operation(key, &mechanism, (tc_bytes){digest->bytes, digest->size}, out, size, err);
}

/* A raw operation takes exactly the modulus's length; EM is a byte shorter where bits − 1 is a multiple of 8. */
static bool sign_raw(token_key *key, const tc_hash_value *digest, uint8_t *out, CK_ULONG *size, tc_error *err)
{
  uint8_t em[RSA_BYTES_MAX] = {0};
  size_t modulus = ((size_t)key->bits + 7) / 8;
  size_t shift = modulus - ((size_t)key->bits + 6) / 8;
  CK_MECHANISM mechanism = {CKM_RSA_X_509, NULL, 0};
  return emsa_pss(digest, key->bits, em + shift, err) &&
         token_operation(key, &mechanism, (tc_bytes){em, modulus}, out, size, err);
}

/* Some tokens list CKM_RSA_PKCS_PSS and do not know it, or not with this hash. Then nothing was signed yet. */
static bool sign_pss_somehow(token_key *key, const tc_hash_value *digest, uint8_t *out, CK_ULONG *size, tc_error *err)
{
  tc_error why = {0};
  if (!key->has_pss)
    return sign_raw(key, digest, out, size, err);
  if (sign_pss(key, digest, out, size, &why))
    return true;
  if (why.code != TC_UNSUPPORTED)
    return tc_error_set(err, why.code, why.sys_errno, why.where, "%s", why.message);
  key->has_pss = false;
  return sign_raw(key, digest, out, size, err);
}

static bool sign_rsa(token_key *key, const tc_hash_value *digest, tc_buf *out, tc_error *err)
{
  uint8_t signature[RSA_BYTES_MAX];
  CK_ULONG size = sizeof signature;
  bool ok = key->base.scheme == TC_SCHEME_RSA_PKCS1 ? sign_pkcs1(key, digest, signature, &size, err)
                                                    : sign_pss_somehow(key, digest, signature, &size, err);
  return ok && tc_buf_append(out, signature, size, err);
}

static bool sign_ecdsa(token_key *key, const tc_hash_value *digest, tc_buf *out, tc_error *err)
{
  uint8_t raw[EC_RAW_MAX];
  CK_ULONG size = sizeof raw;
  CK_MECHANISM mechanism = {CKM_ECDSA, NULL, 0};
  if (!token_operation(key, &mechanism, (tc_bytes){digest->bytes, digest->size}, raw, &size, err))
    return false;
  tc_auto(ECDSA_SIG) signature = ECDSA_SIG_new();
  BIGNUM *r = BN_bin2bn(raw, (int)size / 2, NULL);
  BIGNUM *s = BN_bin2bn(raw + size / 2, (int)size / 2, NULL);
  if (signature == NULL || r == NULL || s == NULL || size % 2 != 0 || ECDSA_SIG_set0(signature, r, s) != 1) {
    BN_free(r);
    BN_free(s);
    return tc_fail_ossl(err, TC_CRYPTO, "the token's signature cannot be used");
  }
  unsigned char *der = NULL;
  int der_size = i2d_ECDSA_SIG(signature, &der);
  bool ok = der_size > 0 ? tc_buf_append(out, der, (size_t)der_size, err)
                         : tc_fail_ossl(err, TC_CRYPTO, "the token's signature cannot be encoded");
  OPENSSL_free(der);
  return ok;
}

static bool token_sign(tc_key *base, tc_hash hash, tc_bytes message, tc_buf *out, tc_error *err)
{
  token_key *key = (token_key *)base;
  tc_hash_value digest;
  if (!tc_hash_parts(hash, &message, 1, &digest, err))
    return false;
  return base->scheme == TC_SCHEME_ECDSA ? sign_ecdsa(key, &digest, out, err) : sign_rsa(key, &digest, out, err);
}

static void token_destroy(tc_key *base)
{
  token_key *key = (token_key *)base;
  tc_pkcs11_close(key->session);
  free(key->label);
  free(key->id_hex);
  free(key);
}

static bool token_ready(const tc_key *base, tc_error *err)
{
  return tc_pkcs11_check(((const token_key *)base)->session, err);
}

static bool token_is_lost(const tc_key *base) { return tc_p11_was_lost(((const token_key *)base)->session); }

static bool token_login(tc_key *base, const char *secret, tc_error *err)
{
  return tc_p11_login_again(((token_key *)base)->session, secret, err);
}

static const tc_key_class token_class = {"pkcs11", token_sign, token_destroy, token_ready, token_is_lost, token_login};

static bool knows_pss(const tc_pkcs11 *session)
{
  CK_MECHANISM_INFO info;
  return !session->raw_rsa && session->p11->C_GetMechanismInfo(session->slot, CKM_RSA_PKCS_PSS, &info) == CKR_OK &&
         (info.flags & CKF_SIGN) != 0;
}

bool tc_key_from_pkcs11(tc_pkcs11 *session, const char *label, const char *id_hex, tc_key **out, tc_error *err)
{
  CK_OBJECT_HANDLE object = 0;
  tc_auto(EVP_PKEY) public = NULL;
  if (!find_one(session, label, id_hex, &object, err) || !tc_p11_public(session, object, &public, err))
    return false;
  token_key *made = calloc(1, sizeof *made);
  if (made == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a key");
  made->base.class = &token_class;
  made->session = session;
  made->object = object;
  made->found_at = session->logins;
  made->bits = EVP_PKEY_get_bits(public);
  made->has_pss = knows_pss(session);
  tc_pkcs11_hold(session);
  tc_auto(tc_key) key = &made->base;
  if (!tc_key_init(key, &token_class, public, err) || (label != NULL && !tc_str_copy(label, &made->label, err)) ||
      (id_hex != NULL && !tc_str_copy(id_hex, &made->id_hex, err)))
    return false;
  *out = tc_steal(&key);
  return true;
}
