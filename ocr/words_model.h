/*
 * The words of a country in memory: internal to ocr/words*.c. Threading: immutable once loaded.
 */
#pragma once

#include "ocr/words.h"

struct tc_word_list {
  char *name;
  char **words; /* in lower case, sorted */
  char **given; /* as the file has them, NFC, in its order */
  size_t count;
};

struct tc_words {
  tc_word_list *lists;
  size_t list_count;
  tc_json *syllables, *dates, *numbers; /* NULL where there is no such file */
  char **pairs;                         /* neighbours in the lists' members, a blank between them; sorted */
  char **folded_pairs;                  /* the same without marks; sorted */
  size_t pair_count;
  char **last_pairs; /* those that end a member; sorted */
  size_t last_count;
};

TC_NODISCARD bool tc_words_lower(const char *text, char **out, tc_error *err); /* lower case, NFC */
/* Finds the neighbours in all lists. */
TC_NODISCARD bool tc_words_pair(tc_words *words, tc_error *err);
bool tc_words_array_has(const tc_json *array, const char *text);
