/*
 * The case of printed words, as values need it. Internal to ocr/value*.c. Threading: free of state.
 */
#pragma once

#include "base/text.h"

/* Upper case throughout, or an upper letter and lower ones, or lower ones: what a printer sets. */
static inline bool tc_case_is_even(const char *word)
{
  bool first_upper = false;
  int upper = 0;
  int lower = 0;
  uint32_t codepoint = 0;
  for (size_t i = 0; tc_text_next(&word, &codepoint); i++) {
    if (tc_text_is_upper(codepoint)) {
      first_upper = first_upper || i == 0;
      upper++;
    } else if (tc_text_is_lower(codepoint)) {
      lower++;
    }
  }
  return lower == 0 || upper == 0 || (upper == 1 && first_upper);
}

static inline bool tc_case_is_capital(const char *word)
{
  uint32_t first = 0;
  return tc_text_next(&word, &first) && tc_text_is_upper(first);
}

static inline bool tc_case_has_lower(const char *text)
{
  uint32_t codepoint = 0;
  while (tc_text_next(&text, &codepoint))
    if (tc_text_is_lower(codepoint))
      return true;
  return false;
}

/* A capital behind a small letter, or one or two words behind the first that begin large among small ones: no printer
   sets numbers in words so, but a small letter is read as its capital now and then. */
static inline bool tc_case_has_stray_capital(const char *text)
{
  bool small = false;
  size_t capitals = 0;
  size_t words = 0;
  bool between = true;
  uint32_t sign = 0;
  while (tc_text_next(&text, &sign)) {
    if (small && tc_text_is_upper(sign))
      return true;
    small = tc_text_is_lower(sign);
    if (between && words > 0)
      capitals += tc_text_is_upper(sign) ? 1 : 0;
    words += between && !tc_text_is_space(sign) ? 1 : 0;
    between = tc_text_is_space(sign);
  }
  return capitals > 0 && capitals <= 2 && words > capitals + 2;
}
