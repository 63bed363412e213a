/* Keys out of files: PEM and PKCS#12. OpenSSL holds the private half and cleanses it when it is freed. */
#include "signing/key_private.h"

#include "signing/certs_private.h"

#include "base/file.h"

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <string.h>

enum { KEY_FILE_LIMIT = 1 << 20 };

TC_AUTO_POINTER(PKCS12, PKCS12_free);

typedef struct pem_key {
  tc_key base;
  EVP_PKEY *pkey;
} pem_key;

static bool pem_sign(tc_key *key, tc_hash hash, tc_bytes message, tc_buf *out, tc_error *err)
{
  return tc_evp_sign(((pem_key *)key)->pkey, (tc_signing_way){key->scheme, hash}, message, out, err);
}

static void pem_destroy(tc_key *key)
{
  EVP_PKEY_free(((pem_key *)key)->pkey);
  free(key);
}

static const tc_key_class pem_class = {"pem", pem_sign, pem_destroy};

bool tc_key_from_evp(EVP_PKEY **take, tc_key **out, tc_error *err)
{
  tc_auto(tc_key) key = NULL;
  pem_key *made = calloc(1, sizeof *made);
  if (made == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a key");
  made->base.class = &pem_class;
  made->pkey = tc_steal(take);
  key = &made->base;
  if (!tc_key_init(key, &pem_class, made->pkey, err))
    return false;
  *out = tc_steal(&key);
  return true;
}

typedef struct asked {
  const char *passphrase;
  bool was_asked;
} asked;

/* Answers OpenSSL's question; without a callback it would ask on the terminal. */
static int give_passphrase(char *out, int capacity, int for_writing, void *data)
{
  (void)for_writing;
  asked *question = data;
  question->was_asked = true;
  if (question->passphrase == NULL)
    return -1;
  size_t size = strlen(question->passphrase);
  if (size > (size_t)capacity)
    return -1;
  memcpy(out, question->passphrase, size);
  return (int)size;
}

bool tc_key_from_pem(tc_bytes pem, const char *passphrase, tc_key **out, tc_error *err)
{
  tc_auto(BIO) bio = tc_bio_over(pem);
  if (bio == NULL)
    return tc_fail(err, TC_LIMIT, "the key is too large");
  asked question = {passphrase, false};
  tc_auto(EVP_PKEY) pkey = PEM_read_bio_PrivateKey(bio, NULL, give_passphrase, &question);
  if (pkey == NULL) {
    ERR_clear_error();
    if (question.was_asked)
      return tc_fail(err, TC_DENIED,
                     passphrase == NULL ? "the key is encrypted and no passphrase was given"
                                        : "the key's passphrase is wrong");
    return tc_fail(err, TC_FORMAT, "this is no private key in PEM");
  }
  return tc_key_from_evp(&pkey, out, err);
}

bool tc_key_from_pkcs12(tc_bytes der, const char *passphrase, tc_certs *chain, tc_key **out, tc_error *err)
{
  const unsigned char *at = der.data;
  tc_auto(PKCS12) file = der.size <= KEY_FILE_LIMIT ? d2i_PKCS12(NULL, &at, (long)der.size) : NULL;
  EVP_PKEY *read = NULL;
  X509 *certificate = NULL;
  STACK_OF(X509) *others = NULL;
  ERR_clear_error();
  if (file == NULL)
    return tc_fail(err, TC_FORMAT, "this is no PKCS#12 file");
  if (PKCS12_parse(file, passphrase, &read, &certificate, &others) != 1) {
    ERR_clear_error();
    return tc_fail(err, TC_DENIED, "the key's passphrase is wrong");
  }
  tc_auto(EVP_PKEY) pkey = read;
  bool ok = pkey != NULL || tc_fail(err, TC_NOT_FOUND, "the PKCS#12 file holds no private key");
  ok = ok && (chain == NULL || certificate == NULL || tc_certs_add_x509(chain, certificate, err));
  for (int i = 0; ok && chain != NULL && i < sk_X509_num(others); i++)
    ok = tc_certs_add_x509(chain, sk_X509_value(others, i), err);
  X509_free(certificate);
  sk_X509_pop_free(others, X509_free);
  return ok && tc_key_from_evp(&pkey, out, err);
}

/* Certificates in a PEM file beside its key are welcome and not needed. */
static bool read_pem(tc_bytes pem, const char *passphrase, tc_certs *chain, tc_key **out, tc_error *err)
{
  tc_error none = {0};
  if (!tc_key_from_pem(pem, passphrase, out, err))
    return false;
  return chain == NULL || tc_certs_add(chain, pem, "the key's file", &none) || none.code != TC_NO_MEMORY ||
         tc_fail(err, TC_NO_MEMORY, "%s", none.message);
}

bool tc_key_from_file(const char *path, const char *passphrase, tc_certs *chain, tc_key **out, tc_error *err)
{
  tc_auto(tc_buf) content = {0};
  bool ok = tc_file_read(path, KEY_FILE_LIMIT, &content, err);
  bool is_der = content.size > 0 && content.data[0] == 0x30;
  if (ok && !(is_der ? tc_key_from_pkcs12(tc_buf_bytes(&content), passphrase, chain, out, err)
                     : read_pem(tc_buf_bytes(&content), passphrase, chain, out, err)))
    ok = tc_error_prefix(err, "%s", path);
  if (content.data != NULL)
    OPENSSL_cleanse(content.data, content.capacity);
  return ok;
}

bool tc_key_from_pem_file(const char *path, const char *passphrase, tc_key **out, tc_error *err)
{
  return tc_key_from_file(path, passphrase, NULL, out, err);
}
