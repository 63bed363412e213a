#include "base/digest.h"
#include "base/file.h"
#include "tests/tc_test.h"

/* FIPS 180-4's examples (NIST, Cryptographic Standards and Guidelines: SHA-256). */
#define ABC_HEX "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define EMPTY_HEX "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void assert_hex(const tc_digest *digest, const char *expected)
{
  char hex[TC_SHA256_HEX_SIZE];
  tc_digest_hex(digest, hex);
  assert_string_equal(hex, expected);
}

static void test_digest_of__known_values(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_digest digest;
  assert_ok(tc_digest_of(tc_bytes_of_text("abc"), &digest, &err), err);
  assert_hex(&digest, ABC_HEX);
  assert_ok(tc_digest_of((tc_bytes){0}, &digest, &err), err);
  assert_hex(&digest, EMPTY_HEX);
}

static void test_sha256__parts_give_the_same_as_the_whole(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_digest digest;
  tc_auto(tc_sha256) running = NULL;
  assert_ok(tc_sha256_create(&running, &err), err);
  assert_ok(tc_sha256_update(running, "a", 1, &err), err);
  assert_ok(tc_sha256_update(running, "bc", 2, &err), err);
  assert_ok(tc_sha256_end(running, &digest, &err), err);
  assert_hex(&digest, ABC_HEX);
}

static void test_digest_of_fd__takes_a_range(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_fd) fd = -1;
  tc_digest digest;
  assert_ok(tc_memfd("digest", &fd, &err), err);
  assert_ok(tc_fd_write_all(fd, "xxabcyy", 7, &err), err);
  assert_ok(tc_digest_of_fd(fd, 2, 3, &digest, &err), err);
  assert_hex(&digest, ABC_HEX);
  assert_ok(tc_digest_of_fd(fd, 7, -1, &digest, &err), err);
  assert_hex(&digest, EMPTY_HEX);
  assert_int_equal(lseek(fd, 0, SEEK_CUR), 7);
  assert_fails(tc_digest_of_fd(fd, 5, 3, &digest, &err), err, TC_IO);
  assert_fails(tc_digest_of_fd(-1, 0, 3, &digest, &err), err, TC_IO);
}

static void test_digest_from_hex__there_and_back(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_digest digest;
  assert_ok(tc_digest_from_hex("BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", &digest, &err), err);
  assert_hex(&digest, ABC_HEX);
  assert_fails(tc_digest_from_hex("ba78", &digest, &err), err, TC_USAGE);
  assert_fails(tc_digest_from_hex("ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", &digest, &err),
               err, TC_USAGE);
  assert_hex(&digest, ABC_HEX);
}

static void test_id_random__is_valid_and_new_each_time(void **state)
{
  (void)state;
  tc_error err = {0};
  char a[TC_ID_SIZE];
  char b[TC_ID_SIZE];
  assert_ok(tc_id_random(a, &err), err);
  assert_ok(tc_id_random(b, &err), err);
  assert_true(tc_id_is_valid(a));
  assert_true(tc_id_is_valid(b));
  assert_string_not_equal(a, b);
  assert_false(tc_id_is_valid(""));
  assert_false(tc_id_is_valid("abcdefghijklmnopqrstuvwxy1")); /* 1 is not in the alphabet */
  assert_false(tc_id_is_valid("abcdefghijklmnopqrstuvwxyza"));
}

static void test_equal_constant_time__compares(void **state)
{
  (void)state;
  assert_true(tc_equal_constant_time("abc", "abd", 2));
  assert_false(tc_equal_constant_time("abc", "abd", 3));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_digest_of__known_values),
      cmocka_unit_test(test_sha256__parts_give_the_same_as_the_whole),
      cmocka_unit_test(test_digest_of_fd__takes_a_range),
      cmocka_unit_test(test_digest_from_hex__there_and_back),
      cmocka_unit_test(test_id_random__is_valid_and_new_each_time),
      cmocka_unit_test(test_equal_constant_time__compares),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
