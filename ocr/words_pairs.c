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

static bool add_pairs(tc_words *words, const char *member, size_t *capacity, tc_error *err)
{
  size_t size = 0;
  const char *word = next_word(member, &size);
  while (size > 0) {
    size_t next_size = 0;
    const char *next = next_word(word + size, &next_size);
    if (next_size == 0)
      return true;
    if (words->pair_count == *capacity) {
      *capacity = *capacity > 0 ? 2 * *capacity : 256;
      char **grown = realloc(words->pairs, *capacity * sizeof *grown);
      if (grown == NULL)
        return tc_fail(err, TC_NO_MEMORY, "no memory for word lists");
      words->pairs = grown;
    }
    if (!tc_str_printf(&words->pairs[words->pair_count], err, "%.*s %.*s", (int)size, word, (int)next_size, next))
      return false;
    words->pair_count++;
    word = next;
    size = next_size;
  }
  return true;
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
  size_t capacity = 0;
  for (size_t l = 0; l < words->list_count; l++)
    for (size_t i = 0; i < words->lists[l].count; i++)
      if (!add_pairs(words, words->lists[l].words[i], &capacity, err))
        return false;
  if (words->pair_count == 0)
    return true;
  qsort(words->pairs, words->pair_count, sizeof *words->pairs, compare_pairs);
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

bool tc_words_nearly_go_together(const tc_words *words, const char *left, const char *right)
{
  tc_auto(tc_str) pair = NULL;
  tc_auto(tc_str) folded = NULL;
  return left[0] != '\0' && right[0] != '\0' && words->pair_count > 0 &&
         tc_str_printf(&pair, NULL, "%s %s", left, right) && !has_pair(words->pairs, words->pair_count, pair) &&
         tc_text_fold(pair, &folded, NULL) && has_pair(words->folded_pairs, words->pair_count, folded);
}
