/*
 * Encrypted files: qpdf protects a sample, our reader opens it, our updater adds to it with the file's own key, and
 * qpdf reads the whole again (it is the second reader of pdf/changes.h).
 */
#include "tests/pdf/sample_pdf.h"

#include "pdf/qpdf_handle.h"

#include <string.h>

typedef struct protection {
  int revision; /* 3, 4 or 6 */
  bool aes;     /* of revision 4 */
  const char *user, *owner;
  bool no_changes, plain_metadata, object_streams;
} protection;

static void protect(const protection *how, tc_buf *bytes)
{
  tc_error err = {0};
  tc_auto(tc_qpdf) qpdf = NULL;
  QPDF_BOOL change = how->no_changes ? QPDF_FALSE : QPDF_TRUE;
  QPDF_BOOL metadata = how->plain_metadata ? QPDF_FALSE : QPDF_TRUE;
  assert_ok(tc_qpdf_open(tc_buf_bytes(bytes), &qpdf, &err), err);
  assert_int_equal(qpdf_init_write_memory(qpdf) & QPDF_ERRORS, 0);
  qpdf_set_object_stream_mode(qpdf, how->object_streams ? qpdf_o_generate : qpdf_o_preserve);
  if (how->revision == 6)
    qpdf_set_r6_encryption_parameters2(qpdf, how->user, how->owner, QPDF_TRUE, QPDF_TRUE, change, change, change,
                                       change, qpdf_r3p_full, metadata);
  else if (how->revision == 4)
    qpdf_set_r4_encryption_parameters_insecure(qpdf, how->user, how->owner, QPDF_TRUE, QPDF_TRUE, change, change,
                                               change, change, qpdf_r3p_full, metadata,
                                               how->aes ? QPDF_TRUE : QPDF_FALSE);
  else
    qpdf_set_r3_encryption_parameters_insecure(qpdf, how->user, how->owner, QPDF_TRUE, QPDF_TRUE, change, change,
                                               change, change, qpdf_r3p_full);
  assert_int_equal(qpdf_write(qpdf) & QPDF_ERRORS, 0);
  bytes->size = 0;
  assert_ok(tc_buf_append(bytes, qpdf_get_buffer(qpdf), qpdf_get_buffer_length(qpdf), &err), err);
}

static void make(const protection *how, tc_buf *out)
{
  sample_table(out);
  protect(how, out);
}

static bool contains(const tc_buf *bytes, const char *text)
{
  return memmem(bytes->data, bytes->size, text, strlen(text)) != NULL;
}

static const protection kinds[] = {{.revision = 4, .aes = true, .user = "", .owner = "o"},
                                   {.revision = 4, .aes = true, .user = "", .owner = "o", .object_streams = true},
                                   {.revision = 4, .aes = true, .user = "", .owner = "o", .plain_metadata = true},
                                   {.revision = 6, .user = "", .owner = "o"},
                                   {.revision = 6, .user = "", .owner = "o", .object_streams = true},
                                   {.revision = 6, .user = "", .owner = "o", .plain_metadata = true}};

static void test_crypt__reads_strings_and_streams(void **state)
{
  (void)state;
  for (size_t i = 0; i < TC_ARRAY_LEN(kinds); i++) {
    tc_error err = {0};
    tc_auto(tc_buf) bytes = {0};
    tc_auto(tc_buf) content = {0};
    tc_auto(tc_pdf_document) document = NULL;
    uint32_t *pages = NULL;
    size_t count = 0;
    make(&kinds[i], &bytes);
    assert_false(contains(&bytes, "(sample)") || contains(&bytes, "one line"));
    assert_ok(tc_pdf_document_open_bytes(tc_buf_bytes(&bytes), NULL, &document, &err), err);
    assert_true(tc_pdf_document_encrypted(document));
    const tc_pdf_object *info = tc_pdf_get_in(document, 0, tc_pdf_trailer(document, 0), "Info");
    tc_bytes title = tc_pdf_bytes(tc_pdf_get_in(document, 0, info, "Title"));
    assert_int_equal(title.size, 6);
    assert_memory_equal(title.data, "sample", 6);
    assert_ok(tc_pdf_pages(document, 0, &pages, &count, &err), err);
    const tc_pdf_object *contents = tc_pdf_get_in(document, 0, tc_pdf_lookup(document, 0, pages[0]), "Contents");
    free(pages);
    assert_ok(tc_pdf_stream_data(document, 0, contents, &content, &err), err);
    assert_true(contains(&content, "(one line) Tj"));
    assert_ok(tc_pdf_document_check(document, &err), err);
  }
}

static void add_store(tc_buf *bytes)
{
  tc_error err = {0};
  tc_auto(tc_buf) cert = {0};
  tc_auto(tc_fd) in = sample_fd(tc_buf_bytes(bytes));
  tc_auto(tc_fd) out = sample_fd((tc_bytes){NULL, 0});
  sample_der(300, &cert);
  const tc_bytes certs[] = {tc_buf_bytes(&cert)};
  tc_pdf_dss_values values = {.certs = certs, .cert_count = 1};
  assert_ok(tc_pdf_dss_append(in, &values, out, false, &err), err);
  sample_read(out, bytes);
}

/* Certified, signed, with a security store and a document time-stamp: all of it under the file's key but the values. */
static void test_crypt__updates_are_encrypted_with_the_files_key(void **state)
{
  (void)state;
  for (size_t i = 0; i < TC_ARRAY_LEN(kinds); i++) {
    tc_error err = {0};
    tc_auto(tc_buf) bytes = {0};
    tc_auto(tc_buf) original = {0};
    tc_auto(sample_verdict) verdict = {0};
    tc_auto(tc_pdf_dss) dss = {0};
    tc_pdf_prepared first, second, stamp;
    tc_pdf_signature_options options = tc_pdf_signature_options_default();
    make(&kinds[i], &bytes);
    assert_ok(tc_buf_append(&original, bytes.data, bytes.size, &err), err);
    options.docmdp = 2;
    options.reason = "because (of) it";
    options.signed_at = 1700000000;
    options.lock_present = true;
    sample_sign(&bytes, &options, &first);
    options = tc_pdf_signature_options_default();
    options.name = "T\xE1\xBB\x95ng";
    options.field_name = "Agency";
    sample_sign(&bytes, &options, &second);
    add_store(&bytes);
    options = tc_pdf_signature_options_default();
    options.timestamp = true;
    sample_sign(&bytes, &options, &stamp);
    assert_memory_equal(bytes.data, original.data, original.size);
    assert_false(contains(&bytes, "because") || contains(&bytes, "(Agency)") || contains(&bytes, "D:2023"));

    assert_ok(sample_examine(tc_buf_bytes(&bytes), true, &verdict, &err), err);
    for (size_t k = 0; k < tc_pdf_changes_count(verdict.changes); k++)
      fail_msg("%s: %s", tc_pdf_changes_at(verdict.changes, k)->code, tc_pdf_changes_at(verdict.changes, k)->detail);
    assert_true(sample_is_intact(&verdict));
    assert_int_equal(tc_pdf_signatures_count(verdict.signatures), 3);
    const tc_pdf_signature *one = tc_pdf_signatures_at(verdict.signatures, 0);
    assert_string_equal(one->reason, "because (of) it");
    assert_string_equal(one->signed_at, "D:20231114221320+00'00'");
    assert_string_equal(one->lock_fields[0], "Signature1");
    assert_memory_equal(one->range, first.range, sizeof first.range);
    assert_int_equal(one->contents.size, 100);
    assert_string_equal(tc_pdf_signatures_at(verdict.signatures, 1)->field_name, "Agency");
    assert_string_equal(tc_pdf_signatures_at(verdict.signatures, 1)->name, "T\xE1\xBB\x95ng");
    assert_memory_equal(tc_pdf_signatures_at(verdict.signatures, 2)->range, stamp.range, sizeof stamp.range);
    assert_ok(tc_pdf_dss_read(verdict.document, tc_pdf_revision_last(verdict.document), &dss, &err), err);
    assert_int_equal(dss.certs.count, 1);
    assert_int_equal(dss.certs.items[0].size, 300);
    /* without the key's other half it could not be opened */
    for (size_t r = 1; r < tc_pdf_revision_count(verdict.document); r++) {
      const tc_pdf_object *before = tc_pdf_trailer(verdict.document, r - 1), *now = tc_pdf_trailer(verdict.document, r);
      assert_true(tc_pdf_equal(tc_pdf_get(before, "Encrypt"), tc_pdf_get(now, "Encrypt")));
      assert_true(tc_pdf_equal(tc_pdf_at(tc_pdf_get(before, "ID"), 0), tc_pdf_at(tc_pdf_get(now, "ID"), 0)));
    }
  }
}

static void open_fails(const tc_buf *bytes, const char *password, const char *says)
{
  tc_error err = {0};
  tc_pdf_document *document = NULL;
  tc_pdf_open_options options = tc_pdf_open_options_default();
  options.password = password;
  assert_false(tc_pdf_document_open_bytes(tc_buf_bytes(bytes), &options, &document, &err));
  assert_int_equal(err.code, TC_ENCRYPTED);
  assert_null(document);
  assert_non_null(strstr(err.message, says));
}

static void test_crypt__passwords(void **state)
{
  (void)state;
  static const protection locked[] = {
      {.revision = 4, .aes = true, .user = "user pass", .owner = "owner pass", .no_changes = true},
      {.revision = 6, .user = "m\xE1\xBA\xADt kh\xE1\xBA\xA9u", .owner = "ch\xE1\xBB\xA7", .no_changes = true}};
  for (size_t i = 0; i < TC_ARRAY_LEN(locked); i++) {
    tc_auto(tc_buf) bytes = {0};
    make(&locked[i], &bytes);
    open_fails(&bytes, NULL, "pdf.password_file");
    open_fails(&bytes, "wrong", "does not open");
    for (int owner = 0; owner < 2; owner++) {
      tc_error err = {0};
      tc_auto(tc_pdf_document) document = NULL;
      tc_pdf_open_options options = tc_pdf_open_options_default();
      tc_pdf_signature_options signing = tc_pdf_signature_options_default();
      tc_pdf_prepared prepared;
      tc_auto(tc_fd) in = sample_fd(tc_buf_bytes(&bytes));
      tc_auto(tc_fd) out = sample_fd((tc_bytes){NULL, 0});
      options.password = owner ? locked[i].owner : locked[i].user;
      signing.open = &options;
      assert_ok(tc_pdf_document_open_bytes(tc_buf_bytes(&bytes), &options, &document, &err), err);
      assert_int_equal(tc_pdf_document_permissions(document) == UINT32_MAX, owner);
      if (owner)
        assert_ok(tc_pdf_signature_prepare(in, &signing, out, false, &prepared, &err), err);
      else
        assert_fails(tc_pdf_signature_prepare(in, &signing, out, false, &prepared, &err), err, TC_DENIED);
    }
  }
}

static void test_crypt__rc4_is_refused_with_the_way_out(void **state)
{
  (void)state;
  static const protection weak[] = {{.revision = 3, .user = "", .owner = "o"},
                                    {.revision = 4, .user = "", .owner = "o"}};
  for (size_t i = 0; i < TC_ARRAY_LEN(weak); i++) {
    tc_auto(tc_buf) bytes = {0};
    make(&weak[i], &bytes);
    open_fails(&bytes, NULL, "RC4");
    open_fails(&bytes, NULL, "AES");
  }
}

/* A later revision that drops the protection, or brings one, would be read under another key than it was written. */
static void test_crypt__the_protection_may_not_change(void **state)
{
  (void)state;
  tc_error err = {0};
  char text[200];
  for (int brings = 0; brings < 2; brings++) {
    tc_auto(tc_buf) bytes = {0};
    if (brings)
      sample_table(&bytes);
    else
      make(&kinds[3], &bytes);
    const uint8_t *marker = memmem(bytes.data, bytes.size, "startxref\n", 10);
    assert_non_null(marker);
    snprintf(text, sizeof text, "xref\n0 0\ntrailer\n<< /Size 9 /Root 1 0 R /Prev %ld %s >>\nstartxref\n%zu\n%%%%EOF\n",
             strtol((const char *)marker + 10, NULL, 10), brings ? "/Encrypt 6 0 R" : "", bytes.size);
    assert_ok(tc_buf_append_text(&bytes, text, &err), err);
    open_fails(&bytes, NULL, "protection");
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_crypt__reads_strings_and_streams),
      cmocka_unit_test(test_crypt__updates_are_encrypted_with_the_files_key),
      cmocka_unit_test(test_crypt__passwords),
      cmocka_unit_test(test_crypt__rc4_is_refused_with_the_way_out),
      cmocka_unit_test(test_crypt__the_protection_may_not_change),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
