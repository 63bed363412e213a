/*
 * Dates: 01/02/1990 with any of / - . between, "day 1 month 2 year 1990" in the words of the data, and dates spelt out.
 */
#include "base/text.h"
#include "ocr/fuzzy.h"
#include "ocr/value.h"
#include "ocr/value_case.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define STROKES "/-.1Il!|t" /* what a stroke between numbers is read as */

enum { YEAR_MIN = 1850, YEAR_MAX = 2200, WORDS_MAX = 40, NUMERIC_MAX = 40 };

static int month_days(int year, int month)
{
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : days[month - 1];
}

int tc_date_compare(tc_date a, tc_date b)
{
  if (a.year != b.year)
    return a.year < b.year ? -1 : 1;
  if (a.month != b.month)
    return a.month < b.month ? -1 : 1;
  return a.day < b.day ? -1 : a.day > b.day ? 1 : 0;
}

bool tc_date_is_valid(tc_date date, tc_date today)
{
  if (date.year < YEAR_MIN || date.year > YEAR_MAX || date.month < 1 || date.month > 12)
    return false;
  if (date.day < 1 || date.day > month_days(date.year, date.month))
    return false;
  return today.year == 0 || tc_date_compare(date, today) <= 0;
}

/* The digit a character stands for, or looks like (*mended then); -1 for another. */
static int digit_of(char c, bool *mended)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  static const char looks[] = "O0o0l1I1i1|1S5B8Z2";
  for (size_t i = 0; looks[i] != '\0'; i += 2)
    if (looks[i] == c) {
      *mended = true;
      return looks[i + 1] - '0';
    }
  return -1;
}

typedef struct parts {
  int number[3];
  int digits[3];
  size_t count;
  bool mended;
} parts;

/* Signs beyond ASCII that print like a stroke or a digit: what recognition takes a 6 or an 8 for. */
static char plain_sign(uint32_t sign, bool *mended)
{
  if (sign == 0x2044 || sign == 0x2215)
    return '/';
  const char digit = (char)(sign == 0xF3 || sign == 0xD3 ? '6' : sign == 0xA7 ? '8' : sign < 0x80 ? (char)sign : '?');
  *mended = *mended || sign >= 0x80;
  return digit;
}

/* False for more signs than a date in numbers can have. */
static bool plain_signs(const char *printed, char out[NUMERIC_MAX + 1], bool *mended)
{
  size_t size = 0;
  uint32_t sign = 0;
  while (tc_text_next(&printed, &sign) && size < NUMERIC_MAX)
    out[size++] = plain_sign(sign, mended);
  out[size] = '\0';
  return *printed == '\0';
}

/* Three numbers with / - or . between, or with what a stroke is read as where letters can not be; blanks do not count.
 */
static bool numeric(const char *text, parts *out)
{
  char printed[NUMERIC_MAX + 1];
  *out = (parts){.count = 1};
  if (!plain_signs(text, printed, &out->mended))
    return false;
  for (const char *at = printed; *at != '\0'; at++) {
    const int digit = digit_of(*at, &out->mended);
    if (digit >= 0) {
      out->number[out->count - 1] = out->number[out->count - 1] * 10 + digit;
      if (++out->digits[out->count - 1] > 4)
        return false;
    } else if (strchr("/-.:", *at) != NULL && out->digits[out->count - 1] > 0) {
      out->mended = out->mended || *at == ':';
      if (out->count++ == 3)
        return false;
    } else if (*at != ' ') {
      return false;
    }
  }
  return out->count == 3 && out->digits[0] <= 2 && out->digits[1] <= 2 && out->digits[2] == 4;
}

/* dd/MM/yyyy with a stroke or both read as the digit one, or another thin sign. */
static bool strokes_as_ones(const char *printed, parts *out)
{
  char compact[11] = {0};
  size_t size = 0;
  for (const char *at = printed; *at != '\0'; at++) {
    if (*at == ' ')
      continue;
    if (size == 10)
      return false;
    compact[size++] = *at;
  }
  if (size != 10 || strchr(STROKES, compact[2]) == NULL || strchr(STROKES, compact[5]) == NULL)
    return false;
  compact[2] = compact[5] = '/';
  const bool ok = numeric(compact, out);
  out->mended = true;
  return ok;
}

/* The words of a text, folded. */
typedef struct folded_words {
  char *items[WORDS_MAX];
  size_t count;
} folded_words;

static void folded_words_finish(folded_words *words)
{
  for (size_t i = 0; i < words->count; i++)
    free(words->items[i]);
}
TC_AUTO_VALUE(folded_words, folded_words_finish);

static bool split_folded(const char *text, folded_words *out, tc_error *err)
{
  while (*text != '\0' && out->count < WORDS_MAX) {
    const size_t size = strcspn(text, " ,.;");
    tc_auto(tc_str) word = NULL;
    if (!tc_str_printf(&word, err, "%.*s", (int)size, text) || !tc_fuzzy_fold(word, &out->items[out->count], err))
      return false;
    if (out->items[out->count][0] != '\0')
      out->count++;
    else
      free(out->items[out->count]);
    text += size + (text[size] != '\0' ? 1 : 0);
  }
  return true;
}

static int plain_number(const char *word, bool *mended)
{
  int number = 0;
  size_t digits = 0;
  for (; word[digits] != '\0'; digits++) {
    const int digit = digit_of(word[digits], mended);
    if (digit < 0 || digits >= 4)
      return -1;
    number = number * 10 + digit;
  }
  return digits > 0 ? number : -1;
}

/* "day 1 month 2 year 1990"; number[i] stays -1 where the frame is there and its number is not. */
static bool framed(const tc_value_context *context, const folded_words *words, int number[3], bool *mended)
{
  bool seen[3] = {false};
  number[0] = number[1] = number[2] = -1;
  for (size_t i = 0; i < words->count; i++) {
    const tc_date_word word = tc_words_date_word(context->words, words->items[i]);
    if (word == TC_DATE_WORD_NONE)
      continue;
    /* a damaged word before the day: its number stands before the month */
    if (word == TC_DATE_WORD_MONTH && number[0] < 0 && i > 0)
      number[0] = plain_number(words->items[i - 1], mended);
    seen[word - TC_DATE_WORD_DAY] = true;
    if (i + 1 < words->count)
      number[word - TC_DATE_WORD_DAY] = plain_number(words->items[i + 1], mended);
  }
  return seen[1] && seen[2];
}

/* Day, month and year in figures among words of which one at least is a date's. */
static bool numbered(const tc_value_context *context, const folded_words *words, int number[3])
{
  size_t count = 0;
  bool known = false;
  for (size_t i = 0; i < words->count; i++) {
    const char *word = words->items[i];
    const size_t size = strlen(word);
    known = known || tc_words_date_word(context->words, word) != TC_DATE_WORD_NONE;
    if (strspn(word, "0123456789") != size)
      continue;
    if (count == 3 || (count < 2 ? size > 2 : size != 4))
      return false;
    number[count++] = atoi(word);
  }
  return known && count == 3;
}

static bool finish_date(const tc_value_context *context, tc_date date, tc_value *out, tc_error *err)
{
  out->date = date;
  const bool future = tc_json_get_boolean(context->params, "future", false);
  out->valid = tc_date_is_valid(date, future ? (tc_date){0} : context->today);
  if (out->valid)
    tc_value_vouch(out, "date");
  return tc_buf_printf(&out->text, err, "%02d/%02d/%04d", date.day, date.month, date.year);
}

/* The one word that is a date in numbers, beside what is left of another label. */
static bool numeric_word(const char *printed, parts *out)
{
  tc_auto(tc_str) copy = NULL;
  parts found;
  size_t count = 0;
  if (!tc_str_copy(printed, &copy, NULL))
    return false;
  char *rest = NULL;
  for (char *word = strtok_r(copy, " ,;:", &rest); word != NULL; word = strtok_r(NULL, " ,;:", &rest))
    if (numeric(word, &found)) {
      *out = found;
      count++;
    }
  return count == 1;
}

bool tc_value_read_date(const tc_value_context *context, const char *printed, tc_value *out, tc_error *err)
{
  parts p;
  if (tc_word_list_has(tc_words_list(context->words, tc_json_get_text(context->params, "or", NULL)), printed)) {
    out->valid = true;
    tc_value_vouch(out, TC_VALUE_MEMBER);
    return tc_buf_append_text(&out->text, printed, err);
  }
  if (numeric(printed, &p) || strokes_as_ones(printed, &p)) {
    out->mended = p.mended;
    return finish_date(context, (tc_date){p.number[2], p.number[1], p.number[0]}, out, err);
  }
  tc_auto(folded_words) words = {0};
  if (!split_folded(printed, &words, err))
    return false;
  int number[3];
  bool mended = false;
  const bool in_frame = framed(context, &words, number, &mended);
  const bool whole = in_frame && number[0] >= 0 && number[1] >= 0 && number[2] >= 0;
  if (!whole && !numbered(context, &words, number)) {
    out->partial = in_frame && number[2] > 0;
    out->mended = in_frame ? mended : numeric_word(printed, &p);
    return in_frame || !out->mended || finish_date(context, (tc_date){p.number[2], p.number[1], p.number[0]}, out, err);
  }
  out->mended = mended || !whole;
  return finish_date(context, (tc_date){number[2], number[1], number[0]}, out, err);
}

/* Day, month and year spelt out. The word for "year" can also be a number's, so each place for it is tried. */
static bool spelt(const tc_value_context *context, const folded_words *w, tc_date *out)
{
  const char *const *words = (const char *const *)w->items;
  size_t start = 0;
  while (start < w->count && tc_words_date_word(context->words, words[start]) != TC_DATE_WORD_DAY)
    start++;
  for (size_t month = start + 1; month < w->count; month++) {
    if (tc_words_date_word(context->words, words[month]) != TC_DATE_WORD_MONTH)
      continue;
    const int day = tc_words_number(context->words, words + start + 1, month - start - 1);
    for (size_t year = month + 2; year < w->count; year++) {
      if (tc_words_date_word(context->words, words[year]) != TC_DATE_WORD_YEAR)
        continue;
      tc_date date = {tc_words_number(context->words, words + year + 1, w->count - year - 1),
                      tc_words_number(context->words, words + month + 1, year - month - 1), day};
      if (tc_date_is_valid(date, context->today)) {
        *out = date;
        return true;
      }
    }
  }
  return false;
}

bool tc_value_read_date_words(const tc_value_context *context, const char *printed, tc_value *out, tc_error *err)
{
  tc_auto(folded_words) words = {0};
  if (!split_folded(printed, &words, err) || !tc_buf_append_text(&out->text, printed, err))
    return false;
  if (!spelt(context, &words, &out->date))
    return true;
  /* a comma is a speck as often as print: a person says which */
  out->valid = strpbrk(printed, ",.;") == NULL && tc_words_spells_numbers(context->words, printed);
  out->mended = tc_case_has_stray_capital(printed);
  if (out->valid)
    tc_value_vouch(out, "number_words");
  return true;
}

bool tc_value_read_year(const tc_value_context *context, const char *printed, tc_value *out, tc_error *err)
{
  if (!tc_value_read_date(context, printed, out, err))
    return false;
  if (out->date.year != 0)
    return true;
  if (!tc_buf_append_text(&out->text, printed, err))
    return false;
  bool mended = false;
  const int year = strlen(printed) == 4 ? plain_number(printed, &mended) : -1;
  out->valid = !mended && year >= YEAR_MIN && (context->today.year == 0 || year <= context->today.year);
  if (out->valid) {
    out->date = (tc_date){.year = year};
    tc_value_vouch(out, "year");
  }
  return true;
}
