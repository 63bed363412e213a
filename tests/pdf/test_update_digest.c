#include "tests/pdf/sample_pdf.h"

#include "pdf/dss.h"
#include "pdf/update_digest.h"

/* A signed sample with a security store after it that nothing signs. */
static void make(bool streams, tc_buf *out)
{
  static const uint8_t value[] = {0x30, 0x03, 0x02, 0x01, 0x05};
  tc_error err = {0};
  tc_pdf_prepared prepared;
  tc_auto(tc_fd) grown = -1;
  tc_pdf_signature_options options = tc_pdf_signature_options_default();
  tc_bytes cert = {value, sizeof value};
  tc_pdf_dss_values values = {.certs = &cert, .cert_count = 1};
  if (streams)
    sample_compressed(out);
  else
    sample_table(out);
  sample_sign(out, &options, &prepared);
  tc_auto(tc_fd) fd = sample_fd(tc_buf_bytes(out));
  assert_ok(tc_memfd("grown", &grown, &err), err);
  assert_ok(tc_pdf_dss_append(fd, &values, grown, false, &err), err);
  out->size = 0;
  sample_read(grown, out);
}

static bool fits(tc_bytes bytes, bool *readable)
{
  tc_error err = {0};
  tc_auto(tc_pdf_document) document = NULL;
  bool result = false;
  *readable = tc_pdf_document_open_bytes(bytes, NULL, &document, &err) && tc_pdf_revision_count(document) == 3;
  if (*readable)
    assert_ok(tc_pdf_update_fits(document, tc_pdf_revision_last(document), &result, &err), err);
  return result;
}

static void check(bool streams)
{
  tc_auto(tc_buf) bytes = {0};
  tc_error err = {0};
  bool readable = false;
  size_t told = 0;
  make(streams, &bytes);
  tc_auto(tc_pdf_document) document = NULL;
  assert_ok(tc_pdf_document_open_bytes(tc_buf_bytes(&bytes), NULL, &document, &err), err);
  size_t start = (size_t)tc_pdf_revision_at(document, 1).eof;
  assert_true(fits(tc_buf_bytes(&bytes), &readable) && readable);
  for (size_t i = start; i < bytes.size; i++) {
    bytes.data[i] ^= 0x01;
    assert_false(fits(tc_buf_bytes(&bytes), &readable));
    told += readable;
    bytes.data[i] ^= 0x01;
  }
  assert_true(told > (bytes.size - start) / 4); /* by the digest, not for want of a readable file */
}

static void test_update_digest__every_byte_counts_behind_a_table(void **state)
{
  (void)state;
  check(false);
}

static void test_update_digest__every_byte_counts_behind_a_stream(void **state)
{
  (void)state;
  check(true);
}

/* A revision of another writer, or a signed one, whose value came later. */
static void test_update_digest__what_is_not_its_own_does_not_fit(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) bytes = {0};
  tc_auto(tc_pdf_document) document = NULL;
  bool result = true;
  make(false, &bytes);
  assert_ok(tc_pdf_document_open_bytes(tc_buf_bytes(&bytes), NULL, &document, &err), err);
  assert_ok(tc_pdf_update_fits(document, 1, &result, &err), err);
  assert_false(result);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_update_digest__every_byte_counts_behind_a_table),
      cmocka_unit_test(test_update_digest__every_byte_counts_behind_a_stream),
      cmocka_unit_test(test_update_digest__what_is_not_its_own_does_not_fit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
