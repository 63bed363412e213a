/*
 * Private to signing/: DER (X.690) by hand, read and written. The reader is strict (definite, shortest lengths, single
 * byte tags), so that with it every byte of a structure belongs to a named part.
 */
#pragma once

#include "base/buf.h"

enum {
  TC_DER_BOOLEAN = 0x01,
  TC_DER_INTEGER = 0x02,
  TC_DER_BITS = 0x03,
  TC_DER_OCTETS = 0x04,
  TC_DER_NULL = 0x05,
  TC_DER_OID = 0x06,
  TC_DER_UTC_TIME = 0x17,
  TC_DER_TIME = 0x18,
  TC_DER_SEQUENCE = 0x30,
  TC_DER_SET = 0x31,
  TC_DER_CONTEXT_0 = 0xA0, /* constructed */
  TC_DER_CONTEXT_1 = 0xA1,
  TC_DER_CONTEXT_2 = 0xA2,
};

typedef struct tc_der {
  uint8_t tag;
  tc_bytes whole; /* with its header */
  tc_bytes content;
} tc_der;

/* Takes the next element off *rest. False: none left, or not DER. */
TC_NODISCARD bool tc_der_next(tc_bytes *rest, tc_der *out);
/* The same, and it has this tag. */
TC_NODISCARD bool tc_der_expect(tc_bytes *rest, uint8_t tag, tc_der *out);
/* The next element, when it has this tag; *rest stays otherwise. */
bool tc_der_optional(tc_bytes *rest, uint8_t tag, tc_der *out);
bool tc_bytes_equal(tc_bytes a, tc_bytes b);
/* The members of a SET OF stand in the order DER wants (X.690 11.6). */
bool tc_der_set_sorted(tc_bytes content);

/* Writing: remember `size_t start = out->size`, append the content, then close it under a tag. */
TC_NODISCARD bool tc_der_close(tc_buf *out, size_t start, uint8_t tag, tc_error *err);
TC_NODISCARD bool tc_der_put(tc_buf *out, uint8_t tag, tc_bytes content, tc_error *err);
TC_NODISCARD bool tc_der_put_small(tc_buf *out, uint8_t value, tc_error *err); /* INTEGER 0 … 127 */
/* The bytes are DER all the way down, as far as constructed elements go; at most 32 levels. */
TC_NODISCARD bool tc_der_is_strict(tc_bytes bytes);
