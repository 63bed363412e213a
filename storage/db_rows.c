/* Values into and out of statements. */
#include "storage/db_private.h"

#include <math.h>
#include <string.h>

/* Numbers of built-in types, fixed for ever in PostgreSQL's pg_type.dat. */
enum { TYPE_BOOLEAN = 16, TYPE_BYTEA = 17, TYPE_BIGINT = 20, TYPE_TEXT = 25, TYPE_DOUBLE = 701 };

tc_db_param tc_db_null(void) { return (tc_db_param){0}; }

tc_db_param tc_db_text(const char *text)
{
  return (tc_db_param){.value = text, .size = text != NULL ? strlen(text) : 0, .type = TYPE_TEXT};
}

tc_db_param tc_db_integer(int64_t value)
{
  tc_db_param param = {.in_place = true, .type = TYPE_BIGINT};
  param.size = (size_t)snprintf(param.digits, sizeof param.digits, "%lld", (long long)value);
  return param;
}

tc_db_param tc_db_number(double value)
{
  tc_db_param param = {.in_place = isfinite(value) != 0, .type = TYPE_DOUBLE};
  if (param.in_place)
    param.size = (size_t)snprintf(param.digits, sizeof param.digits, "%.17g", value);
  return param;
}

tc_db_param tc_db_boolean(bool value)
{
  return (tc_db_param){.value = value ? "t" : "f", .size = 1, .type = TYPE_BOOLEAN};
}

tc_db_param tc_db_blob(tc_bytes bytes)
{
  return (tc_db_param){.value = (const char *)bytes.data, .size = bytes.size, .binary = true, .type = TYPE_BYTEA};
}

tc_db_param tc_db_digest(const tc_digest *digest)
{
  return digest != NULL ? tc_db_blob((tc_bytes){digest->bytes, TC_SHA256_SIZE}) : tc_db_blob((tc_bytes){NULL, 0});
}

void tc_db_rows_destroy(tc_db_rows *rows)
{
  if (rows == NULL)
    return;
  PQclear(rows->result);
  free(rows);
}

size_t tc_db_rows_count(const tc_db_rows *rows) { return (size_t)PQntuples(rows->result); }

bool tc_db_is_null(const tc_db_rows *rows, size_t row, int column)
{
  return PQgetisnull(rows->result, (int)row, column) != 0;
}

const char *tc_db_get_text(const tc_db_rows *rows, size_t row, int column)
{
  return PQgetvalue(rows->result, (int)row, column);
}

int64_t tc_db_get_integer(const tc_db_rows *rows, size_t row, int column)
{
  return strtoll(tc_db_get_text(rows, row, column), NULL, 10);
}

double tc_db_get_number(const tc_db_rows *rows, size_t row, int column)
{
  return strtod(tc_db_get_text(rows, row, column), NULL);
}

bool tc_db_get_boolean(const tc_db_rows *rows, size_t row, int column)
{
  return tc_db_get_text(rows, row, column)[0] == 't';
}

TC_NODISCARD bool tc_db_get_blob(const tc_db_rows *rows, size_t row, int column, tc_buf *out, tc_error *err)
{
  size_t size = 0;
  unsigned char *bytes = PQunescapeBytea((const unsigned char *)tc_db_get_text(rows, row, column), &size);
  if (bytes == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a value");
  bool ok = tc_buf_append(out, bytes, size, err);
  PQfreemem(bytes);
  return ok;
}

TC_NODISCARD bool tc_db_get_digest(const tc_db_rows *rows, size_t row, int column, tc_digest *out, tc_error *err)
{
  const char *text = tc_db_get_text(rows, row, column);
  if (strncmp(text, "\\x", 2) != 0 || strlen(text) != TC_SHA256_HEX_SIZE + 1)
    return tc_fail(err, TC_DATABASE, "a digest in the database is not 32 bytes long");
  return tc_digest_from_hex(text + 2, out, err);
}

TC_NODISCARD bool tc_db_get_json(const tc_db_rows *rows, size_t row, int column, tc_json **out, tc_error *err)
{
  return tc_json_parse(tc_bytes_of_text(tc_db_get_text(rows, row, column)), out, err);
}
