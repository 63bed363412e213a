#include "imaging/mapping.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>

bool tc_mapping_check_size(int64_t size, int64_t max_bytes, tc_error *err)
{
  if (size <= max_bytes)
    return true;
  return tc_fail(err, TC_LIMIT, "the file has %lld bytes, more than the %lld permitted (setting imaging.max_bytes)",
                 (long long)size, (long long)max_bytes);
}

bool tc_mapping_init(tc_mapping *mapping, int fd, int64_t max_bytes, tc_error *err)
{
  struct stat status;
  if (fstat(fd, &status) != 0)
    return tc_fail_errno(err, TC_IO, errno, "the file cannot be examined");
  if (!S_ISREG(status.st_mode))
    return tc_fail(err, TC_UNSUPPORTED, "this is not a regular file");
  if (!tc_mapping_check_size(status.st_size, max_bytes, err))
    return false;
  if (status.st_size == 0) {
    *mapping = (tc_mapping){0};
    return true;
  }
  void *mapped = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (mapped == MAP_FAILED)
    return tc_fail_errno(err, TC_IO, errno, "the file cannot be mapped");
  *mapping = (tc_mapping){.bytes = {mapped, (size_t)status.st_size}, .mapped = mapped};
  return true;
}

void tc_mapping_finish(tc_mapping *mapping)
{
  if (mapping->mapped != NULL)
    munmap(mapping->mapped, mapping->bytes.size);
  *mapping = (tc_mapping){0};
}
