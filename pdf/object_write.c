/*
 * PDF values as text and text as PDF values: serialising objects, and text strings in their three encodings.
 */
#include "pdf/object_write.h"
#include "base/text.h"
#include "pdf/object_private.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* PDFDocEncoding where it differs from Latin-1 (ISO 32000-2, annex D.3). */
static const uint16_t doc_from_18[8] = {0x02D8, 0x02C7, 0x02C6, 0x02D9, 0x02DD, 0x02DB, 0x02DA, 0x02DC};
static const uint16_t doc_from_80[33] = {0x2022, 0x2020, 0x2021, 0x2026, 0x2014, 0x2013, 0x0192, 0x2044, 0x2039,
                                         0x203A, 0x2212, 0x2030, 0x201E, 0x201C, 0x201D, 0x2018, 0x2019, 0x201A,
                                         0x2122, 0xFB01, 0xFB02, 0x0141, 0x0152, 0x0160, 0x0178, 0x017D, 0x0131,
                                         0x0142, 0x0153, 0x0161, 0x017E, 0xFFFD, 0x20AC};

static uint32_t from_doc_encoding(uint8_t byte)
{
  if (byte >= 0x18 && byte < 0x20)
    return doc_from_18[byte - 0x18];
  if (byte >= 0x80 && byte <= 0xA0)
    return doc_from_80[byte - 0x80];
  return byte == 0 || byte == 0x7F || byte == 0xAD ? TC_TEXT_REPLACEMENT : byte;
}

static bool append_utf16(tc_bytes bytes, tc_buf *out, tc_error *err)
{
  for (size_t i = 2; i + 1 < bytes.size; i += 2) {
    uint32_t unit = (uint32_t)bytes.data[i] << 8 | bytes.data[i + 1];
    if (unit >= 0xD800 && unit < 0xDC00 && i + 3 < bytes.size) {
      uint32_t low = (uint32_t)bytes.data[i + 2] << 8 | bytes.data[i + 3];
      if (low >= 0xDC00 && low < 0xE000) {
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        i += 2;
      }
    }
    if (!tc_text_append(out, unit == 0 ? TC_TEXT_REPLACEMENT : unit, err))
      return false;
  }
  return true;
}

static bool append_utf8(tc_bytes bytes, tc_buf *out, tc_error *err)
{
  tc_auto(tc_buf) raw = {0};
  tc_auto(tc_str) repaired = NULL;
  for (size_t i = 3; i < bytes.size; i++) {
    if (!tc_buf_append(&raw, bytes.data[i] != 0 ? (const void *)&bytes.data[i] : " ", 1, err))
      return false;
  }
  return tc_text_repair(tc_buf_text(&raw), &repaired, err) && tc_buf_append_text(out, repaired, err);
}

bool tc_pdf_text(const tc_pdf_object *string, char **out, tc_error *err)
{
  tc_bytes bytes = tc_pdf_bytes(string);
  tc_auto(tc_buf) text = {0};
  if (bytes.size >= 2 && bytes.data[0] == 0xFE && bytes.data[1] == 0xFF) {
    if (!append_utf16(bytes, &text, err))
      return false;
  } else if (bytes.size >= 3 && memcmp(bytes.data, "\xEF\xBB\xBF", 3) == 0) {
    if (!append_utf8(bytes, &text, err))
      return false;
  } else {
    for (size_t i = 0; i < bytes.size; i++) {
      if (!tc_text_append(&text, from_doc_encoding(bytes.data[i]), err))
        return false;
    }
  }
  return tc_str_copy(tc_buf_text(&text), out, err);
}

static bool append_hex(tc_buf *out, tc_bytes bytes, tc_error *err)
{
  if (!tc_buf_append_text(out, "<", err))
    return false;
  for (size_t i = 0; i < bytes.size; i++) {
    if (!tc_buf_printf(out, err, "%02X", bytes.data[i]))
      return false;
  }
  return tc_buf_append_text(out, ">", err);
}

/* Printable ASCII with escapes; anything else in hexadecimal. */
static bool append_string(tc_buf *out, tc_bytes bytes, tc_error *err)
{
  for (size_t i = 0; i < bytes.size; i++) {
    if (bytes.data[i] < 0x20 || bytes.data[i] > 0x7E)
      return append_hex(out, bytes, err);
  }
  if (!tc_buf_append_text(out, "(", err))
    return false;
  for (size_t i = 0; i < bytes.size; i++) {
    bool escaped = strchr("()\\", bytes.data[i]) != NULL;
    if ((escaped && !tc_buf_append_text(out, "\\", err)) || !tc_buf_append(out, &bytes.data[i], 1, err))
      return false;
  }
  return tc_buf_append_text(out, ")", err);
}

static bool append_name_bytes(tc_buf *out, tc_bytes name, tc_error *err)
{
  if (!tc_buf_append_text(out, "/", err))
    return false;
  for (size_t i = 0; i < name.size; i++) {
    uint8_t byte = name.data[i];
    bool plain = byte > 0x20 && byte < 0x7F && strchr("()<>[]{}/%#", byte) == NULL;
    if (plain ? !tc_buf_append(out, &byte, 1, err) : !tc_buf_printf(out, err, "#%02X", byte))
      return false;
  }
  return true;
}

bool tc_pdf_append_name(tc_buf *out, const char *name, tc_error *err)
{
  return append_name_bytes(out, tc_bytes_of_text(name), err);
}

/* The shortest decimal that reads as the same value: PDF has no exponents (7.3.3). */
static bool append_real(tc_buf *out, double value, int max_decimals, tc_error *err)
{
  char text[400];
  for (int decimals = 0; decimals <= max_decimals; decimals++) {
    snprintf(text, sizeof text, "%.*f", decimals, value);
    if (strtod(text, NULL) == value)
      break;
  }
  return tc_buf_append_text(out, text, err);
}

bool tc_pdf_append_number(tc_buf *out, double value, tc_error *err)
{
  double rounded = round(value * 10000) / 10000;
  return append_real(out, rounded == 0 ? 0 : rounded, 4, err);
}

bool tc_pdf_append_text(tc_buf *out, const char *utf8, tc_error *err)
{
  bool ascii = true;
  for (const char *at = utf8; *at != '\0'; at++)
    ascii &= *at >= 0x20 && *at <= 0x7E;
  if (ascii)
    return append_string(out, tc_bytes_of_text(utf8), err);
  tc_auto(tc_buf) units = {0};
  if (!tc_buf_append(&units, "\xFE\xFF", 2, err))
    return false;
  for (uint32_t codepoint; tc_text_next(&utf8, &codepoint);) {
    uint8_t bytes[4] = {(uint8_t)(codepoint >> 8), (uint8_t)codepoint};
    size_t size = 2;
    if (codepoint > 0xFFFF) {
      uint32_t high = 0xD800 + ((codepoint - 0x10000) >> 10), low = 0xDC00 + ((codepoint - 0x10000) & 0x3FF);
      bytes[0] = (uint8_t)(high >> 8);
      bytes[1] = (uint8_t)high;
      bytes[2] = (uint8_t)(low >> 8);
      bytes[3] = (uint8_t)low;
      size = 4;
    }
    if (!tc_buf_append(&units, bytes, size, err))
      return false;
  }
  return append_hex(out, tc_buf_bytes(&units), err);
}

static bool is_one_of(tc_bytes key, const char *const *keys)
{
  for (; keys != NULL && *keys != NULL; keys++) {
    if (tc_bytes_are(key, *keys))
      return true;
  }
  return false;
}

bool tc_pdf_write_entries(const tc_pdf_object *dict, const char *const *except, tc_buf *out, tc_error *err)
{
  for (size_t i = 0; i < tc_pdf_count(dict); i++) {
    tc_bytes key = tc_pdf_key_at(dict, i);
    if (is_one_of(key, except))
      continue;
    if (!append_name_bytes(out, key, err) || !tc_buf_append_text(out, " ", err) ||
        !tc_pdf_write(tc_pdf_value_at(dict, i), out, err) || !tc_buf_append_text(out, "\n", err))
      return false;
  }
  return true;
}

bool tc_pdf_write_elements(const tc_pdf_object *array, tc_buf *out, tc_error *err)
{
  for (size_t i = 0; i < tc_pdf_count(array); i++) {
    if (!tc_pdf_write(tc_pdf_at(array, i), out, err) || !tc_buf_append_text(out, " ", err))
      return false;
  }
  return true;
}

/* Recursion ends with the nesting that the parser allowed. */
bool tc_pdf_write(const tc_pdf_object *object, tc_buf *out, tc_error *err)
{
  switch (object->kind) {
  case TC_PDF_NULL:
    return tc_buf_append_text(out, "null", err);
  case TC_PDF_BOOLEAN:
    return tc_buf_append_text(out, object->as.boolean ? "true" : "false", err);
  case TC_PDF_INTEGER:
    return tc_buf_printf(out, err, "%jd", (intmax_t)object->as.integer);
  case TC_PDF_REAL:
    return append_real(out, object->as.real, 17, err);
  case TC_PDF_STRING:
    return append_string(out, object->as.bytes, err);
  case TC_PDF_NAME:
    return append_name_bytes(out, object->as.bytes, err);
  case TC_PDF_REFERENCE:
    return tc_buf_printf(out, err, "%u %u R", object->as.reference.number, object->as.reference.generation);
  case TC_PDF_ARRAY:
    return tc_buf_append_text(out, "[", err) && tc_pdf_write_elements(object, out, err) &&
           tc_buf_append_text(out, "]", err);
  case TC_PDF_DICT:
  case TC_PDF_STREAM:
    break;
  }
  return tc_buf_append_text(out, "<<\n", err) && tc_pdf_write_entries(object, NULL, out, err) &&
         tc_buf_append_text(out, ">>", err);
}
