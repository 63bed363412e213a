#include "ocr/dateline.h"

#include <string.h>

enum { YEAR_WITHIN = 6 }; /* tokens: each word may stand in two languages */

static bool has_digit(const char *text) { return strpbrk(text, "0123456789") != NULL; }

/* day … month … year … within one row, the place before it in the same cell. The word for "day" may be damaged: the
   month's word with a number before it, and the year's behind it, are enough. */
bool tc_dateline_at(const tc_page_view *view, size_t month, tc_dateline *out)
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
    size_t place = day;
    while (place > 0 && !tokens->items[place].starts_cell && tokens->items[place - 1].row == row)
      place--;
    *out = (tc_dateline){place, day, t + 2};
    return true;
  }
  return false;
}

bool tc_dateline_among(const tc_page_view *view, const size_t *tokens, size_t count)
{
  tc_dateline line;
  for (size_t i = 0; i < count; i++)
    if (tc_dateline_at(view, tokens[i], &line) && line.place < line.day)
      return true;
  return false;
}
