#include "pipeline/capture.h"
#include "tests/tc_test.h"

#include "base/base_settings.h"
#include "base/file.h"
#include "pdf/document.h"
#include "pdf/pdf_settings.h"
#include "pipeline/pipeline_settings.h"

static tc_settings *load_settings(void)
{
  const tc_settings_table tables[] = {tc_base_settings, tc_imaging_settings, tc_pdf_settings, tc_pipeline_settings};
  tc_settings_sources none = {0};
  tc_settings *settings = NULL;
  tc_error err = {0};
  assert_ok(tc_settings_load(tables, TC_ARRAY_LEN(tables), &none, &settings, &err), err);
  return settings;
}

static int open_sample(const char *name)
{
  char path[512];
  snprintf(path, sizeof path, "%s/samples/%s", SOURCE_ROOT, name);
  int fd = -1;
  off_t size;
  tc_error err = {0};
  assert_ok(tc_file_open(path, &fd, &size, &err), err);
  return fd;
}

static void test_capture__each_format_is_described_decoded_and_composed(void **state)
{
  (void)state;
  static const struct {
    const char *name;
    tc_format format;
    const char *encoding;
    size_t pages;
  } cases[] = {{"birth-certificate-flatbed.jpg", TC_FORMAT_JPEG, "dct", 1},
               {"residence-flatbed.png", TC_FORMAT_PNG, "flate", 1},
               {"decision-copier-3-pages.tif", TC_FORMAT_TIFF, "ccitt", 3},
               {"decision-office-2-pages.pdf", TC_FORMAT_PDF, "dct", 2}};
  tc_auto(tc_settings) settings = load_settings();
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++) {
    tc_error err = {0};
    tc_auto(tc_fd) fd = open_sample(cases[i].name);
    tc_auto(tc_capture) capture = NULL;
    tc_auto(tc_image) image = NULL;
    tc_capture_page page;
    tc_digest first, again;
    assert_ok(tc_capture_open(fd, settings, &capture, &err), err);
    assert_int_equal(tc_capture_format(capture), cases[i].format);
    assert_int_equal(tc_capture_page_count(capture), cases[i].pages);
    assert_ok(tc_capture_describe(capture, cases[i].pages - 1, &page, &err), err);
    assert_string_equal(page.encoding, cases[i].encoding);
    assert_null(page.because);
    assert_true(page.dpi_x > 100 && page.dpi_y > 100);
    assert_ok(tc_capture_decode(capture, cases[i].pages - 1, &image, &err), err);
    assert_int_equal(tc_image_width(image), page.width);
    assert_int_equal(tc_image_height(image), page.height);
    assert_ok(tc_capture_digest(capture, 0, &first, &err), err);
    assert_ok(tc_capture_digest(capture, 0, &again, &err), err);
    assert_memory_equal(first.bytes, again.bytes, sizeof first.bytes);
    tc_capture_composed composed = {0};
    assert_ok(tc_capture_compose_page(capture, 0, &composed, &err), err);
    assert_true(composed.untouched);
    assert_true(composed.page.capture_width > 1000);
    tc_capture_composed_finish(&composed);
  }
}

static tc_json *json(const char *text)
{
  tc_error err = {0};
  tc_json *value = NULL;
  assert_ok(tc_json_parse((tc_bytes){(const uint8_t *)text, strlen(text)}, &value, &err), err);
  return value;
}

/* A page that is a part of the file's page has the part's grid, is never untouched, and shows these pixels alone. */
static void test_capture__parts_are_pages_of_their_own(void **state)
{
  (void)state;
  tc_auto(tc_settings) settings = load_settings();
  tc_error err = {0};
  tc_auto(tc_fd) fd = open_sample("decision-office-2-pages.pdf");
  tc_auto(tc_capture) capture = NULL;
  tc_auto(tc_json) pages =
      json("[{\"capture_page\":1},{\"capture_page\":0,\"part\":{\"left\":300,\"top\":200,\"width\":500,\"height\":400,"
           "\"outline\":[[340,240],[760,240],[760,560],[340,560]]}}]");
  tc_capture_page whole, part;
  assert_ok(tc_capture_open(fd, settings, &capture, &err), err);
  assert_ok(tc_capture_select(capture, pages, &err), err);
  assert_int_equal(tc_capture_page_count(capture), 2);
  assert_ok(tc_capture_describe(capture, 0, &whole, &err), err);
  assert_ok(tc_capture_describe(capture, 1, &part, &err), err);
  assert_true(whole.file_page == 1 && whole.part == NULL && whole.because == NULL);
  assert_true(part.file_page == 0 && part.part != NULL && part.width == 500 && part.height == 400);
  assert_string_equal(part.encoding, "part");
  assert_non_null(part.because);
  tc_auto(tc_image) image = NULL;
  assert_ok(tc_capture_decode(capture, 1, &image, &err), err);
  assert_true(tc_image_width(image) == 500 && tc_image_height(image) == 400);
  const int bytes = tc_image_bytes_per_pixel(image);
  for (int x = 0; x < 500 * bytes; x++) /* farther from the outline than is shown */
    assert_int_equal(tc_image_row(image, 10)[x], 255);
  tc_capture_composed composed = {0};
  assert_ok(tc_capture_compose_page(capture, 1, &composed, &err), err);
  assert_false(composed.untouched);
  assert_true(composed.page.capture_width == 500 && composed.page.dpi_x > 100 && !composed.page.has_placement);
  tc_capture_composed_finish(&composed);
  tc_digest first, again;
  assert_ok(tc_capture_digest(capture, 1, &first, &err), err);
  assert_ok(tc_capture_digest(capture, 0, &again, &err), err);
  assert_memory_not_equal(first.bytes, again.bytes, sizeof first.bytes);
}

static void test_capture__pages_it_does_not_have_are_refused(void **state)
{
  (void)state;
  static const char *const wrong[] = {"[]", "[{\"capture_page\":2}]", "[{}]", "[{\"capture_page\":0,\"part\":{}}]"};
  tc_auto(tc_settings) settings = load_settings();
  tc_error err = {0};
  tc_auto(tc_fd) fd = open_sample("decision-office-2-pages.pdf");
  tc_auto(tc_capture) capture = NULL;
  assert_ok(tc_capture_open(fd, settings, &capture, &err), err);
  for (size_t i = 0; i < TC_ARRAY_LEN(wrong); i++) {
    tc_auto(tc_json) pages = json(wrong[i]);
    assert_fails(tc_capture_select(capture, pages, &err), err, TC_USAGE);
  }
  /* A paper without cards has the file's pages. */
  assert_ok(tc_capture_split(capture, &err), err);
  assert_int_equal(tc_capture_page_count(capture), 2);
  tc_capture_page page;
  assert_ok(tc_capture_describe(capture, 1, &page, &err), err);
  assert_true(page.part == NULL && page.file_page == 1);
}

static void test_capture__what_is_none_is_refused(void **state)
{
  (void)state;
  tc_auto(tc_settings) settings = load_settings();
  tc_auto(tc_fd) fd = -1;
  tc_error err = {0};
  tc_capture *capture = NULL;
  assert_ok(tc_memfd("capture", &fd, &err), err);
  assert_fails(tc_capture_open(fd, settings, &capture, &err), err, TC_FORMAT);
  assert_ok(tc_fd_write_all(fd, "GIF89a..........", 16, &err), err);
  assert_fails(tc_capture_open(fd, settings, &capture, &err), err, TC_UNSUPPORTED);
  assert_null(capture);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_capture__each_format_is_described_decoded_and_composed),
      cmocka_unit_test(test_capture__parts_are_pages_of_their_own),
      cmocka_unit_test(test_capture__pages_it_does_not_have_are_refused),
      cmocka_unit_test(test_capture__what_is_none_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
