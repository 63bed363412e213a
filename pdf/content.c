#include "pdf/content.h"

#include <stdlib.h>
#include <string.h>

typedef struct walker {
  const uint8_t *at, *end;
  tc_content_operand operands[TC_CONTENT_OPERANDS_MAX];
  size_t count;
} walker;

static bool is_space(int c) { return c == 0 || c == 9 || c == 10 || c == 12 || c == 13 || c == 32; }
static bool is_delimiter(int c)
{
  switch (c) {
  case '(':
  case ')':
  case '<':
  case '>':
  case '[':
  case ']':
  case '{':
  case '}':
  case '/':
  case '%':
    return true;
  default:
    return false;
  }
}
static bool is_regular(int c) { return !is_space(c) && !is_delimiter(c); }

static void skip_space(walker *w)
{
  while (w->at < w->end) {
    if (*w->at == '%')
      while (w->at < w->end && *w->at != '\n' && *w->at != '\r')
        w->at++;
    else if (is_space(*w->at))
      w->at++;
    else
      return;
  }
}

/* Past a literal string, whose parentheses nest (7.3.4.2). */
static void skip_literal(walker *w)
{
  size_t depth = 0;
  for (; w->at < w->end; w->at++) {
    if (*w->at == '\\' && w->at + 1 < w->end)
      w->at++;
    else if (*w->at == '(')
      depth++;
    else if (*w->at == ')' && --depth == 0) {
      w->at++;
      return;
    }
  }
}

/* Past a hexadecimal string, whose end may stand right before that of a dictionary. */
static void skip_digits(walker *w)
{
  while (w->at < w->end && *w->at != '>')
    w->at++;
  w->at += w->at < w->end;
}

/* Past an array or dictionary, whatever is in it. */
static void skip_compound(walker *w)
{
  size_t depth = 0;
  while (w->at < w->end) {
    skip_space(w);
    if (w->at >= w->end)
      return;
    int c = *w->at;
    if (c == '(') {
      skip_literal(w);
      continue;
    }
    bool twice = w->at + 1 < w->end && w->at[1] == c;
    if (c == '<' && !twice) {
      skip_digits(w);
      continue;
    }
    if (c == '[' || (c == '<' && twice))
      depth++;
    else if (c == ']' || (c == '>' && twice))
      depth--;
    w->at += (c == '<' || c == '>') && twice ? 2 : 1;
    if (depth == 0)
      return;
  }
}

/* No operator takes as many operands as there is room for: what is beyond them overwrites the last one. */
static tc_content_operand *push(walker *w, tc_content_kind kind)
{
  if (w->count < TC_CONTENT_OPERANDS_MAX)
    w->count++;
  tc_content_operand *operand = &w->operands[w->count - 1];
  operand->kind = kind;
  operand->number = 0;
  operand->name[0] = '\0';
  return operand;
}

static int hex_digit(int c)
{
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                : -1;
}

static bool read_name(walker *w, tc_error *err)
{
  tc_content_operand *operand = push(w, TC_CONTENT_NAME);
  size_t size = 0;
  do {
    int c = *w->at++;
    if (c == '#' && w->end - w->at >= 2 && hex_digit(w->at[0]) >= 0 && hex_digit(w->at[1]) >= 0) {
      c = hex_digit(w->at[0]) * 16 + hex_digit(w->at[1]);
      w->at += 2;
    }
    if (size + 1 >= TC_CONTENT_NAME_MAX)
      return tc_fail(err, TC_FORMAT, "a name in a page's content is too long");
    operand->name[size++] = (char)c;
  } while (w->at < w->end && is_regular(*w->at));
  operand->name[size] = '\0';
  return true;
}

/* Reads [+-]digits[.digits]; lenient, as readers are. False when the token is no number. */
static bool read_number(const char *token, double *out)
{
  const char *p = token;
  double sign = 1, value = 0, scale = 0;
  for (; *p == '+' || *p == '-'; p++)
    sign = *p == '-' ? -1 : sign;
  if (*p == '\0' || (*p == '.' && p[1] == '\0'))
    return false;
  for (; *p != '\0'; p++) {
    if (*p == '.' && scale == 0)
      scale = 1;
    else if (*p >= '0' && *p <= '9') {
      value = value * 10 + (*p - '0');
      scale *= 10;
    } else
      return false;
  }
  *out = sign * value / (scale > 0 ? scale : 1);
  return true;
}

/* Past the data of an inline image: to an EI that stands alone (8.9.7). */
static void skip_inline_image(walker *w)
{
  for (w->at++; w->at + 2 <= w->end; w->at++)
    if (w->at[0] == 'E' && w->at[1] == 'I' && is_space(w->at[-1]) && (w->at + 2 == w->end || is_space(w->at[2]))) {
      w->at += 2;
      return;
    }
  w->at = w->end;
}

static bool read_word(walker *w, tc_content_visit visit, void *context, bool *go_on, tc_error *err)
{
  char token[40];
  size_t size = 0;
  while (w->at < w->end && is_regular(*w->at)) {
    if (size + 1 >= sizeof token)
      return tc_fail(err, TC_FORMAT, "a page's content has a word that is no operator");
    token[size++] = (char)*w->at++;
  }
  token[size] = '\0';
  double number = 0;
  if (read_number(token, &number)) {
    push(w, TC_CONTENT_NUMBER)->number = number;
    return true;
  }
  if (strcmp(token, "true") == 0 || strcmp(token, "false") == 0 || strcmp(token, "null") == 0) {
    push(w, TC_CONTENT_OTHER);
    return true;
  }
  if (strcmp(token, "BI") == 0) /* its keys are no operands of anything: ID ends them */
    return true;
  tc_content_operator operation = {.operands = w->operands, .count = w->count};
  if (size >= sizeof operation.name)
    return tc_fail(err, TC_FORMAT, "a page's content has the unknown operator %s", token);
  memcpy(operation.name, token, size + 1);
  if (strcmp(token, "ID") == 0) {
    skip_inline_image(w);
    memcpy(operation.name, "BI", 3);
    operation.count = 0;
  }
  *go_on = visit(&operation, context, err);
  w->count = 0;
  return true;
}

bool tc_content_walk(tc_bytes content, tc_content_visit visit, void *context, tc_error *err)
{
  walker w = {.at = content.data, .end = content.data + content.size};
  bool go_on = true;
  tc_error failed = {0};
  while (go_on) {
    skip_space(&w);
    if (w.at >= w.end)
      return true;
    int c = *w.at;
    bool ok = true;
    if (c == '/')
      ok = read_name(&w, err);
    else if (c == '(') {
      skip_literal(&w);
      push(&w, TC_CONTENT_OTHER);
    } else if (c == '[' || (c == '<' && w.at + 1 < w.end && w.at[1] == '<')) {
      skip_compound(&w);
      push(&w, TC_CONTENT_OTHER);
    } else if (c == '<') {
      skip_digits(&w);
      push(&w, TC_CONTENT_OTHER);
    } else if (is_delimiter(c))
      ok = tc_fail(err, TC_FORMAT, "a page's content has a stray '%c'", c);
    else
      ok = read_word(&w, visit, context, &go_on, &failed);
    if (!ok || failed.code != TC_OK) {
      if (failed.code != TC_OK && err != NULL && err->code == TC_OK)
        *err = failed;
      return false;
    }
  }
  return true;
}
