#include "ocr/dateline.h"

#include "base/text.h"

#include <stdint.h>
#include <string.h>

enum {
  YEAR_WITHIN = 6, /* tokens: each word may stand in two languages */
  WORDS_BETWEEN = 3,
  YEAR_DIGITS = 4,
  DAY_DIGITS = 2
};

static bool has_digit(const char *text) { return strpbrk(text, "0123456789") != NULL; }

static size_t place_before(const tc_tokens *tokens, size_t day)
{
  size_t place = day;
  while (place > 0 && !tokens->items[place].starts_cell && tokens->items[place - 1].row == tokens->items[day].row)
    place--;
  return place;
}

/* day … month … year … within one row, the place before it in the same cell. The word for "day" may be damaged: the
   month's word with a number before it, and the year's behind it, are enough. */
static bool by_words(const tc_page_view *view, size_t month, tc_dateline *out)
{
  const tc_tokens *tokens = view->tokens;
  const tc_words *words = view->types->words;
  const size_t row = tokens->items[month].row;
  if (tc_words_date_word(words, tokens->items[month].folded) != TC_DATE_WORD_MONTH || month < 2 ||
      tokens->items[month - 2].row != row)
    return false;
  const bool numbered = has_digit(tokens->items[month - 1].folded);
  size_t day = numbered ? month - 2 : month - 1;
  if (!numbered && tc_words_date_word(words, tokens->items[day].folded) != TC_DATE_WORD_DAY)
    return false;
  while (day > 0 && tokens->items[day - 1].row == row &&
         tc_words_date_word(words, tokens->items[day - 1].folded) == TC_DATE_WORD_DAY)
    day--; /* in another language */
  for (size_t t = month + 1; t + 1 < tokens->count && t < month + YEAR_WITHIN && tokens->items[t + 1].row == row; t++) {
    if (tc_words_date_word(words, tokens->items[t].folded) != TC_DATE_WORD_YEAR ||
        !has_digit(tokens->items[t + 1].folded))
      continue;
    *out = (tc_dateline){place_before(tokens, day), day, t + 2};
    return true;
  }
  return false;
}

/* A number alone, of so many digits at most. */
static bool is_number(const tc_token *token, size_t digits)
{
  const size_t size = strlen(token->folded);
  return size > 0 && size <= digits && strspn(token->folded, "0123456789") == size;
}

/* The next number in the row behind a word or some; SIZE_MAX where none follows. */
static size_t next_number(const tc_tokens *tokens, size_t behind)
{
  for (size_t t = behind + 1; t < tokens->count && t <= behind + 1 + WORDS_BETWEEN; t++) {
    if (tokens->items[t].row != tokens->items[behind].row || tokens->items[t].starts_cell)
      return SIZE_MAX;
    if (is_number(&tokens->items[t], YEAR_DIGITS))
      return t > behind + 1 ? t : SIZE_MAX;
    if (has_digit(tokens->items[t].text) && strchr(tokens->items[t].text, '/') == NULL)
      return SIZE_MAX;
  }
  return SIZE_MAX;
}

static bool begins_small(const char *text)
{
  uint32_t first = 0;
  return tc_text_next(&text, &first) && tc_text_is_lower(first);
}

/* Day, month and year in figures, words between them of which one at least is a date's: the others are damaged. */
static bool by_numbers(const tc_page_view *view, size_t first, tc_dateline *out)
{
  const tc_tokens *tokens = view->tokens;
  if (!is_number(&tokens->items[first], DAY_DIGITS) || tokens->items[first].starts_cell)
    return false;
  const size_t month = next_number(tokens, first);
  if (month == SIZE_MAX || !is_number(&tokens->items[month], DAY_DIGITS))
    return false;
  const size_t year = next_number(tokens, month);
  if (year == SIZE_MAX || strlen(tokens->items[year].folded) != YEAR_DIGITS)
    return false;
  size_t day = first;
  while (day > 0 && day + 2 > first && !tokens->items[day].starts_cell && !tokens->items[day - 1].colon &&
         begins_small(tokens->items[day - 1].text))
    day--;
  bool known = false;
  for (size_t t = first; t < month; t++)
    if (by_words(view, t, out))
      return false; /* it is one in words, told of at its month */
  for (size_t t = day; t < year; t++)
    known = known || tc_words_date_word(view->types->words, tokens->items[t].folded) != TC_DATE_WORD_NONE;
  if (known && day < first)
    *out = (tc_dateline){place_before(tokens, day), day, year + 1};
  return known && day < first;
}

bool tc_dateline_at(const tc_page_view *view, size_t token, tc_dateline *out)
{
  return by_words(view, token, out) || by_numbers(view, token, out);
}

/* The first word of the sort behind `behind`, within a date's reach in its row; SIZE_MAX where none follows. */
static size_t next_date_word(const tc_page_view *view, size_t behind, tc_date_word word)
{
  const tc_token *items = view->tokens->items;
  for (size_t t = behind + 1; t < view->tokens->count && t <= behind + WORDS_BETWEEN; t++)
    if (items[t].row != items[behind].row)
      return SIZE_MAX;
    else if (tc_words_date_word(view->types->words, items[t].folded) == word)
      return t;
  return SIZE_MAX;
}

bool tc_dateline_form_at(const tc_page_view *view, size_t token, tc_dateline *out)
{
  if (tc_words_date_word(view->types->words, view->tokens->items[token].folded) != TC_DATE_WORD_DAY)
    return false;
  const size_t month = next_date_word(view, token, TC_DATE_WORD_MONTH);
  const size_t year = month == SIZE_MAX ? SIZE_MAX : next_date_word(view, month, TC_DATE_WORD_YEAR);
  if (year == SIZE_MAX)
    return false;
  *out = (tc_dateline){place_before(view->tokens, token), token, year + 1};
  return true;
}

bool tc_dateline_among(const tc_page_view *view, const size_t *tokens, size_t count)
{
  tc_dateline line;
  for (size_t i = 0; i < count; i++)
    if (tc_dateline_at(view, tokens[i], &line) && line.place < line.day)
      return true;
  return false;
}
