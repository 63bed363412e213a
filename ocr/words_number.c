/*
 * The words of dates and numbers, out of dates.json and numbers.json. Words are compared folded, for recognition loses
 * marks on small words; tc_words_spells_numbers compares letter by letter.
 */
#include "base/text.h"
#include "ocr/fuzzy.h"
#include "ocr/words_model.h"

#include <string.h>

#define YEARS_END 10000

enum { LETTERS_A_FAULT = 7 };

static bool any_folds_to(const tc_json *array, const char *folded)
{
  for (size_t i = 0; i < tc_json_count(array); i++) {
    tc_auto(tc_str) word = NULL;
    if (tc_fuzzy_fold(tc_json_as_text(tc_json_at(array, i), ""), &word, NULL) && strcmp(word, folded) == 0)
      return true;
  }
  return false;
}

/* Long words, those of two languages in one, but for a letter in LETTERS_A_FAULT. */
static bool any_is_like(const tc_json *array, const char *folded)
{
  const size_t size = strlen(folded);
  for (size_t i = 0; size >= LETTERS_A_FAULT && i < tc_json_count(array); i++) {
    tc_auto(tc_str) word = NULL;
    if (tc_fuzzy_fold(tc_json_as_text(tc_json_at(array, i), ""), &word, NULL) && strlen(word) >= LETTERS_A_FAULT &&
        tc_fuzzy_distance(folded, size, word, strlen(word)) * LETTERS_A_FAULT <= (double)strlen(word))
      return true;
  }
  return false;
}

tc_date_word tc_words_date_word(const tc_words *words, const char *folded)
{
  const struct {
    const char *key;
    tc_date_word word;
  } rows[] = {{"day", TC_DATE_WORD_DAY}, {"month", TC_DATE_WORD_MONTH}, {"year", TC_DATE_WORD_YEAR}};
  for (size_t i = 0; i < TC_ARRAY_LEN(rows); i++)
    if (any_folds_to(tc_json_get(words->dates, rows[i].key), folded))
      return rows[i].word;
  for (size_t i = 0; i < TC_ARRAY_LEN(rows); i++)
    if (any_is_like(tc_json_get(words->dates, rows[i].key), folded))
      return rows[i].word;
  return TC_DATE_WORD_NONE;
}

bool tc_words_is_date_filler(const tc_words *words, const char *folded)
{
  return any_folds_to(tc_json_get(words->dates, "fillers"), folded);
}

static int unit_of(const tc_json *units, const char *folded)
{
  tc_json_member unit;
  for (bool more = tc_json_first(units, &unit); more; more = tc_json_next(units, &unit)) {
    tc_auto(tc_str) word = NULL;
    if (tc_fuzzy_fold(unit.key, &word, NULL) && strcmp(word, folded) == 0)
      return (int)tc_json_as_number(unit.value, -1);
  }
  return -1;
}

/* What has been read of a number: groups below a thousand, each with the power of ten that its word gives it. */
typedef struct sum {
  double total; /* of the groups that are done */
  double group;
  int unit; /* read, and not yet counted; -1: none */
  bool any;
} sum;

static double close_group(sum *s)
{
  const double group = s->group + (s->unit >= 0 ? s->unit : 0);
  s->group = 0;
  s->unit = -1;
  return group;
}

/* Takes one word; false where it is none of a number's, or can not stand here. */
static bool take_word(const tc_json *grammar, const char *folded, sum *s)
{
  const int unit = unit_of(tc_json_get(grammar, "units"), folded);
  if (unit >= 0 && s->unit < 0) {
    s->unit = unit;
  } else if (any_folds_to(tc_json_get(grammar, "tens"), folded)) {
    s->group += (s->unit >= 0 ? s->unit : 1) * 10;
    s->unit = -1;
  } else if (s->unit >= 0 && any_folds_to(tc_json_get(grammar, "hundred"), folded)) {
    s->group += s->unit * 100;
    s->unit = -1;
  } else if (s->any && any_folds_to(tc_json_get(grammar, "thousand"), folded)) {
    s->total += close_group(s) * 1e3;
  } else if (s->any && any_folds_to(tc_json_get(grammar, "million"), folded)) {
    s->total += close_group(s) * 1e6;
  } else if (s->any && any_folds_to(tc_json_get(grammar, "billion"), folded)) {
    s->total = (s->total + close_group(s)) * 1e9;
  } else if (!any_folds_to(tc_json_get(grammar, "and"), folded)) {
    return false;
  }
  s->any = true;
  return true;
}

/* Behind the point: digits one by one ("zero five"), or one number ("twenty-five"). *used: the words taken. */
static double read_fraction(const tc_json *grammar, const char *const *folded, size_t count, size_t *used)
{
  sum s = {.unit = -1};
  double digits = 0;
  double scale = 1;
  for (*used = 0; *used < count; (*used)++) {
    const int unit = unit_of(tc_json_get(grammar, "units"), folded[*used]);
    if (unit < 0)
      break;
    digits = digits * 10 + unit;
    scale *= 10;
  }
  if (*used < count && any_folds_to(tc_json_get(grammar, "tens"), folded[*used])) {
    for (*used = 0; *used < count && take_word(grammar, folded[*used], &s); (*used)++)
      ;
    digits = close_group(&s);
    scale = 100;
  }
  return digits / scale;
}

size_t tc_words_amount(const tc_words *words, const char *const *folded, size_t count, double *out)
{
  const tc_json *grammar = words->numbers;
  sum s = {.unit = -1};
  size_t used = 0;
  while (used < count && take_word(grammar, folded[used], &s))
    used++;
  if (used == 0)
    return 0;
  *out = s.total + close_group(&s);
  if (used + 1 < count && any_folds_to(tc_json_get(grammar, "point"), folded[used])) {
    size_t behind = 0;
    const double fraction = read_fraction(grammar, folded + used + 1, count - used - 1, &behind);
    if (behind > 0) {
      *out += fraction;
      used += 1 + behind;
    }
  }
  return used;
}

int tc_words_number(const tc_words *words, const char *const *folded, size_t count)
{
  double number = 0;
  return tc_words_amount(words, folded, count, &number) == count && count > 0 && number < YEARS_END ? (int)number : -1;
}

static bool spells(const tc_words *words, const char *lower)
{
  const tc_json *numbers = words->numbers;
  const tc_json *arrays[] = {
      tc_json_get(numbers, "tens"),      tc_json_get(numbers, "hundred"),     tc_json_get(numbers, "thousand"),
      tc_json_get(numbers, "and"),       tc_json_get(numbers, "million"),     tc_json_get(numbers, "billion"),
      tc_json_get(numbers, "point"),     tc_json_get(words->dates, "day"),    tc_json_get(words->dates, "month"),
      tc_json_get(words->dates, "year"), tc_json_get(words->dates, "fillers")};
  for (size_t i = 0; i < TC_ARRAY_LEN(arrays); i++)
    if (tc_words_array_has(arrays[i], lower))
      return true;
  return tc_json_get(tc_json_get(numbers, "units"), lower) != NULL;
}

bool tc_words_spells_numbers(const tc_words *words, const char *text)
{
  tc_auto(tc_str) lower = NULL;
  if (!tc_words_lower(text, &lower, NULL))
    return false;
  char *rest = NULL;
  size_t count = 0;
  for (char *word = strtok_r(lower, " ,.;()", &rest); word != NULL; word = strtok_r(NULL, " ,.;()", &rest), count++)
    if (!spells(words, word))
      return false;
  return count > 0;
}
