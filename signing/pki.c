/*
 * The demo PKI's folder. pki.json is written last and makes it whole: a folder without it is made anew. With a token,
 * the signers' keys are made on a SoftHSM2 token of a label of its own (so what a crash left is never met again); keys
 * of CAs and TSA are encrypted PEM (PKCS#8, AES-256).
 */
#include "signing/pki_private.h"

#include "base/digest.h"
#include "base/file.h"

#include <openssl/pem.h>
#include <string.h>
#include <time.h>

enum { CA_BITS = 3072, NAMES_LIMIT = 1 << 20 };

static const char *const role_names[TC_PKI_ROLE_COUNT] = {"root",   "issuer", "officer", "certifier",
                                                          "agency", "tsa",    "ocsp",    "revoked"};

const char *tc_pki_role_name(tc_pki_role role) { return role_names[role]; }

tc_pki_options tc_pki_options_default(void)
{
  return (tc_pki_options){.base_url = "", .key_kind = TC_PKI_RSA, .rsa_bits = 2048};
}

static bool is_ca(tc_pki_role role) { return role == TC_PKI_ROOT || role == TC_PKI_ISSUER; }
static bool on_token(const tc_pki *pki, tc_pki_role role)
{
  return pki->token_label[0] != '\0' && !is_ca(role) && role != TC_PKI_TSA && role != TC_PKI_OCSP;
}

static bool path_in(const tc_pki *pki, const char *name, const char *ending, char **out, tc_error *err)
{
  return tc_str_printf(out, err, "%s/%s%s", pki->folder, name, ending);
}

static bool write_bio(const char *path, BIO *bio, mode_t mode, tc_error *err)
{
  char *text = NULL;
  long size = BIO_get_mem_data(bio, &text);
  return tc_file_write(path, (tc_bytes){(const uint8_t *)text, (size_t)size}, mode, err);
}

static bool write_certificate(const tc_pki *pki, tc_pki_role role, tc_error *err)
{
  tc_auto(tc_str) path = NULL;
  tc_auto(BIO) bio = BIO_new(BIO_s_mem());
  if (bio == NULL || PEM_write_bio_X509(bio, pki->certificates[role]) != 1)
    return tc_fail_ossl(err, TC_NO_MEMORY, "a certificate could not be written");
  return path_in(pki, role_names[role], ".pem", &path, err) && write_bio(path, bio, 0644, err);
}

static bool write_key(const tc_pki *pki, tc_pki_role role, EVP_PKEY *key, tc_error *err)
{
  tc_auto(tc_str) path = NULL;
  tc_auto(BIO) bio = BIO_new(BIO_s_secmem());
  if (bio == NULL || PEM_write_bio_PKCS8PrivateKey(bio, key, EVP_aes_256_cbc(), pki->passphrase,
                                                   (int)strlen(pki->passphrase), NULL, NULL) != 1)
    return tc_fail_ossl(err, TC_CRYPTO, "a key could not be written");
  return path_in(pki, role_names[role], ".key", &path, err) && write_bio(path, bio, 0600, err);
}

static bool make_pem_key(tc_pki *pki, const tc_pki_options *options, tc_pki_role role, EVP_PKEY **out, tc_error *err)
{
  bool service = role == TC_PKI_TSA || role == TC_PKI_OCSP;
  bool ec = service || (!is_ca(role) && options->key_kind != TC_PKI_RSA);
  const char *curve = !service && options->key_kind == TC_PKI_EC384 ? "P-384" : "P-256";
  tc_auto(EVP_PKEY) key = ec ? EVP_EC_gen(curve) : EVP_RSA_gen(is_ca(role) ? CA_BITS : (unsigned)options->rsa_bits);
  if (key == NULL)
    return tc_fail_ossl(err, TC_CRYPTO, "a key could not be made");
  if (!write_key(pki, role, key, err))
    return false;
  *out = tc_steal(&key);
  return true;
}

static bool open_token(tc_pki *pki, bool writable, tc_error *err)
{
  tc_pkcs11_options options = {.module = pki->module,
                               .token_label = pki->token_label,
                               .pin = pki->passphrase,
                               .writable = writable,
                               .rules = &pki->rules};
  return pki->session != NULL || tc_pkcs11_open(&options, &pki->session, err);
}

static bool make_token_key(tc_pki *pki, const tc_pki_options *options, tc_pki_role role, EVP_PKEY **out, tc_error *err)
{
  bool ec = options->key_kind != TC_PKI_RSA;
  int curve = options->key_kind == TC_PKI_EC384 ? 384 : 256;
  if (!open_token(pki, true, err) ||
      !tc_p11_make_key(pki->session, role_names[role], (uint8_t)(role + 1), ec, ec ? curve : options->rsa_bits, err) ||
      !tc_key_from_pkcs11(pki->session, role_names[role], NULL, &pki->keys[role], err))
    return false;
  tc_bytes public = tc_key_public(pki->keys[role]);
  const unsigned char *at = public.data;
  EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)public.size);
  if (key == NULL)
    return tc_fail_ossl(err, TC_CRYPTO, "the token's new key cannot be read");
  *out = key;
  return true;
}

static bool make_role(tc_pki *pki, const tc_pki_options *options, const tc_json *names, tc_pki_role role, tc_error *err)
{
  tc_auto(EVP_PKEY) key = NULL;
  bool token = on_token(pki, role);
  if (!(token ? make_token_key(pki, options, role, &key, err) : make_pem_key(pki, options, role, &key, err)))
    return false;
  tc_pki_role by = role == TC_PKI_ISSUER ? TC_PKI_ROOT : TC_PKI_ISSUER;
  tc_pki_issuance issuance = {.role = role,
                              .names = names,
                              .base_url = options->base_url != NULL ? options->base_url : "",
                              .issuer = role != TC_PKI_ROOT ? pki->certificates[by] : NULL,
                              .issuer_key = role != TC_PKI_ROOT ? pki->ca_keys[by] : key,
                              .subject_key = key,
                              .now = pki->now};
  if (!tc_pki_issue(&issuance, &pki->certificates[role], err) || !write_certificate(pki, role, err))
    return false;
  tc_auto(tc_buf) der = {0};
  if (token && (!tc_x509_der(pki->certificates[role], &der, err) ||
                !tc_p11_store_cert(pki->session, role_names[role], (uint8_t)(role + 1), tc_buf_bytes(&der), err)))
    return false;
  if (is_ca(role))
    pki->ca_keys[role] = tc_steal(&key);
  return true;
}

static bool choose_token(tc_pki *pki, tc_error *err)
{
  uint8_t random[4];
  if (!tc_random(random, sizeof random, err))
    return false;
  char hex[9];
  tc_hex((tc_bytes){random, sizeof random}, hex);
  snprintf(pki->token_label, sizeof pki->token_label, "truecopy-demo-%s", hex);
  return tc_p11_make_token(pki->module, pki->token_label, pki->passphrase, err);
}

static bool pki_make(tc_pki *pki, const tc_pki_options *options, tc_error *err)
{
  tc_auto(tc_json) names = NULL;
  if (!tc_json_read_file(options->names, NAMES_LIMIT, &names, err))
    return false;
  if (options->rsa_bits < 2048 || options->rsa_bits > 8192)
    return tc_fail(err, TC_USAGE, "RSA keys of %d bits: 2048 to 8192 are made", options->rsa_bits);
  if (pki->module != NULL && !choose_token(pki, err))
    return false;
  for (tc_pki_role role = 0; role < TC_PKI_ROLE_COUNT; role++)
    if ((role != TC_PKI_REVOKED || options->with_revoked) && !make_role(pki, options, names, role, err))
      return false;
  if (!tc_pki_renew_crls(pki, pki->now, err))
    return false;
  return pki->certificates[TC_PKI_REVOKED] == NULL ||
         tc_pki_revoke(pki, TC_PKI_REVOKED, pki->now, CRL_REASON_KEY_COMPROMISE, err);
}

static bool pki_begin(const tc_pki_options *options, tc_pki **out, tc_error *err)
{
  tc_auto(tc_pki) pki = calloc(1, sizeof *pki);
  if (pki == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the demo PKI");
  if (options->passphrase == NULL || strlen(options->passphrase) < 4)
    return tc_fail(err, TC_USAGE, "the demo PKI wants a passphrase of four characters or more");
  pki->rules = options->rules != NULL ? *options->rules : tc_token_rules_default();
  pki->now = options->now != 0 ? options->now : (int64_t)time(NULL);
  if (!tc_str_copy(options->folder, &pki->folder, err) || !tc_str_copy(options->passphrase, &pki->passphrase, err) ||
      (options->module != NULL && options->module[0] != '\0' && !tc_str_copy(options->module, &pki->module, err)))
    return false;
  *out = tc_steal(&pki);
  return true;
}

bool tc_pki_open(const tc_pki_options *options, tc_pki **out, tc_error *err)
{
  tc_auto(tc_pki) pki = NULL;
  tc_auto(tc_str) state = NULL;
  if (!pki_begin(options, &pki, err) || pki == NULL || !path_in(pki, "pki", ".json", &state, err))
    return false;
  bool ok = access(state, F_OK) == 0
                ? tc_pki_load(pki, err)
                : tc_dir_make(options->folder, 0700, err) && pki_make(pki, options, err) && tc_pki_save(pki, err);
  if (!ok)
    return false;
  pki->whole = true;
  *out = tc_steal(&pki);
  return true;
}

void tc_pki_destroy(tc_pki *pki)
{
  if (pki == NULL)
    return;
  for (tc_pki_role role = 0; role < TC_PKI_ROLE_COUNT; role++) {
    tc_key_destroy(pki->keys[role]);
    tc_certs_destroy(pki->chains[role]);
    X509_free(pki->certificates[role]);
    EVP_PKEY_free(pki->ca_keys[role]);
    X509_CRL_free(pki->crls[role]);
    tc_buf_finish(&pki->ders[role]);
  }
  tc_pkcs11_close(pki->session);
  if (pki->passphrase != NULL)
    OPENSSL_cleanse(pki->passphrase, strlen(pki->passphrase));
  free(pki->passphrase);
  free(pki->folder);
  free(pki->module);
  free(pki);
}

static bool build_chain(tc_pki *pki, tc_pki_role role, tc_error *err)
{
  if (pki->chains[role] != NULL)
    return true;
  tc_auto(tc_certs) chain = NULL;
  if (!tc_certs_create(&chain, err) || !tc_certs_add_x509(chain, pki->certificates[role], err) ||
      !tc_certs_add_x509(chain, pki->certificates[TC_PKI_ISSUER], err))
    return false;
  pki->chains[role] = tc_steal(&chain);
  return true;
}

bool tc_pki_signer(tc_pki *pki, tc_pki_role role, tc_signer *out, tc_error *err)
{
  if (is_ca(role) || pki->certificates[role] == NULL)
    return tc_fail(err, TC_NOT_FOUND, "the demo PKI has no signer \"%s\"", role_names[role]);
  if (!build_chain(pki, role, err))
    return false;
  tc_auto(tc_str) path = NULL;
  if (pki->keys[role] == NULL && on_token(pki, role) &&
      (!open_token(pki, false, err) ||
       !tc_key_from_pkcs11(pki->session, role_names[role], NULL, &pki->keys[role], err)))
    return false;
  if (pki->keys[role] == NULL && (!path_in(pki, role_names[role], ".key", &path, err) ||
                                  !tc_key_from_pem_file(path, pki->passphrase, &pki->keys[role], err)))
    return false;
  *out = (tc_signer){pki->keys[role], pki->chains[role]};
  return true;
}

tc_bytes tc_pki_certificate(const tc_pki *pki, tc_pki_role role) { return tc_buf_bytes(&pki->ders[role]); }
