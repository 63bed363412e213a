/*
 * The model: input images [1, 3, 32, width], the same grey in all three colours; output log_probs [width / 4, 1,
 * signs]. Its position table ends at 256 steps, so a line of more than 1024 pixels is read in parts, cut in its widest
 * gaps.
 */
#include "ocr/second_reader.h"

#include "base/json.h"
#include "base/text.h"
#include "ocr/line_image.h"
#include "ocr/onnx.h"

#include <math.h>
#include <string.h>

enum { HEIGHT = 32, CHANNELS = 3, STEP = 4, WIDTH_LEAST = 32, WIDTH_MOST = 1024, VOCABULARY_LIMIT = 1 << 16 };
enum { PARTS_MOST = 8 };
#define ROOM 0.15    /* around a line, in heights of its letters */
#define LONGEST 28.0 /* widths of a line in its heights, above which it is cut: 1024 pixels less the room around it */
#define PAPER 200    /* grey from which a pixel is no ink */

struct tc_second_reader {
  char *library, *model;
  tc_alphabet alphabet;
  tc_onnx *onnx; /* NULL until the first line */
};

void tc_second_reader_destroy(tc_second_reader *reader)
{
  if (reader == NULL)
    return;
  tc_onnx_destroy(reader->onnx);
  free(reader->library);
  free(reader->model);
  free(reader);
}

static bool load_alphabet(const char *path, tc_alphabet *out, tc_error *err)
{
  tc_auto(tc_json) json = NULL;
  if (!tc_json_read_file(path, VOCABULARY_LIMIT, &json, err))
    return false;
  const tc_json *signs = tc_json_get(json, "chars");
  out->count = tc_json_count(signs);
  if (out->count < 2 || out->count > TC_ALPHABET_MOST)
    return tc_fail(err, TC_CONFIG, "%s: no list of signs", path);
  for (size_t i = 1; i < out->count; i++) {
    const char *sign = tc_json_as_text(tc_json_at(signs, i), "");
    if (!tc_text_next(&sign, &out->signs[i]) || *sign != '\0')
      return tc_fail(err, TC_CONFIG, "%s: sign %zu is not one letter", path, i);
  }
  return true;
}

static bool find_file(const char *folder, const char *name, char **out, tc_error *err)
{
  tc_auto(tc_str) path = NULL;
  if (!tc_str_printf(&path, err, "%s/%s", folder, name))
    return false;
  if (access(path, R_OK) != 0)
    return tc_fail(err, TC_NOT_FOUND, "there is no second reader in %s: %s is missing", folder, name);
  *out = tc_steal(&path);
  return true;
}

bool tc_second_reader_create(const char *folder, tc_second_reader **out, tc_error *err)
{
  tc_auto(tc_str) vocabulary = NULL;
  tc_auto(tc_second_reader) reader = calloc(1, sizeof *reader);
  if (reader == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the second reader");
  if (!find_file(folder, "libonnxruntime.so", &reader->library, err) ||
      !find_file(folder, "asternet.onnx", &reader->model, err) || !find_file(folder, "vocab.json", &vocabulary, err) ||
      !load_alphabet(vocabulary, &reader->alphabet, err))
    return false;
  *out = tc_steal(&reader);
  return true;
}

const tc_alphabet *tc_second_reader_alphabet(const tc_second_reader *reader) { return &reader->alphabet; }

/* ---- One line ---- */

static bool read_part(tc_second_reader *reader, const tc_image *page, tc_box region, tc_posterior *into, tc_error *err)
{
  static const tc_line_shape shape = {HEIGHT, STEP, WIDTH_LEAST, WIDTH_MOST, ROOM};
  tc_auto(tc_line_image) line = {0};
  tc_auto(tc_onnx_tensor) input = {0};
  tc_auto(tc_onnx_tensor) output = {0};
  if (!tc_line_image_cut(page, region, &shape, &line, err))
    return false;
  const size_t size = (size_t)line.width * HEIGHT;
  input = (tc_onnx_tensor){calloc(CHANNELS * size, sizeof(float)), {1, CHANNELS, HEIGHT, line.width}, 4};
  if (input.data == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a line");
  for (size_t channel = 0; channel < CHANNELS; channel++)
    memcpy(input.data + channel * size, line.pixels, size * sizeof(float));
  if (!tc_onnx_run(reader->onnx, (tc_onnx_names){"images", "log_probs"}, &input, &output, err))
    return false;
  if (output.rank != 3 || output.shape[1] != 1 || output.shape[2] != (int64_t)reader->alphabet.count)
    return tc_fail(err, TC_CONFIG, "%s does not fit its vocabulary", reader->model);
  return tc_posterior_add(into, output.data, (size_t)output.shape[0], err);
}

static bool column_has_ink(const tc_image *page, tc_box region, int x)
{
  for (int y = (int)fmax(0, region.y); y < region.y + region.height && y < tc_image_height(page); y++)
    if (tc_image_row(page, y)[x] < PAPER)
      return true;
  return false;
}

/* The middle of the widest gap between `from` and `to`, `to` where there is none. */
static double widest_gap(const tc_image *page, tc_box region, double from, double to)
{
  int run = 0;
  int best = 0;
  double at = to;
  for (int x = (int)fmax(0, from); x < to && x < tc_image_width(page); x++) {
    run = column_has_ink(page, region, x) ? 0 : run + 1;
    if (run > best) {
      best = run;
      at = x - run / 2.0;
    }
  }
  return at;
}

bool tc_second_reader_read(tc_second_reader *reader, const tc_image *page, tc_box region, tc_posterior *into,
                           tc_error *err)
{
  if (reader->onnx == NULL && !tc_onnx_open(reader->library, reader->model, &reader->onnx, err))
    return false;
  const double longest = LONGEST * region.height;
  tc_box rest = region;
  for (int parts = 1; parts < PARTS_MOST && rest.width > longest; parts++) {
    const double cut = widest_gap(page, rest, rest.x + longest / 2, rest.x + longest);
    const tc_box part = {rest.x, rest.y, cut - rest.x, rest.height};
    if (!read_part(reader, page, part, into, err))
      return false;
    rest.width -= part.width;
    rest.x = cut;
  }
  return read_part(reader, page, rest, into, err);
}
