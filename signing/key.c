/* What all kinds of keys share: which scheme a key signs with, and the check of a signer. */
#include "signing/key_private.h"

#include "signing/certs_private.h"
#include "signing/cms_view.h"

enum { RSA_MIN_BITS = 2048, RSA_MAX_BITS = 8192 };

const char *tc_scheme_name(tc_scheme scheme)
{
  static const char *const names[] = {"RSASSA-PSS", "RSA PKCS#1 v1.5", "ECDSA"};
  return names[scheme];
}

/* Circular 15/2025 (domain.md): RSA of 2048 bits or more with PSS, ECDSA of 256 bits or more, SHA-256 or stronger. */
bool tc_evp_scheme(const EVP_PKEY *pkey, tc_scheme *out, tc_error *err)
{
  int kind = EVP_PKEY_get_base_id(pkey);
  int bits = EVP_PKEY_get_bits(pkey);
  if (kind == EVP_PKEY_RSA || kind == EVP_PKEY_RSA_PSS) {
    if (bits < RSA_MIN_BITS || bits > RSA_MAX_BITS)
      return tc_fail(err, TC_UNSUPPORTED, "an RSA key of %d bits: %d to %d are taken", bits, RSA_MIN_BITS,
                     RSA_MAX_BITS);
    *out = TC_SCHEME_RSA_PSS;
    return true;
  }
  char group[32] = "";
  if (kind == EVP_PKEY_EC && EVP_PKEY_get_group_name(pkey, group, sizeof group, NULL) == 1 &&
      (OBJ_sn2nid(group) == NID_X9_62_prime256v1 || OBJ_sn2nid(group) == NID_secp384r1)) {
    *out = TC_SCHEME_ECDSA;
    return true;
  }
  ERR_clear_error();
  return tc_fail(err, TC_UNSUPPORTED, "a key of kind %s %s: RSA and EC P-256 and P-384 are taken",
                 EVP_PKEY_get0_type_name(pkey), group);
}

bool tc_key_init(tc_key *key, const tc_key_class *class, const EVP_PKEY *public, tc_error *err)
{
  if (!tc_evp_scheme(public, &key->scheme, err))
    return false;
  unsigned char *der = NULL;
  int size = i2d_PUBKEY(public, &der);
  if (size <= 0)
    return tc_fail_ossl(err, TC_CRYPTO, "a public key could not be encoded");
  bool ok = tc_buf_append(&key->public, der, (size_t)size, err);
  OPENSSL_free(der);
  key->class = class;
  key->signature_limit = (size_t)EVP_PKEY_get_size(public);
  return ok;
}

void tc_key_destroy(tc_key *key)
{
  if (key == NULL)
    return;
  tc_buf_finish(&key->public);
  key->class->destroy(key);
}

tc_scheme tc_key_scheme(const tc_key *key) { return key->scheme; }

size_t tc_key_signature_limit(const tc_key *key) { return key->signature_limit; }

tc_bytes tc_key_public(const tc_key *key) { return tc_buf_bytes(&key->public); }

void tc_key_use_pkcs1(tc_key *key)
{
  if (key->scheme == TC_SCHEME_RSA_PSS)
    key->scheme = TC_SCHEME_RSA_PKCS1;
}

bool tc_key_ready(const tc_key *key, tc_error *err) { return key->class->ready == NULL || key->class->ready(key, err); }

bool tc_key_is_lost(const tc_key *key) { return key->class->is_lost != NULL && key->class->is_lost(key); }

bool tc_key_login(tc_key *key, const char *secret, tc_error *err)
{
  return key->class->login == NULL || key->class->login(key, secret, err);
}

bool tc_key_sign_with(tc_key *key, tc_hash hash, tc_bytes message, tc_buf *out, tc_error *err)
{
  if (hash != TC_HASH_SHA256 && hash != TC_HASH_SHA384 && hash != TC_HASH_SHA512)
    return tc_fail(err, TC_UNSUPPORTED, "nothing is signed with %s", tc_hash_name(hash));
  return key->class->sign(key, hash, message, out, err);
}

bool tc_key_sign(tc_key *key, tc_bytes message, tc_buf *out, tc_error *err)
{
  return tc_key_sign_with(key, TC_HASH_SHA256, message, out, err);
}

/* RFC 8017 8.1 with the parameters of RFC 4055 3.1: MGF1 with the same hash, a salt as long as the digest; or 8.2. */
static bool set_padding(EVP_PKEY_CTX *context, tc_signing_way way)
{
  const EVP_MD *md = tc_hash_md(way.hash);
  if (way.scheme == TC_SCHEME_ECDSA)
    return true;
  if (way.scheme == TC_SCHEME_RSA_PKCS1)
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, EVP_MD_get_size(md)) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, md) == 1;
}

bool tc_evp_sign(EVP_PKEY *pkey, tc_signing_way way, tc_bytes message, tc_buf *out, tc_error *err)
{
  tc_auto(EVP_MD_CTX) digest = EVP_MD_CTX_new();
  EVP_PKEY_CTX *context = NULL;
  size_t size = 0;
  if (digest == NULL || EVP_DigestSignInit(digest, &context, tc_hash_md(way.hash), NULL, pkey) != 1 ||
      !set_padding(context, way) || EVP_DigestSign(digest, NULL, &size, message.data, message.size) != 1)
    return tc_fail_ossl(err, TC_CRYPTO, "the key cannot sign");
  if (!tc_buf_reserve(out, size + 1, err))
    return false;
  if (EVP_DigestSign(digest, out->data + out->size, &size, message.data, message.size) != 1)
    return tc_fail_ossl(err, TC_CRYPTO, "signing failed");
  out->size += size;
  out->data[out->size] = 0;
  return true;
}

bool tc_evp_verify(EVP_PKEY *pkey, tc_signing_way way, tc_bytes message, tc_bytes signature, tc_error *err)
{
  tc_auto(EVP_MD_CTX) digest = EVP_MD_CTX_new();
  EVP_PKEY_CTX *context = NULL;
  if (digest == NULL || EVP_DigestVerifyInit(digest, &context, tc_hash_md(way.hash), NULL, pkey) != 1 ||
      !set_padding(context, way) ||
      EVP_DigestVerify(digest, signature.data, signature.size, message.data, message.size) != 1)
    return tc_fail_ossl(err, TC_CRYPTO, "the signature is not one of the certificate's key");
  return true;
}

/* RFC 5280 4.2.1.3: a signer needs digitalSignature or nonRepudiation, where the extension is there. */
bool tc_signer_check(const tc_signer *signer, int64_t now, tc_error *err)
{
  if (tc_certs_count(signer->chain) == 0)
    return tc_fail(err, TC_NOT_FOUND, "the signer has no certificate");
  X509 *certificate = tc_certs_x509(signer->chain, 0);
  if (signer->key != NULL) {
    const unsigned char *at = signer->key->public.data;
    tc_auto(EVP_PKEY) own = d2i_PUBKEY(NULL, &at, (long)signer->key->public.size);
    bool same = own != NULL && EVP_PKEY_eq(own, X509_get0_pubkey(certificate)) == 1;
    ERR_clear_error();
    if (!same)
      return tc_fail(err, TC_CONFLICT, "the certificate belongs to another key");
  }
  if (now < tc_asn1_seconds(X509_get0_notBefore(certificate)))
    return tc_fail(err, TC_DENIED, "the signer's certificate is not yet valid");
  if (now > tc_asn1_seconds(X509_get0_notAfter(certificate)))
    return tc_fail(err, TC_DENIED, "the signer's certificate has expired");
  if ((X509_get_key_usage(certificate) & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) == 0)
    return tc_fail(err, TC_DENIED, "the signer's certificate is not for signing");
  return true;
}
