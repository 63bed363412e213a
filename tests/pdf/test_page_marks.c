/* What verification reads back of a page, and that no file makes it read without end. */
#include "tests/pdf/sample_pdf.h"

#include "pdf/inflate.h"
#include "pdf/page_marks.h"
#include "pdf/qr.h"

#define ADDRESS "https://truecopy.example/v/x"

enum { WIDTH = 61, HEIGHT = 97, PIXELS = 3 * WIDTH * HEIGHT, CATALOG = 1, PAGES, PAGE, CONTENT, IMAGE, FONT, MAP };

static bool keep(const void *data, size_t size, void *context, tc_error *err)
{
  return tc_buf_append(context, data, size, err);
}

static void pack(const void *data, size_t size, tc_buf *out)
{
  tc_error err = {0};
  tc_auto(tc_deflate) deflate = NULL;
  assert_ok(tc_deflate_create(keep, out, &deflate, &err), err);
  assert_ok(tc_deflate_write(deflate, data, size, &err), err);
  assert_ok(tc_deflate_end(deflate, &err), err);
}

/* One page whose Contents is `contents` (CONTENT is a stream), and whose Font holds `fonts`. */
static void make(sample *s, const char *contents, const char *fonts, const char *drawn, tc_bytes image,
                 const char *image_entries)
{
  tc_error err = {0};
  tc_auto(tc_buf) page = {0};
  static const char map[] = "1 beginbfchar\n<0041> <0058>\n<0042> <0059>\nendbfchar\n";
  assert_ok(tc_buf_append_text(&s->bytes, "%PDF-1.7\n", &err), err);
  sample_object(s, CATALOG, "<< /Type /Catalog /Pages 2 0 R >>");
  sample_object(s, PAGES, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
  assert_ok(tc_buf_printf(&page, &err,
                          "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents %s /Resources << /Font << %s >> "
                          "/XObject << /I 5 0 R >> >> >>",
                          contents, fonts),
            err);
  sample_object(s, PAGE, tc_buf_text(&page));
  sample_stream(s, CONTENT, "", drawn, strlen(drawn));
  sample_stream(s, IMAGE, image_entries, image.data, image.size);
  sample_object(s, FONT, "<< /Type /Font /ToUnicode 7 0 R >>");
  sample_stream(s, MAP, "", map, strlen(map));
  sample_end(s, "/Root 1 0 R");
}

static void open_small(const sample *s, tc_pdf_document **out)
{
  tc_error err = {0};
  tc_pdf_open_options options = tc_pdf_open_options_default();
  options.limits.max_stream_bytes = 1 << 14; /* less than the samples are */
  assert_ok(tc_pdf_document_open_bytes(tc_buf_bytes(&s->bytes), &options, out, &err), err);
}

static tc_pdf_marks marks_of(const tc_pdf_document *document)
{
  return (tc_pdf_marks){.document = document, .samples = 1 << 20, .contents = 1 << 20};
}

/* Rows with each of PNG's filters in turn, or TIFF's differences; what they hide is `plain`. */
static void predict(const uint8_t *plain, bool png, tc_buf *out)
{
  tc_error err = {0};
  static const uint8_t zeros[3 * WIDTH] = {0};
  for (size_t y = 0; y < HEIGHT; y++) {
    const uint8_t *row = plain + y * 3 * WIDTH, *up = y > 0 ? row - 3 * WIDTH : zeros;
    uint8_t filter = (uint8_t)(y % 3), value;
    if (png)
      assert_ok(tc_buf_append(out, &filter, 1, &err), err);
    for (size_t x = 0; x < 3 * WIDTH; x++) {
      uint8_t left = x >= 3 ? row[x - 3] : 0;
      value = (uint8_t)(row[x] - (!png || filter == 1 ? left : filter == 2 ? up[x] : 0));
      assert_ok(tc_buf_append(out, &value, 1, &err), err);
    }
  }
}

static tc_pdf_image_answer image_answer(tc_bytes packed, const char *parameters, const tc_digest *expected,
                                        size_t samples, size_t *left)
{
  tc_error err = {0};
  tc_auto(tc_buf) entries = {0};
  sample s = {0};
  tc_auto(tc_pdf_document) document = NULL;
  tc_pdf_image_answer answer = TC_PDF_IMAGE_OTHER;
  assert_ok(tc_buf_printf(&entries, &err, "/Subtype /Image /Filter /FlateDecode %s", parameters), err);
  make(&s, "4 0 R", "", "q Q", packed, tc_buf_text(&entries));
  open_small(&s, &document);
  tc_pdf_marks marks = marks_of(document);
  marks.samples = samples;
  assert_ok(tc_pdf_page_image_is(&marks, PAGE, expected, &answer, &err), err);
  *left = marks.samples;
  tc_buf_finish(&s.bytes);
  return answer;
}

static void test_marks__samples_beyond_what_is_held_are_checked(void **state)
{
  (void)state;
  static const struct {
    int predictor;
    const char *parameters;
  } kinds[] = {{1, ""},
               {2, "/DecodeParms << /Predictor 2 /Colors 3 /Columns 61 >>"},
               {15, "/DecodeParms << /Predictor 15 /Colors 3 /Columns 61 >>"}};
  static uint8_t plain[PIXELS];
  tc_error err = {0};
  tc_digest digest;
  size_t left = 0;
  for (size_t i = 0; i < PIXELS; i++)
    plain[i] = (uint8_t)(i * i / 7 + i);
  assert_ok(tc_digest_of((tc_bytes){plain, PIXELS}, &digest, &err), err);
  tc_digest other = digest;
  other.bytes[31] ^= 1;
  for (size_t i = 0; i < TC_ARRAY_LEN(kinds); i++) {
    tc_auto(tc_buf) rows = {0};
    tc_auto(tc_buf) packed = {0};
    if (kinds[i].predictor == 1)
      assert_ok(tc_buf_append(&rows, plain, PIXELS, &err), err);
    else
      predict(plain, kinds[i].predictor == 15, &rows);
    pack(rows.data, rows.size, &packed);
    tc_bytes bytes = tc_buf_bytes(&packed);
    assert_int_equal(image_answer(bytes, kinds[i].parameters, &digest, 1 << 20, &left), TC_PDF_IMAGE_SAME);
    assert_true(left + packed.size + rows.size <= 1 << 20);
    assert_int_equal(image_answer(bytes, kinds[i].parameters, &other, 1 << 20, &left), TC_PDF_IMAGE_OTHER);
    assert_int_equal(image_answer(bytes, kinds[i].parameters, &digest, packed.size + 9000, &left),
                     TC_PDF_IMAGE_UNCHECKED);
    assert_int_equal(left, 0);
    assert_int_equal(image_answer(bytes, kinds[i].parameters, &digest, 10, &left), TC_PDF_IMAGE_UNCHECKED);
  }
}

static bool shows(const sample *s, size_t contents, size_t *left)
{
  tc_error err = {0};
  tc_auto(tc_pdf_document) document = NULL;
  bool found = false;
  open_small(s, &document);
  tc_pdf_marks marks = marks_of(document);
  marks.contents = contents;
  assert_ok(tc_pdf_page_shows(&marks, PAGE, "XY", &found, &err), err);
  *left = marks.contents;
  return found;
}

static void test_marks__a_text_is_found_within_the_budget(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) many = {0};
  tc_auto(tc_buf) fonts = {0};
  sample plain = {0}, repeated = {0};
  size_t left = 0;
  make(&plain, "4 0 R", "/F 6 0 R", "BT <00410042> Tj ET", (tc_bytes){NULL, 0}, "");
  assert_true(shows(&plain, 1 << 20, &left));
  assert_true(left < 1 << 20);
  assert_false(shows(&plain, 0, &left));
  /* one stream that shows something else, a thousand times for each of a thousand fonts: only the budget is read */
  assert_ok(tc_buf_append_text(&many, "[", &err), err);
  for (int i = 0; i < 1000; i++) {
    assert_ok(tc_buf_append_text(&many, "4 0 R ", &err), err);
    assert_ok(tc_buf_printf(&fonts, &err, "/F%d 6 0 R ", i), err);
  }
  assert_ok(tc_buf_append_text(&many, "]", &err), err);
  make(&repeated, tc_buf_text(&many), tc_buf_text(&fonts), "BT <00420042> Tj ET", (tc_bytes){NULL, 0}, "");
  assert_false(shows(&repeated, 1 << 20, &left));
  assert_int_equal(left, 0);
  tc_buf_finish(&plain.bytes);
  tc_buf_finish(&repeated.bytes);
}

static bool shows_qr(const char *drawn, size_t max_stream)
{
  tc_error err = {0};
  sample s = {0};
  tc_pdf_open_options options = tc_pdf_open_options_default();
  tc_auto(tc_pdf_document) document = NULL;
  bool found = false;
  options.limits.max_stream_bytes = max_stream;
  make(&s, "4 0 R", "", drawn, (tc_bytes){NULL, 0}, "");
  assert_ok(tc_pdf_document_open_bytes(tc_buf_bytes(&s.bytes), &options, &document, &err), err);
  tc_pdf_marks marks = marks_of(document);
  marks.contents = 8 << 20;
  assert_ok(tc_pdf_page_shows_qr(&marks, PAGE, ADDRESS, &found, &err), err);
  tc_buf_finish(&s.bytes);
  return found;
}

/* The code of the address, drawn run by run with modules of two points, without the run `skip`. */
static void draw(tc_buf *drawn, const char *payload, int mask, size_t skip)
{
  tc_error err = {0};
  tc_qr_run *runs = NULL;
  size_t count = 0;
  int width = 0;
  assert_ok(tc_qr_encode(payload, mask, &width, &runs, &count, &err), err);
  for (size_t i = 0; i < count; i++)
    if (i != skip)
      assert_ok(tc_buf_printf(drawn, &err, "%d %d %d 2 re\n", 10 + 2 * runs[i].column, 500 - 2 * runs[i].row,
                              2 * runs[i].length),
                err);
  free(runs);
}

static void test_marks__a_qr_code_is_found_among_so_many_rectangles(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_buf) drawn = {0};
  draw(&drawn, ADDRESS, TC_QR_BEST_MASK, SIZE_MAX);
  assert_true(shows_qr(tc_buf_text(&drawn), 4 << 20));
  for (int i = 0; i < 100000; i++)
    assert_ok(tc_buf_append_text(&drawn, "0 0 1 1 re\n", &err), err);
  assert_false(shows_qr(tc_buf_text(&drawn), 4 << 20));
}

/* Any mask makes a right code of an address; each of its modules counts, and those of another address are others. */
static void test_marks__a_qr_code_is_the_addresss_module_by_module(void **state)
{
  (void)state;
  for (int mask = 0; mask < TC_QR_MASKS; mask++) {
    tc_auto(tc_buf) right = {0};
    tc_auto(tc_buf) other = {0};
    draw(&right, ADDRESS, mask, SIZE_MAX);
    assert_true(shows_qr(tc_buf_text(&right), 4 << 20));
    draw(&other, "https://truecopy.example/v/y", mask, SIZE_MAX);
    assert_false(shows_qr(tc_buf_text(&other), 4 << 20));
  }
  for (size_t skip = 0; skip < 120; skip++) {
    tc_auto(tc_buf) broken = {0};
    draw(&broken, ADDRESS, TC_QR_BEST_MASK, skip);
    assert_false(shows_qr(tc_buf_text(&broken), 4 << 20));
  }
}

/* What libqrencode keeps to itself is what it does in public. */
static void test_marks__the_best_mask_is_one_of_the_eight(void **state)
{
  (void)state;
  tc_auto(tc_buf) best = {0};
  size_t same = 0;
  draw(&best, ADDRESS, TC_QR_BEST_MASK, SIZE_MAX);
  for (int mask = 0; mask < TC_QR_MASKS; mask++) {
    tc_auto(tc_buf) one = {0};
    draw(&one, ADDRESS, mask, SIZE_MAX);
    same += strcmp(tc_buf_text(&one), tc_buf_text(&best)) == 0;
  }
  assert_int_equal(same, 1);
}

static void test_marks__an_address_that_no_code_holds_is_not_shown(void **state)
{
  (void)state;
  sample s = {0};
  tc_auto(tc_pdf_document) document = NULL;
  tc_auto(tc_buf) drawn = {0};
  char *large = calloc(1, 5001);
  draw(&drawn, ADDRESS, TC_QR_BEST_MASK, SIZE_MAX);
  make(&s, "4 0 R", "", tc_buf_text(&drawn), (tc_bytes){NULL, 0}, "");
  open_small(&s, &document);
  tc_pdf_marks marks = marks_of(document);
  marks.contents = 8 << 20;
  assert_non_null(large);
  memset(large, 'a', 5000);
  const char *payloads[] = {"", large};
  for (size_t i = 0; i < TC_ARRAY_LEN(payloads); i++) {
    tc_error err = {0};
    bool found = true;
    int width = 0;
    size_t count = 0;
    tc_qr_run *runs = NULL;
    assert_ok(tc_pdf_page_shows_qr(&marks, PAGE, payloads[i], &found, &err), err);
    assert_false(found);
    assert_fails(tc_qr_encode(payloads[i], TC_QR_BEST_MASK, &width, &runs, &count, &err), err, TC_USAGE);
  }
  free(large);
  tc_buf_finish(&s.bytes);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_marks__samples_beyond_what_is_held_are_checked),
      cmocka_unit_test(test_marks__a_text_is_found_within_the_budget),
      cmocka_unit_test(test_marks__a_qr_code_is_found_among_so_many_rectangles),
      cmocka_unit_test(test_marks__a_qr_code_is_the_addresss_module_by_module),
      cmocka_unit_test(test_marks__the_best_mask_is_one_of_the_eight),
      cmocka_unit_test(test_marks__an_address_that_no_code_holds_is_not_shown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
