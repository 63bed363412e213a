/*
 * Machine-readable lines that recognition damaged, mended by what the same card prints for people: signs that look
 * alike, signs that were lost or doubled, fillers in any number. What comes out has all check digits right; a part of
 * the print is only taken where the lines resemble it.
 * Threading: free of state.
 */
#pragma once

#include "ocr/mrz.h"

/* What the card prints; "" where it was not read. Dates as yyMMdd; the name with marks and blanks. */
typedef struct tc_mrz_print {
  char personal_id[13];
  char birth[7], expiry[7];
  const char *name;
  bool name_agreed; /* two readers gave it */
} tc_mrz_print;

/* `printed`: three lines, blanks between. False where they can not be made to fit check digits and print. The result is
   `mended` where it differs from what was read. */
bool tc_mrz_mend(const char *printed, const tc_mrz_print *print, tc_mrz *out);
