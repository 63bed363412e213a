#include "ocr/words.h"

#include "base/file.h"
#include "base/text.h"
#include "ocr/fuzzy.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_FILE_MAX = 4 << 20, SYLLABLE_MAX = 40, ALIKE_LETTERS = 6 };

struct tc_word_list {
  char *name;
  char **words; /* in lower case, sorted */
  size_t count;
};

struct tc_words {
  tc_word_list *lists;
  size_t list_count;
  tc_json *syllables, *dates, *numbers; /* NULL where there is no such file */
};

void tc_words_destroy(tc_words *words)
{
  if (words == NULL)
    return;
  for (size_t i = 0; i < words->list_count; i++) {
    tc_word_list *list = &words->lists[i];
    for (size_t w = 0; w < list->count; w++)
      free(list->words[w]);
    free(list->words);
    free(list->name);
  }
  free(words->lists);
  tc_json_release(words->syllables);
  tc_json_release(words->dates);
  tc_json_release(words->numbers);
  free(words);
}

/* ---- Loading ---- */

static int compare_words(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static bool lower_nfc(const char *text, char **out, tc_error *err)
{
  tc_auto(tc_str) lower = NULL;
  return tc_text_lower(text, &lower, err) && tc_text_nfc(lower, out, err);
}

static bool fill_list(const tc_json *array, const char *path, tc_word_list *list, tc_error *err)
{
  list->words = calloc(tc_json_count(array) + 1, sizeof *list->words);
  if (list->words == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for word lists");
  for (size_t i = 0; i < tc_json_count(array); i++) {
    const char *word = tc_json_as_text(tc_json_at(array, i), NULL);
    if (word == NULL)
      return tc_fail(err, TC_CONFIG, "%s: /words/%zu is not a text", path, i);
    if (!lower_nfc(word, &list->words[list->count], err))
      return false;
    list->count++;
  }
  qsort(list->words, list->count, sizeof *list->words, compare_words);
  return true;
}

static bool add_list(tc_words *words, const char *name, const char *path, const tc_json *json, tc_error *err)
{
  const tc_json *array = tc_json_get(json, "words");
  if (!tc_json_is_array(array))
    return tc_fail(err, TC_CONFIG, "%s: /words is missing or no array", path);
  tc_word_list *lists = realloc(words->lists, (words->list_count + 1) * sizeof *lists);
  if (lists == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for word lists");
  words->lists = lists;
  lists[words->list_count] = (tc_word_list){0};
  tc_word_list *list = &lists[words->list_count++];
  return tc_str_copy(name, &list->name, err) && fill_list(array, path, list, err);
}

static bool load_file(tc_words *words, const char *folder, const char *file, tc_error *err)
{
  tc_auto(tc_str) path = NULL;
  tc_auto(tc_str) name = NULL;
  tc_auto(tc_json) json = NULL;
  if (!tc_str_printf(&path, err, "%s/%s", folder, file) ||
      !tc_str_printf(&name, err, "%.*s", (int)(strlen(file) - strlen(".json")), file) ||
      !tc_json_read_file(path, LIST_FILE_MAX, &json, err))
    return false;
  const struct {
    const char *name;
    tc_json **slot;
  } special[] = {{"syllables", &words->syllables}, {"dates", &words->dates}, {"numbers", &words->numbers}};
  for (size_t i = 0; i < TC_ARRAY_LEN(special); i++)
    if (strcmp(name, special[i].name) == 0) {
      *special[i].slot = tc_steal(&json);
      return true;
    }
  return add_list(words, name, path, json, err);
}

static bool is_json(const char *file)
{
  const size_t size = strlen(file);
  return file[0] != '.' && size > strlen(".json") && strcmp(file + size - strlen(".json"), ".json") == 0;
}

bool tc_words_load(const char *folder, tc_words **out, tc_error *err)
{
  tc_auto(tc_words) words = calloc(1, sizeof *words);
  if (words == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for word lists");
  DIR *dir = opendir(folder);
  if (dir == NULL)
    return tc_fail_errno(err, TC_CONFIG, errno, "can not read the word lists in %s", folder);
  bool ok = true;
  for (struct dirent *entry = readdir(dir); ok && entry != NULL; entry = readdir(dir))
    ok = !is_json(entry->d_name) || load_file(words, folder, entry->d_name, err);
  closedir(dir);
  if (!ok)
    return false;
  *out = tc_steal(&words);
  return true;
}

/* ---- Lists ---- */

const tc_word_list *tc_words_list(const tc_words *words, const char *name)
{
  for (size_t i = 0; name != NULL && i < words->list_count; i++)
    if (strcmp(words->lists[i].name, name) == 0)
      return &words->lists[i];
  return NULL;
}

bool tc_word_list_has(const tc_word_list *list, const char *text)
{
  tc_auto(tc_str) lower = NULL;
  if (list == NULL || !lower_nfc(text, &lower, NULL))
    return false;
  char *key = lower;
  return bsearch(&key, list->words, list->count, sizeof *list->words, compare_words) != NULL;
}

/* Letters alike, but for one in ALIKE_LETTERS. */
static bool is_alike(const char *folded, const char *word)
{
  tc_auto(tc_str) wanted = NULL;
  if (!tc_fuzzy_fold(word, &wanted, NULL))
    return false;
  const size_t size = strlen(wanted);
  const double distance = tc_fuzzy_distance(folded, strlen(folded), wanted, size);
  return distance * ALIKE_LETTERS <= (double)size;
}

bool tc_word_list_has_alike(const tc_word_list *list, const char *text)
{
  tc_auto(tc_str) folded = NULL;
  if (list == NULL || !tc_fuzzy_fold(text, &folded, NULL))
    return false;
  for (size_t i = 0; i < list->count; i++)
    if (is_alike(folded, list->words[i]))
      return true;
  return false;
}

/* Bytes of the text's first `words` words. */
static size_t first_words(const char *text, size_t words)
{
  size_t size = strcspn(text, " ");
  while (--words > 0 && text[size] != '\0')
    size += 1 + strcspn(text + size + 1, " ");
  return size;
}

bool tc_word_list_starts_alike(const tc_word_list *list, const char *text)
{
  for (size_t i = 0; list != NULL && i < list->count; i++) {
    size_t words = 1;
    for (const char *at = list->words[i]; *at != '\0'; at++)
      words += *at == ' ' ? 1 : 0;
    tc_auto(tc_str) start = NULL;
    tc_auto(tc_str) folded = NULL;
    if (!tc_str_printf(&start, NULL, "%.*s", (int)first_words(text, words), text) ||
        !tc_fuzzy_fold(start, &folded, NULL))
      return false;
    if (is_alike(folded, list->words[i]))
      return true;
  }
  return false;
}

static bool ends_word(char c) { return c == '\0' || c == ' ' || c == ',' || c == '.' || c == ';'; }

bool tc_word_list_ends(const tc_word_list *list, const char *text)
{
  tc_auto(tc_str) lower = NULL;
  if (list == NULL || !lower_nfc(text, &lower, NULL))
    return false;
  const size_t size = strlen(lower);
  for (size_t i = 0; i < list->count; i++) {
    const size_t word = strlen(list->words[i]);
    if (word <= size && strcmp(lower + size - word, list->words[i]) == 0 &&
        (word == size || ends_word(lower[size - word - 1])))
      return true;
  }
  return false;
}

bool tc_word_list_starts(const tc_word_list *list, const char *text)
{
  tc_auto(tc_str) lower = NULL;
  if (list == NULL || !lower_nfc(text, &lower, NULL))
    return false;
  for (size_t i = 0; i < list->count; i++) {
    const size_t word = strlen(list->words[i]);
    if (strncmp(lower, list->words[i], word) == 0 && ends_word(lower[word]))
      return true;
  }
  return false;
}

/* ---- Syllables ---- */

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

static bool array_has(const tc_json *array, const char *text)
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
  if (rules == NULL || strlen(text) > SYLLABLE_MAX || !lower_nfc(text, &lower, NULL))
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
    if (array_has(tc_json_get(rules, "rimes"), rime) && tone_fits(rules, rime, tone))
      return true;
  }
  return false;
}

/* ---- Dates and numbers ---- */

static bool any_folds_to(const tc_json *array, const char *folded)
{
  for (size_t i = 0; i < tc_json_count(array); i++) {
    tc_auto(tc_str) word = NULL;
    if (tc_fuzzy_fold(tc_json_as_text(tc_json_at(array, i), ""), &word, NULL) && strcmp(word, folded) == 0)
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

int tc_words_number(const tc_words *words, const char *const *folded, size_t count)
{
  const tc_json *grammar = words->numbers;
  int thousands = 0;
  int below = 0;
  int unit = -1; /* read, and not yet counted */
  for (size_t i = 0; i < count; i++) {
    const int next = unit_of(tc_json_get(grammar, "units"), folded[i]);
    if (next >= 0 && unit < 0) {
      unit = next;
    } else if (any_folds_to(tc_json_get(grammar, "tens"), folded[i])) {
      below += (unit >= 0 ? unit : 1) * 10;
      unit = -1;
    } else if (unit >= 0 && any_folds_to(tc_json_get(grammar, "hundred"), folded[i])) {
      below += unit * 100;
      unit = -1;
    } else if (thousands == 0 && any_folds_to(tc_json_get(grammar, "thousand"), folded[i])) {
      thousands = below + (unit >= 0 ? unit : 0);
      below = 0;
      unit = -1;
    } else if (!any_folds_to(tc_json_get(grammar, "and"), folded[i])) {
      return -1;
    }
  }
  const int number = thousands * 1000 + below + (unit >= 0 ? unit : 0);
  return count > 0 && thousands < 10 ? number : -1;
}

static bool spells(const tc_words *words, const char *lower)
{
  const tc_json *numbers = words->numbers;
  const tc_json *arrays[] = {tc_json_get(numbers, "tens"),      tc_json_get(numbers, "hundred"),
                             tc_json_get(numbers, "thousand"),  tc_json_get(numbers, "and"),
                             tc_json_get(words->dates, "day"),  tc_json_get(words->dates, "month"),
                             tc_json_get(words->dates, "year"), tc_json_get(words->dates, "fillers")};
  for (size_t i = 0; i < TC_ARRAY_LEN(arrays); i++)
    if (array_has(arrays[i], lower))
      return true;
  return tc_json_get(tc_json_get(numbers, "units"), lower) != NULL;
}

bool tc_words_spells_numbers(const tc_words *words, const char *text)
{
  tc_auto(tc_str) lower = NULL;
  if (!lower_nfc(text, &lower, NULL))
    return false;
  char *rest = NULL;
  size_t count = 0;
  for (char *word = strtok_r(lower, " ,.;()", &rest); word != NULL; word = strtok_r(NULL, " ,.;()", &rest), count++)
    if (!spells(words, word))
      return false;
  return count > 0;
}
