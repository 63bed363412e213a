/*
 * A PDF for tests, made of its objects' texts: object i + 1 is objects[i]; object 1 is the catalog. The table and its
 * offsets are right.
 */
#pragma once

#include "base/buf.h"
#include "base/file.h"
#include "tests/tc_test.h"

/* trailer: more of its keys, "" for none. */
static inline int pdf_fixture(const char *const *objects, size_t count, const char *trailer)
{
  tc_error err = {0};
  tc_auto(tc_buf) file = {0};
  size_t offsets[64] = {0};
  int fd = -1;
  assert_true(count < TC_ARRAY_LEN(offsets));
  assert_ok(tc_buf_append_text(&file, "%PDF-1.7\n", &err), err);
  for (size_t i = 0; i < count; i++) {
    offsets[i] = file.size;
    assert_ok(tc_buf_printf(&file, &err, "%zu 0 obj\n%s\nendobj\n", i + 1, objects[i]), err);
  }
  size_t table = file.size;
  assert_ok(tc_buf_printf(&file, &err, "xref\n0 %zu\n0000000000 65535 f \n", count + 1), err);
  for (size_t i = 0; i < count; i++)
    assert_ok(tc_buf_printf(&file, &err, "%010zu 00000 n \n", offsets[i]), err);
  assert_ok(tc_buf_printf(&file, &err, "trailer\n<< /Root 1 0 R /Size %zu %s >>\nstartxref\n%zu\n%%%%EOF\n", count + 1,
                          trailer, table),
            err);
  assert_ok(tc_memfd("fixture", &fd, &err), err);
  assert_ok(tc_fd_write_all(fd, file.data, file.size, &err), err);
  return fd;
}
