#include "ocr/fuzzy.h"

#include "base/buf.h"
#include "base/text.h"

#include <stdint.h>
#include <string.h>

enum { FUZZY_MAX = 160 };

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
#define ALIKE_COST 0.5
#define THIN_COST 0.6 /* losing or gaining a thin letter */

bool tc_fuzzy_fold(const char *utf8, char **out, tc_error *err)
{
  tc_auto(tc_buf) letters = {0};
  const char *at = utf8;
  uint32_t codepoint = 0;
  while (tc_text_next(&at, &codepoint)) {
    uint32_t folded = tc_text_fold_codepoint(codepoint);
    if (folded != 0 && (tc_text_is_letter(folded) || tc_text_is_digit(folded)) &&
        !tc_text_append(&letters, folded, err))
      return false;
  }
  return tc_str_copy(tc_buf_text(&letters), out, err);
}

static uint16_t groups_of(char letter) { return (unsigned char)letter < 128 ? alike[(unsigned char)letter] : 0; }

static double swap_cost(char a, char b)
{
  if (a == b)
    return 0;
  return (groups_of(a) & groups_of(b)) != 0 ? ALIKE_COST : 1;
}

static double gap_cost(char letter)
{
  return letter == 'i' || letter == 'l' || letter == '1' || letter == 't' || letter == 'j' ? THIN_COST : 1;
}

static double least(double a, double b) { return a < b ? a : b; }

double tc_fuzzy_distance(const char *a, size_t a_size, const char *b, size_t b_size)
{
  if (a_size > FUZZY_MAX)
    a_size = FUZZY_MAX;
  if (b_size > FUZZY_MAX)
    b_size = FUZZY_MAX;
  double row[FUZZY_MAX + 1];
  row[0] = 0;
  for (size_t j = 0; j < b_size; j++)
    row[j + 1] = row[j] + gap_cost(b[j]);
  for (size_t i = 0; i < a_size; i++) {
    double diagonal = row[0];
    row[0] += gap_cost(a[i]);
    for (size_t j = 0; j < b_size; j++) {
      double best =
          least(diagonal + swap_cost(a[i], b[j]), least(row[j + 1] + gap_cost(a[i]), row[j] + gap_cost(b[j])));
      diagonal = row[j + 1];
      row[j + 1] = best;
    }
  }
  return row[b_size];
}

double tc_fuzzy_similarity(const char *a, size_t a_size, const char *b, size_t b_size)
{
  size_t longer = a_size > b_size ? a_size : b_size;
  return longer == 0 ? 1 : 1 - tc_fuzzy_distance(a, a_size, b, b_size) / (double)longer;
}

double tc_fuzzy_label_threshold(size_t size)
{
  if (size <= 3)
    return 1;
  if (size <= 5)
    return 0.85;
  return size <= 8 ? 0.8 : 0.74;
}
