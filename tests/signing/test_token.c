/* A token that misbehaves (token_shim.c): nothing is signed twice, no PIN is tried that could lock it, and every fault
   has a message that says what it was. PKCS#11 v2.40. */
#include "tests/signing/signing_fixture.h"

#include "signing/pkcs11.h"

#include <pthread.h>
#include <unistd.h>

enum { THREADS = 4, EACH = 5 };

static fixture f;
static char control[96];

static void command(const char *lines)
{
  FILE *file = fopen(control, "w");
  assert_non_null(file);
  assert_true(fputs(lines, file) >= 0);
  assert_int_equal(fclose(file), 0);
}

static void forget(const char *suffix)
{
  char path[128];
  snprintf(path, sizeof path, "%s%s", control, suffix);
  unlink(path);
}

static int count(const char *word)
{
  char path[128], line[64];
  int found = 0;
  snprintf(path, sizeof path, "%s.log", control);
  FILE *file = fopen(path, "r");
  while (file != NULL && fgets(line, sizeof line, file) != NULL)
    found += strcspn(line, "\n") == strlen(word) && strncmp(line, word, strlen(word)) == 0;
  if (file != NULL)
    fclose(file);
  return found;
}

/* The token is made by the fixture; then it is let go, so that each test logs in for itself. */
static int open_all(void **state)
{
  (void)state;
  snprintf(control, sizeof control, "/tmp/tc-token-shim-%d", getpid());
  setenv("TOKEN_SHIM", control, 1);
  fixture_open(&f, TC_PKI_RSA, TOKEN_SHIM_MODULE);
  tc_pki_destroy(f.pki);
  f.pki = NULL;
  return 0;
}

static int close_all(void **state)
{
  (void)state;
  fixture_close(&f);
  return 0;
}

static int begin(void **state)
{
  (void)state;
  command("");
  forget(".log");
  forget(".wrong");
  return 0;
}

static int tidy(void **state)
{
  (void)state;
  unlink(control);
  forget(".log");
  forget(".wrong");
  return 0;
}

static tc_pkcs11_options with_pin(const char *pin)
{
  return (tc_pkcs11_options){.module = TOKEN_SHIM_MODULE, .pin = pin};
}

static void open_key(const tc_pkcs11_options *options, tc_pkcs11 **session, tc_key **key)
{
  tc_error err = {0};
  assert_ok(tc_pkcs11_open(options, session, &err), err);
  assert_ok(tc_key_from_pkcs11(*session, "certifier", NULL, key, &err), err);
}

static bool sign_once(tc_key *key, tc_error *err)
{
  tc_auto(tc_buf) signature = {0};
  bool ok = tc_key_sign(key, tc_bytes_of_text("content"), &signature, err);
  assert_true(ok == (signature.size > 0)); /* all of it or nothing */
  return ok;
}

static void says(const tc_error *err, tc_code code, const char *words)
{
  if (err->code != code || strstr(err->message, words) == NULL)
    fail_msg("[%s] %s: no word of \"%s\"", tc_code_info(err->code)->name, err->message, words);
}

/* ---- PINs ---- */

static void refused(const tc_pkcs11_options *options, const char *words)
{
  tc_error err = {0};
  tc_auto(tc_pkcs11) session = NULL;
  assert_false(tc_pkcs11_open(options, &session, &err));
  assert_null(session);
  says(&err, TC_DENIED, words);
}

static void let_in(void)
{
  tc_error err = {0};
  tc_auto(tc_pkcs11) session = NULL;
  tc_token_rules rules = tc_token_rules_default();
  rules.last_try = true;
  tc_pkcs11_options right = with_pin(FIXTURE_PASSPHRASE);
  right.rules = &rules;
  assert_ok(tc_pkcs11_open(&right, &session, &err), err);
}

/* Flags of CK_TOKEN_INFO: COUNT_LOW after the first wrong one, FINAL_TRY before the last, LOCKED after it. */
static void test_token__stops_before_it_locks(void **state)
{
  (void)state;
  tc_pkcs11_options wrong = with_pin("0000");
  refused(&wrong, "few tries are left");
  refused(&wrong, "one more wrong PIN locks the token");
  assert_int_equal(count("refused"), 2);
  for (int i = 0; i < 3; i++)
    refused(&wrong, "nothing was tried");
  tc_pkcs11_options right = with_pin(FIXTURE_PASSPHRASE);
  refused(&right, "nothing was tried");
  assert_int_equal(count("refused"), 2);
  let_in();
  assert_int_equal(count("login"), 1);
}

static void test_token__counts_for_tokens_that_say_nothing(void **state)
{
  (void)state;
  command("no_flags 1\n");
  tc_pkcs11_options wrong = with_pin("0000");
  refused(&wrong, "the PIN is wrong");
  refused(&wrong, "the PIN is wrong");
  refused(&wrong, "2 wrong PINs were entered");
  assert_int_equal(count("refused"), 2);
  let_in(); /* the count starts anew */
  refused(&wrong, "the PIN is wrong");
  let_in();
}

static void test_token__locked_is_said_and_not_tried(void **state)
{
  (void)state;
  tc_token_rules rules = tc_token_rules_default();
  rules.last_try = true;
  tc_pkcs11_options wrong = with_pin("0000");
  wrong.rules = &rules;
  command("tries 1\n");
  refused(&wrong, "locked");
  refused(&wrong, "its issuer can unlock it");
  assert_int_equal(count("refused"), 1);
  forget(".wrong"); /* its issuer did */
  let_in();
}

/* ---- One login, one operation a signature ---- */

static void test_token__one_login_for_all_keys(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_key *keys[3] = {0};
  static const char *const uris[] = {"pkcs11:object=certifier", "pkcs11:object=agency", "pkcs11:object=officer"};
  for (size_t i = 0; i < TC_ARRAY_LEN(uris); i++)
    assert_ok(tc_key_from_uri(uris[i], TOKEN_SHIM_MODULE, FIXTURE_PASSPHRASE, &keys[i], &err), err);
  for (size_t i = 0; i < TC_ARRAY_LEN(uris); i++)
    assert_ok(sign_once(keys[i], &err), err);
  assert_int_equal(count("login"), 1);
  assert_int_equal(count("sign"), 3);
  for (size_t i = 0; i < TC_ARRAY_LEN(uris); i++)
    tc_key_destroy(tc_steal(&keys[i]));
}

static void *sign_some(void *key)
{
  static bool yes = true;
  tc_error err = {0};
  for (int i = 0; i < EACH; i++)
    if (!sign_once(key, &err))
      return NULL;
  return &yes;
}

static void sign_side_by_side(tc_key *key)
{
  pthread_t threads[THREADS];
  void *done = NULL;
  for (int i = 0; i < THREADS; i++)
    assert_int_equal(pthread_create(&threads[i], NULL, sign_some, key), 0);
  for (int i = 0; i < THREADS; i++) {
    assert_int_equal(pthread_join(threads[i], &done), 0);
    assert_non_null(done);
  }
}

/* A slow token in as many sessions as threads is as many times as fast; with one session they wait for each other. */
static void test_token__threads_sign_in_sessions_of_their_own(void **state)
{
  (void)state;
  struct timespec start, end;
  double seconds[2];
  for (int i = 0; i < 2; i++) {
    tc_token_rules rules = tc_token_rules_default();
    rules.sessions = i == 0 ? 1 : THREADS;
    tc_pkcs11_options options = with_pin(FIXTURE_PASSPHRASE);
    options.rules = &rules;
    tc_auto(tc_pkcs11) session = NULL;
    tc_auto(tc_key) key = NULL;
    open_key(&options, &session, &key);
    command("slow_ms 20\n");
    clock_gettime(CLOCK_MONOTONIC, &start);
    sign_side_by_side(key);
    clock_gettime(CLOCK_MONOTONIC, &end);
    seconds[i] = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
  }
  assert_int_equal(count("sign"), 2 * THREADS * EACH);
  assert_int_equal(count("login"), 2);
  assert_true(seconds[0] >= THREADS * EACH * 0.020);
  if (seconds[1] > 0.7 * seconds[0])
    fail_msg("%.3f s in one session, %.3f s in %d", seconds[0], seconds[1], THREADS);
}

/* ---- Faults ---- */

typedef struct fault {
  const char *commands;
  tc_code code;
  const char *words;       /* of the signature's failure; NULL: it succeeds */
  const char *words_after; /* of the next one's, with the fault gone; NULL: it succeeds */
  int signatures;          /* of three */
} fault;

static const fault faults[] = {
    {"lost_at 2\n", TC_OK, NULL, NULL, 3}, /* that session is replaced, the login holds */
    {"reset_at 2\n", TC_DENIED, "has ended", "a new login is needed", 1},
    {"removed_at 2\n", TC_NOT_FOUND, "the token was removed", "the token was removed; a new login is needed", 1},
    {"broken_at 2\n", TC_CRYPTO, "the token failed", NULL, 2},
    {"no_pss 1\n", TC_OK, NULL, NULL, 3}, /* padded here, by a raw operation */
    {"false_pss 1\n", TC_OK, NULL, NULL, 3},
};

static void check_sign(tc_key *key, tc_code code, const char *words)
{
  tc_error err = {0};
  if (words == NULL) {
    assert_ok(sign_once(key, &err), err);
    return;
  }
  assert_false(sign_once(key, &err));
  says(&err, code, words);
}

/* Three signatures, the fault at the second, gone at the third. The shim counts from its C_Initialize. */
static void run_fault(const fault *one)
{
  tc_auto(tc_pkcs11) session = NULL;
  tc_auto(tc_key) key = NULL;
  tc_error err = {0};
  command(one->commands);
  tc_pkcs11_options options = with_pin(FIXTURE_PASSPHRASE);
  open_key(&options, &session, &key);
  assert_ok(sign_once(key, &err), err);
  check_sign(key, one->code, one->words);
  command("");
  check_sign(key, TC_DENIED, one->words_after);
  assert_int_equal(count("sign"), one->signatures);
  assert_int_equal(count("login"), 1);
}

static void test_token__faults_have_names_and_sign_nothing_twice(void **state)
{
  (void)state;
  for (size_t i = 0; i < TC_ARRAY_LEN(faults); i++) {
    (void)begin(NULL);
    run_fault(&faults[i]);
  }
}

/* ---- The session's end ---- */

static void test_token__ends_when_it_lies_idle_or_is_told_to(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_token_rules rules = tc_token_rules_default();
  rules.idle_s = 1;
  tc_pkcs11_options options = with_pin(FIXTURE_PASSPHRASE);
  options.rules = &rules;
  tc_auto(tc_pkcs11) session = NULL;
  tc_auto(tc_key) key = NULL;
  open_key(&options, &session, &key);
  assert_ok(tc_key_ready(key, &err), err);
  usleep(1200000);
  assert_false(tc_key_ready(key, &err));
  says(&err, TC_DENIED, "it was not used for too long");
  tc_error_clear(&err);
  assert_false(sign_once(key, &err));
  says(&err, TC_DENIED, "a new login is needed");
  tc_error_clear(&err);
  assert_int_equal(count("sign"), 0);

  tc_auto(tc_pkcs11) second = NULL;
  tc_auto(tc_key) its_key = NULL;
  open_key(&options, &second, &its_key); /* asks for the PIN again: the idle one is logged out */
  assert_int_equal(count("login"), 2);
  tc_pkcs11_end(second, "the workstation was locked");
  assert_false(sign_once(its_key, &err));
  says(&err, TC_DENIED, "the workstation was locked");
}

/* Pulled out, and another one put in while the program looked away: the new one is not logged in, and not asked. */
static void test_token__is_bound_to_the_token_it_was_opened_at(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_pkcs11) session = NULL;
  tc_auto(tc_key) key = NULL;
  tc_pkcs11_options options = with_pin(FIXTURE_PASSPHRASE);
  open_key(&options, &session, &key);
  command("serial 4711\n");
  assert_false(sign_once(key, &err));
  says(&err, TC_DENIED, "is another one");
  assert_int_equal(count("sign"), 0);
}

/* ---- Back again ---- */

/* Two keys of one login; the token goes away in some way while the second signature is made. */
static void lose_and_find(const char *how)
{
  tc_error err = {0};
  tc_auto(tc_pkcs11) session = NULL;
  tc_auto(tc_key) key = NULL;
  tc_auto(tc_key) other = NULL;
  tc_pkcs11_options options = with_pin(FIXTURE_PASSPHRASE);
  command(how);
  open_key(&options, &session, &key);
  assert_ok(tc_key_from_pkcs11(session, "agency", NULL, &other, &err), err);
  assert_ok(sign_once(key, &err), err);
  assert_false(tc_key_is_lost(key));
  assert_ok(tc_key_login(key, FIXTURE_PASSPHRASE, &err), err); /* it holds: nothing to do */
  assert_int_equal(count("login"), 1);
  assert_false(sign_once(key, &err));
  tc_error_clear(&err);
  assert_true(tc_key_is_lost(key) && tc_key_is_lost(other));
  if (strncmp(how, "removed", 7) == 0)
    assert_fails(tc_key_login(key, FIXTURE_PASSPHRASE, &err), err, TC_NOT_FOUND);
  command("serial 4711\n"); /* another one lies there */
  assert_fails(tc_key_login(key, FIXTURE_PASSPHRASE, &err), err, TC_NOT_FOUND);
  command("");
  assert_fails(tc_key_login(key, "0000", &err), err, TC_DENIED);
  assert_true(tc_key_is_lost(key));
  assert_ok(tc_key_login(other, FIXTURE_PASSPHRASE, &err), err);
  assert_false(tc_key_is_lost(key) || tc_key_is_lost(other));
  sign_side_by_side(key);
  assert_ok(sign_once(other, &err), err);
  assert_int_equal(count("login"), 2);
  assert_int_equal(count("refused"), 1);
  assert_int_equal(count("sign"), 2 + THREADS * EACH);
}

static void test_token__comes_back_after_it_was_away(void **state)
{
  lose_and_find("removed_at 2\n");
  (void)begin(state);
  lose_and_find("reset_at 2\n");
}

/* Two operations that began before the token went away, and end after another login: one well, one not. */
static void test_token__an_old_logins_session_changes_nothing_in_the_new_one(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_pkcs11_options options = with_pin(FIXTURE_PASSPHRASE);
  tc_auto(tc_pkcs11) session = NULL;
  tc_auto(tc_key) key = NULL;
  tc_p11_lent well, failed, again;
  open_key(&options, &session, &key);
  assert_ok(tc_p11_take(session, &well, &err), err);
  assert_ok(tc_p11_take(session, &failed, &err), err);
  command("removed_at 1\n");
  assert_false(sign_once(key, &err));
  tc_error_clear(&err);
  assert_true(tc_key_is_lost(key));
  command("");
  assert_ok(tc_key_login(key, FIXTURE_PASSPHRASE, &err), err);
  tc_p11_give(session, &failed, CKR_DEVICE_REMOVED);
  assert_false(tc_key_is_lost(key));
  assert_ok(tc_key_ready(key, &err), err);
  tc_p11_give(session, &well, CKR_OK);
  assert_int_equal(session->spare_count, 0);
  assert_int_equal(session->open_count, 0);
  assert_ok(tc_p11_take(session, &again, &err), err);
  assert_int_not_equal(again.login, well.login);
  tc_p11_give(session, &again, CKR_OK);
  assert_int_equal(session->spare_count, 1);
  assert_ok(sign_once(key, &err), err);
  assert_ok(tc_p11_take(session, &again, &err), err);
  tc_p11_give(session, &again, CKR_USER_NOT_LOGGED_IN); /* of the login there is, it does */
  assert_true(tc_key_is_lost(key));
}

/* Idleness and an order are ends that are meant: no secret of the program's opens the token again. */
static void test_token__stays_closed_where_its_end_was_meant(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_token_rules rules = tc_token_rules_default();
  rules.idle_s = 1;
  tc_pkcs11_options options = with_pin(FIXTURE_PASSPHRASE);
  options.rules = &rules;
  for (int told = 0; told < 2; told++) {
    tc_auto(tc_pkcs11) session = NULL;
    tc_auto(tc_key) key = NULL;
    open_key(&options, &session, &key);
    if (told == 1)
      tc_pkcs11_end(session, "the workstation was locked");
    else
      usleep(1200000);
    assert_fails(tc_key_ready(key, &err), err, TC_DENIED);
    assert_false(tc_key_is_lost(key));
    assert_fails(tc_key_login(key, FIXTURE_PASSPHRASE, &err), err, TC_DENIED);
  }
  assert_int_equal(count("login"), 2);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_token__stops_before_it_locks, begin, tidy),
      cmocka_unit_test_setup_teardown(test_token__counts_for_tokens_that_say_nothing, begin, tidy),
      cmocka_unit_test_setup_teardown(test_token__locked_is_said_and_not_tried, begin, tidy),
      cmocka_unit_test_setup_teardown(test_token__one_login_for_all_keys, begin, tidy),
      cmocka_unit_test_setup_teardown(test_token__threads_sign_in_sessions_of_their_own, begin, tidy),
      cmocka_unit_test_setup_teardown(test_token__faults_have_names_and_sign_nothing_twice, begin, tidy),
      cmocka_unit_test_setup_teardown(test_token__ends_when_it_lies_idle_or_is_told_to, begin, tidy),
      cmocka_unit_test_setup_teardown(test_token__is_bound_to_the_token_it_was_opened_at, begin, tidy),
      cmocka_unit_test_setup_teardown(test_token__comes_back_after_it_was_away, begin, tidy),
      cmocka_unit_test_setup_teardown(test_token__stays_closed_where_its_end_was_meant, begin, tidy),
      cmocka_unit_test_setup_teardown(test_token__an_old_logins_session_changes_nothing_in_the_new_one, begin, tidy),
  };
  if (access("/usr/lib/softhsm/libsofthsm2.so", R_OK) != 0)
    return getenv("CI") != NULL ? 1 : 77;
  return cmocka_run_group_tests(tests, open_all, close_all);
}
