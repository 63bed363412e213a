/*
 * Kinds of values: how a printed value is normalised, and what can be held against it. One table in C; a paper type
 * names a row and gives its parameters. (The names make the enumeration "value.kind" of the JSON Schema.)
 *
 *   text         free text; its words must be syllables, numbers or known abbreviations; small: it may begin with a
 *                small letter · opens: a list that its first word is of
 *   free         words of any language and signs: only letters that no printer mixes speak against it
 *   name         a person's name                             family: list · given: list
 *   place        an address                                  ends: list of provinces · open: or of no province ·
 *                                                            country: what may stand behind the province
 *   date         dd/MM/yyyy, or day … month … year in words of the data; normalised to dd/MM/yyyy
 *                                                            or: list of what may stand instead · future: may be
 *                                                            later than today
 *   date_words   a date spelt out
 *   year         a year of birth                             (a whole date will do)
 *   choice       one of a list                               list · open: known words may follow it · as_listed: the
 *                                                            value is as the list writes it, whatever the case
 *   code         a number with letters                       pattern · blanks: kept as printed
 *   digits       digits alone                                sizes: [n, …] · weights, modulus, from: a check digit
 *                                                            behind the weighted ones, from − Σ mod modulus
 *   personal_id  12 digits with province, sex and year       provinces: list
 *   id_paper     an identity paper: a number of 9 or 12 digits, or a passport's, among words
 *   amount       a number with a unit behind                 units: list · decimals: a comma parts a fraction even of
 *                                                            three digits · bare: the value is the number alone
 *   amount_words a number spelt out                          units: list
 *   mrz          the machine-readable lines of a card
 *
 * What is damaged and yet can be only one member of its list is mended: the member is the value, to be checked.
 *
 * Threading: free of state; the context is shared const.
 */
#pragma once

#include "base/buf.h"
#include "ocr/extract.h"
#include "ocr/pattern.h"
#include "ocr/words.h"

/* What such a value needs to be called sure, beside confident words. */
typedef enum tc_need {
  TC_NEED_MEMBER,    /* to be in a closed list */
  TC_NEED_STRUCTURE, /* its structure right, and a cross-check or a second reading that agrees */
  TC_NEED_LEXICON    /* every word known, and a second reading that agrees */
} tc_need;

enum { TC_VALUE_EVIDENCE_MAX = 8 };
enum { TC_ID_DIGITS = 12, TC_OLD_ID_DIGITS = 9 }; /* of personal ids and of the cards before them */
#define TC_VALUE_USUAL_NAME "usual_name"          /* … a family's name, and such as are given */
#define TC_VALUE_MEMBER "list"                    /* evidence: the value is a member of its list */

typedef struct tc_value {
  tc_buf text;   /* normalised; empty where nothing can be made of what is printed */
  bool valid;    /* structure or words are right */
  bool partial;  /* the printed frame is there and its middle is not: written by hand? */
  bool mended;   /* a letter was taken for the digit, or a damaged text for the member of a list that it looks like */
  tc_date date;  /* of date, date_words, year (day 0); else zero */
  double number; /* of amount, amount_words, where numbered */
  bool numbered;
  const char *evidence[TC_VALUE_EVIDENCE_MAX]; /* static */
  size_t evidence_count;
} tc_value;

void tc_value_finish(tc_value *value);
TC_AUTO_VALUE(tc_value, tc_value_finish);
void tc_value_vouch(tc_value *value, const char *evidence);
bool tc_value_says(const tc_value *value, const char *evidence);

typedef struct tc_value_context {
  const tc_words *words;
  tc_date today; /* zero: any date will do */
  const tc_json *params;
  const tc_pattern *pattern; /* compiled from params, or NULL */
} tc_value_context;

typedef struct tc_value_kind {
  const char *name;
  tc_need need;
  bool apart; /* its signs may stand far apart, a box each */
  /* The text is a whole value, or nobody can tell; NULL: always. A line below goes on with one that is not. */
  bool (*is_whole)(const tc_value_context *context, const char *text);
  /* Reads what is printed (NFC, one line). Fails only for lack of memory. */
  bool (*read)(const tc_value_context *context, const char *printed, tc_value *out, tc_error *err);
} tc_value_kind;

const tc_value_kind *tc_value_kind_find(const char *name); /* NULL: no such kind */
const tc_value_kind *tc_value_kind_at(size_t index);       /* NULL behind the last */

/* Words (value_words.c). */
TC_NODISCARD bool tc_value_read_line(const tc_value_context *context, const char *printed, tc_value *out,
                                     tc_error *err);
TC_NODISCARD bool tc_value_read_free(const tc_value_context *context, const char *printed, tc_value *out,
                                     tc_error *err);
TC_NODISCARD bool tc_value_read_place(const tc_value_context *context, const char *printed, tc_value *out,
                                      tc_error *err);
TC_NODISCARD bool tc_value_read_name(const tc_value_context *context, const char *printed, tc_value *out,
                                     tc_error *err);
TC_NODISCARD bool tc_value_read_choice(const tc_value_context *context, const char *printed, tc_value *out,
                                       tc_error *err);
TC_NODISCARD bool tc_value_read_id_paper(const tc_value_context *context, const char *printed, tc_value *out,
                                         tc_error *err);
bool tc_value_ends_in_province(const tc_value_context *context, const char *text);
bool tc_value_ends_large(const tc_value_context *context, const char *text);
/* Parts of values that several kinds and finders share (value_date.c). */
TC_NODISCARD bool tc_value_read_date(const tc_value_context *context, const char *printed, tc_value *out,
                                     tc_error *err);
TC_NODISCARD bool tc_value_read_date_words(const tc_value_context *context, const char *printed, tc_value *out,
                                           tc_error *err);
TC_NODISCARD bool tc_value_read_year(const tc_value_context *context, const char *printed, tc_value *out,
                                     tc_error *err);
/* Amounts and numbers with check digits (value_number.c). */
TC_NODISCARD bool tc_value_read_amount(const tc_value_context *context, const char *printed, tc_value *out,
                                       tc_error *err);
TC_NODISCARD bool tc_value_read_amount_words(const tc_value_context *context, const char *printed, tc_value *out,
                                             tc_error *err);
TC_NODISCARD bool tc_value_read_mrz(const tc_value_context *context, const char *printed, tc_value *out, tc_error *err);
bool tc_value_check_digit(const tc_json *params, const char *digits); /* true where the parameters ask for none */
bool tc_date_is_valid(tc_date date, tc_date today);
int tc_date_compare(tc_date a, tc_date b);
