#include "base/buf.h"
#include "pdf/image.h"
#include "tests/pdf/small_images.h"
#include "tests/tc_test.h"

static tc_pdf_source source_of(const uint8_t *data, size_t size)
{
  return tc_pdf_source_memory((tc_bytes){data, size});
}

static void test_jpeg__grey_describes_itself(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_pdf_jpeg_info info = {0};
  tc_auto(tc_pdf_image) image = {0};
  tc_pdf_source source = source_of(small_grey_jpeg, sizeof small_grey_jpeg);
  assert_ok(tc_pdf_image_from_jpeg(&source, &image, &info, &err), err);
  assert_int_equal(image.width, 16);
  assert_int_equal(image.height, 8);
  assert_int_equal(image.components, 1);
  assert_int_equal(image.colour, TC_PDF_COLOUR_GREY);
  assert_false(image.has_decode);
  assert_int_equal(info.orientation, 1);
}

/* Adobe stores CMYK inverted: PDF needs a Decode array (Technical Note 5116). */
static void test_jpeg__adobe_cmyk_is_inverted(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_pdf_jpeg_info info = {0};
  tc_auto(tc_pdf_image) image = {0};
  tc_pdf_source source = source_of(small_cmyk_jpeg, sizeof small_cmyk_jpeg);
  assert_ok(tc_pdf_image_from_jpeg(&source, &image, &info, &err), err);
  assert_int_equal(image.colour, TC_PDF_COLOUR_CMYK);
  assert_true(image.has_decode);
  assert_true(image.decode[0] == 1 && image.decode[1] == 0 && image.decode[7] == 0);
}

static void test_jpeg__exif_gives_orientation_and_resolution(void **state)
{
  (void)state;
  /* Four entries from byte 10 of the TIFF part on; the rational number stands behind them, at 58. */
  static const uint8_t exif[] = {0xFF, 0xE1, 0, 74, 'E', 'x', 'i', 'f', 0,  0, 'I', 'I', '*', 0, 8, 0, 0,
                                 0,    4,    0, 18, 1,   3,   0,   1,   0,  0, 0,   6,   0,   0, 0, /* orientation 6 */
                                 26,   1,    5, 0,  1,   0,   0,   0,   58, 0, 0,   0,              /* x resolution */
                                 27,   1,    5, 0,  1,   0,   0,   0,   58, 0, 0,   0,              /* y resolution */
                                 40,   1,    3, 0,  1,   0,   0,   0,   2,  0, 0,   0,              /* in inches */
                                 44,   1,    0, 0,  1,   0,   0,   0};
  tc_error err = {0};
  tc_pdf_jpeg_info info = {0};
  tc_auto(tc_pdf_image) image = {0};
  tc_auto(tc_buf) file = {0};
  /* After the start of image and JFIF's segment, whose density says nothing. */
  assert_ok(tc_buf_append(&file, small_grey_jpeg, 2, &err), err);
  assert_ok(tc_buf_append(&file, exif, sizeof exif, &err), err);
  assert_ok(tc_buf_append(&file, small_grey_jpeg + 20, sizeof small_grey_jpeg - 20, &err), err);
  tc_pdf_source source = source_of(file.data, file.size);
  assert_ok(tc_pdf_image_from_jpeg(&source, &image, &info, &err), err);
  assert_int_equal(info.orientation, 6);
  assert_true(info.dpi_x == 300 && info.dpi_y == 300);
}

static void test_jpeg__damage_is_named(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_pdf_jpeg_info info = {0};
  tc_pdf_image image = {0};
  tc_pdf_source source = source_of((const uint8_t *)"plain text, no picture", 22);
  assert_fails(tc_pdf_image_from_jpeg(&source, &image, &info, &err), err, TC_FORMAT);
  for (size_t size = 0; size < sizeof small_grey_jpeg; size++) { /* cut off anywhere before the scan */
    source = source_of(small_grey_jpeg, size);
    tc_auto(tc_pdf_image) part = {0};
    if (!tc_pdf_image_from_jpeg(&source, &part, &info, &err)) {
      assert_int_equal(err.code, TC_FORMAT);
      tc_error_clear(&err);
    }
  }
}

static void test_jpeg__arithmetic_coding_is_refused(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_pdf_jpeg_info info = {0};
  tc_pdf_image image = {0};
  uint8_t file[sizeof small_grey_jpeg];
  memcpy(file, small_grey_jpeg, sizeof file);
  uint8_t *frame = memmem(file, sizeof file, "\xFF\xC0", 2);
  assert_non_null(frame);
  frame[1] = 0xC9;
  tc_pdf_source source = source_of(file, sizeof file);
  assert_fails(tc_pdf_image_from_jpeg(&source, &image, &info, &err), err, TC_UNSUPPORTED);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_jpeg__grey_describes_itself),
      cmocka_unit_test(test_jpeg__adobe_cmyk_is_inverted),
      cmocka_unit_test(test_jpeg__exif_gives_orientation_and_resolution),
      cmocka_unit_test(test_jpeg__damage_is_named),
      cmocka_unit_test(test_jpeg__arithmetic_coding_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
