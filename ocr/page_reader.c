#include "ocr/page_reader.h"

#include "ocr/text_line_image.h"
#include "ocr/word_bounds.h"

#include <math.h>
#include <stdlib.h>

#define SMALL_LETTERS 0.65 /* of the line's height */
#define NOISE 0.30         /* mean confidence below which a line of few letters is no text */
#define SINGLE_PART 3.0    /* of the line's height: a wider part is of several letters, maybe of several words */

/* Pixels that Tesseract's models are trained on: a line of that height is not scaled again. */
enum { MODEL_HEIGHT = 36, NOISE_PARTS = 6 };

/* The ink of the line between two boundaries, and as high as small letters at least, so that a hyphen stands where
   words stand; as the engine has it where there is no ink. */
static tc_box ink_box(const tc_page_source *source, const tc_text_line *line, double left, double right, tc_box guess)
{
  double x0 = INFINITY;
  double y0 = INFINITY;
  double x1 = -INFINITY;
  double y1 = -INFINITY;
  for (size_t i = 0; i < line->part_count; i++) {
    const tc_ink_part *part = &source->ink->parts[line->parts[i]];
    const double middle = (part->left + part->right) / 2.0;
    const bool wide = part->right - part->left > SINGLE_PART * line->tall;
    if (wide ? part->right <= left || part->left >= right : middle < left || middle >= right)
      continue;
    x0 = fmin(x0, wide ? fmax(part->left, left) : part->left);
    x1 = fmax(x1, wide ? fmin(part->right, right) : part->right);
    y0 = fmin(y0, part->top);
    y1 = fmax(y1, part->bottom);
  }
  if (x1 <= x0 || y1 <= y0)
    return guess;
  const double base = tc_text_line_base(line, (x0 + x1) / 2);
  y0 = fmin(y0, base - SMALL_LETTERS * line->tall);
  y1 = fmax(y1, base);
  return (tc_box){x0, y0, x1 - x0, y1 - y0};
}

static bool add_words(const tc_page_source *source, size_t index, tc_page *found, tc_page *page, tc_error *err)
{
  const tc_text_line *line = &source->lines->items[index];
  double *bounds = NULL;
  bool ok = tc_word_bounds_find(source->ink, line, found, &bounds, err);
  for (size_t i = 0; ok && i < found->word_count; i++) {
    tc_word word = found->words[i];
    word.box = ink_box(source, line, bounds[i], bounds[i + 1], word.box);
    word.quad = tc_page_map_box(source->to_capture, word.box.x, word.box.y, word.box.width, word.box.height);
    word.block = word.paragraph = word.line = (int)index;
    ok = tc_page_add(page, &word, err);
  }
  free(bounds);
  return ok;
}

/* Strokes of a seal or a signature that stood in a row. */
static bool is_noise(const tc_text_line *line, const tc_page *found)
{
  double sum = 0;
  for (size_t i = 0; i < found->word_count; i++)
    sum += found->words[i].confidence;
  return line->part_count <= NOISE_PARTS && sum < NOISE * (double)found->word_count;
}

static bool read_line(tc_engine *engine, const tc_page_source *source, size_t index, tc_page *page, tc_error *err)
{
  tc_auto(tc_image) image = NULL;
  tc_auto(tc_page) found = NULL;
  tc_text_line_place place;
  if (!tc_text_line_cut(source->grey, source->ink, source->lines, index, MODEL_HEIGHT, &image, &place, err))
    return false;
  const tc_recognise_request request = {.image = image, .layout = TC_LAYOUT_RAW_LINE};
  if (!tc_engine_recognise(engine, &request, &found, err))
    return false;
  for (size_t i = 0; i < found->word_count; i++) {
    tc_box *box = &found->words[i].box;
    *box = (tc_box){place.left + box->x / place.scale, place.top + box->y / place.scale, box->width / place.scale,
                    box->height / place.scale};
  }
  return is_noise(&source->lines->items[index], found) || add_words(source, index, found, page, err);
}

bool tc_page_read(tc_engine *engine, const tc_page_source *source, tc_page **out, tc_error *err)
{
  const tc_image_shape *shape = tc_image_shape_of(source->grey);
  tc_auto(tc_page) page = NULL;
  if (!tc_page_create(shape->width, shape->height, shape->dpi_x, &page, err))
    return false;
  for (size_t i = 0; i < source->lines->count; i++)
    if (!read_line(engine, source, i, page, err))
      return false;
  *out = tc_steal(&page);
  return true;
}
