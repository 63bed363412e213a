/*
 * How likely a word is, among several that readings of one place allow: what each reader gave, how certain the engine
 * was, how likely the second reader holds it, whether it is a word, one of the country's usual ones or names, and
 * whether it goes with the words beside it. A log-linear model; its weights were fitted to words of tuning papers on
 * which readers differ (bench/RESULTS.md). Threading: free of state.
 */
#pragma once

#include "ocr/words.h"

typedef struct tc_word_place {
  const tc_words *words;
  const char *first, *second, *third; /* what was read there; third NULL: not asked. Empty: nothing */
  double confidence;                  /* of the engine in the first, 0 … 1 */
  const char *before, *behind;        /* the words beside it, bare and in small letters; empty at the ends */
  bool name, address;                 /* of a person; of a place */
  bool edge;                          /* the first or the last word of the value */
} tc_word_place;

/* `reader`: by how much less likely than its best candidate the second reader holds this one, 0 or a negative natural
   logarithm. Of a place's candidates the probabilities go as the exponentials of their scores. */
TC_NODISCARD bool tc_word_score(const tc_word_place *place, const char *candidate, double reader, double *out,
                                tc_error *err);
