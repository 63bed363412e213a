#include "ocr/align.h"

#include "base/text.h"

#include <string.h>

/* Costs in tenths of a sign: a mark or a capital more or less, another sign, a sign for a blank; a sign more or less.
 */
enum { SAME_LETTER = 3, OTHER_SIGN = 10, BLANK_FOR_SIGN = 20, LOST_SIGN = 10 };

typedef struct signs {
  uint32_t sign[TC_ALIGN_SIGNS_MAX];
  uint32_t base[TC_ALIGN_SIGNS_MAX];    /* the letter without marks and case */
  size_t start[TC_ALIGN_SIGNS_MAX + 1]; /* bytes */
  size_t count;
} signs;

void tc_aligned_finish(tc_aligned *aligned)
{
  for (size_t i = 0; i < aligned->count; i++)
    free(aligned->spans[i]);
}

/* false: too long */
static bool read_signs(const char *text, signs *out)
{
  const char *at = text;
  out->count = 0;
  while (*at != '\0') {
    if (out->count == TC_ALIGN_SIGNS_MAX)
      return false;
    out->start[out->count] = (size_t)(at - text);
    (void)tc_text_next(&at, &out->sign[out->count]);
    out->base[out->count] = tc_text_fold_codepoint(out->sign[out->count]);
    out->count++;
  }
  out->start[out->count] = (size_t)(at - text);
  return true;
}

static int cost_of(const signs *a, size_t i, const signs *b, size_t j)
{
  if (a->sign[i] == b->sign[j])
    return 0;
  if (a->base[i] != 0 && a->base[i] == b->base[j])
    return SAME_LETTER;
  return (a->sign[i] == ' ') != (b->sign[j] == ' ') ? BLANK_FOR_SIGN : OTHER_SIGN;
}

/* Of each start in a (and its end) the place in b, by the cheapest way through the table. */
static void trace(const signs *a, const signs *b, const int *table, size_t *places)
{
  const size_t width = b->count + 1;
  size_t i = a->count;
  size_t j = b->count;
  places[i] = j;
  while (i > 0 || j > 0) {
    const int here = table[i * width + j];
    if (i > 0 && j > 0 && here == table[(i - 1) * width + j - 1] + cost_of(a, i - 1, b, j - 1)) {
      i--;
      j--;
    } else if (i > 0 && here == table[(i - 1) * width + j] + LOST_SIGN) {
      i--;
    } else {
      j--;
    }
    places[i] = j;
  }
}

static int least(int a, int b) { return a < b ? a : b; }

static bool find_places(const signs *a, const signs *b, size_t *places, tc_error *err)
{
  const size_t width = b->count + 1;
  int *table = malloc((a->count + 1) * width * sizeof *table);
  if (table == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for readings");
  for (size_t i = 0; i <= a->count; i++)
    for (size_t j = 0; j <= b->count; j++) {
      int best = i == 0 ? (int)j * LOST_SIGN : table[(i - 1) * width + j] + LOST_SIGN;
      if (i > 0 && j > 0)
        best = least(best, table[(i - 1) * width + j - 1] + cost_of(a, i - 1, b, j - 1));
      if (i > 0 && j > 0)
        best = least(best, table[i * width + j - 1] + LOST_SIGN);
      table[i * width + j] = best;
    }
  trace(a, b, table, places);
  free(table);
  return true;
}

/* Signs of b that stand against one of the same letter in a. */
static double similarity(const signs *a, const signs *b, const size_t *places)
{
  size_t same = 0;
  for (size_t i = 0; i < a->count; i++)
    same += places[i] < places[i + 1] && a->base[i] != 0 && a->base[i] == b->base[places[i + 1] - 1] ? 1 : 0;
  const size_t longer = a->count > b->count ? a->count : b->count;
  return longer > 0 ? (double)same / (double)longer : 1;
}

static bool add_span(const char *other, size_t from, size_t to, tc_aligned *out, tc_error *err)
{
  while (from < to && other[from] == ' ')
    from++;
  while (to > from && other[to - 1] == ' ')
    to--;
  return tc_str_printf(&out->spans[out->count], err, "%.*s", (int)(to - from), other + from) && ++out->count > 0;
}

/* The signs that begin a word. */
static size_t word_starts(const signs *a, size_t starts[TC_ALIGN_WORDS_MAX])
{
  size_t count = 0;
  for (size_t i = 0; i < a->count && count < TC_ALIGN_WORDS_MAX; i++)
    if (a->sign[i] != ' ' && (i == 0 || a->sign[i - 1] == ' '))
      starts[count++] = i;
  return count;
}

bool tc_align(const char *text, const char *other, tc_aligned *out, tc_error *err)
{
  signs a;
  signs b;
  size_t starts[TC_ALIGN_WORDS_MAX];
  size_t places[TC_ALIGN_SIGNS_MAX + 1];
  if (!read_signs(text, &a) || !read_signs(other, &b))
    return true;
  const size_t words = word_starts(&a, starts);
  if (words == TC_ALIGN_WORDS_MAX)
    return true;
  if (!find_places(&a, &b, places, err))
    return false;
  out->similarity = similarity(&a, &b, places);
  for (size_t w = 0; w < words; w++) {
    const size_t from = w > 0 ? places[starts[w]] : 0;
    const size_t to = w + 1 < words ? places[starts[w + 1]] : b.count;
    if (!add_span(other, b.start[from], b.start[to], out, err))
      return false;
  }
  return true;
}
