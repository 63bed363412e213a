/*
 * The certification register: a book of an office and a year, numbered from 1 without gaps. A number is drawn in a
 * short transaction under the book's row lock and bound to its record at once; it is issued when the copy is sealed, or
 * voided with a reason. A rolled-back transaction gives its number back, because the counter is an ordinary row.
 * Numbers are kept for ever and never used twice. Columns: number, date, requester, name of the original, signer and
 * title, copies, pages, fee, note (Decree 23/2015 and its circulars).
 * Threading: as the transaction's.
 */
#pragma once

#include "storage/record.h"

typedef struct tc_register_binding {
  const char *book;   /* the book's name within office and year, a-z 0-9 . _ - */
  int year;           /* of the certification, in the office's time zone: the caller knows it */
  const char *date;   /* YYYY-MM-DD */
  const char *format; /* how a number is printed: %N number, %Y year, %B book; NULL: "%N" */
  const char *actor;
  const char *requester; /* the following may be NULL */
  const char *original_name;
  const char *signer;
  const char *signer_title;
  const char *note;
  int copies;  /* at least 1 */
  int pages;   /* of the original */
  int64_t fee; /* in the currency's smallest unit */
} tc_register_binding;

typedef struct tc_register_number {
  int64_t number;
  int year;
  char book[65];
  char text[97]; /* as printed */
  char date[11];
} tc_register_number;

/* Binds the next number to the record, or gives the one that is bound already (then nothing is written). The record
   must be in a state from which its grade prepares. Keep the transaction short: the book is locked until it ends. */
TC_NODISCARD bool tc_register_bind(tc_db_tx *tx, const tc_record_ref *record, const tc_register_binding *binding,
                                   tc_register_number *out, tc_error *err);
/* Voids the bound number of a record, with its reason; the record's state stays. TC_NOT_FOUND where none is bound;
   an issued one cannot be voided (TC_CONFLICT). */
TC_NODISCARD bool tc_register_void(tc_db_tx *tx, const tc_record_ref *record, const char *reason, const char *actor,
                                   tc_error *err);
typedef struct tc_register_query {
  const char *office;
  const char *book;
  int year;
  int64_t from; /* first number */
  int limit;    /* 1 to 1000; 0: 100 */
} tc_register_query;
/* The rows of a book, by number: an array of {number, text, state, date, record, requester, original_name, signer,
   signer_title, copies, pages, fee, note, void_reason, bound_at, issued_at, voided_at}. */
TC_NODISCARD bool tc_register_list(tc_db_tx *tx, const tc_register_query *query, tc_json **out, tc_error *err);
/* The books there are: an array of {office, book, year, last, issued, bound, void}. */
TC_NODISCARD bool tc_register_books(tc_db_tx *tx, const char *office, tc_json **out, tc_error *err);
