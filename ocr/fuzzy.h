/*
 * Fuzzy comparison of printed words with words that recognition damaged: on letters and digits alone, without case,
 * marks and blanks, by an edit distance in which look-alikes (l i 1, o 0, c e …) cost little.
 * Threading: free of state.
 */
#pragma once

#include "base/auto.h"
#include "base/error.h"

#include <stddef.h>

/* Letters and digits of a text, folded, nothing between them; *out is the caller's. */
TC_NODISCARD bool tc_fuzzy_fold(const char *utf8, char **out, tc_error *err);

/* Weighted edits from a to b, in letters. Texts longer than 160 bytes are compared by their first 160. */
double tc_fuzzy_distance(const char *a, size_t a_size, const char *b, size_t b_size);
/* 1 − distance / longer size; 1 for two empty texts. A similarity below `at_least` may come out too high, but below it:
   most texts that are compared have little in common, and that shows early. */
double tc_fuzzy_similarity(const char *a, size_t a_size, const char *b, size_t b_size, double at_least);

/* How a printed label may be damaged and still count: the least similarity for a label of this many letters. */
double tc_fuzzy_label_threshold(size_t size);
