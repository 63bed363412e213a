/*
 * The characters of one class that stand in one line are shown to the engine together. It sees now and then one more or
 * one less than there are, or takes one for another, which the check digits tell: then it is shown fewer at a time.
 */
#include "ocr/mrz_reader.h"

#include <string.h>

static const char digits[] = "0123456789";
static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
static const char all_signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/* L: letters, D: digits, N: the document's number and what the country adds, which may have letters. */
static const char classes[TC_MRZ_LINES][TC_MRZ_LINE + 1] = {
    "LLLLLNNNNNNNNNDNNNNNNNNNNNNNNN", "DDDDDDDLDDDDDDDLLLNNNNNNNNNNND", "LLLLLLLLLLLLLLLLLLLLLLLLLLLLLL"};

enum { PARTS_MOST = 8, ALONE = 3 };

typedef struct reader {
  tc_engine *engine;
  const tc_image *page;
  tc_mrz_cells cells;
} reader;

static bool read_image(reader *r, int line, const int *columns, int count, const char *signs, tc_buf *out,
                       tc_error *err)
{
  tc_auto(tc_image) image = NULL;
  tc_auto(tc_page) words = NULL;
  if (!tc_mrz_cells_image(r->page, &r->cells, line, columns, count, &image, err))
    return false;
  const tc_recognise_request request = {.image = image, .layout = TC_LAYOUT_LINE, .signs = signs};
  if (!tc_engine_recognise(r->engine, &request, &words, err))
    return false;
  for (size_t i = 0; i < words->word_count; i++)
    if (!tc_buf_append_text(out, words->words[i].text, err))
      return false;
  return true;
}

/* Reads the columns into the line; *whole false where the engine saw another number of characters. A single one is
   shown three times over: an engine of lines makes little of one sign. */
static bool read_columns(reader *r, int line, const int *columns, int count, const char *signs, char *text, bool *whole,
                         tc_error *err)
{
  tc_auto(tc_buf) read = {0};
  const int thrice[ALONE] = {columns[0], columns[0], columns[0]};
  const bool alone = count == 1;
  if (!read_image(r, line, alone ? thrice : columns, alone ? ALONE : count, signs, &read, err))
    return false;
  const char *signs_read = tc_buf_text(&read);
  if (alone && read.size == ALONE) {
    text[columns[0]] = signs_read[signs_read[1] == signs_read[2] ? 1 : 0];
    return true;
  }
  *whole = *whole && read.size == (size_t)count;
  for (int i = 0; i < count && *whole; i++)
    text[columns[i]] = signs_read[i];
  return true;
}

/* Reads the characters of some classes, `parts` times fewer of a line at a time. */
static bool read_class(reader *r, const char *of, const char *signs, int parts, tc_mrz *out, bool *whole, tc_error *err)
{
  for (int l = 0; l < TC_MRZ_LINES; l++) {
    int columns[TC_MRZ_LINE];
    int count = 0;
    for (int k = 0; k < TC_MRZ_LINE; k++)
      if (strchr(of, classes[l][k]) != NULL && tc_mrz_cell_is_sign(&r->cells.cells[l][k]))
        columns[count++] = k;
    const int step = (count + parts - 1) / parts;
    for (int from = 0; from < count && *whole; from += step) {
      const int size = count - from < step ? count - from : step;
      if (!read_columns(r, l, columns + from, size, signs, out->text + (ptrdiff_t)l * TC_MRZ_LINE, whole, err))
        return false;
    }
  }
  return true;
}

/* Letters have no check digit: the first reading that sees as many as there are. */
static bool read_letters(reader *r, tc_mrz *mrz, bool *whole, tc_error *err)
{
  *whole = false;
  for (int parts = 1; parts <= PARTS_MOST && !*whole; parts *= 2) {
    *whole = true;
    if (!read_class(r, "L", letters, parts, mrz, whole, err))
      return false;
  }
  return true;
}

/* Numbers are of digits alone nearly always, and then no O is taken for a 0; else all signs. The first reading whose
   check digits fit; where none does, the first that is whole. */
static bool read_numbers(reader *r, tc_mrz *mrz, bool *whole, tc_error *err)
{
  const char *const attempts[] = {digits, all_signs};
  *whole = false;
  for (size_t a = 0; a < sizeof attempts / sizeof *attempts; a++)
    for (int parts = 1; parts <= PARTS_MOST; parts *= 2) {
      tc_mrz attempt = *mrz;
      bool all = true;
      if (!read_class(r, "DN", attempts[a], parts, &attempt, &all, err))
        return false;
      const bool valid = all && tc_mrz_is_valid(&attempt);
      if (valid || (all && !*whole))
        *mrz = attempt;
      *whole = *whole || all;
      if (valid)
        return true;
    }
  return true;
}

bool tc_mrz_read(tc_engine *engine, const tc_image *page, const tc_box *lines, size_t count, tc_buf *out, tc_error *err)
{
  reader r = {.engine = engine, .page = page};
  tc_mrz mrz = {0};
  bool whole = false;
  if (!tc_mrz_cells_find(page, lines, count, &r.cells, &whole, err))
    return false;
  memset(mrz.text, '<', TC_MRZ_SIZE);
  if (whole && !read_letters(&r, &mrz, &whole, err))
    return false;
  if (whole && !read_numbers(&r, &mrz, &whole, err))
    return false;
  for (int l = 0; l < TC_MRZ_LINES && whole; l++)
    if ((l > 0 && !tc_buf_append_text(out, " ", err)) ||
        !tc_buf_append(out, mrz.text + (ptrdiff_t)l * TC_MRZ_LINE, TC_MRZ_LINE, err))
      return false;
  return true;
}
