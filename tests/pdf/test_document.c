/*
 * The strict reader: both kinds of cross-references, revisions, limits, loops, and files with any byte changed or cut
 * off at any length (nothing may crash, under the sanitizers).
 */
#include "tests/pdf/sample_pdf.h"

#include <sys/mman.h>

static void test_document__reads_a_table(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) bytes = {0};
  tc_auto(tc_pdf_document) document = NULL;
  tc_auto(tc_str) title = NULL;
  uint32_t *pages = NULL;
  size_t count = 0;
  sample_table(&bytes);
  assert_ok(tc_pdf_document_open_bytes(tc_buf_bytes(&bytes), NULL, &document, &err), err);
  assert_int_equal(tc_pdf_revision_count(document), 1);
  assert_int_equal(tc_pdf_revision_at(document, 0).end, bytes.size);
  assert_ok(tc_pdf_pages(document, 0, &pages, &count, &err), err);
  assert_int_equal(count, 1);
  assert_int_equal(pages[0], 3);
  free(pages);
  const tc_pdf_object *page = tc_pdf_lookup(document, 0, 3);
  assert_float_equal(tc_pdf_number(tc_pdf_at(tc_pdf_get(page, "MediaBox"), 2), 0), 595.276, 1e-9);
  const tc_pdf_object *info = tc_pdf_get_in(document, 0, tc_pdf_trailer(document, 0), "Info");
  assert_ok(tc_pdf_text(tc_pdf_get(info, "Title"), &title, &err), err);
  assert_string_equal(title, "sample");
  assert_ok(tc_pdf_document_check(document, &err), err);
  assert_int_equal(tc_pdf_kind_of(tc_pdf_lookup(document, 0, 99)), TC_PDF_NULL);
}

static void test_document__reads_object_streams(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) bytes = {0};
  tc_auto(tc_pdf_document) document = NULL;
  tc_auto(tc_buf) data = {0};
  sample_compressed(&bytes);
  assert_ok(tc_pdf_document_open_bytes(tc_buf_bytes(&bytes), NULL, &document, &err), err);
  assert_true(tc_pdf_revision_at(document, 0).xref_stream);
  const tc_pdf_object *page = tc_pdf_lookup(document, 0, 3);
  assert_true(tc_pdf_is_name(tc_pdf_get(page, "Type"), "Page"));
  assert_int_equal(tc_pdf_offset(page), -1);
  assert_int_equal(tc_pdf_place_of(document, 0, 3).kind, TC_PDF_IN_STREAM);
  assert_ok(tc_pdf_stream_data(document, 0, tc_pdf_get_in(document, 0, page, "Contents"), &data, &err), err);
  assert_memory_equal(data.data, "BT /F1", 6);
  assert_ok(tc_pdf_document_check(document, &err), err);
}

static void test_document__keeps_revisions_apart(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) bytes = {0};
  tc_auto(tc_pdf_document) document = NULL;
  size_t revision = 9;
  sample_table(&bytes);
  size_t first_end = bytes.size;
  sample_update(&bytes, (const sample_object_text[]){{6, "<< /Title (second) >>"}, {0}});
  sample_update(&bytes, (const sample_object_text[]){{6, "<< /Title (third) >>"}, {UINT32_MAX, "[1 2 3]"}, {0}});
  assert_ok(tc_pdf_document_open_bytes(tc_buf_bytes(&bytes), NULL, &document, &err), err);
  assert_int_equal(tc_pdf_revision_count(document), 3);
  static const char *const titles[] = {"sample", "second", "third"};
  for (size_t i = 0; i < 3; i++) {
    tc_bytes title = tc_pdf_bytes(tc_pdf_get(tc_pdf_lookup(document, i, 6), "Title"));
    assert_int_equal(title.size, strlen(titles[i]));
    assert_memory_equal(title.data, titles[i], title.size);
  }
  assert_int_equal(tc_pdf_kind_of(tc_pdf_lookup(document, 1, 7)), TC_PDF_NULL);
  assert_int_equal(tc_pdf_count(tc_pdf_lookup(document, 2, 7)), 3);
  assert_true(tc_pdf_revision_ending_at(document, (off_t)first_end, &revision));
  assert_int_equal(revision, 0);
  assert_false(tc_pdf_revision_ending_at(document, (off_t)first_end + 1, &revision));
}

static void test_document__refuses_what_is_no_pdf(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    tc_code code;
  } cases[] = {
      {"", TC_FORMAT},
      {"hello", TC_FORMAT},
      {"%PDF-1.7\n", TC_FORMAT},
      {"%PDF-1.7\nstartxref\n9\n%%EOF\n", TC_FORMAT},
      {"%PDF-1.7\nstartxref\n99999\n%%EOF\n", TC_FORMAT},
      {"%PDF-1.7\nxref\n0 0\ntrailer\n<< /Prev 9 >>\nstartxref\n9\n%%EOF\n", TC_FORMAT}, /* a loop */
      {"%PDF-1.7\nxref\n0 0\ntrailer\n<< /Encrypt 5 0 R >>\nstartxref\n9\n%%EOF\n", TC_ENCRYPTED},
      {"%PDF-1.7\nxref\n0 4000000000\ntrailer\n<< >>\nstartxref\n9\n%%EOF\n", TC_FORMAT},
      {"%PDF-1.7\nxref\n4000000000 1\n0000000009 00000 n \ntrailer\n<< >>\nstartxref\n9\n%%EOF\n", TC_LIMIT},
      /* the table behind the end, alone and with one before the end */
      {"%PDF-1.7\nstartxref\n28\n%%EOF\nxref\n0 0\ntrailer\n<< >>\n", TC_FORMAT},
      {"%PDF-1.7\nxref\n0 0\ntrailer\n<< >>\nstartxref\n51\n%%EOF\nxref\n0 1\n0000000000 65535 f \ntrailer\n<< /Prev 9 "
       ">>\n",
       TC_FORMAT},
      {"%PDF-1.7\nxref\n0 0\ntrailer\n<< /A 1 /A 2 >>\nstartxref\n9\n%%EOF\n", TC_FORMAT},
      {"%PDF-1.7\nxref\n0 0\ntrailer\n<< /A [ << >>\nstartxref\n9\n%%EOF\n", TC_FORMAT},
  };
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++) {
    tc_error err = {0};
    tc_pdf_document *document = NULL;
    assert_fails(tc_pdf_document_open_bytes(tc_bytes_of_text(cases[i].text), NULL, &document, &err), err,
                 cases[i].code);
    assert_null(document);
  }
}

static void test_document__bounds_nesting(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) bytes = {0};
  tc_pdf_document *document = NULL;
  sample_append(&bytes, "%PDF-1.7\nxref\n0 0\ntrailer\n<< /A ");
  for (int i = 0; i < 100000; i++)
    sample_append(&bytes, "[");
  sample_append(&bytes, "\nstartxref\n9\n%%EOF\n");
  assert_fails(tc_pdf_document_open_bytes(tc_buf_bytes(&bytes), NULL, &document, &err), err, TC_LIMIT);
}

static void test_document__remembers_damage(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) bytes = {0};
  tc_auto(tc_pdf_document) document = NULL;
  sample_table(&bytes);
  char *font = memmem(bytes.data, bytes.size, "5 0 obj", 7);
  assert_non_null(font);
  font[0] = '9';
  assert_ok(tc_pdf_document_open_bytes(tc_buf_bytes(&bytes), NULL, &document, &err), err);
  assert_ok(tc_pdf_document_check(document, &err), err);
  assert_int_equal(tc_pdf_kind_of(tc_pdf_lookup(document, 0, 5)), TC_PDF_NULL);
  assert_fails(tc_pdf_document_check(document, &err), err, TC_FORMAT);
}

static void test_document__repairs_only_on_demand(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) bytes = {0};
  tc_auto(tc_pdf_document) document = NULL;
  tc_pdf_open_options options = tc_pdf_open_options_default();
  sample_table(&bytes);
  char *marker = memmem(bytes.data, bytes.size, "startxref\n", 10);
  assert_non_null(marker);
  marker[10] = '1'; /* the offset leads elsewhere now */
  assert_fails(tc_pdf_document_open_bytes(tc_buf_bytes(&bytes), NULL, &document, &err), err, TC_FORMAT);
  options.repair = true;
  assert_ok(tc_pdf_document_open_bytes(tc_buf_bytes(&bytes), &options, &document, &err), err);
  assert_true(tc_pdf_document_repaired(document));
  assert_true(tc_pdf_is_dict(tc_pdf_catalog(document, 0)));
  tc_pdf_document_destroy(tc_steal(&document));
  sample_append(&bytes, "rubbish");
  assert_fails(tc_pdf_document_open_bytes(tc_buf_bytes(&bytes), &options, &document, &err), err, TC_FORMAT);
}

/* Reads everything there is to read; what it says does not matter. */
static void read_all(tc_bytes bytes)
{
  tc_error err = {0};
  tc_auto(sample_verdict) verdict = {0};
  tc_auto(tc_pdf_dss) dss = {0};
  const tc_pdf_object *file = NULL;
  if (!sample_examine(bytes, false, &verdict, &err))
    return;
  size_t last = tc_pdf_revision_last(verdict.document);
  (void)!tc_pdf_dss_read(verdict.document, last, &dss, &err);
  (void)!tc_pdf_file_find(verdict.document, last, "truecopy.json", &file, &err);
}

/* The copy ends where a page ends, so that a read past it faults. */
static void read_all_guarded(const uint8_t *data, size_t size, uint8_t *page_end)
{
  if (size > 0)
    memcpy(page_end - size, data, size);
  read_all((tc_bytes){page_end - size, size});
}

static void attack(tc_buf *bytes)
{
  size_t room = (bytes->size / 4096 + 2) * 4096;
  uint8_t *map = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  assert_true(map != MAP_FAILED);
  assert_int_equal(mprotect(map + room - 4096, 4096, PROT_NONE), 0);
  for (size_t i = 0; i < bytes->size; i++) {
    bytes->data[i] ^= 0xFF;
    read_all_guarded(bytes->data, bytes->size, map + room - 4096);
    bytes->data[i] ^= 0xFE; /* XOR 0x01 now */
    read_all_guarded(bytes->data, bytes->size, map + room - 4096);
    bytes->data[i] ^= 0x01;
    read_all_guarded(bytes->data, i, map + room - 4096);
  }
  munmap(map, room);
}

static void test_document__survives_any_byte(void **state)
{
  (void)state;
  tc_auto(tc_buf) table = {0};
  tc_auto(tc_buf) compressed = {0};
  sample_table(&table);
  sample_sign_default(&table);
  attack(&table);
  sample_compressed(&compressed);
  sample_sign_default(&compressed);
  attack(&compressed);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_document__reads_a_table),          cmocka_unit_test(test_document__reads_object_streams),
      cmocka_unit_test(test_document__keeps_revisions_apart),  cmocka_unit_test(test_document__refuses_what_is_no_pdf),
      cmocka_unit_test(test_document__bounds_nesting),         cmocka_unit_test(test_document__remembers_damage),
      cmocka_unit_test(test_document__repairs_only_on_demand), cmocka_unit_test(test_document__survives_any_byte),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
