#include "tests/signing/signing_fixture.h"

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

static void sign_and_verify(fixture *f)
{
  tc_error err = {0};
  tc_auto(tc_buf) cms = {0};
  tc_auto(tc_signature_result) result = {0};
  tc_digest digest = digest_of("content");
  tc_hash_value value = value_of(&digest);
  tc_verify_options options = verify_options(f);
  assert_ok(tc_signer_check(&f->certifier, f->now, &err), err);
  sign_text(&f->certifier, f->stamper, "content", &cms);
  tc_cms_options sizes = {.chain = f->certifier.chain, .digest = &digest};
  size_t limit = 0;
  assert_ok(tc_cms_size_limit(&sizes, f->stamper, &limit, &err), err);
  assert_true(cms.size <= limit && limit < cms.size + 1024);
  assert_ok(tc_signature_verify(tc_buf_bytes(&cms), TC_SIGNATURE_DETACHED, &value, &options, &result, &err), err);
  assert_true(tc_signature_result_is_valid(&result));
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
  assert_int_equal(tc_key_scheme(key), TC_SCHEME_RSA_PSS_SHA256);
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
  tc_cms_parts parts = {soft.certifier.chain, tc_buf_bytes(&attributes), tc_buf_bytes(&signature), {0}};
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
  fixture_open(&token_ec, TC_PKI_EC, MODULE);
  sign_and_verify(&token_ec);
  fixture_close(&token_ec);
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
      cmocka_unit_test(test_key__signer_must_fit),
      cmocka_unit_test(test_key__foreign_signature_is_refused),
      cmocka_unit_test(test_key__token_rsa),
      cmocka_unit_test(test_key__token_ec),
      cmocka_unit_test(test_key__uri_is_strict),
  };
  return cmocka_run_group_tests(tests, open_all, close_all);
}
