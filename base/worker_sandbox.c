/*
 * seccomp: whatever is not named below fails with EPERM, so a library that tries something meets an error and not its
 * death, and an unknown new system call is closed from its first day. clone3 hides its flags from the filter: it
 * answers ENOSYS, and the C library falls back to clone, of which threads alone pass.
 */
#include "base/worker_sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SPACE_IS_LIMITED false
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || __has_feature(thread_sanitizer)
#define ADDRESS_SPACE_IS_LIMITED false
#endif
#endif
#ifndef ADDRESS_SPACE_IS_LIMITED
#define ADDRESS_SPACE_IS_LIMITED true
#endif

enum { OPEN_FILES_MAX = 512 };

/* Allowed whatever their arguments: none of them reaches anything that the process does not hold already, except
   reading what files tell of themselves. */
static const int allowed[] = {
    /* descriptors */
    SCMP_SYS(read),
    SCMP_SYS(readv),
    SCMP_SYS(pread64),
    SCMP_SYS(preadv),
    SCMP_SYS(preadv2),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(pwrite64),
    SCMP_SYS(pwritev),
    SCMP_SYS(pwritev2),
    SCMP_SYS(lseek),
    SCMP_SYS(_llseek),
    SCMP_SYS(close),
    SCMP_SYS(close_range),
    SCMP_SYS(dup),
    SCMP_SYS(dup2),
    SCMP_SYS(dup3),
    SCMP_SYS(pipe),
    SCMP_SYS(pipe2),
    SCMP_SYS(eventfd2),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(select),
    SCMP_SYS(pselect6),
    SCMP_SYS(epoll_create1),
    SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_wait),
    SCMP_SYS(epoll_pwait),
    SCMP_SYS(sendfile),
    SCMP_SYS(copy_file_range),
    SCMP_SYS(memfd_create),
    SCMP_SYS(ftruncate),
    SCMP_SYS(fallocate),
    SCMP_SYS(fadvise64),
    SCMP_SYS(readahead),
    SCMP_SYS(fsync),
    SCMP_SYS(fdatasync),
    SCMP_SYS(flock),
    /* what files tell */
    SCMP_SYS(fstat),
    SCMP_SYS(fstat64),
    SCMP_SYS(stat),
    SCMP_SYS(lstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(statx),
    SCMP_SYS(statfs),
    SCMP_SYS(fstatfs),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(getdents),
    SCMP_SYS(getdents64),
    SCMP_SYS(getcwd),
    /* memory */
    SCMP_SYS(mmap),
    SCMP_SYS(mmap2),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(mprotect),
    SCMP_SYS(madvise),
    SCMP_SYS(msync),
    SCMP_SYS(mincore),
    SCMP_SYS(brk),
    SCMP_SYS(membarrier),
    SCMP_SYS(get_mempolicy),
    /* threads and signals of its own */
    SCMP_SYS(futex),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(get_robust_list),
    SCMP_SYS(set_tid_address),
    SCMP_SYS(rseq),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sched_getparam),
    SCMP_SYS(sched_getscheduler),
    SCMP_SYS(sched_getattr),
    SCMP_SYS(sched_get_priority_max),
    SCMP_SYS(sched_get_priority_min),
    SCMP_SYS(getpriority),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigpending),
    SCMP_SYS(rt_sigtimedwait),
    SCMP_SYS(rt_sigsuspend),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(sigreturn),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    /* time, chance, and who it is */
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(times),
    SCMP_SYS(getrusage),
    SCMP_SYS(getrandom),
    SCMP_SYS(sysinfo),
    SCMP_SYS(uname),
    SCMP_SYS(getcpu),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getppid),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(getresuid),
    SCMP_SYS(getresgid),
    SCMP_SYS(getpgrp),
    SCMP_SYS(getrlimit),
    SCMP_SYS(ugetrlimit),
    SCMP_SYS(arch_prctl),
};

/* Bits of open's flags that none may have: read-only is 0. O_TMPFILE shares a bit with O_DIRECTORY, which may stand. */
enum { OPEN_DENIED = O_ACCMODE | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY) };
enum { NAMESPACES = 0x7E020000 }; /* CLONE_NEW… */

static const int fcntl_commands[] = {F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD,     F_SETFD,     F_GETFL,     F_SETFL,
                                     F_GETLK, F_SETLK,         F_ADD_SEALS, F_GET_SEALS, F_OFD_GETLK, F_OFD_SETLK};
static const int ioctl_requests[] = {TCGETS, FIONREAD, FIOCLEX, FIONBIO};
enum { SET_VMA = 0x53564d41 }; /* PR_SET_VMA: the allocator names its mappings */
static const int prctl_options[] = {PR_SET_NAME, PR_GET_NAME, PR_GET_DUMPABLE, PR_CAPBSET_READ, SET_VMA};

/* System calls that pass if one argument has one of a list of values. */
static const struct by_value {
  int number;
  unsigned int argument;
  const int *values;
  size_t count;
} by_values[] = {
    {SCMP_SYS(fcntl), 1, fcntl_commands, TC_ARRAY_LEN(fcntl_commands)},
    {SCMP_SYS(fcntl64), 1, fcntl_commands, TC_ARRAY_LEN(fcntl_commands)},
    {SCMP_SYS(ioctl), 1, ioctl_requests, TC_ARRAY_LEN(ioctl_requests)},
    {SCMP_SYS(prctl), 0, prctl_options, TC_ARRAY_LEN(prctl_options)},
};

static int add_by_values(scmp_filter_ctx filter)
{
  int problem = 0;
  for (size_t i = 0; i < TC_ARRAY_LEN(by_values) && problem == 0; i++)
    for (size_t j = 0; j < by_values[i].count && problem == 0; j++)
      problem = seccomp_rule_add(filter, SCMP_ACT_ALLOW, by_values[i].number, 1,
                                 SCMP_CMP32(by_values[i].argument, SCMP_CMP_EQ, (uint32_t)by_values[i].values[j]));
  return problem;
}

static int add_conditional(scmp_filter_ctx filter, const tc_sandbox_options *options)
{
  const uint32_t self = (uint32_t)getpid();
  const uint32_t socket = (uint32_t)options->socket;
  const struct {
    int number;
    struct scmp_arg_cmp condition;
  } rules[] = {
      {SCMP_SYS(open), SCMP_A1_32(SCMP_CMP_MASKED_EQ, OPEN_DENIED, 0)},
      {SCMP_SYS(openat), SCMP_A2_32(SCMP_CMP_MASKED_EQ, OPEN_DENIED, 0)},
      {SCMP_SYS(clone), SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD | NAMESPACES, CLONE_THREAD)},
      {SCMP_SYS(tgkill), SCMP_A0_32(SCMP_CMP_EQ, self)}, /* abort */
      {SCMP_SYS(sendmsg), SCMP_A0_32(SCMP_CMP_EQ, socket)},
      {SCMP_SYS(recvmsg), SCMP_A0_32(SCMP_CMP_EQ, socket)},
      {SCMP_SYS(prlimit64), SCMP_A2(SCMP_CMP_EQ, 0)}, /* asking, not setting */
  };
  int problem = 0;
  for (size_t i = 0; i < TC_ARRAY_LEN(rules) && problem == 0; i++)
    problem = seccomp_rule_add(filter, SCMP_ACT_ALLOW, rules[i].number, 1, rules[i].condition);
  return problem;
}

static int add_rules(scmp_filter_ctx filter, const tc_sandbox_options *options)
{
  int problem = 0;
  for (size_t i = 0; i < TC_ARRAY_LEN(allowed) && problem == 0; i++)
    problem = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
  if (problem == 0)
    problem = add_by_values(filter);
  if (problem == 0)
    problem = add_conditional(filter, options);
  if (problem == 0)
    problem = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
  if (problem == 0)
    problem = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(openat2), 0);
  return problem;
}

bool tc_sandbox_shut(const tc_sandbox_options *options, tc_error *err)
{
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  if (filter == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the system call filter");
  int problem = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  if (problem == 0)
    problem = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
  if (problem == 0)
    problem = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2); /* a tree, not a list */
  if (problem == 0)
    problem = add_rules(filter, options);
  if (problem == 0)
    problem = seccomp_load(filter);
  seccomp_release(filter);
  if (problem != 0)
    return tc_fail(err, TC_INTERNAL, "the system call filter cannot be put on (%s); workers need a kernel with seccomp",
                   strerrorname_np(-problem));
  return true;
}

static bool limit(__rlimit_resource_t resource, const char *name, int64_t value, tc_error *err)
{
  struct rlimit now;
  if (getrlimit(resource, &now) != 0)
    return tc_fail_errno(err, TC_INTERNAL, errno, "the limit %s cannot be read", name);
  rlim_t wanted = now.rlim_max < (rlim_t)value ? now.rlim_max : (rlim_t)value;
  if (setrlimit(resource, &(struct rlimit){wanted, wanted}) != 0)
    return tc_fail_errno(err, TC_INTERNAL, errno, "the limit %s cannot be set", name);
  return true;
}

static bool drop_capabilities(tc_error *err)
{
  struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(SYS_capset, &head, none) != 0)
    return tc_fail_errno(err, TC_INTERNAL, errno, "the worker's capabilities cannot be dropped");
  return true;
}

bool tc_sandbox_limit(const tc_sandbox_options *options, tc_error *err)
{
  int abi = 0;
  signal(SIGXFSZ, SIG_IGN); /* too large a file: EFBIG instead */
  return limit(RLIMIT_CORE, "core", 0, err) && limit(RLIMIT_FSIZE, "file size", options->file_bytes, err) &&
         limit(RLIMIT_NOFILE, "open files", OPEN_FILES_MAX, err) &&
         (!ADDRESS_SPACE_IS_LIMITED || limit(RLIMIT_AS, "address space", options->memory_bytes, err)) &&
         drop_capabilities(err) && tc_landlock_read_only(options->readable_paths, &abi, err);
}
