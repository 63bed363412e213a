/*
 * What a reader with connectionist temporal classification (Graves et al., 2006) saw in a line: for each step from left
 * to right the probability of each sign and of the blank between signs. It says what the line most likely reads, and
 * how likely any other text is, so that another reader's answer can be weighed instead of only compared.
 *
 * Lines of one value are joined with a blank between them. Ownership: a posterior owns its numbers and borrows the
 * alphabet. Threading: immutable once joined.
 */
#pragma once

#include "base/buf.h"

#include <stddef.h>
#include <stdint.h>

enum { TC_ALPHABET_MOST = 1024 };

/* The signs of a reader: code points by label, label 0 being the blank of CTC. */
typedef struct tc_alphabet {
  uint32_t signs[TC_ALPHABET_MOST];
  size_t count;
} tc_alphabet;

typedef struct tc_posterior tc_posterior;

TC_NODISCARD bool tc_posterior_create(const tc_alphabet *alphabet, tc_posterior **out, tc_error *err);
void tc_posterior_destroy(tc_posterior *posterior);
TC_AUTO_POINTER(tc_posterior, tc_posterior_destroy);

/* Adds a line: natural logarithms of probabilities, `steps` rows of alphabet->count. */
TC_NODISCARD bool tc_posterior_add(tc_posterior *posterior, const float *log_probs, size_t steps, tc_error *err);

/* The rows added by now, and the blanks that join lines: no text has more signs. */
size_t tc_posterior_steps(const tc_posterior *posterior);

/* The best sign of each step, runs as one, without blanks; appends UTF-8. `sure`: takes the probability of each sign,
   0 … 1, at most as many as there are steps; NULL: nobody wants to know. */
TC_NODISCARD bool tc_posterior_text(const tc_posterior *posterior, tc_buf *out, double *sure, tc_error *err);

/* How likely the text is, as the natural logarithm of its probability over all ways to spread it over the steps,
   divided by that of the best text's own (so 0: as likely; −4.6: a hundred times less likely). A text with signs that
   the alphabet lacks: −INFINITY. Fails only for lack of memory. */
TC_NODISCARD bool tc_posterior_weigh(const tc_posterior *posterior, const char *text, double *out, tc_error *err);

/* The natural logarithm of the probability of the text's likeliest way over the steps: to compare texts that differ in
   a word, at a tenth of the time of weighing them. A text with signs that the alphabet lacks: −INFINITY. */
TC_NODISCARD bool tc_posterior_best_way(const tc_posterior *posterior, const char *text, double *out, tc_error *err);
