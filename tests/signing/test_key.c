#include "tests/signing/signing_fixture.h"

#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#define MODULE "/usr/lib/softhsm/libsofthsm2.so"

static fixture soft, token, token_ec;

static int open_all(void **state)
{
  (void)state;
  fixture_open(&soft, TC_PKI_RSA, NULL);
  return 0;
}

static int close_all(void **state)
{
  (void)state;
  fixture_close(&soft);
  return 0;
}

/* One signature under this hash, through every check of the verifier. */
static void sign_and_verify_with(fixture *f, tc_hash hash)
{
  tc_error err = {0};
  tc_auto(tc_buf) cms = {0};
  tc_auto(tc_signature_result) result = {0};
  tc_bytes text = tc_bytes_of_text("content");
  tc_hash_value value;
  tc_verify_options options = verify_options(f);
  assert_ok(tc_signer_check(&f->certifier, f->now, &err), err);
  assert_ok(tc_hash_parts(hash, &text, 1, &value, &err), err);
  tc_cms_options how = {.chain = f->certifier.chain, .content = &value};
  assert_ok(tc_cms_sign(&how, f->certifier.key, f->stamper, &cms, &err), err);
  size_t limit = 0;
  assert_ok(tc_cms_size_limit(&how, f->stamper, &limit, &err), err);
  assert_true(cms.size <= limit && limit < cms.size + 1024);
  assert_ok(tc_signature_verify(tc_buf_bytes(&cms), TC_SIGNATURE_DETACHED, &value, &options, &result, &err), err);
  if (!tc_signature_result_is_valid(&result))
    fail_msg("%s, %s: %s", tc_scheme_name(tc_key_scheme(f->certifier.key)), tc_hash_name(hash), result.scheme);
  assert_int_equal(result.hash, hash);
  assert_non_null(strstr(result.scheme, tc_hash_name(hash)));
}

static void sign_and_verify(fixture *f)
{
  for (tc_hash hash = TC_HASH_SHA256; hash <= TC_HASH_SHA512; hash++)
    sign_and_verify_with(f, hash);
}

static void test_key__weak_hashes_sign_nothing(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) signature = {0};
  assert_fails(tc_key_sign_with(soft.certifier.key, TC_HASH_SHA1, tc_bytes_of_text("x"), &signature, &err), err,
               TC_UNSUPPORTED);
  assert_int_equal(signature.size, 0);
}

/* RSASSA-PKCS1-v1_5 (RFC 8017 8.2), for what knows nothing newer. */
static void test_key__pkcs1(void **state)
{
  (void)state;
  tc_error err = {0};
  char path[128];
  tc_key *own = soft.certifier.key;
  tc_auto(tc_key) key = NULL;
  snprintf(path, sizeof path, "%s/certifier.key", soft.folder);
  assert_ok(tc_key_from_pem_file(path, FIXTURE_PASSPHRASE, &key, &err), err);
  tc_key_use_pkcs1(key);
  assert_int_equal(tc_key_scheme(key), TC_SCHEME_RSA_PKCS1);
  soft.certifier.key = key;
  sign_and_verify(&soft);
  soft.certifier.key = own;
}

static void test_key__p384(void **state)
{
  (void)state;
  fixture p384 = {0};
  fixture_open(&p384, TC_PKI_EC384, NULL);
  sign_and_verify(&p384);
  fixture_close(&p384);
}

static void make_pkcs12(const char *folder, const char *password, tc_buf *out)
{
  tc_error err = {0};
  char path[128];
  snprintf(path, sizeof path, "%s/certifier.key", folder);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  EVP_PKEY *pkey = PEM_read_PrivateKey(file, NULL, NULL, (void *)(uintptr_t)FIXTURE_PASSPHRASE);
  fclose(file);
  const unsigned char *at = tc_pki_certificate(soft.pki, TC_PKI_CERTIFIER).data;
  const unsigned char *issuer_at = tc_pki_certificate(soft.pki, TC_PKI_ISSUER).data;
  X509 *certificate = d2i_X509(NULL, &at, (long)tc_pki_certificate(soft.pki, TC_PKI_CERTIFIER).size);
  X509 *issuer = d2i_X509(NULL, &issuer_at, (long)tc_pki_certificate(soft.pki, TC_PKI_ISSUER).size);
  STACK_OF(X509) *others = sk_X509_new_null();
  assert_true(pkey != NULL && certificate != NULL && issuer != NULL && sk_X509_push(others, issuer) > 0);
  PKCS12 *made = PKCS12_create(password, "certifier", pkey, certificate, others, 0, 0, 0, 0, 0);
  unsigned char *der = NULL;
  int size = i2d_PKCS12(made, &der);
  assert_true(size > 0);
  assert_ok(tc_buf_append(out, der, (size_t)size, &err), err);
  OPENSSL_free(der);
  PKCS12_free(made);
  sk_X509_pop_free(others, X509_free);
  X509_free(certificate);
  EVP_PKEY_free(pkey);
}

static void test_key__pkcs12_brings_its_chain(void **state)
{
  (void)state;
  tc_error err = {0};
  char path[128];
  tc_auto(tc_buf) file = {0};
  tc_auto(tc_certs) chain = NULL;
  tc_auto(tc_key) key = NULL;
  make_pkcs12(soft.folder, "b\xC3\xAD m\xE1\xBA\xADt", &file);
  snprintf(path, sizeof path, "%s/certifier.p12", soft.folder);
  assert_ok(tc_file_write(path, tc_buf_bytes(&file), 0600, &err), err);
  assert_ok(tc_certs_create(&chain, &err), err);
  tc_key_source source = {.uri = path, .secret = "wrong", .chain = chain};
  assert_fails(tc_key_open(&source, &key, &err), err, TC_DENIED);
  assert_int_equal(tc_certs_count(chain), 0);
  source.secret = "b\xC3\xAD m\xE1\xBA\xADt";
  assert_ok(tc_key_open(&source, &key, &err), err);
  assert_int_equal(tc_certs_count(chain), 2);
  tc_signer signer = {key, chain};
  assert_ok(tc_signer_check(&signer, soft.now, &err), err);
  assert_fails(tc_key_from_pkcs12(tc_bytes_of_text("0 no file"), "", NULL, &key, &err), err, TC_FORMAT);
}

static void test_key__pem_passphrase(void **state)
{
  (void)state;
  tc_error err = {0};
  char path[128];
  tc_auto(tc_key) key = NULL;
  snprintf(path, sizeof path, "%s/certifier.key", soft.folder);
  assert_fails(tc_key_from_pem_file(path, "wrong", &key, &err), err, TC_DENIED);
  assert_fails(tc_key_from_pem_file(path, NULL, &key, &err), err, TC_DENIED);
  assert_fails(tc_key_from_pem(tc_bytes_of_text("no key"), NULL, &key, &err), err, TC_FORMAT);
  assert_fails(tc_key_from_pem_file("/nonexistent.key", NULL, &key, &err), err, TC_NOT_FOUND);
  assert_null(key);
  assert_ok(tc_key_from_pem_file(path, FIXTURE_PASSPHRASE, &key, &err), err);
  assert_int_equal(tc_key_scheme(key), TC_SCHEME_RSA_PSS);
  assert_int_equal(tc_key_signature_limit(key), 256);
}

static void test_key__signer_must_fit(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_signer mixed = {soft.agency.key, soft.certifier.chain};
  assert_fails(tc_signer_check(&mixed, soft.now, &err), err, TC_CONFLICT);
  assert_fails(tc_signer_check(&soft.certifier, soft.now + (int64_t)4 * 365 * 86400, &err), err, TC_DENIED);
  assert_fails(tc_signer_check(&soft.certifier, soft.now - 86400, &err), err, TC_DENIED);
  tc_signer keyless = {NULL, soft.certifier.chain};
  assert_ok(tc_signer_check(&keyless, soft.now, &err), err);
}

/* Prepare here, sign there, assemble elsewhere: a signature of another key never gets out. */
static void test_key__foreign_signature_is_refused(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_digest digest = digest_of("content");
  tc_cms_options options = {.chain = soft.certifier.chain, .digest = &digest};
  tc_auto(tc_buf) attributes = {0};
  tc_auto(tc_buf) signature = {0};
  tc_auto(tc_buf) cms = {0};
  assert_ok(tc_cms_prepare(&options, &attributes, &err), err);
  assert_ok(tc_key_sign(soft.agency.key, tc_buf_bytes(&attributes), &signature, &err), err);
  tc_cms_parts parts = {
      .chain = soft.certifier.chain, .attributes = tc_buf_bytes(&attributes), .signature = tc_buf_bytes(&signature)};
  assert_fails(tc_cms_assemble(&parts, &cms, &err), err, TC_CRYPTO);
  assert_int_equal(cms.size, 0);
}

static void need_token(void)
{
  if (access(MODULE, R_OK) != 0)
    skip();
}

static void open_raw(const fixture *f, bool raw, tc_key **key)
{
  tc_error err = {0};
  tc_auto(tc_pkcs11) session = NULL;
  tc_pkcs11_options options = {.module = MODULE, .pin = FIXTURE_PASSPHRASE, .raw_rsa = raw};
  assert_ok(tc_pkcs11_open(&options, &session, &err), err);
  assert_ok(tc_key_from_pkcs11(session, "certifier", NULL, key, &err), err);
  tc_auto(tc_certs) certs = NULL;
  assert_ok(tc_certs_create(&certs, &err), err);
  assert_ok(tc_pkcs11_read_certs(session, "certifier", NULL, certs, &err), err);
  assert_int_equal(tc_certs_count(certs), 1);
  assert_memory_equal(tc_certs_der(certs, 0).data, tc_pki_certificate(f->pki, TC_PKI_CERTIFIER).data,
                      tc_certs_der(certs, 0).size);
  assert_fails(tc_key_from_pkcs11(session, "nobody", NULL, key, &err), err, TC_NOT_FOUND);
}

static void check_tries(void)
{
  tc_error err = {0};
  tc_auto(tc_pkcs11) session = NULL;
  tc_pkcs11_options wrong = {.module = MODULE, .pin = "99999999"};
  assert_fails(tc_pkcs11_open(&wrong, &session, &err), err, TC_DENIED);
  wrong.token_label = "nothing of this name";
  assert_fails(tc_pkcs11_open(&wrong, &session, &err), err, TC_NOT_FOUND);
  wrong.module = "/nonexistent/module.so";
  assert_fails(tc_pkcs11_open(&wrong, &session, &err), err, TC_NOT_FOUND);
}

/* A wrong PIN is only told apart while nobody is logged in: login holds for all sessions of a token. */
static void test_key__token_rsa(void **state)
{
  (void)state;
  need_token();
  fixture_open(&token, TC_PKI_RSA, MODULE);
  sign_and_verify(&token);
  tc_key *own = token.certifier.key;
  for (int raw = 0; raw < 2; raw++) { /* by CKM_RSA_PKCS_PSS, and padded in software */
    tc_auto(tc_key) key = NULL;
    open_raw(&token, raw == 1, &key);
    token.certifier.key = key;
    sign_and_verify(&token);
    tc_key_use_pkcs1(key);
    sign_and_verify(&token);
    token.certifier.key = own;
  }
  tc_error err = {0};
  tc_auto(tc_key) key = NULL;
  assert_ok(tc_key_from_uri("pkcs11:object=agency;type=private", MODULE, FIXTURE_PASSPHRASE, &key, &err), err);
  tc_pki_destroy(token.pki); /* the last session but the key's own */
  token.pki = NULL;
  tc_auto(tc_buf) signature = {0};
  assert_ok(tc_key_sign(key, tc_bytes_of_text("still there"), &signature, &err), err);
  tc_key_destroy(tc_steal(&key));
  check_tries();
  fixture_close(&token);
}

static void test_key__token_ec(void **state)
{
  (void)state;
  need_token();
  static const tc_pki_key_kind kinds[] = {TC_PKI_EC, TC_PKI_EC384};
  for (size_t i = 0; i < TC_ARRAY_LEN(kinds); i++) {
    fixture_open(&token_ec, kinds[i], MODULE);
    sign_and_verify(&token_ec);
    fixture_close(&token_ec);
  }
}

static void test_key__uri_is_strict(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_key) key = NULL;
  static const char *const bad[] = {"pkcs11:token=a;pin-value=1234", "pkcs11:token", "pkcs11:token=%zz",
                                    "pkcs11:colour=red"};
  for (size_t i = 0; i < TC_ARRAY_LEN(bad); i++) {
    assert_false(tc_key_from_uri(bad[i], MODULE, NULL, &key, &err));
    assert_null(strstr(err.message, "1234"));
    tc_error_clear(&err);
  }
  assert_fails(tc_key_from_uri("pkcs11:token=a", NULL, NULL, &key, &err), err, TC_CONFIG);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_key__pem_passphrase),
      cmocka_unit_test(test_key__weak_hashes_sign_nothing),
      cmocka_unit_test(test_key__pkcs1),
      cmocka_unit_test(test_key__p384),
      cmocka_unit_test(test_key__pkcs12_brings_its_chain),
      cmocka_unit_test(test_key__signer_must_fit),
      cmocka_unit_test(test_key__foreign_signature_is_refused),
      cmocka_unit_test(test_key__token_rsa),
      cmocka_unit_test(test_key__token_ec),
      cmocka_unit_test(test_key__uri_is_strict),
  };
  return cmocka_run_group_tests(tests, open_all, close_all);
}
