/*
 * Preparing and filling signatures, the security store, and what the reader says of the result.
 */
#include "tests/pdf/sample_pdf.h"

static void make(bool compressed, tc_buf *out) { compressed ? sample_compressed(out) : sample_table(out); }

static void test_signature__round_trip(void **state)
{
  (void)state;
  static const char *const locked[] = {"Signature1", NULL};
  for (int compressed = 0; compressed < 2; compressed++) {
    tc_error err = {0};
    tc_auto(tc_buf) bytes = {0};
    tc_auto(tc_buf) original = {0};
    tc_auto(sample_verdict) verdict = {0};
    tc_pdf_prepared first, second;
    tc_pdf_signature_options options = tc_pdf_signature_options_default();
    make(compressed, &bytes);
    assert_ok(tc_buf_append(&original, bytes.data, bytes.size, &err), err);
    options.docmdp = 2;
    options.name = "T\xE1\xBB\x95ng (1)";
    options.signed_at = 1700000000;
    options.utc_offset_minutes = 420;
    options.rect[2] = 100;
    options.rect[3] = 50.5;
    sample_sign(&bytes, &options, &first);
    assert_memory_equal(bytes.data, original.data, original.size);
    options = tc_pdf_signature_options_default();
    options.lock = TC_PDF_LOCK_INCLUDE;
    options.lock_fields = locked;
    options.reason = "sealed";
    sample_sign(&bytes, &options, &second);

    assert_ok(sample_examine(tc_buf_bytes(&bytes), true, &verdict, &err), err);
    assert_true(sample_is_intact(&verdict));
    assert_int_equal(tc_pdf_changes_count(verdict.changes), 0);
    assert_int_equal(tc_pdf_signatures_count(verdict.signatures), 2);
    const tc_pdf_signature *one = tc_pdf_signatures_at(verdict.signatures, 0);
    const tc_pdf_signature *two = tc_pdf_signatures_at(verdict.signatures, 1);
    assert_int_equal(one->coverage, TC_PDF_COVERS_REVISION);
    assert_int_equal(two->coverage, TC_PDF_COVERS_FILE);
    assert_string_equal(one->field_name, "Signature1");
    assert_string_equal(one->sub_filter, "ETSI.CAdES.detached");
    assert_string_equal(one->name, "T\xE1\xBB\x95ng (1)");
    assert_string_equal(one->signed_at, "D:20231115051320+07'00'");
    assert_int_equal(one->docmdp, 2);
    assert_true(one->docmdp_in_perms);
    assert_int_equal(one->contents.size, 100);
    assert_true(one->contents_is_whole && one->padding_is_zero);
    assert_int_equal(one->padding, 16384 - 100);
    assert_int_equal(one->page, 0);
    assert_float_equal(one->rect[3], 50.5, 1e-9);
    assert_int_equal(two->lock, TC_PDF_LOCK_INCLUDE);
    assert_string_equal(two->lock_fields[0], "Signature1");
    assert_memory_equal(two->range, second.range, sizeof second.range);
    assert_int_equal(tc_pdf_revision_at(verdict.document, 1).xref_stream, compressed);
  }
}

/* A lock of what is there names it, so that a document time-stamp may still come, and no field twice. */
static void test_signature__a_lock_of_what_is_there_leaves_later_time_stamps_free(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) bytes = {0};
  tc_auto(sample_verdict) verdict = {0};
  tc_pdf_prepared prepared;
  tc_pdf_signature_options options = tc_pdf_signature_options_default();
  make(false, &bytes);
  sample_sign(&bytes, &options, &prepared);
  options.lock_present = true;
  sample_sign(&bytes, &options, &prepared);
  options = tc_pdf_signature_options_default();
  options.timestamp = true;
  sample_sign(&bytes, &options, &prepared);
  assert_ok(sample_examine(tc_buf_bytes(&bytes), true, &verdict, &err), err);
  assert_true(sample_is_intact(&verdict));
  const tc_pdf_signature *lock = tc_pdf_signatures_at(verdict.signatures, 1);
  assert_int_equal(lock->lock, TC_PDF_LOCK_INCLUDE);
  assert_int_equal(lock->lock_field_count, 2);
  assert_string_equal(lock->lock_fields[0], "Signature1");
  assert_string_equal(lock->lock_fields[1], "Signature2");
  assert_true(tc_pdf_signatures_at(verdict.signatures, 2)->is_timestamp);
}

static void test_signature__digest_is_of_the_spans(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) bytes = {0};
  tc_auto(tc_buf) joined = {0};
  tc_auto(sample_verdict) verdict = {0};
  tc_pdf_signature_options options = tc_pdf_signature_options_default();
  tc_pdf_prepared prepared;
  tc_digest expected;
  uint8_t digest[32];
  tc_bytes spans[2];
  sample_table(&bytes);
  sample_sign(&bytes, &options, &prepared);
  tc_auto(tc_fd) fd = sample_fd(tc_buf_bytes(&bytes));
  assert_ok(tc_pdf_prepared_sha256(fd, &prepared, digest, &err), err);
  assert_ok(sample_examine(tc_buf_bytes(&bytes), true, &verdict, &err), err);
  tc_pdf_signature_spans(verdict.document, tc_pdf_signatures_at(verdict.signatures, 0), spans);
  for (size_t i = 0; i < 2; i++)
    assert_ok(tc_buf_append(&joined, spans[i].data, spans[i].size, &err), err);
  assert_int_equal(joined.size, bytes.size - 2 * prepared.contents_size - 2);
  assert_ok(tc_digest_of(tc_buf_bytes(&joined), &expected, &err), err);
  assert_memory_equal(digest, expected.bytes, 32);
}

static void test_signature__fill_is_strict(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) bytes = {0};
  tc_auto(tc_buf) before = {0};
  tc_auto(tc_buf) after = {0};
  tc_auto(tc_buf) der = {0};
  tc_auto(tc_buf) large = {0};
  tc_pdf_signature_options options = tc_pdf_signature_options_default();
  tc_pdf_prepared prepared;
  options.contents_size = 5000;
  sample_table(&bytes);
  tc_auto(tc_fd) in = sample_fd(tc_buf_bytes(&bytes));
  tc_auto(tc_fd) out = sample_fd((tc_bytes){NULL, 0});
  assert_ok(tc_pdf_signature_prepare(in, &options, out, false, &prepared, &err), err);
  sample_read(out, &before);
  sample_der(5001, &large);
  assert_fails(tc_pdf_signature_fill(out, &prepared, tc_buf_bytes(&large), &err), err, TC_LIMIT);
  sample_read(out, &after);
  assert_int_equal(after.size, before.size);
  assert_memory_equal(after.data, before.data, before.size);
  sample_der(4999, &der);
  assert_ok(tc_pdf_signature_fill(out, &prepared, tc_buf_bytes(&der), &err), err);
  sample_read(out, &after);
  size_t end = (size_t)prepared.range[2];
  assert_int_equal(after.size, before.size);
  assert_memory_equal(after.data, before.data, (size_t)prepared.range[1] + 1);
  assert_memory_equal(after.data + end - 1, before.data + end - 1, before.size - end + 1);
  /* a second filling finds the place taken */
  assert_fails(tc_pdf_signature_fill(out, &prepared, tc_buf_bytes(&der), &err), err, TC_CONFLICT);
}

static void prepare_fails(const tc_buf *bytes, const tc_pdf_signature_options *options, tc_code code)
{
  tc_error err = {0};
  tc_pdf_prepared prepared;
  tc_auto(tc_fd) in = sample_fd(tc_buf_bytes(bytes));
  tc_auto(tc_fd) out = sample_fd((tc_bytes){NULL, 0});
  assert_fails(tc_pdf_signature_prepare(in, options, out, false, &prepared, &err), err, code);
}

static void test_signature__refuses_what_is_not_permitted(void **state)
{
  (void)state;
  tc_auto(tc_buf) bytes = {0};
  tc_pdf_prepared prepared;
  tc_pdf_signature_options options = tc_pdf_signature_options_default();
  sample_table(&bytes);
  options.page = 1;
  prepare_fails(&bytes, &options, TC_USAGE);
  options.page = 0;
  options.field_name = "a.b";
  prepare_fails(&bytes, &options, TC_USAGE);
  options.field_name = "Seal";
  options.docmdp = 1;
  sample_sign(&bytes, &options, &prepared);
  options.docmdp = 0;
  prepare_fails(&bytes, &options, TC_CONFLICT); /* the same field */
  options.field_name = NULL;
  prepare_fails(&bytes, &options, TC_CONFLICT); /* P = 1 */
  options.docmdp = 2;
  prepare_fails(&bytes, &options, TC_CONFLICT); /* not the first */
  options.docmdp = 0;
  options.timestamp = true; /* may always follow */
  sample_sign(&bytes, &options, &prepared);
}

static void test_signature__security_store(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) bytes = {0};
  tc_auto(tc_buf) cert = {0};
  tc_auto(tc_buf) crl = {0};
  tc_auto(sample_verdict) verdict = {0};
  tc_auto(tc_pdf_dss) dss = {0};
  sample_table(&bytes);
  sample_sign_default(&bytes);
  sample_der(300, &cert);
  sample_der(400, &crl);
  const tc_bytes certs[] = {tc_buf_bytes(&cert), tc_buf_bytes(&cert)}, crls[] = {tc_buf_bytes(&crl)};
  tc_pdf_dss_values values = {.certs = certs, .cert_count = 2};
  for (int round = 0; round < 2; round++) {
    tc_auto(tc_fd) in = sample_fd(tc_buf_bytes(&bytes));
    tc_auto(tc_fd) out = sample_fd((tc_bytes){NULL, 0});
    assert_ok(tc_pdf_dss_append(in, &values, out, false, &err), err);
    sample_read(out, &bytes);
    values.crls = crls;
    values.crl_count = 1;
  }
  assert_ok(sample_examine(tc_buf_bytes(&bytes), true, &verdict, &err), err);
  assert_true(sample_is_intact(&verdict));
  assert_ok(tc_pdf_dss_read(verdict.document, tc_pdf_revision_last(verdict.document), &dss, &err), err);
  assert_true(dss.present);
  assert_int_equal(dss.certs.count, 1);
  assert_int_equal(dss.crls.count, 1);
  assert_int_equal(dss.crls.items[0].size, 400);
}

static void test_signature__update_handles_a_missing_last_line_end(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) bytes = {0};
  tc_auto(sample_verdict) verdict = {0};
  sample_table(&bytes);
  bytes.size--;
  sample_sign_default(&bytes);
  sample_sign_default(&bytes);
  assert_ok(sample_examine(tc_buf_bytes(&bytes), true, &verdict, &err), err);
  assert_true(sample_is_intact(&verdict));
  assert_int_equal(tc_pdf_signatures_count(verdict.signatures), 2);
}

/* A name stands for the fields below it, too. */
static void test_signature__locks_a_field_and_those_below_it(void **state)
{
  (void)state;
  char name[] = "Form.Part";
  char *names[] = {name};
  tc_pdf_signature signature = {.lock = TC_PDF_LOCK_INCLUDE, .lock_fields = names, .lock_field_count = 1};
  assert_true(tc_pdf_signature_locks(&signature, "Form.Part"));
  assert_true(tc_pdf_signature_locks(&signature, "Form.Part.Name"));
  assert_false(tc_pdf_signature_locks(&signature, "Form.Parties"));
  assert_false(tc_pdf_signature_locks(&signature, "Form"));
  signature.lock = TC_PDF_LOCK_EXCLUDE;
  assert_false(tc_pdf_signature_locks(&signature, "Form.Part.Name"));
  assert_true(tc_pdf_signature_locks(&signature, "Other"));
  signature.lock = TC_PDF_LOCK_ALL;
  assert_true(tc_pdf_signature_locks(&signature, "Form.Part"));
  signature.lock = TC_PDF_LOCK_NONE;
  assert_false(tc_pdf_signature_locks(&signature, "Form.Part"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_signature__round_trip),
      cmocka_unit_test(test_signature__a_lock_of_what_is_there_leaves_later_time_stamps_free),
      cmocka_unit_test(test_signature__locks_a_field_and_those_below_it),
      cmocka_unit_test(test_signature__digest_is_of_the_spans),
      cmocka_unit_test(test_signature__fill_is_strict),
      cmocka_unit_test(test_signature__refuses_what_is_not_permitted),
      cmocka_unit_test(test_signature__security_store),
      cmocka_unit_test(test_signature__update_handles_a_missing_last_line_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
