#include "imaging/render.h"

#include "base/file.h"
#include "tests/tc_test.h"

/* fontconfig, which poppler asks for fonts, keeps what it found until the process ends. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:libfontconfig\n"; }

/* Two pages of 144 × 72 points: black in the left half of the first, red in that of the second, which is shown turned
   by 90 degrees. No cross-reference table: poppler makes one up. */
static int make_pdf(void)
{
  static const char pdf[] =
      "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R 5 0 R]/Count 2>>endobj\n"
      "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 144 72]/Contents 4 0 R/Resources<<>>>>endobj\n"
      "4 0 obj<</Length 18>>stream\n0 g 0 0 72 72 re f\nendstream endobj\n"
      "5 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 144 72]/Rotate 90/Contents 6 0 R/Resources<<>>>>endobj\n"
      "6 0 obj<</Length 23>>stream\n1 0 0 rg 0 0 72 72 re f\nendstream endobj\ntrailer<</Root 1 0 R/Size 7>>\n%%EOF\n";
  tc_error err = {0};
  int fd = -1;
  assert_ok(tc_memfd("pdf", &fd, &err), err);
  assert_ok(tc_fd_write_all(fd, pdf, sizeof pdf - 1, &err), err);
  return fd;
}

static void test_render_pdf_page__gives_the_page_at_its_resolution(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_fd) fd = make_pdf();
  tc_auto(tc_image) image = NULL;
  int pages = 0;
  assert_ok(tc_render_page_count(fd, NULL, &pages, &err), err);
  assert_int_equal(pages, 2);
  assert_ok(tc_render_pdf_page(fd, 0, NULL, NULL, &image, &err), err);
  assert_int_equal(tc_image_width(image), 600);
  assert_int_equal(tc_image_height(image), 300);
  assert_int_equal(tc_image_shape_of(image)->pixel, TC_PIXEL_GREY8); /* no colour in it */
  assert_true(tc_image_shape_of(image)->dpi_x == 300);
  assert_int_equal(tc_image_row(image, 150)[100], 0);
  assert_int_equal(tc_image_row(image, 150)[500], 255);
}

static void test_render_pdf_page__takes_the_rotation_back(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_fd) fd = make_pdf();
  tc_auto(tc_image) shown = NULL;
  tc_auto(tc_image) undone = NULL;
  tc_render_options options = tc_render_options_default();
  assert_ok(tc_render_pdf_page(fd, 1, &options, NULL, &shown, &err), err);
  assert_int_equal(tc_image_height(shown), 600);
  assert_int_equal(tc_image_shape_of(shown)->pixel, TC_PIXEL_RGB8);
  assert_int_equal(tc_image_row(shown, 100)[3 * 150 + 1], 0); /* the left half is on top */
  options.undo_turns = 1;
  assert_ok(tc_render_pdf_page(fd, 1, &options, NULL, &undone, &err), err);
  assert_int_equal(tc_image_width(undone), 600);
  assert_int_equal(tc_image_row(undone, 150)[3 * 100 + 1], 0);
  assert_int_equal(tc_image_row(undone, 150)[3 * 500 + 1], 255);
}

static void test_render_pdf_page__gives_exactly_the_size_asked_for(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_fd) fd = make_pdf();
  static const int sizes[][2] = {{601, 300}, {1000, 501}, {408, 98}};
  for (size_t i = 0; i < TC_ARRAY_LEN(sizes); i++) {
    tc_auto(tc_image) image = NULL;
    const tc_render_options options = {.width = sizes[i][0], .height = sizes[i][1]};
    assert_ok(tc_render_pdf_page(fd, 0, &options, NULL, &image, &err), err);
    assert_int_equal(tc_image_width(image), sizes[i][0]);
    assert_int_equal(tc_image_height(image), sizes[i][1]);
  }
}

static void test_render_pdf_page__refuses_what_it_cannot_render(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_fd) fd = make_pdf();
  tc_auto(tc_fd) text = -1;
  tc_image *image = NULL;
  tc_render_options options = tc_render_options_default();
  assert_fails(tc_render_pdf_page(fd, 2, NULL, NULL, &image, &err), err, TC_NOT_FOUND);
  assert_fails(tc_render_pdf_page(fd, -1, NULL, NULL, &image, &err), err, TC_NOT_FOUND);
  options.dpi = 0;
  assert_fails(tc_render_pdf_page(fd, 0, &options, NULL, &image, &err), err, TC_USAGE);
  tc_imaging_limits limits = tc_imaging_limits_default();
  limits.max_pixels = 600 * 300 - 1;
  assert_fails(tc_render_pdf_page(fd, 0, NULL, &limits, &image, &err), err, TC_LIMIT);
  limits.max_bytes = 100;
  assert_fails(tc_render_pdf_page(fd, 0, NULL, &limits, &image, &err), err, TC_LIMIT);
  assert_ok(tc_memfd("text", &text, &err), err);
  assert_ok(tc_fd_write_all(text, "no PDF", 6, &err), err);
  assert_fails(tc_render_pdf_page(text, 0, NULL, NULL, &image, &err), err, TC_FORMAT);
  assert_null(image);
}

int main(void)
{
  tc_error err = {0};
  if (!tc_imaging_init(&err))
    return 1;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_render_pdf_page__gives_the_page_at_its_resolution),
      cmocka_unit_test(test_render_pdf_page__takes_the_rotation_back),
      cmocka_unit_test(test_render_pdf_page__gives_exactly_the_size_asked_for),
      cmocka_unit_test(test_render_pdf_page__refuses_what_it_cannot_render),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
