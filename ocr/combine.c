#include "ocr/combine.h"

#include "base/auto.h"
#include "base/text.h"

#include <string.h>

/* Confidences of the engine in one word. */
#define CERTAIN 0.94
#define DOUBTED 0.87       /* below: the second reader's word is the better one … */
#define TIE (-0.5)         /* of the second reader's weight: it is no wiser */
#define DOUBTED_TWICE 0.85 /* … though the engine gave the same twice */

enum { WORDS_MAX = 128 };

typedef struct split {
  char *text; /* owned: blanks between words become ends */
  const char *words[WORDS_MAX];
  size_t count;
} split;

static void split_finish(split *s) { free(s->text); }
TC_AUTO_VALUE(split, split_finish);

static bool split_words(const char *text, split *out, tc_error *err)
{
  if (text == NULL)
    return true;
  if (!tc_str_copy(text, &out->text, err))
    return false;
  char *rest = NULL;
  for (char *word = strtok_r(out->text, " ", &rest); word != NULL && out->count < WORDS_MAX;
       word = strtok_r(NULL, " ", &rest))
    out->words[out->count++] = word;
  return true;
}

/* Digits, or a syllable with nothing but marks of punctuation about it. */
static bool is_word(const tc_words *words, const char *text)
{
  static const char around[] = ".,;:()\"";
  tc_auto(tc_str) bare = NULL;
  const char *start = text + strspn(text, around);
  size_t size = strlen(start);
  while (size > 0 && strchr(around, start[size - 1]) != NULL)
    size--;
  return tc_str_printf(&bare, NULL, "%.*s", (int)size, start) && bare[0] != '\0' &&
         (strspn(bare, "0123456789/.,-") == size || tc_words_is_syllable(words, bare) ||
          tc_word_list_has(tc_words_list(words, "abbreviations"), bare));
}

/* What the readers gave for one word; third NULL where there is none. */
typedef struct word_readings {
  const char *first, *second, *third;
  double confidence; /* of the first */
  bool tie;          /* the second reader could as well have read the first's text */
} word_readings;

/* But for capitals: those the second reader tells badly. */
static bool same_letters(const char *a, const char *b)
{
  tc_auto(tc_str) left = NULL;
  tc_auto(tc_str) right = NULL;
  return tc_text_lower(a, &left, NULL) && tc_text_lower(b, &right, NULL) && strcmp(left, right) == 0;
}

/* The word to take; *backed where more than one reader, or a certain one, stands behind it. */
static const char *choose(const tc_words *words, const word_readings *r, bool *backed)
{
  const bool as_first = r->third != NULL && strcmp(r->first, r->third) == 0;
  const bool as_second = r->third != NULL && strcmp(r->second, r->third) == 0;
  const bool certain = r->confidence >= CERTAIN && (as_first || r->third == NULL);
  const bool first_is_word = is_word(words, r->first);
  const bool second_is_word = is_word(words, r->second);
  *backed = strcmp(r->first, r->second) == 0;
  if (*backed)
    return r->first;
  const bool doubted =
      r->confidence < (as_first ? DOUBTED_TWICE : DOUBTED) && !r->tie && !same_letters(r->first, r->second);
  const bool second = first_is_word == second_is_word ? as_second || (doubted && second_is_word) : second_is_word;
  *backed = second ? as_second && r->confidence < CERTAIN : certain && first_is_word;
  return second ? r->second : r->first;
}

bool tc_combine(const tc_words *words, const tc_slot *slot, const tc_others *others, tc_combined *out, tc_error *err)
{
  tc_auto(split) a = {0};
  tc_auto(split) b = {0};
  tc_auto(split) c = {0};
  if (!split_words(tc_buf_text(&slot->printed), &a, err) || !split_words(others->second, &b, err) ||
      !split_words(others->third, &c, err))
    return false;
  if (a.count != b.count || a.count == WORDS_MAX)
    return true;
  out->backed = true;
  for (size_t i = 0; i < a.count; i++) {
    const size_t start = (size_t)(a.words[i] - a.text);
    const word_readings readings = {a.words[i], b.words[i], c.count == a.count ? c.words[i] : NULL,
                                    tc_slot_confidence(slot, start, start + strlen(a.words[i])), others->weight > TIE};
    bool backed = false;
    const char *word = choose(words, &readings, &backed);
    out->backed = out->backed && backed;
    if ((i > 0 && !tc_buf_append_text(&out->text, " ", err)) || !tc_buf_append_text(&out->text, word, err))
      return false;
  }
  return true;
}
