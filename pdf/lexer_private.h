/*
 * Tokens and values of PDF syntax out of a span of bytes (ISO 32000-2, 7.2 and 7.3), and indirect objects.
 * Strict: what does not follow the syntax is TC_FORMAT with its offset. Only the reader's own files include this.
 */
#pragma once

#include "pdf/object_private.h"

typedef struct tc_pdf_lexer {
  tc_bytes bytes;
  size_t pos;
  bool in_file; /* positions are offsets in the file; otherwise values get offset -1 */
  size_t max_depth;
  tc_pdf_arena *arena;
} tc_pdf_lexer;

bool tc_pdf_is_space(int byte);              /* 7.2.3, table 1 */
bool tc_pdf_is_delimiter(int byte);          /* 7.2.3, table 2 */
void tc_pdf_skip_space(tc_pdf_lexer *lexer); /* and comments */
/* Moves past the keyword if it stands here as a whole token. */
bool tc_pdf_take_keyword(tc_pdf_lexer *lexer, const char *keyword);
/* Skips space; a non-negative integer of at most 18 digits and no sign. */
bool tc_pdf_take_natural(tc_pdf_lexer *lexer, uint64_t *out);

/* One value; NULL with *err filled on failure. */
const tc_pdf_object *tc_pdf_parse_value(tc_pdf_lexer *lexer, tc_error *err);

typedef struct tc_pdf_indirect {
  uint32_t number;
  uint16_t generation;
  const tc_pdf_object *value; /* of a stream: `data` is set, and the lexer stands at its first byte */
} tc_pdf_indirect;
/* `n g obj value endobj`, or `n g obj dict stream`; spaces before it are skipped. */
TC_NODISCARD bool tc_pdf_parse_indirect(tc_pdf_lexer *lexer, tc_pdf_indirect *out, tc_error *err);
