/*
 * Readings of one value, each wrong in a word of its own, made into one word by word: for each word on which they
 * differ, of all that it may be (ocr/candidates.h) the likeliest (ocr/word_choice.h). Words they agree on stay.
 * Threading: free of state.
 */
#pragma once

#include "ocr/look.h"

typedef struct tc_combined {
  tc_buf text;   /* empty where the readings have too little in common to be of the same print */
  double likely; /* that each word is the right one of its candidates, 0 … 1; 1 where none was in doubt */
  bool settled;  /* no two readers dispute a word, but for what can stand there against what cannot (ocr/settle.h) */
} tc_combined;

static inline void tc_combined_finish(tc_combined *combined) { tc_buf_finish(&combined->text); }
TC_AUTO_VALUE(tc_combined, tc_combined_finish);

/* What was read beside the slot's own text, which is the first reading. */
typedef struct tc_others {
  const char *second;
  const tc_seen *seen; /* of the second reader: what it holds likely */
  const char *third;   /* NULL: there is none */
  const char *kind;    /* of the value: names and addresses have words of their own */
  tc_json *choices;    /* an array that takes each disputed word with its candidates; NULL: nobody wants to know */
} tc_others;

/* *out is zeroed by the caller. */
TC_NODISCARD bool tc_combine(const tc_words *words, const tc_slot *slot, const tc_others *others, tc_combined *out,
                             tc_error *err);
