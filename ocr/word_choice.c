#include "ocr/word_choice.h"

#include "base/text.h"
#include "ocr/candidates.h"

#include <math.h>
#include <string.h>

/* ---- Weights ---- */

#define READER 0.28 /* of the second reader's opinion … */
#define READER_LEAST (-15.0)
/* against what the readers gave: of each letter that differs, of another word */
#define LETTERS_OF_FIRST (-1.43)
#define LETTERS_OF_THIRD (-0.61)
#define NOT_FIRST 0.41
#define NOT_FIRST_CERTAIN (-0.87) /* … for each unit of the engine's log odds */
#define NOT_SECOND (-0.83)
#define NOT_THIRD (-1.09)
#define LETTERS_MOST 3.0
#define CONFIDENCE_LEAST 0.3
#define CONFIDENCE_MOST 0.995
/* for what it is */
#define WORD 2.69
#define USUAL 1.74
#define NAME 2.31
#define PAIR 2.5 /* for each neighbour that it goes with */
#define COMMA_BEFORE_PLACE 3.95
#define STOP_BEFORE_PLACE (-1.05)
#define STOP 0.55
#define NOTHING 1.61
#define MORE_WORDS 3.11
#define MORE_AT_EDGE 1.97
#define STRANGE_SIGN (-1.65)

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

static double score_of_word(const tc_word_place *place, const char *bare, const char *lower)
{
  const tc_words *words = place->words;
  double score = 0;
  if (bare[0] == '\0')
    return 0;
  if (is_number(bare) || are_syllables(words, lower) || tc_word_list_has(tc_words_list(words, "abbreviations"), bare))
    score += WORD;
  if (tc_word_list_has(tc_words_list(words, "usual_words"), lower))
    score += USUAL;
  if (place->name && (tc_word_list_has(tc_words_list(words, "name_syllables"), lower) ||
                      tc_word_list_has(tc_words_list(words, "family_names"), lower)))
    score += NAME;
  score += tc_words_go_together(words, place->before, lower) ? PAIR : 0;
  score += tc_words_go_together(words, lower, place->behind) ? PAIR : 0;
  return score;
}

/* The first mark of punctuation behind the word. */
static double score_of_stop(const tc_word_place *place, char stop)
{
  const bool before_place =
      place->address && tc_word_list_has(tc_words_list(place->words, "place_words"), place->behind);
  const bool full = stop != '\0' && strchr(".;:", stop) != NULL;
  return (before_place && stop == ',' ? COMMA_BEFORE_PLACE : 0) + (before_place && full ? STOP_BEFORE_PLACE : 0) +
         (full ? STOP : 0);
}

static size_t words_in(const char *text)
{
  size_t count = text[0] != '\0' ? 1 : 0;
  for (; *text != '\0'; text++)
    count += *text == ' ' ? 1 : 0;
  return count;
}

/* ---- Against what was read ---- */

static double score_of_readings(const tc_word_place *place, const char *candidate)
{
  const double confidence = fmin(CONFIDENCE_MOST, fmax(CONFIDENCE_LEAST, place->confidence));
  const bool as_third = place->third == NULL || strcmp(candidate, place->third) == 0;
  double score = LETTERS_OF_FIRST * letters_apart(candidate, place->first);
  if (strcmp(candidate, place->first) != 0)
    score += NOT_FIRST + NOT_FIRST_CERTAIN * log(confidence / (1 - confidence));
  if (strcmp(candidate, place->second) != 0)
    score += NOT_SECOND;
  if (!as_third)
    score += NOT_THIRD + LETTERS_OF_THIRD * letters_apart(candidate, place->third);
  if (words_in(candidate) > words_in(place->first))
    score += MORE_WORDS + (place->edge && (place->third == NULL || !as_third) ? MORE_AT_EDGE : 0);
  return score;
}

bool tc_word_score(const tc_word_place *place, const char *candidate, double reader, double *out, tc_error *err)
{
  const tc_core core = tc_core_of(candidate);
  tc_auto(tc_str) bare = NULL;
  tc_auto(tc_str) lower = NULL;
  if (!tc_str_printf(&bare, err, "%.*s", (int)(core.end - core.start), candidate + core.start) ||
      !tc_text_lower(bare, &lower, err))
    return false;
  *out = READER * fmax(READER_LEAST, reader) + score_of_readings(place, candidate) + score_of_word(place, bare, lower) +
         score_of_stop(place, candidate[core.end]) + (candidate[0] == '\0' ? NOTHING : 0) +
         (has_strange_sign(candidate) ? STRANGE_SIGN : 0);
  return true;
}
