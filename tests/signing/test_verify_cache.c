/* A verification with a cache says what one without says: of the same bytes, of changed ones, under other trust and at
   other times. */
#include "tests/signing/signing_fixture.h"

#include "signing/ocsp.h"
#include "signing/verify_cache.h"

static fixture f;

static int open_all(void **state)
{
  (void)state;
  fixture_open(&f, TC_PKI_EC, NULL);
  return 0;
}

static int close_all(void **state)
{
  (void)state;
  fixture_close(&f);
  return 0;
}

static void verify(tc_bytes cms, const tc_verify_options *options, tc_verify_cache *cache, tc_buf *told)
{
  tc_error err = {0};
  tc_auto(tc_signature_result) result = {0};
  tc_auto(tc_json) json = NULL;
  tc_digest digest = digest_of("content");
  tc_hash_value value = value_of(&digest);
  tc_verify_options how = *options;
  how.cache = cache;
  assert_ok(tc_signature_verify(cms, TC_SIGNATURE_DETACHED, &value, &how, &result, &err), err);
  assert_ok(tc_signature_result_to_json(&result, &json, &err), err);
  assert_ok(tc_json_write(json, told, &err), err);
}

static void assert_same(tc_bytes cms, const tc_verify_options *options, tc_verify_cache *cache)
{
  tc_auto(tc_buf) with = {0};
  tc_auto(tc_buf) without = {0};
  verify(cms, options, cache, &with);
  verify(cms, options, NULL, &without);
  assert_string_equal(tc_buf_text(&with), tc_buf_text(&without));
}

/* Bytes all over it; the cache has seen the untouched signature and all the changed ones before. */
static void test_cache__a_changed_byte_is_another_question(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) cms = {0};
  tc_auto(tc_verify_cache) cache = NULL;
  sign_text(&f.certifier, f.stamper, "content", &cms);
  tc_verify_options options = verify_options(&f);
  assert_ok(tc_verify_cache_create(&cache, &err), err);
  for (size_t i = 0; i < cms.size; i += 173) {
    assert_same(tc_buf_bytes(&cms), &options, cache);
    cms.data[i] ^= 0x01;
    assert_same(tc_buf_bytes(&cms), &options, cache);
    cms.data[i] ^= 0x01;
  }
}

static void test_cache__another_time_is_another_question(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) cms = {0};
  tc_auto(tc_verify_cache) cache = NULL;
  sign_text(&f.certifier, NULL, "content", &cms);
  tc_verify_options options = verify_options(&f);
  assert_ok(tc_verify_cache_create(&cache, &err), err);
  for (int year = -40; year <= 40; year += 5) {
    options.now = f.now + (int64_t)year * 31557600;
    assert_same(tc_buf_bytes(&cms), &options, cache);
    options.proven_time = year % 2 == 0 ? f.now : 0;
    assert_same(tc_buf_bytes(&cms), &options, cache);
  }
}

static tc_trust *trust_of(const tc_certs *material)
{
  tc_error err = {0};
  tc_trust *trust = NULL;
  assert_ok(tc_trust_create(&trust, &err), err);
  assert_ok(tc_trust_add(trust, material, &err), err);
  return trust;
}

/* The signer is revoked between two questions: nothing differs but a CRL. */
static void test_cache__other_trust_is_another_question(void **state)
{
  (void)state;
  tc_error err = {0};
  fixture other = {0};
  fixture_open(&other, TC_PKI_EC, NULL);
  tc_auto(tc_buf) cms = {0};
  tc_auto(tc_buf) before = {0};
  tc_auto(tc_buf) after = {0};
  tc_auto(tc_certs) material = NULL;
  tc_auto(tc_verify_cache) cache = NULL;
  sign_text(&other.agency, NULL, "content", &cms);
  assert_ok(tc_verify_cache_create(&cache, &err), err);
  tc_verify_options options = verify_options(&other);
  verify(tc_buf_bytes(&cms), &options, cache, &before);
  assert_ok(tc_pki_revoke(other.pki, TC_PKI_AGENCY, other.now - 10, 1, &err), err);
  assert_ok(tc_certs_create(&material, &err), err);
  assert_ok(tc_pki_trust_material(other.pki, material, &err), err);
  tc_auto(tc_trust) revoking = trust_of(material);
  options.trust = revoking;
  verify(tc_buf_bytes(&cms), &options, cache, &after);
  assert_null(strstr(tc_buf_text(&before), "certificate_revoked"));
  assert_non_null(strstr(tc_buf_text(&after), "certificate_revoked"));
  options.trust = NULL;
  assert_same(tc_buf_bytes(&cms), &options, cache);
  options.trust = f.trust; /* roots of the same names with other keys */
  assert_same(tc_buf_bytes(&cms), &options, cache);
  fixture_close(&other);
}

static void respond(tc_buf *response)
{
  tc_error err = {0};
  tc_auto(tc_buf) request = {0};
  const tc_ocsp_subject subject = {tc_pki_certificate(f.pki, TC_PKI_CERTIFIER),
                                   tc_pki_certificate(f.pki, TC_PKI_ISSUER)};
  assert_ok(tc_ocsp_request_make(&subject, NULL, &request, &err), err);
  assert_ok(tc_pki_respond_ocsp(f.pki, tc_buf_bytes(&request), f.now, response, &err), err);
}

/* No CRL is at hand: only the OCSP response tells, and a changed one tells nothing. */
static void test_cache__a_changed_ocsp_response_is_another_question(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) cms = {0};
  tc_auto(tc_buf) response = {0};
  tc_auto(tc_certs) roots = NULL;
  tc_auto(tc_verify_cache) cache = NULL;
  assert_ok(tc_certs_create(&roots, &err), err);
  assert_ok(tc_certs_add(roots, tc_pki_certificate(f.pki, TC_PKI_ROOT), "the root", &err), err);
  tc_auto(tc_trust) trust = trust_of(roots);
  sign_text(&f.certifier, NULL, "content", &cms);
  respond(&response);
  assert_ok(tc_verify_cache_create(&cache, &err), err);
  tc_verify_options options = verify_options(&f);
  options.trust = trust;
  for (size_t i = 0; i < response.size; i += 41) {
    for (int changed = 0; changed < 2; changed++) {
      tc_auto(tc_certs) helpers = NULL;
      assert_ok(tc_certs_create(&helpers, &err), err);
      assert_ok(tc_certs_add_ocsp(helpers, tc_buf_bytes(&response), &err), err);
      options.helpers = helpers;
      assert_same(tc_buf_bytes(&cms), &options, cache);
      response.data[i] ^= 0x01; /* and back */
    }
  }
}

static void test_cache__a_full_pool_is_given_back(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) cms = {0};
  tc_auto(tc_verify_cache) cache = NULL;
  sign_text(&f.certifier, f.stamper, "content", &cms);
  tc_verify_options options = verify_options(&f);
  assert_ok(tc_verify_cache_create(&cache, &err), err);
  for (int round = 0; round < 3; round++) { /* certificates that differ in a byte of their signature, and parse */
    for (size_t i = 0; i < 300; i++) {
      tc_auto(tc_certs) list = NULL;
      tc_auto(tc_buf) der = {0};
      tc_bytes agency = tc_pki_certificate(f.pki, TC_PKI_AGENCY);
      assert_ok(tc_certs_create(&list, &err), err);
      assert_ok(tc_buf_append(&der, agency.data, agency.size, &err), err);
      der.data[der.size - 1] = (uint8_t)i;
      der.data[der.size - 2] = (uint8_t)(i >> 8);
      der.data[der.size - 3] = (uint8_t)round;
      assert_ok(tc_verify_cache_add(cache, tc_buf_bytes(&der), "a certificate", list, &err), err);
      assert_int_equal(tc_certs_count(list), 1);
    }
    assert_ok(tc_verify_cache_trim(cache, &err), err);
    assert_same(tc_buf_bytes(&cms), &options, cache);
  }
}

static void test_cache__what_is_no_certificate_is_refused(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_verify_cache) cache = NULL;
  tc_auto(tc_certs) list = NULL;
  assert_ok(tc_verify_cache_create(&cache, &err), err);
  assert_ok(tc_certs_create(&list, &err), err);
  assert_fails(tc_verify_cache_add(cache, tc_bytes_of_text("nonsense"), "the list", list, &err), err, TC_FORMAT);
  assert_int_equal(tc_certs_count(list), 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cache__a_changed_byte_is_another_question),
      cmocka_unit_test(test_cache__another_time_is_another_question),
      cmocka_unit_test(test_cache__other_trust_is_another_question),
      cmocka_unit_test(test_cache__a_changed_ocsp_response_is_another_question),
      cmocka_unit_test(test_cache__a_full_pool_is_given_back),
      cmocka_unit_test(test_cache__what_is_no_certificate_is_refused),
  };
  return cmocka_run_group_tests(tests, open_all, close_all);
}
