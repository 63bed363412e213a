/*
 * A DSA key without parameters inherits those of its issuer (RFC 3279 2.3.2, RFC 5280 6.1.4 e). OpenSSL 3 cannot read
 * such a key, and refuses to build a path over it. So a copy with the whole key takes the certificate's place while the
 * path is built; its signature is checked over the original (trust_path.c), and only originals leave the validation.
 */
#include "signing/trust_private.h"

#include <openssl/core_names.h>
#include <openssl/param_build.h>

enum { ROUNDS_MAX = 8 };

/* The key with the donor's parameters; NULL: none can be made. */
static EVP_PKEY *whole_key(X509 *certificate, const EVP_PKEY *donor)
{
  const unsigned char *at = NULL;
  int size = 0;
  EVP_PKEY *key = NULL;
  X509_PUBKEY_get0_param(NULL, &at, &size, NULL, X509_get_X509_PUBKEY(certificate));
  tc_auto(ASN1_INTEGER) number = d2i_ASN1_INTEGER(NULL, &at, size);
  tc_auto(BIGNUM) value = number != NULL ? ASN1_INTEGER_to_BN(number, NULL) : NULL;
  tc_auto(EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_from_name(NULL, "DSA", NULL);
  OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
  OSSL_PARAM *domain = NULL;
  OSSL_PARAM *own = NULL;
  OSSL_PARAM *both = NULL;
  if (value != NULL && builder != NULL && context != NULL &&
      OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PUB_KEY, value) == 1 &&
      (own = OSSL_PARAM_BLD_to_param(builder)) != NULL &&
      EVP_PKEY_todata(donor, EVP_PKEY_KEY_PARAMETERS, &domain) == 1 && EVP_PKEY_fromdata_init(context) == 1 &&
      (both = OSSL_PARAM_merge(domain, own)) != NULL)
    (void)EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, both);
  OSSL_PARAM_free(both);
  OSSL_PARAM_free(domain);
  OSSL_PARAM_free(own);
  OSSL_PARAM_BLD_free(builder);
  return key;
}

static bool lacks_parameters(X509 *certificate)
{
  ASN1_OBJECT *algorithm = NULL;
  X509_PUBKEY_get0_param(&algorithm, NULL, NULL, NULL, X509_get_X509_PUBKEY(certificate));
  return OBJ_obj2nid(algorithm) == NID_dsa && X509_get0_pubkey(certificate) == NULL;
}

static const EVP_PKEY *find_donor(const tc_path_material *m, X509 *certificate)
{
  for (int i = 0; i < sk_X509_num(m->all); i++) {
    X509 *issuer = sk_X509_value(m->all, i);
    const EVP_PKEY *key = X509_get0_pubkey(issuer);
    if (key != NULL && EVP_PKEY_get_base_id(key) == EVP_PKEY_DSA &&
        X509_NAME_cmp(X509_get_subject_name(issuer), X509_get_issuer_name(certificate)) == 0)
      return key;
  }
  return NULL;
}

/* The completed copy, which the material owns; NULL: not possible (yet). */
static X509 *complete(tc_path_material *m, X509 *certificate)
{
  const EVP_PKEY *donor = find_donor(m, certificate);
  tc_auto(EVP_PKEY) key = donor != NULL ? whole_key(certificate, donor) : NULL;
  tc_auto(X509) copy = key != NULL ? X509_dup(certificate) : NULL;
  ERR_clear_error();
  if (copy == NULL || X509_set_pubkey(copy, key) != 1 || sk_X509_push(m->originals, certificate) <= 0)
    return NULL;
  if (sk_X509_push(m->completed, copy) <= 0) {
    (void)sk_X509_pop(m->originals);
    return NULL;
  }
  return tc_steal(&copy);
}

static void replace(tc_x509_stack *stack, X509 *old, X509 *new)
{
  for (int i = 0; i < sk_X509_num(stack); i++)
    if (sk_X509_value(stack, i) == old)
      sk_X509_set(stack, i, new);
}

void tc_path_complete(tc_path_material *m)
{
  bool more = true;
  for (int round = 0; more && round < ROUNDS_MAX; round++) { /* a chain of them, each from the one above */
    more = false;
    for (int i = 0; i < sk_X509_num(m->others); i++) {
      X509 *old = sk_X509_value(m->others, i);
      X509 *new = lacks_parameters(old) ? complete(m, old) : NULL;
      if (new == NULL)
        continue;
      replace(m->others, old, new);
      replace(m->all, old, new);
      more = true;
    }
  }
  X509 *leaf = lacks_parameters(m->leaf) ? complete(m, m->leaf) : NULL;
  m->leaf = leaf != NULL ? leaf : m->leaf;
  ERR_clear_error();
}

X509 *tc_path_original(const tc_path_material *m, X509 *certificate)
{
  for (int i = 0; i < sk_X509_num(m->completed); i++)
    if (sk_X509_value(m->completed, i) == certificate)
      return sk_X509_value(m->originals, i);
  return certificate;
}
