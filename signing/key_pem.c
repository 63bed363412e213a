/* Keys out of PEM files. OpenSSL holds the private half and cleanses it when it is freed. */
#include "signing/key_private.h"

#include "base/file.h"

#include <openssl/pem.h>
#include <string.h>

enum { KEY_FILE_LIMIT = 1 << 20 };

typedef struct pem_key {
  tc_key base;
  EVP_PKEY *pkey;
} pem_key;

static bool pem_sign(tc_key *key, tc_bytes message, tc_buf *out, tc_error *err)
{
  return tc_evp_sign(((pem_key *)key)->pkey, key->scheme, message, out, err);
}

static void pem_destroy(tc_key *key)
{
  EVP_PKEY_free(((pem_key *)key)->pkey);
  free(key);
}

static const tc_key_class pem_class = {"pem", pem_sign, pem_destroy};

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
  tc_auto(tc_key) key = NULL;
  pem_key *made = calloc(1, sizeof *made);
  if (made == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a key");
  made->base.class = &pem_class;
  made->pkey = tc_steal(&pkey);
  key = &made->base;
  if (!tc_key_init(key, &pem_class, made->pkey, err))
    return false;
  *out = tc_steal(&key);
  return true;
}

bool tc_key_from_pem_file(const char *path, const char *passphrase, tc_key **out, tc_error *err)
{
  tc_auto(tc_buf) content = {0};
  bool ok = tc_file_read(path, KEY_FILE_LIMIT, &content, err);
  if (ok && !tc_key_from_pem(tc_buf_bytes(&content), passphrase, out, err))
    ok = tc_error_prefix(err, "%s", path);
  if (content.data != NULL)
    OPENSSL_cleanse(content.data, content.capacity);
  return ok;
}
