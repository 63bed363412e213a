/*
 * The worker that test_worker.c calls: tasks that behave, tasks that fail in every way, and tasks that try what the
 * sandbox forbids. An attempt answers {"errno": 0} where it succeeded and the number of the error otherwise.
 */
#include "base/base_settings.h"
#include "base/file.h"
#include "base/worker.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

static int warmed;
static long landlock_version;

static bool echo(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  (void)err;
  reply->result = tc_json_object();
  tc_json_set(reply->result, "arguments", tc_json_keep((tc_json *)(uintptr_t)request->arguments));
  tc_json_set_integer(reply->result, "pid", getpid());
  tc_json_set_integer(reply->result, "warmed", warmed);
  tc_json_set_integer(reply->result, "landlock", landlock_version);
  tc_json_set_text(reply->result, "log_level", tc_settings_text(request->settings, "base.log_level"));
  return true;
}

static bool sum(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  int64_t total = 0;
  for (size_t i = 0; i < request->fd_count; i++) {
    tc_auto(tc_buf) text = {0};
    if (!tc_fd_read_all(request->fds[i], 1 << 20, &text, err))
      return false;
    total += strtoll(tc_buf_text(&text), NULL, 10);
  }
  reply->result = tc_json_object();
  return tc_json_set_integer(reply->result, "sum", total) || tc_fail(err, TC_NO_MEMORY, "no memory");
}

static bool make_file(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  size_t count = (size_t)tc_json_get_integer(request->arguments, "count", 1);
  for (size_t i = 0; i < count; i++) {
    int fd;
    if (!tc_memfd("answer", &fd, err))
      return false;
    reply->fds[reply->fd_count++] = fd;
    if (!tc_fd_write_all(fd, "content", 7, err))
      return false;
  }
  return true;
}

static bool unsealed_file(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  (void)request;
  int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return tc_fail_errno(err, TC_IO, errno, "/dev/null");
  reply->fds[reply->fd_count++] = fd;
  return true;
}

static bool write_output(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  (void)reply;
  if (request->output_count != 1)
    return tc_fail(err, TC_USAGE, "one output is expected");
  return tc_fd_write_all(request->outputs[0], "written", 7, err);
}

static bool fail(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  (void)request;
  (void)reply;
  return tc_fail_errno(err, TC_FORMAT, EBADMSG, "page 3 is damaged");
}

static bool count_up(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  (void)reply;
  (void)err;
  for (int64_t i = 0; i < tc_json_get_integer(request->arguments, "to", 0); i++) {
    tc_auto(tc_json) message = tc_json_integer(i);
    tc_worker_progress(message);
  }
  return true;
}

static bool crash(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  (void)request;
  (void)reply;
  (void)err;
  signal(SIGSEGV, SIG_DFL);
  syscall(SYS_tgkill, getpid(), gettid(), SIGSEGV);
  return true;
}

static bool abort_(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  (void)request;
  (void)reply;
  (void)err;
  errno = 0;
  abort();
}

static bool abort_without_memory(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  (void)request;
  (void)reply;
  (void)err;
  volatile size_t much = (size_t)1 << 46;
  void *volatile block = malloc(much);
  if (block == NULL)
    abort();
  return true;
}

static bool leave(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  (void)request;
  (void)reply;
  (void)err;
  _exit(9);
}

static bool stall(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  (void)request;
  (void)reply;
  (void)err;
  volatile bool on = true;
  while (on)
    ;
  return true;
}

static bool babble(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  (void)request;
  (void)reply;
  char noise[64];
  memset(noise, 'x', sizeof noise);
  return write(3, noise, sizeof noise) == sizeof noise || tc_fail(err, TC_IO, "write");
}

static bool allocate(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  (void)reply;
  size_t bytes = (size_t)tc_json_get_integer(request->arguments, "bytes", 0);
  volatile char *block = malloc(bytes);
  if (block == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for %zu bytes", bytes);
  for (size_t i = 0; i < bytes; i += 4096)
    block[i] = 1;
  free((void *)(uintptr_t)block);
  return true;
}

static bool long_answer(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  size_t bytes = (size_t)tc_json_get_integer(request->arguments, "bytes", 0);
  tc_auto(tc_str) text = calloc(bytes + 1, 1);
  if (text == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory");
  memset(text, 'x', bytes);
  reply->result = tc_json_object();
  return tc_json_set_text(reply->result, "text", text) || tc_fail(err, TC_NO_MEMORY, "no memory");
}

static void *thread_body(void *data)
{
  *(int *)data = 7;
  return NULL;
}

/* What must go on working inside. */
static bool use_threads(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  (void)request;
  pthread_t thread;
  int value = 0;
  int problem = pthread_create(&thread, NULL, thread_body, &value);
  if (problem != 0)
    return tc_fail_errno(err, TC_INTERNAL, problem, "no thread");
  pthread_join(thread, NULL);
  reply->result = tc_json_object();
  return tc_json_set_integer(reply->result, "value", value) || tc_fail(err, TC_NO_MEMORY, "no memory");
}

/* ---- Attempts ---- */

static int outcome(long result) { return result >= 0 ? 0 : errno; }

static int try_socket(const char *path)
{
  (void)path;
  return outcome(socket(AF_INET, SOCK_STREAM, 0));
}

static int try_unix_socket(const char *path)
{
  (void)path;
  int ends[2];
  return outcome(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
}

static int try_connect(const char *path)
{
  (void)path;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(80), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  return outcome(connect(3, (struct sockaddr *)&to, sizeof to));
}

static int try_fork(const char *path)
{
  (void)path;
  long pid = fork();
  if (pid == 0)
    _exit(0);
  return outcome(pid);
}

static int try_vfork(const char *path)
{
  (void)path;
  return outcome(syscall(SYS_clone, CLONE_VFORK | SIGCHLD, 0, 0, 0, 0) == 0 ? (_exit(0), 0) : -1);
}

static int try_clone3(const char *path)
{
  (void)path;
  struct clone_args arguments = {.exit_signal = SIGCHLD};
  long pid = syscall(SYS_clone3, &arguments, sizeof arguments);
  if (pid == 0)
    _exit(0);
  return outcome(pid);
}

static int try_unshare(const char *path)
{
  (void)path;
  return outcome(unshare(CLONE_NEWUSER));
}

static int try_exec(const char *path)
{
  (void)path;
  char *const arguments[] = {(char *)(uintptr_t) "true", NULL};
  return outcome(execv("/bin/true", arguments));
}

static int try_write(const char *path) { return outcome(open(path, O_WRONLY)); }
static int try_read_write(const char *path) { return outcome(open(path, O_RDWR)); }
static int try_create(const char *path) { return outcome(open(path, O_RDONLY | O_CREAT, 0600)); }
static int try_truncate_on_open(const char *path) { return outcome(open(path, O_RDONLY | O_TRUNC)); }
static int try_creat(const char *path) { return outcome(syscall(SYS_creat, path, 0600)); }
static int try_temporary(const char *path) { return outcome(open(path, O_TMPFILE | O_RDWR, 0600)); }
static int try_openat2(const char *path)
{
  uint64_t how[3] = {O_RDWR, 0, 0};
  return outcome(syscall(SYS_openat2, AT_FDCWD, path, how, sizeof how));
}
static int try_read(const char *path) { return outcome(open(path, O_RDONLY)); }
static int try_truncate(const char *path) { return outcome(truncate(path, 0)); }
static int try_unlink(const char *path) { return outcome(unlink(path)); }
static int try_rename(const char *path) { return outcome(rename(path, "/tmp/elsewhere")); }
static int try_link(const char *path) { return outcome(link(path, "/tmp/elsewhere")); }
static int try_symlink(const char *path) { return outcome(symlink(path, "/tmp/elsewhere")); }
static int try_mkdir(const char *path)
{
  (void)path;
  return outcome(mkdir("/tmp/tc_worker_folder", 0700));
}
static int try_chmod(const char *path) { return outcome(chmod(path, 0777)); }
static int try_chdir(const char *path)
{
  (void)path;
  return outcome(chdir("/"));
}

static int try_kill_parent(const char *path)
{
  (void)path;
  return outcome(kill(getppid(), SIGCONT));
}

static int try_tgkill_parent(const char *path)
{
  (void)path;
  return outcome(syscall(SYS_tgkill, getppid(), getppid(), SIGCONT));
}

static int try_ptrace(const char *path)
{
  (void)path;
  return outcome(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int try_read_parent_memory(const char *path)
{
  (void)path;
  char byte;
  struct iovec here = {&byte, 1};
  struct iovec there = {(void *)&warmed, 1};
  return outcome(process_vm_readv(getppid(), &here, 1, &there, 1, 0));
}

static int try_raise_limit(const char *path)
{
  (void)path;
  return outcome(setrlimit(RLIMIT_NOFILE, &(struct rlimit){16, 16}));
}

static int try_bpf(const char *path)
{
  (void)path;
  return outcome(syscall(SYS_bpf, 0, NULL, 0));
}

static int try_io_uring(const char *path)
{
  (void)path;
  char parameters[120] = "";
  return outcome(syscall(SYS_io_uring_setup, 1, parameters));
}

static int try_keyring(const char *path)
{
  (void)path;
  return outcome(syscall(SYS_keyctl, 0, 0, 0, 0, 0));
}

static int try_terminal_injection(const char *path)
{
  (void)path;
  errno = 0;
  char byte = 'x';
  return outcome(syscall(SYS_ioctl, 0, 0x5412 /* TIOCSTI */, &byte));
}

static int try_capability(const char *path)
{
  (void)path;
  FILE *status = fopen("/proc/self/status", "re");
  if (status == NULL)
    return errno;
  char line[256];
  int found = EPERM;
  while (fgets(line, sizeof line, status) != NULL)
    if (strncmp(line, "CapEff:", 7) == 0 && strtoull(line + 7, NULL, 16) != 0)
      found = 0;
  (void)fclose(status);
  return found;
}

static const struct attempt {
  const char *name;
  int (*run)(const char *path);
} attempts[] = {
    {"socket", try_socket},
    {"unix_socket", try_unix_socket},
    {"connect", try_connect},
    {"fork", try_fork},
    {"vfork", try_vfork},
    {"clone3", try_clone3},
    {"unshare", try_unshare},
    {"exec", try_exec},
    {"write", try_write},
    {"read_write", try_read_write},
    {"create", try_create},
    {"truncate_on_open", try_truncate_on_open},
    {"creat", try_creat},
    {"temporary", try_temporary},
    {"openat2", try_openat2},
    {"read", try_read},
    {"truncate", try_truncate},
    {"unlink", try_unlink},
    {"rename", try_rename},
    {"link", try_link},
    {"symlink", try_symlink},
    {"mkdir", try_mkdir},
    {"chmod", try_chmod},
    {"chdir", try_chdir},
    {"kill_parent", try_kill_parent},
    {"tgkill_parent", try_tgkill_parent},
    {"ptrace", try_ptrace},
    {"read_parent_memory", try_read_parent_memory},
    {"raise_limit", try_raise_limit},
    {"bpf", try_bpf},
    {"io_uring", try_io_uring},
    {"keyring", try_keyring},
    {"terminal_injection", try_terminal_injection},
    {"capability", try_capability},
};

static bool attempt(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  const char *what = tc_json_get_text(request->arguments, "what", "");
  const char *path = tc_json_get_text(request->arguments, "path", "/");
  for (size_t i = 0; i < TC_ARRAY_LEN(attempts); i++)
    if (strcmp(attempts[i].name, what) == 0) {
      int number = attempts[i].run(path);
      reply->result = tc_json_object();
      return tc_json_set_integer(reply->result, "errno", number) || tc_fail(err, TC_NO_MEMORY, "no memory");
    }
  return tc_fail(err, TC_USAGE, "no attempt %s", what);
}

static bool warm_up(const tc_settings *settings, tc_error *err)
{
  warmed = 1;
  landlock_version = syscall(444 /* landlock_create_ruleset */, NULL, 0, 1);
  if (strcmp(tc_settings_text(settings, "base.log_level"), "error") == 0)
    return tc_fail(err, TC_CONFIG, "no model to load");
  return true;
}

int main(void)
{
  static const tc_worker_task rows[] = {
      {"echo", echo},
      {"sum", sum},
      {"make_file", make_file},
      {"unsealed_file", unsealed_file},
      {"write_output", write_output},
      {"fail", fail},
      {"count_up", count_up},
      {"crash", crash},
      {"abort", abort_},
      {"abort_without_memory", abort_without_memory},
      {"leave", leave},
      {"stall", stall},
      {"babble", babble},
      {"allocate", allocate},
      {"long_answer", long_answer},
      {"use_threads", use_threads},
      {"attempt", attempt},
  };
  const tc_worker_tasks tasks = {rows, TC_ARRAY_LEN(rows)};
  return tc_worker_main(&(tc_worker_main_options){.settings_tables = &tc_base_settings,
                                                  .settings_table_count = 1,
                                                  .tasks = &tasks,
                                                  .tasks_count = 1,
                                                  .warm_up = warm_up});
}
