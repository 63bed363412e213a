#include "base/queue.h"
#include "tests/tc_test.h"

#include <pthread.h>
#include <stdatomic.h>

static void test_queue__first_in_first_out(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_queue) queue = NULL;
  assert_ok(tc_queue_create(3, &queue, &err), err);
  int items[5];
  void *got = NULL;
  for (int round = 0; round < 4; round++) {
    for (int i = 0; i < 3; i++)
      assert_true(tc_queue_push(queue, &items[i]));
    for (int i = 0; i < 3; i++) {
      assert_true(tc_queue_pop(queue, &got));
      assert_ptr_equal(got, &items[i]);
    }
  }
}

static void test_queue_close__gives_what_is_left_and_takes_no_more(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_queue) queue = NULL;
  assert_ok(tc_queue_create(2, &queue, &err), err);
  int item;
  void *got = NULL;
  assert_true(tc_queue_push(queue, &item));
  tc_queue_close(queue);
  assert_false(tc_queue_push(queue, &item));
  assert_true(tc_queue_pop(queue, &got));
  assert_false(tc_queue_pop(queue, &got));
}

enum { PRODUCED = 5000 };

static void *produce(void *data)
{
  static int item;
  for (int i = 0; i < PRODUCED; i++)
    if (!tc_queue_push(data, &item))
      break;
  return NULL;
}

static void *consume(void *data)
{
  void *got = NULL;
  size_t count = 0;
  while (tc_queue_pop(data, &got))
    count++;
  return (void *)count;
}

static void test_queue__nothing_is_lost_between_threads(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_queue) queue = NULL;
  assert_ok(tc_queue_create(4, &queue, &err), err);
  pthread_t producers[3];
  pthread_t consumers[3];
  for (int i = 0; i < 3; i++) {
    assert_int_equal(pthread_create(&producers[i], NULL, produce, queue), 0);
    assert_int_equal(pthread_create(&consumers[i], NULL, consume, queue), 0);
  }
  for (int i = 0; i < 3; i++)
    pthread_join(producers[i], NULL);
  tc_queue_close(queue);
  size_t total = 0;
  for (int i = 0; i < 3; i++) {
    void *count = NULL;
    pthread_join(consumers[i], &count);
    total += (size_t)count;
  }
  assert_int_equal(total, 3 * PRODUCED);
}

static void count_index(size_t index, void *data) { atomic_fetch_add((atomic_int *)data + index, 1); }

static void test_parallel__runs_each_index_once(void **state)
{
  (void)state;
  const size_t threads[] = {0, 1, 3, 200};
  for (size_t i = 0; i < TC_ARRAY_LEN(threads); i++) {
    tc_error err = {0};
    atomic_int seen[100] = {0};
    assert_ok(tc_parallel(100, threads[i], count_index, seen, &err), err);
    for (size_t j = 0; j < 100; j++)
      assert_int_equal(seen[j], 1);
  }
  tc_error err = {0};
  assert_ok(tc_parallel(0, 4, count_index, NULL, &err), err);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_queue__first_in_first_out),
      cmocka_unit_test(test_queue_close__gives_what_is_left_and_takes_no_more),
      cmocka_unit_test(test_queue__nothing_is_lost_between_threads),
      cmocka_unit_test(test_parallel__runs_each_index_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
