/*
 * Private to pdf/: the forward reader's own tokens and values; see plain_reader.c. Nothing of the lexer is used.
 */
#pragma once

#include "pdf/object_private.h"

typedef struct tc_plain {
  const uint8_t *at, *end;
} tc_plain;

int tc_plain_next(const tc_plain *in); /* the next byte, -1 at the end; nothing is taken */
bool tc_plain_is_blank(int byte);      /* space, CR, LF: the only white space of a plain file */
bool tc_plain_is_digit(int byte);
void tc_plain_skip(tc_plain *in);                       /* blanks */
bool tc_plain_take(tc_plain *in, const char *text);     /* exactly this */
bool tc_plain_take_line_end(tc_plain *in);              /* CR LF or LF */
bool tc_plain_take_digits(tc_plain *in, uint64_t *out); /* digits alone, few enough that no reader overflows */
/* Whether the bytes here are this value, and nothing else that any reader could take them for. The nesting of a value
   was bounded when it was parsed. A stream stands for its dictionary. */
bool tc_plain_spells(tc_plain *in, const tc_pdf_object *value);
