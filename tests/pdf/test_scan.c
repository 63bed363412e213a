#include "pdf/scan.h"

#include "tests/pdf/pdf_fixture.h"

#include <fcntl.h>
#include <math.h>

/* A page of 200 × 100 with one raw grey image of 2 × 2, and whatever content and page keys a case wants. */
static int one_page(const char *page_keys, const char *content)
{
  char page[1024], stream[4096];
  snprintf(
      page, sizeof page,
      "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /XObject << /Im 5 0 R /Fm 6 0 R >> /ExtGState << "
      "/Half << /ca 0.5 >> /Plain << /ca 1 /SA true >> >> /Font << /F << /Type /Font /Subtype /Type1 /BaseFont "
      "/Courier >> >> >> %s >>",
      page_keys);
  snprintf(stream, sizeof stream, "<< /Length %zu >>\nstream\n%s\nendstream", strlen(content), content);
  const char *objects[] = {
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 200 100] >>",
      page,
      stream,
      "<< /Type /XObject /Subtype /Image /Width 2 /Height 2 /BitsPerComponent 8 /ColorSpace /DeviceGray /Length 4 "
      ">>\nstream\nABCD\nendstream",
      "<< /Type /XObject /Subtype /Form /BBox [0 0 1 1] /Length 6 >>\nstream\n/Im Do\nendstream",
  };
  return pdf_fixture(objects, TC_ARRAY_LEN(objects), "");
}

static void read_one(const char *page_keys, const char *content, tc_scan_page *out)
{
  tc_error err = {0};
  tc_auto(tc_scan) scan = NULL;
  tc_auto(tc_fd) fd = one_page(page_keys, content);
  assert_ok(tc_scan_open(fd, NULL, &scan, &err), err);
  assert_int_equal(tc_scan_page_count(scan), 1);
  assert_ok(tc_scan_read_page(scan, 0, out, &err), err);
}

static void test_scan__one_image_comes_out_untouched(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_scan) scan = NULL;
  tc_auto(tc_scan_page) page = {0};
  tc_auto(tc_buf) bytes = {0};
  tc_auto(tc_buf) samples = {0};
  tc_auto(tc_fd) fd = one_page("", "q 200 0 0 100 0 0 cm /Plain gs /Im Do Q");
  assert_ok(tc_scan_open(fd, NULL, &scan, &err), err);
  assert_ok(tc_scan_read_page(scan, 0, &page, &err), err);
  assert_true(page.image_only);
  assert_int_equal(page.image.encoding, TC_PDF_RAW);
  assert_int_equal(page.image.width, 2);
  assert_true(page.placement.a == 200 && page.placement.d == 100);
  assert_ok(tc_scan_read_image(scan, 0, &bytes, &err), err);
  assert_memory_equal(bytes.data, "ABCD", 4);
  assert_int_equal(bytes.size, 4);
  assert_ok(tc_scan_read_samples(scan, 0, &samples, &err), err);
  assert_memory_equal(samples.data, "ABCD", 4);
  assert_fails(tc_scan_read_page(scan, 1, &page, &err), err, TC_USAGE);
}

static void test_scan__what_else_is_visible_counts(void **state)
{
  (void)state;
  static const struct {
    const char *content;
    bool image_only;
  } cases[] = {
      {"/Im Do", true},
      {"q 200 0 0 100 0 0 cm /Fm Do Q", true}, /* through a form */
      {"q 0 0 200 100 re W n 200 0 0 100 0 0 cm /Im Do Q", true},
      {"q 0 0 100 100 re W n 200 0 0 100 0 0 cm /Im Do Q", false}, /* clipped */
      {"200 0 0 100 0 0 cm /Im Do BT /F 9 Tf 3 Tr (hidden) Tj ET", true},
      {"200 0 0 100 0 0 cm /Im Do BT /F 9 Tf (seen) Tj ET", false},
      {"/Im Do BT 3 Tr q (a) Tj Q 0 Tr (b) Tj ET", false},
      {"/Im Do /Im Do", false},
      {"/Im Do 0 0 m 9 9 l S", false},
      {"/Im Do BI /W 1 /H 1 /BPC 8 /CS /G ID x EI", false},
      {"/Half gs /Im Do", false},
      {"/OC /Layer BDC /Im Do EMC", false},
      {"/Artifact BMC /Im Do EMC % (a comment\n", true},
      {"/Nothing Do", false},
      {"q Q", false},
      {"", false},
      {"q 0 0 0 0 0 0 cm /Im Do Q", false}, /* no size */
      {"1 0 0 1 500 500 cm /Im Do", false}, /* off the page */
  };
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++) {
    tc_auto(tc_scan_page) page = {0};
    read_one("", cases[i].content, &page);
    if (page.image_only != cases[i].image_only)
      fail_msg("case %zu: %s", i, cases[i].content);
    assert_true((page.because == NULL) == page.image_only);
  }
}

/* ISO 32000-1, 7.7.3.3 (Rotate, clockwise) and 14.11.2 (crop box): placement is on the page as shown. */
static void test_scan__rotate_and_crop_turn_the_placement(void **state)
{
  (void)state;
  tc_auto(tc_scan_page) page = {0};
  read_one("/Rotate 90 /CropBox [20 10 180 90] /UserUnit 2", "q 200 0 0 100 0 0 cm /Im Do Q", &page);
  assert_true(page.width == 160 && page.height == 320); /* 80 × 160 units of two points */
  /* The stored top left corner (user space 0, 100) lies left of and above the crop box: shown right of and above it. */
  tc_pdf_point p = tc_pdf_matrix_apply(page.placement, (tc_pdf_point){0, 1});
  assert_true(fabs(p.x - 180) < 1e-9 && fabs(p.y - 360) < 1e-9);
}

static void test_scan__encrypted_is_said_so(void **state)
{
  (void)state;
  const char *objects[] = {
      "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>",
      "<< /Filter /Standard /V 1 /R 2 /P -4 /O <28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A> "
      "/U <28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A> >>"};
  tc_error err = {0};
  tc_scan *scan = NULL;
  tc_auto(tc_fd) fd = pdf_fixture(objects, 3, "/Encrypt 3 0 R /ID [<0011> <0011>]");
  assert_fails(tc_scan_open(fd, NULL, &scan, &err), err, TC_ENCRYPTED);
  tc_auto(tc_fd) no_pages = pdf_fixture(objects, 2, "");
  assert_fails(tc_scan_open(no_pages, NULL, &scan, &err), err, TC_FORMAT);
}

static void test_scan__damage_and_limits(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_scan *scan = NULL;
  tc_auto(tc_fd) empty = -1;
  assert_ok(tc_memfd("empty", &empty, &err), err);
  assert_fails(tc_scan_open(empty, NULL, &scan, &err), err, TC_FORMAT);
  assert_ok(tc_fd_write_all(empty, "no PDF at all", 13, &err), err);
  assert_fails(tc_scan_open(empty, NULL, &scan, &err), err, TC_FORMAT);
  tc_auto(tc_fd) fd = one_page("", "/Im Do");
  tc_scan_limits limits = tc_scan_limits_default();
  limits.max_bytes = 100;
  assert_fails(tc_scan_open(fd, &limits, &scan, &err), err, TC_LIMIT);
  limits = tc_scan_limits_default();
  limits.max_content_bytes = 3;
  assert_ok(tc_scan_open(fd, &limits, &scan, &err), err);
  tc_scan_page page = {0};
  assert_fails(tc_scan_read_page(scan, 0, &page, &err), err, TC_LIMIT);
  tc_scan_destroy(scan);
}

static const char *shared_folder(void)
{
  const char *folder = getenv("TRUECOPY_SHARED");
  return folder != NULL ? folder : TC_SHARED_FALLBACK;
}

/* Real scans: each page is one CCITT image; the first one bears the widget of a signature. */
static void test_scan__real_decisions(void **state)
{
  (void)state;
  char path[4096];
  snprintf(path, sizeof path, "%s/corpora/vn-decisions/970.pdf", shared_folder());
  tc_auto(tc_fd) fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    if (getenv("CI") != NULL)
      fail_msg("%s is missing", path);
    skip();
  }
  tc_error err = {0};
  tc_auto(tc_scan) scan = NULL;
  assert_ok(tc_scan_open(fd, NULL, &scan, &err), err);
  assert_int_equal(tc_scan_page_count(scan), 2);
  assert_int_equal(tc_scan_signature_count(scan), 1);
  for (size_t i = 0; i < 2; i++) {
    tc_auto(tc_scan_page) page = {0};
    assert_ok(tc_scan_read_page(scan, i, &page, &err), err);
    assert_true(page.image_only);
    assert_int_equal(page.image.encoding, TC_PDF_CCITT);
    assert_true(page.image.ccitt.k < 0);
    assert_int_equal(page.annotation_count, i == 0 ? 1 : 0);
    if (i == 0)
      assert_true(page.annotations[0].is_signature && page.annotations[0].is_visible);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_scan__one_image_comes_out_untouched),
      cmocka_unit_test(test_scan__what_else_is_visible_counts),
      cmocka_unit_test(test_scan__rotate_and_crop_turn_the_placement),
      cmocka_unit_test(test_scan__encrypted_is_said_so),
      cmocka_unit_test(test_scan__damage_and_limits),
      cmocka_unit_test(test_scan__real_decisions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
