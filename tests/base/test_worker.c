/*
 * The pool against tests/base/worker_main.c, whose path comes as TC_TEST_WORKER from the build.
 */
#include "base/base_settings.h"
#include "base/file.h"
#include "base/queue.h"
#include "base/worker.h"
#include "tests/tc_test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#if defined(__SANITIZE_ADDRESS__)
#define UNDER_ASAN true
#else
#define UNDER_ASAN false
#endif

static tc_settings *settings;

static int load_settings(void **state)
{
  (void)state;
  static const char *const flags[] = {"base.worker_message_bytes=1000000", "base.worker_tasks_max=50", NULL};
  const tc_settings_sources sources = {.flags = flags};
  tc_error err = {0};
  return tc_settings_load(&tc_base_settings, 1, &sources, &settings, &err) ? 0 : -1;
}

static int free_settings(void **state)
{
  (void)state;
  tc_settings_destroy(settings);
  return 0;
}

static tc_worker_pool *pool_of(size_t count)
{
  tc_error err = {0};
  tc_worker_pool *pool = NULL;
  const tc_worker_pool_options options = {
      .program = TC_TEST_WORKER, .command = "worker", .count = count, .settings = settings};
  assert_ok(tc_worker_pool_create(&options, &pool, &err), err);
  return pool;
}

static bool call(tc_worker_pool *pool, const char *task, const char *arguments, tc_worker_answer *answer, tc_error *err)
{
  tc_auto(tc_json) value = NULL;
  if (arguments != NULL && !tc_json_parse(tc_bytes_of_text(arguments), &value, err))
    return false;
  const tc_worker_call_options options = {.task = task, .arguments = value};
  return tc_worker_pool_call(pool, &options, answer, err);
}

static int64_t pid_of_worker(tc_worker_pool *pool)
{
  tc_error err = {0};
  tc_auto(tc_worker_answer) answer = {0};
  assert_ok(call(pool, "echo", NULL, &answer, &err), err);
  return tc_json_get_integer(answer.result, "pid", 0);
}

static int memfd_with(const char *text)
{
  tc_error err = {0};
  int fd = -1;
  assert_ok(tc_memfd("test", &fd, &err), err);
  assert_ok(tc_fd_write_all(fd, text, strlen(text), &err), err);
  return fd;
}

static void test_worker_call__brings_arguments_there_and_a_result_back(void **state)
{
  (void)state;
  tc_auto(tc_worker_pool) pool = pool_of(1);
  tc_error err = {0};
  tc_auto(tc_worker_answer) answer = {0};
  assert_ok(call(pool, "echo", "{\"a\":[1,\"\xE1\xBA\xA1\"]}", &answer, &err), err);
  tc_auto(tc_buf) text = {0};
  assert_ok(tc_json_write(tc_json_get(answer.result, "arguments"), &text, &err), err);
  assert_string_equal(tc_buf_text(&text), "{\"a\":[1,\"\xE1\xBA\xA1\"]}");
  assert_int_equal(tc_json_get_integer(answer.result, "warmed", 0), 1);
  assert_string_equal(tc_json_get_text(answer.result, "log_level", ""), "info");
  assert_in_range(answer.peak_memory_bytes, 100000, 1000000000);
}

static void test_worker_call__keeps_its_worker(void **state)
{
  (void)state;
  tc_auto(tc_worker_pool) pool = pool_of(3);
  assert_int_equal(tc_worker_pool_count(pool), 3);
  int64_t first = pid_of_worker(pool);
  assert_int_equal(pid_of_worker(pool), first);
}

static void test_worker_call__replaces_a_worker_after_its_tasks(void **state)
{
  (void)state;
  tc_auto(tc_worker_pool) pool = pool_of(1);
  int64_t first = pid_of_worker(pool);
  for (int i = 1; i < 50; i++)
    assert_int_equal(pid_of_worker(pool), first);
  assert_int_not_equal(pid_of_worker(pool), first);
}

static void test_worker_call__reads_descriptors_from_their_start(void **state)
{
  (void)state;
  tc_auto(tc_worker_pool) pool = pool_of(1);
  tc_error err = {0};
  tc_auto(tc_fd) a = memfd_with("40");
  tc_auto(tc_fd) b = memfd_with("2");
  const int fds[] = {a, b};
  const tc_worker_call_options options = {.task = "sum", .fds = fds, .fd_count = 2};
  for (int i = 0; i < 3; i++) {
    tc_auto(tc_worker_answer) answer = {0};
    assert_ok(tc_worker_pool_call(pool, &options, &answer, &err), err);
    assert_int_equal(tc_json_get_integer(answer.result, "sum", 0), 42);
  }
  assert_int_equal(lseek(a, 0, SEEK_CUR), 2); /* the parent's position stayed */
}

static void test_worker_call__brings_sealed_files_back(void **state)
{
  (void)state;
  tc_auto(tc_worker_pool) pool = pool_of(1);
  tc_error err = {0};
  tc_auto(tc_worker_answer) answer = {0};
  assert_ok(call(pool, "make_file", "{\"count\":16}", &answer, &err), err);
  assert_int_equal(answer.fd_count, 16);
  for (size_t i = 0; i < answer.fd_count; i++) {
    char text[8] = "";
    assert_ok(tc_fd_read_at(answer.fds[i], text, 7, 0, &err), err);
    assert_string_equal(text, "content");
    assert_int_equal(pwrite(answer.fds[i], "x", 1, 0), -1);
    assert_int_equal(ftruncate(answer.fds[i], 0), -1);
  }
}

static void test_worker_call__refuses_other_descriptors_back(void **state)
{
  (void)state;
  tc_auto(tc_worker_pool) pool = pool_of(1);
  tc_error err = {0};
  tc_worker_answer answer = {0};
  assert_fails(call(pool, "unsealed_file", NULL, &answer, &err), err, TC_INTERNAL);
}

static void test_worker_call__writes_to_outputs_alone(void **state)
{
  (void)state;
  tc_auto(tc_worker_pool) pool = pool_of(1);
  tc_error err = {0};
  tc_auto(tc_fd) fd = memfd_with("");
  tc_worker_call_options options = {.task = "write_output", .outputs = &fd, .output_count = 1};
  tc_auto(tc_worker_answer) answer = {0};
  assert_ok(tc_worker_pool_call(pool, &options, &answer, &err), err);
  char text[8] = "";
  assert_ok(tc_fd_read_at(fd, text, 7, 0, &err), err);
  assert_string_equal(text, "written");
}

static void test_worker_call__refuses_what_is_no_file(void **state)
{
  (void)state;
  tc_auto(tc_worker_pool) pool = pool_of(1);
  tc_error err = {0};
  tc_worker_answer answer = {0};
  tc_auto(tc_fd) folder = open("/tmp", O_RDONLY | O_CLOEXEC);
  tc_worker_call_options options = {.task = "sum", .fds = &folder, .fd_count = 1};
  assert_fails(tc_worker_pool_call(pool, &options, &answer, &err), err, TC_UNSUPPORTED);
  const int none = -1;
  options.fds = &none;
  assert_fails(tc_worker_pool_call(pool, &options, &answer, &err), err, TC_USAGE);
  int many[TC_WORKER_FDS_MAX + 1] = {0};
  options.fds = many;
  options.fd_count = TC_WORKER_FDS_MAX + 1;
  assert_fails(tc_worker_pool_call(pool, &options, &answer, &err), err, TC_LIMIT);
}

static void test_worker_call__gives_the_tasks_own_error(void **state)
{
  (void)state;
  tc_auto(tc_worker_pool) pool = pool_of(1);
  tc_error err = {0};
  tc_worker_answer answer = {0};
  int64_t first = pid_of_worker(pool);
  assert_false(call(pool, "fail", NULL, &answer, &err));
  assert_int_equal(err.code, TC_FORMAT);
  assert_int_equal(err.sys_errno, EBADMSG);
  assert_non_null(strstr(err.message, "page 3 is damaged"));
  tc_error_clear(&err);
  assert_fails(call(pool, "no such task", NULL, &answer, &err), err, TC_INTERNAL);
  assert_int_equal(pid_of_worker(pool), first); /* a task's failure costs no worker */
}

static void test_worker_call__names_a_death_and_replaces_the_worker(void **state)
{
  (void)state;
  const struct {
    const char *task;
    tc_code code;
    const char *message;
  } cases[] = {
      {"crash", TC_WORKER, "signal 11 (SEGV)"},
      {"abort", TC_WORKER, "signal 6 (ABRT)"},
      {"abort_without_memory", TC_NO_MEMORY, "out of memory"},
      {"leave", TC_WORKER, "status 9"},
      {"babble", TC_WORKER, "malformed"},
  };
  tc_auto(tc_worker_pool) pool = pool_of(1);
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++) {
    tc_error err = {0};
    tc_worker_answer answer = {0};
    int64_t first = pid_of_worker(pool);
    assert_false(call(pool, cases[i].task, NULL, &answer, &err));
    if (err.code != cases[i].code || strstr(err.message, cases[i].message) == NULL)
      fail_msg("%s: [%s] %s", cases[i].task, tc_code_info(err.code)->name, err.message);
    assert_int_not_equal(pid_of_worker(pool), first);
    assert_int_equal(kill((pid_t)first, 0), -1);
  }
}

static void test_worker_call__stops_what_takes_too_long(void **state)
{
  (void)state;
  tc_auto(tc_worker_pool) pool = pool_of(1);
  tc_error err = {0};
  tc_worker_answer answer = {0};
  int64_t first = pid_of_worker(pool);
  const tc_worker_call_options options = {.task = "stall", .timeout_ms = 300};
  struct timespec start;
  struct timespec end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  assert_fails(tc_worker_pool_call(pool, &options, &answer, &err), err, TC_TIMEOUT);
  clock_gettime(CLOCK_MONOTONIC, &end);
  assert_in_range((end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000, 290, 3000);
  assert_int_not_equal(pid_of_worker(pool), first);
}

static void test_worker_call__bounds_memory(void **state)
{
  (void)state;
  if (UNDER_ASAN)
    skip();
  tc_auto(tc_worker_pool) pool = pool_of(1);
  tc_error err = {0};
  tc_worker_answer answer = {0};
  int64_t first = pid_of_worker(pool);
  assert_fails(call(pool, "allocate", "{\"bytes\":1100000000}", &answer, &err), err, TC_NO_MEMORY);
  assert_int_equal(pid_of_worker(pool), first);
}

static void test_worker_call__tells_the_peak_of_each_task(void **state)
{
  (void)state;
  if (UNDER_ASAN)
    skip();
  tc_auto(tc_worker_pool) pool = pool_of(1);
  tc_error err = {0};
  tc_auto(tc_worker_answer) large = {0};
  tc_auto(tc_worker_answer) small = {0};
  assert_ok(call(pool, "allocate", "{\"bytes\":100000000}", &large, &err), err);
  assert_ok(call(pool, "echo", NULL, &small, &err), err);
  assert_in_range(large.peak_memory_bytes, 100000000, 150000000);
  assert_true(small.peak_memory_bytes < 50000000);
}

static void add_progress(const tc_json *message, void *data) { *(double *)data += tc_json_as_number(message, -1000); }

static void test_worker_call__passes_progress_on(void **state)
{
  (void)state;
  tc_auto(tc_worker_pool) pool = pool_of(1);
  tc_error err = {0};
  tc_auto(tc_json) arguments = tc_json_object();
  tc_json_set_integer(arguments, "to", 1000);
  double total = 0;
  const tc_worker_call_options options = {
      .task = "count_up", .arguments = arguments, .progress = add_progress, .progress_data = &total};
  tc_auto(tc_worker_answer) answer = {0};
  assert_ok(tc_worker_pool_call(pool, &options, &answer, &err), err);
  assert_true(total == 499500);
  tc_auto(tc_worker_answer) quiet = {0};
  assert_ok(call(pool, "count_up", "{\"to\":10}", &quiet, &err), err);
}

static void test_worker_call__bounds_messages_both_ways(void **state)
{
  (void)state;
  tc_auto(tc_worker_pool) pool = pool_of(1);
  tc_error err = {0};
  tc_worker_answer answer = {0};
  int64_t first = pid_of_worker(pool);
  assert_fails(call(pool, "long_answer", "{\"bytes\":1000001}", &answer, &err), err, TC_LIMIT);
  tc_auto(tc_worker_answer) fits = {0};
  assert_ok(call(pool, "long_answer", "{\"bytes\":999000}", &fits, &err), err);
  char *text = calloc(1000002, 1);
  memset(text, 'x', 1000001);
  tc_auto(tc_json) arguments = tc_json_object();
  tc_json_set_text(arguments, "text", text);
  free(text);
  const tc_worker_call_options options = {.task = "echo", .arguments = arguments};
  assert_fails(tc_worker_pool_call(pool, &options, &answer, &err), err, TC_LIMIT);
  assert_int_equal(pid_of_worker(pool), first);
}

static void test_worker_call__replaces_a_worker_that_died_idle(void **state)
{
  (void)state;
  tc_auto(tc_worker_pool) pool = pool_of(1);
  int64_t first = pid_of_worker(pool);
  assert_int_equal(kill((pid_t)first, SIGKILL), 0);
  siginfo_t info;
  assert_int_equal(waitid(P_PID, (id_t)first, &info, WEXITED | WNOWAIT), 0);
  assert_int_not_equal(pid_of_worker(pool), first);
}

typedef struct crowd {
  tc_worker_pool *pool;
  atomic_int good, bad;
} crowd;

static void one_of_many(size_t index, void *data)
{
  crowd *all = data;
  tc_error err = {0};
  tc_auto(tc_worker_answer) answer = {0};
  tc_auto(tc_json) arguments = tc_json_object();
  tc_json_set_integer(arguments, "n", (int64_t)index);
  const bool dies = index % 10 == 7;
  const tc_worker_call_options options = {.task = dies ? "crash" : "echo", .arguments = arguments};
  bool ok = tc_worker_pool_call(all->pool, &options, &answer, &err);
  if (dies && !ok && err.code == TC_WORKER)
    atomic_fetch_add(&all->bad, 1);
  if (!dies && ok && tc_json_get_integer(tc_json_get(answer.result, "arguments"), "n", -1) == (int64_t)index)
    atomic_fetch_add(&all->good, 1);
}

static size_t open_descriptors(void)
{
  size_t count = 0;
  for (int fd = 0; fd < 256; fd++)
    count += fcntl(fd, F_GETFD) >= 0;
  return count;
}

static void test_worker_call__serves_many_threads_and_leaves_nothing(void **state)
{
  (void)state;
  size_t before = open_descriptors();
  {
    tc_auto(tc_worker_pool) pool = pool_of(3);
    crowd all = {.pool = pool};
    tc_error err = {0};
    assert_ok(tc_parallel(100, 8, one_of_many, &all, &err), err);
    assert_int_equal(all.good, 90);
    assert_int_equal(all.bad, 10);
  }
  assert_int_equal(open_descriptors(), before);
  assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no child is left */
  assert_int_equal(errno, ECHILD);
}

static void test_worker_start__tells_what_kept_it_from_starting(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_worker_answer answer = {0};
  static const char *const flags[] = {"base.log_level=error", NULL};
  tc_auto(tc_settings) other = NULL;
  assert_ok(tc_settings_load(&tc_base_settings, 1, &(tc_settings_sources){.flags = flags}, &other, &err), err);
  tc_worker_pool_options options = {.program = TC_TEST_WORKER, .command = "worker", .count = 1, .settings = other};
  tc_auto(tc_worker_pool) cold = NULL;
  assert_ok(tc_worker_pool_create(&options, &cold, &err), err);
  assert_false(call(cold, "echo", NULL, &answer, &err));
  assert_int_equal(err.code, TC_CONFIG);
  assert_non_null(strstr(err.message, "no model to load"));
  tc_error_clear(&err);

  options = (tc_worker_pool_options){.program = "/nowhere", .command = "worker", .count = 1, .settings = settings};
  tc_auto(tc_worker_pool) none = NULL;
  assert_ok(tc_worker_pool_create(&options, &none, &err), err);
  assert_false(call(none, "echo", NULL, &answer, &err));
  assert_true(err.code == TC_NOT_FOUND || err.code == TC_WORKER); /* under valgrind, spawning itself succeeds */
  tc_error_clear(&err);
  options.program = "/bin/true";
  tc_auto(tc_worker_pool) wrong = NULL;
  assert_ok(tc_worker_pool_create(&options, &wrong, &err), err);
  assert_fails(call(wrong, "echo", NULL, &answer, &err), err, TC_WORKER);
}

/* A parent of its own: tells its worker's process id, then waits on a task that never ends. No assertion in here: it
   would go on with the tests of the process that forked. */
static void be_a_parent(int tell)
{
  tc_error err = {0};
  tc_worker_pool *pool = NULL;
  tc_worker_answer answer = {0};
  const tc_worker_pool_options options = {
      .program = TC_TEST_WORKER, .command = "worker", .count = 1, .settings = settings};
  if (!tc_worker_pool_create(&options, &pool, &err) || !call(pool, "echo", NULL, &answer, &err))
    _exit(1);
  int64_t pid = tc_json_get_integer(answer.result, "pid", 0);
  if (write(tell, &pid, sizeof pid) == sizeof pid)
    (void)!call(pool, "stall", NULL, &answer, &err);
  _exit(0);
}

static void test_worker_death__of_the_parent_ends_a_busy_worker(void **state)
{
  (void)state;
  int pipe_ends[2];
  assert_int_equal(pipe2(pipe_ends, O_CLOEXEC), 0);
  pid_t parent = fork();
  if (parent == 0)
    be_a_parent(pipe_ends[1]);
  close(pipe_ends[1]);
  int64_t pid = 0;
  assert_int_equal(read(pipe_ends[0], &pid, sizeof pid), sizeof pid);
  close(pipe_ends[0]);
  nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL); /* the stalling task is under way */
  kill(parent, SIGKILL);
  waitpid(parent, NULL, 0);
  /* Whoever adopts the orphan may leave it a zombie: dead counts as gone. */
  for (int i = 0; i < 500; i++) {
    char path[64];
    char text[512] = "";
    snprintf(path, sizeof path, "/proc/%lld/stat", (long long)pid);
    tc_auto(tc_fd) fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || read(fd, text, sizeof text - 1) <= 0 || strstr(text, ") Z") != NULL)
      return;
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
  }
  kill((pid_t)pid, SIGKILL);
  fail_msg("the worker outlived its parent");
}

static int attempt_in(tc_worker_pool *pool, const char *what, const char *path)
{
  tc_error err = {0};
  tc_auto(tc_worker_answer) answer = {0};
  tc_auto(tc_json) arguments = tc_json_object();
  tc_json_set_text(arguments, "what", what);
  tc_json_set_text(arguments, "path", path);
  const tc_worker_call_options options = {.task = "attempt", .arguments = arguments};
  assert_ok(tc_worker_pool_call(pool, &options, &answer, &err), err);
  return (int)tc_json_get_integer(answer.result, "errno", -1);
}

static void test_worker_sandbox__denies(void **state)
{
  (void)state;
  const struct {
    const char *what;
    int number;
  } cases[] = {
      {"socket", EPERM},
      {"unix_socket", EPERM},
      {"connect", EPERM},
      {"fork", EPERM},
      {"vfork", EPERM},
      {"clone3", ENOSYS},
      {"unshare", EPERM},
      {"exec", EPERM},
      {"write", EPERM},
      {"read_write", EPERM},
      {"create", EPERM},
      {"truncate_on_open", EPERM},
      {"creat", EPERM},
      {"temporary", EPERM},
      {"openat2", ENOSYS},
      {"truncate", EPERM},
      {"unlink", EPERM},
      {"rename", EPERM},
      {"link", EPERM},
      {"symlink", EPERM},
      {"mkdir", EPERM},
      {"chmod", EPERM},
      {"chdir", EPERM},
      {"kill_parent", EPERM},
      {"tgkill_parent", EPERM},
      {"ptrace", EPERM},
      {"read_parent_memory", EPERM},
      {"raise_limit", EPERM},
      {"bpf", EPERM},
      {"io_uring", EPERM},
      {"keyring", EPERM},
      {"terminal_injection", EPERM},
      {"capability", EPERM},
  };
  char path[] = "/tmp/tc_worker_XXXXXX";
  tc_auto(tc_fd) fd = mkstemp(path);
  tc_auto(tc_worker_pool) pool = pool_of(1);
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++) {
    int number = attempt_in(pool, cases[i].what, strcmp(cases[i].what, "temporary") == 0 ? "/tmp" : path);
    if (number != cases[i].number)
      fail_msg("%s: errno %d", cases[i].what, number);
  }
  struct stat status;
  assert_int_equal(stat(path, &status), 0);
  assert_int_equal(status.st_mode & 0777, 0600);
  unlink(path);
}

static bool kernel_has_landlock(tc_worker_pool *pool)
{
  tc_error err = {0};
  tc_auto(tc_worker_answer) answer = {0};
  assert_ok(call(pool, "echo", NULL, &answer, &err), err);
  return tc_json_get_integer(answer.result, "landlock", 0) > 0;
}

static void test_worker_sandbox__leaves_libraries_readable_and_hides_the_rest(void **state)
{
  (void)state;
  char path[] = "/tmp/tc_worker_XXXXXX";
  tc_auto(tc_fd) fd = mkstemp(path);
  tc_auto(tc_worker_pool) pool = pool_of(1);
  assert_int_equal(attempt_in(pool, "read", "/usr/share"), 0);
  assert_int_equal(attempt_in(pool, "read", "/proc/self/status"), 0);
  bool landlock = kernel_has_landlock(pool);
  assert_int_equal(attempt_in(pool, "read", path), landlock ? EACCES : 0);
  assert_int_equal(attempt_in(pool, "read", "/etc/passwd"), landlock ? EACCES : 0);

  tc_error err = {0};
  const char *const paths[] = {path, "/no/such/path", NULL};
  const tc_worker_pool_options options = {
      .program = TC_TEST_WORKER, .command = "worker", .count = 1, .settings = settings, .readable_paths = paths};
  tc_auto(tc_worker_pool) open_pool = NULL;
  assert_ok(tc_worker_pool_create(&options, &open_pool, &err), err);
  assert_int_equal(attempt_in(open_pool, "read", path), 0);
  unlink(path);
}

static void test_worker_sandbox__lets_threads_start(void **state)
{
  (void)state;
  tc_auto(tc_worker_pool) pool = pool_of(1);
  tc_error err = {0};
  tc_auto(tc_worker_answer) answer = {0};
  assert_ok(call(pool, "use_threads", NULL, &answer, &err), err);
  assert_int_equal(tc_json_get_integer(answer.result, "value", 0), 7);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_worker_call__brings_arguments_there_and_a_result_back),
      cmocka_unit_test(test_worker_call__keeps_its_worker),
      cmocka_unit_test(test_worker_call__replaces_a_worker_after_its_tasks),
      cmocka_unit_test(test_worker_call__reads_descriptors_from_their_start),
      cmocka_unit_test(test_worker_call__brings_sealed_files_back),
      cmocka_unit_test(test_worker_call__refuses_other_descriptors_back),
      cmocka_unit_test(test_worker_call__writes_to_outputs_alone),
      cmocka_unit_test(test_worker_call__refuses_what_is_no_file),
      cmocka_unit_test(test_worker_call__gives_the_tasks_own_error),
      cmocka_unit_test(test_worker_call__names_a_death_and_replaces_the_worker),
      cmocka_unit_test(test_worker_call__stops_what_takes_too_long),
      cmocka_unit_test(test_worker_call__bounds_memory),
      cmocka_unit_test(test_worker_call__tells_the_peak_of_each_task),
      cmocka_unit_test(test_worker_call__passes_progress_on),
      cmocka_unit_test(test_worker_call__bounds_messages_both_ways),
      cmocka_unit_test(test_worker_call__replaces_a_worker_that_died_idle),
      cmocka_unit_test(test_worker_call__serves_many_threads_and_leaves_nothing),
      cmocka_unit_test(test_worker_start__tells_what_kept_it_from_starting),
      cmocka_unit_test(test_worker_death__of_the_parent_ends_a_busy_worker),
      cmocka_unit_test(test_worker_sandbox__denies),
      cmocka_unit_test(test_worker_sandbox__leaves_libraries_readable_and_hides_the_rest),
      cmocka_unit_test(test_worker_sandbox__lets_threads_start),
  };
  return cmocka_run_group_tests(tests, load_settings, free_settings);
}
