#include "storage/blob.h"

#include "base/file.h"
#include "tests/storage/support.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

static tc_blob_store *open_store(const char *name, int64_t limit)
{
  tc_error err = {0};
  tc_blob_store *store = NULL;
  assert_ok(tc_blob_store_open_folder(support_path(name), limit, &store, &err), err);
  return store;
}

static void test_blob__comes_back_as_it_went(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_blob_store) store = open_store("a", 1 << 20);
  tc_digest digest, again;
  tc_auto(tc_buf) text = {0};
  tc_blob_state found;
  assert_ok(tc_blob_put(store, tc_bytes_of_text("content"), &digest, &err), err);
  assert_ok(tc_blob_put(store, tc_bytes_of_text("content"), &again, &err), err);
  assert_memory_equal(&digest, &again, sizeof digest);
  assert_ok(tc_blob_read(store, &digest, &text, &err), err);
  assert_string_equal(tc_buf_text(&text), "content");
  assert_ok(tc_blob_check(store, &digest, &found, &err), err);
  assert_int_equal(found, TC_BLOB_GOOD);
  assert_ok(tc_blob_remove(store, &digest, &err), err);
  assert_ok(tc_blob_check(store, &digest, &found, &err), err);
  assert_int_equal(found, TC_BLOB_MISSING);
  assert_fails(tc_blob_read(store, &digest, &text, &err), err, TC_NOT_FOUND);
}

static void test_blob__takes_an_empty_one_and_refuses_a_large_one(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_blob_store) store = open_store("b", 10);
  tc_digest digest;
  tc_auto(tc_buf) text = {0};
  assert_ok(tc_blob_put(store, (tc_bytes){NULL, 0}, &digest, &err), err);
  assert_ok(tc_blob_read(store, &digest, &text, &err), err);
  assert_int_equal(text.size, 0);
  assert_fails(tc_blob_put(store, tc_bytes_of_text("eleven bytes"), &digest, &err), err, TC_LIMIT);
}

static void test_blob__repairs_a_damaged_copy_when_stored_again(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_blob_store) store = open_store("c", 1 << 20);
  tc_digest digest;
  char hex[TC_SHA256_HEX_SIZE], path[400];
  tc_blob_state found;
  tc_auto(tc_fd) fd = -1;
  int64_t size = 0;
  assert_ok(tc_blob_put(store, tc_bytes_of_text("precious"), &digest, &err), err);
  tc_digest_hex(&digest, hex);
  snprintf(path, sizeof path, "%s/c/%.2s/%.2s/%s", support_folder(), hex, hex + 2, hex);
  assert_ok(tc_file_write(path, tc_bytes_of_text("spoiled!"), 0400, &err), err);
  assert_ok(tc_blob_check(store, &digest, &found, &err), err);
  assert_int_equal(found, TC_BLOB_CHANGED);
  assert_fails(tc_blob_open(store, &digest, &fd, &size, &err), err, TC_IO);
  assert_ok(tc_blob_put(store, tc_bytes_of_text("precious"), &digest, &err), err);
  assert_ok(tc_blob_check(store, &digest, &found, &err), err);
  assert_int_equal(found, TC_BLOB_GOOD);
}

static bool count(const tc_digest *digest, int64_t size, void *data, tc_error *err)
{
  (void)digest;
  (void)err;
  *(int64_t *)data += size;
  return true;
}

static void test_blob__walks_over_blobs_and_nothing_else(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_blob_store) store = open_store("d", 1 << 20);
  tc_digest digest;
  int64_t sum = 0;
  char text[8];
  for (int i = 0; i < 50; i++) {
    snprintf(text, sizeof text, "%04d", i);
    assert_ok(tc_blob_put(store, tc_bytes_of_text(text), &digest, &err), err);
  }
  assert_ok(tc_file_write(support_path("d/incoming/torn"), tc_bytes_of_text("half of some"), 0600, &err), err);
  assert_ok(tc_file_write(support_path("d/stranger"), tc_bytes_of_text("x"), 0600, &err), err);
  assert_ok(tc_blob_each(store, count, &sum, &err), err);
  assert_int_equal(sum, 200);
}

/* What a crash left is swept when it is old, and left alone while it may be somebody's work. */
static void test_blob__sweeps_old_leftovers(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_blob_store_close(open_store("e", 1 << 20));
  assert_ok(tc_file_write(support_path("e/incoming/old"), tc_bytes_of_text("x"), 0600, &err), err);
  assert_ok(tc_file_write(support_path("e/incoming/new"), tc_bytes_of_text("x"), 0600, &err), err);
  struct timespec long_ago[2] = {{1000000000, 0}, {1000000000, 0}};
  assert_int_equal(utimensat(AT_FDCWD, support_path("e/incoming/old"), long_ago, 0), 0);
  tc_blob_store_close(open_store("e", 1 << 20));
  assert_int_equal(access(support_path("e/incoming/old"), F_OK), -1);
  assert_int_equal(access(support_path("e/incoming/new"), F_OK), 0);
}

static void *put_same(void *data)
{
  for (int i = 0; i < 20; i++) {
    char text[32];
    tc_digest digest;
    tc_error err = {0};
    snprintf(text, sizeof text, "shared %d", i);
    if (!tc_blob_put(data, tc_bytes_of_text(text), &digest, &err))
      return strdup(err.message);
  }
  return NULL;
}

static void test_blob__bears_the_same_content_from_many_threads(void **state)
{
  (void)state;
  tc_error err = {0};
  pthread_t threads[4];
  tc_auto(tc_blob_store) store = open_store("f", 1 << 20);
  for (int i = 0; i < 4; i++)
    pthread_create(&threads[i], NULL, put_same, store);
  for (int i = 0; i < 4; i++) {
    void *message = NULL;
    pthread_join(threads[i], &message);
    if (message != NULL)
      fail_msg("%s", (char *)message);
  }
  int64_t sum = 0;
  assert_ok(tc_blob_each(store, count, &sum, &err), err);
  assert_int_equal(sum, 10 * 8 + 10 * 9);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_blob__comes_back_as_it_went),
      cmocka_unit_test(test_blob__takes_an_empty_one_and_refuses_a_large_one),
      cmocka_unit_test(test_blob__repairs_a_damaged_copy_when_stored_again),
      cmocka_unit_test(test_blob__walks_over_blobs_and_nothing_else),
      cmocka_unit_test(test_blob__sweeps_old_leftovers),
      cmocka_unit_test(test_blob__bears_the_same_content_from_many_threads),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
