/*
 * What a syllable can be made of: an onset, a rime, a tone on one of its vowels, out of syllables.json.
 */
#include "base/buf.h"
#include "base/text.h"
#include "ocr/words_model.h"

#include <string.h>

enum { SYLLABLE_MAX = 40 };

/* Takes the tone off a vowel: its place in the row of the vowel's toned forms, or -1 and the letter as it is. */
static int take_tone(const tc_json *vowels, uint32_t letter, const char **bare)
{
  tc_json_member vowel;
  for (bool more = tc_json_first(vowels, &vowel); more; more = tc_json_next(vowels, &vowel)) {
    const char *at = tc_json_as_text(vowel.value, "");
    uint32_t toned = 0;
    for (int tone = 0; tc_text_next(&at, &toned); tone++)
      if (toned == letter) {
        *bare = vowel.key;
        return tone;
      }
  }
  return -1;
}

bool tc_words_array_has(const tc_json *array, const char *text)
{
  for (size_t i = 0; i < tc_json_count(array); i++)
    if (strcmp(tc_json_as_text(tc_json_at(array, i), ""), text) == 0)
      return true;
  return false;
}

static bool array_has_number(const tc_json *array, int number)
{
  for (size_t i = 0; i < tc_json_count(array); i++)
    if ((int)tc_json_as_number(tc_json_at(array, i), -1) == number)
      return true;
  return false;
}

static bool tone_fits(const tc_json *rules, const char *rime, int tone)
{
  const tc_json *ends = tc_json_get(rules, "closed_ends");
  const size_t size = strlen(rime);
  for (size_t i = 0; i < tc_json_count(ends); i++) {
    const char *end = tc_json_as_text(tc_json_at(ends, i), "");
    const size_t end_size = strlen(end);
    if (end_size > 0 && end_size < size && strcmp(rime + size - end_size, end) == 0)
      return array_has_number(tc_json_get(rules, "closed_tones"), tone);
  }
  return true;
}

static bool onset_fits(const tc_json *onset, const char *syllable, size_t *size)
{
  const char *text = tc_json_get_text(onset, "text", "");
  const char *before = tc_json_get_text(onset, "before", NULL);
  *size = strlen(text);
  if (strncmp(syllable, text, *size) != 0)
    return false;
  if (before == NULL)
    return true;
  const char *at = syllable + *size;
  uint32_t next = 0;
  uint32_t allowed = 0;
  if (!tc_text_next(&at, &next))
    return false;
  while (tc_text_next(&before, &allowed))
    if (allowed == next)
      return true;
  return false;
}

bool tc_words_is_syllable(const tc_words *words, const char *text)
{
  const tc_json *rules = words->syllables;
  tc_auto(tc_str) lower = NULL;
  tc_auto(tc_buf) bare = {0};
  if (rules == NULL || strlen(text) > SYLLABLE_MAX || !tc_words_lower(text, &lower, NULL))
    return false;
  int tone = -1;
  const char *at = lower;
  uint32_t letter = 0;
  while (tc_text_next(&at, &letter)) {
    const char *vowel = NULL;
    int found = take_tone(tc_json_get(rules, "vowels"), letter, &vowel);
    if (found >= 0 && tone >= 0)
      return false;
    if (found >= 0)
      tone = found;
    if (!(found >= 0 ? tc_buf_append_text(&bare, vowel, NULL) : tc_text_append(&bare, letter, NULL)))
      return false;
  }
  const tc_json *onsets = tc_json_get(rules, "onsets");
  for (size_t i = 0; i < tc_json_count(onsets); i++) {
    size_t size = 0;
    if (!onset_fits(tc_json_at(onsets, i), tc_buf_text(&bare), &size))
      continue;
    const char *rime = tc_buf_text(&bare) + size;
    if (tc_words_array_has(tc_json_get(rules, "rimes"), rime) && tone_fits(rules, rime, tone))
      return true;
  }
  return false;
}

/* Adds the letters of a text that have this base, each once. */
static void add_alike(const char *text, uint32_t base, uint32_t *out, size_t most, size_t *count)
{
  for (uint32_t letter = 0; tc_text_next(&text, &letter);) {
    bool known = tc_text_fold_codepoint(letter) != base;
    for (size_t i = 0; i < *count && !known; i++)
      known = out[i] == letter;
    if (!known && *count < most)
      out[(*count)++] = letter;
  }
}

size_t tc_words_letters_alike(const tc_words *words, uint32_t letter, uint32_t *out, size_t most)
{
  const uint32_t base = tc_text_fold_codepoint(letter);
  const tc_json *onsets = tc_json_get(words->syllables, "onsets");
  size_t count = 0;
  tc_json_member vowel;
  for (bool more = tc_json_first(tc_json_get(words->syllables, "vowels"), &vowel); more;
       more = tc_json_next(tc_json_get(words->syllables, "vowels"), &vowel)) {
    add_alike(vowel.key, base, out, most, &count);
    add_alike(tc_json_as_text(vowel.value, ""), base, out, most, &count);
  }
  for (size_t i = 0; i < tc_json_count(onsets); i++)
    add_alike(tc_json_get_text(tc_json_at(onsets, i), "text", ""), base, out, most, &count);
  return count;
}
