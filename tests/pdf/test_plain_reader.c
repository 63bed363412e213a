/* The forward reader: what is plain, and each way of not being so. */
#include "pdf/changes_private.h"
#include "tests/pdf/sample_pdf.h"

static bool is_plain(tc_bytes bytes)
{
  tc_error err = {0};
  tc_error unreadable = {0};
  tc_auto(tc_pdf_document) document = NULL;
  bool plain = false;
  if (!tc_pdf_document_open_bytes(bytes, NULL, &document, &unreadable))
    return false;
  assert_ok(tc_pdf_is_plain(document, &plain, &err), err);
  return plain;
}

static void test_plain__what_we_write(void **state)
{
  (void)state;
  tc_auto(tc_buf) table = {0};
  sample_table(&table);
  assert_true(is_plain(tc_buf_bytes(&table)));
}

static void test_plain__objects_in_streams_are_for_the_other_reader(void **state)
{
  (void)state;
  tc_auto(tc_buf) compressed = {0};
  sample_compressed(&compressed);
  assert_false(is_plain(tc_buf_bytes(&compressed)));
}

/* Each of the same length, so that offsets stay true. */
static const struct {
  const char *what, *from, *to;
} changes[] = {
    {"an escape that readers treat differently", "/Lang (vi)", "/Lang (\\v)"},
    {"an end of line in a string", "(sample)", "(sam\rle)"},
    {"white space that some readers do not know", "/Type /Catalog", "/Type\t/Catalog"},
    {"a comment among the tokens", "/Lang (vi) >>", "%Lang (vi)\n>>"},
    {"a key that stands twice", "/Subtype /Type1", "/Type    /Font "},
    {"a count that is not the pages'", "/Count 1", "/Count 2"},
    {"a page that names another parent", "/Parent 2 0 R", "/Parent 5 0 R"},
    {"a page without its type", "/Type /Page /Parent", "/Tipe /Page /Parent"},
    {"a number with a plus", "595.276", "+95.276"},
    {"a reference in two lines", "/Pages 2 0 R", "/Pages 2\n0 R"},
    {"a name with a hidden zero", "/Helvetica", "/Helv#00ca"},
    {"another number than the table's", "6 0 obj", "7 0 obj"},
    {"an object that its table calls free", " 00000 n \ntrailer", " 00000 f \ntrailer"},
    {"a table that starts elsewhere", "xref\n0 7\n", "xref\n1 7\n"},
    {"an end that is a comment", "%%EOF\n", "%%EOF%"},
};

static void test_plain__whatever_may_be_read_in_two_ways_is_not(void **state)
{
  (void)state;
  for (size_t i = 0; i < TC_ARRAY_LEN(changes); i++) {
    tc_auto(tc_buf) bytes = {0};
    sample_table(&bytes);
    size_t length = strlen(changes[i].from);
    assert_int_equal(length, strlen(changes[i].to));
    uint8_t *at = memmem(bytes.data, bytes.size, changes[i].from, length);
    assert_non_null(at);
    memcpy(at, changes[i].to, length);
    if (is_plain(tc_buf_bytes(&bytes)))
      fail_msg("plain with %s", changes[i].what);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_plain__what_we_write),
      cmocka_unit_test(test_plain__objects_in_streams_are_for_the_other_reader),
      cmocka_unit_test(test_plain__whatever_may_be_read_in_two_ways_is_not),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
