/* Values made of words: lines, places, members of lists, identity papers; and what of them can be mended. */
#include "ocr/value.h"

#include "base/text.h"
#include "ocr/value_case.h"

#include <string.h>

/* Letters that are left of a member, of any list and of a province, and still tell which it is. */
enum { ENDING_MIN = 5, END_MIN = 3, DATE_FIGURES = 2, YEAR_FIGURES = 4 };

/* Of a passport's number, behind its letter. */
enum { PASSPORT_DIGITS_MIN = 7, PASSPORT_DIGITS_MAX = 8 };

static bool only_from(const char *word, const char *set)
{
  return word[0] != '\0' && strspn(word, set) == strlen(word);
}

static bool is_passport_number(const char *word)
{
  const size_t digits = strlen(word) > 0 ? strlen(word) - 1 : 0;
  return word[0] >= 'A' && word[0] <= 'Z' && digits >= PASSPORT_DIGITS_MIN && digits <= PASSPORT_DIGITS_MAX &&
         only_from(word + 1, "0123456789");
}

static bool is_known_word(const tc_words *words, const char *word)
{
  if (only_from(word, "0123456789") || only_from(word, "0123456789/.,-") || only_from(word, "-/&+") ||
      strcmp(word, "\u2013") == 0 || strcmp(word, "m\u00B2") == 0)
    return true;
  return (tc_words_is_syllable(words, word) && tc_case_is_even(word)) ||
         tc_word_list_has(tc_words_list(words, "abbreviations"), word);
}

static const char separators[] = " ,;:()\"";

/* The words of a text between blanks and marks of punctuation, each tested; counts them. */
static bool all_words(const char *text, bool (*test)(const tc_words *words, const char *word), const tc_words *words,
                      size_t *count)
{
  tc_auto(tc_str) copy = NULL;
  if (!tc_str_copy(text, &copy, NULL))
    return false;
  *count = 0;
  char *rest = NULL;
  for (char *word = strtok_r(copy, separators, &rest); word != NULL; word = strtok_r(NULL, separators, &rest)) {
    (*count)++;
    if (test(words, word))
      continue;
    /* two words with a hyphen; a dot inside a word is a leader's or an abbreviation's, and nobody can say which */
    char *inner = NULL;
    for (char *part = strtok_r(word, "-/", &inner); part != NULL; part = strtok_r(NULL, "-/", &inner))
      if (!test(words, part))
        return false;
  }
  return *count > 0;
}

/* A raised two is read as a two, or as a sign that is none: "m" and such a sign behind a blank is the square metre. A
   stroke of fractions is a stroke. */
static bool append_plain(const char *printed, tc_value *out, tc_error *err)
{
  static const char stroke[] = "\u2044";
  for (const char *at = printed; *at != '\0';) {
    const bool unit = at > printed && at[-1] == ' ' && at[0] == 'm' && (at[1] == '2' || at[1] == '?') &&
                      (at[2] == '\0' || strchr(" ,;.)", at[2]) != NULL);
    const bool fraction = strncmp(at, stroke, strlen(stroke)) == 0;
    if (!(unit       ? tc_buf_append_text(&out->text, "m\u00B2", err)
          : fraction ? tc_buf_append_text(&out->text, "/", err)
                     : tc_buf_append(&out->text, at, 1, err)))
      return false;
    out->mended = out->mended || (unit && at[1] == '?');
    at += unit ? 2 : fraction ? strlen(stroke) : 1;
  }
  return true;
}

static bool read_text(const tc_value_context *context, const char *printed, tc_value *out, tc_error *err)
{
  size_t count = 0;
  if (!append_plain(printed, out, err))
    return false;
  out->valid = all_words(tc_buf_text(&out->text), is_known_word, context->words, &count);
  if (out->valid)
    tc_value_vouch(out, "syllables");
  return true;
}

static bool begins_small(const char *text)
{
  uint32_t first = 0;
  return tc_text_next(&text, &first) && tc_text_is_lower(first);
}

/* What is printed, and the part of it that is damaged. */
typedef struct damage {
  const char *printed;
  size_t start, end;
} damage;

/* The member of a list in the place of the damage, in the print's case. */
static bool mend(const damage *at, const char *member, tc_value *out, tc_error *err)
{
  tc_auto(tc_str) upper = NULL;
  if (!tc_case_has_lower(at->printed) && !tc_text_upper(member, &upper, err))
    return false;
  out->valid = true;
  out->mended = true;
  out->text.size = 0;
  return tc_buf_append(&out->text, at->printed, at->start, err) &&
         tc_buf_append_text(&out->text, upper != NULL ? upper : member, err) &&
         tc_buf_append_text(&out->text, at->printed + at->end, err);
}

/* The first word of a text that has to be one of a list and may have lost its start ("T." of "KT."). */
static bool mend_opening(const tc_value_context *context, const char *printed, tc_value *out, tc_error *err)
{
  const tc_word_list *list = tc_words_list(context->words, tc_json_get_text(context->params, "opens", NULL));
  tc_auto(tc_str) first = NULL;
  const size_t size = strcspn(printed, " ");
  size_t count = 0;
  if (list == NULL || tc_word_list_starts(list, printed))
    return true;
  if (!tc_str_printf(&first, err, "%.*s", (int)size, printed))
    return false;
  const char *member = tc_word_list_ending(list, first);
  if (member != NULL && !mend(&(damage){printed, 0, size}, member, out, err))
    return false;
  out->valid = member != NULL && all_words(printed + size, is_known_word, context->words, &count);
  return true;
}

/* A line of text that begins small has lost its start. (An address may begin so.) */
bool tc_value_read_line(const tc_value_context *context, const char *printed, tc_value *out, tc_error *err)
{
  if (!read_text(context, printed, out, err))
    return false;
  out->valid = out->valid && (tc_json_get_boolean(context->params, "small", false) || !begins_small(printed));
  return mend_opening(context, printed, out, err);
}

/* Letters of one word are of one alphabet, and of one case or with a capital first; syllables where they bear marks. */
static bool is_plain_word(const tc_words *words, const char *word)
{
  for (const char *at = word; *at != '\0'; at++)
    if ((unsigned char)*at >= 0x80)
      return is_known_word(words, word);
  return strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,'&-") == strlen(word) &&
         (tc_case_is_even(word) || strpbrk(word, "0123456789.'&-") != NULL);
}

bool tc_value_read_free(const tc_value_context *context, const char *printed, tc_value *out, tc_error *err)
{
  size_t count = 0;
  out->valid = all_words(printed, is_plain_word, context->words, &count);
  return tc_buf_append_text(&out->text, printed, err);
}

/* Not a usual small word, though one but for its marks: those of a usual word were misread. */
static bool has_its_marks(const tc_words *words, const char *word)
{
  const tc_word_list *usual = tc_words_list(words, "usual_words");
  return !begins_small(word) || tc_word_list_has(usual, word) || !tc_word_list_has_alike(usual, word);
}

/* A province that lost marks at the end of a place, or its first word where nothing else stands there. */
static bool mend_end(const tc_value_context *context, const tc_word_list *ends, const char *printed, tc_value *out,
                     tc_error *err)
{
  size_t start = 0;
  size_t count = 0;
  const char *member = tc_word_list_last_words(ends, printed, &start);
  if (member == NULL && tc_text_length(printed) >= END_MIN)
    member = tc_word_list_ending(ends, printed);
  if (member == NULL)
    return true;
  if (!mend(&(damage){printed, start, strlen(printed)}, member, out, err))
    return false;
  out->valid = all_words(tc_buf_text(&out->text), is_known_word, context->words, &count) &&
               all_words(tc_buf_text(&out->text), has_its_marks, context->words, &count);
  return true;
}

/* The address without the country that may stand behind its province. */
static bool in_country(const tc_value_context *context, const char *printed, char **out, tc_error *err)
{
  const char *country = tc_json_get_text(context->params, "country", NULL);
  const size_t size = strlen(printed);
  const size_t tail = country != NULL ? strlen(country) : 0;
  const bool has = tail > 0 && size > tail + 2 && strcmp(printed + size - tail, country) == 0 &&
                   strncmp(printed + size - tail - 2, ", ", 2) == 0;
  return tc_str_printf(out, err, "%.*s", (int)(has ? size - tail - 2 : size), printed);
}

/* A whole date, with a year of four figures: no house has such a number, it is another column's. */
static bool holds_date(const char *printed)
{
  for (const char *at = strpbrk(printed, "0123456789"); at != NULL; at = strpbrk(at, "0123456789")) {
    const size_t day = strspn(at, "0123456789");
    const char *second = at + day;
    const size_t month = second[0] == '/' ? strspn(second + 1, "0123456789") : 0;
    const char *third = second + 1 + month;
    const bool strokes = month > 0 && month <= DATE_FIGURES && day <= DATE_FIGURES && third[0] == '/';
    if (strokes && strspn(third + 1, "0123456789") == YEAR_FIGURES && strchr("12", third[1]) != NULL)
      return true;
    at += day;
  }
  return false;
}

/* An address that does not end in a province has lost its last line; open: papers of a commune name the commune. */
bool tc_value_read_place(const tc_value_context *context, const char *printed, tc_value *out, tc_error *err)
{
  const char *ends = tc_json_get_text(context->params, "ends", NULL);
  tc_auto(tc_str) inner = NULL;
  size_t count = 0;
  if (!read_text(context, printed, out, err) || !in_country(context, printed, &inner, err))
    return false;
  out->valid = out->valid && all_words(printed, has_its_marks, context->words, &count);
  const tc_word_list *list = tc_words_list(context->words, ends);
  const bool ended = ends != NULL && tc_word_list_ends(list, inner);
  if (ended)
    tc_value_vouch(out, "province");
  else if (ends != NULL && !tc_json_get_boolean(context->params, "open", false))
    out->valid = false;
  if (ends != NULL && !ended && !mend_end(context, list, printed, out, err))
    return false;
  out->valid = out->valid && !holds_date(printed);
  return true;
}

bool tc_value_ends_in_province(const tc_value_context *context, const char *text)
{
  const char *ends = tc_json_get_text(context->params, "ends", NULL);
  tc_auto(tc_str) trimmed = NULL;
  tc_auto(tc_str) inner = NULL;
  size_t size = strlen(text);
  while (size > 0 && strchr(" .,;", text[size - 1]) != NULL)
    size--;
  return ends == NULL || !tc_str_printf(&trimmed, NULL, "%.*s", (int)size, text) ||
         !in_country(context, trimmed, &inner, NULL) || tc_word_list_ends(tc_words_list(context->words, ends), inner);
}

/* A member that a seal or a stain damaged. Of an open list, which lacks what else may be printed, only where its start
   is gone or its words are none. */
static bool mend_member(const tc_value_context *context, const tc_word_list *list, bool open, const char *printed,
                        tc_value *out, tc_error *err)
{
  size_t count = 0;
  const bool words = all_words(printed, is_known_word, context->words, &count);
  const char *member = open ? NULL : tc_word_list_beside(list, printed);
  if (member == NULL && tc_text_length(printed) >= ENDING_MIN)
    member = tc_word_list_ending(list, printed);
  if (member == NULL && !(open && words))
    member = tc_word_list_nearest(list, printed);
  return member == NULL || mend(&(damage){printed, 0, strlen(printed)}, member, out, err);
}

/* Each word in small letters, in capitals, or with one that begins it. */
static bool is_even(const char *text)
{
  tc_auto(tc_str) copy = NULL;
  if (!tc_str_copy(text, &copy, NULL))
    return false;
  char *rest = NULL;
  for (char *word = strtok_r(copy, " -", &rest); word != NULL; word = strtok_r(NULL, " -", &rest))
    if (!tc_case_is_even(word))
      return false;
  return true;
}

/* As the list writes it, where the field asks for it (of a word of two letters the case is easily misread), or where
   no printer sets such a word. Small letters for the list's capitals may stand there, or be misread. */
static const char *as_listed(const tc_value_context *context, const tc_word_list *list, const char *printed,
                             bool *doubtful)
{
  const char *member = tc_word_list_find(list, printed);
  if (member == NULL)
    return printed;
  if (tc_json_get_boolean(context->params, "as_listed", false) || !is_even(printed))
    return member;
  *doubtful = tc_case_has_lower(printed) && strcmp(printed, member) != 0;
  return printed;
}

/* A member of the list; where the list is open, known words may follow it ("head of the office of …"). */
bool tc_value_read_choice(const tc_value_context *context, const char *printed, tc_value *out, tc_error *err)
{
  const tc_word_list *list = tc_words_list(context->words, tc_json_get_text(context->params, "list", NULL));
  const bool member = tc_word_list_has(list, printed);
  const bool open = tc_json_get_boolean(context->params, "open", false);
  const bool starts = open && tc_word_list_starts(list, printed);
  size_t count = 0;
  out->valid =
      tc_case_is_capital(printed) && (member || (starts && all_words(printed, is_known_word, context->words, &count)));
  if (out->valid)
    tc_value_vouch(out, member ? TC_VALUE_MEMBER : "list_start");
  bool doubtful = false;
  const char *text = as_listed(context, list, printed, &doubtful);
  out->mended = out->valid && doubtful;
  return tc_buf_append_text(&out->text, text, err) &&
         (member || starts || mend_member(context, list, open, printed, out, err));
}

static bool is_id_word(const tc_words *words, const char *word)
{
  return is_passport_number(word) || is_known_word(words, word);
}

static bool has_passport_number(const char *printed)
{
  tc_auto(tc_str) copy = NULL;
  char *rest = NULL;
  if (!tc_str_copy(printed, &copy, NULL))
    return false;
  for (char *word = strtok_r(copy, separators, &rest); word != NULL; word = strtok_r(NULL, separators, &rest))
    if (is_passport_number(word))
      return true;
  return false;
}

bool tc_value_read_id_paper(const tc_value_context *context, const char *printed, tc_value *out, tc_error *err)
{
  size_t words = 0;
  if (!tc_buf_append_text(&out->text, printed, err))
    return false;
  size_t numbers = has_passport_number(printed) ? 1 : 0;
  for (const char *at = printed; *at != '\0';) {
    const size_t size = strspn(at, "0123456789");
    numbers += size == TC_ID_DIGITS || size == TC_OLD_ID_DIGITS ? 1 : 0;
    at += size > 0 ? size : 1;
  }
  out->valid = numbers > 0 && all_words(printed, is_id_word, context->words, &words);
  if (out->valid)
    tc_value_vouch(out, "id_number");
  return true;
}

/* What ends in a small word or a comma goes on: behind "issued on" a day follows, behind "department of" a name. */
bool tc_value_ends_large(const tc_value_context *context, const char *text)
{
  const char *last = strrchr(text, ' ');
  (void)context;
  last = last != NULL ? last + 1 : text;
  return !begins_small(last) && text[0] != '\0' && text[strlen(text) - 1] != ',';
}
