/*
 * Missed ink: black pixels outside of the words are gathered on a grid of 50 cells an inch; cells that touch, or stand
 * a word's gap apart on one row, form an area; areas of the height of one or two lines are read. Words that the engine
 * itself hardly believes cover nothing, and go where their place is read better.
 */
#include "ocr/recover.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CELLS_AN_INCH 50.0
#define LINE_LEAST 0.09 /* inches: the height of an area worth reading … */
#define LINE_MOST 0.50
#define TWO_LINES 0.30 /* … and from which it may be more than a line */
#define WIDTH_LEAST 0.25
#define WIDTH_MOST 4.0
#define MARGIN 0.06   /* inches around a region */
#define HARDLY 0.40   /* confidence of a word that covers nothing */
#define BELIEVED 0.60 /* confidence of a recovered word */
#define OVERLAP 0.4

enum { GAP_CELLS = 4, REGIONS_MOST = 18, INK_LEAST = 3, MARKED = 2 };

typedef struct sieve {
  uint8_t *cells;
  int *stack;
  int columns, rows, side; /* side: pixels of a cell */
} sieve;

static void sieve_finish(sieve *s)
{
  free(s->cells);
  free(s->stack);
}
TC_AUTO_VALUE(sieve, sieve_finish);

static double dpi_of(const tc_image *image)
{
  const double dpi = tc_image_shape_of(image)->dpi_x;
  return dpi > 0 ? dpi : 300;
}

static bool fill_cells(const tc_image *binary, sieve *s, tc_error *err)
{
  const int width = tc_image_width(binary);
  const int height = tc_image_height(binary);
  s->side = (int)fmax(1, floor(dpi_of(binary) / CELLS_AN_INCH));
  s->columns = width / s->side + 1;
  s->rows = height / s->side + 1;
  const size_t count = (size_t)s->columns * (size_t)s->rows;
  s->cells = calloc(count, 1);
  s->stack = calloc(count, sizeof *s->stack);
  if (s->cells == NULL || s->stack == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a page");
  for (int y = 0; y < height; y++) {
    const uint8_t *row = tc_image_row(binary, y);
    uint8_t *to = s->cells + (size_t)(y / s->side) * (size_t)s->columns;
    for (int x = 0; x < width; x++)
      if (((row[x >> 3] >> (7 - (x & 7))) & 1) != 0 && to[x / s->side] < UINT8_MAX)
        to[x / s->side]++;
  }
  for (size_t i = 0; i < count; i++)
    s->cells[i] = s->cells[i] >= INK_LEAST ? 1 : 0;
  return true;
}

static int clamp(double value, int most) { return value < 0 ? 0 : value > most ? most : (int)value; }

static void cover(sieve *s, const tc_word *word)
{
  const double room = 0.3 * word->box.height;
  const int left = clamp(floor((word->box.x - room) / s->side), s->columns);
  const int right = clamp(ceil((word->box.x + word->box.width + room) / s->side), s->columns);
  const int bottom = clamp(ceil((word->box.y + word->box.height + room) / s->side), s->rows);
  for (int y = clamp(floor((word->box.y - room) / s->side), s->rows); y < bottom; y++)
    memset(s->cells + (size_t)y * (size_t)s->columns + left, 0, (size_t)(right > left ? right - left : 0));
}

/* The area that the cell belongs to, in pixels; its cells are marked. */
static tc_box gather(sieve *s, int start)
{
  int depth = 0;
  int left = s->columns;
  int top = s->rows;
  int right = 0;
  int bottom = 0;
  s->cells[start] = MARKED;
  s->stack[depth++] = start;
  while (depth > 0) {
    const int at = s->stack[--depth];
    const int x = at % s->columns;
    const int y = at / s->columns;
    left = x < left ? x : left;
    right = x > right ? x : right;
    top = y < top ? y : top;
    bottom = y > bottom ? y : bottom;
    for (int ny = y > 0 ? y - 1 : 0; ny <= y + 1 && ny < s->rows; ny++) {
      const int reach = ny == y ? GAP_CELLS : 1;
      for (int nx = x > reach ? x - reach : 0; nx <= x + reach && nx < s->columns; nx++)
        if (s->cells[ny * s->columns + nx] == 1) {
          s->cells[ny * s->columns + nx] = MARKED;
          s->stack[depth++] = ny * s->columns + nx;
        }
    }
  }
  return (tc_box){left * s->side, top * s->side, (right - left + 1) * s->side, (bottom - top + 1) * s->side};
}

/* Reads a region with some room around it; the words' boxes are the page's. */
static bool read_part(tc_engine *engine, const tc_image *grey, const tc_transform *to_capture, tc_box region,
                      tc_page **out, tc_error *err)
{
  const double dpi = dpi_of(grey);
  const double room = MARGIN * dpi;
  const int x = (int)fmax(0, floor(region.x - room));
  const int y = (int)fmax(0, floor(region.y - room));
  tc_auto(tc_image) part = NULL;
  tc_auto(tc_page) page = NULL;
  if (!tc_image_crop(grey, x, y, (int)ceil(region.x + region.width + room) - x,
                     (int)ceil(region.y + region.height + room) - y, &part, err))
    return false;
  const tc_transform shift = tc_transform_translate(x, y);
  const tc_transform to = tc_transform_compose(&shift, to_capture);
  const tc_recognise_request request = {
      .image = part, .transform = &to, .layout = region.height > TWO_LINES * dpi ? TC_LAYOUT_BLOCK : TC_LAYOUT_LINE};
  if (!tc_engine_recognise(engine, &request, &page, err))
    return false;
  for (size_t i = 0; i < page->word_count; i++) {
    page->words[i].box.x += x;
    page->words[i].box.y += y;
  }
  *out = tc_steal(&page);
  return true;
}

static void remove_word(tc_page *page, size_t at)
{
  free(page->words[at].text);
  memmove(page->words + at, page->words + at + 1, (page->word_count - at - 1) * sizeof *page->words);
  page->word_count--;
}

/* The share of the smaller box that both cover. */
static double overlap(const tc_box *a, const tc_box *b)
{
  const double width = fmin(a->x + a->width, b->x + b->width) - fmax(a->x, b->x);
  const double height = fmin(a->y + a->height, b->y + b->height) - fmax(a->y, b->y);
  const double least = fmin(a->width * a->height, b->width * b->height);
  return width > 0 && height > 0 && least > 0 ? width * height / least : 0;
}

/* ---- Missed ink ---- */

static bool is_taken(const tc_page *page, const tc_word *word)
{
  for (size_t i = 0; i < page->word_count; i++)
    if (page->words[i].confidence >= HARDLY && overlap(&page->words[i].box, &word->box) > OVERLAP)
      return true;
  return false;
}

static int last_line(const tc_page *page)
{
  int last = -1;
  for (size_t i = 0; i < page->word_count; i++)
    last = page->words[i].line > last ? page->words[i].line : last;
  return last;
}

static bool add_found(tc_page *page, const tc_page *found, tc_error *err)
{
  const int base = last_line(page) + 1;
  for (size_t i = 0; i < found->word_count; i++) {
    tc_word word = found->words[i];
    if (word.confidence < BELIEVED || strlen(word.text) < 2 || is_taken(page, &word))
      continue;
    for (size_t j = page->word_count; j > 0; j--)
      if (page->words[j - 1].confidence < HARDLY && overlap(&page->words[j - 1].box, &word.box) > OVERLAP)
        remove_word(page, j - 1);
    word.line += base;
    word.block += base;
    word.paragraph += base;
    if (!tc_page_add(page, &word, err))
      return false;
  }
  return true;
}

static bool find_missed(tc_engine *engine, const tc_image *grey, const tc_image *binary, const tc_transform *to_capture,
                        tc_page *page, int *left, tc_error *err)
{
  const double dpi = dpi_of(binary);
  tc_auto(sieve) s = {0};
  if (!fill_cells(binary, &s, err))
    return false;
  for (size_t i = 0; i < page->word_count; i++)
    if (page->words[i].confidence >= HARDLY)
      cover(&s, &page->words[i]);
  for (int at = 0; at<s.columns * s.rows && * left> 0; at++) {
    if (s.cells[at] != 1)
      continue;
    const tc_box area = gather(&s, at);
    if (area.height < LINE_LEAST * dpi || area.height > LINE_MOST * dpi || area.width < WIDTH_LEAST * dpi ||
        area.width > WIDTH_MOST * dpi || area.width < area.height)
      continue;
    tc_auto(tc_page) found = NULL;
    (*left)--;
    if (!read_part(engine, grey, to_capture, area, &found, err) || !add_found(page, found, err))
      return false;
  }
  return true;
}

bool tc_recover(tc_engine *engine, const tc_image *grey, const tc_image *binary, const tc_transform *to_capture,
                tc_page *page, tc_error *err)
{
  int left = REGIONS_MOST;
  return find_missed(engine, grey, binary, to_capture, page, &left, err);
}
