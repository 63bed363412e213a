#include "imaging/format.h"

#include "base/file.h"
#include "imaging/imaging_settings.h"
#include "tests/tc_test.h"

#define BYTES(text) ((tc_bytes){(const uint8_t *)(text), sizeof(text) - 1})

static void test_format_sniff__knows_a_file_by_its_content(void **state)
{
  (void)state;
  const struct {
    tc_bytes head;
    tc_format format;
  } rows[] = {
      {BYTES(""), TC_FORMAT_EMPTY},
      {BYTES("\xff\xd8\xff\xe0"), TC_FORMAT_JPEG},
      {BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), TC_FORMAT_PNG},
      {BYTES("II*\0\x08\0\0\0"), TC_FORMAT_TIFF},
      {BYTES("MM\0*\0\0\0\x08"), TC_FORMAT_TIFF},
      {BYTES("II+\0\x08\0\0\0"), TC_FORMAT_TIFF},
      {BYTES("%PDF-1.7"), TC_FORMAT_PDF},
      {BYTES("\r\n junk %PDF-1.4"), TC_FORMAT_PDF},
      {BYTES("GIF89a"), TC_FORMAT_GIF},
      {BYTES("RIFF\0\0\0\0WEBPVP8 "), TC_FORMAT_WEBP},
      {BYTES("\0\0\0\x18"
             "ftypheic"),
       TC_FORMAT_HEIF},
      {BYTES("\0\0\0\x18"
             "ftypavif"),
       TC_FORMAT_AVIF},
      {BYTES("\xff\x4f\xff\x51\0"), TC_FORMAT_JP2},
      {BYTES("BM\0\0\0\0\0\0\0\0\x36\0\0\0"), TC_FORMAT_BMP},
      {BYTES("P6\n2 2\n255\n"), TC_FORMAT_PNM},
      {BYTES("PK\3\4"), TC_FORMAT_ZIP},
      {BYTES("<?xml version=\"1.0\"?><svg/>"), TC_FORMAT_SVG},
      {BYTES("<!DOCTYPE html><p>"), TC_FORMAT_HTML},
      {BYTES("a text named .jpg\n"), TC_FORMAT_TEXT},
      {BYTES("\x01\x02\x03"), TC_FORMAT_UNKNOWN},
  };
  for (size_t i = 0; i < TC_ARRAY_LEN(rows); i++)
    if (tc_format_sniff(rows[i].head) != rows[i].format)
      fail_msg("row %zu is taken for %s", i, tc_format_name(tc_format_sniff(rows[i].head)));
}

static void test_format_require_capture__says_what_the_file_is(void **state)
{
  (void)state;
  tc_error err = {0};
  assert_ok(tc_format_require_capture(TC_FORMAT_TIFF, &err), err);
  assert_false(tc_format_require_capture(TC_FORMAT_GIF, &err));
  assert_int_equal(err.code, TC_UNSUPPORTED);
  assert_non_null(strstr(err.message, "a GIF image"));
  tc_error_clear(&err);
  assert_fails(tc_format_require_capture(TC_FORMAT_EMPTY, &err), err, TC_FORMAT);
  assert_fails(tc_format_require_capture(TC_FORMAT_TEXT, &err), err, TC_FORMAT);
  assert_fails(tc_format_require_capture(TC_FORMAT_UNKNOWN, &err), err, TC_FORMAT);
}

static void test_format_of_fd__leaves_the_position(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_fd) fd = -1;
  tc_format format;
  assert_ok(tc_memfd("sniffed", &fd, &err), err);
  assert_ok(tc_fd_write_all(fd, "GIF89a", 6, &err), err);
  assert_ok(tc_format_of_fd(fd, &format, &err), err);
  assert_int_equal(format, TC_FORMAT_GIF);
  assert_int_equal(lseek(fd, 0, SEEK_CUR), 6);
}

static void test_imaging_settings__have_the_same_defaults_as_the_limits(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_settings) settings = NULL;
  const tc_settings_sources none = {0};
  assert_ok(tc_settings_load(&tc_imaging_settings, 1, &none, &settings, &err), err);
  const tc_imaging_limits a = tc_imaging_limits_default();
  const tc_imaging_limits b = tc_imaging_limits_from(settings);
  assert_true(a.max_bytes == b.max_bytes && a.max_pixels == b.max_pixels && a.max_pages == b.max_pages);
}

static void test_imaging_check_pixels__refuses_what_is_too_large(void **state)
{
  (void)state;
  tc_error err = {0};
  const tc_imaging_limits limits = tc_imaging_limits_default();
  assert_ok(tc_imaging_check_pixels(&limits, 12000, 10000, &err), err);
  assert_fails(tc_imaging_check_pixels(&limits, 12001, 10000, &err), err, TC_LIMIT);
  assert_fails(tc_imaging_check_pixels(&limits, INT64_MAX, INT64_MAX, &err), err, TC_LIMIT);
  assert_fails(tc_imaging_check_pixels(&limits, 0, 5, &err), err, TC_FORMAT);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_format_sniff__knows_a_file_by_its_content),
      cmocka_unit_test(test_format_require_capture__says_what_the_file_is),
      cmocka_unit_test(test_format_of_fd__leaves_the_position),
      cmocka_unit_test(test_imaging_settings__have_the_same_defaults_as_the_limits),
      cmocka_unit_test(test_imaging_check_pixels__refuses_what_is_too_large),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
