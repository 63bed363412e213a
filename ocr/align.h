/*
 * Two readings of the same print, sign against sign, so that each word of the one knows what the other read in its
 * place: another word, a part of one, several, or nothing. Threading: free of state.
 */
#pragma once

#include "base/auto.h"
#include "base/error.h"

#include <stddef.h>

enum { TC_ALIGN_SIGNS_MAX = 400, TC_ALIGN_WORDS_MAX = 128 };

typedef struct tc_aligned {
  char *spans[TC_ALIGN_WORDS_MAX]; /* of each word of the text what the other has there, without blanks around; owned */
  size_t count;
  double similarity; /* 0 … 1: letters and digits in common, marks and case apart */
} tc_aligned;

void tc_aligned_finish(tc_aligned *aligned);
TC_AUTO_VALUE(tc_aligned, tc_aligned_finish);

/* Words of the text are what stands between its blanks. *out is zeroed by the caller; its count stays 0 where a text
   has more signs or words than fit. Fails only for lack of memory. */
TC_NODISCARD bool tc_align(const char *text, const char *other, tc_aligned *out, tc_error *err);
