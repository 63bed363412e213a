#include "ocr/page.h"

#include "base/text.h"

#include <stdlib.h>

enum { PAGE_WORDS_MAX = 200000 }; /* far beyond what fits on a sheet: stops a page of noise */

bool tc_page_create(int width, int height, double dpi, tc_page **out, tc_error *err)
{
  if (width <= 0 || height <= 0)
    return tc_fail(err, TC_USAGE, "a page of %d × %d pixels", width, height);
  tc_page *page = calloc(1, sizeof *page);
  if (page == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a page");
  page->width = width;
  page->height = height;
  page->dpi = dpi;
  *out = page;
  return true;
}

void tc_page_destroy(tc_page *page)
{
  if (page == NULL)
    return;
  for (size_t i = 0; i < page->word_count; i++)
    free(page->words[i].text);
  free(page->words);
  free(page);
}

static bool grow(tc_page *page, tc_error *err)
{
  if (page->word_count < page->capacity)
    return true;
  if (page->word_count >= PAGE_WORDS_MAX)
    return tc_fail(err, TC_LIMIT, "more than %d words on a page", PAGE_WORDS_MAX);
  size_t capacity = page->capacity == 0 ? 256 : page->capacity * 2;
  tc_word *words = realloc(page->words, capacity * sizeof *words);
  if (words == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for words");
  page->words = words;
  page->capacity = capacity;
  return true;
}

bool tc_page_add(tc_page *page, const tc_word *word, tc_error *err)
{
  tc_auto(tc_str) trimmed = NULL;
  tc_auto(tc_str) text = NULL;
  if (!tc_text_squeeze(word->text, &trimmed, err) || !tc_text_nfc(trimmed, &text, err))
    return false;
  if (text[0] == '\0')
    return true;
  if (!grow(page, err))
    return false;
  tc_word *added = &page->words[page->word_count++];
  *added = *word;
  added->text = tc_steal(&text);
  return true;
}

static tc_json *word_to_json(const tc_word *word)
{
  tc_json *object = tc_json_object();
  tc_json *box = tc_json_array();
  tc_json *quad = tc_json_array();
  tc_json *at = tc_json_array();
  const double sides[] = {word->box.x, word->box.y, word->box.width, word->box.height};
  for (size_t i = 0; i < TC_ARRAY_LEN(sides); i++)
    tc_json_append(box, tc_json_number(sides[i]));
  for (size_t i = 0; i < 4; i++) {
    tc_json_append(quad, tc_json_number(word->quad.corner[i].x));
    tc_json_append(quad, tc_json_number(word->quad.corner[i].y));
  }
  const int counts[] = {word->block, word->paragraph, word->line};
  for (size_t i = 0; i < TC_ARRAY_LEN(counts); i++)
    tc_json_append(at, tc_json_integer(counts[i]));
  tc_json_set_text(object, "text", word->text);
  tc_json_set_number(object, "confidence", word->confidence);
  tc_json_set(object, "box", box);
  tc_json_set(object, "quad", quad);
  tc_json_set(object, "at", at);
  return object;
}

bool tc_page_to_json(const tc_page *page, tc_json **out, tc_error *err)
{
  tc_auto(tc_json) object = tc_json_object();
  tc_json_set_integer(object, "width", page->width);
  tc_json_set_integer(object, "height", page->height);
  tc_json_set_number(object, "dpi", page->dpi);
  tc_json *words = tc_json_array();
  for (size_t i = 0; i < page->word_count; i++)
    if (!tc_json_append(words, word_to_json(&page->words[i]))) {
      tc_json_release(words);
      return tc_fail(err, TC_NO_MEMORY, "no memory for a page's words");
    }
  if (!tc_json_set(object, "words", words))
    return tc_fail(err, TC_NO_MEMORY, "no memory for a page's words");
  *out = tc_steal(&object);
  return true;
}

static bool word_from_json(const tc_json *object, tc_word *word, size_t index, tc_error *err)
{
  const tc_json *box = tc_json_get(object, "box");
  const tc_json *quad = tc_json_get(object, "quad");
  const tc_json *at = tc_json_get(object, "at");
  const char *text = tc_json_get_text(object, "text", NULL);
  if (text == NULL || tc_json_count(box) != 4 || (quad != NULL && tc_json_count(quad) != 8))
    return tc_fail(err, TC_FORMAT, "a page's /words/%zu needs text, a box of 4 numbers and a quad of 8", index);
  *word = (tc_word){.confidence = tc_json_get_number(object, "confidence", 0)};
  word->box = (tc_box){tc_json_as_number(tc_json_at(box, 0), 0), tc_json_as_number(tc_json_at(box, 1), 0),
                       tc_json_as_number(tc_json_at(box, 2), 0), tc_json_as_number(tc_json_at(box, 3), 0)};
  const double right = word->box.x + word->box.width;
  const double bottom = word->box.y + word->box.height;
  word->quad = (tc_quad){{{word->box.x, word->box.y}, {right, word->box.y}, {right, bottom}, {word->box.x, bottom}}};
  for (size_t i = 0; quad != NULL && i < 4; i++)
    word->quad.corner[i] =
        (tc_point){tc_json_as_number(tc_json_at(quad, 2 * i), 0), tc_json_as_number(tc_json_at(quad, 2 * i + 1), 0)};
  word->block = (int)tc_json_as_number(tc_json_at(at, 0), 0);
  word->paragraph = (int)tc_json_as_number(tc_json_at(at, 1), 0);
  word->line = (int)tc_json_as_number(tc_json_at(at, 2), 0);
  return tc_str_copy(text, &word->text, err);
}

bool tc_page_from_json(const tc_json *json, tc_page **out, tc_error *err)
{
  tc_auto(tc_page) page = NULL;
  if (!tc_page_create((int)tc_json_get_integer(json, "width", 0), (int)tc_json_get_integer(json, "height", 0),
                      tc_json_get_number(json, "dpi", 0), &page, NULL))
    return tc_fail(err, TC_FORMAT, "a page needs a width and a height");
  const tc_json *words = tc_json_get(json, "words");
  for (size_t i = 0; i < tc_json_count(words); i++) {
    tc_word word = {0};
    if (!word_from_json(tc_json_at(words, i), &word, i, err))
      return false;
    bool added = tc_page_add(page, &word, err);
    free(word.text);
    if (!added)
      return false;
  }
  *out = tc_steal(&page);
  return true;
}
