#include "pdf/compose.h"

#include "base/file.h"
#include "pdf/qpdf_handle.h"
#include "pdf/scan.h"
#include "tests/pdf/small_images.h"
#include "tests/tc_test.h"

#include <math.h>
#include <sys/stat.h>

/* One page with the small grey JPEG, as a base that cases change. */
typedef struct copy {
  tc_pdf_image image;
  tc_compose_image placed;
  tc_compose_page page;
  tc_compose_options options;
} copy;

static void begin(copy *c)
{
  tc_error err = {0};
  tc_pdf_jpeg_info info;
  *c = (copy){0};
  c->placed.source = tc_pdf_source_memory((tc_bytes){small_grey_jpeg, sizeof small_grey_jpeg});
  assert_ok(tc_pdf_image_from_jpeg(&c->placed.source, &c->image, &info, &err), err);
  c->placed.image = &c->image;
  c->page = (tc_compose_page){.capture_width = 16,
                              .capture_height = 8,
                              .images = &c->placed,
                              .image_count = 1,
                              .dpi_x = 4,
                              .dpi_y = 4,
                              .orientation = 1};
  c->options = tc_compose_options_default();
  c->options.title = "A copy";
  c->options.language = "vi-VN";
  c->options.producer = "truecopy test";
  c->options.created = 1700000000;
  c->options.pages = &c->page;
  c->options.page_count = 1;
}

static void write_copy(const copy *c, tc_buf *out, tc_compose_result *result)
{
  tc_error err = {0};
  tc_auto(tc_fd) fd = -1;
  assert_ok(tc_memfd("copy", &fd, &err), err);
  assert_ok(tc_compose(&c->options, fd, result, &err), err);
  assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
  assert_ok(tc_fd_read_all(fd, SIZE_MAX, out, &err), err);
  assert_int_equal(out->size, result->size);
}

static void expect_failure(const copy *c, tc_code code)
{
  tc_error err = {0};
  tc_compose_result result = {.page_count = 77};
  tc_auto(tc_fd) fd = -1;
  assert_ok(tc_memfd("copy", &fd, &err), err);
  assert_fails(tc_compose(&c->options, fd, &result, &err), err, code);
  assert_int_equal(result.page_count, 77);
}

static qpdf_oh image_of(tc_qpdf *q, size_t page, const char *name)
{
  qpdf_oh resources = tc_qpdf_get(q, qpdf_get_page_n(q, page), "/Resources");
  return tc_qpdf_get(q, tc_qpdf_get(q, resources, "/XObject"), name);
}

static void test_compose__jpeg_is_byte_for_byte(void **state)
{
  (void)state;
  copy c;
  begin(&c);
  tc_error err = {0};
  tc_auto(tc_buf) file = {0};
  tc_auto(tc_buf) bytes = {0};
  tc_auto(tc_compose_result) result = {0};
  tc_auto(tc_qpdf) q = NULL;
  write_copy(&c, &file, &result);
  assert_ok(tc_qpdf_open(tc_buf_bytes(&file), &q, &err), err);
  assert_int_equal(qpdf_get_num_pages(q), 1);
  qpdf_oh image = image_of(q, 0, "/TcImage0");
  assert_true(tc_qpdf_name_is(q, tc_qpdf_get(q, image, "/Filter"), "/DCTDecode"));
  assert_ok(tc_qpdf_raw(q, image, &bytes, &err), err);
  assert_int_equal(bytes.size, sizeof small_grey_jpeg);
  assert_memory_equal(bytes.data, small_grey_jpeg, bytes.size);
  tc_pdf_image_finish(&c.image);
}

static void test_compose__same_options_same_bytes(void **state)
{
  (void)state;
  copy c;
  begin(&c);
  tc_auto(tc_buf) first = {0};
  tc_auto(tc_buf) second = {0};
  tc_auto(tc_buf) third = {0};
  tc_compose_result result = {0};
  write_copy(&c, &first, &result);
  tc_compose_result_finish(&result);
  write_copy(&c, &second, &result);
  tc_compose_result_finish(&result);
  assert_int_equal(first.size, second.size);
  assert_memory_equal(first.data, second.data, first.size);
  c.options.created++;
  write_copy(&c, &third, &result);
  tc_compose_result_finish(&result);
  assert_true(third.size != first.size || memcmp(third.data, first.data, first.size) != 0);
  tc_pdf_image_finish(&c.image);
}

/* Pixels come back as they went in, through prediction and packing; 1, 8 and 24 bits a pixel. */
static void test_compose__pixels_are_lossless(void **state)
{
  (void)state;
  static const struct {
    unsigned bits, components;
    tc_pdf_colour colour;
  } kinds[] = {{1, 1, TC_PDF_COLOUR_GREY}, {8, 1, TC_PDF_COLOUR_GREY}, {8, 3, TC_PDF_COLOUR_RGB}};
  for (size_t k = 0; k < TC_ARRAY_LEN(kinds); k++) {
    copy c;
    begin(&c);
    tc_error err = {0};
    uint8_t pixels[16 * 8 * 3];
    for (size_t i = 0; i < sizeof pixels; i++)
      pixels[i] = (uint8_t)(i * i + 3 * i);
    tc_pdf_image raw = {.encoding = TC_PDF_RAW,
                        .width = 16,
                        .height = 8,
                        .bits = kinds[k].bits,
                        .components = kinds[k].components,
                        .colour = kinds[k].colour};
    size_t size = 16UL * 8 * kinds[k].bits * kinds[k].components / 8;
    c.placed.image = &raw;
    c.placed.source = tc_pdf_source_memory((tc_bytes){pixels, size});
    tc_auto(tc_buf) file = {0};
    tc_auto(tc_compose_result) result = {0};
    tc_auto(tc_qpdf) q = NULL;
    write_copy(&c, &file, &result);
    assert_ok(tc_qpdf_open(tc_buf_bytes(&file), &q, &err), err);
    unsigned char *data = NULL;
    size_t got = 0;
    QPDF_BOOL filtered = QPDF_FALSE;
    qpdf_oh_get_stream_data(q, image_of(q, 0, "/TcImage0"), qpdf_dl_generalized, &filtered, &data, &got);
    assert_int_equal(got, size);
    assert_memory_equal(data, pixels, size);
    free(data);
    tc_pdf_image_finish(&c.image);
    c.placed.source.memory.size--; /* one byte short */
    expect_failure(&c, TC_FORMAT);
  }
}

static void test_compose__strips_of_a_tiff_stand_under_each_other(void **state)
{
  (void)state;
  copy c;
  begin(&c);
  tc_error err = {0};
  tc_pdf_image strip = {.encoding = TC_PDF_CCITT,
                        .width = 16,
                        .height = 8,
                        .bits = 1,
                        .components = 1,
                        .colour = TC_PDF_COLOUR_GREY,
                        .ccitt = {.k = -1}};
  tc_pdf_source source = tc_pdf_source_memory((tc_bytes){small_ccitt, sizeof small_ccitt});
  tc_compose_image strips[] = {{&strip, source, 0}, {&strip, source, 8}};
  c.page.images = strips;
  c.page.image_count = 2;
  c.page.capture_height = 16;
  tc_auto(tc_buf) file = {0};
  tc_auto(tc_compose_result) result = {0};
  tc_auto(tc_qpdf) q = NULL;
  write_copy(&c, &file, &result);
  assert_ok(tc_qpdf_open(tc_buf_bytes(&file), &q, &err), err);
  for (size_t i = 0; i < 2; i++) {
    tc_auto(tc_buf) bytes = {0};
    assert_ok(tc_qpdf_raw(q, image_of(q, 0, i == 0 ? "/TcImage0" : "/TcImage1"), &bytes, &err), err);
    assert_int_equal(bytes.size, sizeof small_ccitt);
    assert_memory_equal(bytes.data, small_ccitt, bytes.size);
  }
  strips[1].first_row = 9; /* beyond the capture */
  expect_failure(&c, TC_USAGE);
  tc_pdf_image_finish(&c.image);
}

static void test_compose__capture_keeps_its_scale(void **state)
{
  (void)state;
  copy c;
  begin(&c);
  c.options.strip_left = "left";
  c.options.sample_notice = "NOTICE";
  tc_auto(tc_buf) file = {0};
  tc_auto(tc_compose_result) result = {0};
  write_copy(&c, &file, &result);
  tc_pdf_rect area = result.pages[0].capture_area;
  assert_true(fabs(area.right - area.left - 288) < 1e-6); /* 16 pixels at 4 to the inch */
  assert_true(fabs(area.top - area.bottom - 144) < 1e-6);
  assert_true(area.bottom > 0 && area.top < result.pages[0].height);
  assert_false(result.pages[0].scale_unknown);
  tc_pdf_point corner = tc_pdf_matrix_apply(result.pages[0].to_page, (tc_pdf_point){0, 0});
  assert_true(fabs(corner.x - area.left) < 1e-6 && fabs(corner.y - area.top) < 1e-6);
  tc_pdf_image_finish(&c.image);
}

static void test_compose__orientation_turns_the_page(void **state)
{
  (void)state;
  copy c;
  begin(&c);
  c.page.orientation = 6;
  tc_auto(tc_buf) file = {0};
  tc_auto(tc_compose_result) result = {0};
  write_copy(&c, &file, &result);
  tc_pdf_rect area = result.pages[0].capture_area;
  assert_true(fabs(area.right - area.left - 144) < 1e-6 && fabs(area.top - area.bottom - 288) < 1e-6);
  tc_pdf_point corner = tc_pdf_matrix_apply(result.pages[0].to_page, (tc_pdf_point){0, 0}); /* shown top right */
  assert_true(fabs(corner.x - area.right) < 1e-6 && fabs(corner.y - area.top) < 1e-6);
  tc_pdf_image_finish(&c.image);
}

static void test_compose__unknown_scale_is_fitted_and_said(void **state)
{
  (void)state;
  static const double resolutions[] = {0, 1e-9, 1e9}; /* none; a page beyond PDF/A's limits; one below them */
  for (size_t i = 0; i < TC_ARRAY_LEN(resolutions); i++) {
    copy c;
    begin(&c);
    c.page.dpi_x = c.page.dpi_y = resolutions[i];
    tc_auto(tc_buf) file = {0};
    tc_auto(tc_compose_result) result = {0};
    write_copy(&c, &file, &result);
    tc_pdf_rect area = result.pages[0].capture_area;
    assert_true(result.pages[0].scale_unknown);
    assert_true(fabs(area.right - area.left - 841.89) < 1e-6);
    assert_true(fabs((area.right - area.left) / (area.top - area.bottom) - 2) < 1e-6);
    tc_pdf_image_finish(&c.image);
  }
}

static void test_compose__attestation_blocks_and_files(void **state)
{
  (void)state;
  copy c;
  begin(&c);
  const tc_attestation_row rows[] = {{"Number", "1"}, {"Name", "a (name) with \\ and < & >"}};
  const char *const lines[] = {"line one", "line two", NULL};
  const tc_attestation_block blocks[] = {
      {.heading = "ONE", .lines = lines, .name = "Somebody"},
      {.heading = "TWO", .is_seal = true, .seal_top = "TOP", .seal_bottom = "BELOW"}};
  const tc_attestation attestation = {.title = "ATTESTATION",
                                      .rows = rows,
                                      .row_count = 2,
                                      .opening = lines,
                                      .closing = lines,
                                      .blocks = blocks,
                                      .block_count = 2,
                                      .qr_payload = "https://example.org/x/abc",
                                      .code = "ABCD-EFGH-J",
                                      .notes = lines};
  const tc_compose_file files[] = {{.name = "fields.json",
                                    .mime = "application/json",
                                    .relationship = TC_PDF_RELATIONSHIP_DATA,
                                    .source = tc_pdf_source_memory(tc_bytes_of_text("{\"a\":1}")),
                                    .modified = 1700000000}};
  c.options.attestation = &attestation;
  c.options.files = files;
  c.options.file_count = 1;
  c.options.first_page_lines = lines;
  c.options.strip_centre = "{page} of {pages}";
  tc_error err = {0};
  tc_auto(tc_buf) file = {0};
  tc_auto(tc_buf) data = {0};
  tc_auto(tc_compose_result) result = {0};
  tc_auto(tc_qpdf) q = NULL;
  write_copy(&c, &file, &result);
  assert_int_equal(result.page_count, 2);
  assert_int_equal(result.block_count, 2);
  assert_true(result.has_first_page_block);
  for (size_t i = 0; i < 2; i++) {
    assert_int_equal(result.blocks[i].page, 1);
    tc_pdf_rect r = result.blocks[i].rect;
    assert_true(r.left > 0 && r.right < 595.28 && r.bottom > 0 && r.top < 841.89);
  }
  assert_true(result.blocks[0].rect.right <= result.blocks[1].rect.left);
  assert_ok(tc_qpdf_open(tc_buf_bytes(&file), &q, &err), err);
  qpdf_oh spec = tc_qpdf_at(q, tc_qpdf_get(q, qpdf_get_root(q), "/AF"), 0);
  qpdf_oh embedded = tc_qpdf_get(q, tc_qpdf_get(q, spec, "/EF"), "/F");
  assert_true(tc_qpdf_name_is(q, tc_qpdf_get(q, embedded, "/Subtype"), "/application/json"));
  assert_ok(tc_qpdf_data(q, embedded, 100, &data, &err), err);
  assert_string_equal(tc_buf_text(&data), "{\"a\":1}");
  tc_pdf_image_finish(&c.image);
}

static void test_compose__many_rows_run_over_to_more_pages(void **state)
{
  (void)state;
  copy c;
  begin(&c);
  tc_attestation_row rows[80];
  for (size_t i = 0; i < TC_ARRAY_LEN(rows); i++)
    rows[i] = (tc_attestation_row){"A label of a row",
                                   "value-without-any-blank-that-is-much-longer-than-its-column-is-wide-in-points"};
  const tc_attestation attestation = {.title = "T", .rows = rows, .row_count = TC_ARRAY_LEN(rows)};
  c.options.attestation = &attestation;
  tc_auto(tc_buf) file = {0};
  tc_auto(tc_compose_result) result = {0};
  write_copy(&c, &file, &result);
  assert_true(result.page_count > 3);
  char *endless = calloc(1, 20001);
  assert_non_null(endless);
  memset(endless, 'x', 20000);
  rows[3].value = endless;
  expect_failure(&c, TC_LIMIT);
  free(endless);
  tc_pdf_image_finish(&c.image);
}

static void test_compose__refusals(void **state)
{
  (void)state;
  copy c;
  begin(&c);
  c.options.title = NULL;
  expect_failure(&c, TC_USAGE);
  c.options.title = "bad \xFF text";
  expect_failure(&c, TC_USAGE);
  c.options.title = "A copy";
  c.options.font_bold = "/nowhere/font.ttf";
  expect_failure(&c, TC_CONFIG);
  c.options.font_bold = NULL;
  c.options.icc_rgb = "/proc/self/stat";
  expect_failure(&c, TC_CONFIG);
  c.options.icc_rgb = NULL;
  c.image.colour = TC_PDF_COLOUR_CMYK; /* without a profile */
  expect_failure(&c, TC_USAGE);
  c.image.colour = TC_PDF_COLOUR_GREY;
  c.image.encoding = TC_PDF_LZW;
  expect_failure(&c, TC_USAGE);
  c.image.encoding = TC_PDF_DCT;
  c.page.capture_width = 17;
  expect_failure(&c, TC_USAGE);
  c.page.capture_width = 16;
  const tc_compose_page pages[2] = {c.page, c.page};
  c.options.pages = pages;
  c.options.page_count = 2;
  c.options.max_pages = 1;
  expect_failure(&c, TC_LIMIT);
  tc_pdf_image_finish(&c.image);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_compose__jpeg_is_byte_for_byte),
      cmocka_unit_test(test_compose__same_options_same_bytes),
      cmocka_unit_test(test_compose__pixels_are_lossless),
      cmocka_unit_test(test_compose__strips_of_a_tiff_stand_under_each_other),
      cmocka_unit_test(test_compose__capture_keeps_its_scale),
      cmocka_unit_test(test_compose__orientation_turns_the_page),
      cmocka_unit_test(test_compose__unknown_scale_is_fitted_and_said),
      cmocka_unit_test(test_compose__attestation_blocks_and_files),
      cmocka_unit_test(test_compose__many_rows_run_over_to_more_pages),
      cmocka_unit_test(test_compose__refusals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
