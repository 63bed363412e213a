#include "signing/der.h"

#include <string.h>

/* X.690 10.1: the definite form, in the fewest bytes. */
static bool read_length(tc_bytes at, size_t *header, size_t *length)
{
  if (at.size < 2)
    return false;
  uint8_t first = at.data[1];
  if (first < 0x80) {
    *header = 2;
    *length = first;
    return true;
  }
  size_t bytes = first & 0x7Fu;
  if (bytes == 0 || bytes > 4 || at.size < 2 + bytes || at.data[2] == 0)
    return false;
  size_t value = 0;
  for (size_t i = 0; i < bytes; i++)
    value = value << 8 | at.data[2 + i];
  if (value < 0x80)
    return false;
  *header = 2 + bytes;
  *length = value;
  return true;
}

bool tc_der_next(tc_bytes *rest, tc_der *out)
{
  size_t header = 0;
  size_t length = 0;
  if (!read_length(*rest, &header, &length) || (rest->data[0] & 0x1F) == 0x1F || length > rest->size - header)
    return false;
  out->tag = rest->data[0];
  out->whole = (tc_bytes){rest->data, header + length};
  out->content = (tc_bytes){rest->data + header, length};
  rest->data += header + length;
  rest->size -= header + length;
  return true;
}

bool tc_der_expect(tc_bytes *rest, uint8_t tag, tc_der *out)
{
  return rest->size > 0 && rest->data[0] == tag && tc_der_next(rest, out);
}

bool tc_der_optional(tc_bytes *rest, uint8_t tag, tc_der *out) { return tc_der_expect(rest, tag, out); }

bool tc_bytes_equal(tc_bytes a, tc_bytes b)
{
  return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

bool tc_der_set_sorted(tc_bytes content)
{
  tc_der before = {0};
  tc_der member;
  while (content.size > 0) {
    if (!tc_der_next(&content, &member))
      return false;
    size_t shared = before.whole.size < member.whole.size ? before.whole.size : member.whole.size;
    int order = shared == 0 ? 0 : memcmp(before.whole.data, member.whole.data, shared);
    if (order > 0 || (order == 0 && before.whole.size > member.whole.size))
      return false;
    before = member;
  }
  return true;
}

bool tc_der_close(tc_buf *out, size_t start, uint8_t tag, tc_error *err)
{
  size_t length = out->size - start;
  uint8_t header[6] = {tag};
  size_t size = 2;
  if (length < 0x80) {
    header[1] = (uint8_t)length;
  } else {
    size_t bytes = length > 0xFFFFFF ? 4 : length > 0xFFFF ? 3 : length > 0xFF ? 2 : 1;
    header[1] = (uint8_t)(0x80 | bytes);
    for (size_t i = 0; i < bytes; i++)
      header[2 + i] = (uint8_t)(length >> (8 * (bytes - 1 - i)));
    size = 2 + bytes;
  }
  if (length > 0xFFFFFFFF)
    return tc_fail(err, TC_LIMIT, "a DER element is too long");
  if (!tc_buf_append(out, header, size, err)) /* makes room; the content then moves behind the header */
    return false;
  memmove(out->data + start + size, out->data + start, length);
  memcpy(out->data + start, header, size);
  return true;
}

bool tc_der_put(tc_buf *out, uint8_t tag, tc_bytes content, tc_error *err)
{
  size_t start = out->size;
  return (content.size == 0 || tc_buf_append(out, content.data, content.size, err)) &&
         tc_der_close(out, start, tag, err);
}

bool tc_der_put_small(tc_buf *out, uint8_t value, tc_error *err)
{
  return tc_der_put(out, TC_DER_INTEGER, (tc_bytes){&value, 1}, err);
}

static bool strict_at(tc_bytes bytes, int depth)
{
  tc_der element;
  while (bytes.size > 0) {
    if (depth > 32 || !tc_der_next(&bytes, &element))
      return false;
    if ((element.tag & 0x20) != 0 && !strict_at(element.content, depth + 1))
      return false;
  }
  return true;
}

bool tc_der_is_strict(tc_bytes bytes) { return strict_at(bytes, 0); }
