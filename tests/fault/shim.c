/*
 * LD_PRELOAD library that hits one call of the program: the n-th of those that reach the disk or the database.
 *
 *   TRUECOPY_TEST_FAULT_AT=n        which call, counted from 1 over all threads; 0 or unset: count only
 *   TRUECOPY_TEST_FAULT=kill        how: SIGKILL before the call | enospc | eio: the call fails once with that errno
 *   TRUECOPY_TEST_FAULT_LOG=path    where the count is written at the end, and the name of the call that was hit
 *
 * Counted: write, pwrite, fsync, fdatasync, rename, renameat, send, sendto, sendmsg, recv, recvfrom, recvmsg; of one
 * process alone. Workers and the database server run in environments of their own and are not touched. Writes to
 * standard output and error are not counted: they change nothing that lasts.
 * A disk is never full for a socket: with ENOSPC, send and receive are not counted. A send that failed with EIO takes
 * the connection with it, because nobody could tell how much of it has arrived; after a receive the peer lives on.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { KILL = -1 };

static atomic_long calls;
static long hit_at;
static int how; /* KILL or an errno */
static pid_t home;
static const char *log_path;

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

static void note(const char *text)
{
  if (log_path == NULL || home != getpid())
    return;
  int fd = (int)syscall(SYS_openat, AT_FDCWD, log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0)
    return;
  syscall(SYS_write, fd, text, strlen(text));
  syscall(SYS_close, fd);
}

__attribute__((constructor)) static void start(void)
{
  const char *at = getenv("TRUECOPY_TEST_FAULT_AT");
  const char *kind = getenv("TRUECOPY_TEST_FAULT");
  log_path = getenv("TRUECOPY_TEST_FAULT_LOG");
  hit_at = at != NULL ? strtol(at, NULL, 10) : 0;
  how = kind == NULL || strcmp(kind, "kill") == 0 ? KILL : strcmp(kind, "enospc") == 0 ? ENOSPC : EIO;
  home = getpid();
}

__attribute__((destructor)) static void end(void)
{
  char text[64];
  snprintf(text, sizeof text, "calls %ld\n", atomic_load(&calls));
  note(text);
}

enum target { ON_FILE, ON_SOCKET };

/* True: the call is to fail, errno is set. Does not return where the process is to die. */
static bool hit(const char *name, enum target target)
{
  if (getpid() != home || (how == ENOSPC && target == ON_SOCKET))
    return false;
  if (atomic_fetch_add(&calls, 1) + 1 != hit_at)
    return false;
  char text[64];
  snprintf(text, sizeof text, "hit %s\n", name);
  note(text);
  if (how == KILL)
    kill(home, SIGKILL);
  errno = how;
  return true;
}

static bool hit_send(int socket)
{
  if (!hit("send", ON_SOCKET))
    return false;
  (void)shutdown(socket, SHUT_RDWR);
  errno = EIO;
  return true;
}

/* The symbol is looked up once; two threads at once find the same. */
#define REAL(type, name, ...)            \
  static type (*real)(__VA_ARGS__);      \
  if (real == NULL) {                    \
    void *symbol = next(name);           \
    memcpy(&real, &symbol, sizeof real); \
  }

ssize_t write(int fd, const void *data, size_t size)
{
  REAL(ssize_t, "write", int, const void *, size_t)
  return fd > 2 && hit("write", ON_FILE) ? -1 : real(fd, data, size);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at)
{
  REAL(ssize_t, "pwrite", int, const void *, size_t, off_t)
  return hit("pwrite", ON_FILE) ? -1 : real(fd, data, size, at);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off_t at)
{
  REAL(ssize_t, "pwrite64", int, const void *, size_t, off_t)
  return hit("pwrite", ON_FILE) ? -1 : real(fd, data, size, at);
}

int fsync(int fd)
{
  REAL(int, "fsync", int)
  return hit("fsync", ON_FILE) ? -1 : real(fd);
}

int fdatasync(int fd)
{
  REAL(int, "fdatasync", int)
  return hit("fdatasync", ON_FILE) ? -1 : real(fd);
}

int rename(const char *from, const char *to)
{
  REAL(int, "rename", const char *, const char *)
  return hit("rename", ON_FILE) ? -1 : real(from, to);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
  REAL(int, "renameat", int, const char *, int, const char *)
  return hit("renameat", ON_FILE) ? -1 : real(from_folder, from, to_folder, to);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned int flags)
{
  REAL(int, "renameat2", int, const char *, int, const char *, unsigned int)
  return hit("renameat", ON_FILE) ? -1 : real(from_folder, from, to_folder, to, flags);
}

ssize_t send(int fd, const void *data, size_t size, int flags)
{
  REAL(ssize_t, "send", int, const void *, size_t, int)
  return hit_send(fd) ? -1 : real(fd, data, size, flags);
}

ssize_t sendto(int fd, const void *data, size_t size, int flags, __CONST_SOCKADDR_ARG to, socklen_t to_size)
{
  REAL(ssize_t, "sendto", int, const void *, size_t, int, __CONST_SOCKADDR_ARG, socklen_t)
  return hit_send(fd) ? -1 : real(fd, data, size, flags, to, to_size);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
  REAL(ssize_t, "sendmsg", int, const struct msghdr *, int)
  return hit_send(fd) ? -1 : real(fd, message, flags);
}

ssize_t recv(int fd, void *data, size_t size, int flags)
{
  REAL(ssize_t, "recv", int, void *, size_t, int)
  return hit("recv", ON_SOCKET) ? -1 : real(fd, data, size, flags);
}

ssize_t recvfrom(int fd, void *data, size_t size, int flags, __SOCKADDR_ARG from, socklen_t *from_size)
{
  REAL(ssize_t, "recvfrom", int, void *, size_t, int, __SOCKADDR_ARG, socklen_t *)
  return hit("recv", ON_SOCKET) ? -1 : real(fd, data, size, flags, from, from_size);
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
  REAL(ssize_t, "recvmsg", int, struct msghdr *, int)
  return hit("recv", ON_SOCKET) ? -1 : real(fd, message, flags);
}

/* With _FORTIFY_SOURCE, callers reach these instead. */
ssize_t __recv_chk(int fd, void *data, size_t size, size_t room, int flags);
ssize_t __recv_chk(int fd, void *data, size_t size, size_t room, int flags)
{
  if (size > room)
    abort();
  return recv(fd, data, size, flags);
}

ssize_t __recvfrom_chk(int fd, void *data, size_t size, size_t room, int flags, __SOCKADDR_ARG from,
                       socklen_t *from_size);
ssize_t __recvfrom_chk(int fd, void *data, size_t size, size_t room, int flags, __SOCKADDR_ARG from,
                       socklen_t *from_size)
{
  if (size > room)
    abort();
  return recvfrom(fd, data, size, flags, from, from_size);
}
