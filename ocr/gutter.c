#include "ocr/gutter.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>

#define WIDER 1.2    /* than high: an open sheet */
#define STRIP 3.0    /* heights of a line */
#define MIDDLE 0.1   /* of the width: how far from the middle it may lie */
#define SIDE 0.2     /* of the words that each page has at least */
#define BELIEVED 0.4 /* confidence in a word: grounds and stains are read as words too */

enum { LETTERS = 2, WORDS_LEAST = 12 };

static bool counts(const tc_word *word)
{
  size_t letters = 0;
  uint32_t sign = 0;
  for (const char *at = word->text; tc_text_next(&at, &sign);)
    letters += tc_text_is_letter(sign) || tc_text_is_digit(sign) ? 1 : 0;
  return word->confidence >= BELIEVED && letters >= LETTERS;
}

static int from_left(const void *a, const void *b)
{
  const tc_box *x = a;
  const tc_box *y = b;
  return x->x < y->x ? -1 : x->x > y->x ? 1 : 0;
}

/* The widest strip among boxes sorted from the left, if it lies about the middle and has enough on either side. */
static double widest_strip(const tc_box *boxes, size_t count, double width, double least)
{
  double right = 0;
  double best = least;
  double found = INFINITY;
  for (size_t i = 0; i < count; i++) {
    const double middle = (boxes[i].x + right) / 2;
    const double side = (double)(i < count - i ? i : count - i);
    if (boxes[i].x - right >= best && fabs(middle - width / 2) <= MIDDLE * width && side >= SIDE * (double)count) {
      best = boxes[i].x - right;
      found = middle;
    }
    right = fmax(right, boxes[i].x + boxes[i].width);
  }
  return found;
}

bool tc_gutter_find(const tc_page *page, double height, double *out, tc_error *err)
{
  *out = INFINITY;
  if (page->width < WIDER * page->height)
    return true;
  tc_box *boxes = calloc(page->word_count + 1, sizeof *boxes);
  if (boxes == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for lines");
  size_t count = 0;
  for (size_t i = 0; i < page->word_count; i++)
    if (counts(&page->words[i]))
      boxes[count++] = page->words[i].box;
  qsort(boxes, count, sizeof *boxes, from_left);
  if (count >= WORDS_LEAST)
    *out = widest_strip(boxes, count, page->width, STRIP * height);
  free(boxes);
  return true;
}
