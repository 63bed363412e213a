/*
 * The server's processes. They run in a session of their own, in a small fixed environment, without our descriptors,
 * and, where we are root, as the server's user. Started by a double fork, so that the postmaster is nobody's child and
 * outlives us: whether it lives is read from its pid file and /proc, because after a crash the file may name nobody, or
 * a stranger that got the same number.
 */
#include "base/file.h"
#include "storage/cluster_private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

enum { LOG_MAX = 8 << 20, LOG_TAIL = 4096 };

static const char *const environment[] = {"PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC", NULL};

void tc_cluster_pause_ms(long ms)
{
  struct timespec pause = {ms / 1000, ms % 1000 * 1000000};
  nanosleep(&pause, NULL);
}

/* In the child: only calls that are safe after fork in a process with threads. */
static _Noreturn void become(const tc_cluster_place *place, const tc_cluster_program *what)
{
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  signal(SIGPIPE, SIG_DFL);
  bool ok = dup2(what->input, 0) == 0 && dup2(what->output, 1) == 1 && dup2(what->output, 2) == 2;
  close_range(3, ~0U, 0);
  if (place->change_user)
    ok = ok && setgroups(1, &place->gid) == 0 && setgid(place->gid) == 0 && setuid(place->uid) == 0;
  umask(077);
  if (ok && chdir("/") == 0)
    /* execve changes neither, whatever its prototype allows. */
    execve(what->path, (char *const *)(uintptr_t)what->arguments, (char *const *)(uintptr_t)environment);
  static const char message[] = "the program cannot be run\n";
  ssize_t ignored = write(2, message, sizeof message - 1);
  (void)ignored;
  _exit(127);
}

static bool wait_for(pid_t pid, int *out_status, tc_error *err)
{
  while (waitpid(pid, out_status, 0) < 0)
    if (errno != EINTR)
      return tc_fail_errno(err, TC_INTERNAL, errno, "a child process was lost");
  return true;
}

/* Runs a program to its end; what it printed goes to the log. */
TC_NODISCARD bool tc_cluster_run(const tc_cluster_place *place, const tc_cluster_program *what, bool *success,
                                 tc_error *err)
{
  int status = 0;
  pid_t pid = fork();
  if (pid < 0)
    return tc_fail_errno(err, TC_INTERNAL, errno, "a process cannot be started");
  if (pid == 0)
    become(place, what);
  if (!wait_for(pid, &status, err))
    return false;
  *success = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  return true;
}

/* Starts a program that is to live on; *out is its process id. */
TC_NODISCARD bool tc_cluster_detach(const tc_cluster_place *place, const tc_cluster_program *what, pid_t *out,
                                    tc_error *err)
{
  int ends[2], status = 0;
  if (pipe2(ends, O_CLOEXEC) != 0)
    return tc_fail_errno(err, TC_INTERNAL, errno, "a pipe cannot be made");
  tc_auto(tc_fd) from = ends[0], to = ends[1];
  pid_t middle = fork();
  if (middle < 0)
    return tc_fail_errno(err, TC_INTERNAL, errno, "a process cannot be started");
  if (middle == 0) {
    setsid();
    pid_t last = fork();
    if (last == 0)
      become(place, what);
    ssize_t put = write(to, &last, sizeof last);
    _exit(last > 0 && put == (ssize_t)sizeof last ? 0 : 1);
  }
  pid_t pid = 0;
  if (!wait_for(middle, &status, err))
    return false;
  if (status != 0 || read(from, &pid, sizeof pid) != (ssize_t)sizeof pid)
    return tc_fail(err, TC_INTERNAL, "PostgreSQL cannot be started: no more processes");
  *out = pid;
  return true;
}

TC_NODISCARD bool tc_cluster_open_log(const tc_cluster_place *place, int *out, off_t *size, tc_error *err)
{
  struct stat status;
  tc_auto(tc_str) older = NULL;
  if (stat(place->log, &status) == 0 && status.st_size > LOG_MAX) {
    if (!tc_str_printf(&older, err, "%s.1", place->log))
      return false;
    (void)rename(place->log, older); /* a log that stays long is no reason not to start */
  }
  tc_auto(tc_fd) fd = open(place->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0 || fstat(fd, &status) != 0)
    return tc_fail_errno(err, TC_IO, errno, "%s cannot be written", place->log);
  *size = status.st_size;
  *out = tc_fd_steal(&fd);
  return true;
}

/* What the log got since `from`, its last lines, on one line. */
void tc_cluster_read_log(const tc_cluster_place *place, off_t from, char out[300])
{
  out[0] = '\0';
  char text[LOG_TAIL + 1];
  tc_auto(tc_fd) fd = open(place->log, O_RDONLY | O_CLOEXEC);
  struct stat status;
  if (fd < 0 || fstat(fd, &status) != 0)
    return;
  off_t start = status.st_size - from > LOG_TAIL ? status.st_size - LOG_TAIL : from;
  ssize_t got = pread(fd, text, LOG_TAIL, start);
  if (got <= 0)
    return;
  text[got] = '\0';
  const char *tail = got > 290 ? text + got - 290 : text;
  snprintf(out, 300, "%s", tail);
  for (char *at = out; *at != '\0'; at++)
    if (*at == '\n')
      *at = at[1] == '\0' ? '\0' : ' ';
}

bool tc_cluster_process_folder(pid_t pid, char out[PATH_MAX])
{
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/cwd", (int)pid);
  ssize_t size = readlink(path, out, PATH_MAX - 1);
  out[size > 0 ? size : 0] = '\0';
  return size > 0;
}

pid_t tc_cluster_running(const tc_cluster_place *place)
{
  tc_auto(tc_str) path = NULL;
  tc_auto(tc_buf) text = {0};
  char folder[PATH_MAX];
  if (!tc_str_printf(&path, NULL, "%s/postmaster.pid", place->cluster) || !tc_file_read(path, 65536, &text, NULL))
    return 0;
  pid_t pid = (pid_t)strtol(tc_buf_text(&text), NULL, 10);
  return pid > 1 && tc_cluster_process_folder(pid, folder) && strcmp(folder, place->cluster) == 0 ? pid : 0;
}

int tc_cluster_processes(const tc_cluster_place *place, int signal_number)
{
  int count = 0;
  char folder[PATH_MAX];
  DIR *processes = opendir("/proc");
  if (processes == NULL)
    return 0;
  for (const struct dirent *entry = NULL; (entry = readdir(processes)) != NULL;) {
    pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
    if (pid <= 1 || !tc_cluster_process_folder(pid, folder) || strcmp(folder, place->cluster) != 0)
      continue;
    count++;
    if (signal_number != 0)
      (void)kill(pid, signal_number);
  }
  closedir(processes);
  return count;
}

TC_NODISCARD bool tc_cluster_stop(const tc_cluster_place *place, pid_t pid, int timeout_s, tc_error *err)
{
  char folder[PATH_MAX];
  if (kill(pid, SIGINT) != 0 && errno != ESRCH) /* SIGINT: fast shutdown, PostgreSQL documentation 19.5 */
    return tc_fail_errno(err, TC_DATABASE, errno, "the private PostgreSQL cannot be stopped");
  for (int left = timeout_s * 1000 / TC_CLUSTER_POLL_MS; left > 0; left--) {
    if (!tc_cluster_process_folder(pid, folder))
      return true;
    tc_cluster_pause_ms(TC_CLUSTER_POLL_MS);
  }
  return tc_fail(err, TC_TIMEOUT, "the private PostgreSQL did not stop within %d s (its log: %s)", timeout_s,
                 place->log);
}
