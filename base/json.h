/*
 * JSON values: a thin facade over jansson, so that no other file of the house includes jansson.h.
 * Ownership: tc_json_… constructors return a value the caller owns (reference counted; tc_json_release drops it).
 * `set` and `append` take their value over, also on failure. Getters return borrowed values and text.
 * Getters take NULL and wrong kinds and answer with the fallback, so that a chain needs one check at its end.
 * A constructor or set that runs out of memory yields NULL or false; tc_json_ok at the end tells.
 * Threading: a value belongs to one thread at a time.
 */
#pragma once

#include "base/buf.h"

typedef struct json_t tc_json;

void tc_json_release(tc_json *value);
TC_AUTO_POINTER(tc_json, tc_json_release);
tc_json *tc_json_keep(tc_json *value); /* one more reference to the same value */

tc_json *tc_json_object(void);
tc_json *tc_json_array(void);
tc_json *tc_json_text(const char *utf8); /* NULL text becomes JSON null; invalid UTF-8 is replaced by U+FFFD */
tc_json *tc_json_integer(int64_t value);
tc_json *tc_json_number(double value); /* what is not finite becomes null */
tc_json *tc_json_boolean(bool value);
tc_json *tc_json_null(void);

bool tc_json_set(tc_json *object, const char *key, tc_json *take);
bool tc_json_set_text(tc_json *object, const char *key, const char *utf8);
bool tc_json_set_integer(tc_json *object, const char *key, int64_t value);
bool tc_json_set_number(tc_json *object, const char *key, double value);
bool tc_json_set_boolean(tc_json *object, const char *key, bool value);
bool tc_json_append(tc_json *array, tc_json *take);
bool tc_json_remove(tc_json *object, const char *key);

const tc_json *tc_json_get(const tc_json *object, const char *key); /* NULL where there is none */
const tc_json *tc_json_at(const tc_json *array, size_t index);      /* NULL outside */
size_t tc_json_count(const tc_json *value);                         /* of an array or object; 0 of anything else */
const char *tc_json_get_text(const tc_json *object, const char *key, const char *fallback);
int64_t tc_json_get_integer(const tc_json *object, const char *key, int64_t fallback);
double tc_json_get_number(const tc_json *object, const char *key, double fallback); /* integers too */
bool tc_json_get_boolean(const tc_json *object, const char *key, bool fallback);
const char *tc_json_as_text(const tc_json *value, const char *fallback);
double tc_json_as_number(const tc_json *value, double fallback);
bool tc_json_is_object(const tc_json *value);
bool tc_json_is_array(const tc_json *value);
bool tc_json_is_text(const tc_json *value);
bool tc_json_is_null(const tc_json *value);
bool tc_json_is_number(const tc_json *value);
bool tc_json_equal(const tc_json *a, const tc_json *b);

/* Walks the members of an object in their order: for (it = first; it; it = next). */
typedef struct tc_json_member {
  const char *key;
  const tc_json *value;
  void *cursor;
} tc_json_member;
bool tc_json_first(const tc_json *object, tc_json_member *member);
bool tc_json_next(const tc_json *object, tc_json_member *member);

/* Fails with TC_FORMAT and line and column; duplicate keys are refused, depth is limited. */
TC_NODISCARD bool tc_json_parse(tc_bytes text, tc_json **out, tc_error *err);
/* Reads a file of at most `limit` bytes; errors name file, line and column. */
TC_NODISCARD bool tc_json_read_file(const char *path, size_t limit, tc_json **out, tc_error *err);
/* One line, members in the order they were set. */
TC_NODISCARD bool tc_json_write(const tc_json *value, tc_buf *out, tc_error *err);
/* Canonical: keys sorted, no white space; the form that digests are made of. */
TC_NODISCARD bool tc_json_write_canonical(const tc_json *value, tc_buf *out, tc_error *err);
