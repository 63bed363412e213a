/*
 * Inside of objects: their memory and their shape. Only the reader's own files include this.
 */
#pragma once

#include "pdf/object.h"

typedef struct tc_pdf_entry {
  tc_bytes key;
  const tc_pdf_object *value;
} tc_pdf_entry;

struct tc_pdf_object {
  tc_pdf_kind kind;
  off_t offset, end; /* in the file; -1 in an object stream */
  union {
    bool boolean;
    int64_t integer;
    double real;
    tc_bytes bytes; /* string, name */
    struct {
      uint32_t number;
      uint16_t generation;
    } reference;
    struct {
      const tc_pdf_object **items;
      size_t count;
    } array;
    struct {
      tc_pdf_entry *entries;
      const tc_pdf_entry **sorted; /* by key; NULL for a small one */
      size_t count;
      off_t data;      /* of a stream: the offset of its first byte */
      uint32_t number; /* of a stream in an encrypted document: whose key it is under; 0: it is not encrypted */
      uint16_t generation;
    } dict;
  } as;
};

extern const tc_pdf_object tc_pdf_null_object;

/* Memory that is given back as a whole. Zeroed with a limit set, it is ready. */
typedef struct tc_pdf_arena {
  struct tc_pdf_chunk *chunks;
  size_t used, capacity; /* of the first chunk */
  size_t total, limit;
} tc_pdf_arena;
void *tc_pdf_arena_take(tc_pdf_arena *arena, size_t size, tc_error *err); /* zeroed, aligned; NULL: filled err */
void tc_pdf_arena_finish(tc_pdf_arena *arena);

/* Sorts a dictionary's index and refuses a key that stands twice with different values. */
TC_NODISCARD bool tc_pdf_dict_index(tc_pdf_object *dict, tc_pdf_arena *arena, tc_error *err);
int tc_bytes_compare(tc_bytes a, tc_bytes b);
static inline bool tc_bytes_are(tc_bytes bytes, const char *text)
{
  return bytes.size == __builtin_strlen(text) && __builtin_memcmp(bytes.data, text, bytes.size) == 0;
}
