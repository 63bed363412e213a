/*
 * Landlock (Documentation/userspace-api/landlock.rst of the kernel): everything that a path can be used for is handled,
 * hence denied, except reading below a list of paths. The kernel's header of the day may be older than the kernel, so
 * the interface's numbers stand here.
 */
#include "base/auto.h"
#include "base/worker_sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446, CREATE_VERSION = 1, RULE_PATH_BENEATH = 1 };
enum { FS_READ_FILE = 1 << 2, FS_READ_DIR = 1 << 3 };

struct ruleset {
  uint64_t handled_access_fs;
  uint64_t handled_access_net; /* ABI 4 */
  uint64_t scoped;             /* ABI 6 */
};

struct path_beneath {
  uint64_t allowed_access;
  int32_t parent_fd;
} __attribute__((packed));

/* What the dynamic loader, the C library and the imaging, text and font libraries read when they start and later. */
static const char *const library_paths[] = {"/usr/lib",         "/usr/lib64",
                                            "/usr/local/lib",   "/lib",
                                            "/lib64",           "/usr/share",
                                            "/usr/local/share", "/etc/fonts",
                                            "/etc/ssl",         "/etc/ld.so.cache",
                                            "/etc/localtime",   "/etc/timezone",
                                            "/proc/self",       "/proc/cpuinfo",
                                            "/proc/meminfo",    "/proc/stat",
                                            "/proc/sys/vm",     "/sys/devices/system/cpu",
                                            "/sys/fs/cgroup",   "/var/cache/fontconfig",
                                            "/dev/null",        "/dev/zero",
                                            "/dev/urandom",     NULL};

/* The accesses of each version of the interface; a bit that the kernel does not know would be refused. */
static struct ruleset rights_of(int abi)
{
  static const int fs_bits[] = {0, 13, 14, 15, 15, 16};
  size_t known = (size_t)abi < sizeof fs_bits / sizeof *fs_bits ? (size_t)abi : sizeof fs_bits / sizeof *fs_bits - 1;
  return (struct ruleset){
      .handled_access_fs = ((uint64_t)1 << fs_bits[known]) - 1,
      .handled_access_net = abi >= 4 ? 3 : 0, /* bind and connect */
      .scoped = abi >= 6 ? 3 : 0,             /* abstract sockets and signals */
  };
}

static bool allow_reading(int ruleset, const char *path, tc_error *err)
{
  tc_auto(tc_fd) fd = open(path, O_PATH | O_CLOEXEC);
  struct stat status;
  if (fd < 0 || fstat(fd, &status) != 0)
    return true;
  struct path_beneath rule = {.allowed_access = FS_READ_FILE | (S_ISDIR(status.st_mode) ? FS_READ_DIR : 0),
                              .parent_fd = fd};
  if (syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, &rule, 0) != 0)
    return tc_fail_errno(err, TC_INTERNAL, errno, "Landlock does not take the path %s", path);
  return true;
}

static bool allow_all(int ruleset, const char *const *paths, tc_error *err)
{
  for (; paths != NULL && *paths != NULL; paths++)
    if (!allow_reading(ruleset, *paths, err))
      return false;
  return true;
}

bool tc_landlock_read_only(const char *const *readable_paths, int *abi, tc_error *err)
{
  long version = syscall(CREATE_RULESET, NULL, 0, CREATE_VERSION);
  *abi = version > 0 ? (int)version : 0;
  if (version <= 0)
    return true;
  struct ruleset rights = rights_of(*abi);
  size_t size = *abi >= 6   ? sizeof rights
                : *abi >= 4 ? offsetof(struct ruleset, scoped)
                            : offsetof(struct ruleset, handled_access_net);
  tc_auto(tc_fd) ruleset = (int)syscall(CREATE_RULESET, &rights, size, 0);
  if (ruleset < 0)
    return tc_fail_errno(err, TC_INTERNAL, errno, "Landlock gives no rule set");
  if (!allow_all(ruleset, library_paths, err) || !allow_all(ruleset, readable_paths, err))
    return false;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(RESTRICT_SELF, ruleset, 0) != 0)
    return tc_fail_errno(err, TC_INTERNAL, errno, "Landlock cannot be put on");
  return true;
}
