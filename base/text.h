/*
 * UTF-8 text (RFC 3629) by code points: iterate, normalise (Unicode Standard Annex 15), fold for fuzzy matching.
 * The tables come from utf8proc, so nothing here knows a language.
 * Ownership: `char **out` is the caller's, freed with free(). Threading: free of state.
 * Errors: every call that takes whole text refuses invalid UTF-8 with TC_FORMAT; tc_text_repair mends it first.
 */
#pragma once

#include "base/buf.h"

#include <stddef.h>
#include <stdint.h>

#define TC_TEXT_REPLACEMENT 0xFFFDu

/* Length of the valid sequence at `at` (1 to 4), or 0 where there is none; reads at most `size` bytes. */
size_t tc_text_sequence(const char *at, size_t size);
bool tc_text_is_valid(tc_bytes text);
/* Reads the code point at *at and steps over it; false at the final 0. An invalid byte reads as U+FFFD. */
bool tc_text_next(const char **at, uint32_t *out);
size_t tc_text_length(const char *utf8); /* in code points */
/* Writes a code point and a final 0, returns its bytes; U+FFFD for what is no Unicode scalar value. */
size_t tc_text_encode(uint32_t codepoint, char out[5]);
TC_NODISCARD bool tc_text_append(tc_buf *buf, uint32_t codepoint, tc_error *err);

/* Invalid bytes become U+FFFD. */
TC_NODISCARD bool tc_text_repair(const char *utf8, char **out, tc_error *err);
/* Composed form (NFC): the form all text of the house is kept and compared in. */
TC_NODISCARD bool tc_text_nfc(const char *utf8, char **out, tc_error *err);
/* For fuzzy matching: compatibility decomposition, full case folding, marks dropped, letters with a stroke and the
   like (which do not decompose) as their base letter. Spaces stay. */
TC_NODISCARD bool tc_text_fold(const char *utf8, char **out, tc_error *err);
/* The same for one code point: its base letter in lower case (the first one, of a ligature), 0 for a mark. */
uint32_t tc_text_fold_codepoint(uint32_t codepoint);
TC_NODISCARD bool tc_text_lower(const char *utf8, char **out, tc_error *err); /* simple mappings, one to one */
TC_NODISCARD bool tc_text_upper(const char *utf8, char **out, tc_error *err);
/* Drops white space at both ends and makes each run inside one blank; control characters count as white space. */
TC_NODISCARD bool tc_text_squeeze(const char *utf8, char **out, tc_error *err);

/* By general category. */
bool tc_text_is_letter(uint32_t codepoint);
bool tc_text_is_upper(uint32_t codepoint);
bool tc_text_is_lower(uint32_t codepoint);
bool tc_text_is_mark(uint32_t codepoint);
bool tc_text_is_digit(uint32_t codepoint); /* decimal digits of any script */
bool tc_text_is_space(uint32_t codepoint); /* blanks of any width, line ends, tabs and control characters */
