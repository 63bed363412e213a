/*
 * Whether a dispute of two readings is settled by what each of them gave: where they differ in a word, one has what
 * cannot stand there, and the other what can. Threading: free of state.
 */
#pragma once

#include "ocr/align.h"
#include "ocr/words.h"

/* `chosen` of the value's words, and `first` and `second` what the two readers have in the place of each. Settled: each
   word is what one of them read, and the other's is no word, or goes with none of its neighbours where the chosen one
   does; of a name, it is a word, but nobody is called so where somebody is called as chosen; of marks of punctuation
   alone a comma wins. `kind` of the value ("name" …); the three have as many words. Fails only for lack of memory. */
TC_NODISCARD bool tc_settle(const tc_words *words, const char *kind, const tc_aligned *chosen, const tc_aligned *first,
                            const tc_aligned *second, bool *settled, tc_error *err);
