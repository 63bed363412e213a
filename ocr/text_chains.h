/*
 * Chains of letters that stand in one line: the first step to lines of text (ocr/text_lines.h), internal to ocr/.
 * Ownership: the caller owns the result. Threading: free of state.
 */
#pragma once

#include "ocr/letters.h"

/* Gives each part of the ink that is a letter the number of its chain, from 0; *count of them. Other parts' entries
   stay as they are. */
TC_NODISCARD bool tc_text_chains_find(const tc_ink *ink, const tc_letters *letters, size_t *chain_of, size_t *count,
                                      tc_error *err);
