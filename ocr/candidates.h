/*
 * What a word may read where readings of it differ: what each of them gave, the capitals of the one with the letters of
 * the other, the same for marks of punctuation, and words of the country's spelling that differ from one of them in a
 * mark. Ownership: the candidates own their texts. Threading: free of state.
 */
#pragma once

#include "ocr/words.h"

enum { TC_CANDIDATES_MAX = 64 };

typedef struct tc_candidates {
  char *texts[TC_CANDIDATES_MAX]; /* no two alike */
  size_t count;
  size_t read; /* the first ones: what was read */
} tc_candidates;

void tc_candidates_finish(tc_candidates *candidates);
TC_AUTO_VALUE(tc_candidates, tc_candidates_finish);

/* A word between marks of punctuation: [start, end) of its text, in bytes. */
typedef struct tc_core {
  size_t start, end;
} tc_core;
tc_core tc_core_of(const char *text);
/* … alone and in small letters. */
TC_NODISCARD bool tc_word_bare(const char *text, char **out, tc_error *err);

/* `readings`, the first one first; `doubted`: the first reading was not certain. *out is zeroed by the caller. */
TC_NODISCARD bool tc_candidates_make(const tc_words *words, const char *const *readings, size_t count, bool doubted,
                                     tc_candidates *out, tc_error *err);
