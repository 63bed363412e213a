#include "pipeline/trust_bundle.h"

#include "base/file.h"

enum { BUNDLE_LIMIT = 64 << 20, HEAD_SIZE = 5 };

static bool put(int fd, char kind, tc_bytes der, tc_error *err)
{
  uint8_t head[HEAD_SIZE] = {(uint8_t)kind, (uint8_t)(der.size >> 24), (uint8_t)(der.size >> 16),
                             (uint8_t)(der.size >> 8), (uint8_t)der.size};
  return tc_fd_write_all(fd, head, sizeof head, err) && tc_fd_write_all(fd, der.data, der.size, err);
}

bool tc_trust_bundle_write(const tc_certs *certs, int *out_fd, tc_error *err)
{
  tc_auto(tc_fd) fd = -1;
  if (!tc_memfd("trust", &fd, err))
    return false;
  for (size_t i = 0; i < tc_certs_count(certs); i++)
    if (!put(fd, 'C', tc_certs_der(certs, i), err))
      return false;
  for (size_t i = 0; i < tc_certs_crl_count(certs); i++)
    if (!put(fd, 'R', tc_certs_crl_der(certs, i), err))
      return false;
  *out_fd = tc_fd_steal(&fd);
  return true;
}

bool tc_trust_bundle_read(int fd, tc_certs *into, tc_error *err)
{
  tc_auto(tc_buf) all = {0};
  if (lseek(fd, 0, SEEK_SET) != 0 || !tc_fd_read_all(fd, BUNDLE_LIMIT, &all, err))
    return tc_fail(err, TC_IO, "the trust material cannot be read");
  for (size_t at = 0; at < all.size;) {
    const uint8_t *head = all.data + at;
    if (all.size - at < HEAD_SIZE)
      return tc_fail(err, TC_INTERNAL, "the trust material ends in a head");
    size_t size = (size_t)head[1] << 24 | (size_t)head[2] << 16 | (size_t)head[3] << 8 | head[4];
    at += HEAD_SIZE;
    if (size > all.size - at)
      return tc_fail(err, TC_INTERNAL, "the trust material ends in a value");
    if (!tc_certs_add(into, (tc_bytes){all.data + at, size}, "the trust material", err))
      return false;
    at += size;
  }
  return true;
}
