/*
 * The worker's side. The main thread serves calls one after the other; a second thread watches the parent's end of the
 * socket and ends the process once the parent is gone, however deep in a library the main thread is. (A death signal
 * by prctl would follow the parent's thread that forked, not the parent.) The order at start: limits and Landlock,
 * the watching thread, the libraries' warm-up, seccomp for all threads, ready.
 */
#include "base/worker_process.h"
#include "base/worker_sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

enum { FIRST_MESSAGE_BYTES = 1 << 20, GRACE_MS = 1000, IDLE_MS = 1000, EXIT_NO_PARENT = 3, EXIT_ORPHAN = 72 };
/* Of memory: what is larger is mapped alone and given back at once; free memory up to KEPT_BYTES stays with the heap.
 */
enum { MAPPED_BYTES = 32 << 20, KEPT_BYTES = 256 << 20 };
enum { SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

/* The process's one channel: tc_worker_progress has no other way to it. */
static tc_channel channel = {.fd = TC_WORKER_SOCKET, .limit = FIRST_MESSAGE_BYTES, .deadline = INT64_MAX};
static pthread_mutex_t sending = PTHREAD_MUTEX_INITIALIZER;

static bool send_message(const tc_message *message, tc_error *err)
{
  pthread_mutex_lock(&sending);
  bool ok = tc_message_send(&channel, message, err);
  pthread_mutex_unlock(&sending);
  return ok;
}

void tc_worker_progress(const tc_json *message)
{
  const tc_message progress = {.kind = TC_MESSAGE_PROGRESS, .body = (tc_json *)(uintptr_t)message};
  (void)!send_message(&progress, NULL); /* a parent that is gone is the watching thread's concern */
}

static bool send_error(const tc_error *problem)
{
  tc_auto(tc_message) message = {.kind = TC_MESSAGE_ERROR, .body = tc_error_to_json(problem)};
  return message.body != NULL && send_message(&message, NULL);
}

static void *watch_parent(void *unused)
{
  (void)unused;
  struct pollfd poller = {.fd = TC_WORKER_SOCKET, .events = POLLRDHUP};
  while (poll(&poller, 1, -1) < 0 && errno == EINTR)
    ;
  /* An idle main thread sees the end too, and leaves in order. */
  (void)poll(NULL, 0, GRACE_MS);
  _exit(EXIT_ORPHAN);
}

static bool start_watching(tc_error *err)
{
  pthread_t thread;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  int problem = pthread_create(&thread, &attributes, watch_parent, NULL);
  pthread_attr_destroy(&attributes);
  return problem == 0 || tc_fail_errno(err, TC_WORKER, problem, "the worker's watching thread cannot be started");
}

/* GLib traps and C++ aborts where memory runs out. The thread's errno still says so: nothing that succeeds resets it.
 */
static void on_abort(int number)
{
  /* NOLINTNEXTLINE(bugprone-signal-handler,cert-sig30-c): the signal is the thread's own, and so is errno */
  if (errno == ENOMEM)
    _exit(TC_WORKER_EXIT_NO_MEMORY);
  signal(number, SIG_DFL);
  raise(number);
}

static bool read_paths(const tc_json *list, const char ***out, tc_error *err)
{
  size_t count = tc_json_count(list);
  const char **paths = calloc(count + 1, sizeof *paths);
  if (paths == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a list of paths");
  for (size_t i = 0; i < count; i++)
    paths[i] = tc_json_as_text(tc_json_at(list, i), "");
  *out = paths;
  return true;
}

static bool shut_in(const tc_worker_main_options *options, const tc_json *start, const tc_settings *settings,
                    tc_error *err)
{
  const char **paths = NULL;
  if (!read_paths(tc_json_get(start, "readable_paths"), &paths, err))
    return false;
  const tc_sandbox_options sandbox = {
      .memory_bytes = tc_json_get_integer(start, "memory_bytes", 0),
      .file_bytes = tc_settings_integer(settings, "base.worker_file_bytes"),
      .readable_paths = paths,
      .socket = TC_WORKER_SOCKET,
  };
  bool ok = tc_sandbox_limit(&sandbox, err) && start_watching(err) &&
            (options->warm_up == NULL || options->warm_up(settings, err)) && tc_sandbox_shut(&sandbox, err);
  free(paths);
  return ok;
}

static bool start(const tc_worker_main_options *options, tc_settings **out, tc_error *err)
{
  tc_auto(tc_message) message = {0};
  tc_auto(tc_settings) settings = NULL;
  if (!tc_message_receive(&channel, &message, err))
    return false;
  if (message.kind != TC_MESSAGE_START)
    return tc_fail(err, TC_WORKER, "a worker's first message tells its settings");
  if (!tc_settings_from_json(options->settings_tables, options->settings_table_count,
                             tc_json_get(message.body, "settings"), &settings, err))
    return false;
  channel.limit = (size_t)tc_settings_integer(settings, "base.worker_message_bytes");
  signal(SIGABRT, on_abort);
  signal(SIGTRAP, on_abort);
  if (!shut_in(options, message.body, settings, err))
    return false;
  *out = tc_steal(&settings);
  return true;
}

static const tc_worker_task *find_task(const tc_worker_main_options *options, const char *name)
{
  for (size_t i = 0; i < options->tasks_count; i++)
    for (size_t j = 0; j < options->tasks[i].count; j++)
      if (strcmp(options->tasks[i].rows[j].name, name) == 0)
        return &options->tasks[i].rows[j];
  return NULL;
}

/* Nobody changes or shrinks the file any more: the parent may map it. */
static bool seal(const tc_message *reply, tc_error *err)
{
  for (size_t i = 0; i < reply->fd_count; i++)
    if (fcntl(reply->fds[i], F_ADD_SEALS, SEALS) != 0)
      return tc_fail(err, TC_INTERNAL,
                     "an answer's descriptor cannot be sealed: it is no tc_memfd, or is still mapped for writing");
  return true;
}

static bool serve(const tc_worker_main_options *options, const tc_settings *settings, const tc_message *call,
                  tc_error *err)
{
  const char *name = tc_json_get_text(call->body, "task", "");
  const tc_worker_task *task = find_task(options, name);
  if (task == NULL)
    return tc_fail(err, TC_INTERNAL, "workers have no task %s", name);
  size_t outputs = (size_t)tc_json_get_integer(call->body, "outputs", 0);
  if (outputs > call->fd_count)
    return tc_fail(err, TC_WORKER, "a malformed call");
  size_t inputs = call->fd_count - outputs;
  const tc_worker_request request = {
      .arguments = tc_json_get(call->body, "arguments"),
      .fds = call->fds,
      .fd_count = inputs,
      .outputs = call->fds + inputs,
      .output_count = outputs,
      .settings = settings,
  };
  tc_worker_reply reply = {0};
  bool ok = task->run(&request, &reply, err);
  tc_auto(tc_message) answer = {.kind = TC_MESSAGE_RESULT, .body = reply.result, .fd_count = reply.fd_count};
  memcpy(answer.fds, reply.fds, sizeof answer.fds);
  if (answer.body == NULL)
    answer.body = tc_json_object();
  return ok && seal(&answer, err) && send_message(&answer, err);
}

/* The next task will want the memory that pages' pixels had, and new memory costs a page fault every 4 KiB: so the heap
   is kept while task follows task, and goes back once none comes for a while. */
static void await_call(void)
{
  struct pollfd poller = {.fd = TC_WORKER_SOCKET, .events = POLLIN};
  if (mallinfo2().fordblks > KEPT_BYTES || poll(&poller, 1, IDLE_MS) == 0)
    malloc_trim(0);
}

int tc_worker_main(const tc_worker_main_options *options)
{
  tc_auto(tc_settings) settings = NULL;
  tc_error err = {0};
  if (fcntl(TC_WORKER_SOCKET, F_SETFD, FD_CLOEXEC) != 0)
    return EXIT_NO_PARENT; /* started by hand */
  (void)mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES);
  (void)mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
  if (!start(options, &settings, &err)) {
    send_error(&err);
    return tc_code_info(err.code)->exit_status;
  }
  bool ok = send_message(&(tc_message){.kind = TC_MESSAGE_READY}, &err);
  while (ok) {
    tc_auto(tc_message) call = {0};
    await_call();
    if (!tc_message_receive(&channel, &call, &err) || call.kind != TC_MESSAGE_CALL)
      break;
    tc_error problem = {0};
    if (!serve(options, settings, &call, &problem))
      ok = send_error(&problem);
  }
  return tc_code_info(err.code)->exit_status;
}
