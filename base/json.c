#include "base/json.h"

#include "base/file.h"
#include "base/text.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

void tc_json_release(tc_json *value) { json_decref(value); }
tc_json *tc_json_keep(tc_json *value) { return json_incref(value); }

tc_json *tc_json_object(void) { return json_object(); }
tc_json *tc_json_array(void) { return json_array(); }
tc_json *tc_json_integer(int64_t value) { return json_integer(value); }
tc_json *tc_json_number(double value) { return isfinite(value) ? json_real(value) : json_null(); }
tc_json *tc_json_boolean(bool value) { return json_boolean(value); }
tc_json *tc_json_null(void) { return json_null(); }

tc_json *tc_json_text(const char *utf8)
{
  if (utf8 == NULL)
    return json_null();
  json_t *text = json_string(utf8);
  if (text != NULL)
    return text;
  tc_auto(tc_str) clean = NULL;
  return tc_text_repair(utf8, &clean, NULL) ? json_string(clean) : NULL;
}

bool tc_json_set(tc_json *object, const char *key, tc_json *take)
{
  return json_object_set_new(object, key, take) == 0;
}
bool tc_json_set_text(tc_json *object, const char *key, const char *utf8)
{
  return tc_json_set(object, key, tc_json_text(utf8));
}
bool tc_json_set_integer(tc_json *object, const char *key, int64_t value)
{
  return tc_json_set(object, key, tc_json_integer(value));
}
bool tc_json_set_number(tc_json *object, const char *key, double value)
{
  return tc_json_set(object, key, tc_json_number(value));
}
bool tc_json_set_boolean(tc_json *object, const char *key, bool value)
{
  return tc_json_set(object, key, tc_json_boolean(value));
}
bool tc_json_append(tc_json *array, tc_json *take) { return json_array_append_new(array, take) == 0; }
bool tc_json_remove(tc_json *object, const char *key) { return json_object_del(object, key) == 0; }

const tc_json *tc_json_get(const tc_json *object, const char *key) { return json_object_get(object, key); }
const tc_json *tc_json_at(const tc_json *array, size_t index) { return json_array_get(array, index); }
size_t tc_json_count(const tc_json *value)
{
  return json_is_array(value) ? json_array_size(value) : json_is_object(value) ? json_object_size(value) : 0;
}

const char *tc_json_as_text(const tc_json *value, const char *fallback)
{
  return json_is_string(value) ? json_string_value(value) : fallback;
}
double tc_json_as_number(const tc_json *value, double fallback)
{
  return json_is_number(value) ? json_number_value(value) : fallback;
}
const char *tc_json_get_text(const tc_json *object, const char *key, const char *fallback)
{
  return tc_json_as_text(tc_json_get(object, key), fallback);
}
int64_t tc_json_get_integer(const tc_json *object, const char *key, int64_t fallback)
{
  const json_t *value = json_object_get(object, key);
  return json_is_integer(value) ? json_integer_value(value) : fallback;
}
double tc_json_get_number(const tc_json *object, const char *key, double fallback)
{
  return tc_json_as_number(tc_json_get(object, key), fallback);
}
bool tc_json_get_boolean(const tc_json *object, const char *key, bool fallback)
{
  const json_t *value = json_object_get(object, key);
  return json_is_boolean(value) ? json_is_true(value) : fallback;
}
bool tc_json_is_object(const tc_json *value) { return json_is_object(value); }
bool tc_json_is_array(const tc_json *value) { return json_is_array(value); }
bool tc_json_is_text(const tc_json *value) { return json_is_string(value); }
bool tc_json_is_null(const tc_json *value) { return json_is_null(value); }
bool tc_json_is_number(const tc_json *value) { return json_is_number(value); }
bool tc_json_equal(const tc_json *a, const tc_json *b) { return json_equal(a, b) != 0; }

static bool load_member(const tc_json *object, tc_json_member *member)
{
  (void)object;
  if (member->cursor == NULL)
    return false;
  member->key = json_object_iter_key(member->cursor);
  member->value = json_object_iter_value(member->cursor);
  return true;
}

bool tc_json_first(const tc_json *object, tc_json_member *member)
{
  member->cursor = json_object_iter((json_t *)(uintptr_t)object);
  return load_member(object, member);
}

bool tc_json_next(const tc_json *object, tc_json_member *member)
{
  member->cursor = json_object_iter_next((json_t *)(uintptr_t)object, member->cursor);
  return load_member(object, member);
}

bool tc_json_parse(tc_bytes text, tc_json **out, tc_error *err)
{
  json_error_t problem;
  json_t *value = json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &problem);
  if (value == NULL)
    return tc_fail(err, TC_FORMAT, "line %d, column %d: %s", problem.line, problem.column, problem.text);
  *out = value;
  return true;
}

bool tc_json_read_file(const char *path, size_t limit, tc_json **out, tc_error *err)
{
  tc_auto(tc_buf) text = {0};
  if (!tc_file_read(path, limit, &text, err))
    return false;
  return tc_json_parse(tc_buf_bytes(&text), out, err) || tc_error_prefix(err, "%s", path);
}

static int append_text(const char *text, size_t size, void *data)
{
  return tc_buf_append(data, text, size, NULL) ? 0 : -1;
}

static bool write_with(const tc_json *value, size_t flags, tc_buf *out, tc_error *err)
{
  if (json_dump_callback(value, append_text, out, flags | JSON_ENCODE_ANY) != 0)
    return tc_fail(err, TC_NO_MEMORY, "a JSON value could not be written");
  return true;
}

bool tc_json_write(const tc_json *value, tc_buf *out, tc_error *err)
{
  return write_with(value, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(10), out, err);
}

bool tc_json_write_canonical(const tc_json *value, tc_buf *out, tc_error *err)
{
  return write_with(value, JSON_COMPACT | JSON_SORT_KEYS, out, err);
}
