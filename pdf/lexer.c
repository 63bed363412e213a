/*
 * The lexer and parser of PDF syntax. One recursive descent over a span, each step bounds-checked, nesting bounded by
 * max_depth. Values are built in the arena; the elements of an open array or dictionary wait on a stack of their own.
 */
#include "pdf/lexer_private.h"

#include <string.h>

enum { MAX_NAME_SIZE = 4096, MAX_DIGITS = 18 };

typedef struct parser {
  tc_pdf_lexer *lexer;
  const tc_pdf_object **stack;
  size_t count, capacity;
} parser;

static void parser_finish(parser *p) { free(p->stack); }
TC_AUTO_VALUE(parser, parser_finish);

static const tc_pdf_object *parse(parser *p, size_t depth, tc_error *err);

/* What each byte is (7.2.3): the rest is regular. Nearly all of a file's time in this reader is spent on these. */
enum { SPACE = 1, DELIMITER = 2, DIGIT = 4 };
static const uint8_t classes[256] = {
    [0] = SPACE,       ['\t'] = SPACE,    ['\n'] = SPACE,    ['\f'] = SPACE,    ['\r'] = SPACE,    [' '] = SPACE,
    ['('] = DELIMITER, [')'] = DELIMITER, ['<'] = DELIMITER, ['>'] = DELIMITER, ['['] = DELIMITER, [']'] = DELIMITER,
    ['{'] = DELIMITER, ['}'] = DELIMITER, ['/'] = DELIMITER, ['%'] = DELIMITER, ['0'] = DIGIT,     ['1'] = DIGIT,
    ['2'] = DIGIT,     ['3'] = DIGIT,     ['4'] = DIGIT,     ['5'] = DIGIT,     ['6'] = DIGIT,     ['7'] = DIGIT,
    ['8'] = DIGIT,     ['9'] = DIGIT};

/* -1, the end, is of no class. */
static bool is(int byte, unsigned wanted) { return byte >= 0 && (classes[(uint8_t)byte] & wanted) != 0; }

bool tc_pdf_is_space(int byte) { return is(byte, SPACE); }
bool tc_pdf_is_delimiter(int byte) { return is(byte, DELIMITER); }

/* The byte at a distance from here, or -1 past the end. */
static int peek(const tc_pdf_lexer *lexer, size_t ahead)
{
  return ahead < lexer->bytes.size - lexer->pos ? lexer->bytes.data[lexer->pos + ahead] : -1;
}

static bool is_regular(int byte) { return byte >= 0 && (classes[(uint8_t)byte] & (SPACE | DELIMITER)) == 0; }

void tc_pdf_skip_space(tc_pdf_lexer *lexer)
{
  for (;;) {
    int byte = peek(lexer, 0);
    if (byte == '%') {
      while (byte >= 0 && byte != '\n' && byte != '\r') {
        lexer->pos++;
        byte = peek(lexer, 0);
      }
    } else if (is(byte, SPACE)) {
      lexer->pos++;
    } else {
      return;
    }
  }
}

/* How far a run of one class goes from a distance ahead. */
static size_t run_of(const tc_pdf_lexer *lexer, size_t ahead, unsigned class)
{
  size_t end = ahead;
  while (is(peek(lexer, end), class))
    end++;
  return end - ahead;
}

bool tc_pdf_take_keyword(tc_pdf_lexer *lexer, const char *keyword)
{
  size_t length = strlen(keyword);
  if (lexer->bytes.size - lexer->pos < length || memcmp(lexer->bytes.data + lexer->pos, keyword, length) != 0 ||
      is_regular(peek(lexer, length)))
    return false;
  lexer->pos += length;
  return true;
}

bool tc_pdf_take_natural(tc_pdf_lexer *lexer, uint64_t *out)
{
  tc_pdf_skip_space(lexer);
  uint64_t value = 0;
  size_t digits = 0;
  for (int byte = peek(lexer, 0); byte >= '0' && byte <= '9' && digits <= MAX_DIGITS; byte = peek(lexer, digits)) {
    value = value * 10 + (uint64_t)(byte - '0');
    digits++;
  }
  if (digits == 0 || digits > MAX_DIGITS || is_regular(peek(lexer, digits)))
    return false;
  lexer->pos += digits;
  *out = value;
  return true;
}

static const tc_pdf_object *fail_here(const tc_pdf_lexer *lexer, tc_error *err, const char *what)
{
  (void)tc_fail(err, TC_FORMAT, "%s at %s %zu", what,
                lexer->in_file ? "offset" : "offset in an object stream:", lexer->pos);
  return NULL;
}

static tc_pdf_object *new_object(const tc_pdf_lexer *lexer, tc_pdf_kind kind, size_t start, tc_error *err)
{
  tc_pdf_object *object = tc_pdf_arena_take(lexer->arena, sizeof *object, err);
  if (object == NULL)
    return NULL;
  object->kind = kind;
  object->offset = lexer->in_file ? (off_t)start : -1;
  object->end = lexer->in_file ? (off_t)lexer->pos : -1;
  return object;
}

static const tc_pdf_object *new_bytes(tc_pdf_lexer *lexer, tc_pdf_kind kind, size_t start, tc_bytes bytes,
                                      tc_error *err)
{
  tc_pdf_object *object = new_object(lexer, kind, start, err);
  if (object != NULL)
    object->as.bytes = bytes;
  return object;
}

static int hex_digit(int byte)
{
  if (is(byte, DIGIT))
    return byte - '0';
  int lower = byte | 0x20;
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static const tc_pdf_object *parse_name(tc_pdf_lexer *lexer, tc_error *err)
{
  size_t start = lexer->pos++;
  size_t length = 0;
  bool escaped = false;
  while (is_regular(peek(lexer, length))) {
    escaped |= peek(lexer, length) == '#';
    length++;
  }
  if (length > MAX_NAME_SIZE)
    return fail_here(lexer, err, "a name too long");
  tc_bytes name = {lexer->bytes.data + lexer->pos, length};
  if (escaped) {
    uint8_t *decoded = tc_pdf_arena_take(lexer->arena, length, err);
    if (decoded == NULL)
      return NULL;
    size_t size = 0;
    for (size_t i = 0; i < length; i++) {
      int byte = name.data[i];
      if (byte == '#') {
        if (length - i < 3 || hex_digit(name.data[i + 1]) < 0 || hex_digit(name.data[i + 2]) < 0)
          return fail_here(lexer, err, "a bad escape in the name");
        byte = hex_digit(name.data[i + 1]) * 16 + hex_digit(name.data[i + 2]);
        i += 2;
      }
      decoded[size++] = (uint8_t)byte;
    }
    name = (tc_bytes){decoded, size};
  }
  lexer->pos += length;
  return new_bytes(lexer, TC_PDF_NAME, start, name, err);
}

/* The digits of a string's start that has nothing else in it: signatures are long and have no other part. Returns how
   many were taken, an even number. */
static size_t take_pairs(const uint8_t *from, size_t length, uint8_t *decoded)
{
  /* 1 more than a digit's value; 0: no digit */
  static const uint8_t values[256] = {
      ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
      ['8'] = 9,  ['9'] = 10, ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
      ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16};
  size_t i = 0;
  for (; i + 1 < length; i += 2) {
    unsigned high = values[from[i]], low = values[from[i + 1]];
    if (high == 0 || low == 0)
      break;
    decoded[i / 2] = (uint8_t)((high - 1) << 4 | (low - 1));
  }
  return i;
}

static const tc_pdf_object *parse_hex_string(tc_pdf_lexer *lexer, tc_error *err)
{
  size_t start = lexer->pos++;
  const uint8_t *close = memchr(lexer->bytes.data + lexer->pos, '>', lexer->bytes.size - lexer->pos);
  if (close == NULL)
    return fail_here(lexer, err, "a hexadecimal string without end");
  size_t length = (size_t)(close - (lexer->bytes.data + lexer->pos));
  uint8_t *decoded = tc_pdf_arena_take(lexer->arena, length / 2 + 1, err);
  if (decoded == NULL)
    return NULL;
  const uint8_t *from = lexer->bytes.data + lexer->pos;
  size_t digits = take_pairs(from, length, decoded);
  lexer->pos += digits;
  for (size_t i = digits; i < length; i++, lexer->pos++) {
    int byte = from[i], digit = hex_digit(byte);
    if (digit < 0 && !tc_pdf_is_space(byte))
      return fail_here(lexer, err, "no hexadecimal digit in a string");
    if (digit < 0)
      continue;
    decoded[digits / 2] |= (uint8_t)(digits % 2 == 0 ? digit << 4 : digit);
    digits++;
  }
  lexer->pos++;
  return new_bytes(lexer, TC_PDF_STRING, start, (tc_bytes){decoded, (digits + 1) / 2}, err);
}

/* The byte an escape stands for, or -1 for none (a continued line); moves past it (7.3.4.2, table 3). */
static int take_escape(tc_pdf_lexer *lexer)
{
  static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
  int byte = peek(lexer, 0);
  lexer->pos++;
  const char *known = byte > 0 ? strchr(from, byte) : NULL;
  if (known != NULL)
    return to[known - from];
  if (byte == '\r' || byte == '\n') {
    if (byte == '\r' && peek(lexer, 0) == '\n')
      lexer->pos++;
    return -1;
  }
  if (byte < '0' || byte > '7')
    return byte;
  int value = byte - '0';
  for (int i = 0; i < 2 && peek(lexer, 0) >= '0' && peek(lexer, 0) <= '7'; i++)
    value = value * 8 + lexer->bytes.data[lexer->pos++] - '0';
  return value & 0xFF;
}

/* Length of a literal string's content in the file, up to its closing parenthesis; SIZE_MAX where there is none. */
static size_t literal_length(const tc_pdf_lexer *lexer)
{
  size_t nesting = 0;
  for (size_t i = 0;; i++) {
    int byte = peek(lexer, i);
    if (byte < 0)
      return SIZE_MAX;
    if (byte == '\\')
      i++;
    else if (byte == '(')
      nesting++;
    else if (byte == ')' && nesting-- == 0)
      return i;
  }
}

static const tc_pdf_object *parse_literal_string(tc_pdf_lexer *lexer, tc_error *err)
{
  size_t start = lexer->pos++;
  size_t length = literal_length(lexer);
  if (length == SIZE_MAX)
    return fail_here(lexer, err, "a string without end");
  size_t end = lexer->pos + length, size = 0;
  uint8_t *decoded = tc_pdf_arena_take(lexer->arena, length + 1, err);
  if (decoded == NULL)
    return NULL;
  while (lexer->pos < end) {
    int byte = lexer->bytes.data[lexer->pos++];
    if (byte == '\\') {
      byte = take_escape(lexer);
    } else if (byte == '\r') { /* any end of line reads as one line feed */
      if (peek(lexer, 0) == '\n')
        lexer->pos++;
      byte = '\n';
    }
    if (byte >= 0)
      decoded[size++] = (uint8_t)byte;
  }
  lexer->pos = end + 1;
  return new_bytes(lexer, TC_PDF_STRING, start, (tc_bytes){decoded, size}, err);
}

/* `n g R` from here, without moving unless it is one. */
static bool take_reference(tc_pdf_lexer *lexer, uint64_t *number, uint64_t *generation)
{
  size_t start = lexer->pos;
  if (tc_pdf_take_natural(lexer, number) && tc_pdf_take_natural(lexer, generation)) {
    tc_pdf_skip_space(lexer);
    if (tc_pdf_take_keyword(lexer, "R"))
      return true;
  }
  lexer->pos = start;
  return false;
}

static const tc_pdf_object *parse_number(tc_pdf_lexer *lexer, tc_error *err)
{
  size_t start = lexer->pos, digits = 0;
  int sign = peek(lexer, 0);
  if (sign == '+' || sign == '-')
    lexer->pos++;
  double value = 0, scale = 0;
  int64_t whole = 0;
  for (int byte = peek(lexer, 0); is_regular(byte); byte = peek(lexer, 0)) {
    if (byte == '.' && scale == 0) {
      scale = 1;
    } else if (byte >= '0' && byte <= '9' && digits++ < 40) {
      value = value * 10 + (byte - '0');
      whole = digits <= MAX_DIGITS ? whole * 10 + (byte - '0') : whole;
      scale *= 10;
    } else {
      return fail_here(lexer, err, "an unknown token");
    }
    lexer->pos++;
  }
  if (digits == 0 || (scale == 0 && digits > MAX_DIGITS))
    return fail_here(lexer, err, "a bad number");
  tc_pdf_object *object = new_object(lexer, scale == 0 ? TC_PDF_INTEGER : TC_PDF_REAL, start, err);
  if (object == NULL)
    return NULL;
  if (scale == 0)
    object->as.integer = sign == '-' ? -whole : whole;
  else
    object->as.real = (sign == '-' ? -value : value) / scale;
  return object;
}

/* False where `n g R` cannot begin here, seen by looking at each byte once: most numbers stand in long arrays. */
static bool may_be_reference(const tc_pdf_lexer *lexer)
{
  size_t ahead = run_of(lexer, 0, DIGIT);
  for (int part = 0; part < 2; part++) {
    size_t spaces = run_of(lexer, ahead, SPACE), digits = run_of(lexer, ahead + spaces, DIGIT);
    int next = peek(lexer, ahead + spaces);
    if (next == '%') /* a comment: let the parser see */
      return true;
    if (spaces == 0 || (part == 0 && digits == 0))
      return false;
    if (part == 1)
      return next == 'R';
    ahead += spaces + digits;
  }
  return false;
}

/* Digits and nothing else, which most numbers are; NULL with nothing taken for any other. */
static const tc_pdf_object *parse_digits(tc_pdf_lexer *lexer, bool *other, tc_error *err)
{
  size_t start = lexer->pos, count = run_of(lexer, 0, DIGIT);
  int64_t value = 0;
  *other = count == 0 || count > MAX_DIGITS || is_regular(peek(lexer, count));
  if (*other)
    return NULL;
  for (size_t i = 0; i < count; i++)
    value = value * 10 + (lexer->bytes.data[start + i] - '0');
  lexer->pos += count;
  tc_pdf_object *object = new_object(lexer, TC_PDF_INTEGER, start, err);
  if (object != NULL)
    object->as.integer = value;
  return object;
}

static const tc_pdf_object *parse_number_or_reference(tc_pdf_lexer *lexer, tc_error *err)
{
  size_t start = lexer->pos;
  uint64_t number = 0, generation = 0;
  if (!may_be_reference(lexer) || !take_reference(lexer, &number, &generation)) {
    bool other = false;
    const tc_pdf_object *integer = parse_digits(lexer, &other, err);
    return other ? parse_number(lexer, err) : integer;
  }
  if (number == 0 || number > UINT32_MAX || generation > UINT16_MAX)
    return fail_here(lexer, err, "a reference out of range");
  tc_pdf_object *object = new_object(lexer, TC_PDF_REFERENCE, start, err);
  if (object != NULL) {
    object->as.reference.number = (uint32_t)number;
    object->as.reference.generation = (uint16_t)generation;
  }
  return object;
}

static bool push(parser *p, const tc_pdf_object *object, tc_error *err)
{
  if (p->count == p->capacity) {
    size_t capacity = p->capacity == 0 ? 64 : p->capacity * 2;
    const tc_pdf_object **grown = reallocarray(p->stack, capacity, sizeof *grown);
    if (grown == NULL)
      return tc_fail(err, TC_NO_MEMORY, "no memory for a PDF object");
    p->stack = grown;
    p->capacity = capacity;
  }
  p->stack[p->count++] = object;
  return true;
}

/* The elements of an array or dictionary up to its closing token, onto the stack. */
static bool parse_elements(parser *p, const char *closing, size_t depth, tc_error *err)
{
  tc_pdf_lexer *lexer = p->lexer;
  if (depth >= lexer->max_depth)
    return tc_fail(err, TC_LIMIT, "values nested deeper than %zu at offset %zu", lexer->max_depth, lexer->pos);
  size_t length = strlen(closing);
  for (;;) {
    tc_pdf_skip_space(lexer);
    if (lexer->bytes.size - lexer->pos >= length && memcmp(lexer->bytes.data + lexer->pos, closing, length) == 0) {
      lexer->pos += length;
      return true;
    }
    const tc_pdf_object *element = parse(p, depth + 1, err);
    if (element == NULL || !push(p, element, err))
      return false;
  }
}

static const tc_pdf_object *parse_array(parser *p, size_t depth, tc_error *err)
{
  size_t start = p->lexer->pos++, base = p->count;
  if (!parse_elements(p, "]", depth, err))
    return NULL;
  size_t count = p->count - base;
  tc_pdf_object *array = new_object(p->lexer, TC_PDF_ARRAY, start, err);
  const tc_pdf_object **items = tc_pdf_arena_take(p->lexer->arena, (count + 1) * sizeof *items, err);
  if (array == NULL || items == NULL)
    return NULL;
  for (size_t i = 0; i < count; i++)
    items[i] = p->stack[base + i];
  array->as.array.items = items;
  array->as.array.count = count;
  p->count = base;
  return array;
}

static const tc_pdf_object *parse_dict(parser *p, size_t depth, tc_error *err)
{
  size_t start = p->lexer->pos, base = p->count;
  p->lexer->pos += 2;
  if (!parse_elements(p, ">>", depth, err))
    return NULL;
  size_t count = (p->count - base) / 2;
  if ((p->count - base) % 2 != 0)
    return fail_here(p->lexer, err, "a dictionary with a key and no value");
  tc_pdf_object *dict = new_object(p->lexer, TC_PDF_DICT, start, err);
  tc_pdf_entry *entries = tc_pdf_arena_take(p->lexer->arena, (count + 1) * sizeof *entries, err);
  if (dict == NULL || entries == NULL)
    return NULL;
  for (size_t i = 0; i < count; i++) {
    const tc_pdf_object *key = p->stack[base + 2 * i];
    if (key->kind != TC_PDF_NAME)
      return fail_here(p->lexer, err, "a dictionary key that is no name, before the end");
    entries[i] = (tc_pdf_entry){key->as.bytes, p->stack[base + 2 * i + 1]};
  }
  dict->as.dict.entries = entries;
  dict->as.dict.count = count;
  p->count = base;
  return tc_pdf_dict_index(dict, p->lexer->arena, err) ? dict : NULL;
}

static const tc_pdf_object *parse_keyword(tc_pdf_lexer *lexer, tc_error *err)
{
  size_t start = lexer->pos;
  bool yes = tc_pdf_take_keyword(lexer, "true");
  if (yes || tc_pdf_take_keyword(lexer, "false")) {
    tc_pdf_object *object = new_object(lexer, TC_PDF_BOOLEAN, start, err);
    if (object != NULL)
      object->as.boolean = yes;
    return object;
  }
  if (tc_pdf_take_keyword(lexer, "null"))
    return new_object(lexer, TC_PDF_NULL, start, err);
  return fail_here(lexer, err, "an unknown token");
}

static const tc_pdf_object *parse(parser *p, size_t depth, tc_error *err)
{
  tc_pdf_lexer *lexer = p->lexer;
  tc_pdf_skip_space(lexer);
  int byte = peek(lexer, 0);
  switch (byte) {
  case -1:
    return fail_here(lexer, err, "the data end early");
  case '/':
    return parse_name(lexer, err);
  case '(':
    return parse_literal_string(lexer, err);
  case '[':
    return parse_array(p, depth, err);
  case '<':
    return peek(lexer, 1) == '<' ? parse_dict(p, depth, err) : parse_hex_string(lexer, err);
  default:
    break;
  }
  if (is(byte, DIGIT))
    return parse_number_or_reference(lexer, err);
  if (byte == '+' || byte == '-' || byte == '.')
    return parse_number(lexer, err);
  return parse_keyword(lexer, err);
}

const tc_pdf_object *tc_pdf_parse_value(tc_pdf_lexer *lexer, tc_error *err)
{
  tc_auto(parser) p = {.lexer = lexer};
  return parse(&p, 0, err);
}

/* After `stream` stands CR LF or LF, and not CR alone (7.3.8.1). */
static bool take_stream_start(tc_pdf_lexer *lexer, tc_pdf_object *stream, tc_error *err)
{
  if (peek(lexer, 0) == '\r' && peek(lexer, 1) == '\n')
    lexer->pos += 2;
  else if (peek(lexer, 0) == '\n')
    lexer->pos += 1;
  else
    return fail_here(lexer, err, "no end of line after the keyword stream") != NULL;
  stream->kind = TC_PDF_STREAM;
  stream->as.dict.data = (off_t)lexer->pos;
  return true;
}

bool tc_pdf_parse_indirect(tc_pdf_lexer *lexer, tc_pdf_indirect *out, tc_error *err)
{
  uint64_t number = 0, generation = 0;
  bool header = tc_pdf_take_natural(lexer, &number) && tc_pdf_take_natural(lexer, &generation);
  tc_pdf_skip_space(lexer);
  if (!header || !tc_pdf_take_keyword(lexer, "obj") || number == 0 || number > UINT32_MAX || generation > UINT16_MAX)
    return fail_here(lexer, err, "no object") != NULL;
  const tc_pdf_object *value = tc_pdf_parse_value(lexer, err);
  if (value == NULL)
    return false;
  tc_pdf_skip_space(lexer);
  if (value->kind == TC_PDF_DICT && tc_pdf_take_keyword(lexer, "stream")) {
    tc_pdf_object *stream = new_object(lexer, TC_PDF_STREAM, (size_t)value->offset, err);
    if (stream == NULL)
      return false;
    stream->as.dict = value->as.dict;
    if (!take_stream_start(lexer, stream, err))
      return false;
    value = stream;
  } else if (!tc_pdf_take_keyword(lexer, "endobj")) {
    return fail_here(lexer, err, "no endobj") != NULL;
  }
  *out = (tc_pdf_indirect){(uint32_t)number, (uint16_t)generation, value};
  return true;
}
