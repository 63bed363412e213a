/* RFC 3161 over real HTTP on the loopback: an authority of ours behind libmicrohttpd that also misbehaves on command.
 */
#include "tests/signing/signing_fixture.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>

typedef enum mode { HONEST, OTHER_REQUEST, GARBAGE, SLOW, REFUSED, HUGE, WRONG_TYPE, NOT_FOUND, REDIRECT } mode;

static fixture f;
static mode behaviour;
static struct MHD_Daemon *server;
static char url[64];
static tc_buf first_request; /* OTHER_REQUEST answers this one for ever */

static enum MHD_Result reply(struct MHD_Connection *connection, unsigned status, const char *type, tc_bytes body)
{
  struct MHD_Response *response =
      MHD_create_response_from_buffer(body.size, (void *)(uintptr_t)body.data, MHD_RESPMEM_MUST_COPY);
  MHD_add_response_header(response, "Content-Type", type);
  if (status == 302)
    MHD_add_response_header(response, "Location", url);
  enum MHD_Result result = MHD_queue_response(connection, status, response);
  MHD_destroy_response(response);
  return result;
}

static enum MHD_Result answer(struct MHD_Connection *connection, tc_bytes request)
{
  static const char type[] = "application/timestamp-reply";
  tc_error err = {0};
  tc_auto(tc_buf) body = {0};
  static char zeros[200000];
  if (behaviour == OTHER_REQUEST && first_request.size > 0)
    request = tc_buf_bytes(&first_request);
  if (behaviour == SLOW)
    usleep(900000);
  if (!tc_authority_respond(f.authority, behaviour == REFUSED ? tc_bytes_of_text("0") : request, &body, &err))
    return MHD_NO;
  switch (behaviour) {
  case GARBAGE:
    return reply(connection, 200, type, tc_bytes_of_text("this is no time-stamp"));
  case HUGE:
    return reply(connection, 200, type, (tc_bytes){(const uint8_t *)zeros, sizeof zeros});
  case WRONG_TYPE:
    return reply(connection, 200, "text/html", tc_buf_bytes(&body));
  case NOT_FOUND:
    return reply(connection, 404, type, tc_buf_bytes(&body));
  case REDIRECT:
    return reply(connection, 302, type, tc_buf_bytes(&body));
  default:
    return reply(connection, 200, type, tc_buf_bytes(&body));
  }
}

static enum MHD_Result handle(void *data, struct MHD_Connection *connection, const char *path, const char *method,
                              const char *version, const char *upload, size_t *upload_size, void **state)
{
  (void)data, (void)path, (void)method, (void)version;
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
  return answer(connection, tc_buf_bytes(body));
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
  fixture_open(&f, TC_PKI_EC, NULL);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  server = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, handle, NULL, MHD_OPTION_SOCK_ADDR,
                            (struct sockaddr *)&address, MHD_OPTION_NOTIFY_COMPLETED, completed, NULL, MHD_OPTION_END);
  assert_non_null(server);
  snprintf(url, sizeof url, "http://127.0.0.1:%u/tsa", MHD_get_daemon_info(server, MHD_DAEMON_INFO_BIND_PORT)->port);
  return 0;
}

static int close_all(void **state)
{
  (void)state;
  MHD_stop_daemon(server);
  tc_buf_finish(&first_request);
  fixture_close(&f);
  return 0;
}

static tc_stamper_http_options http_options(const tc_certs *roots)
{
  tc_stamper_http_options options = tc_stamper_http_options_default();
  options.url = url;
  options.roots = roots;
  options.total_timeout_ms = 5000;
  return options;
}

static void test_stamp__over_http(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_certs) roots = NULL;
  tc_auto(tc_stamper) stamper = NULL;
  tc_auto(tc_buf) token = {0};
  int64_t when = 0;
  behaviour = HONEST;
  assert_ok(tc_certs_create(&roots, &err), err);
  assert_ok(tc_pki_trust_material(f.pki, roots, &err), err);
  tc_stamper_http_options options = http_options(roots);
  options.policy = "2.999.10.4";
  assert_ok(tc_stamper_http_create(&options, &stamper, &err), err);
  tc_digest digest = digest_of("x");
  assert_ok(tc_stamper_stamp(stamper, &digest, &token, &when, &err), err);
  assert_true(when >= f.now - 60 && when <= f.now + 120);
  assert_true(token.size <= tc_stamper_token_limit(stamper));
  tc_auto(tc_buf) cms = {0};
  sign_text(&f.certifier, stamper, "content", &cms);
}

static void test_stamp__misbehaving_servers(void **state)
{
  (void)state;
  static const struct {
    mode behaviour;
    tc_code expected;
  } cases[] = {{OTHER_REQUEST, TC_CRYPTO}, {GARBAGE, TC_NETWORK},    {SLOW, TC_TIMEOUT},      {REFUSED, TC_NETWORK},
               {HUGE, TC_LIMIT},           {WRONG_TYPE, TC_NETWORK}, {NOT_FOUND, TC_NETWORK}, {REDIRECT, TC_NETWORK}};
  tc_error err = {0};
  tc_digest digest = digest_of("x");
  /* A request of its own, whose answer OTHER_REQUEST gives to every other. */
  static const uint8_t head[] = {0x30, 0x36, 0x02, 0x01, 0x01, 0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60,
                                 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
  assert_ok(tc_buf_append(&first_request, head, sizeof head, &err), err);
  assert_ok(tc_buf_append(&first_request, digest.bytes, sizeof digest.bytes, &err), err);
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++) {
    tc_auto(tc_stamper) stamper = NULL;
    tc_auto(tc_buf) token = {0};
    tc_stamper_http_options options = http_options(NULL);
    options.total_timeout_ms = cases[i].behaviour == SLOW ? 200 : 5000;
    assert_ok(tc_stamper_http_create(&options, &stamper, &err), err);
    behaviour = cases[i].behaviour;
    if (tc_stamper_stamp(stamper, &digest, &token, NULL, &err) || err.code != cases[i].expected)
      fail_msg("case %zu: [%s] %s", i, tc_code_info(err.code)->name, err.message);
    assert_int_equal(token.size, 0);
    tc_error_clear(&err);
  }
  behaviour = HONEST;
}

static void test_stamp__what_is_asked_for_is_insisted_on(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_digest digest = digest_of("x");
  tc_auto(tc_buf) token = {0};
  tc_stamper_http_options options = http_options(NULL);
  options.policy = "1.2.3.4";
  tc_auto(tc_stamper) other_policy = NULL;
  assert_ok(tc_stamper_http_create(&options, &other_policy, &err), err);
  assert_fails(tc_stamper_stamp(other_policy, &digest, &token, NULL, &err), err, TC_NETWORK);
  options = http_options(NULL);
  options.token_limit = 100;
  tc_auto(tc_stamper) narrow = NULL;
  assert_ok(tc_stamper_http_create(&options, &narrow, &err), err);
  assert_fails(tc_stamper_stamp(narrow, &digest, &token, NULL, &err), err, TC_LIMIT);
  tc_auto(tc_certs) nobody = NULL;
  assert_ok(tc_certs_create(&nobody, &err), err);
  options = http_options(nobody);
  tc_auto(tc_stamper) untrusting = NULL;
  assert_ok(tc_stamper_http_create(&options, &untrusting, &err), err);
  assert_fails(tc_stamper_stamp(untrusting, &digest, &token, NULL, &err), err, TC_CRYPTO);
}

static void test_stamp__no_server_and_no_address(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_digest digest = digest_of("x");
  tc_auto(tc_buf) token = {0};
  tc_auto(tc_stamper) nobody = NULL;
  tc_stamper_http_options options = http_options(NULL);
  options.url = "http://127.0.0.1:1/";
  assert_ok(tc_stamper_http_create(&options, &nobody, &err), err);
  assert_fails(tc_stamper_stamp(nobody, &digest, &token, NULL, &err), err, TC_NETWORK);
  tc_auto(tc_stamper) none = NULL;
  options.url = "file:///etc/passwd";
  assert_fails(tc_stamper_http_create(&options, &none, &err), err, TC_USAGE);
  options.url = "http://user:secret@host/";
  assert_fails(tc_stamper_http_create(&options, &none, &err), err, TC_USAGE);
}

/* An ordered list: the first that answers; one that failed is left alone, and alone it is the error. */
static void test_stamp__a_list_of_servers_in_their_order(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_digest digest = digest_of("x");
  char urls[200];
  snprintf(urls, sizeof urls, "http://127.0.0.1:1/a %s http://127.0.0.1:1/b", url);
  tc_stamper_list_options options = {.urls = urls, .each = http_options(NULL), .attempts = 2, .pause_s = 60};
  tc_auto(tc_stamper) list = NULL;
  behaviour = HONEST;
  assert_ok(tc_stamper_list_create(&options, &list, &err), err);
  for (int i = 0; i < 3; i++) {
    tc_auto(tc_buf) token = {0};
    assert_ok(tc_stamper_stamp(list, &digest, &token, NULL, &err), err);
    assert_true(token.size > 0);
  }
  tc_auto(tc_buf) none = {0};
  behaviour = GARBAGE;
  assert_fails(tc_stamper_stamp(list, &digest, &none, NULL, &err), err, TC_NETWORK);
  behaviour = HONEST; /* better again, but it rests */
  assert_fails(tc_stamper_stamp(list, &digest, &none, NULL, &err), err, TC_NETWORK);
  assert_int_equal(none.size, 0);
  options.urls = " ";
  tc_auto(tc_stamper) nobody = NULL;
  assert_fails(tc_stamper_list_create(&options, &nobody, &err), err, TC_USAGE);
  options.urls = "ftp://host/tsa";
  assert_fails(tc_stamper_list_create(&options, &nobody, &err), err, TC_USAGE);
}

static int64_t an_hour_ago(void *data)
{
  (void)data;
  return (int64_t)time(NULL) - 3600;
}

static void test_stamp__wrong_clock_is_refused(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_digest digest = digest_of("x");
  tc_auto(tc_buf) token = {0};
  tc_authority *honest = f.authority;
  tc_auto(tc_authority) late = NULL;
  tc_authority_options authority = tc_authority_options_default();
  authority.key = f.tsa.key;
  authority.chain = f.tsa.chain;
  authority.clock = an_hour_ago;
  assert_ok(tc_authority_create(&authority, &late, &err), err);
  f.authority = late;
  tc_auto(tc_stamper) stamper = NULL;
  tc_stamper_http_options options = http_options(NULL);
  assert_ok(tc_stamper_http_create(&options, &stamper, &err), err);
  assert_fails(tc_stamper_stamp(stamper, &digest, &token, NULL, &err), err, TC_CRYPTO);
  f.authority = honest;
}

/* A signer's certificate makes no time-stamps (RFC 3161 2.3). */
static void test_stamp__authority_needs_its_usage(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_digest digest = digest_of("x");
  tc_auto(tc_buf) token = {0};
  tc_auto(tc_authority) impostor = NULL;
  tc_auto(tc_stamper) stamper = NULL;
  tc_authority_options options = tc_authority_options_default();
  options.key = f.certifier.key;
  options.chain = f.certifier.chain;
  assert_ok(tc_authority_create(&options, &impostor, &err), err);
  assert_ok(tc_stamper_local_create(impostor, &stamper, &err), err);
  assert_fails(tc_stamper_stamp(stamper, &digest, &token, NULL, &err), err, TC_CRYPTO);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_stamp__over_http),
      cmocka_unit_test(test_stamp__misbehaving_servers),
      cmocka_unit_test(test_stamp__what_is_asked_for_is_insisted_on),
      cmocka_unit_test(test_stamp__no_server_and_no_address),
      cmocka_unit_test(test_stamp__a_list_of_servers_in_their_order),
      cmocka_unit_test(test_stamp__wrong_clock_is_refused),
      cmocka_unit_test(test_stamp__authority_needs_its_usage),
  };
  return cmocka_run_group_tests(tests, open_all, close_all);
}
