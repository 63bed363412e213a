#include "ocr/candidates.h"

#include "base/text.h"

#include <string.h>

enum { LETTERS_MAX = 12, ALIKE_MAX = 24 };

static const char around[] = ".,;:()\"'-";

void tc_candidates_finish(tc_candidates *candidates)
{
  for (size_t i = 0; i < candidates->count; i++)
    free(candidates->texts[i]);
}

tc_core tc_core_of(const char *text)
{
  tc_core core = {strspn(text, around), strlen(text)};
  core.start = core.start < core.end ? core.start : core.end;
  while (core.end > core.start && strchr(around, text[core.end - 1]) != NULL)
    core.end--;
  return core;
}

bool tc_word_bare(const char *text, char **out, tc_error *err)
{
  tc_auto(tc_str) bare = NULL;
  const tc_core core = tc_core_of(text);
  return tc_str_printf(&bare, err, "%.*s", (int)(core.end - core.start), text + core.start) &&
         tc_text_lower(bare, out, err);
}

static bool add(tc_candidates *candidates, const char *text, tc_error *err)
{
  for (size_t i = 0; i < candidates->count; i++)
    if (strcmp(candidates->texts[i], text) == 0)
      return true;
  return candidates->count == TC_CANDIDATES_MAX ||
         (tc_str_copy(text, &candidates->texts[candidates->count], err) && ++candidates->count > 0);
}

/* ---- Capitals ---- */

static bool all_letters(const char *text)
{
  uint32_t sign = 0;
  for (const char *at = text; tc_text_next(&at, &sign);)
    if (!tc_text_is_letter(sign))
      return false;
  return text[0] != '\0';
}

/* A word in small letters with the capitals of another. */
static bool recase(const char *like, const char *word, char **out, tc_error *err)
{
  tc_auto(tc_str) upper = NULL;
  uint32_t first = 0;
  const char *behind = like;
  if (!tc_text_upper(like, &upper, err))
    return false;
  if (!tc_text_next(&behind, &first) || !tc_text_is_upper(first))
    return tc_str_copy(word, out, err);
  if (*behind != '\0' && strcmp(upper, like) == 0)
    return tc_text_upper(word, out, err);
  tc_auto(tc_str) capital = NULL;
  const char *rest = word;
  return tc_text_upper(word, &capital, err) && (tc_text_next(&rest, &first), true) &&
         tc_str_printf(out, err, "%.*s%s", (int)(rest - word), capital, rest);
}

/* One word alone: of several nobody can say which has the capitals of the first reading's. */
static bool add_recased(const char *first, const char *other, tc_candidates *out, tc_error *err)
{
  tc_auto(tc_str) lower = NULL;
  tc_auto(tc_str) text = NULL;
  tc_auto(tc_str) of_first = NULL;
  tc_auto(tc_str) of_other = NULL;
  if (!tc_text_fold(first, &of_first, err) || !tc_text_fold(other, &of_other, err))
    return false;
  if (!all_letters(other) || strcmp(of_first, of_other) != 0)
    return true;
  return tc_text_lower(other, &lower, err) && recase(first, lower, &text, err) && add(out, text, err);
}

/* ---- Marks of punctuation ---- */

static bool add_crossed(const char *first, tc_candidates *out, tc_error *err)
{
  const size_t count = out->count;
  const tc_core frame = tc_core_of(first);
  for (size_t i = 0; i < count; i++) {
    const tc_core core = tc_core_of(out->texts[i]);
    if (strchr(out->texts[i], ' ') != NULL)
      continue;
    for (size_t j = 0; j < out->read; j++) {
      tc_auto(tc_str) text = NULL;
      if (!tc_str_printf(&text, err, "%.*s%.*s%s", (int)frame.start, first, (int)(core.end - core.start),
                         out->texts[i] + core.start, out->texts[j] + tc_core_of(out->texts[j]).end) ||
          !add(out, text, err))
        return false;
    }
  }
  return true;
}

/* ---- Marks over and under letters ---- */

typedef struct spelling {
  uint32_t letters[LETTERS_MAX + 1];
  size_t count;
} spelling;

static bool spell(const spelling *word, char **out, tc_error *err)
{
  tc_auto(tc_buf) text = {0};
  for (size_t i = 0; i < word->count; i++)
    if (!tc_text_append(&text, word->letters[i], err))
      return false;
  return tc_str_copy(tc_buf_text(&text), out, err);
}

/* What surrounds the word and its capitals: `like` is the reading that the word was made of. */
static bool add_word(const tc_words *words, const char *like, const spelling *word, tc_candidates *out, tc_error *err)
{
  const tc_core core = tc_core_of(like);
  tc_auto(tc_str) text = NULL;
  tc_auto(tc_str) bare = NULL;
  tc_auto(tc_str) cased = NULL;
  tc_auto(tc_str) framed = NULL;
  if (!spell(word, &text, err))
    return false;
  return !tc_words_is_syllable(words, text) ||
         (tc_str_printf(&bare, err, "%.*s", (int)(core.end - core.start), like + core.start) &&
          recase(bare, text, &cased, err) &&
          tc_str_printf(&framed, err, "%.*s%s%s", (int)core.start, like, cased, like + core.end) &&
          add(out, framed, err));
}

/* Words that differ from the reading's in the marks of `depth` letters at most. */
static bool add_marked(const tc_words *words, const char *like, spelling *word, size_t from, int depth,
                       tc_candidates *out, tc_error *err)
{
  for (size_t i = from; i < word->count; i++) {
    uint32_t alike[ALIKE_MAX];
    const uint32_t letter = word->letters[i];
    const size_t count = tc_words_letters_alike(words, letter, alike, ALIKE_MAX);
    for (size_t a = 0; a < count; a++) {
      if (alike[a] == letter)
        continue;
      word->letters[i] = alike[a];
      if (!add_word(words, like, word, out, err) ||
          (depth > 1 && !add_marked(words, like, word, i + 1, depth - 1, out, err)))
        return false;
    }
    word->letters[i] = letter;
  }
  return true;
}

static bool add_alike(const tc_words *words, const char *like, bool first, bool doubted, tc_candidates *out,
                      tc_error *err)
{
  const tc_core core = tc_core_of(like);
  tc_auto(tc_str) bare = NULL;
  tc_auto(tc_str) lower = NULL;
  spelling word = {.count = 0};
  if (!tc_str_printf(&bare, err, "%.*s", (int)(core.end - core.start), like + core.start) ||
      !tc_text_lower(bare, &lower, err))
    return false;
  if (!all_letters(lower) || tc_text_length(lower) > LETTERS_MAX)
    return true;
  const bool is_word = tc_words_is_syllable(words, lower);
  if (!first && !doubted && is_word)
    return true;
  for (const char *at = lower; tc_text_next(&at, &word.letters[word.count]);)
    word.count++;
  return add_marked(words, like, &word, 0, 1, out, err) &&
         (is_word || !first || add_marked(words, like, &word, 0, 2, out, err));
}

bool tc_candidates_make(const tc_words *words, const char *const *readings, size_t count, bool doubted,
                        tc_candidates *out, tc_error *err)
{
  for (size_t i = 0; i < count; i++)
    if (!add(out, readings[i], err))
      return false;
  out->read = out->count;
  for (size_t i = 1; i < count; i++)
    if (!add_recased(readings[0], readings[i], out, err))
      return false;
  if (!add_crossed(readings[0], out, err))
    return false;
  for (size_t i = 0; i < count; i++)
    if (!add_alike(words, readings[i], i == 0, doubted || strcmp(readings[i], readings[0]) != 0, out, err))
      return false;
  return true;
}
