/*
 * A growing byte buffer, and a borrowed view of bytes.
 * Ownership: tc_buf owns its block; tc_bytes owns nothing. Threading: a value belongs to one thread at a time.
 * Out of memory aborts nothing: every call that grows can fail with TC_NO_MEMORY; sizes are checked for overflow.
 */
#pragma once

#include "base/auto.h"
#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

typedef struct tc_bytes {
  const uint8_t *data;
  size_t size;
} tc_bytes;

typedef struct tc_buf {
  uint8_t *data; /* NULL while nothing was ever added; data[size] is 0 otherwise, so text can be read as a C string */
  size_t size;
  size_t capacity;
} tc_buf;

void tc_buf_finish(tc_buf *buf); /* frees and zeroes; takes an empty one */
TC_AUTO_VALUE(tc_buf, tc_buf_finish);

TC_NODISCARD bool tc_buf_reserve(tc_buf *buf, size_t more, tc_error *err);
TC_NODISCARD bool tc_buf_append(tc_buf *buf, const void *data, size_t size, tc_error *err);
TC_NODISCARD bool tc_buf_append_text(tc_buf *buf, const char *text, tc_error *err);
TC_NODISCARD bool tc_buf_printf(tc_buf *buf, tc_error *err, const char *format, ...) TC_PRINTF(3, 4);

static inline tc_bytes tc_buf_bytes(const tc_buf *buf) { return (tc_bytes){buf->data, buf->size}; }
/* The text of a buffer: never NULL, owned by the buffer until it changes. */
static inline const char *tc_buf_text(const tc_buf *buf) { return buf->data != NULL ? (const char *)buf->data : ""; }
static inline tc_bytes tc_bytes_of_text(const char *text)
{
  return (tc_bytes){(const uint8_t *)text, __builtin_strlen(text)};
}

/* Takes the next line off the front of `rest`, without its line feed; false at the end. */
bool tc_bytes_next_line(tc_bytes *rest, tc_bytes *line);

/* strdup and asprintf in the house's convention; *out is the caller's, freed with free(). */
TC_NODISCARD bool tc_str_copy(const char *text, char **out, tc_error *err);
TC_NODISCARD bool tc_str_printf(char **out, tc_error *err, const char *format, ...) TC_PRINTF(3, 4);
