#include "imaging/decode.h"

#include "tests/imaging/material.h"

static void decode(const tc_encoded_image *stream, tc_image **out)
{
  tc_error err = {0};
  assert_ok(tc_decode_encoded(stream, NULL, out, &err), err);
}

static void test_encoded_raw__unpacks_samples_of_every_size(void **state)
{
  (void)state;
  static const struct {
    uint8_t bytes[6];
    int bits, components;
    bool invert;
    uint8_t first, second;
  } rows[] = {
      {{0x1b}, 2, 1, false, 0, 85},        {{0x0f}, 4, 1, false, 0, 255},  {{7, 9}, 8, 1, false, 7, 9},
      {{7, 1, 9, 1}, 16, 1, false, 7, 9},  {{7, 9}, 8, 1, true, 248, 246}, {{1, 2, 3, 4, 5, 6}, 8, 3, false, 1, 4},
      {{0x1b, 0x1b}, 2, 3, false, 0, 255},
  };
  for (size_t i = 0; i < TC_ARRAY_LEN(rows); i++) {
    tc_auto(tc_image) image = NULL;
    const tc_encoded_image stream = {.encoding = TC_ENCODING_RAW,
                                     .bytes = {rows[i].bytes, sizeof rows[i].bytes},
                                     .width = 2,
                                     .height = 1,
                                     .bits = rows[i].bits,
                                     .components = rows[i].components,
                                     .invert = rows[i].invert};
    decode(&stream, &image);
    int step = tc_image_bytes_per_pixel(image);
    if (tc_image_row(image, 0)[0] != rows[i].first || tc_image_row(image, 0)[step] != rows[i].second)
      fail_msg("row %zu: %d %d", i, tc_image_row(image, 0)[0], tc_image_row(image, 0)[step]);
  }
}

static void test_encoded_raw__one_bit_is_black_at_zero(void **state)
{
  (void)state;
  const uint8_t bits[1] = {0x5f};
  tc_encoded_image stream = {
      .encoding = TC_ENCODING_RAW, .bytes = {bits, 1}, .width = 3, .height = 1, .bits = 1, .components = 1};
  tc_auto(tc_image) image = NULL;
  tc_auto(tc_image) inverted = NULL;
  decode(&stream, &image);
  assert_int_equal(tc_image_shape_of(image)->pixel, TC_PIXEL_BILEVEL);
  assert_int_equal(tc_image_row(image, 0)[0], 0xa0);
  stream.invert = true;
  decode(&stream, &inverted);
  assert_int_equal(tc_image_row(inverted, 0)[0], 0x40);
}

static void test_encoded_raw__looks_colours_up(void **state)
{
  (void)state;
  const uint8_t bits[1] = {0x40};
  const uint8_t palette[6] = {10, 20, 30, 40, 50, 60};
  const tc_encoded_image stream = {.encoding = TC_ENCODING_RAW,
                                   .bytes = {bits, 1},
                                   .width = 2,
                                   .height = 1,
                                   .bits = 1,
                                   .components = 1,
                                   .palette = {palette, 6}};
  tc_auto(tc_image) image = NULL;
  decode(&stream, &image);
  const uint8_t expected[6] = {10, 20, 30, 40, 50, 60};
  assert_memory_equal(tc_image_row(image, 0), expected, 6);
}

static void test_encoded_raw__refuses_missing_rows_and_odd_samples(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_image *image = NULL;
  const uint8_t bytes[8] = {0};
  tc_encoded_image stream = {
      .encoding = TC_ENCODING_RAW, .bytes = {bytes, 8}, .width = 3, .height = 3, .bits = 8, .components = 1};
  assert_fails(tc_decode_encoded(&stream, NULL, &image, &err), err, TC_FORMAT);
  stream.bits = 7;
  assert_fails(tc_decode_encoded(&stream, NULL, &image, &err), err, TC_UNSUPPORTED);
  stream.bits = 8;
  stream.width = 0;
  assert_fails(tc_decode_encoded(&stream, NULL, &image, &err), err, TC_FORMAT);
  stream.width = stream.height = 20000;
  assert_fails(tc_decode_encoded(&stream, NULL, &image, &err), err, TC_LIMIT);
}

static void test_encoded_dct__must_be_what_the_dictionary_says(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) file = material_save(material_picture(64, 40, 3), ".jpg");
  tc_auto(tc_image) image = NULL;
  tc_image *none = NULL;
  tc_encoded_image stream = {
      .encoding = TC_ENCODING_DCT, .bytes = tc_buf_bytes(&file), .width = 64, .height = 40, .bits = 8, .components = 3};
  decode(&stream, &image);
  stream.width = 63;
  assert_fails(tc_decode_encoded(&stream, NULL, &none, &err), err, TC_UNSUPPORTED);
  stream.encoding = TC_ENCODING_JPX;
  assert_fails(tc_decode_encoded(&stream, NULL, &none, &err), err, TC_FORMAT);
  stream.encoding = TC_ENCODING_LZW;
  assert_fails(tc_decode_encoded(&stream, NULL, &none, &err), err, TC_UNSUPPORTED);
}

static void test_encoded_jpx__is_decoded(void **state)
{
  (void)state;
  tc_auto(tc_buf) file = material_save(material_picture(64, 40, 1), ".jp2[lossless]");
  tc_auto(tc_image) image = NULL;
  const tc_encoded_image stream = {
      .encoding = TC_ENCODING_JPX, .bytes = tc_buf_bytes(&file), .width = 64, .height = 40, .bits = 8, .components = 1};
  decode(&stream, &image);
  assert_int_equal(tc_image_row(image, 5)[5], 0);
  assert_int_equal(tc_image_row(image, 20)[33], material_value(33, 20));
}

/* ITU-T T.88, annex H: the first page of the test sequence as an embedded stream: 64 × 56 pixels, one generic region
   coded by MMR would need the whole annex; a page of white with an end is enough to see that streams are taken. */
static void test_encoded_jbig2__an_empty_page_is_white(void **state)
{
  (void)state;
  tc_error err = {0};
  static const uint8_t page[] = {0, 0, 0, 0,  0x30, 0, 1, 0,  0, 0, 19, /* segment header: page information, 19 bytes */
                                 0, 0, 0, 64, 0,    0, 0, 56, 0, 0, 0,  0, 0, 0, 0, 0, 0, 0, 0};
  tc_encoded_image stream = {.encoding = TC_ENCODING_JBIG2,
                             .bytes = {page, sizeof page},
                             .width = 64,
                             .height = 56,
                             .bits = 1,
                             .components = 1};
  tc_auto(tc_image) image = NULL;
  decode(&stream, &image);
  assert_int_equal(tc_image_shape_of(image)->pixel, TC_PIXEL_BILEVEL);
  assert_int_equal(tc_image_row(image, 55)[7], 0);
  tc_image *none = NULL;
  stream.bytes.size = 15;
  assert_fails(tc_decode_encoded(&stream, NULL, &none, &err), err, TC_FORMAT);
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
      cmocka_unit_test(test_encoded_raw__unpacks_samples_of_every_size),
      cmocka_unit_test(test_encoded_raw__one_bit_is_black_at_zero),
      cmocka_unit_test(test_encoded_raw__looks_colours_up),
      cmocka_unit_test(test_encoded_raw__refuses_missing_rows_and_odd_samples),
      cmocka_unit_test(test_encoded_dct__must_be_what_the_dictionary_says),
      cmocka_unit_test(test_encoded_jpx__is_decoded),
      cmocka_unit_test(test_encoded_jbig2__an_empty_page_is_white),
  };
  return cmocka_run_group_tests(tests, set_up, NULL);
}
