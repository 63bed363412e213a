/*
 * The machine-readable zone of an identity card: three lines of thirty characters (ICAO Doc 9303 part 5, size TD1).
 *   line 1   document code (2), issuing state (3), document number (9), check digit, optional data (15)
 *   line 2   date of birth yyMMdd, check digit, sex, date of expiry yyMMdd, check digit, nationality (3), optional data
 *            (11), composite check digit over the numbers of both lines
 *   line 3   surname << given names, filled up with <
 * Threading: free of state.
 */
#pragma once

#include <stdbool.h>

enum { TC_MRZ_LINE = 30, TC_MRZ_SIZE = 90 };

typedef struct tc_mrz {
  char text[TC_MRZ_SIZE + 1]; /* the three lines one behind the other */
  bool mended;                /* where no check digit tells: state, sex, nationality, name */
} tc_mrz;

/* Takes the lines out of what is printed (blanks between them or not); false where they are not three whole lines of
   allowed characters. Fillers at the end of the third line may be missing: they carry nothing. Check digits are another
   question. What can be no part of the document code is mended, and so is a letter where only digits stand, or a digit
   where only letters do, for what it looks like: check digits tell whether that was right, and `mended` where none
   does. */
bool tc_mrz_parse(const char *printed, tc_mrz *out);
/* All four check digits fit, and the document code is a card's. */
bool tc_mrz_is_valid(const tc_mrz *mrz);

/* The check digit of `size` characters (Doc 9303 part 3, 4.9). */
char tc_mrz_check_digit(const char *text, int size);

/* Parts, each with room given: the twelve characters of optional data that hold a personal id; dates as yyMMdd; the
   name's words with single blanks between. */
void tc_mrz_personal_id(const tc_mrz *mrz, char out[13]);
void tc_mrz_birth(const tc_mrz *mrz, char out[7]);
void tc_mrz_expiry(const tc_mrz *mrz, char out[7]);
char tc_mrz_sex(const tc_mrz *mrz); /* M, F or < */
void tc_mrz_name(const tc_mrz *mrz, char out[TC_MRZ_LINE + 1]);
