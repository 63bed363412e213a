/*
 * Private to pdf/: a tokenizer of content streams (ISO 32000-1, 7.8.2). It walks the operators in order and hands each
 * with its operands to a visitor; it knows nothing of what they mean. Operands that are strings, arrays, dictionaries
 * and the data of inline images are skipped over, but counted. Threading: free of state.
 */
#pragma once

#include "base/buf.h"

enum { TC_CONTENT_OPERANDS_MAX = 64, TC_CONTENT_NAME_MAX = 128 };

typedef enum tc_content_kind { TC_CONTENT_NUMBER, TC_CONTENT_NAME, TC_CONTENT_OTHER } tc_content_kind;

typedef struct tc_content_operand {
  tc_content_kind kind;
  double number;
  char name[TC_CONTENT_NAME_MAX]; /* with its slash; #xx decoded */
} tc_content_operand;

typedef struct tc_content_operator {
  char name[8];
  const tc_content_operand *operands; /* at most TC_CONTENT_OPERANDS_MAX */
  size_t count;
} tc_content_operator;

/* Returns false to stop the walk (with *err filled for a failure, or empty to end it early). */
typedef bool (*tc_content_visit)(const tc_content_operator *operation, void *context, tc_error *err);
/* TC_FORMAT: a token that cannot be one. An inline image is one operator "BI". */
TC_NODISCARD bool tc_content_walk(tc_bytes content, tc_content_visit visit, void *context, tc_error *err);
