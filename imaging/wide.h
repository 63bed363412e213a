/*
 * Private to imaging/: loops over the pixels of a row that have no branch. Where the processor has wider registers than
 * the program was built for, such a loop runs in them; results are the same to the bit.
 */
#pragma once

#include <stdint.h>
#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__) && defined(__OPTIMIZE__)
#define TC_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define TC_WIDE
#endif

/* Eight bytes of 0 or 1 as the bits of one, the first in the highest bit. */
static inline uint8_t tc_pack_octet(const uint8_t black[8])
{
  uint8_t octet = 0;
  for (int i = 0; i < 8; i++)
    octet = (uint8_t)(octet << 1 | black[i]);
  return octet;
}

/* Writes the bits of a row; those beyond `width` in its last byte are 0. */
static inline void tc_pack_row(const uint8_t *black, int width, uint8_t *bits)
{
  int x = 0;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  for (; x + 8 <= width; x += 8) {
    uint64_t eight;
    memcpy(&eight, black + x, sizeof eight);
    bits[x >> 3] = (uint8_t)(eight * UINT64_C(0x8040201008040201) >> 56); /* byte i of 0 or 1 comes to bit 63 - i */
  }
#endif
  for (; x < width; x += 8) {
    uint8_t rest[8] = {0};
    memcpy(rest, black + x, (size_t)(width - x < 8 ? width - x : 8));
    bits[x >> 3] = tc_pack_octet(rest);
  }
}
