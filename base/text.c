#include "base/text.h"

#include <string.h>
#include <utf8proc.h>

/* Letters that Unicode does not decompose though readers (and recognition engines) take them for their base letter. */
static const struct base_letter {
  uint32_t from, to;
} base_letters[] = {
    {0x00D0, 'd'}, {0x00F0, 'd'}, {0x00D8, 'o'}, {0x00F8, 'o'}, {0x0110, 'd'}, {0x0111, 'd'}, {0x0126, 'h'},
    {0x0127, 'h'}, {0x0131, 'i'}, {0x0141, 'l'}, {0x0142, 'l'}, {0x0166, 't'}, {0x0167, 't'}, {0x0180, 'b'},
    {0x0189, 'd'}, {0x018A, 'd'}, {0x0197, 'i'}, {0x01B5, 'z'}, {0x01B6, 'z'}, {0x0243, 'b'}, {0x0244, 'u'},
    {0x0256, 'd'}, {0x0257, 'd'}, {0x0268, 'i'}, {0x0289, 'u'},
};

size_t tc_text_sequence(const char *at, size_t size)
{
  const unsigned char *s = (const unsigned char *)at;
  if (size == 0)
    return 0;
  if (s[0] < 0x80)
    return 1;
  size_t length = s[0] >= 0xF0 && s[0] <= 0xF4  ? 4
                  : s[0] >= 0xE0 && s[0] < 0xF0 ? 3
                  : s[0] >= 0xC2 && s[0] < 0xE0 ? 2
                                                : 0;
  if (length > size)
    return 0;
  for (size_t i = 1; i < length; i++)
    if ((s[i] & 0xC0) != 0x80)
      return 0;
  bool overlong = (s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xF0 && s[1] < 0x90);
  bool surrogate = s[0] == 0xED && s[1] > 0x9F;
  bool beyond = s[0] == 0xF4 && s[1] > 0x8F;
  return overlong || surrogate || beyond ? 0 : length;
}

bool tc_text_is_valid(tc_bytes text)
{
  for (size_t at = 0; at < text.size;) {
    size_t length = tc_text_sequence((const char *)text.data + at, text.size - at);
    if (length == 0)
      return false;
    at += length;
  }
  return true;
}

bool tc_text_next(const char **at, uint32_t *out)
{
  const char *s = *at;
  if (*s == '\0')
    return false;
  size_t length = tc_text_sequence(s, strnlen(s, 4));
  static const unsigned char lead_mask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  uint32_t codepoint = length == 0 ? TC_TEXT_REPLACEMENT : (unsigned char)*s & lead_mask[length];
  for (size_t i = 1; i < length; i++)
    codepoint = codepoint << 6 | ((unsigned char)s[i] & 0x3F);
  *at = s + (length > 0 ? length : 1);
  *out = codepoint;
  return true;
}

size_t tc_text_length(const char *utf8)
{
  size_t length = 0;
  for (uint32_t codepoint; tc_text_next(&utf8, &codepoint);)
    length++;
  return length;
}

size_t tc_text_encode(uint32_t codepoint, char out[5])
{
  if (!utf8proc_codepoint_valid((utf8proc_int32_t)codepoint))
    codepoint = TC_TEXT_REPLACEMENT;
  utf8proc_ssize_t length = utf8proc_encode_char((utf8proc_int32_t)codepoint, (utf8proc_uint8_t *)out);
  out[length] = '\0';
  return (size_t)length;
}

bool tc_text_append(tc_buf *buf, uint32_t codepoint, tc_error *err)
{
  char bytes[5];
  return tc_buf_append(buf, bytes, tc_text_encode(codepoint, bytes), err);
}

/* Hands the buffer's block over as a C string. */
static bool hand_over(tc_buf *buf, char **out, tc_error *err)
{
  if (buf->data == NULL)
    return tc_str_copy("", out, err);
  *out = (char *)buf->data;
  *buf = (tc_buf){0};
  return true;
}

static bool refuse_invalid(const char *utf8, tc_error *err)
{
  if (!tc_text_is_valid(tc_bytes_of_text(utf8)))
    return tc_fail(err, TC_FORMAT, "the text is not UTF-8");
  return true;
}

bool tc_text_repair(const char *utf8, char **out, tc_error *err)
{
  tc_auto(tc_buf) buf = {0};
  for (uint32_t codepoint; tc_text_next(&utf8, &codepoint);)
    if (!tc_text_append(&buf, codepoint, err))
      return false;
  return hand_over(&buf, out, err);
}

static utf8proc_int32_t to_base_letter(utf8proc_int32_t codepoint, void *data)
{
  (void)data;
  size_t low = 0;
  size_t high = TC_ARRAY_LEN(base_letters);
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (base_letters[middle].from == (uint32_t)codepoint)
      return (utf8proc_int32_t)base_letters[middle].to;
    if (base_letters[middle].from < (uint32_t)codepoint)
      low = middle + 1;
    else
      high = middle;
  }
  return codepoint;
}

static bool map(const char *utf8, utf8proc_option_t options, utf8proc_custom_func each, char **out, tc_error *err)
{
  utf8proc_uint8_t *mapped = NULL;
  utf8proc_ssize_t length = utf8proc_map_custom((const utf8proc_uint8_t *)utf8, 0, &mapped,
                                                options | UTF8PROC_NULLTERM | UTF8PROC_STABLE, each, NULL);
  if (length == UTF8PROC_ERROR_NOMEM || length == UTF8PROC_ERROR_OVERFLOW)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a text");
  if (length < 0)
    return tc_fail(err, TC_FORMAT, "the text is not UTF-8");
  *out = (char *)mapped;
  return true;
}

bool tc_text_nfc(const char *utf8, char **out, tc_error *err) { return map(utf8, UTF8PROC_COMPOSE, NULL, out, err); }

bool tc_text_fold(const char *utf8, char **out, tc_error *err)
{
  return map(utf8, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK, to_base_letter, out,
             err);
}

uint32_t tc_text_fold_codepoint(uint32_t codepoint)
{
  utf8proc_int32_t parts[32];
  int boundary = UTF8PROC_BOUNDCLASS_START;
  utf8proc_ssize_t count =
      utf8proc_decompose_char(to_base_letter((utf8proc_int32_t)codepoint, NULL), parts, TC_ARRAY_LEN(parts),
                              UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK, &boundary);
  if (count < 0)
    return codepoint;
  return count == 0 ? 0 : (uint32_t)to_base_letter(parts[0], NULL);
}

static bool map_simple(const char *utf8, utf8proc_int32_t (*each)(utf8proc_int32_t), char **out, tc_error *err)
{
  if (!refuse_invalid(utf8, err))
    return false;
  tc_auto(tc_buf) buf = {0};
  for (uint32_t codepoint; tc_text_next(&utf8, &codepoint);)
    if (!tc_text_append(&buf, (uint32_t)each((utf8proc_int32_t)codepoint), err))
      return false;
  return hand_over(&buf, out, err);
}

bool tc_text_lower(const char *utf8, char **out, tc_error *err) { return map_simple(utf8, utf8proc_tolower, out, err); }

bool tc_text_upper(const char *utf8, char **out, tc_error *err) { return map_simple(utf8, utf8proc_toupper, out, err); }

bool tc_text_squeeze(const char *utf8, char **out, tc_error *err)
{
  if (!refuse_invalid(utf8, err))
    return false;
  tc_auto(tc_buf) buf = {0};
  bool gap = false;
  for (uint32_t codepoint; tc_text_next(&utf8, &codepoint);) {
    if (tc_text_is_space(codepoint)) {
      gap = buf.size > 0;
      continue;
    }
    if (gap && !tc_text_append(&buf, ' ', err))
      return false;
    gap = false;
    if (!tc_text_append(&buf, codepoint, err))
      return false;
  }
  return hand_over(&buf, out, err);
}

static utf8proc_category_t category(uint32_t codepoint) { return utf8proc_category((utf8proc_int32_t)codepoint); }

bool tc_text_is_letter(uint32_t codepoint)
{
  utf8proc_category_t kind = category(codepoint);
  return kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_LO;
}

bool tc_text_is_upper(uint32_t codepoint) { return category(codepoint) == UTF8PROC_CATEGORY_LU; }
bool tc_text_is_lower(uint32_t codepoint) { return category(codepoint) == UTF8PROC_CATEGORY_LL; }
bool tc_text_is_digit(uint32_t codepoint) { return category(codepoint) == UTF8PROC_CATEGORY_ND; }

bool tc_text_is_mark(uint32_t codepoint)
{
  utf8proc_category_t kind = category(codepoint);
  return kind >= UTF8PROC_CATEGORY_MN && kind <= UTF8PROC_CATEGORY_ME;
}

bool tc_text_is_space(uint32_t codepoint)
{
  utf8proc_category_t kind = category(codepoint);
  return (kind >= UTF8PROC_CATEGORY_ZS && kind <= UTF8PROC_CATEGORY_ZP) || kind == UTF8PROC_CATEGORY_CC;
}
