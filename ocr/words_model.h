/*
 * The words of a country in memory: internal to ocr/words*.c. Threading: immutable once loaded.
 */
#pragma once

#include "ocr/words.h"

struct tc_words {
  tc_word_list *lists;
  size_t list_count;
  tc_json *syllables, *dates, *numbers; /* NULL where there is no such file */
};

TC_NODISCARD bool tc_words_lower(const char *text, char **out, tc_error *err); /* lower case, NFC */
bool tc_words_array_has(const tc_json *array, const char *text);
