/*
 * Getters of PDF objects, tolerant by design: the wrong kind answers like an absent value. Objects lie in an arena that
 * belongs to the document; a dictionary keeps its file order, and a sorted index once it is large.
 */
#include "pdf/object_private.h"

#include <math.h>
#include <string.h>

enum { CHUNK_SIZE = 64 * 1024, INDEX_FROM = 12 };

const tc_pdf_object tc_pdf_null_object = {.kind = TC_PDF_NULL, .offset = -1, .end = -1};

typedef struct tc_pdf_chunk {
  struct tc_pdf_chunk *next;
  max_align_t data[];
} tc_pdf_chunk;

void *tc_pdf_arena_take(tc_pdf_arena *arena, size_t size, tc_error *err)
{
  size_t aligned = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
  if (aligned < size || aligned > arena->limit - arena->total) {
    (void)tc_fail(err, TC_LIMIT, "the PDF's objects need more than %zu bytes", arena->limit);
    return NULL;
  }
  if (arena->chunks == NULL || arena->capacity - arena->used < aligned) {
    size_t capacity = aligned > CHUNK_SIZE ? aligned : CHUNK_SIZE;
    tc_pdf_chunk *chunk = calloc(1, sizeof *chunk + capacity);
    if (chunk == NULL) {
      (void)tc_fail(err, TC_NO_MEMORY, "no memory for a PDF object");
      return NULL;
    }
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    arena->used = 0;
    arena->capacity = capacity;
  }
  void *taken = (uint8_t *)arena->chunks->data + arena->used;
  arena->used += aligned;
  arena->total += aligned;
  return taken;
}

void tc_pdf_arena_finish(tc_pdf_arena *arena)
{
  while (arena->chunks != NULL) {
    tc_pdf_chunk *next = arena->chunks->next;
    free(arena->chunks);
    arena->chunks = next;
  }
  arena->used = arena->capacity = arena->total = 0;
}

int tc_bytes_compare(tc_bytes a, tc_bytes b)
{
  size_t shorter = a.size < b.size ? a.size : b.size;
  int order = shorter == 0 ? 0 : memcmp(a.data, b.data, shorter);
  return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

static int compare_entries(const void *a, const void *b)
{
  const tc_pdf_entry *const *left = a, *const *right = b;
  return tc_bytes_compare((*left)->key, (*right)->key);
}

bool tc_pdf_dict_index(tc_pdf_object *dict, tc_pdf_arena *arena, tc_error *err)
{
  size_t count = dict->as.dict.count;
  const tc_pdf_entry *few[INDEX_FROM];
  const tc_pdf_entry **sorted = few;
  if (count > INDEX_FROM) {
    sorted = tc_pdf_arena_take(arena, count * sizeof *sorted, err);
    if (sorted == NULL)
      return false;
    dict->as.dict.sorted = sorted;
  }
  for (size_t i = 0; i < count; i++)
    sorted[i] = &dict->as.dict.entries[i];
  if (count > 1)
    qsort(sorted, count, sizeof *sorted, compare_entries);
  for (size_t i = 1; i < count; i++) {
    if (tc_bytes_compare(sorted[i - 1]->key, sorted[i]->key) == 0 &&
        !tc_pdf_equal(sorted[i - 1]->value, sorted[i]->value))
      return tc_fail(err, TC_FORMAT, "a key stands twice, with different values, in the dictionary at offset %jd",
                     (intmax_t)dict->offset);
  }
  return true;
}

tc_pdf_kind tc_pdf_kind_of(const tc_pdf_object *object) { return object->kind; }

bool tc_pdf_boolean(const tc_pdf_object *object, bool fallback)
{
  return object->kind == TC_PDF_BOOLEAN ? object->as.boolean : fallback;
}

int64_t tc_pdf_integer(const tc_pdf_object *object, int64_t fallback)
{
  if (object->kind == TC_PDF_INTEGER)
    return object->as.integer;
  if (object->kind == TC_PDF_REAL && fabs(object->as.real) < 9e15 && object->as.real == floor(object->as.real))
    return (int64_t)object->as.real;
  return fallback;
}

double tc_pdf_number(const tc_pdf_object *object, double fallback)
{
  if (object->kind == TC_PDF_INTEGER)
    return (double)object->as.integer;
  return object->kind == TC_PDF_REAL ? object->as.real : fallback;
}

tc_bytes tc_pdf_bytes(const tc_pdf_object *object)
{
  if (object->kind == TC_PDF_STRING || object->kind == TC_PDF_NAME)
    return object->as.bytes;
  return (tc_bytes){NULL, 0};
}

bool tc_pdf_is_name(const tc_pdf_object *object, const char *name)
{
  return object->kind == TC_PDF_NAME && tc_bytes_are(object->as.bytes, name);
}

bool tc_pdf_is_dict(const tc_pdf_object *object) { return object->kind == TC_PDF_DICT; }

uint32_t tc_pdf_reference(const tc_pdf_object *object)
{
  return object->kind == TC_PDF_REFERENCE ? object->as.reference.number : 0;
}

static bool has_entries(const tc_pdf_object *object)
{
  return object->kind == TC_PDF_DICT || object->kind == TC_PDF_STREAM;
}

size_t tc_pdf_count(const tc_pdf_object *object)
{
  if (has_entries(object))
    return object->as.dict.count;
  return object->kind == TC_PDF_ARRAY ? object->as.array.count : 0;
}

const tc_pdf_object *tc_pdf_at(const tc_pdf_object *array, size_t index)
{
  if (array->kind != TC_PDF_ARRAY || index >= array->as.array.count)
    return &tc_pdf_null_object;
  return array->as.array.items[index];
}

const tc_pdf_object *tc_pdf_get_bytes(const tc_pdf_object *dict, tc_bytes key)
{
  if (!has_entries(dict))
    return &tc_pdf_null_object;
  if (dict->as.dict.sorted != NULL) {
    const tc_pdf_entry wanted = {key, NULL}, *pointer = &wanted;
    const tc_pdf_entry **found =
        bsearch(&pointer, dict->as.dict.sorted, dict->as.dict.count, sizeof(tc_pdf_entry *), compare_entries);
    return found != NULL ? (*found)->value : &tc_pdf_null_object;
  }
  for (size_t i = 0; i < dict->as.dict.count; i++) {
    if (tc_bytes_compare(dict->as.dict.entries[i].key, key) == 0)
      return dict->as.dict.entries[i].value;
  }
  return &tc_pdf_null_object;
}

const tc_pdf_object *tc_pdf_get(const tc_pdf_object *dict, const char *key)
{
  return tc_pdf_get_bytes(dict, tc_bytes_of_text(key));
}

tc_bytes tc_pdf_key_at(const tc_pdf_object *dict, size_t index)
{
  return has_entries(dict) && index < dict->as.dict.count ? dict->as.dict.entries[index].key : (tc_bytes){NULL, 0};
}

const tc_pdf_object *tc_pdf_value_at(const tc_pdf_object *dict, size_t index)
{
  return has_entries(dict) && index < dict->as.dict.count ? dict->as.dict.entries[index].value : &tc_pdf_null_object;
}

off_t tc_pdf_offset(const tc_pdf_object *object) { return object->offset; }
off_t tc_pdf_end(const tc_pdf_object *object) { return object->end; }

static bool dicts_equal(const tc_pdf_object *a, const tc_pdf_object *b)
{
  if (a->as.dict.count != b->as.dict.count)
    return false;
  for (size_t i = 0; i < a->as.dict.count; i++) {
    const tc_pdf_object *other = tc_pdf_get_bytes(b, a->as.dict.entries[i].key);
    if (!tc_pdf_equal(a->as.dict.entries[i].value, other))
      return false;
  }
  return true;
}

static bool arrays_equal(const tc_pdf_object *a, const tc_pdf_object *b)
{
  if (a->as.array.count != b->as.array.count)
    return false;
  for (size_t i = 0; i < a->as.array.count; i++) {
    if (!tc_pdf_equal(a->as.array.items[i], b->as.array.items[i]))
      return false;
  }
  return true;
}

/* Recursion ends with the nesting that the parser allowed. */
bool tc_pdf_equal(const tc_pdf_object *a, const tc_pdf_object *b)
{
  if (a == b)
    return true;
  if ((a->kind == TC_PDF_INTEGER || a->kind == TC_PDF_REAL) && (b->kind == TC_PDF_INTEGER || b->kind == TC_PDF_REAL))
    return tc_pdf_number(a, 0) == tc_pdf_number(b, 0);
  if (a->kind != b->kind)
    return false;
  switch (a->kind) {
  case TC_PDF_NULL:
    return true;
  case TC_PDF_BOOLEAN:
    return a->as.boolean == b->as.boolean;
  case TC_PDF_STRING:
  case TC_PDF_NAME:
    return tc_bytes_compare(a->as.bytes, b->as.bytes) == 0;
  case TC_PDF_ARRAY:
    return arrays_equal(a, b);
  case TC_PDF_DICT:
    return dicts_equal(a, b);
  case TC_PDF_REFERENCE:
    return a->as.reference.number == b->as.reference.number && a->as.reference.generation == b->as.reference.generation;
  case TC_PDF_INTEGER:
  case TC_PDF_REAL:
  case TC_PDF_STREAM:
    break;
  }
  return false;
}
