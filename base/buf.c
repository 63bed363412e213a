#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void tc_buf_finish(tc_buf *buf)
{
  free(buf->data);
  *buf = (tc_buf){0};
}

bool tc_buf_reserve(tc_buf *buf, size_t more, tc_error *err)
{
  size_t need;
  if (__builtin_add_overflow(buf->size, more, &need) || __builtin_add_overflow(need, (size_t)1, &need))
    return tc_fail(err, TC_NO_MEMORY, "a buffer of more than %zu bytes is out of range", SIZE_MAX);
  if (need <= buf->capacity)
    return true;
  size_t capacity = buf->capacity < 64 ? 64 : buf->capacity;
  while (capacity < need)
    if (__builtin_mul_overflow(capacity, (size_t)2, &capacity))
      capacity = need;
  uint8_t *data = realloc(buf->data, capacity);
  if (data == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a buffer of %zu bytes", capacity);
  buf->data = data;
  buf->capacity = capacity;
  buf->data[buf->size] = 0;
  return true;
}

bool tc_buf_append(tc_buf *buf, const void *data, size_t size, tc_error *err)
{
  if (!tc_buf_reserve(buf, size, err))
    return false;
  if (size > 0)
    memcpy(buf->data + buf->size, data, size);
  buf->size += size;
  buf->data[buf->size] = 0;
  return true;
}

bool tc_buf_append_text(tc_buf *buf, const char *text, tc_error *err)
{
  return tc_buf_append(buf, text, strlen(text), err);
}

bool tc_buf_printf(tc_buf *buf, tc_error *err, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  va_list again;
  va_copy(again, args);
  int need = vsnprintf(NULL, 0, format, args);
  va_end(args);
  bool ok = need >= 0 && tc_buf_reserve(buf, (size_t)need, err);
  if (ok) {
    vsnprintf((char *)buf->data + buf->size, (size_t)need + 1, format, again);
    buf->size += (size_t)need;
  }
  va_end(again);
  return need >= 0 ? ok : tc_fail(err, TC_INTERNAL, "a text could not be formatted");
}

bool tc_bytes_next_line(tc_bytes *rest, tc_bytes *line)
{
  if (rest->size == 0)
    return false;
  const uint8_t *end = memchr(rest->data, '\n', rest->size);
  *line = (tc_bytes){rest->data, end != NULL ? (size_t)(end - rest->data) : rest->size};
  const size_t used = end != NULL ? line->size + 1 : line->size;
  *rest = (tc_bytes){rest->data + used, rest->size - used};
  return true;
}

bool tc_str_copy(const char *text, char **out, tc_error *err)
{
  char *copy = strdup(text);
  if (copy == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a text of %zu bytes", strlen(text));
  *out = copy;
  return true;
}

bool tc_str_printf(char **out, tc_error *err, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  char *text = NULL;
  int length = vasprintf(&text, format, args);
  va_end(args);
  if (length < 0)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a text");
  *out = text;
  return true;
}
