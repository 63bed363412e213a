#include "base/worker_process.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

enum { CORES_MAX = 8 };

/* The worker's whole environment. One core each: the pool has as many workers as there are cores. */
static const char *const environment[] = {
    "LANG=C.UTF-8",
    "LC_ALL=C.UTF-8",
    "PATH=/usr/bin:/bin",
    "OMP_THREAD_LIMIT=1",
    "VIPS_CONCURRENCY=1",
    "MALLOC_ARENA_MAX=2",
    "ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1",
    "UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1",
    NULL,
};

typedef struct spawn_plan {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
} spawn_plan;

/* Descriptors: /dev/null twice, standard error, the socket; nothing else. Signals as after a login; a process group of
   its own, so that a Ctrl-C at the terminal reaches the parent alone, which then ends its workers in order. */
static int plan_spawn(spawn_plan *plan, int socket, bool keep_stderr)
{
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawn_file_actions_t *actions = &plan->actions;
  posix_spawnattr_t *attributes = &plan->attributes;
  int problem = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (problem == 0)
    problem = posix_spawn_file_actions_addopen(actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  if (problem == 0 && !keep_stderr)
    problem = posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  if (problem == 0)
    problem = posix_spawn_file_actions_adddup2(actions, socket, TC_WORKER_SOCKET);
  if (problem == 0)
    problem = posix_spawn_file_actions_addclosefrom_np(actions, TC_WORKER_SOCKET + 1);
  if (problem == 0)
    problem = posix_spawnattr_setsigmask(attributes, &none);
  if (problem == 0)
    problem = posix_spawnattr_setsigdefault(attributes, &all);
  if (problem == 0)
    problem = posix_spawnattr_setpgroup(attributes, 0);
  if (problem == 0)
    problem =
        posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  return problem;
}

static bool spawn(const tc_worker_pool_options *options, int socket, pid_t *out, tc_error *err)
{
  const char *program = options->program != NULL ? options->program : "/proc/self/exe";
  char *const arguments[] = {(char *)(uintptr_t)program, (char *)(uintptr_t)options->command, NULL};
  spawn_plan plan;
  posix_spawn_file_actions_init(&plan.actions);
  posix_spawnattr_init(&plan.attributes);
  pid_t pid = -1;
  int problem = plan_spawn(&plan, socket, tc_settings_boolean(options->settings, "base.worker_stderr"));
  if (problem == 0)
    problem =
        posix_spawn(&pid, program, &plan.actions, &plan.attributes, arguments, (char *const *)(uintptr_t)environment);
  posix_spawn_file_actions_destroy(&plan.actions);
  posix_spawnattr_destroy(&plan.attributes);
  if (problem != 0)
    return tc_fail_errno(err, TC_WORKER, problem, "a worker process cannot be started from %s", program);
  *out = pid;
  return true;
}

static tc_json *start_body(const tc_worker_pool_options *options, tc_error *err)
{
  tc_json *values = NULL;
  if (!tc_settings_to_json(options->settings, &values, err))
    return NULL;
  tc_auto(tc_json) body = tc_json_object();
  tc_json *paths = tc_json_array();
  int64_t memory =
      options->memory_bytes > 0 ? options->memory_bytes : tc_settings_integer(options->settings, "base.worker_memory");
  bool ok = true;
  for (const char *const *path = options->readable_paths; path != NULL && *path != NULL; path++)
    ok = ok && tc_json_append(paths, tc_json_text(*path));
  ok = tc_json_set(body, "settings", values) && ok;
  ok = tc_json_set(body, "readable_paths", paths) && ok;
  ok = ok && tc_json_set_integer(body, "memory_bytes", memory);
  if (ok)
    return tc_steal(&body);
  tc_fail(err, TC_NO_MEMORY, "no memory for a message");
  return NULL;
}

static bool await_ready(tc_worker_process *process, const tc_channel *channel, tc_error *err)
{
  tc_auto(tc_message) answer = {0};
  if (!tc_message_receive(channel, &answer, err))
    return false;
  if (answer.kind == TC_MESSAGE_CLOSED)
    return tc_worker_process_fail_dead(process, err);
  if (answer.kind == TC_MESSAGE_ERROR)
    return tc_error_from_json(answer.body, err);
  if (answer.kind != TC_MESSAGE_READY)
    return tc_fail(err, TC_WORKER, "the worker answered out of turn");
  return true;
}

bool tc_worker_process_start(const tc_worker_pool_options *options, tc_worker_process **out, tc_error *err)
{
  tc_auto(tc_message) start = {.kind = TC_MESSAGE_START};
  start.body = start_body(options, err);
  if (start.body == NULL)
    return false;
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return tc_fail_errno(err, TC_WORKER, errno, "no socket for a worker");
  tc_auto(tc_fd) here = ends[0];
  tc_auto(tc_fd) there = ends[1];
  tc_auto(tc_worker_process) process = calloc(1, sizeof *process);
  if (process == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a worker");
  *process = (tc_worker_process){.pid = -1, .fd = -1};
  if (!spawn(options, there, &process->pid, err))
    return false;
  process->fd = tc_fd_steal(&here);
  close(tc_fd_steal(&there)); /* so that the worker's end closes with the worker */
  const tc_channel channel = {
      .fd = process->fd,
      .limit = (size_t)tc_settings_integer(options->settings, "base.worker_message_bytes"),
      .deadline = tc_clock_ms() + tc_settings_integer(options->settings, "base.worker_timeout"),
  };
  if (!tc_message_send(&channel, &start, err) || !await_ready(process, &channel, err))
    return tc_error_prefix(err, "a worker did not start");
  *out = tc_steal(&process);
  return true;
}

bool tc_worker_process_is_alive(const tc_worker_process *process)
{
  struct pollfd poller = {.fd = process->fd, .events = POLLIN | POLLRDHUP};
  return poll(&poller, 1, 0) == 0; /* an idle worker has nothing to say: whatever comes is its end */
}

void tc_worker_process_dismiss(const tc_worker_process *process) { shutdown(process->fd, SHUT_RDWR); }

void tc_worker_process_await_end(const tc_worker_process *process, int64_t deadline)
{
  tc_auto(tc_fd) fd = pidfd_open(process->pid, 0);
  struct pollfd poller = {.fd = fd, .events = POLLIN};
  int64_t left = deadline - tc_clock_ms();
  if (fd >= 0 && left > 0)
    (void)poll(&poller, 1, (int)left);
}

/* The status it ended with; false where somebody else reaped it. */
static bool end(tc_worker_process *process, int *status)
{
  if (process->pid <= 0)
    return false;
  /* One that is dead already keeps the status it died with. */
  kill(process->pid, SIGKILL);
  pid_t got;
  do
    got = waitpid(process->pid, status, 0);
  while (got < 0 && errno == EINTR);
  process->pid = -1;
  return got > 0;
}

bool tc_worker_process_fail_dead(tc_worker_process *process, tc_error *err)
{
  int status = 0;
  if (!end(process, &status))
    return tc_fail(err, TC_WORKER, "the worker is gone");
  if (WIFEXITED(status) && WEXITSTATUS(status) == TC_WORKER_EXIT_NO_MEMORY)
    return tc_fail(err, TC_NO_MEMORY, "the worker ran out of memory; the setting base.worker_memory bounds it");
  if (WIFEXITED(status))
    return tc_fail(err, TC_WORKER, "the worker ended with status %d", WEXITSTATUS(status));
  if (WTERMSIG(status) == SIGKILL)
    return tc_fail(err, TC_WORKER, "the worker was killed (signal 9): by hand, or by a machine short of memory");
  const char *name = sigabbrev_np(WTERMSIG(status));
  return tc_fail(err, TC_WORKER, "the worker died of signal %d (%s)", WTERMSIG(status), name != NULL ? name : "?");
}

void tc_worker_process_destroy(tc_worker_process *process)
{
  if (process == NULL)
    return;
  int status;
  (void)end(process, &status);
  if (process->fd >= 0)
    close(process->fd);
  free(process);
}

void tc_worker_process_limit_time(const tc_worker_process *process, int64_t milliseconds)
{
  clockid_t clock;
  struct timespec used;
  struct rlimit now;
  if (clock_getcpuclockid(process->pid, &clock) != 0 || clock_gettime(clock, &used) != 0 ||
      prlimit(process->pid, RLIMIT_CPU, NULL, &now) != 0)
    return;
  /* The soft limit alone: it can be raised again for the next task. Wide enough that the parent's own time-out comes
     first, whatever threads a library starts. */
  now.rlim_cur = (rlim_t)(used.tv_sec + (milliseconds / 1000 + 2) * CORES_MAX);
  if (now.rlim_max != RLIM_INFINITY && now.rlim_cur > now.rlim_max)
    now.rlim_cur = now.rlim_max;
  (void)prlimit(process->pid, RLIMIT_CPU, &now, NULL);
}

static bool open_proc(const tc_worker_process *process, const char *name, int flags, int *out)
{
  char path[64];
  snprintf(path, sizeof path, "/proc/%ld/%s", (long)process->pid, name);
  *out = open(path, flags | O_CLOEXEC);
  return *out >= 0;
}

void tc_worker_process_reset_peak(const tc_worker_process *process)
{
  tc_auto(tc_fd) fd = -1;
  if (open_proc(process, "clear_refs", O_WRONLY, &fd)) {
    ssize_t ignored = write(fd, "5", 1); /* proc(5): resets the peak resident set size */
    (void)ignored;
  }
}

int64_t tc_worker_process_peak(const tc_worker_process *process)
{
  tc_auto(tc_fd) fd = -1;
  char text[4096];
  if (!open_proc(process, "status", O_RDONLY, &fd))
    return 0;
  ssize_t got = read(fd, text, sizeof text - 1);
  text[got > 0 ? got : 0] = '\0';
  const char *line = strstr(text, "\nVmHWM:");
  return line != NULL ? strtoll(line + strlen("\nVmHWM:"), NULL, 10) * 1024 : 0;
}
