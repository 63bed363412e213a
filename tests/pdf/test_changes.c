/*
 * What may follow a signature and what may not: attacks built over a signed sample, and the corpus of signed and of
 * tampered files that nobody here wrote.
 */
#include "tests/pdf/sample_pdf.h"

#include <unistd.h>

static void signed_sample(tc_buf *bytes)
{
  sample_table(bytes);
  sample_sign_default(bytes);
}

static void assert_verdict(const tc_buf *bytes, const char *code)
{
  tc_error err = {0};
  tc_auto(sample_verdict) verdict = {0};
  assert_ok(sample_examine(tc_buf_bytes(bytes), true, &verdict, &err), err);
  if (sample_is_intact(&verdict) != (code == NULL) || (code != NULL && !sample_has_finding(&verdict, code))) {
    for (size_t i = 0; i < tc_pdf_changes_count(verdict.changes); i++)
      print_message("%s: %s\n", tc_pdf_changes_at(verdict.changes, i)->code,
                    tc_pdf_changes_at(verdict.changes, i)->detail);
    fail_msg("expected %s", code != NULL ? code : "no change");
  }
}

/* Each revision is appended by the updater to a signed sample: objects 1 catalog, 2 pages, 3 page, 4 contents, 5 font,
   6 information; the signature's revision made 7 its dictionary, 8 its field, 9 its appearance and 10 the form. */
static const struct {
  const char *code; /* NULL: permitted */
  sample_object_text objects[5];
} updates[] = {
    {NULL, {{0}}},
    {NULL, {{6, "<< /Title (sample) /Producer (another) /ModDate (D:2025) >>"}, {0}}},
    {NULL, {{5, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"}, {0}}}, /* written again, the same */
    {"metadata_changed", {{6, "<< /Title (another) >>"}, {0}}},
    {"object_overridden", {{5, "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>"}, {0}}},
    {"object_overridden", {{4, "<< /Length 3 >>\nstream\nq Q\nendstream"}, {0}}},
    {"page_changed",
     {{3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.276 100] /Contents 4 0 R "
          "/Resources << /Font << /F1 5 0 R >> >> /Annots [8 0 R] >>"},
      {0}}},
    {"object_overridden", {{2, "<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>"}, {0}}},
    {"annotation_changed",
     {{3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.276 841.89] /Contents 4 0 R "
          "/Resources << /Font << /F1 5 0 R >> >> /Annots [8 0 R 11 0 R] >>"},
      {UINT32_MAX, "<< /Type /Annot /Subtype /FreeText /Rect [0 0 99 99] /Contents (x) >>"},
      {0}}},
    {"annotation_changed",
     {{3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.276 841.89] /Contents 4 0 R "
          "/Resources << /Font << /F1 5 0 R >> >> >>"},
      {0}}},
    {"catalog_changed",
     {{1, "<< /Type /Catalog /Pages 2 0 R /Lang (vi) /AcroForm 10 0 R /OpenAction 11 0 R >>"},
      {UINT32_MAX, "<< /S /JavaScript /JS (app.alert\\(1\\)) >>"},
      {0}}},
    {"signature_removed", {{1, "<< /Type /Catalog /Pages 2 0 R /Lang (vi) >>"}, {0}}},
    {"signature_removed", {{10, "<< /SigFlags 3 /Fields [] >>"}, {0}}},
    {"field_added",
     {{10, "<< /SigFlags 3 /Fields [8 0 R 11 0 R] >>"},
      {UINT32_MAX, "<< /FT /Tx /T (text) /V (x) /Type /Annot /Subtype /Widget /Rect [0 0 9 9] >>"},
      {0}}},
    {"field_added",
     {{10, "<< /SigFlags 3 /Fields [8 0 R 11 0 R] >>"},
      {UINT32_MAX, "<< /FT /Sig /T (more) /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /AA << >> >>"},
      {0}}},
    {NULL,
     {{10, "<< /SigFlags 3 /Fields [8 0 R 11 0 R] >>"},
      {UINT32_MAX, "<< /FT /Sig /T (more) /Type /Annot /Subtype /Widget /Rect [0 0 0 0] >>"},
      {0}}},
    {NULL, /* an appearance without content shows nothing */
     {{10, "<< /SigFlags 3 /Fields [8 0 R 11 0 R] >>"},
      {UINT32_MAX, "<< /FT /Sig /T (more) /Subtype /Widget /Rect [0 0 9 9] /AP << /N 12 0 R >> >>"},
      {UINT32_MAX, "<< /Subtype /Form /BBox [0 0 9 9] /Length 0 >>\nstream\n\nendstream"},
      {0}}},
    {NULL, /* a field and its widget apart */
     {{10, "<< /SigFlags 3 /Fields [8 0 R 11 0 R] >>"},
      {UINT32_MAX, "<< /FT /Sig /T (more) /Kids [12 0 R] >>"},
      {UINT32_MAX, "<< /Subtype /Widget /Parent 11 0 R /Rect [0 0 9 9] >>"},
      {0}}},
    {"field_added", /* it shows something, and its parent's signature is not its own */
     {{10, "<< /SigFlags 3 /Fields [8 0 R 11 0 R] >>"},
      {UINT32_MAX, "<< /FT /Sig /T (more) /Subtype /Widget /Rect [0 0 9 9] /Parent 8 0 R /AP << /N 12 0 R >> >>"},
      {UINT32_MAX, "<< /Subtype /Form /BBox [0 0 9 9] /Length 12 >>\nstream\n0 0 9 9 re f\nendstream"},
      {0}}},
    {"field_added", /* nobody answers for what a time-stamp's field shows */
     {{10, "<< /SigFlags 3 /Fields [8 0 R 11 0 R] >>"},
      {UINT32_MAX, "<< /FT /Sig /T (more) /Subtype /Widget /Rect [0 0 9 9] /AP << /N 13 0 R >> /V 12 0 R >>"},
      {UINT32_MAX, "<< /Type /DocTimeStamp /SubFilter /ETSI.RFC3161 /Contents <30> >>"},
      {UINT32_MAX, "<< /Subtype /Form /BBox [0 0 9 9] /Length 12 >>\nstream\n0 0 9 9 re f\nendstream"},
      {0}}},
    {"annotation_changed", /* explained as what extensions lead to, and no field */
     {{1, "<< /Type /Catalog /Pages 2 0 R /Lang (vi) /AcroForm 10 0 R /Extensions << /X 11 0 R >> >>"},
      {3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.276 841.89] /Contents 4 0 R "
          "/Resources << /Font << /F1 5 0 R >> >> /Annots [8 0 R 11 0 R] >>"},
      {UINT32_MAX, "<< /Type /Annot /Subtype /Widget /Rect [0 0 99 99] /AP << /N 9 0 R >> >>"},
      {0}}},
    {"object_unexplained", {{UINT32_MAX, "(hidden)"}, {0}}},
    {"dss_changed",
     {{1, "<< /Type /Catalog /Pages 2 0 R /Lang (vi) /AcroForm 10 0 R /DSS 11 0 R >>"},
      {UINT32_MAX, "<< /Type /DSS /Certs [12 0 R] >>"},
      {UINT32_MAX, "(no stream)"},
      {0}}},
    {"permissions_changed",
     {{1, "<< /Type /Catalog /Pages 2 0 R /Lang (vi) /AcroForm 10 0 R /Perms << /DocMDP 7 0 R >> >>"}, {0}}},
};

static void test_changes__updates(void **state)
{
  (void)state;
  for (size_t i = 0; i < TC_ARRAY_LEN(updates); i++) {
    tc_auto(tc_buf) bytes = {0};
    signed_sample(&bytes);
    if (updates[i].objects[0].number != 0)
      sample_update(&bytes, updates[i].objects);
    assert_verdict(&bytes, updates[i].code);
  }
}

static void test_changes__values_of_the_signature(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) bytes = {0};
  tc_auto(sample_verdict) verdict = {0};
  signed_sample(&bytes);
  sample_update(&bytes, (const sample_object_text[]){{7, "<< /Type /Sig /Contents <30> /ByteRange [0 1 2 3] >>"}, {0}});
  assert_ok(sample_examine(tc_buf_bytes(&bytes), true, &verdict, &err), err);
  assert_false(sample_is_intact(&verdict));
  assert_true(sample_has_finding(&verdict, "coverage_odd"));
}

#define PACKET(title, rest)                                                                                       \
  "<rdf:Description " rest ">" title "<dc:by><rdf:Seq><rdf:li>Lan</rdf:li><rdf:li>Hoa</rdf:li></rdf:Seq></dc:by>" \
  "</rdf:Description>"
#define DATES(modified) "xmp:ModifyDate=\"" modified "\" xmp:CreateDate=\"2024-01-01\""
#define SPACES                                                                                           \
  "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:dc='http://purl.org/dc/elements/1.1/' " \
  "xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmlns:my='http://my/'"
#define TITLE "<dc:title>A decision</dc:title><my:title>A draft</my:title>"

/* A packet with a title and a date: the date may be stamped anew, the title stays, and in its place. */
static void test_changes__metadata_packet(void **state)
{
  (void)state;
  static const struct {
    const char *spaces, *packet, *code;
  } cases[] = {
      {SPACES, PACKET(TITLE, DATES("2025-02-02")), NULL},
      {SPACES, PACKET("<my:title>A draft</my:title>", "xmp:CreateDate = '2024-01-01' dc:title=\"A decision\""), NULL},
      {"xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'",
       "<r:Description xmlns:d='http://purl.org/dc/elements/1.1/' d:title='A decision'><a:title "
       "xmlns:a='http://my/'>A draft</a:title><d:by><r:Seq><r:li>Lan</r:li><r:li>Hoa</r:li></r:Seq></d:by>"
       "<b:CreateDate xmlns:b='http://ns.adobe.com/xap/1.0/'>2024-01-01</b:CreateDate></r:Description>",
       NULL},
      {SPACES, PACKET("<dc:title>Another</dc:title><my:title>A draft</my:title>", DATES("2025-01-01")),
       "metadata_changed"},
      {SPACES, PACKET("<dc:title>A draft</dc:title><my:title>A decision</my:title>", DATES("2025-01-01")),
       "metadata_changed"},
      {"xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:my='http://purl.org/dc/elements/1.1/' "
       "xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmlns:dc='http://my/'",
       PACKET(TITLE, DATES("2025-01-01")), "metadata_changed"},
      {SPACES, PACKET(TITLE "<my:title>A draft</my:title>", DATES("2025-01-01")), "metadata_changed"},
      {SPACES, PACKET(TITLE, "my:ModifyDate='2026' " DATES("2025-01-01")), "metadata_changed"},
      {SPACES, PACKET(TITLE, "xmp:CreateDate=\"2025-01-01\""), "metadata_changed"},
      {SPACES, PACKET(TITLE "<dc:by>http://lan</dc:by>", DATES("2025-01-01")), "metadata_changed"},
      {SPACES,
       "<rdf:Description " DATES("2025-01-01") ">" TITLE "<dc:by><rdf:Seq><rdf:li>Hoa</rdf:li><rdf:li>Lan</rdf:li>"
                                               "</rdf:Seq></dc:by></rdf:Description>",
       "metadata_changed"},
      {SPACES,
       PACKET("<dc:title>A decision<![CDATA[ no]]></dc:title><my:title>A draft</my:title>", DATES("2025-01-01")),
       "metadata_changed"},
      {SPACES, PACKET("<dc:title>A decision</my:title><my:title>A draft</dc:title>", DATES("2025-01-01")),
       "metadata_changed"},
  };
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++) {
    tc_auto(tc_buf) bytes = {0};
    const char *spaces[] = {SPACES, cases[i].spaces},
               *packets[] = {PACKET(TITLE, DATES("2025-01-01")), cases[i].packet};
    char objects[2][1200], xml[1000];
    for (size_t k = 0; k < 2; k++) {
      snprintf(xml, sizeof xml, "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF %s>%s</rdf:RDF></x:xmpmeta>", spaces[k],
               packets[k]);
      if (strncmp(spaces[k], "xmlns:r=", 8) == 0)
        snprintf(xml, sizeof xml, "<x:xmpmeta xmlns:x='adobe:ns:meta/'><r:RDF %s>%s</r:RDF></x:xmpmeta>", spaces[k],
                 packets[k]);
      snprintf(objects[k], sizeof objects[k], "<< /Type /Metadata /Subtype /XML /Length %zu >>\nstream\n%s\nendstream",
               strlen(xml), xml);
    }
    sample_table(&bytes);
    sample_update(&bytes, (const sample_object_text[]){
                              {1, "<< /Type /Catalog /Pages 2 0 R /Metadata 7 0 R >>"}, {UINT32_MAX, objects[0]}, {0}});
    sample_sign_default(&bytes);
    sample_update(&bytes, (const sample_object_text[]){{7, objects[1]}, {0}});
    assert_verdict(&bytes, cases[i].code);
  }
}

static void test_changes__blanks_in_contents(void **state)
{
  (void)state;
  tc_auto(tc_buf) bytes = {0};
  signed_sample(&bytes);
  char *padding = memmem(bytes.data, bytes.size, "0000>", 5);
  assert_non_null(padding);
  padding[0] = padding[1] = ' ';
  assert_verdict(&bytes, "coverage_odd");
}

static void test_changes__data_after_the_end(void **state)
{
  (void)state;
  tc_auto(tc_buf) bytes = {0};
  signed_sample(&bytes);
  sample_append(&bytes, "  \n"); /* white space is nothing */
  assert_verdict(&bytes, NULL);
  sample_append(&bytes, "more");
  assert_verdict(&bytes, "trailing_data");
}

static void test_changes__object_no_table_names(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) bytes = {0};
  signed_sample(&bytes);
  size_t end = bytes.size;
  const char *prev = memmem(bytes.data, bytes.size, "startxref\n", 10);
  for (const char *next = prev; next != NULL;
       next = memmem(prev + 1, bytes.size - (size_t)(prev + 1 - (const char *)bytes.data), "startxref\n", 10))
    prev = next;
  long section = strtol(prev + 10, NULL, 10);
  assert_ok(tc_buf_printf(&bytes, &err,
                          "4 0 obj\n(hidden)\nendobj\nxref\n0 0\ntrailer\n<< /Size 11 /Root 1 0 R /Prev %ld >>\n"
                          "startxref\n%zu\n%%%%EOF\n",
                          section, end + 24),
            err);
  assert_verdict(&bytes, "hidden_object");
}

/* Signed content refers to an object that is not there; the attacker makes it. */
static void test_changes__prepared_reference(void **state)
{
  (void)state;
  tc_auto(tc_buf) bytes = {0};
  sample_table(&bytes);
  sample_update(&bytes, (const sample_object_text[]){
                            {3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.276 841.89] /Contents [4 0 R 30 0 R] "
                                "/Resources << /Font << /F1 5 0 R >> >> >>"},
                            {0}});
  sample_sign_default(&bytes);
  assert_verdict(&bytes, NULL);
  sample_update(&bytes, (const sample_object_text[]){{30, "<< /Length 3 >>\nstream\nq Q\nendstream"}, {0}});
  assert_verdict(&bytes, "reference_filled");
}

/* One array is a list of certificates and the contents of the page at once. */
static void test_changes__array_with_two_roles(void **state)
{
  (void)state;
  tc_auto(tc_buf) bytes = {0};
  sample_table(&bytes);
  sample_update(&bytes, (const sample_object_text[]){
                            {1, "<< /Type /Catalog /Pages 2 0 R /DSS << /Certs 7 0 R >> >>"},
                            {3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.276 841.89] /Contents 7 0 R "
                                "/Resources << /Font << /F1 5 0 R >> >> >>"},
                            {UINT32_MAX, "[4 0 R]"},
                            {0}});
  sample_sign_default(&bytes);
  assert_verdict(&bytes, NULL);
  sample_update(&bytes, (const sample_object_text[]){
                            {7, "[4 0 R 12 0 R]"}, {UINT32_MAX, "<< /Length 3 >>\nstream\nq Q\nendstream"}, {0}});
  assert_verdict(&bytes, "object_overridden");
}

static void test_changes__certification_without_permission(void **state)
{
  (void)state;
  tc_auto(tc_buf) bytes = {0};
  tc_pdf_signature_options options = tc_pdf_signature_options_default();
  tc_pdf_prepared prepared;
  options.docmdp = 1;
  sample_table(&bytes);
  sample_sign(&bytes, &options, &prepared);
  assert_verdict(&bytes, NULL);
  uint32_t form = 10;
  sample_update(&bytes, (const sample_object_text[]){
                            {form, "<< /SigFlags 3 /Fields [8 0 R 11 0 R] >>"},
                            {UINT32_MAX, "<< /FT /Sig /T (more) /Type /Annot /Subtype /Widget /Rect [0 0 0 0] >>"},
                            {0}});
  assert_verdict(&bytes, "docmdp_forbids");
}

/* What is only worth knowing must not crowd out what weighs. */
static void test_changes__many_notes(void **state)
{
  (void)state;
  enum { NOTES = 1200 };
  tc_auto(tc_buf) bytes = {0};
  sample_object_text *orphans = calloc(NOTES + 1, sizeof *orphans);
  assert_non_null(orphans);
  for (size_t i = 0; i < NOTES; i++)
    orphans[i] = (sample_object_text){UINT32_MAX, "<< /ByteRange [0 1 2 3] /Contents <30> >>"};
  sample_table(&bytes);
  sample_update(&bytes, orphans);
  free(orphans);
  sample_sign_default(&bytes);
  assert_verdict(&bytes, NULL);
  sample_update(&bytes, (const sample_object_text[]){{4, "<< /Length 3 >>\nstream\nq Q\nendstream"}, {0}});
  assert_verdict(&bytes, "object_overridden");
}

/* One step a revision: many signatures are no more than many steps. */
static void test_changes__grow_linearly(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) bytes = {0};
  tc_auto(sample_verdict) verdict = {0};
  sample_table(&bytes);
  for (int i = 0; i < 51; i++)
    sample_sign_default(&bytes);
  assert_ok(sample_examine(tc_buf_bytes(&bytes), true, &verdict, &err), err);
  assert_int_equal(tc_pdf_signatures_count(verdict.signatures), 51);
  assert_true(sample_is_intact(&verdict));
}

/* The names in column one of cases.tsv, under a folder of the corpus. */
static void each_case(const char *root, const char *folder, bool intact)
{
  char path[4096];
  tc_error err = {0};
  tc_auto(tc_buf) list = {0};
  snprintf(path, sizeof path, "%s/corpora/%s/cases.tsv", root, folder);
  assert_ok(tc_file_read(path, 1 << 20, &list, &err), err);
  char *rest = strdup(tc_buf_text(&list)), *start = rest;
  strsep(&rest, "\n");
  for (char *line = strsep(&rest, "\n"); line != NULL && line[0] != '\0'; line = strsep(&rest, "\n")) {
    tc_auto(tc_buf) bytes = {0};
    tc_auto(sample_verdict) verdict = {0};
    snprintf(path, sizeof path, "%s/corpora/%s/%s", root, folder, strsep(&line, "\t"));
    assert_ok(tc_file_read(path, (size_t)1 << 30, &bytes, &err), err);
    bool read = sample_examine(tc_buf_bytes(&bytes), true, &verdict, &err);
    if (!read && intact)
      fail_msg("%s: %s", path, err.message);
    if ((read && sample_is_intact(&verdict)) != intact)
      fail_msg("%s is %s", path, intact ? "called changed" : "called unchanged");
    tc_error_clear(&err);
  }
  free(start);
}

static const char *corpus_root;

static void test_changes__corpus_signed(void **state)
{
  (void)state;
  each_case(corpus_root, "signed", true);
}

static void test_changes__corpus_tampered(void **state)
{
  (void)state;
  each_case(corpus_root, "tampered", false);
}

int main(void)
{
  const struct CMUnitTest own[] = {
      cmocka_unit_test(test_changes__updates),
      cmocka_unit_test(test_changes__values_of_the_signature),
      cmocka_unit_test(test_changes__metadata_packet),
      cmocka_unit_test(test_changes__blanks_in_contents),
      cmocka_unit_test(test_changes__data_after_the_end),
      cmocka_unit_test(test_changes__object_no_table_names),
      cmocka_unit_test(test_changes__prepared_reference),
      cmocka_unit_test(test_changes__array_with_two_roles),
      cmocka_unit_test(test_changes__certification_without_permission),
      cmocka_unit_test(test_changes__many_notes),
      cmocka_unit_test(test_changes__grow_linearly),
  };
  const struct CMUnitTest corpus[] = {
      cmocka_unit_test(test_changes__corpus_signed),
      cmocka_unit_test(test_changes__corpus_tampered),
  };
  int failed = cmocka_run_group_tests(own, NULL, NULL);
  const char *given = getenv("TRUECOPY_SHARED");
  corpus_root = given != NULL ? given : TC_SHARED_FALLBACK;
  if (failed != 0 || access(corpus_root, R_OK) == 0)
    return failed != 0 ? failed : cmocka_run_group_tests(corpus, NULL, NULL);
  const char *ci = getenv("CI");
  return ci != NULL && strcmp(ci, "true") == 0 ? 1 : 77;
}
