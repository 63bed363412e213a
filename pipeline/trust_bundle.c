#include "pipeline/trust_bundle.h"

#include "base/file.h"

enum { BUNDLE_LIMIT = 64 << 20, HEAD_SIZE = 5 };

bool tc_bundle_put(int fd, char kind, tc_bytes der, tc_error *err)
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
    if (!tc_bundle_put(fd, 'C', tc_certs_der(certs, i), err))
      return false;
  for (size_t i = 0; i < tc_certs_crl_count(certs); i++)
    if (!tc_bundle_put(fd, 'R', tc_certs_crl_der(certs, i), err))
      return false;
  *out_fd = tc_fd_steal(&fd);
  return true;
}

bool tc_bundle_load(int fd, tc_buf *out, tc_error *err)
{
  return (lseek(fd, 0, SEEK_SET) == 0 && tc_fd_read_all(fd, BUNDLE_LIMIT, out, err)) ||
         tc_fail(err, TC_IO, "the trust material cannot be read");
}

bool tc_bundle_next(tc_bytes *rest, char *kind, tc_bytes *der, tc_error *err)
{
  const uint8_t *head = rest->data;
  if (rest->size == 0)
    return false;
  if (rest->size < HEAD_SIZE)
    return tc_fail(err, TC_INTERNAL, "the trust material ends in a head");
  size_t size = (size_t)head[1] << 24 | (size_t)head[2] << 16 | (size_t)head[3] << 8 | head[4];
  if (size > rest->size - HEAD_SIZE)
    return tc_fail(err, TC_INTERNAL, "the trust material ends in a value");
  *kind = (char)head[0];
  *der = (tc_bytes){head + HEAD_SIZE, size};
  *rest = (tc_bytes){head + HEAD_SIZE + size, rest->size - HEAD_SIZE - size};
  return true;
}

bool tc_trust_bundle_read(int fd, tc_certs *into, tc_error *err)
{
  tc_auto(tc_buf) all = {0};
  return tc_bundle_load(fd, &all, err) && tc_trust_bundle_parse(tc_buf_bytes(&all), into, err);
}

bool tc_trust_bundle_parse(tc_bytes bundle, tc_certs *into, tc_error *err)
{
  char kind;
  tc_bytes der;
  tc_error damage = {0};
  tc_bytes rest = bundle;
  while (tc_bundle_next(&rest, &kind, &der, &damage))
    if (!tc_certs_add(into, der, "the trust material", err))
      return false;
  return damage.code == TC_OK || tc_fail(err, damage.code, "%s", damage.message);
}
