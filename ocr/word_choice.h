/*
 * How likely a word is, among several that readings of one place allow: what each reader gave, how certain the engine
 * was, how likely the second reader holds it, whether it is a word, one of the country's usual ones or names, and
 * whether it goes with the words beside it. A log-linear model; its weights were fitted to words of tuning papers on
 * which readers differ (bench/reading/fit-words). Threading: free of state.
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

/* What speaks for a candidate; each with a weight. */
typedef enum tc_word_feature {
  TC_WORD_READER,             /* the second reader's opinion, −15 … 0 */
  TC_WORD_LETTERS_OF_FIRST,   /* letters that differ from the first reading, 0 … 3 */
  TC_WORD_LETTERS_OF_THIRD,   /* … from the third */
  TC_WORD_NOT_FIRST,          /* another than the first reading's */
  TC_WORD_NOT_FIRST_CERTAIN,  /* … in units of the engine's log odds */
  TC_WORD_NOT_SECOND,         /* … than the second's */
  TC_WORD_NOT_THIRD,          /* … than the third's */
  TC_WORD_WORD,               /* a word, a number, an abbreviation */
  TC_WORD_USUAL,              /* of the usual words */
  TC_WORD_NAME,               /* of a name, and people are called so */
  TC_WORD_PAIR,               /* neighbours that it goes with, 0 … 2 */
  TC_WORD_COMMA_BEFORE_PLACE, /* before the next part of an address */
  TC_WORD_STOP_BEFORE_PLACE,  /* … but another mark of punctuation */
  TC_WORD_STOP,               /* a point, a colon, a semicolon */
  TC_WORD_NOTHING,            /* no word at all */
  TC_WORD_MORE_WORDS,         /* more words than the first reading has */
  TC_WORD_MORE_AT_EDGE,       /* … at the value's start or end */
  TC_WORD_STRANGE_SIGN,       /* a sign that such texts do not have */
  TC_WORD_FEATURE_COUNT
} tc_word_feature;

const char *tc_word_feature_name(tc_word_feature feature);

/* `reader`: by how much less likely than its best candidate the second reader holds this one, 0 or a negative natural
   logarithm. */
TC_NODISCARD bool tc_word_features(const tc_word_place *place, const char *candidate, double reader,
                                   double out[TC_WORD_FEATURE_COUNT], tc_error *err);
/* Of a place's candidates the probabilities go as the exponentials of their scores. */
double tc_word_score(const double features[TC_WORD_FEATURE_COUNT]);
