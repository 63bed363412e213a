#include "pdf/plain_value.h"

#include <math.h>
#include <string.h>

enum { MAX_KEYS = 256, MAX_NUMBER_SIZE = 15 };

static size_t left(const tc_plain *in) { return (size_t)(in->end - in->at); }
int tc_plain_next(const tc_plain *in) { return in->at < in->end ? *in->at : -1; }
bool tc_plain_is_blank(int byte) { return byte == ' ' || byte == '\n' || byte == '\r'; }
bool tc_plain_is_digit(int byte) { return byte >= '0' && byte <= '9'; }

static bool ends_token(int byte)
{
  return tc_plain_is_blank(byte) || byte == ']' || byte == '/' || byte == '>' || byte == '[' || byte == '<' ||
         byte == '(' || byte == ')';
}

void tc_plain_skip(tc_plain *in)
{
  while (tc_plain_is_blank(tc_plain_next(in)))
    in->at++;
}

bool tc_plain_take(tc_plain *in, const char *text)
{
  size_t size = strlen(text);
  if (left(in) < size || memcmp(in->at, text, size) != 0)
    return false;
  in->at += size;
  return true;
}

bool tc_plain_take_line_end(tc_plain *in) { return tc_plain_take(in, "\r\n") || tc_plain_take(in, "\n"); }

bool tc_plain_take_digits(tc_plain *in, uint64_t *out)
{
  size_t count = 0;
  uint64_t value = 0;
  for (; tc_plain_is_digit(tc_plain_next(in)) && count < MAX_NUMBER_SIZE; in->at++, count++)
    value = value * 10 + (uint64_t)(*in->at - '0');
  *out = value;
  return count > 0 && !tc_plain_is_digit(tc_plain_next(in));
}

static int hex_value(int byte)
{
  static const signed char values[256] = {
      ['0'] = 16,      ['1'] = 16 + 1,  ['2'] = 16 + 2,  ['3'] = 16 + 3,  ['4'] = 16 + 4,  ['5'] = 16 + 5,
      ['6'] = 16 + 6,  ['7'] = 16 + 7,  ['8'] = 16 + 8,  ['9'] = 16 + 9,  ['A'] = 16 + 10, ['B'] = 16 + 11,
      ['C'] = 16 + 12, ['D'] = 16 + 13, ['E'] = 16 + 14, ['F'] = 16 + 15, ['a'] = 16 + 10, ['b'] = 16 + 11,
      ['c'] = 16 + 12, ['d'] = 16 + 13, ['e'] = 16 + 14, ['f'] = 16 + 15};
  return values[(uint8_t)byte] - 16; /* below 0: no digit */
}

static bool take_hex_pair(tc_plain *in, uint8_t *out)
{
  int high = left(in) >= 2 ? hex_value(in->at[0]) : -1, low = high >= 0 ? hex_value(in->at[1]) : -1;
  if (low < 0)
    return false;
  *out = (uint8_t)(high * 16 + low);
  in->at += 2;
  return true;
}

static bool spells_name(tc_plain *in, tc_bytes name)
{
  if (!tc_plain_take(in, "/"))
    return false;
  for (size_t i = 0; i < name.size; i++) {
    int byte = tc_plain_next(in);
    uint8_t decoded = (uint8_t)byte;
    if (byte <= ' ' || byte > '~' || strchr("()<>[]{}/%", byte) != NULL)
      return false;
    in->at++;
    if ((byte == '#' && (!take_hex_pair(in, &decoded) || decoded == 0)) || decoded != name.data[i])
      return false;
  }
  return ends_token(tc_plain_next(in));
}

static bool take_escape(tc_plain *in, uint8_t *out)
{
  static const char codes[] = "nrtbf()\\", values[] = "\n\r\t\b\f()\\";
  int byte = tc_plain_next(in);
  const char *code = byte > 0 ? strchr(codes, byte) : NULL;
  if (code != NULL) {
    in->at++;
    *out = (uint8_t)values[code - codes];
    return true;
  }
  unsigned value = 0;
  for (size_t i = 0; i < 3; i++) {
    if (left(in) == 0 || *in->at < '0' || *in->at > '7')
      return false;
    value = value * 8 + (unsigned)(*in->at++ - '0');
  }
  *out = (uint8_t)value;
  return value <= UINT8_MAX;
}

static bool spells_literal(tc_plain *in, tc_bytes text)
{
  size_t depth = 0, size = 0;
  in->at++;
  for (;;) {
    int byte = tc_plain_next(in);
    uint8_t decoded = (uint8_t)byte;
    if (byte < 0 || byte == '\r') /* an end of line in a string is read as \n by some, as it is by others */
      return false;
    in->at++;
    if (byte == ')' && depth-- == 0)
      return size == text.size;
    depth += byte == '(';
    if ((byte == '\\' && !take_escape(in, &decoded)) || size >= text.size || text.data[size++] != decoded)
      return false;
  }
}

static bool spells_string(tc_plain *in, tc_bytes text)
{
  if (tc_plain_next(in) == '(')
    return spells_literal(in, text);
  if (!tc_plain_take(in, "<") || text.size > left(in) / 2)
    return false;
  const uint8_t *at = in->at;
  for (size_t i = 0; i < text.size; i++, at += 2) {
    int high = hex_value(at[0]), low = hex_value(at[1]);
    if (high < 0 || low < 0 || high * 16 + low != text.data[i])
      return false;
  }
  in->at = at;
  return tc_plain_take(in, ">");
}

/* Digits that are an integer, which most numbers are; nothing is taken where they are not. */
static bool spells_digits(tc_plain *in, int64_t expected)
{
  const uint8_t *at = in->at;
  int64_t value = 0;
  for (; at < in->end && tc_plain_is_digit(*at) && at - in->at < MAX_NUMBER_SIZE; at++)
    value = value * 10 + (*at - '0');
  if (at == in->at || at == in->end || !ends_token(*at) || value != expected)
    return false;
  in->at = at;
  return true;
}

static bool spells_number(tc_plain *in, const tc_pdf_object *number)
{
  if (number->kind == TC_PDF_INTEGER && spells_digits(in, number->as.integer))
    return true;
  bool minus = tc_plain_take(in, "-");
  uint64_t whole = 0, part = 0;
  const uint8_t *start = in->at;
  bool digits = tc_plain_take_digits(in, &whole);
  if (!digits && in->at != start)
    return false;
  double value = (double)whole;
  if (tc_plain_take(in, ".")) {
    const uint8_t *point = in->at;
    bool more = tc_plain_take_digits(in, &part);
    if (tc_pdf_kind_of(number) != TC_PDF_REAL || (!more && (in->at != point || !digits)))
      return false;
    value += (double)part / pow(10, (double)(in->at - point));
  } else if (!digits || tc_pdf_kind_of(number) != TC_PDF_INTEGER) {
    return false;
  }
  double expected = tc_pdf_number(number, 0);
  return ends_token(tc_plain_next(in)) && fabs((minus ? -value : value) - expected) <= 1e-9 * fabs(expected);
}

static bool spells_reference(tc_plain *in, const tc_pdf_object *reference)
{
  uint64_t number = 0, generation = 0;
  return tc_plain_take_digits(in, &number) && tc_plain_take(in, " ") && tc_plain_take_digits(in, &generation) &&
         tc_plain_take(in, " R") && ends_token(tc_plain_next(in)) && number == reference->as.reference.number &&
         generation == reference->as.reference.generation;
}

static bool spells_array(tc_plain *in, const tc_pdf_object *array)
{
  if (!tc_plain_take(in, "["))
    return false;
  for (size_t i = 0; i < tc_pdf_count(array); i++) {
    tc_plain_skip(in);
    if (!tc_plain_spells(in, tc_pdf_at(array, i)))
      return false;
  }
  tc_plain_skip(in);
  return tc_plain_take(in, "]");
}

static bool key_repeats(const tc_pdf_object *dict, size_t index)
{
  tc_bytes key = tc_pdf_key_at(dict, index);
  for (size_t i = 0; i < index; i++)
    if (tc_bytes_compare(tc_pdf_key_at(dict, i), key) == 0)
      return true;
  return false;
}

static bool spells_dict(tc_plain *in, const tc_pdf_object *dict)
{
  size_t count = tc_pdf_count(dict);
  if (!tc_plain_take(in, "<<") || count > MAX_KEYS)
    return false;
  for (size_t i = 0; i < count; i++) {
    tc_plain_skip(in);
    if (!spells_name(in, tc_pdf_key_at(dict, i)) || key_repeats(dict, i))
      return false;
    tc_plain_skip(in);
    if (!tc_plain_spells(in, tc_pdf_value_at(dict, i)))
      return false;
  }
  tc_plain_skip(in);
  return tc_plain_take(in, ">>");
}

bool tc_plain_spells(tc_plain *in, const tc_pdf_object *value)
{
  switch (tc_pdf_kind_of(value)) {
  case TC_PDF_NULL:
    return tc_plain_take(in, "null") && ends_token(tc_plain_next(in));
  case TC_PDF_BOOLEAN:
    return tc_plain_take(in, tc_pdf_boolean(value, false) ? "true" : "false") && ends_token(tc_plain_next(in));
  case TC_PDF_INTEGER:
  case TC_PDF_REAL:
    return spells_number(in, value);
  case TC_PDF_STRING:
    return spells_string(in, tc_pdf_bytes(value));
  case TC_PDF_NAME:
    return spells_name(in, tc_pdf_bytes(value));
  case TC_PDF_ARRAY:
    return spells_array(in, value);
  case TC_PDF_DICT:
  case TC_PDF_STREAM:
    return spells_dict(in, value);
  case TC_PDF_REFERENCE:
    return spells_reference(in, value);
  }
  return false;
}
