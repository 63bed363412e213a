/* What a copy says of itself is asked whatever else the file embeds, and nothing that cannot be read counts as asked.
 */
#include "tests/pdf/sample_pdf.h"

#include "pipeline/copy_data.h"
#include "pipeline/verify_copy.h"

#define DATA(more) "{\"format\":\"" TC_COPY_FORMAT "\",\"record\":\"r\",\"pages\":[{}]" more "}"

typedef struct seen {
  char codes[600];
} seen;

static void take(void *context, const char *code, const char *detail)
{
  seen *s = context;
  size_t size = strlen(s->codes);
  (void)detail;
  snprintf(s->codes + size, sizeof s->codes - size, "%s ", code);
}

/* Two pages, and two embedded files: a stranger's that comes first, and the copy's data. */
static void make(sample *s, const char *first_filter, size_t first_size, const char *filter, const char *data)
{
  tc_error err = {0};
  char *first = calloc(1, first_size);
  assert_non_null(first);
  assert_ok(tc_buf_append_text(&s->bytes, "%PDF-1.7\n", &err), err);
  sample_object(s, 1, "<< /Type /Catalog /Pages 2 0 R /AF [5 0 R 7 0 R] >>");
  sample_object(s, 2, "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>");
  sample_object(s, 3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>");
  sample_object(s, 4, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>");
  sample_object(s, 5, "<< /Type /Filespec /UF (large.bin) /EF << /F 6 0 R >> >>");
  sample_stream(s, 6, first_filter, first, first_size);
  sample_object(s, 7, "<< /Type /Filespec /UF (" TC_COPY_DATA_NAME ") /EF << /F 8 0 R >> >>");
  sample_stream(s, 8, filter, data, strlen(data));
  sample_end(s, "/Root 1 0 R");
  free(first);
}

/* *found: the codes, each with a blank after it; true where it is a copy. */
static bool ask(const sample *s, seen *found)
{
  tc_error err = {0};
  tc_auto(tc_pdf_document) document = NULL;
  tc_auto(tc_pdf_signatures) signatures = NULL;
  tc_auto(tc_json) rows = tc_json_array();
  tc_auto(tc_json) data = NULL;
  tc_auto(tc_json) officer = NULL;
  tc_verify_options how = tc_verify_options_default();
  tc_pdf_open_options open = tc_pdf_open_options_default();
  open.limits.max_stream_bytes = 1 << 16;
  assert_ok(tc_pdf_document_open_bytes(tc_buf_bytes(&s->bytes), &open, &document, &err), err);
  assert_ok(tc_pdf_signatures_read(document, &signatures, &err), err);
  tc_verify_copy_options options = {.document = document,
                                    .signatures = signatures,
                                    .rows = rows,
                                    .officer = &how,
                                    .max_bytes = open.limits.max_stream_bytes,
                                    .find = take,
                                    .context = found};
  assert_ok(tc_verify_copy(&options, &data, &officer, &err), err);
  return data != NULL;
}

static void expect(const char *first_filter, size_t first_size, const char *filter, const char *data, bool is_copy,
                   const char *wanted)
{
  sample s = {0};
  seen found = {{0}};
  make(&s, first_filter, first_size, filter, data);
  assert_int_equal(ask(&s, &found), is_copy);
  assert_non_null(strstr(found.codes, wanted));
  if (*wanted == '\0')
    assert_string_equal(found.codes, "");
  tc_buf_finish(&s.bytes);
}

static void test_copy__other_files_hide_nothing(void **state)
{
  (void)state;
  static const char data[] = DATA(",\"signers\":[{\"field\":\"agency\",\"name\":\"An office\"}]");
  expect("", 10, "", data, true, "copy_signer_missing ");
  expect("", 1 << 20, "", data, true, "copy_signer_missing ");                    /* more than may be held */
  expect("/Filter /FlateDecode", 10, "", data, true, "copy_signer_missing ");     /* damaged */
  expect("/Filter /RunLengthDecode", 10, "", data, true, "copy_signer_missing "); /* not known */
}

static void test_copy__data_that_cannot_be_read_are_a_finding(void **state)
{
  (void)state;
  char large[1 << 17];
  memset(large, ' ', sizeof large - 1);
  large[sizeof large - 1] = '\0';
  expect("", 10, "/Filter /FlateDecode", DATA(""), false, "copy_data_unreadable ");
  expect("", 10, "", "{", false, "copy_data_unreadable ");
  expect("", 10, "", "", false, "copy_data_unreadable ");
  expect("", 10, "", large, false, "copy_data_unreadable ");
  expect("", 10, "", "{\"format\":\"another/1\"}", false, "");
}

static void test_copy__an_address_that_no_code_holds_is_a_finding(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) large = {0};
  assert_ok(
      tc_buf_append_text(&large, "{\"format\":\"" TC_COPY_FORMAT "\",\"record\":\"r\",\"pages\":[{}],\"url\":\"", &err),
      err);
  for (int i = 0; i < 500; i++)
    assert_ok(tc_buf_append_text(&large, "0123456789", &err), err);
  assert_ok(tc_buf_append_text(&large, "r\"}", &err), err);
  expect("", 10, "", tc_buf_text(&large), true, "copy_qr_differs ");
  expect("", 10, "", DATA(",\"url\":\"\""), true, "copy_qr_differs ");
  expect("", 10, "", DATA(",\"url\":7"), true, "copy_qr_differs ");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_copy__other_files_hide_nothing),
      cmocka_unit_test(test_copy__data_that_cannot_be_read_are_a_finding),
      cmocka_unit_test(test_copy__an_address_that_no_code_holds_is_a_finding),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
