/*
 * The code printed on a page: what a person compares with what the warehouse shows for that page.
 * Twelve characters (59 bits) drawn from the SHA-256 over the record's id and the page's encoded capture, in
 * Crockford's base32 (no I, L, O, U), in groups of four, with a check letter that finds every single wrong character:
 * ABCD-EFGH-JKMN-P. Threading: free of state.
 */
#pragma once

#include "base/digest.h"

enum { TC_PAGE_CODE_SIZE = 17 };

TC_NODISCARD bool tc_page_code(const char *record_id, const tc_digest *page, char out[TC_PAGE_CODE_SIZE],
                               tc_error *err);
/* Whether the check letter fits; lower case, and missing hyphens are fine. */
bool tc_page_code_is_valid(const char *code);
