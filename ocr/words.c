#include "ocr/words_model.h"

#include "base/file.h"
#include "base/text.h"
#include "ocr/fuzzy.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_FILE_MAX = 4 << 20, ALIKE_LETTERS = 6, NEAREST_LETTERS = 5, LOST_LETTERS = 2 };

#define NEAREST 0.75 /* similarity of a damaged member, and how far the next one is from it */
#define NEAREST_BY 0.08

void tc_words_destroy(tc_words *words)
{
  if (words == NULL)
    return;
  for (size_t i = 0; i < words->list_count; i++) {
    tc_word_list *list = &words->lists[i];
    for (size_t w = 0; list->given != NULL && w < list->count; w++) {
      free(list->words[w]);
      free(list->given[w]);
    }
    free(list->words);
    free(list->given);
    free(list->name);
  }
  free(words->lists);
  for (size_t i = 0; i < words->pair_count; i++) {
    free(words->pairs[i]);
    if (words->folded_pairs != NULL)
      free(words->folded_pairs[i]);
  }
  for (size_t i = 0; i < words->last_count; i++)
    free(words->last_pairs[i]);
  free(words->pairs);
  free(words->folded_pairs);
  free(words->last_pairs);
  tc_json_release(words->syllables);
  tc_json_release(words->dates);
  tc_json_release(words->numbers);
  free(words);
}

/* ---- Loading ---- */

static int compare_words(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

bool tc_words_lower(const char *text, char **out, tc_error *err)
{
  tc_auto(tc_str) lower = NULL;
  return tc_text_lower(text, &lower, err) && tc_text_nfc(lower, out, err);
}

static bool fill_list(const tc_json *array, const char *path, tc_word_list *list, tc_error *err)
{
  list->words = calloc(tc_json_count(array) + 1, sizeof *list->words);
  list->given = calloc(tc_json_count(array) + 1, sizeof *list->given);
  if (list->words == NULL || list->given == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for word lists");
  for (size_t i = 0; i < tc_json_count(array); i++) {
    const char *word = tc_json_as_text(tc_json_at(array, i), NULL);
    if (word == NULL)
      return tc_fail(err, TC_CONFIG, "%s: /words/%zu is not a text", path, i);
    const size_t at = list->count++;
    if (!tc_words_lower(word, &list->words[at], err) || !tc_text_nfc(word, &list->given[at], err))
      return false;
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
  if (!ok || !tc_words_pair(words, err))
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
  if (list == NULL || !tc_words_lower(text, &lower, NULL))
    return false;
  char *key = lower;
  return bsearch(&key, list->words, list->count, sizeof *list->words, compare_words) != NULL;
}

const char *tc_word_list_find(const tc_word_list *list, const char *text)
{
  tc_auto(tc_str) lower = NULL;
  if (list == NULL || !tc_words_lower(text, &lower, NULL))
    return NULL;
  for (size_t i = 0; i < list->count; i++) {
    tc_auto(tc_str) member = NULL;
    if (tc_words_lower(list->given[i], &member, NULL) && strcmp(member, lower) == 0)
      return list->given[i];
  }
  return NULL;
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
  if (list == NULL || !tc_words_lower(text, &lower, NULL))
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
  if (list == NULL || !tc_words_lower(text, &lower, NULL))
    return false;
  for (size_t i = 0; i < list->count; i++) {
    const size_t word = strlen(list->words[i]);
    if (strncmp(lower, list->words[i], word) == 0 && ends_word(lower[word]))
      return true;
  }
  return false;
}

/* ---- Members behind what is damaged ---- */

/* The letters of a text, folded, behind its last digit: of "1T." that is "t". */
static bool last_letters(const char *text, char **out)
{
  tc_auto(tc_str) folded = NULL;
  if (!tc_fuzzy_fold(text, &folded, NULL))
    return false;
  const char *start = folded;
  for (const char *at = folded; *at != '\0'; at++)
    if (*at >= '0' && *at <= '9')
      start = at + 1;
  return start[0] != '\0' && tc_str_copy(start, out, NULL);
}

const char *tc_word_list_ending(const tc_word_list *list, const char *text)
{
  tc_auto(tc_str) end = NULL;
  tc_auto(tc_str) found = NULL;
  const char *member = NULL;
  if (list == NULL || !last_letters(text, &end))
    return NULL;
  for (size_t i = 0; i < list->count; i++) {
    tc_auto(tc_str) whole = NULL;
    if (!tc_fuzzy_fold(list->given[i], &whole, NULL))
      return NULL;
    const size_t size = strlen(whole);
    const size_t rest = strlen(end);
    if (rest > size || strcmp(whole + size - rest, end) != 0)
      continue;
    if (found != NULL && strcmp(found, whole) != 0)
      return NULL;
    member = list->given[i]; /* of members of the same letters the last */
    free(found);
    found = tc_steal(&whole);
  }
  return member;
}

const char *tc_word_list_of_letters(const tc_word_list *list, const char *text)
{
  tc_auto(tc_str) folded = NULL;
  if (list == NULL || !tc_fuzzy_fold(text, &folded, NULL))
    return NULL;
  for (size_t i = 0; i < list->count; i++) {
    tc_auto(tc_str) whole = NULL;
    if (!tc_fuzzy_fold(list->given[i], &whole, NULL))
      return NULL;
    if (strcmp(folded, whole) == 0)
      return list->given[i];
  }
  return NULL;
}

const char *tc_word_list_with_end(const tc_word_list *list, const char *text)
{
  tc_auto(tc_str) lower = NULL;
  const char *member = NULL;
  if (list == NULL || !tc_words_lower(text, &lower, NULL))
    return NULL;
  const size_t size = strlen(lower);
  for (size_t i = 0; i < list->count; i++) {
    tc_auto(tc_str) word = NULL;
    if (!tc_words_lower(list->given[i], &word, NULL))
      return NULL;
    const size_t length = strlen(word);
    if (length <= size || strcmp(word + length - size, lower) != 0 ||
        tc_text_length(word) > tc_text_length(lower) + LOST_LETTERS)
      continue;
    if (member != NULL)
      return NULL;
    member = list->given[i];
  }
  return member;
}

const char *tc_word_list_nearest(const tc_word_list *list, const char *text)
{
  tc_auto(tc_str) folded = NULL;
  const char *member = NULL;
  double best = 0;
  double second = 0;
  if (list == NULL || !tc_fuzzy_fold(text, &folded, NULL))
    return NULL;
  for (size_t i = 0; i < list->count; i++) {
    tc_auto(tc_str) whole = NULL;
    if (!tc_fuzzy_fold(list->given[i], &whole, NULL))
      return NULL;
    const double alike = tc_fuzzy_similarity(folded, strlen(folded), whole, strlen(whole), NEAREST);
    if (alike > best) {
      second = best;
      best = alike;
      member = list->given[i];
    } else if (alike > second) {
      second = alike;
    }
  }
  const double least = strlen(folded) < NEAREST_LETTERS ? 1 : NEAREST;
  return best >= least && best - second >= NEAREST_BY ? member : NULL;
}

const char *tc_word_list_beside(const tc_word_list *list, const char *text)
{
  tc_auto(tc_str) lower = NULL;
  const char *member = NULL;
  if (list == NULL || !tc_words_lower(text, &lower, NULL))
    return NULL;
  const size_t size = strlen(lower);
  for (size_t i = 0; i < list->count; i++) {
    tc_auto(tc_str) word = NULL;
    if (!tc_words_lower(list->given[i], &word, NULL))
      return NULL;
    const size_t length = strlen(word);
    if (length < size && (member == NULL || length > strlen(member)) &&
        ((strcmp(lower + size - length, word) == 0 && ends_word(lower[size - length - 1])) ||
         (strncmp(lower, word, length) == 0 && ends_word(lower[length]))))
      member = list->given[i];
  }
  return member;
}

static const char *member_of_letters(const tc_word_list *list, const char *text)
{
  tc_auto(tc_str) folded = NULL;
  if (!tc_fuzzy_fold(text, &folded, NULL))
    return NULL;
  for (size_t i = 0; i < list->count; i++) {
    tc_auto(tc_str) whole = NULL;
    if (!tc_fuzzy_fold(list->given[i], &whole, NULL))
      return NULL;
    if (strcmp(folded, whole) == 0)
      return list->given[i];
  }
  return NULL;
}

const char *tc_word_list_last_words(const tc_word_list *list, const char *text, size_t *start)
{
  for (const char *at = text; list != NULL && at != NULL; at = strchr(at, ' ')) {
    at += strspn(at, " ");
    const char *member = member_of_letters(list, at);
    if (member != NULL) {
      *start = (size_t)(at - text);
      return member;
    }
  }
  return NULL;
}
