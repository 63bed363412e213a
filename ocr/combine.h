/*
 * Readings of one line, each wrong in a word of its own, made into one word by word. Measured on papers of tuning
 * seeds: where two readers differ in a word, the first one's is right nearly always where the engine is certain of it
 * and it is a word; of words it doubts the second reader's is; a third reading by the engine alone tells little of
 * marks over letters, for it takes them as it took them before. Threading: free of state.
 */
#pragma once

#include "ocr/slots.h"
#include "ocr/words.h"

typedef struct tc_combined {
  tc_buf text; /* empty where the first two readings have not the same number of words */
  bool backed; /* of each word: two readers gave it, or the engine is certain of it */
} tc_combined;

static inline void tc_combined_finish(tc_combined *combined) { tc_buf_finish(&combined->text); }
TC_AUTO_VALUE(tc_combined, tc_combined_finish);

/* What was read beside the slot's own text, which is the first reading. */
typedef struct tc_others {
  const char *second;
  double weight;     /* of the first reading, by the second reader: tc_posterior_weigh */
  const char *third; /* NULL: there is none */
} tc_others;

/* *out is zeroed by the caller. */
TC_NODISCARD bool tc_combine(const tc_words *words, const tc_slot *slot, const tc_others *others, tc_combined *out,
                             tc_error *err);
