/*
 * Looking objects up in a revision. A parsed object is cached by the place where it lies, so that all revisions that
 * share it share the parse; object streams are decoded once. Lookups inside lookups (an object stream whose Length is
 * an object) are bounded. What cannot be read is the null object and becomes the document's damage.
 */
#include "pdf/document_private.h"

#include "pdf/crypt.h"

#include <string.h>

enum { MAX_NESTING = 8, MAX_REFERENCES = 16 };
#define SLOT_CONTAINER UINT32_MAX

struct tc_pdf_container {
  tc_bytes data;
  uint32_t count;
  uint32_t *numbers;
  uint64_t *offsets;
};

static size_t cache_slot(const tc_pdf_state *state, off_t offset, uint32_t slot)
{
  uint64_t hash = ((uint64_t)offset * 0x9E3779B97F4A7C15U) ^ ((uint64_t)slot * 0xC2B2AE3D27D4EB4FU);
  size_t at = (size_t)(hash >> 20) & (state->cache_capacity - 1);
  while (state->cache[at].used && (state->cache[at].offset != offset || state->cache[at].slot != slot))
    at = (at + 1) & (state->cache_capacity - 1);
  return at;
}

/* The cached thing of a place, fresh (not `used` before) where nobody asked yet; NULL without memory. */
static tc_pdf_cached *cache_get(tc_pdf_state *state, off_t offset, uint32_t slot, bool *fresh, tc_error *err)
{
  if (state->cache_count * 2 >= state->cache_capacity) {
    tc_pdf_state grown = {.cache_capacity = state->cache_capacity == 0 ? 256 : state->cache_capacity * 2};
    grown.cache = calloc(grown.cache_capacity, sizeof *grown.cache);
    if (grown.cache == NULL) {
      (void)tc_fail(err, TC_NO_MEMORY, "no memory for the object cache");
      return NULL;
    }
    for (size_t i = 0; i < state->cache_capacity; i++) {
      if (state->cache[i].used)
        grown.cache[cache_slot(&grown, state->cache[i].offset, state->cache[i].slot)] = state->cache[i];
    }
    free(state->cache);
    state->cache = grown.cache;
    state->cache_capacity = grown.cache_capacity;
  }
  tc_pdf_cached *cached = &state->cache[cache_slot(state, offset, slot)];
  *fresh = !cached->used;
  if (*fresh) {
    *cached = (tc_pdf_cached){.offset = offset, .slot = slot, .used = true, .broken = true};
    state->cache_count++;
  }
  return cached;
}

/* Lookups may grow the cache, so results are put back by place and not through an old pointer. */
static void cache_put(tc_pdf_state *state, const tc_pdf_cached *result)
{
  state->cache[cache_slot(state, result->offset, result->slot)] = *result;
}

static bool read_in_file(const tc_pdf_document *document, off_t offset, tc_pdf_indirect *out, tc_error *err)
{
  bool fresh = false;
  tc_pdf_cached *cached = cache_get(document->state, offset, 0, &fresh, err);
  if (cached == NULL)
    return false;
  if (fresh) {
    tc_pdf_lexer lexer = tc_pdf_lexer_at(document, offset);
    tc_pdf_document_touched(document, 0);
    if (!tc_pdf_parse_indirect(&lexer, &cached->object, err) ||
        (document->crypt != NULL &&
         !tc_pdf_crypt_open_object(document->crypt, &document->state->arena, &cached->object, err)))
      return false;
    cached->broken = false;
  }
  *out = cached->object;
  return !cached->broken || tc_fail(err, TC_FORMAT, "no object at offset %jd", (intmax_t)offset);
}

static bool read_container_index(tc_pdf_container *container, int64_t first, tc_pdf_lexer *lexer, tc_error *err)
{
  for (uint32_t i = 0; i < container->count; i++) {
    uint64_t number = 0, offset = 0;
    if (!tc_pdf_take_natural(lexer, &number) || !tc_pdf_take_natural(lexer, &offset) || number > UINT32_MAX ||
        offset >= container->data.size - (size_t)first)
      return tc_fail(err, TC_FORMAT, "an object stream with a bad index");
    container->numbers[i] = (uint32_t)number;
    container->offsets[i] = offset + (uint64_t)first;
  }
  return true;
}

static bool read_container(const tc_pdf_document *document, size_t revision, const tc_pdf_object *stream,
                           tc_pdf_container **out, tc_error *err)
{
  tc_auto(tc_buf) data = {0};
  tc_pdf_arena *arena = &document->state->arena;
  if (!tc_pdf_is_name(tc_pdf_get(stream, "Type"), "ObjStm"))
    return tc_fail(err, TC_FORMAT, "no object stream at offset %jd", (intmax_t)stream->offset);
  if (!tc_pdf_stream_data(document, revision, stream, &data, err))
    return false;
  int64_t count = tc_pdf_integer(tc_pdf_get_in(document, revision, stream, "N"), -1);
  int64_t first = tc_pdf_integer(tc_pdf_get_in(document, revision, stream, "First"), -1);
  if (count < 0 || first < 0 || (uint64_t)first > data.size || (uint64_t)count > data.size / 2)
    return tc_fail(err, TC_FORMAT, "a bad object stream at offset %jd", (intmax_t)stream->offset);
  tc_pdf_container *container = tc_pdf_arena_take(arena, sizeof *container, err);
  uint8_t *copy = container != NULL ? tc_pdf_arena_take(arena, data.size + 1, err) : NULL;
  if (copy == NULL)
    return false;
  if (data.size > 0)
    memcpy(copy, data.data, data.size);
  *container = (tc_pdf_container){.data = {copy, data.size}, .count = (uint32_t)count};
  container->numbers = tc_pdf_arena_take(arena, ((size_t)count + 1) * sizeof(uint32_t), err);
  container->offsets = tc_pdf_arena_take(arena, ((size_t)count + 1) * sizeof(uint64_t), err);
  tc_pdf_lexer lexer = {.bytes = {copy, (size_t)first}, .max_depth = document->limits.max_depth, .arena = arena};
  if (container->numbers == NULL || container->offsets == NULL || !read_container_index(container, first, &lexer, err))
    return false;
  *out = container;
  return true;
}

static bool get_container(const tc_pdf_document *document, size_t revision, const tc_pdf_place *place,
                          tc_pdf_container **out, tc_error *err)
{
  bool fresh = false;
  tc_pdf_indirect object = {0};
  tc_pdf_cached *cached = cache_get(document->state, place->offset, SLOT_CONTAINER, &fresh, err);
  if (cached == NULL)
    return false;
  if (fresh) {
    tc_pdf_cached result = *cached;
    if (!read_in_file(document, place->offset, &object, err))
      return false;
    if (object.number != place->container || object.value->kind != TC_PDF_STREAM)
      return tc_fail(err, TC_FORMAT, "object stream %u is not at offset %jd", place->container,
                     (intmax_t)place->offset);
    if (!read_container(document, revision, object.value, &result.container, err))
      return false;
    result.broken = false;
    cache_put(document->state, &result);
    *out = result.container;
    return true;
  }
  if (cached->broken || cached->container == NULL)
    return tc_fail(err, TC_FORMAT, "object stream %u cannot be read", place->container);
  *out = cached->container;
  return true;
}

static bool read_in_stream(const tc_pdf_document *document, size_t revision, uint32_t number, const tc_pdf_place *place,
                           tc_pdf_indirect *out, tc_error *err)
{
  tc_pdf_container *container = NULL;
  bool fresh = false;
  if (!get_container(document, revision, place, &container, err))
    return false;
  if (container == NULL || place->index >= container->count || container->numbers[place->index] != number)
    return tc_fail(err, TC_FORMAT, "object %u is not in object stream %u", number, place->container);
  tc_pdf_cached *cached = cache_get(document->state, place->offset, place->index + 1, &fresh, err);
  if (cached == NULL)
    return false;
  if (fresh) {
    tc_pdf_lexer lexer = {.bytes = container->data,
                          .pos = (size_t)container->offsets[place->index],
                          .max_depth = document->limits.max_depth,
                          .arena = &document->state->arena};
    const tc_pdf_object *value = tc_pdf_parse_value(&lexer, err);
    if (value == NULL)
      return false;
    cached->object = (tc_pdf_indirect){number, 0, value};
    cached->broken = false;
  }
  *out = cached->object;
  return !cached->broken || tc_fail(err, TC_FORMAT, "object %u cannot be read", number);
}

static const tc_pdf_version *find_version(const tc_pdf_document *document, size_t revision, uint32_t number)
{
  if (number >= document->number_end)
    return NULL;
  size_t low = document->first[number], high = document->first[number + 1], start = low;
  while (low < high) { /* the last version not newer than the revision */
    size_t middle = (low + high) / 2;
    if (document->versions[middle].revision <= revision)
      low = middle + 1;
    else
      high = middle;
  }
  return low > start ? &document->versions[low - 1] : NULL;
}

tc_pdf_place tc_pdf_place_of(const tc_pdf_document *document, size_t revision, uint32_t number)
{
  const tc_pdf_version *version = find_version(document, revision, number);
  tc_pdf_place place = version != NULL ? version->place : (tc_pdf_place){0};
  if (place.kind == TC_PDF_IN_STREAM) {
    const tc_pdf_version *container = find_version(document, revision, place.container);
    place.offset = container != NULL && container->place.kind == TC_PDF_IN_FILE ? container->place.offset : -1;
  }
  return place;
}

bool tc_pdf_place_equal(const tc_pdf_place *a, const tc_pdf_place *b)
{
  if (a->kind != b->kind || a->kind == TC_PDF_NOWHERE)
    return a->kind == b->kind;
  return a->offset == b->offset && a->generation == b->generation && a->container == b->container &&
         a->index == b->index;
}

/* An object must lie before the end of the revision that defined it: a revision is a prefix of the file. */
static bool read_place(const tc_pdf_document *document, size_t revision, uint32_t number, tc_pdf_indirect *out,
                       tc_error *err)
{
  tc_pdf_place place = tc_pdf_place_of(document, revision, number);
  if (place.offset <= 0 || place.offset >= document->revisions[revision].eof)
    return tc_fail(err, TC_FORMAT, "object %u lies outside its revision, at offset %jd", number,
                   (intmax_t)place.offset);
  if (place.kind == TC_PDF_IN_STREAM)
    return read_in_stream(document, revision, number, &place, out, err);
  if (!read_in_file(document, place.offset, out, err))
    return false;
  if (out->number != number || out->generation != place.generation)
    return tc_fail(err, TC_FORMAT, "at offset %jd lies object %u %u instead of %u %u", (intmax_t)place.offset,
                   out->number, out->generation, number, place.generation);
  return true;
}

static bool is_defined(const tc_pdf_document *document, size_t revision, uint32_t number)
{
  const tc_pdf_version *version = find_version(document, revision, number);
  return version != NULL && version->place.kind != TC_PDF_NOWHERE;
}

static const tc_pdf_object *lookup(const tc_pdf_document *document, size_t revision, uint32_t number, int generation)
{
  tc_pdf_state *state = document->state;
  tc_pdf_indirect object = {0};
  if (!is_defined(document, revision, number))
    return &tc_pdf_null_object;
  if (state->nesting >= MAX_NESTING) {
    (void)tc_fail(&state->damage, TC_FORMAT, "object %u: lookups lead in a circle", number);
    return &tc_pdf_null_object;
  }
  tc_error damage = {0};
  state->nesting++;
  bool read = read_place(document, revision, number, &object, &damage);
  state->nesting--;
  if (!read) {
    (void)tc_error_set(&state->damage, damage.code, damage.sys_errno, damage.where, "object %u: %s", number,
                       damage.message);
    return &tc_pdf_null_object;
  }
  return generation < 0 || generation == object.generation ? object.value : &tc_pdf_null_object;
}

const tc_pdf_object *tc_pdf_lookup(const tc_pdf_document *document, size_t revision, uint32_t number)
{
  return lookup(document, revision, number, -1);
}

const tc_pdf_object *tc_pdf_resolve(const tc_pdf_document *document, size_t revision, const tc_pdf_object *object)
{
  for (int i = 0; i < MAX_REFERENCES; i++) {
    if (object->kind != TC_PDF_REFERENCE)
      return object;
    object = lookup(document, revision, object->as.reference.number, object->as.reference.generation);
  }
  (void)tc_fail(&document->state->damage, TC_FORMAT, "references lead in a circle");
  return &tc_pdf_null_object;
}

const tc_pdf_object *tc_pdf_get_in(const tc_pdf_document *document, size_t revision, const tc_pdf_object *dict,
                                   const char *key)
{
  return tc_pdf_resolve(document, revision, tc_pdf_get(dict, key));
}

const tc_pdf_object *tc_pdf_at_in(const tc_pdf_document *document, size_t revision, const tc_pdf_object *array,
                                  size_t index)
{
  return tc_pdf_resolve(document, revision, tc_pdf_at(array, index));
}

const tc_pdf_object *tc_pdf_trailer(const tc_pdf_document *document, size_t revision)
{
  return document->trailers[revision];
}

const tc_pdf_object *tc_pdf_catalog(const tc_pdf_document *document, size_t revision)
{
  return tc_pdf_get_in(document, revision, document->trailers[revision], "Root");
}
