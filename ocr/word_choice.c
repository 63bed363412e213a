#include "ocr/word_choice.h"

#include "base/text.h"
#include "ocr/candidates.h"

#include <math.h>
#include <string.h>

#define READER_LEAST (-15.0)
#define LETTERS_MOST 3.0
#define CONFIDENCE_LEAST 0.3
#define CONFIDENCE_MOST 0.995

/* bench/reading/fit-words prints them. */
static const struct {
  const char *name;
  double weight;
} rows[TC_WORD_FEATURE_COUNT] = {
    [TC_WORD_READER] = {"reader", 0.28},
    [TC_WORD_LETTERS_OF_FIRST] = {"letters_of_first", -1.43},
    [TC_WORD_LETTERS_OF_THIRD] = {"letters_of_third", -0.61},
    [TC_WORD_NOT_FIRST] = {"not_first", 0.41},
    [TC_WORD_NOT_FIRST_CERTAIN] = {"not_first_certain", -0.87},
    [TC_WORD_NOT_SECOND] = {"not_second", -0.83},
    [TC_WORD_NOT_THIRD] = {"not_third", -1.09},
    [TC_WORD_WORD] = {"word", 2.69},
    [TC_WORD_USUAL] = {"usual", 1.74},
    [TC_WORD_NAME] = {"name", 2.31},
    [TC_WORD_PAIR] = {"pair", 2.5},
    [TC_WORD_COMMA_BEFORE_PLACE] = {"comma_before_place", 3.95},
    [TC_WORD_STOP_BEFORE_PLACE] = {"stop_before_place", -1.05},
    [TC_WORD_STOP] = {"stop", 0.55},
    [TC_WORD_NOTHING] = {"nothing", 1.61},
    [TC_WORD_MORE_WORDS] = {"more_words", 3.11},
    [TC_WORD_MORE_AT_EDGE] = {"more_at_edge", 1.97},
    [TC_WORD_STRANGE_SIGN] = {"strange_sign", -1.65},
};

enum { SIGNS_MAX = 48 };

/* ---- Letters that differ ---- */

static size_t signs_of(const char *text, uint32_t signs[SIGNS_MAX])
{
  size_t count = 0;
  while (count < SIGNS_MAX && tc_text_next(&text, &signs[count]))
    count++;
  return count;
}

/* Edits from a to b, a mark or a capital being half of one; LETTERS_MOST at most. */
static double letters_apart(const char *a, const char *b)
{
  uint32_t left[SIGNS_MAX];
  uint32_t right[SIGNS_MAX];
  double row[SIGNS_MAX + 1];
  const size_t left_count = signs_of(a, left);
  const size_t right_count = signs_of(b, right);
  for (size_t j = 0; j <= right_count; j++)
    row[j] = (double)j;
  for (size_t i = 0; i < left_count; i++) {
    double diagonal = row[0];
    row[0] = (double)i + 1;
    for (size_t j = 0; j < right_count; j++) {
      const uint32_t base = tc_text_fold_codepoint(left[i]);
      const double half = base == tc_text_fold_codepoint(right[j]) ? 0.5 : 1;
      const double swapped = diagonal + (left[i] == right[j] ? 0 : half);
      diagonal = row[j + 1];
      row[j + 1] = fmin(swapped, fmin(row[j], row[j + 1]) + 1);
    }
  }
  return fmin(LETTERS_MOST, row[right_count]);
}

/* ---- What a candidate is ---- */

static bool is_number(const char *bare) { return bare[0] != '\0' && strspn(bare, "0123456789/.,-") == strlen(bare); }

static bool are_syllables(const tc_words *words, const char *lower)
{
  while (*lower != '\0') {
    tc_auto(tc_str) word = NULL;
    const size_t size = strcspn(lower, " ");
    if (!tc_str_printf(&word, NULL, "%.*s", (int)size, lower) || !tc_words_is_syllable(words, word))
      return false;
    lower += size + strspn(lower + size, " ");
  }
  return true;
}

static bool has_strange_sign(const char *text)
{
  uint32_t sign = 0;
  while (tc_text_next(&text, &sign))
    if (!tc_text_is_letter(sign) && !tc_text_is_digit(sign) && (sign >= 0x80 || strchr(" .,/-()", (int)sign) == NULL))
      return true;
  return false;
}

static void look_at_word(const tc_word_place *place, const char *bare, const char *lower, double *out)
{
  const tc_words *words = place->words;
  if (bare[0] == '\0')
    return;
  out[TC_WORD_WORD] =
      is_number(bare) || are_syllables(words, lower) || tc_word_list_has(tc_words_list(words, "abbreviations"), bare);
  out[TC_WORD_USUAL] = tc_word_list_has(tc_words_list(words, "usual_words"), lower);
  out[TC_WORD_NAME] = place->name && (tc_word_list_has(tc_words_list(words, "name_syllables"), lower) ||
                                      tc_word_list_has(tc_words_list(words, "family_names"), lower));
  out[TC_WORD_PAIR] = (tc_words_go_together(words, place->before, lower) ? 1 : 0) +
                      (tc_words_go_together(words, lower, place->behind) ? 1 : 0);
}

/* The first mark of punctuation behind the word. */
static void look_at_stop(const tc_word_place *place, char stop, double *out)
{
  const bool before_place =
      place->address && tc_word_list_has(tc_words_list(place->words, "place_words"), place->behind);
  const bool full = stop != '\0' && strchr(".;:", stop) != NULL;
  out[TC_WORD_COMMA_BEFORE_PLACE] = before_place && stop == ',';
  out[TC_WORD_STOP_BEFORE_PLACE] = before_place && full;
  out[TC_WORD_STOP] = full;
}

static size_t words_in(const char *text)
{
  size_t count = text[0] != '\0' ? 1 : 0;
  for (; *text != '\0'; text++)
    count += *text == ' ' ? 1 : 0;
  return count;
}

/* ---- Against what was read ---- */

static void compare(const tc_word_place *place, const char *candidate, double *out)
{
  const double confidence = fmin(CONFIDENCE_MOST, fmax(CONFIDENCE_LEAST, place->confidence));
  const bool as_first = strcmp(candidate, place->first) == 0;
  const bool as_third = place->third == NULL || strcmp(candidate, place->third) == 0;
  const bool more = words_in(candidate) > words_in(place->first);
  out[TC_WORD_LETTERS_OF_FIRST] = letters_apart(candidate, place->first);
  out[TC_WORD_LETTERS_OF_THIRD] = as_third ? 0 : letters_apart(candidate, place->third);
  out[TC_WORD_NOT_FIRST] = as_first ? 0 : 1;
  out[TC_WORD_NOT_FIRST_CERTAIN] = as_first ? 0 : log(confidence / (1 - confidence));
  out[TC_WORD_NOT_SECOND] = strcmp(candidate, place->second) == 0 ? 0 : 1;
  out[TC_WORD_NOT_THIRD] = as_third ? 0 : 1;
  out[TC_WORD_MORE_WORDS] = more;
  out[TC_WORD_MORE_AT_EDGE] = more && place->edge && (place->third == NULL || !as_third);
}

/* ---- All of it ---- */

const char *tc_word_feature_name(tc_word_feature feature) { return rows[feature].name; }

bool tc_word_features(const tc_word_place *place, const char *candidate, double reader,
                      double out[TC_WORD_FEATURE_COUNT], tc_error *err)
{
  const tc_core core = tc_core_of(candidate);
  tc_auto(tc_str) bare = NULL;
  tc_auto(tc_str) lower = NULL;
  if (!tc_str_printf(&bare, err, "%.*s", (int)(core.end - core.start), candidate + core.start) ||
      !tc_text_lower(bare, &lower, err))
    return false;
  memset(out, 0, TC_WORD_FEATURE_COUNT * sizeof *out);
  out[TC_WORD_READER] = fmax(READER_LEAST, reader);
  out[TC_WORD_NOTHING] = candidate[0] == '\0';
  out[TC_WORD_STRANGE_SIGN] = has_strange_sign(candidate);
  compare(place, candidate, out);
  look_at_word(place, bare, lower, out);
  look_at_stop(place, candidate[core.end], out);
  return true;
}

double tc_word_score(const double features[TC_WORD_FEATURE_COUNT])
{
  double score = 0;
  for (size_t i = 0; i < TC_WORD_FEATURE_COUNT; i++)
    score += rows[i].weight * features[i];
  return score;
}
