/*
 * A model that is shown letters upside down makes few words of them and trusts in none. So the letters of words that it
 * trusts in are counted, in a few lines each way: noise, of which a page may have more than of text, adds none to any.
 */
#include "ocr/upright.h"

#include "imaging/turn.h"
#include "ocr/text_line_image.h"

#include <string.h>

#define TRUSTED 0.75 /* confidence from which on a word counts */
#define AHEAD 1.5    /* times as many letters as the page has as it lies, for another way to be believed */

enum { SAMPLE = 10, PARTS_LEAST = 4, PARTS_MOST = 150, HEIGHT = 36, ENOUGH = 60, FEW = 12 };

/* Where `at` stands among the lines that are worth reading: the fullest first. */
static size_t rank_of(const tc_text_lines *lines, size_t at)
{
  size_t rank = 0;
  for (size_t i = 0; i < lines->count; i++) {
    const size_t parts = lines->items[i].part_count;
    const size_t own = lines->items[at].part_count;
    rank += parts <= PARTS_MOST && (parts > own || (parts == own && i < at)) ? 1 : 0;
  }
  return rank;
}

static bool read_line(tc_engine *engine, const tc_image *line, size_t *letters, tc_error *err)
{
  tc_auto(tc_page) found = NULL;
  const tc_recognise_request request = {.image = line, .layout = TC_LAYOUT_RAW_LINE};
  if (!tc_engine_recognise(engine, &request, &found, err))
    return false;
  for (size_t i = 0; i < found->word_count; i++)
    *letters += found->words[i].confidence >= TRUSTED ? strlen(found->words[i].text) : 0;
  return true;
}

/* Counts the letters that the engine trusts in, in some of the page's lines. */
static bool try_page(tc_engine *engine, const tc_image *grey, const tc_image *binary, size_t *letters, tc_error *err)
{
  tc_auto(tc_ink) ink = NULL;
  tc_auto(tc_text_lines) lines = NULL;
  *letters = 0;
  if (!tc_ink_create(binary, &ink, err) ||
      !tc_text_lines_find(ink, tc_image_shape_of(binary)->dpi_x, NULL, &lines, err))
    return false;
  for (size_t i = 0; i < lines->count; i++) {
    const size_t parts = lines->items[i].part_count;
    tc_auto(tc_image) line = NULL;
    tc_text_line_place place;
    if (parts < PARTS_LEAST || parts > PARTS_MOST || rank_of(lines, i) >= SAMPLE)
      continue;
    if (!tc_text_line_cut(grey, ink, lines, i, HEIGHT, &line, &place, err) || !read_line(engine, line, letters, err))
      return false;
  }
  return true;
}

static bool try_turned(tc_engine *engine, const tc_image *grey, const tc_image *binary, int turns, size_t *letters,
                       tc_error *err)
{
  tc_auto(tc_image) turned_grey = NULL;
  tc_auto(tc_image) turned_binary = NULL;
  return tc_image_turn(grey, turns, &turned_grey, err) && tc_image_turn(binary, turns, &turned_binary, err) &&
         try_page(engine, turned_grey, turned_binary, letters, err);
}

bool tc_upright_find(tc_engine *engine, const tc_image *grey, const tc_image *binary, int *turns, tc_error *err)
{
  static const int order[] = {2, 1, 3};
  size_t as_is = 0;
  if (!try_page(engine, grey, binary, &as_is, err))
    return false;
  size_t best = as_is;
  int best_turns = 0;
  for (size_t i = 0; i < TC_ARRAY_LEN(order) && best < ENOUGH; i++) {
    size_t letters = 0;
    if (!try_turned(engine, grey, binary, order[i], &letters, err))
      return false;
    if (letters > best && letters >= FEW && (double)letters >= AHEAD * (double)as_is) {
      best = letters;
      best_turns = order[i];
    }
  }
  *turns = best_turns;
  return true;
}
