/* Revocation data out of real servers on the loopback, honest ones and others: what holds is taken, what does not is
   refused with a code that says so, and a server that failed is left alone. */
#include "tests/signing/signing_fixture.h"

#include "signing/ocsp.h"
#include "signing/revocation.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <openssl/evp.h>

typedef enum mode {
  HONEST,
  AS_PEM,
  NO_NONCE,
  OTHER_NONCE,
  STALE,
  WRONG_SIGNER,
  GARBAGE,
  SLOW,
  HUGE,
  NOT_FOUND,
  REDIRECT,
  EMPTY
} mode;

static fixture f;
static fixture other; /* a PKI that nobody here trusts */
static mode ocsp_mode, crl_mode;
static int ocsp_asked, crl_asked;
static struct MHD_Daemon *server;
static char url[64];

static enum MHD_Result reply(struct MHD_Connection *connection, unsigned status, tc_bytes body)
{
  struct MHD_Response *response =
      MHD_create_response_from_buffer(body.size, (void *)(uintptr_t)body.data, MHD_RESPMEM_MUST_COPY);
  MHD_add_response_header(response, "Content-Type", "application/octet-stream");
  if (status == 302)
    MHD_add_response_header(response, "Location", url);
  enum MHD_Result result = MHD_queue_response(connection, status, response);
  MHD_destroy_response(response);
  return result;
}

static void as_pem(tc_bytes der, const char *label, tc_buf *out)
{
  tc_error err = {0};
  char text[32768];
  int size = EVP_EncodeBlock((unsigned char *)text, der.data, (int)der.size);
  assert_ok(tc_buf_printf(out, &err, "-----BEGIN %s-----\n", label), err);
  for (int at = 0; at < size; at += 64)
    assert_ok(tc_buf_printf(out, &err, "%.*s\n", size - at < 64 ? size - at : 64, text + at), err);
  assert_ok(tc_buf_printf(out, &err, "-----END %s-----\n", label), err);
}

static enum MHD_Result misbehave(struct MHD_Connection *connection, mode how, tc_bytes good, const char *label)
{
  static uint8_t zeros[300000];
  tc_auto(tc_buf) text = {0};
  switch (how) {
  case AS_PEM:
    as_pem(good, label, &text);
    return reply(connection, 200, tc_buf_bytes(&text));
  case GARBAGE:
    return reply(connection, 200, tc_bytes_of_text("<html>Welcome to the hotel</html>"));
  case SLOW:
    usleep(3000000);
    return reply(connection, 200, good);
  case HUGE:
    return reply(connection, 200, (tc_bytes){zeros, sizeof zeros});
  case NOT_FOUND:
    return reply(connection, 404, good);
  case REDIRECT:
    return reply(connection, 302, good);
  case EMPTY:
    return reply(connection, 200, (tc_bytes){0});
  default:
    return reply(connection, 200, good);
  }
}

static enum MHD_Result answer_ocsp(struct MHD_Connection *connection, tc_bytes request)
{
  tc_error err = {0};
  tc_auto(tc_buf) response = {0};
  tc_auto(tc_buf) own = {0};
  static const uint8_t nonce[TC_OCSP_NONCE_SIZE] = "not yours at all";
  tc_ocsp_subject subject = {tc_pki_certificate(f.pki, TC_PKI_CERTIFIER), tc_pki_certificate(f.pki, TC_PKI_ISSUER)};
  int64_t now = (int64_t)time(NULL) - (ocsp_mode == STALE ? 86400 : 0);
  ocsp_asked++;
  if (ocsp_mode == NO_NONCE || ocsp_mode == OTHER_NONCE) {
    if (!tc_ocsp_request_make(&subject, ocsp_mode == OTHER_NONCE ? nonce : NULL, &own, &err))
      return MHD_NO;
    request = tc_buf_bytes(&own);
  }
  tc_pki *pki = ocsp_mode == WRONG_SIGNER ? other.pki : f.pki;
  if (!tc_pki_respond_ocsp(pki, request, now, &response, &err))
    return MHD_NO;
  return misbehave(connection, ocsp_mode, tc_buf_bytes(&response), "OCSP RESPONSE");
}

static enum MHD_Result answer_crl(struct MHD_Connection *connection, const char *path)
{
  tc_error err = {0};
  tc_auto(tc_certs) material = NULL;
  tc_pki *pki = crl_mode == WRONG_SIGNER ? other.pki : f.pki;
  crl_asked++;
  if (!tc_certs_create(&material, &err) || !tc_pki_trust_material(pki, material, &err))
    return MHD_NO;
  size_t which = strstr(path, "root") != NULL ? 0 : 1;
  return misbehave(connection, crl_mode, tc_certs_crl_der(material, which), "X509 CRL");
}

static enum MHD_Result handle(void *data, struct MHD_Connection *connection, const char *path, const char *method,
                              const char *version, const char *upload, size_t *upload_size, void **state)
{
  (void)data, (void)method, (void)version;
  tc_buf *body = *state;
  if (body == NULL) {
    *state = calloc(1, sizeof(tc_buf));
    return MHD_YES;
  }
  if (*upload_size > 0) {
    bool ok = tc_buf_append(body, upload, *upload_size, NULL);
    *upload_size = 0;
    return ok ? MHD_YES : MHD_NO;
  }
  if (strstr(path, "ocsp") != NULL)
    return answer_ocsp(connection, tc_buf_bytes(body));
  if (strstr(path, ".crl") != NULL)
    return answer_crl(connection, path);
  if (strstr(path, "issuer.cer") != NULL)
    return reply(connection, 200, tc_pki_certificate(f.pki, TC_PKI_ISSUER));
  return strstr(path, "root.cer") != NULL ? reply(connection, 200, tc_pki_certificate(f.pki, TC_PKI_ROOT))
                                          : reply(connection, 404, (tc_bytes){0});
}

static void completed(void *data, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode why)
{
  (void)data, (void)connection, (void)why;
  if (*state != NULL)
    tc_buf_finish(*state);
  free(*state);
}

static int open_all(void **state)
{
  (void)state;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  server = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION, 0, NULL, NULL, handle,
                            NULL, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address, MHD_OPTION_NOTIFY_COMPLETED,
                            completed, NULL, MHD_OPTION_END);
  assert_non_null(server);
  snprintf(url, sizeof url, "http://127.0.0.1:%u/pki", MHD_get_daemon_info(server, MHD_DAEMON_INFO_BIND_PORT)->port);
  fixture_url = url;
  fixture_open(&f, TC_PKI_EC, NULL);
  fixture_open(&other, TC_PKI_EC, NULL);
  return 0;
}

static int close_all(void **state)
{
  (void)state;
  MHD_stop_daemon(server);
  fixture_close(&f);
  fixture_close(&other);
  return 0;
}

typedef struct asking {
  tc_revocation_options options;
  tc_pki_role role;
  int64_t younger_than;
  mode ocsp, crl;
  bool rootless; /* the issuing CA is known, and nothing above it */
} asking;

static asking asking_default(void)
{
  asking a = {.options = tc_revocation_options_default(), .role = TC_PKI_CERTIFIER};
  a.options.total_timeout_ms = 1500;
  a.options.attempts = 1;
  a.options.crl_limit = 200000;
  return a;
}

/* Only the root is known: everything else comes from the server. */
static bool collect_with(tc_revocation *revocation, const asking *a, tc_evidence *out, int64_t *revoked_at,
                         tc_error *err)
{
  tc_auto(tc_certs) known = NULL;
  ocsp_mode = a->ocsp;
  crl_mode = a->crl;
  tc_revocation_question question = {
      .certificate = tc_pki_certificate(f.pki, a->role), .younger_than = a->younger_than, .now = (int64_t)time(NULL)};
  if (!tc_certs_create(&known, err) ||
      !tc_certs_add(known, tc_pki_certificate(f.pki, a->rootless ? TC_PKI_ISSUER : TC_PKI_ROOT), "a CA", err))
    return false;
  question.known = known;
  return tc_revocation_collect(revocation, &question, out, revoked_at, err);
}

static bool collect(const asking *a, tc_evidence *out, int64_t *revoked_at, tc_error *err)
{
  tc_auto(tc_revocation) revocation = NULL;
  return tc_revocation_create(&a->options, &revocation, err) && collect_with(revocation, a, out, revoked_at, err);
}

static void test_revocation__a_whole_chain_out_of_the_certificates_addresses(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_evidence) evidence = {0};
  asking a = asking_default();
  int64_t revoked_at = -1;
  assert_ok(collect(&a, &evidence, &revoked_at, &err), err);
  assert_int_equal(revoked_at, 0);
  assert_int_equal(tc_certs_count(evidence.certs), 3);     /* signer, issuing CA (fetched), root */
  assert_int_equal(evidence.ocsp_count, 1);                /* the signer's */
  assert_int_equal(tc_certs_crl_count(evidence.certs), 1); /* the issuing CA's, by its root */
}

static void test_revocation__a_revoked_certificate_is_told(void **state)
{
  (void)state;
  tc_error err = {0};
  asking a = asking_default();
  a.role = TC_PKI_REVOKED;
  for (int by_crl = 0; by_crl < 2; by_crl++) {
    tc_auto(tc_evidence) evidence = {0};
    int64_t revoked_at = 0;
    a.ocsp = by_crl ? NOT_FOUND : HONEST;
    assert_ok(collect(&a, &evidence, &revoked_at, &err), err);
    assert_true(revoked_at > 0 && revoked_at <= f.now);
    assert_int_equal(evidence.ocsp_count, !by_crl);
  }
}

/* What is not known above it does not make it good again. */
static void test_revocation__is_told_though_the_root_is_missing(void **state)
{
  (void)state;
  tc_error err = {0};
  asking a = asking_default();
  char urls[96];
  snprintf(urls, sizeof urls, "%s/ocsp", url);
  a.options.ocsp_urls = urls;
  a.options.use_addresses = false;
  a.rootless = true;
  for (int revoked = 0; revoked < 2; revoked++) {
    tc_auto(tc_evidence) evidence = {0};
    int64_t revoked_at = 0;
    a.role = revoked ? TC_PKI_REVOKED : TC_PKI_CERTIFIER;
    assert_fails(collect(&a, &evidence, &revoked_at, &err), err, TC_NOT_FOUND);
    assert_int_equal(revoked_at != 0, revoked);
  }
}

static void test_revocation__quirks_are_taken(void **state)
{
  (void)state;
  static const mode modes[] = {AS_PEM, NO_NONCE};
  tc_error err = {0};
  for (size_t i = 0; i < TC_ARRAY_LEN(modes); i++) {
    tc_auto(tc_evidence) evidence = {0};
    asking a = asking_default();
    a.ocsp = modes[i];
    a.crl = AS_PEM;
    assert_ok(collect(&a, &evidence, NULL, &err), err);
    assert_int_equal(evidence.ocsp_count, 1);
    assert_int_equal(evidence.ocsps[0].data[0], 0x30); /* what is kept is DER */
  }
}

/* An OCSP responder that fails in whatever way leaves the CRL. */
static void test_revocation__a_bad_responder_leaves_the_list(void **state)
{
  (void)state;
  static const mode modes[] = {OTHER_NONCE, WRONG_SIGNER, GARBAGE, SLOW, HUGE, NOT_FOUND, REDIRECT, EMPTY, STALE};
  tc_error err = {0};
  for (size_t i = 0; i < TC_ARRAY_LEN(modes); i++) {
    tc_auto(tc_evidence) evidence = {0};
    asking a = asking_default();
    a.ocsp = modes[i];
    if (!collect(&a, &evidence, NULL, &err))
      fail_msg("mode %d: [%s] %s", modes[i], tc_code_info(err.code)->name, err.message);
    assert_int_equal(evidence.ocsp_count, 0);
    assert_int_equal(tc_certs_crl_count(evidence.certs), 2);
  }
}

static void test_revocation__nothing_that_holds_is_an_error(void **state)
{
  (void)state;
  static const struct {
    mode both;
    tc_code expected;
  } cases[] = {{WRONG_SIGNER, TC_CRYPTO}, {GARBAGE, TC_FORMAT},   {SLOW, TC_TIMEOUT}, {HUGE, TC_LIMIT},
               {NOT_FOUND, TC_NETWORK},   {REDIRECT, TC_NETWORK}, {EMPTY, TC_FORMAT}};
  tc_error err = {0};
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++) {
    tc_auto(tc_evidence) evidence = {0};
    asking a = asking_default();
    a.ocsp = a.crl = cases[i].both;
    if (collect(&a, &evidence, NULL, &err) || err.code != cases[i].expected)
      fail_msg("mode %d: [%s] %s", cases[i].both, tc_code_info(err.code)->name, err.message);
    tc_error_clear(&err);
  }
}

/* ETSI EN 319 102-1 5.2.5: data about a signer are younger than the signature. */
static void test_revocation__data_must_be_young_enough(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_evidence) evidence = {0};
  asking a = asking_default();
  a.younger_than = (int64_t)time(NULL) + 30;
  assert_fails(collect(&a, &evidence, NULL, &err), err, TC_NETWORK);
  a.younger_than = (int64_t)time(NULL) - 30;
  a.ocsp = STALE;
  a.crl = NOT_FOUND;
  assert_fails(collect(&a, &evidence, NULL, &err), err, TC_NETWORK);
}

static void test_revocation__what_was_found_is_kept_while_it_is_young_enough(void **state)
{
  (void)state;
  tc_error err = {0};
  asking a = asking_default();
  tc_auto(tc_revocation) revocation = NULL;
  assert_ok(tc_revocation_create(&a.options, &revocation, &err), err);
  ocsp_asked = crl_asked = 0;
  for (int i = 0; i < 5; i++) {
    tc_auto(tc_evidence) evidence = {0};
    assert_ok(collect_with(revocation, &a, &evidence, NULL, &err), err);
    assert_int_equal(evidence.ocsp_count, 1);
  }
  assert_int_equal(ocsp_asked, 1);
  assert_int_equal(crl_asked, 1);
  a.younger_than = (int64_t)time(NULL); /* later than what is kept */
  sleep(1);
  tc_auto(tc_evidence) evidence = {0};
  assert_ok(collect_with(revocation, &a, &evidence, NULL, &err), err);
  assert_int_equal(ocsp_asked, 2);
}

static void test_revocation__a_server_that_failed_rests(void **state)
{
  (void)state;
  tc_error err = {0};
  asking a = asking_default();
  a.ocsp = a.crl = NOT_FOUND;
  a.options.attempts = 2;
  tc_auto(tc_revocation) revocation = NULL;
  assert_ok(tc_revocation_create(&a.options, &revocation, &err), err);
  ocsp_asked = 0;
  for (int i = 0; i < 4; i++) {
    tc_auto(tc_evidence) evidence = {0};
    assert_fails(collect_with(revocation, &a, &evidence, NULL, &err), err, TC_NETWORK);
  }
  assert_int_equal(ocsp_asked, 2); /* both attempts of the first question */
}

static void test_revocation__servers_of_the_settings_come_first_and_files_do_without(void **state)
{
  (void)state;
  tc_error err = {0};
  char folder[128], urls[128], command[200];
  tc_auto(tc_evidence) by_list = {0};
  tc_auto(tc_evidence) by_file = {0};
  asking a = asking_default();
  snprintf(urls, sizeof urls, "http://127.0.0.1:1/down %s/ocsp", url);
  a.options.ocsp_urls = urls;
  a.options.use_addresses = false;
  snprintf(folder, sizeof folder, "%s/export", f.folder);
  assert_ok(tc_pki_export_trust(f.pki, folder, &err), err);
  a.options.crl_path = folder;
  /* The issuing CA's certificate is nowhere now: that is its own error. */
  assert_fails(collect(&a, &by_list, NULL, &err), err, TC_NOT_FOUND);
  a.options.use_addresses = true;
  assert_ok(collect(&a, &by_file, NULL, &err), err);
  assert_int_equal(by_file.ocsp_count, 1);
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  assert_int_equal(system(command), 0); /* NOLINT: a path of our own making */
}

/* For a verifier: the lists alone, though the folder holds the root and the issuing CA, too. */
static void test_revocation__files_give_a_verifier_lists_and_no_trust(void **state)
{
  (void)state;
  tc_error err = {0};
  char folder[128], command[200];
  asking a = asking_default();
  tc_auto(tc_revocation) none = NULL;
  tc_auto(tc_revocation) with_files = NULL;
  tc_auto(tc_certs) given = NULL;
  assert_ok(tc_certs_create(&given, &err), err);
  assert_ok(tc_revocation_create(&a.options, &none, &err), err);
  assert_ok(tc_revocation_add_crls(none, given, &err), err);
  assert_int_equal(tc_certs_crl_count(given), 0);
  snprintf(folder, sizeof folder, "%s/lists", f.folder);
  assert_ok(tc_pki_export_trust(f.pki, folder, &err), err);
  a.options.crl_path = folder;
  assert_ok(tc_revocation_create(&a.options, &with_files, &err), err);
  assert_ok(tc_revocation_add_crls(with_files, given, &err), err);
  assert_true(tc_certs_crl_count(given) >= 2);
  assert_int_equal(tc_certs_count(given), 0);
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  assert_int_equal(system(command), 0); /* NOLINT: a path of our own making */
  assert_fails(tc_revocation_add_crls(with_files, given, &err), err, TC_NOT_FOUND);
}

static void test_revocation__addresses_are_checked(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_revocation_options options = tc_revocation_options_default();
  tc_auto(tc_revocation) revocation = NULL;
  options.ocsp_urls = "http://127.0.0.1/ocsp file:///etc/passwd";
  assert_fails(tc_revocation_create(&options, &revocation, &err), err, TC_USAGE);
  options.ocsp_urls = "";
  options.crl_urls = "http://user:secret@host/x.crl";
  assert_fails(tc_revocation_create(&options, &revocation, &err), err, TC_USAGE);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_revocation__a_whole_chain_out_of_the_certificates_addresses),
      cmocka_unit_test(test_revocation__a_revoked_certificate_is_told),
      cmocka_unit_test(test_revocation__is_told_though_the_root_is_missing),
      cmocka_unit_test(test_revocation__quirks_are_taken),
      cmocka_unit_test(test_revocation__a_bad_responder_leaves_the_list),
      cmocka_unit_test(test_revocation__nothing_that_holds_is_an_error),
      cmocka_unit_test(test_revocation__data_must_be_young_enough),
      cmocka_unit_test(test_revocation__what_was_found_is_kept_while_it_is_young_enough),
      cmocka_unit_test(test_revocation__a_server_that_failed_rests),
      cmocka_unit_test(test_revocation__servers_of_the_settings_come_first_and_files_do_without),
      cmocka_unit_test(test_revocation__files_give_a_verifier_lists_and_no_trust),
      cmocka_unit_test(test_revocation__addresses_are_checked),
  };
  return cmocka_run_group_tests(tests, open_all, close_all);
}
