/*
 * The model: input images [1, 3, 32, width], the same grey in all three colours; output log_probs [width / 4, 1,
 * signs]. A long line is read in parts, cut in its widest gaps: attention's memory grows with the square of its width.
 * (The position table would end at 1024 pixels.)
 */
#include "ocr/second_reader.h"

#include "base/json.h"
#include "base/text.h"
#include "ocr/line_image.h"
#include "ocr/onnx.h"

#include <math.h>
#include <string.h>

enum { HEIGHT = 32, CHANNELS = 3, STEP = 4, WIDTH_LEAST = 32, WIDTH_MOST = 320, VOCABULARY_LIMIT = 1 << 16 };
enum { PARTS_MOST = 24, INK_TENTHS = 5 };
#define ROOM 0.25        /* around a line, in heights of its letters */
#define LONGEST 14.5     /* width of a part in heights of its line: WIDTH_MOST with the room around it */
#define SPECK_GAP 0.15   /* in heights of the line: behind a speck … */
#define SPECK_WIDTH 0.22 /* … its width … */
#define SPECK_INK 0.40   /* … and the ink of its fullest column */

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

bool tc_second_reader_load(tc_second_reader *reader, tc_error *err)
{
  return reader->onnx != NULL || tc_onnx_open(reader->library, reader->model, &reader->onnx, err);
}

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

/* ---- Where the ink is ---- */

/* Columns of the region that have ink, and how high it stands in each. */
typedef struct profile {
  int left, count;
  uint16_t *ink; /* inked pixels of each column */
} profile;

static void profile_finish(profile *p) { free(p->ink); }
TC_AUTO_VALUE(profile, profile_finish);

static bool make_profile(const tc_image *page, tc_box region, profile *out, tc_error *err)
{
  const int right = (int)fmin(tc_image_width(page), ceil(region.x + region.width));
  const int top = (int)fmax(0, floor(region.y));
  const int bottom = (int)fmin(tc_image_height(page), ceil(region.y + region.height));
  out->left = (int)fmax(0, floor(region.x));
  out->count = right > out->left ? right - out->left : 0;
  out->ink = calloc((size_t)out->count + 1, sizeof *out->ink);
  if (out->ink == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a line");
  uint8_t darkest = 255;
  for (int y = top; y < bottom; y++) {
    const uint8_t *row = tc_image_row(page, y) + out->left;
    for (int x = 0; x < out->count; x++)
      darkest = row[x] < darkest ? row[x] : darkest;
  }
  const int paper = darkest + (255 - darkest) * INK_TENTHS / 10;
  for (int y = top; y < bottom; y++) {
    const uint8_t *row = tc_image_row(page, y) + out->left;
    for (int x = 0; x < out->count; x++)
      out->ink[x] += row[x] < paper ? 1 : 0;
  }
  return true;
}

/* The run of inked columns at one end (step 1: the left, -1: the right) of [first, end), and the gap behind it. */
typedef struct edge_run {
  int width, gap;
  int ink; /* of its fullest column */
} edge_run;

static edge_run run_at_edge(const profile *p, int first, int end, int step)
{
  edge_run run = {0};
  int at = step > 0 ? first : end - 1;
  for (; at >= first && at < end && p->ink[at] > 0; at += step) {
    run.width++;
    run.ink = p->ink[at] > run.ink ? p->ink[at] : run.ink;
  }
  for (; at >= first && at < end && p->ink[at] == 0; at += step)
    run.gap++;
  return run;
}

/* The label's colon, a leader's dot, a speck: narrow, low, and apart; no digit one and no letter. */
static bool is_speck(const edge_run *run, double height)
{
  return run->gap > SPECK_GAP * height && run->width < SPECK_WIDTH * height && run->ink < SPECK_INK * height;
}

/* The region without white and specks at its ends: in a wide white ground the model sees signs that are not there. */
static tc_box trim(const profile *p, tc_box region)
{
  int first = 0;
  int end = p->count;
  for (int step = 1; step >= -1; step -= 2)
    for (bool more = true; more && first < end;) {
      const edge_run run = run_at_edge(p, first, end, step);
      more = run.width == 0 || is_speck(&run, region.height);
      const int cut = more ? run.width + run.gap : 0;
      first += step > 0 ? cut : 0;
      end -= step < 0 ? cut : 0;
    }
  return end > first ? (tc_box){p->left + first, region.y, end - first, region.height} : region;
}

/* The middle of the widest gap between `from` and `to`, `to` where there is none. */
static double widest_gap(const profile *p, double from, double to)
{
  int run = 0;
  int best = 0;
  double at = to;
  for (int x = (int)fmax(p->left, from); x < to && x < p->left + p->count; x++) {
    run = p->ink[x - p->left] > 0 ? 0 : run + 1;
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
  if (!tc_second_reader_load(reader, err))
    return false;
  tc_auto(profile) columns = {0};
  if (!make_profile(page, region, &columns, err))
    return false;
  const double longest = LONGEST * region.height;
  tc_box rest = trim(&columns, region);
  for (int parts = 1; parts < PARTS_MOST && rest.width > longest; parts++) {
    const double cut = widest_gap(&columns, rest.x + longest / 2, rest.x + longest);
    const tc_box part = {rest.x, rest.y, cut - rest.x, rest.height};
    if (!read_part(reader, page, part, into, err))
      return false;
    rest.width -= part.width;
    rest.x = cut;
  }
  return read_part(reader, page, rest, into, err);
}
