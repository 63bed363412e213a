#include "ocr/second_reader.h"

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "imaging/decode.h"
#include "ocr/ocr_settings.h"
#include "ocr/onnx.h"
#include "tests/tc_test.h"

#include <sys/stat.h>
#include <unistd.h>

enum { LIMIT = 1 << 20, SKIPPED = 77 };

/* Installed by tools/install-deps where the network gives it. */
static bool is_installed(void) { return access(TC_SECOND_READER_FOLDER "/asternet.onnx", R_OK) == 0; }

static tc_image *sample(const char *name)
{
  tc_error err = {0};
  tc_auto(tc_fd) fd = -1;
  off_t size = 0;
  tc_auto(tc_str) path = NULL;
  tc_auto(tc_decoder) decoder = NULL;
  tc_auto(tc_image) image = NULL;
  tc_image *grey = NULL;
  assert_ok(tc_str_printf(&path, &err, "%s/samples/%s", TC_SOURCE_ROOT, name), err);
  assert_ok(tc_file_open(path, &fd, &size, &err), err);
  assert_ok(tc_decoder_open(fd, NULL, &decoder, &err), err);
  assert_ok(tc_decoder_decode(decoder, 0, &image, &err), err);
  assert_ok(tc_image_to_grey(image, &grey, &err), err);
  return grey;
}

static void assert_reads(const tc_posterior *posterior, const char *wanted)
{
  tc_error err = {0};
  tc_auto(tc_buf) text = {0};
  double weight = 1;
  double *sure = calloc(tc_posterior_steps(posterior), sizeof *sure);
  assert_non_null(sure);
  assert_ok(tc_posterior_text(posterior, &text, sure, &err), err);
  assert_string_equal(tc_buf_text(&text), wanted);
  for (size_t i = 0; i < tc_text_length(wanted); i++)
    assert_true(sure[i] > 0.3 && sure[i] <= 1);
  free(sure);
  assert_ok(tc_posterior_weigh(posterior, wanted, &weight, &err), err);
  assert_true(weight == 0);
}

/* Lines of an invented paper, in its capture's pixels, against what the paper says. */
static void test_second_reader_read__reads_real_lines(void **state)
{
  (void)state;
  if (!is_installed())
    skip();
  static const struct {
    const char *key;
    tc_box place;
  } lines[] = {{"full_name", {514, 583, 218, 40}},
               {"personal_id", {548, 710, 198, 25}},
               {"native_place", {372, 823, 587, 37}},
               {"current_residence", {447, 1002, 1033, 36}}};
  tc_error err = {0};
  tc_auto(tc_second_reader) reader = NULL;
  tc_auto(tc_json) expected = NULL;
  tc_auto(tc_image) page = sample("residence-flatbed.png");
  assert_ok(tc_json_read_file(TC_SOURCE_ROOT "/samples/expected/residence-flatbed.json", LIMIT, &expected, &err), err);
  assert_ok(tc_second_reader_create(TC_SECOND_READER_FOLDER, &reader, &err), err);
  for (size_t i = 0; i < TC_ARRAY_LEN(lines); i++) {
    tc_auto(tc_posterior) posterior = NULL;
    assert_ok(tc_posterior_create(tc_second_reader_alphabet(reader), &posterior, &err), err);
    assert_ok(tc_second_reader_read(reader, page, lines[i].place, posterior, &err), err);
    assert_reads(posterior, tc_json_get_text(tc_json_get(expected, "fields"), lines[i].key, ""));
  }
}

static void test_second_reader_create__a_folder_without_it_is_not_found(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_second_reader) reader = NULL;
  assert_fails(tc_second_reader_create("/nonexistent", &reader, &err), err, TC_NOT_FOUND);
  assert_null(reader);
}

typedef struct folder {
  char path[64];
} folder;

static void write_file(const folder *in, const char *name, const char *text)
{
  tc_error err = {0};
  tc_auto(tc_str) path = NULL;
  assert_ok(tc_str_printf(&path, &err, "%s/%s", in->path, name), err);
  assert_ok(tc_file_write(path, (tc_bytes){(const uint8_t *)text, strlen(text)}, 0600, &err), err);
}

static folder false_reader(const char *vocabulary)
{
  folder made = {"/tmp/truecopy-reader-XXXXXX"};
  assert_non_null(mkdtemp(made.path));
  write_file(&made, "libonnxruntime.so", "no library");
  write_file(&made, "asternet.onnx", "no model");
  write_file(&made, "vocab.json", vocabulary);
  return made;
}

static void remove_folder(const folder *made)
{
  static const char *const names[] = {"libonnxruntime.so", "asternet.onnx", "vocab.json"};
  for (size_t i = 0; i < TC_ARRAY_LEN(names); i++) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", made->path, names[i]);
    unlink(path);
  }
  rmdir(made->path);
}

static void test_second_reader_create__a_damaged_vocabulary_is_refused(void **state)
{
  (void)state;
  static const char *const damaged[] = {"{}", "{\"chars\":[\"<blank>\"]}", "{\"chars\":[\"<blank>\",\"ab\"]}",
                                        "{\"chars\":[\"<blank>\",7]}"};
  for (size_t i = 0; i < TC_ARRAY_LEN(damaged); i++) {
    tc_error err = {0};
    tc_auto(tc_second_reader) reader = NULL;
    const folder made = false_reader(damaged[i]);
    assert_fails(tc_second_reader_create(made.path, &reader, &err), err, TC_CONFIG);
    remove_folder(&made);
  }
}

static void test_second_reader_read__a_false_library_is_an_error(void **state)
{
  (void)state;
  tc_error err = {0};
  const folder made = false_reader("{\"chars\":[\"<blank>\",\"a\"]}");
  tc_auto(tc_second_reader) reader = NULL;
  tc_auto(tc_posterior) posterior = NULL;
  tc_auto(tc_image) page = sample("residence-flatbed.png");
  assert_ok(tc_second_reader_create(made.path, &reader, &err), err);
  assert_ok(tc_posterior_create(tc_second_reader_alphabet(reader), &posterior, &err), err);
  assert_fails(tc_second_reader_read(reader, page, (tc_box){514, 583, 218, 40}, posterior, &err), err, TC_CONFIG);
  remove_folder(&made);
}

static void test_onnx_open__a_false_model_is_an_error(void **state)
{
  (void)state;
  if (!is_installed())
    skip();
  tc_error err = {0};
  const folder made = false_reader("{}");
  tc_auto(tc_str) path = NULL;
  tc_auto(tc_onnx) model = NULL;
  assert_ok(tc_str_printf(&path, &err, "%s/asternet.onnx", made.path), err);
  assert_fails(tc_onnx_open(TC_SECOND_READER_FOLDER "/libonnxruntime.so", path, &model, &err), err, TC_CONFIG);
  assert_fails(tc_onnx_open(TC_SECOND_READER_FOLDER "/libonnxruntime.so", "/nonexistent", &model, &err), err,
               TC_NOT_FOUND);
  remove_folder(&made);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_second_reader_read__reads_real_lines),
      cmocka_unit_test(test_second_reader_create__a_folder_without_it_is_not_found),
      cmocka_unit_test(test_second_reader_create__a_damaged_vocabulary_is_refused),
      cmocka_unit_test(test_second_reader_read__a_false_library_is_an_error),
      cmocka_unit_test(test_onnx_open__a_false_model_is_an_error),
  };
  const char *ci = getenv("CI");
  if (!is_installed() && ci != NULL && strcmp(ci, "true") == 0) {
    fprintf(stderr, "no second reader in %s: tools/install-reader\n", TC_SECOND_READER_FOLDER);
    return 1;
  }
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  return failed == 0 && !is_installed() ? SKIPPED : failed;
}
