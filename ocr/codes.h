/*
 * Two-dimensional codes (QR) on a page: their texts. ocr/codes.c is the one file that knows zbar.
 * Ownership: tc_codes owns its texts. Threading: free of state.
 */
#pragma once

#include "imaging/image.h"

enum { TC_CODES_MOST = 8, TC_CODE_BYTES_MOST = 4096 };

typedef struct tc_codes {
  char *texts[TC_CODES_MOST]; /* UTF-8 in NFC */
  size_t count;
} tc_codes;

void tc_codes_finish(tc_codes *codes);
TC_AUTO_VALUE(tc_codes, tc_codes_finish);

/* Adds the codes of a GREY8 page to *out, in any turn; what is no UTF-8 text, or longer than any card's, is passed
   over. Errors: TC_NO_MEMORY, TC_USAGE (not a grey image). */
TC_NODISCARD bool tc_codes_read(const tc_image *page, tc_codes *out, tc_error *err);
