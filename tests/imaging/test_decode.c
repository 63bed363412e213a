#include "imaging/decode.h"

#include "base/file.h"
#include "tests/imaging/material.h"

static void assert_picture(const tc_image *image, int tolerance)
{
  int bytes = tc_image_bytes_per_pixel(image);
  for (int y = 0; y < tc_image_height(image); y++)
    for (int x = 0; x < tc_image_width(image); x++) {
      int off = abs(tc_image_row(image, y)[x * bytes] - material_value(x, y));
      if (off > tolerance)
        fail_msg("pixel (%d, %d) is off by %d", x, y, off);
    }
}

static void open_bytes(const tc_buf *file, tc_decoder **decoder, tc_image **image)
{
  tc_error err = {0};
  assert_ok(tc_decoder_open_memory(tc_buf_bytes(file), NULL, decoder, &err), err);
  assert_ok(tc_decoder_decode(*decoder, 0, image, &err), err);
}

static void test_decode_png__gives_every_pixel(void **state)
{
  (void)state;
  tc_auto(tc_buf) file = material_save(material_picture(64, 40, 3), ".png");
  tc_auto(tc_decoder) decoder = NULL;
  tc_auto(tc_image) image = NULL;
  open_bytes(&file, &decoder, &image);
  const tc_page_info info = tc_decoder_page_info(decoder, 0);
  assert_int_equal(tc_decoder_format(decoder), TC_FORMAT_PNG);
  assert_int_equal(tc_decoder_page_count(decoder), 1);
  assert_true(info.width == 64 && info.height == 40 && info.components == 3 && info.bits == 8 && !info.alpha);
  assert_true(info.dpi_x == 300 && info.dpi_y == 300);
  assert_int_equal(info.encoding, TC_ENCODING_FLATE);
  assert_int_equal(tc_image_shape_of(image)->pixel, TC_PIXEL_RGB8);
  assert_picture(image, 0);
}

static void test_decode_png__stream_can_be_embedded(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) file = material_save(material_picture(64, 40, 1), ".png");
  tc_auto(tc_buf) interlaced = material_save(material_picture(64, 40, 1), ".png[interlace]");
  tc_auto(tc_decoder) decoder = NULL;
  tc_auto(tc_decoder) other = NULL;
  tc_encoded_image stream;
  bool found;
  assert_ok(tc_decoder_open_memory(tc_buf_bytes(&file), NULL, &decoder, &err), err);
  assert_ok(tc_decoder_encoded(decoder, 0, &found, &stream, &err), err);
  assert_true(found);
  assert_int_equal(stream.encoding, TC_ENCODING_FLATE);
  assert_int_equal(stream.png_predictor, 15);
  assert_int_equal(stream.bytes.data[0] & 0x0f, 8); /* a zlib header: RFC 1950, 2.2 */
  assert_ok(tc_decoder_open_memory(tc_buf_bytes(&interlaced), NULL, &other, &err), err);
  assert_ok(tc_decoder_encoded(other, 0, &found, &stream, &err), err);
  assert_false(found);
}

static void test_decode_jpeg__is_its_own_stream(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) file = material_save(material_picture(64, 40, 1), ".jpg[Q=100]");
  tc_auto(tc_decoder) decoder = NULL;
  tc_auto(tc_image) image = NULL;
  tc_encoded_image stream;
  bool found;
  open_bytes(&file, &decoder, &image);
  const tc_page_info info = tc_decoder_page_info(decoder, 0);
  assert_true(info.width == 64 && info.height == 40 && info.components == 1 && info.bits == 8);
  assert_true(info.dpi_x == 300 && info.exif_orientation == 1);
  assert_int_equal(tc_image_shape_of(image)->pixel, TC_PIXEL_GREY8);
  assert_picture(image, 12);
  assert_ok(tc_decoder_encoded(decoder, 0, &found, &stream, &err), err);
  assert_true(found && !stream.invert);
  assert_int_equal(stream.bytes.size, file.size);
  assert_memory_equal(stream.bytes.data, file.data, file.size);
}

/* A look at a JPEG is smaller by a power of two, no less than what is asked for; at anything else it is the whole. */
static void test_decode__a_glance_is_small(void **state)
{
  (void)state;
  static const struct {
    const char *suffix;
    double dpi;
    int width, height;
  } cases[] = {{".jpg", 75, 60, 40},
               {".jpg", 76, 120, 80},
               {".jpg", 1, 30, 20},
               {".jpg", 300, 240, 160},
               {".png", 75, 240, 160}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    tc_error err = {0};
    tc_auto(tc_buf) file = material_save(material_picture(240, 160, 3), cases[i].suffix);
    tc_auto(tc_decoder) decoder = NULL;
    tc_auto(tc_image) image = NULL;
    assert_ok(tc_decoder_open_memory(tc_buf_bytes(&file), NULL, &decoder, &err), err);
    assert_ok(tc_decoder_glance(decoder, 0, cases[i].dpi, &image, &err), err);
    assert_int_equal(tc_image_width(image), cases[i].width);
    assert_int_equal(tc_image_height(image), cases[i].height);
    assert_true(fabs(tc_image_shape_of(image)->dpi_x - 300.0 * cases[i].width / 240) < 1e-6);
  }
}

static void test_decode_jpeg__cmyk_is_inverted_as_adobe_does(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) file = material_save(material_picture(64, 40, 4), ".jpg[Q=95]");
  tc_auto(tc_decoder) decoder = NULL;
  tc_auto(tc_image) image = NULL;
  tc_encoded_image stream;
  bool found;
  open_bytes(&file, &decoder, &image);
  assert_int_equal(tc_decoder_page_info(decoder, 0).components, 4);
  assert_int_equal(tc_image_shape_of(image)->pixel, TC_PIXEL_RGB8);
  assert_true(tc_image_row(image, 5)[30] > tc_image_row(image, 30)[30]); /* no ink is light */
  assert_ok(tc_decoder_encoded(decoder, 0, &found, &stream, &err), err);
  assert_true(found && stream.invert);
}

/* EXIF with an orientation, put behind the start of image. */
static tc_buf with_orientation(const tc_buf *jpeg, uint8_t orientation)
{
  tc_error err = {0};
  tc_buf out = {0};
  const uint8_t exif[] = {0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M',         0, 42, 0, 0, 0, 8,
                          0,    1,    1, 18, 0,   3,   0,   0,   0, 1, 0,   orientation, 0, 0,  0, 0, 0, 0};
  assert_ok(tc_buf_append(&out, jpeg->data, 2, &err), err);
  assert_ok(tc_buf_append(&out, exif, sizeof exif, &err), err);
  assert_ok(tc_buf_append(&out, jpeg->data + 2, jpeg->size - 2, &err), err);
  return out;
}

static void test_decode_jpeg__reads_the_exif_orientation_and_leaves_the_pixels(void **state)
{
  (void)state;
  tc_auto(tc_buf) plain = material_save(material_picture(64, 40, 1), ".jpg[Q=100]");
  for (uint8_t orientation = 1; orientation <= 9; orientation++) {
    tc_auto(tc_buf) file = with_orientation(&plain, orientation);
    tc_auto(tc_decoder) decoder = NULL;
    tc_auto(tc_image) image = NULL;
    open_bytes(&file, &decoder, &image);
    assert_int_equal(tc_decoder_page_info(decoder, 0).exif_orientation, orientation <= 8 ? orientation : 1);
    assert_int_equal(tc_image_width(image), 64);
  }
}

static void test_decode__truncated_files_fail(void **state)
{
  (void)state;
  static const char *const suffixes[] = {".jpg", ".png", ".tif[compression=lzw]", ".tif[compression=jpeg]"};
  for (size_t i = 0; i < TC_ARRAY_LEN(suffixes); i++) {
    tc_auto(tc_buf) file = material_save(material_picture(200, 300, 3), suffixes[i]);
    for (size_t size = 1; size < file.size; size += file.size / 23) {
      tc_error err = {0};
      tc_auto(tc_decoder) decoder = NULL;
      tc_auto(tc_image) image = NULL;
      bool ok = tc_decoder_open_memory((tc_bytes){file.data, size}, NULL, &decoder, &err) &&
                tc_decoder_decode(decoder, 0, &image, &err);
      if (ok || err.code != TC_FORMAT)
        fail_msg("%s of %zu of %zu bytes: %s", suffixes[i], size, file.size, ok ? "taken" : err.message);
    }
  }
}

static void test_decode_jpeg__cut_and_closed_again_fails(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) file = material_save(material_picture(200, 300, 3), ".jpg");
  tc_auto(tc_decoder) decoder = NULL;
  tc_image *image = NULL;
  file.data[file.size / 2] = 0xff;
  file.data[file.size / 2 + 1] = 0xd9; /* an end of image in the middle */
  file.size = file.size / 2 + 2;
  assert_ok(tc_decoder_open_memory(tc_buf_bytes(&file), NULL, &decoder, &err), err);
  assert_fails(tc_decoder_decode(decoder, 0, &image, &err), err, TC_FORMAT);
}

static void test_decode_tiff__reads_each_page(void **state)
{
  (void)state;
  tc_error err = {0};
  const material_fax fax = {.width = 61, .height = 90, .pages = 3, .compression = COMPRESSION_CCITTFAX4};
  tc_auto(tc_buf) file = material_tiff(&fax);
  tc_auto(tc_decoder) decoder = NULL;
  assert_ok(tc_decoder_open_memory(tc_buf_bytes(&file), NULL, &decoder, &err), err);
  assert_int_equal(tc_decoder_page_count(decoder), 3);
  for (int page = 2; page >= 0; page--) {
    tc_auto(tc_image) image = NULL;
    assert_ok(tc_decoder_decode(decoder, page, &image, &err), err);
    material_assert_fax(image, 61, 90);
    assert_true(tc_image_shape_of(image)->dpi_x == 204 && tc_image_shape_of(image)->dpi_y == 98);
  }
}

static void test_decode_tiff__fax_strips_round_trip_as_pdf_streams(void **state)
{
  (void)state;
  tc_error err = {0};
  static const struct {
    uint32_t compression, photometric, fill_order, options;
    int strip_rows;
    bool found;
  } rows[] = {
      {COMPRESSION_CCITTFAX4, PHOTOMETRIC_MINISWHITE, 0, 0, 0, true},
      {COMPRESSION_CCITTFAX4, PHOTOMETRIC_MINISBLACK, 0, 0, 0, true},
      {COMPRESSION_CCITTFAX3, PHOTOMETRIC_MINISWHITE, 0, 0, 0, true},
      {COMPRESSION_CCITTFAX3, PHOTOMETRIC_MINISWHITE, 0, GROUP3OPT_2DENCODING, 0, true},
      {COMPRESSION_CCITTFAX3, PHOTOMETRIC_MINISWHITE, 0, GROUP3OPT_FILLBITS, 0, true},
      {COMPRESSION_CCITTRLE, PHOTOMETRIC_MINISWHITE, 0, 0, 0, true},
      {COMPRESSION_CCITTFAX4, PHOTOMETRIC_MINISWHITE, FILLORDER_LSB2MSB, 0, 0, false},
      {COMPRESSION_CCITTFAX4, PHOTOMETRIC_MINISWHITE, 0, 0, 16, false},
      {COMPRESSION_LZW, PHOTOMETRIC_MINISWHITE, 0, 0, 0, false},
  };
  for (size_t i = 0; i < TC_ARRAY_LEN(rows); i++) {
    const material_fax fax = {
        61, 90, 1, rows[i].compression, rows[i].photometric, rows[i].fill_order, rows[i].options, rows[i].strip_rows};
    tc_auto(tc_buf) file = material_tiff(&fax);
    tc_auto(tc_decoder) decoder = NULL;
    tc_auto(tc_image) image = NULL;
    tc_encoded_image stream;
    bool found = false;
    open_bytes(&file, &decoder, &image);
    material_assert_fax(image, 61, 90);
    assert_ok(tc_decoder_encoded(decoder, 0, &found, &stream, &err), err);
    if (found != rows[i].found)
      fail_msg("row %zu: %s", i, found ? "found" : "not found");
    if (!found)
      continue;
    tc_auto(tc_image) again = NULL;
    assert_ok(tc_decode_encoded(&stream, NULL, &again, &err), err);
    material_assert_fax(again, 61, 90);
  }
}

static void test_decode_tiff__a_fax_that_breaks_off_fails(void **state)
{
  (void)state;
  tc_error err = {0};
  const material_fax fax = {.width = 61, .height = 90, .pages = 1, .compression = COMPRESSION_CCITTFAX4};
  tc_auto(tc_buf) file = material_tiff(&fax);
  tc_auto(tc_decoder) decoder = NULL;
  tc_encoded_image stream;
  bool found;
  assert_ok(tc_decoder_open_memory(tc_buf_bytes(&file), NULL, &decoder, &err), err);
  assert_ok(tc_decoder_encoded(decoder, 0, &found, &stream, &err), err);
  stream.bytes.size /= 2;
  tc_image *image = NULL;
  assert_fails(tc_decode_encoded(&stream, NULL, &image, &err), err, TC_FORMAT);
}

static void test_decode__limits_come_before_pixels(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_decoder *decoder = NULL;
  const material_fax fax = {.width = 61, .height = 90, .pages = 3, .compression = COMPRESSION_CCITTFAX4};
  tc_auto(tc_buf) tiff = material_tiff(&fax);
  tc_auto(tc_buf) png = material_save(material_picture(64, 40, 1), ".png");
  tc_imaging_limits limits = tc_imaging_limits_default();
  limits.max_pages = 2;
  assert_fails(tc_decoder_open_memory(tc_buf_bytes(&tiff), &limits, &decoder, &err), err, TC_LIMIT);
  limits.max_pixels = 64 * 40 - 1;
  assert_fails(tc_decoder_open_memory(tc_buf_bytes(&png), &limits, &decoder, &err), err, TC_LIMIT);
  limits.max_bytes = 10;
  assert_fails(tc_decoder_open_memory(tc_buf_bytes(&png), &limits, &decoder, &err), err, TC_LIMIT);
  /* A PNG that states 20,000 × 20,000 in its header. */
  png.data[18] = png.data[22] = 0x4e;
  png.data[19] = png.data[23] = 0x20;
  assert_fails(tc_decoder_open_memory(tc_buf_bytes(&png), NULL, &decoder, &err), err, TC_LIMIT);
  assert_null(decoder);
}

static void test_decode__refuses_what_is_no_image_file(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_decoder *decoder = NULL;
  assert_fails(tc_decoder_open_memory((tc_bytes){0}, NULL, &decoder, &err), err, TC_FORMAT);
  assert_fails(tc_decoder_open_memory(tc_bytes_of_text("a text named .jpg\n"), NULL, &decoder, &err), err, TC_FORMAT);
  assert_fails(tc_decoder_open_memory(tc_bytes_of_text("GIF89a"), NULL, &decoder, &err), err, TC_UNSUPPORTED);
  assert_fails(tc_decoder_open_memory(tc_bytes_of_text("%PDF-1.7\n"), NULL, &decoder, &err), err, TC_UNSUPPORTED);
}

static void test_decode__works_from_a_file_that_was_closed(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) file = material_save(material_picture(64, 40, 1), ".png");
  tc_auto(tc_decoder) decoder = NULL;
  tc_auto(tc_image) image = NULL;
  int fd = -1;
  assert_ok(tc_memfd("capture", &fd, &err), err);
  assert_ok(tc_fd_write_all(fd, file.data, file.size, &err), err);
  assert_ok(tc_decoder_open(fd, NULL, &decoder, &err), err);
  close(fd);
  assert_ok(tc_decoder_decode(decoder, 0, &image, &err), err);
  assert_picture(image, 0);
}

static int set_up(void **state)
{
  (void)state;
  tc_error err = {0};
  return tc_imaging_init(&err) ? 0 : -1;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_decode_png__gives_every_pixel),
      cmocka_unit_test(test_decode_png__stream_can_be_embedded),
      cmocka_unit_test(test_decode_jpeg__is_its_own_stream),
      cmocka_unit_test(test_decode__a_glance_is_small),
      cmocka_unit_test(test_decode_jpeg__cmyk_is_inverted_as_adobe_does),
      cmocka_unit_test(test_decode_jpeg__reads_the_exif_orientation_and_leaves_the_pixels),
      cmocka_unit_test(test_decode__truncated_files_fail),
      cmocka_unit_test(test_decode_jpeg__cut_and_closed_again_fails),
      cmocka_unit_test(test_decode_tiff__reads_each_page),
      cmocka_unit_test(test_decode_tiff__fax_strips_round_trip_as_pdf_streams),
      cmocka_unit_test(test_decode_tiff__a_fax_that_breaks_off_fails),
      cmocka_unit_test(test_decode__limits_come_before_pixels),
      cmocka_unit_test(test_decode__refuses_what_is_no_image_file),
      cmocka_unit_test(test_decode__works_from_a_file_that_was_closed),
  };
  return cmocka_run_group_tests(tests, set_up, NULL);
}
