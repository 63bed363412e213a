/* OCSP, both ends (RFC 6960): the demo PKI's responder answers, the client believes what holds and nothing else. */
#include "tests/signing/signing_fixture.h"

#include "signing/ocsp.h"

#include <openssl/evp.h>

static fixture f;
static const uint8_t nonce[TC_OCSP_NONCE_SIZE] = "sixteen bytes..";

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

static tc_ocsp_subject subject_of(tc_pki_role role)
{
  return (tc_ocsp_subject){tc_pki_certificate(f.pki, role), tc_pki_certificate(f.pki, TC_PKI_ISSUER)};
}

static void ask(tc_pki_role role, const uint8_t *with_nonce, tc_buf *response)
{
  tc_error err = {0};
  tc_auto(tc_buf) request = {0};
  tc_ocsp_subject subject = subject_of(role);
  assert_ok(tc_ocsp_request_make(&subject, with_nonce, &request, &err), err);
  assert_ok(tc_pki_respond_ocsp(f.pki, tc_buf_bytes(&request), (int64_t)time(NULL), response, &err), err);
}

static void test_ocsp__good_and_revoked(void **state)
{
  (void)state;
  static const struct {
    tc_pki_role role;
    tc_ocsp_status expected;
  } cases[] = {{TC_PKI_CERTIFIER, TC_OCSP_GOOD}, {TC_PKI_TSA, TC_OCSP_GOOD}, {TC_PKI_REVOKED, TC_OCSP_REVOKED}};
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++) {
    tc_error err = {0};
    tc_auto(tc_buf) response = {0};
    tc_auto(tc_ocsp_answer) answer = {0};
    tc_ocsp_subject subject = subject_of(cases[i].role);
    ask(cases[i].role, nonce, &response);
    assert_ok(tc_ocsp_read(tc_buf_bytes(&response), &subject, nonce, NULL, &answer, &err), err);
    assert_int_equal(answer.status, cases[i].expected);
    assert_true(answer.has_nonce && answer.delegated && answer.no_check);
    assert_true(answer.this_update >= f.now && answer.next_update > answer.this_update);
    assert_true((answer.revoked_at != 0) == (answer.status == TC_OCSP_REVOKED));
    assert_true(answer.signer.size > 0);
  }
}

/* RFC 6960 2.2: about a certificate that the responder does not know it says so. */
static void test_ocsp__an_unknown_certificate_is_unknown(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) response = {0};
  tc_auto(tc_ocsp_answer) answer = {0};
  tc_ocsp_subject subject = subject_of(TC_PKI_ROOT);
  ask(TC_PKI_ROOT, NULL, &response);
  assert_ok(tc_ocsp_read(tc_buf_bytes(&response), &subject, NULL, NULL, &answer, &err), err);
  assert_int_equal(answer.status, TC_OCSP_UNKNOWN);
}

/* Quirks: no nonce where one was asked for, PEM instead of DER. */
static void test_ocsp__quirks_are_taken(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) response = {0};
  tc_auto(tc_ocsp_answer) answer = {0};
  tc_auto(tc_ocsp_answer) of_pem = {0};
  tc_auto(tc_buf) pem = {0};
  tc_ocsp_subject subject = subject_of(TC_PKI_AGENCY);
  ask(TC_PKI_AGENCY, NULL, &response);
  assert_ok(tc_ocsp_read(tc_buf_bytes(&response), &subject, nonce, NULL, &answer, &err), err);
  assert_false(answer.has_nonce);
  char text[16384];
  int size = EVP_EncodeBlock((unsigned char *)text, response.data, (int)response.size);
  assert_ok(tc_buf_append_text(&pem, "-----BEGIN OCSP RESPONSE-----\n", &err), err);
  for (int at = 0; at < size; at += 64)
    assert_ok(tc_buf_printf(&pem, &err, "%.*s\n", size - at < 64 ? size - at : 64, text + at), err);
  assert_ok(tc_buf_append_text(&pem, "-----END OCSP RESPONSE-----\n", &err), err);
  assert_ok(tc_ocsp_read(tc_buf_bytes(&pem), &subject, NULL, NULL, &of_pem, &err), err);
  assert_int_equal(of_pem.status, TC_OCSP_GOOD);
}

static void test_ocsp__lies_are_not(void **state)
{
  (void)state;
  static const uint8_t other_nonce[TC_OCSP_NONCE_SIZE] = "another sixteen";
  tc_error err = {0};
  tc_auto(tc_buf) response = {0};
  tc_auto(tc_ocsp_answer) answer = {0};
  tc_ocsp_subject subject = subject_of(TC_PKI_CERTIFIER);
  tc_ocsp_subject another = subject_of(TC_PKI_AGENCY);
  tc_ocsp_subject other_issuer = {subject.certificate, tc_pki_certificate(f.pki, TC_PKI_ROOT)};
  ask(TC_PKI_CERTIFIER, nonce, &response);
  tc_bytes bytes = tc_buf_bytes(&response);
  assert_fails(tc_ocsp_read(bytes, &subject, other_nonce, NULL, &answer, &err), err, TC_CRYPTO);
  assert_fails(tc_ocsp_read(bytes, &another, nonce, NULL, &answer, &err), err, TC_NOT_FOUND);
  assert_fails(tc_ocsp_read(bytes, &other_issuer, nonce, NULL, &answer, &err), err, TC_CRYPTO);
  assert_fails(tc_ocsp_read(tc_bytes_of_text("nonsense"), &subject, nonce, NULL, &answer, &err), err, TC_FORMAT);
  assert_int_equal(answer.signer.size, 0);
}

/* Each byte of an answer counts: with one changed it is refused, or still says exactly what it said. */
static void test_ocsp__a_changed_byte_is_never_believed(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) response = {0};
  tc_ocsp_subject subject = subject_of(TC_PKI_REVOKED);
  ask(TC_PKI_REVOKED, nonce, &response);
  size_t refused = 0;
  for (size_t i = 0; i < response.size; i++) {
    tc_auto(tc_ocsp_answer) answer = {0};
    response.data[i] ^= 0x01;
    if (tc_ocsp_read(tc_buf_bytes(&response), &subject, nonce, NULL, &answer, &err))
      assert_int_equal(answer.status, TC_OCSP_REVOKED);
    else
      refused++;
    tc_error_clear(&err);
    response.data[i] ^= 0x01;
  }
  assert_true(refused > response.size / 2);
}

static void test_ocsp__the_responder_answers_nonsense_with_a_refusal(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) response = {0};
  tc_auto(tc_ocsp_answer) answer = {0};
  tc_ocsp_subject subject = subject_of(TC_PKI_CERTIFIER);
  assert_ok(tc_pki_respond_ocsp(f.pki, tc_bytes_of_text("nonsense"), f.now, &response, &err), err);
  assert_fails(tc_ocsp_read(tc_buf_bytes(&response), &subject, NULL, NULL, &answer, &err), err, TC_NETWORK);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ocsp__good_and_revoked),
      cmocka_unit_test(test_ocsp__an_unknown_certificate_is_unknown),
      cmocka_unit_test(test_ocsp__quirks_are_taken),
      cmocka_unit_test(test_ocsp__lies_are_not),
      cmocka_unit_test(test_ocsp__a_changed_byte_is_never_believed),
      cmocka_unit_test(test_ocsp__the_responder_answers_nonsense_with_a_refusal),
  };
  return cmocka_run_group_tests(tests, open_all, close_all);
}
