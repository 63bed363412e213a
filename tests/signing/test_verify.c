#include "tests/signing/signing_fixture.h"

static fixture f;

static int open_all(void **state)
{
  (void)state;
  fixture_open(&f, TC_PKI_RSA, NULL);
  return 0;
}

static int close_all(void **state)
{
  (void)state;
  fixture_close(&f);
  return 0;
}

static void verify_text(tc_bytes cms, const char *text, const tc_verify_options *options, tc_signature_result *result)
{
  tc_error err = {0};
  tc_digest digest = digest_of(text);
  tc_hash_value value = value_of(&digest);
  assert_ok(tc_signature_verify(cms, TC_SIGNATURE_DETACHED, &value, options, result, &err), err);
}

static bool has_finding(const tc_signature_result *result, tc_reason reason)
{
  for (size_t i = 0; i < result->finding_count; i++)
    if (result->findings[i] == reason)
      return true;
  return false;
}

static void assert_valid(const tc_signature_result *result)
{
  tc_error err = {0};
  tc_auto(tc_json) json = NULL;
  tc_auto(tc_buf) text = {0};
  assert_ok(tc_signature_result_to_json(result, &json, &err), err);
  assert_ok(tc_json_write(json, &text, &err), err);
  if (!tc_signature_result_is_valid(result))
    fail_msg("%s", tc_buf_text(&text));
}

static void test_verify__bt_is_valid(void **state)
{
  (void)state;
  tc_auto(tc_buf) cms = {0};
  tc_auto(tc_signature_result) result = {0};
  sign_text(&f.certifier, f.stamper, "content", &cms);
  tc_verify_options options = verify_options(&f);
  verify_text(tc_buf_bytes(&cms), "content", &options, &result);
  assert_valid(&result);
  assert_string_equal(result.level, "B-T");
  assert_int_equal(result.time_source, TC_TIME_STAMP);
  assert_true(result.signing_time >= f.now - 60 && result.signing_time <= f.now + 60);
  assert_string_equal(result.scheme, "RSASSA-PSS SHA-256");
  assert_string_equal(result.signer.key, "RSA-2048");
  for (tc_check_name name = 0; name < TC_CHECK_COUNT; name++)
    assert_int_equal(result.checks[name].result, TC_YES);
  assert_int_equal(result.der_size, cms.size);
}

static void test_verify__bb_claims_no_time(void **state)
{
  (void)state;
  tc_auto(tc_buf) cms = {0};
  tc_auto(tc_signature_result) result = {0};
  sign_text(&f.agency, NULL, "content", &cms);
  tc_verify_options options = verify_options(&f);
  verify_text(tc_buf_bytes(&cms), "content", &options, &result);
  assert_valid(&result);
  assert_string_equal(result.level, "B-B");
  assert_int_equal(result.time_source, TC_TIME_NONE);
  assert_int_equal(result.checks[TC_CHECK_TIMESTAMP].reason, TC_REASON_STAMP_MISSING);
}

/* CAdES manifests carry a signing time; it is a claim. */
static void test_verify__claimed_time_is_told(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) cms = {0};
  tc_auto(tc_signature_result) result = {0};
  tc_digest digest = digest_of("manifest");
  tc_cms_options sign = {.chain = f.certifier.chain, .digest = &digest, .signing_time = f.now};
  assert_ok(tc_cms_sign(&sign, f.certifier.key, NULL, &cms, &err), err);
  tc_verify_options options = verify_options(&f);
  verify_text(tc_buf_bytes(&cms), "manifest", &options, &result);
  assert_valid(&result);
  assert_int_equal(result.time_source, TC_TIME_CLAIMED);
  assert_int_equal(result.signing_time, f.now);
}

static void test_verify__other_content_is_changed(void **state)
{
  (void)state;
  tc_auto(tc_buf) cms = {0};
  tc_auto(tc_signature_result) result = {0};
  sign_text(&f.certifier, f.stamper, "content", &cms);
  tc_verify_options options = verify_options(&f);
  verify_text(tc_buf_bytes(&cms), "Content", &options, &result);
  assert_int_equal(result.intact, TC_NO);
  assert_int_equal(result.checks[TC_CHECK_DIGEST].reason, TC_REASON_DIGEST_MISMATCH);
}

static void test_verify__without_roots_is_unknown_not_no(void **state)
{
  (void)state;
  tc_auto(tc_buf) cms = {0};
  tc_auto(tc_signature_result) result = {0};
  sign_text(&f.certifier, f.stamper, "content", &cms);
  tc_verify_options options = verify_options(&f);
  options.trust = NULL;
  verify_text(tc_buf_bytes(&cms), "content", &options, &result);
  assert_int_equal(result.intact, TC_YES);
  assert_int_equal(result.trusted, TC_UNKNOWN);
  assert_int_equal(result.checks[TC_CHECK_CERTIFICATE].reason, TC_REASON_SIGNER_UNKNOWN);
  assert_false(tc_signature_result_is_valid(&result));
}

static void test_verify__revoked_signer_is_not_trusted(void **state)
{
  (void)state;
  tc_auto(tc_buf) cms = {0};
  tc_auto(tc_signature_result) result = {0};
  sign_text(&f.revoked, f.stamper, "content", &cms);
  tc_verify_options options = verify_options(&f);
  verify_text(tc_buf_bytes(&cms), "content", &options, &result);
  assert_int_equal(result.intact, TC_YES);
  assert_int_equal(result.trusted, TC_NO);
  assert_int_equal(result.checks[TC_CHECK_REVOCATION].reason, TC_REASON_CERTIFICATE_REVOKED);
}

static void add_trust(fixture *other)
{
  tc_error err = {0};
  tc_auto(tc_certs) material = NULL;
  tc_trust_destroy(other->trust);
  other->trust = NULL;
  assert_ok(tc_certs_create(&material, &err), err);
  assert_ok(tc_pki_trust_material(other->pki, material, &err), err);
  assert_ok(tc_trust_create(&other->trust, &err), err);
  assert_ok(tc_trust_add(other->trust, material, &err), err);
}

/* A revocation after the time that the time-stamp proves does no harm; without one it does. */
static void test_verify__revoked_after_the_stamp_is_fine(void **state)
{
  (void)state;
  tc_error err = {0};
  fixture g = {0};
  fixture_open(&g, TC_PKI_EC, NULL);
  tc_auto(tc_buf) stamped = {0};
  tc_auto(tc_buf) bare = {0};
  tc_auto(tc_signature_result) first = {0};
  tc_auto(tc_signature_result) second = {0};
  sign_text(&g.certifier, g.stamper, "content", &stamped);
  sign_text(&g.certifier, NULL, "content", &bare);
  assert_ok(tc_pki_revoke(g.pki, TC_PKI_CERTIFIER, g.now + 3600, 4, &err), err);
  add_trust(&g);
  g.now += 7200;
  tc_verify_options options = verify_options(&g);
  verify_text(tc_buf_bytes(&stamped), "content", &options, &first);
  assert_valid(&first);
  assert_int_equal(first.checks[TC_CHECK_REVOCATION].reason, TC_REASON_REVOKED_AFTER_SIGNING);
  verify_text(tc_buf_bytes(&bare), "content", &options, &second);
  assert_int_equal(second.trusted, TC_NO);
  fixture_close(&g);
}

/* A CRL made after the signing time counts, an old one does not tell. */
static void test_verify__stale_crl_is_unknown(void **state)
{
  (void)state;
  tc_auto(tc_buf) cms = {0};
  tc_auto(tc_signature_result) result = {0};
  sign_text(&f.certifier, NULL, "content", &cms);
  tc_verify_options options = verify_options(&f);
  options.now = f.now + (int64_t)400 * 86400;
  verify_text(tc_buf_bytes(&cms), "content", &options, &result);
  assert_int_equal(result.intact, TC_YES);
  assert_int_equal(result.trusted, TC_UNKNOWN);
  assert_int_equal(result.checks[TC_CHECK_REVOCATION].reason, TC_REASON_REVOCATION_STALE);
}

static void test_verify__expired_certificate(void **state)
{
  (void)state;
  tc_auto(tc_buf) cms = {0};
  tc_auto(tc_signature_result) result = {0};
  sign_text(&f.certifier, NULL, "content", &cms);
  tc_verify_options options = verify_options(&f);
  options.now = f.now + (int64_t)4 * 365 * 86400;
  verify_text(tc_buf_bytes(&cms), "content", &options, &result);
  assert_int_equal(result.trusted, TC_UNKNOWN);
  assert_int_equal(result.checks[TC_CHECK_CERTIFICATE].reason, TC_REASON_CERTIFICATE_EXPIRED);
}

static void test_verify__padding_must_be_zero(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) cms = {0};
  sign_text(&f.certifier, f.stamper, "content", &cms);
  uint8_t zeros[64] = {0};
  assert_ok(tc_buf_append(&cms, zeros, sizeof zeros, &err), err);
  tc_verify_options options = verify_options(&f);
  options.padded = true;
  tc_auto(tc_signature_result) clean = {0};
  verify_text(tc_buf_bytes(&cms), "content", &options, &clean);
  assert_valid(&clean);
  options.padded = false;
  tc_auto(tc_signature_result) unexpected = {0};
  verify_text(tc_buf_bytes(&cms), "content", &options, &unexpected);
  assert_false(tc_signature_result_is_valid(&unexpected));
  options.padded = true;
  cms.data[cms.size - 1] = 1;
  tc_auto(tc_signature_result) dirty = {0};
  verify_text(tc_buf_bytes(&cms), "content", &options, &dirty);
  assert_int_equal(dirty.intact, TC_NO);
  assert_true(has_finding(&dirty, TC_REASON_PADDING_NOT_ZERO));
}

/* The stamp of another signature, of the same signer and authority. */
static void test_verify__copied_stamp_is_found(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_digest digest = digest_of("content");
  tc_digest other = digest_of("another");
  tc_cms_options sign = {.chain = f.certifier.chain, .digest = &digest};
  tc_auto(tc_buf) attributes = {0};
  tc_auto(tc_buf) signature = {0};
  tc_auto(tc_buf) token = {0};
  tc_auto(tc_buf) cms = {0};
  assert_ok(tc_cms_prepare(&sign, &attributes, &err), err);
  assert_ok(tc_key_sign(f.certifier.key, tc_buf_bytes(&attributes), &signature, &err), err);
  assert_ok(tc_stamper_stamp(f.stamper, &other, &token, NULL, &err), err);
  tc_cms_parts parts = {f.certifier.chain, tc_buf_bytes(&attributes), tc_buf_bytes(&signature), tc_buf_bytes(&token)};
  assert_ok(tc_cms_assemble(&parts, &cms, &err), err);
  tc_auto(tc_signature_result) result = {0};
  tc_verify_options options = verify_options(&f);
  verify_text(tc_buf_bytes(&cms), "content", &options, &result);
  assert_int_equal(result.intact, TC_YES);
  assert_true(has_finding(&result, TC_REASON_STAMP_IMPRINT_MISMATCH));
  assert_int_equal(result.trusted, TC_UNKNOWN);
}

/* Document time-stamps (ETSI.RFC3161): the token itself is the signature. */
static void test_verify__token_as_signature(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_digest digest = digest_of("document");
  tc_hash_value value = value_of(&digest);
  tc_auto(tc_buf) token = {0};
  assert_ok(tc_stamper_stamp(f.stamper, &digest, &token, NULL, &err), err);
  tc_auto(tc_signature_result) result = {0};
  tc_verify_options options = verify_options(&f);
  tc_hash hash = TC_HASH_UNKNOWN;
  assert_ok(tc_signature_peek(tc_buf_bytes(&token), TC_SIGNATURE_STAMP, &hash, &err), err);
  assert_int_equal(hash, TC_HASH_SHA256);
  assert_ok(tc_signature_verify(tc_buf_bytes(&token), TC_SIGNATURE_STAMP, &value, &options, &result, &err), err);
  assert_valid(&result);
  assert_int_equal(result.time_source, TC_TIME_STAMP);
  value.bytes[0] ^= 1;
  tc_auto(tc_signature_result) other = {0};
  assert_ok(tc_signature_verify(tc_buf_bytes(&token), TC_SIGNATURE_STAMP, &value, &options, &other, &err), err);
  assert_int_equal(other.intact, TC_NO);
}

/* A stamp's certificate does not sign documents, nor a document's signer stamps. */
static void test_verify__tsa_is_no_signer(void **state)
{
  (void)state;
  tc_auto(tc_buf) cms = {0};
  tc_auto(tc_signature_result) result = {0};
  sign_text(&f.tsa, NULL, "content", &cms);
  tc_verify_options options = verify_options(&f);
  verify_text(tc_buf_bytes(&cms), "content", &options, &result);
  assert_int_equal(result.intact, TC_YES);
  assert_int_equal(result.checks[TC_CHECK_CERTIFICATE].reason, TC_REASON_CERTIFICATE_USAGE);
}

static void test_verify__limits_and_garbage(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_hash_value value = {TC_HASH_SHA256, TC_SHA256_SIZE, {0}};
  tc_verify_options options = verify_options(&f);
  tc_auto(tc_signature_result) result = {0};
  static const uint8_t garbage[] = {0x30, 0x80, 0x06, 0x01, 0x02, 0x00, 0x00};
  assert_ok(
      tc_signature_verify((tc_bytes){garbage, sizeof garbage}, TC_SIGNATURE_DETACHED, &value, &options, &result, &err),
      err);
  assert_int_equal(result.checks[TC_CHECK_STRUCTURE].reason, TC_REASON_CMS_UNREADABLE);
  assert_int_equal(result.intact, TC_NO);
  tc_auto(tc_signature_result) empty = {0};
  assert_ok(tc_signature_verify((tc_bytes){0}, TC_SIGNATURE_DETACHED, &value, &options, &empty, &err), err);
  assert_false(tc_signature_result_is_valid(&empty));
  options.max_bytes = 4;
  tc_auto(tc_signature_result) large = {0};
  assert_fails(
      tc_signature_verify((tc_bytes){garbage, sizeof garbage}, TC_SIGNATURE_DETACHED, &value, &options, &large, &err),
      err, TC_LIMIT);
  tc_hash hash;
  assert_fails(tc_signature_peek((tc_bytes){garbage, 3}, TC_SIGNATURE_DETACHED, &hash, &err), err, TC_FORMAT);
}

/* Another algorithm than we know says nothing against the file: unknown, never no; and never valid. */
static void assert_unsupported(const void *oid, size_t size, tc_reason reason)
{
  tc_auto(tc_buf) cms = {0};
  tc_auto(tc_signature_result) result = {0};
  sign_text(&f.agency, NULL, "content", &cms);
  size_t found = 0;
  for (uint8_t *at = cms.data; (at = memmem(at, (size_t)(cms.data + cms.size - at), oid, size)) != NULL; found++)
    at[size - 1] ^= 0x40;
  assert_true(found > 0);
  tc_verify_options options = verify_options(&f);
  verify_text(tc_buf_bytes(&cms), "content", &options, &result);
  assert_int_equal(result.intact, TC_UNKNOWN);
  assert_true(has_finding(&result, reason));
  assert_false(tc_signature_result_is_valid(&result));
}

static void test_verify__unsupported_is_unknown_not_no(void **state)
{
  (void)state;
  static const uint8_t pss[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0A};
  static const uint8_t sha256[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01};
  assert_unsupported(pss, sizeof pss, TC_REASON_SIGNATURE_UNSUPPORTED);
  assert_unsupported(sha256, sizeof sha256, TC_REASON_DIGEST_UNSUPPORTED);
}

static void flip_each(tc_buf *cms, size_t step, uint8_t mask)
{
  tc_verify_options options = verify_options(&f);
  for (size_t at = 0; at < cms->size; at += step) {
    tc_auto(tc_signature_result) result = {0};
    cms->data[at] ^= mask;
    verify_text(tc_buf_bytes(cms), "content", &options, &result);
    cms->data[at] ^= mask;
    if (tc_signature_result_is_valid(&result) ||
        (result.intact == TC_YES && result.trusted == TC_YES && result.finding_count == 0))
      fail_msg("byte %zu of %zu, XOR %02x: still valid", at, cms->size, mask);
  }
}

/* Every byte of a signature with its time-stamp: none can change unnoticed. TRUECOPY_LONG tries all with both masks. */
static void test_verify__every_byte_counts(void **state)
{
  (void)state;
  tc_auto(tc_buf) cms = {0};
  sign_text(&f.certifier, f.stamper, "content", &cms);
  bool all = getenv("TRUECOPY_LONG") != NULL;
  flip_each(&cms, all ? 1 : 31, 0x01);
  flip_each(&cms, all ? 1 : 37, 0xFF);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_verify__bt_is_valid),
      cmocka_unit_test(test_verify__bb_claims_no_time),
      cmocka_unit_test(test_verify__claimed_time_is_told),
      cmocka_unit_test(test_verify__other_content_is_changed),
      cmocka_unit_test(test_verify__without_roots_is_unknown_not_no),
      cmocka_unit_test(test_verify__revoked_signer_is_not_trusted),
      cmocka_unit_test(test_verify__revoked_after_the_stamp_is_fine),
      cmocka_unit_test(test_verify__stale_crl_is_unknown),
      cmocka_unit_test(test_verify__expired_certificate),
      cmocka_unit_test(test_verify__padding_must_be_zero),
      cmocka_unit_test(test_verify__copied_stamp_is_found),
      cmocka_unit_test(test_verify__token_as_signature),
      cmocka_unit_test(test_verify__tsa_is_no_signer),
      cmocka_unit_test(test_verify__limits_and_garbage),
      cmocka_unit_test(test_verify__unsupported_is_unknown_not_no),
      cmocka_unit_test(test_verify__every_byte_counts),
  };
  return cmocka_run_group_tests(tests, open_all, close_all);
}
