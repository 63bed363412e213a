#include "ocr/fuzzy.h"

#include "base/buf.h"
#include "base/text.h"

#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

enum { FUZZY_MAX = 160, LIGATURE = 0x153 };

/* Groups of letters and digits that print alike, a bit each; a swap inside a group costs ALIKE_COST. */
enum { THIN = 1, ROUND = 2, ARCHED = 4, TALL = 8, TAILED = 16, BENT = 32, BELLIED = 64, FORKED = 128, ZIGZAG = 256 };
static const uint16_t alike[128] = {
    ['i'] = THIN,
    ['l'] = THIN,
    ['1'] = THIN,
    ['t'] = THIN,
    ['j'] = THIN,
    ['f'] = THIN,
    ['o'] = ROUND,
    ['0'] = ROUND,
    ['d'] = ROUND,
    ['c'] = ROUND,
    ['e'] = ROUND,
    ['a'] = ROUND,
    ['n'] = ARCHED,
    ['u'] = ARCHED,
    ['h'] = ARCHED | TALL,
    ['m'] = ARCHED,
    ['r'] = ARCHED,
    ['b'] = TALL | BELLIED,
    ['k'] = TALL,
    ['g'] = TAILED,
    ['9'] = TAILED,
    ['q'] = TAILED,
    ['y'] = TAILED | FORKED,
    ['s'] = BENT,
    ['5'] = BENT,
    ['8'] = BENT | BELLIED,
    ['6'] = BELLIED,
    ['v'] = FORKED,
    ['z'] = ZIGZAG,
    ['2'] = ZIGZAG,
};

/* Costs in tenths of a letter. THIN_COST: losing or gaining a thin letter. */
enum { WHOLE_COST = 10, ALIKE_COST = 5, THIN_COST = 6 };

bool tc_fuzzy_fold(const char *utf8, char **out, tc_error *err)
{
  tc_auto(tc_buf) letters = {0};
  const char *at = utf8;
  uint32_t codepoint = 0;
  while (tc_text_next(&at, &codepoint)) {
    uint32_t folded = tc_text_fold_codepoint(codepoint);
    if (folded == LIGATURE)
      folded = 'c'; /* two of them close together */
    if (folded != 0 && (tc_text_is_letter(folded) || tc_text_is_digit(folded)) &&
        !tc_text_append(&letters, folded, err))
      return false;
  }
  return tc_str_copy(tc_buf_text(&letters), out, err);
}

static uint16_t groups_of(char letter) { return (unsigned char)letter < 128 ? alike[(unsigned char)letter] : 0; }

static int gap_cost(char letter)
{
  return letter == 'i' || letter == 'l' || letter == '1' || letter == 't' || letter == 'j' ? THIN_COST : WHOLE_COST;
}

static int least(int a, int b) { return a < b ? a : b; }

/* What a text's letters cost. */
typedef struct costs {
  int gap[FUZZY_MAX];
  uint16_t groups[FUZZY_MAX];
} costs;

static void set_costs(const char *text, size_t size, costs *out)
{
  for (size_t i = 0; i < size; i++) {
    out->gap[i] = gap_cost(text[i]);
    out->groups[i] = groups_of(text[i]);
  }
}

/* By way of the letter before in `a`: swapping `letter` for one of b's, or leaving it out. No branch: for all at once.
 */
static void come_from_above(char letter, const char *b, const costs *of_b, size_t size, const int *row, int *out)
{
  const uint16_t groups = groups_of(letter);
  const int gap = gap_cost(letter);
  for (size_t j = 0; j < size; j++) {
    const int unlike = (groups & of_b->groups[j]) != 0 ? ALIKE_COST : WHOLE_COST;
    out[j] = least(row[j] + (b[j] == letter ? 0 : unlike), row[j + 1] + gap);
  }
}

/* Tenths of a letter; given up, with what is certain so far, where it is more than `most`. */
static int distance_up_to(const char *a, size_t a_size, const char *b, size_t b_size, int most)
{
  costs of_b;
  int row[FUZZY_MAX + 1];
  int above[FUZZY_MAX];
  set_costs(b, b_size, &of_b);
  row[0] = 0;
  for (size_t j = 0; j < b_size; j++)
    row[j + 1] = row[j] + of_b.gap[j];
  for (size_t i = 0; i < a_size; i++) {
    come_from_above(a[i], b, &of_b, b_size, row, above);
    int here = row[0] += gap_cost(a[i]);
    int lowest = here;
    for (size_t j = 0; j < b_size; j++) {
      here = row[j + 1] = least(above[j], here + of_b.gap[j]);
      lowest = least(lowest, here);
    }
    if (lowest > most)
      return lowest;
  }
  return row[b_size];
}

static size_t cut(size_t size) { return size > FUZZY_MAX ? FUZZY_MAX : size; }

double tc_fuzzy_distance(const char *a, size_t a_size, const char *b, size_t b_size)
{
  return distance_up_to(a, cut(a_size), b, cut(b_size), INT_MAX) / (double)WHOLE_COST;
}

double tc_fuzzy_similarity(const char *a, size_t a_size, const char *b, size_t b_size, double at_least)
{
  const double longer = (double)(a_size > b_size ? a_size : b_size);
  if (longer <= 0)
    return 1;
  const int most = (int)ceil((1 - at_least) * longer * WHOLE_COST);
  return 1 - distance_up_to(a, cut(a_size), b, cut(b_size), most) / (WHOLE_COST * longer);
}

double tc_fuzzy_label_threshold(size_t size)
{
  if (size <= 3)
    return 1;
  if (size <= 5)
    return 0.85;
  return size <= 8 ? 0.8 : 0.74;
}
