#include "ocr/letters.h"

#include <math.h>
#include <stdlib.h>

#define LEAST_INCHES 0.03 /* heights that count for the most common one */
#define MOST_INCHES 0.25
#define THIN 6          /* parts so many times as high as wide are strokes, not letters to measure by */
#define SMALL 0.62      /* of the common height: below it a part is a mark */
#define LARGE 3.2       /* above it no part of a text */
#define BAR 2.0         /* a thin part so high is of a frame */
#define WIDE 30.0       /* letters that touch are as wide as words */
#define MARK_WIDE 3.0   /* a dash; what is wider and as low is a rule */
#define TALL_MARK 1.6   /* a mark of a large title */
#define UNDER_TALL 1.1  /* a part so many times as high right below makes a part a mark … */
#define UNDER_NEAR 0.35 /* … within so many common heights */
#define TITLE_LARGE 8.0 /* of the common height: letters of a title, where they stand in a row */
#define TITLE_WIDE 8.0  /* times as wide as high: letters that touch, a word of them */
#define TITLE_SIZES 1.7 /* between the heights of a row: some carry their accents */
#define TITLE_BASE 0.15 /* of the height: how far bottoms of a row differ */
#define TITLE_REACH 6.0 /* heights to the others of a row */
#define TITLE_ACCENT 0.5

enum { TITLE_LETTERS = 3 }; /* others in its row: fewer are parts of a picture or a pen's */

void tc_letters_destroy(tc_letters *letters)
{
  if (letters == NULL)
    return;
  free(letters->kinds);
  free(letters->order);
  free(letters);
}

static int width_of(const tc_ink_part *part) { return part->right - part->left; }
static int height_of(const tc_ink_part *part) { return part->bottom - part->top; }

/* The median height of what can be a letter by its size. */
static double common_height(const tc_ink *ink, double dpi)
{
  enum { HEIGHTS = 512 };
  size_t counts[HEIGHTS] = {0};
  size_t total = 0;
  const double least = LEAST_INCHES * dpi;
  const double most = fmin(MOST_INCHES * dpi, HEIGHTS - 1);
  for (size_t i = 0; i < ink->part_count; i++) {
    const int height = height_of(&ink->parts[i]);
    if (height < least || height > most || width_of(&ink->parts[i]) * THIN < height)
      continue;
    counts[height]++;
    total++;
  }
  size_t below = 0;
  for (int height = 0; total > 0 && height < HEIGHTS; height++) {
    below += counts[height];
    if (below * 2 > total)
      return height;
  }
  return 0;
}

/* The first part below the pixel within reach, TC_NO_PART where there is none. */
static size_t part_below(const tc_ink *ink, int x, int y, int reach)
{
  size_t found = TC_NO_PART;
  for (int at = y; found == TC_NO_PART && at <= y + reach; at++)
    found = tc_ink_at(ink, x, at);
  return found;
}

/* An accent stands close above its letter, which is higher; what stands above a picture or a signature is no accent. */
static bool stands_on_letter(const tc_ink *ink, const tc_ink_part *part, double letter)
{
  enum { LOOKS = 5 };
  for (int i = 0; i < LOOKS; i++) {
    const int x = part->left + (2 * i + 1) * width_of(part) / (2 * LOOKS);
    const size_t below = part_below(ink, x, part->bottom, (int)ceil(UNDER_NEAR * letter));
    if (below != TC_NO_PART && height_of(&ink->parts[below]) >= UNDER_TALL * height_of(part) &&
        height_of(&ink->parts[below]) <= LARGE * letter)
      return true;
  }
  return false;
}

static tc_letter_kind kind_of(const tc_ink *ink, const tc_ink_part *part, double letter)
{
  const int height = height_of(part);
  const int width = width_of(part);
  if (height > LARGE * letter || width > WIDE * letter || (height > BAR * letter && width * THIN < height))
    return TC_LETTER_NONE;
  if (height < SMALL * letter)
    return width > MARK_WIDE * letter ? TC_LETTER_NONE : TC_LETTER_MARK;
  return height < TALL_MARK * letter && stands_on_letter(ink, part, letter) ? TC_LETTER_MARK : TC_LETTER;
}

/* ---- Titles ---- */

/* By its size a letter of a title, or one that an accent made higher. */
static bool is_title_size(const tc_ink_part *part, double letter)
{
  const int height = height_of(part);
  const int width = width_of(part);
  return height > LARGE / TITLE_SIZES * letter && height <= TITLE_LARGE * letter && width <= TITLE_WIDE * height &&
         width * THIN >= height;
}

static bool are_of_a_row(const tc_ink_part *a, const tc_ink_part *b)
{
  const double low = fmin(height_of(a), height_of(b));
  const double high = fmax(height_of(a), height_of(b));
  const int gap = (a->left > b->left ? a->left : b->left) - (a->right < b->right ? a->right : b->right);
  return high <= TITLE_SIZES * low && abs(a->bottom - b->bottom) <= TITLE_BASE * low && gap <= TITLE_REACH * low;
}

/* The part is of a row of parts as large as it is. `sized`: those that may be. */
static bool stands_in_a_row(const tc_ink *ink, const size_t *sized, size_t count, size_t part)
{
  size_t others = 0;
  for (size_t i = 0; i < count && others < TITLE_LETTERS; i++)
    others += sized[i] != part && are_of_a_row(&ink->parts[part], &ink->parts[sized[i]]) ? 1 : 0;
  return others == TITLE_LETTERS;
}

/* An accent over a letter of a title may be as high as a letter of the text. */
static bool is_accent_on(const tc_ink_part *part, const tc_ink_part *letter)
{
  const double high = height_of(letter);
  const int middle = (part->left + part->right) / 2;
  return height_of(part) <= TITLE_ACCENT * high && middle > letter->left && middle < letter->right &&
         abs(part->bottom - letter->top) <= TITLE_ACCENT * high;
}

static void mark_accents(const tc_ink *ink, tc_letters *letters, const size_t *title, size_t count)
{
  for (size_t i = 0; i < ink->part_count; i++)
    for (size_t k = 0; letters->kinds[i] == TC_LETTER && k < count; k++)
      if (is_accent_on(&ink->parts[i], &ink->parts[title[k]]))
        letters->kinds[i] = TC_LETTER_MARK;
}

/* A title may be set in letters so large that alone none would count as one. */
static bool add_titles(const tc_ink *ink, tc_letters *letters, tc_error *err)
{
  enum { SIZED_MOST = 2000 };
  size_t count = 0;
  size_t in_rows = 0;
  size_t *sized = calloc((size_t)SIZED_MOST * 2, sizeof *sized);
  if (sized == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for lines");
  size_t *title = sized + SIZED_MOST;
  for (size_t i = 0; i < ink->part_count && count < SIZED_MOST; i++)
    if (is_title_size(&ink->parts[i], letters->height))
      sized[count++] = i;
  for (size_t i = 0; i < count; i++)
    if (height_of(&ink->parts[sized[i]]) > LARGE * letters->height && stands_in_a_row(ink, sized, count, sized[i])) {
      letters->kinds[sized[i]] = TC_LETTER;
      title[in_rows++] = sized[i];
    }
  mark_accents(ink, letters, title, in_rows);
  free(sized);
  return true;
}

/* ---- Order ---- */

typedef struct keyed {
  int left;
  size_t part;
} keyed;

static int by_left(const void *a, const void *b)
{
  const keyed *x = a;
  const keyed *y = b;
  if (x->left != y->left)
    return x->left < y->left ? -1 : 1;
  return x->part < y->part ? -1 : x->part > y->part ? 1 : 0;
}

bool tc_letters_sort(const tc_ink *ink, size_t *parts, size_t count, tc_error *err)
{
  keyed *pairs = calloc(count + 1, sizeof *pairs);
  if (pairs == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for lines");
  for (size_t i = 0; i < count; i++)
    pairs[i] = (keyed){ink->parts[parts[i]].left, parts[i]};
  qsort(pairs, count, sizeof *pairs, by_left);
  for (size_t i = 0; i < count; i++)
    parts[i] = pairs[i].part;
  free(pairs);
  return true;
}

bool tc_letters_find(const tc_ink *ink, double dpi, tc_letters **out, tc_error *err)
{
  tc_auto(tc_letters) letters = calloc(1, sizeof *letters);
  if (letters == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for lines");
  letters->kinds = calloc(ink->part_count + 1, sizeof *letters->kinds);
  letters->order = calloc(ink->part_count + 1, sizeof *letters->order);
  if (letters->kinds == NULL || letters->order == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for lines");
  letters->part_count = ink->part_count;
  letters->height = common_height(ink, dpi);
  for (size_t i = 0; letters->height > 0 && i < ink->part_count; i++)
    letters->kinds[i] = (uint8_t)kind_of(ink, &ink->parts[i], letters->height);
  if (!add_titles(ink, letters, err))
    return false;
  for (size_t i = 0; i < ink->part_count; i++)
    if (letters->kinds[i] == TC_LETTER)
      letters->order[letters->count++] = i;
  if (!tc_letters_sort(ink, letters->order, letters->count, err))
    return false;
  *out = tc_steal(&letters);
  return true;
}
