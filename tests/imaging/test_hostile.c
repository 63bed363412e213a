/* Every image and PDF of the shared hostile corpus ends in an error of the expected code or in a result, and quickly.
 */
#include "imaging/clean.h"
#include "imaging/decode.h"
#include "imaging/render.h"

#include "base/file.h"
#include "tests/tc_test.h"

#include <limits.h>
#include <time.h>

enum { MAX_SECONDS = 10 };

/* fontconfig, which poppler asks for fonts, keeps what it found until the process ends. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:libfontconfig\n"; }

static const struct {
  const char *name;
  tc_code code;
} rows[] = {
    {"bomb.gif", TC_UNSUPPORTED},       {"broken-1.tif", TC_FORMAT},
    {"broken-2.tif", TC_FORMAT},        {"broken-3.tif", TC_FORMAT},
    {"broken-4.tif", TC_FORMAT},        {"broken-5.tif", TC_FORMAT},
    {"broken-6.tif", TC_FORMAT},        {"broken-7.tif", TC_FORMAT},
    {"broken-8.tif", TC_FORMAT},        {"crash-4fb0.j2k", TC_FORMAT},
    {"crash-7d4c.j2k", TC_FORMAT},      {"xc1n0g08.png", TC_FORMAT},
    {"xcsn0g01.png", TC_FORMAT},        {"xd0n2c08.png", TC_FORMAT},
    {"xdtn0g01.png", TC_FORMAT},        {"xhdn0g08.png", TC_FORMAT},
    {"xlfn0g04.png", TC_FORMAT},        {"xs1n0g01.png", TC_FORMAT},
    {"circular-page-tree.pdf", TC_OK},  {"minimal-startxref-hopeless.pdf", TC_OK},
    {"pades_infinite_loop.pdf", TC_OK}, {"scribble-in-arr.pdf", TC_OK},
};

static const char *corpus(void)
{
  static char folder[PATH_MAX];
  const char *shared = getenv("TRUECOPY_SHARED");
  const char *source = getenv("TRUECOPY_SOURCE");
  if (shared != NULL)
    snprintf(folder, sizeof folder, "%s/corpora/hostile", shared);
  else
    snprintf(folder, sizeof folder, "%s/../shared/corpora/hostile", source != NULL ? source : ".");
  return folder;
}

static bool decode_all(int fd, tc_error *err)
{
  tc_auto(tc_decoder) decoder = NULL;
  if (!tc_decoder_open(fd, NULL, &decoder, err))
    return false;
  for (int page = 0; page < tc_decoder_page_count(decoder); page++) {
    tc_auto(tc_image) image = NULL;
    tc_auto(tc_clean) clean = NULL;
    tc_encoded_image stream;
    tc_bytes icc;
    bool found;
    if (!tc_decoder_encoded(decoder, page, &found, &stream, err) || !tc_decoder_icc(decoder, page, &icc, err) ||
        !tc_decoder_decode(decoder, page, &image, err) || !tc_clean_page(image, 1, NULL, &clean, err))
      return false;
  }
  return true;
}

/* A code stream as a PDF would hold it. */
static bool decode_stream(int fd, tc_error *err)
{
  tc_auto(tc_buf) bytes = {0};
  tc_auto(tc_image) image = NULL;
  if (!tc_fd_read_all(fd, 1 << 20, &bytes, err))
    return false;
  const tc_encoded_image stream = {.encoding = TC_ENCODING_JPX,
                                   .bytes = tc_buf_bytes(&bytes),
                                   .width = 64,
                                   .height = 64,
                                   .bits = 8,
                                   .components = 3};
  return tc_decode_encoded(&stream, NULL, &image, err);
}

static bool render_first(int fd, tc_error *err)
{
  tc_auto(tc_image) image = NULL;
  int pages = 0;
  return tc_render_page_count(fd, NULL, &pages, err) && tc_render_pdf_page(fd, 0, NULL, NULL, &image, err);
}

static bool read_any(int fd, tc_error *err)
{
  tc_format format;
  if (!tc_format_of_fd(fd, &format, err))
    return false;
  return format == TC_FORMAT_PDF   ? render_first(fd, err)
         : format == TC_FORMAT_JP2 ? decode_stream(fd, err)
                                   : decode_all(fd, err);
}

static void test_hostile__every_file_ends_as_the_table_says(void **state)
{
  (void)state;
  for (size_t i = 0; i < TC_ARRAY_LEN(rows); i++) {
    char path[PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/%s", corpus(), rows[i].name);
    tc_error err = {0};
    tc_auto(tc_fd) fd = -1;
    off_t size;
    time_t start = time(NULL);
    assert_ok(tc_file_open(path, &fd, &size, &err), err);
    bool ok = read_any(fd, &err);
    if (ok != (rows[i].code == TC_OK) || err.code != rows[i].code)
      fail_msg("%s: [%s] %s", rows[i].name, tc_code_info(err.code)->name, err.message);
    assert_true(time(NULL) - start < MAX_SECONDS);
  }
}

/* Single bytes changed in small files: an error or a result, never more. Worth its time on the sanitizer build. */
static void test_hostile__single_changed_bytes_do_no_harm(void **state)
{
  (void)state;
  static const char *const names[] = {"broken-2.tif", "xcsn0g01.png", "broken-1.tif"};
  for (size_t i = 0; i < TC_ARRAY_LEN(names); i++) {
    char path[PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/%s", corpus(), names[i]);
    tc_error err = {0};
    tc_auto(tc_buf) bytes = {0};
    assert_ok(tc_file_read(path, 1 << 20, &bytes, &err), err);
    for (size_t at = 0; at < bytes.size; at += bytes.size / 120 + 1) {
      tc_error ignored = {0};
      tc_auto(tc_decoder) decoder = NULL;
      tc_auto(tc_image) image = NULL;
      bytes.data[at] ^= 0xff;
      bool ok = tc_decoder_open_memory(tc_buf_bytes(&bytes), NULL, &decoder, &ignored) &&
                tc_decoder_decode(decoder, 0, &image, &ignored);
      assert_true(ok || (ignored.code != TC_OK && ignored.code != TC_INTERNAL));
      bytes.data[at] ^= 0xff;
    }
  }
}

int main(void)
{
  if (access(corpus(), R_OK) != 0) {
    const char *ci = getenv("CI");
    fprintf(stderr, "the shared corpus is not at %s\n", corpus());
    return ci != NULL && strcmp(ci, "true") == 0 ? 1 : 77;
  }
  tc_error err = {0};
  if (!tc_imaging_init(&err))
    return 1;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_hostile__every_file_ends_as_the_table_says),
      cmocka_unit_test(test_hostile__single_changed_bytes_do_no_harm),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
