/*
 * Words that go together: neighbours in some list's member, as two words in the name of an office. What recognition
 * made of a word is weighed by the words beside it.
 */
#include "base/text.h"
#include "ocr/words_model.h"

#include <stdlib.h>
#include <string.h>

static int compare_pairs(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

/* The next word of a member, without marks of punctuation; of no size behind the last. */
static const char *next_word(const char *at, size_t *size)
{
  static const char around[] = " ,.;:()-";
  at += strspn(at, around);
  *size = strcspn(at, " ");
  while (*size > 0 && strchr(around, at[*size - 1]) != NULL)
    (*size)--;
  return at;
}

/* A growing list of texts. */
typedef struct texts {
  char **items;
  size_t count, capacity;
} texts;

static bool add_pair(texts *list, const char *pair, tc_error *err)
{
  if (list->count == list->capacity) {
    list->capacity = list->capacity > 0 ? 2 * list->capacity : 256;
    char **grown = realloc(list->items, list->capacity * sizeof *grown);
    if (grown == NULL)
      return tc_fail(err, TC_NO_MEMORY, "no memory for word lists");
    list->items = grown;
  }
  return tc_str_copy(pair, &list->items[list->count], err) && ++list->count > 0;
}

static bool add_pairs(const char *member, texts *pairs, texts *last, tc_error *err)
{
  tc_auto(tc_str) pair = NULL;
  size_t size = 0;
  const char *word = next_word(member, &size);
  while (size > 0) {
    size_t next_size = 0;
    const char *next = next_word(word + size, &next_size);
    if (next_size == 0)
      break;
    free(pair);
    pair = NULL;
    if (!tc_str_printf(&pair, err, "%.*s %.*s", (int)size, word, (int)next_size, next) || !add_pair(pairs, pair, err))
      return false;
    word = next;
    size = next_size;
  }
  return pair == NULL || add_pair(last, pair, err);
}

static bool fold_pairs(tc_words *words, tc_error *err)
{
  words->folded_pairs = calloc(words->pair_count, sizeof *words->folded_pairs);
  if (words->folded_pairs == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for word lists");
  for (size_t i = 0; i < words->pair_count; i++)
    if (!tc_text_fold(words->pairs[i], &words->folded_pairs[i], err))
      return false;
  qsort(words->folded_pairs, words->pair_count, sizeof *words->folded_pairs, compare_pairs);
  return true;
}

bool tc_words_pair(tc_words *words, tc_error *err)
{
  texts pairs = {0};
  texts last = {0};
  bool ok = true;
  for (size_t l = 0; l < words->list_count; l++)
    for (size_t i = 0; ok && i < words->lists[l].count; i++)
      ok = add_pairs(words->lists[l].words[i], &pairs, &last, err);
  words->pairs = pairs.items;
  words->pair_count = pairs.count;
  words->last_pairs = last.items;
  words->last_count = last.count;
  if (!ok || pairs.count == 0)
    return ok;
  qsort(words->pairs, words->pair_count, sizeof *words->pairs, compare_pairs);
  if (words->last_count > 0)
    qsort(words->last_pairs, words->last_count, sizeof *words->last_pairs, compare_pairs);
  return fold_pairs(words, err);
}

static bool has_pair(char *const *pairs, size_t count, const char *pair)
{
  return bsearch(&pair, pairs, count, sizeof *pairs, compare_pairs) != NULL;
}

bool tc_words_go_together(const tc_words *words, const char *left, const char *right)
{
  tc_auto(tc_str) pair = NULL;
  if (left[0] == '\0' || right[0] == '\0' || words->pair_count == 0 ||
      !tc_str_printf(&pair, NULL, "%s %s", left, right))
    return false;
  return has_pair(words->pairs, words->pair_count, pair);
}

bool tc_words_go_on(const tc_words *words, const char *left, const char *right)
{
  tc_auto(tc_str) pair = NULL;
  return left[0] != '\0' && right[0] != '\0' && words->pair_count > 0 &&
         tc_str_printf(&pair, NULL, "%s %s", left, right) && has_pair(words->pairs, words->pair_count, pair) &&
         !has_pair(words->last_pairs, words->last_count, pair);
}

bool tc_words_nearly_go_together(const tc_words *words, const char *left, const char *right)
{
  tc_auto(tc_str) pair = NULL;
  tc_auto(tc_str) folded = NULL;
  return left[0] != '\0' && right[0] != '\0' && words->pair_count > 0 &&
         tc_str_printf(&pair, NULL, "%s %s", left, right) && !has_pair(words->pairs, words->pair_count, pair) &&
         tc_text_fold(pair, &folded, NULL) && has_pair(words->folded_pairs, words->pair_count, folded);
}
