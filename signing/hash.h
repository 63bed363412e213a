/* Digest algorithms by name, and a digest under one of them. Threading: values. */
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef enum tc_hash { TC_HASH_UNKNOWN, TC_HASH_SHA1, TC_HASH_SHA256, TC_HASH_SHA384, TC_HASH_SHA512 } tc_hash;
const char *tc_hash_name(tc_hash hash); /* "SHA-256" … */

typedef struct tc_hash_value {
  tc_hash hash;
  size_t size;
  uint8_t bytes[64];
} tc_hash_value;
