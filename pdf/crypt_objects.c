/*
 * Strings and streams under the file's key (ISO 32000-2, 7.6.3): each is a random block and then AES in CBC mode. With
 * AESV2 every object has a key of its own; with AESV3 the file's key is it.
 */
#include "pdf/crypt_private.h"

#include "base/digest.h"
#include "pdf/cipher.h"

#include <string.h>

enum { MAX_DEPTH = 512 }; /* more than any reader of ours lets through */

typedef struct object_key {
  uint8_t bytes[TC_CRYPT_KEY_MAX];
  size_t size;
} object_key;

/* Algorithm 1. */
static bool make_object_key(const tc_pdf_crypt *crypt, uint32_t number, uint16_t generation, object_key *out,
                            tc_error *err)
{
  const uint8_t salt[] = {(uint8_t)number,
                          (uint8_t)(number >> 8),
                          (uint8_t)(number >> 16),
                          (uint8_t)generation,
                          (uint8_t)(generation >> 8),
                          's',
                          'A',
                          'l',
                          'T'};
  const tc_bytes parts[] = {{crypt->key, crypt->key_size}, {salt, sizeof salt}};
  out->size = crypt->key_size;
  if (crypt->revision == 4)
    return tc_md5(parts, TC_ARRAY_LEN(parts), out->bytes, err);
  memcpy(out->bytes, crypt->key, crypt->key_size);
  return true;
}

static bool open_bytes(const object_key *key, tc_bytes in, tc_buf *out, tc_error *err)
{
  if (in.size == 0 || in.size == TC_AES_BLOCK) /* some writers leave what is empty without its padding */
    return true;
  if (in.size < TC_AES_BLOCK)
    return tc_fail(err, TC_FORMAT, "encrypted data are damaged");
  tc_bytes rest = {in.data + TC_AES_BLOCK, in.size - TC_AES_BLOCK};
  return tc_aes_cbc_padded(false, key->bytes, key->size, in.data, rest, out, err);
}

static bool seal_bytes(const object_key *key, tc_bytes in, tc_buf *out, tc_error *err)
{
  uint8_t iv[TC_AES_BLOCK];
  return tc_random(iv, sizeof iv, err) && tc_buf_append(out, iv, sizeof iv, err) &&
         tc_aes_cbc_padded(true, key->bytes, key->size, iv, in, out, err);
}

/* 7.6.2: the value of a signature is not encrypted, or its byte ranges could not be told. */
static bool is_signature_value(const tc_pdf_object *dict, tc_bytes key)
{
  return tc_bytes_are(key, "Contents") && tc_pdf_is_dict(dict) &&
         tc_pdf_kind_of(tc_pdf_get(dict, "ByteRange")) != TC_PDF_NULL;
}

/* Calls `visit` with each string of a value that is (to be) encrypted, in the order of the text. Recursion ends with
   the nesting that the parser allowed. */
typedef bool visit_string(const tc_pdf_object *string, void *data, tc_error *err);
static bool each_string(const tc_pdf_object *value, visit_string *visit, void *data, tc_error *err)
{
  if (value->kind == TC_PDF_STRING)
    return visit(value, data, err);
  for (size_t i = 0; value->kind == TC_PDF_ARRAY && i < tc_pdf_count(value); i++)
    if (!each_string(tc_pdf_at(value, i), visit, data, err))
      return false;
  for (size_t i = 0; value->kind != TC_PDF_ARRAY && i < tc_pdf_count(value); i++)
    if (!is_signature_value(value, tc_pdf_key_at(value, i)) &&
        !each_string(tc_pdf_value_at(value, i), visit, data, err))
      return false;
  return true;
}

typedef struct opening {
  tc_pdf_arena *arena;
  object_key key;
} opening;

static bool open_string(const tc_pdf_object *string, void *data, tc_error *err)
{
  opening *o = data;
  tc_auto(tc_buf) plain = {0};
  if (!open_bytes(&o->key, string->as.bytes, &plain, err))
    return false;
  uint8_t *kept = tc_pdf_arena_take(o->arena, plain.size + 1, err);
  if (kept == NULL)
    return false;
  if (plain.size > 0)
    memcpy(kept, plain.data, plain.size);
  ((tc_pdf_object *)(uintptr_t)string)->as.bytes = (tc_bytes){kept, plain.size}; /* the arena's, parsed just now */
  return true;
}

bool tc_pdf_crypt_open_object(const tc_pdf_crypt *crypt, tc_pdf_arena *arena, const tc_pdf_indirect *object,
                              tc_error *err)
{
  opening o = {.arena = arena};
  const tc_pdf_object *value = object->value;
  if (object->number == crypt->number ||
      (value->kind == TC_PDF_STREAM && tc_pdf_is_name(tc_pdf_get(value, "Type"), "XRef")))
    return true;
  if (value->kind == TC_PDF_STREAM) {
    tc_pdf_object *stream = (tc_pdf_object *)(uintptr_t)value;
    stream->as.dict.number = object->number;
    stream->as.dict.generation = object->generation;
  }
  if (crypt->strings == TC_PDF_CRYPT_NONE)
    return true;
  return make_object_key(crypt, object->number, object->generation, &o.key, err) &&
         each_string(value, open_string, &o, err);
}

/* The first filter may be a crypt filter of the stream's own (7.4.10); without a name it is Identity. */
static bool stream_method(const tc_pdf_document *document, size_t revision, const tc_pdf_object *stream,
                          tc_pdf_crypt_method *out, tc_error *err)
{
  const tc_pdf_crypt *crypt = document->crypt;
  const tc_pdf_object *filter = tc_pdf_get_in(document, revision, stream, "Filter");
  const tc_pdf_object *parameters = tc_pdf_get_in(document, revision, stream, "DecodeParms");
  if (tc_pdf_kind_of(filter) == TC_PDF_ARRAY)
    filter = tc_pdf_at_in(document, revision, filter, 0);
  if (tc_pdf_kind_of(parameters) == TC_PDF_ARRAY)
    parameters = tc_pdf_at_in(document, revision, parameters, 0);
  *out = crypt->streams;
  if (tc_pdf_is_name(filter, "Crypt"))
    return tc_pdf_crypt_method_of(crypt, tc_pdf_get_in(document, revision, parameters, "Name"), out, err);
  if (tc_pdf_is_name(tc_pdf_get(stream, "Type"), "EmbeddedFile"))
    *out = crypt->files;
  if (crypt->metadata_is_plain && tc_pdf_is_name(tc_pdf_get(stream, "Type"), "Metadata"))
    *out = TC_PDF_CRYPT_NONE;
  return true;
}

bool tc_pdf_crypt_open_stream(const tc_pdf_document *document, size_t revision, const tc_pdf_object *stream,
                              tc_bytes raw, tc_buf *out, tc_error *err)
{
  object_key key;
  tc_pdf_crypt_method method = TC_PDF_CRYPT_NONE;
  uint32_t number = stream->as.dict.number;
  if (number != 0 && !stream_method(document, revision, stream, &method, err))
    return false;
  if (method == TC_PDF_CRYPT_NONE)
    return tc_buf_append(out, raw.data, raw.size, err);
  return make_object_key(document->crypt, number, stream->as.dict.generation, &key, err) &&
         open_bytes(&key, raw, out, err);
}

typedef struct sealing {
  object_key key;
  tc_bytes text;
  size_t done; /* of the text */
  tc_buf *out;
} sealing;

static bool seal_string(const tc_pdf_object *string, void *data, tc_error *err)
{
  sealing *s = data;
  tc_auto(tc_buf) sealed = {0};
  size_t start = (size_t)tc_pdf_offset(string);
  if (!tc_buf_append(s->out, s->text.data + s->done, start - s->done, err) ||
      !seal_bytes(&s->key, string->as.bytes, &sealed, err) || !tc_buf_reserve(s->out, 2 * sealed.size + 2, err) ||
      !tc_buf_append_text(s->out, "<", err))
    return false;
  tc_hex(tc_buf_bytes(&sealed), (char *)s->out->data + s->out->size);
  s->out->size += 2 * sealed.size;
  s->done = (size_t)tc_pdf_end(string);
  return tc_buf_append_text(s->out, ">", err);
}

static void arena_finish(tc_pdf_arena *arena) { tc_pdf_arena_finish(arena); }
TC_AUTO_VALUE(tc_pdf_arena, arena_finish);

bool tc_pdf_crypt_seal_text(const tc_pdf_crypt *crypt, uint32_t number, uint16_t generation, tc_bytes text, tc_buf *out,
                            tc_error *err)
{
  tc_auto(tc_pdf_arena) arena = {.limit = SIZE_MAX / 2};
  tc_pdf_lexer lexer = {.bytes = text, .in_file = true, .max_depth = MAX_DEPTH, .arena = &arena};
  sealing s = {.text = text, .out = out};
  if (crypt->strings == TC_PDF_CRYPT_NONE)
    return tc_buf_append(out, text.data, text.size, err);
  const tc_pdf_object *value = tc_pdf_parse_value(&lexer, err);
  return value != NULL && make_object_key(crypt, number, generation, &s.key, err) &&
         each_string(value, seal_string, &s, err) && tc_buf_append(out, text.data + s.done, text.size - s.done, err);
}

bool tc_pdf_crypt_seal_stream(const tc_pdf_crypt *crypt, uint32_t number, uint16_t generation, tc_bytes data,
                              tc_buf *out, tc_error *err)
{
  object_key key;
  if (crypt->streams == TC_PDF_CRYPT_NONE)
    return tc_buf_append(out, data.data, data.size, err);
  return make_object_key(crypt, number, generation, &key, err) && seal_bytes(&key, data, out, err);
}
