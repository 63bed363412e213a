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
      cmocka_unit_test(test_capture__what_is_none_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
