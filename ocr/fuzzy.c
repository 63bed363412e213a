#include "ocr/fuzzy.h"

#include "base/buf.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

enum { FUZZY_MAX = 160 };

/* Groups of letters and digits that print alike; a swap inside a group costs ALIKE_COST. */
static const char *const alike[] = {"il1tjf", "o0dcea", "ceo", "nuhmr", "hbk", "g9qy", "s58", "b86", "vy", "z2", "rn"};
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

static double swap_cost(char a, char b)
{
  if (a == b)
    return 0;
  for (size_t i = 0; i < TC_ARRAY_LEN(alike); i++)
    if (strchr(alike[i], a) != NULL && strchr(alike[i], b) != NULL)
      return ALIKE_COST;
  return 1;
}

static double gap_cost(char letter) { return strchr("il1tj", letter) != NULL ? THIN_COST : 1; }

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
      double best = fmin(diagonal + swap_cost(a[i], b[j]), fmin(row[j + 1] + gap_cost(a[i]), row[j] + gap_cost(b[j])));
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
