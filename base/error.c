#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Exit statuses: 0 done, 1 the answer is no (verify: invalid), 2 undecided, 3 wrong usage or unreadable input, 4 the
   surroundings failed (disk, database, network, keys), 5 a fault of truecopy itself. */
static const tc_code_row rows[TC_CODE_COUNT] = {
    {TC_OK, "ok", 0, 200, "Done"},
    {TC_USAGE, "usage", 3, 400, "The request makes no sense as it stands"},
    {TC_CONFIG, "config", 3, 500, "A setting or a data file is wrong"},
    {TC_NOT_FOUND, "not_found", 3, 404, "Not found"},
    {TC_DENIED, "denied", 4, 403, "Not allowed"},
    {TC_CONFLICT, "conflict", 4, 409, "The state does not allow it"},
    {TC_FORMAT, "unreadable", 3, 422, "The content cannot be read"},
    {TC_UNSUPPORTED, "unsupported", 3, 415, "This kind of content is not taken"},
    {TC_ENCRYPTED, "encrypted", 3, 422, "The file is encrypted"},
    {TC_LIMIT, "limit", 3, 413, "Larger than the settings allow"},
    {TC_TIMEOUT, "timeout", 4, 504, "It took too long"},
    {TC_IO, "io", 4, 500, "Reading or writing failed"},
    {TC_NO_SPACE, "no_space", 4, 507, "The disk is full"},
    {TC_NO_MEMORY, "no_memory", 4, 503, "Out of memory"},
    {TC_DATABASE, "database", 4, 503, "The database does not answer"},
    {TC_NETWORK, "network", 4, 502, "A server does not answer"},
    {TC_CRYPTO, "crypto", 4, 500, "A cryptographic operation failed"},
    {TC_WORKER, "worker", 5, 500, "A worker process failed"},
    {TC_INTERNAL, "internal", 5, 500, "A fault of truecopy itself"},
};

const tc_code_row *tc_code_info(tc_code code)
{
  if ((int)code < 0 || code >= TC_CODE_COUNT)
    code = TC_INTERNAL;
  return &rows[code];
}

tc_code tc_code_from_name(const char *name)
{
  for (size_t i = 0; i < TC_ARRAY_LEN(rows); i++)
    if (strcmp(rows[i].name, name) == 0)
      return rows[i].code;
  return TC_INTERNAL;
}

static tc_code refine_by_errno(tc_code code, int sys_errno)
{
  switch (sys_errno) {
  case ENOSPC:
  case EDQUOT:
    return TC_NO_SPACE;
  case ENOMEM:
    return TC_NO_MEMORY;
  case ENOENT:
    return TC_NOT_FOUND;
  case EACCES:
  case EPERM:
    return TC_DENIED;
  default:
    return code;
  }
}

/* Drops an incomplete UTF-8 sequence at the end of a cut message. */
static void trim_utf8(char *text)
{
  size_t length = strlen(text);
  size_t back = 0;
  while (back < length && back < 3 && ((unsigned char)text[length - 1 - back] & 0xC0) == 0x80)
    back++;
  if (back >= length)
    return;
  unsigned char lead = (unsigned char)text[length - 1 - back];
  size_t want = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
  if (back < want)
    text[length - 1 - back] = '\0';
}

bool tc_error_set(tc_error *err, tc_code code, int sys_errno, const char *where, const char *format, ...)
{
  if (err == NULL || err->code != TC_OK)
    return false;
  va_list args;
  va_start(args, format);
  int used = vsnprintf(err->message, sizeof err->message, format, args);
  va_end(args);
  if (sys_errno != 0 && used >= 0 && (size_t)used < sizeof err->message) {
    char text[128];
    snprintf(err->message + used, sizeof err->message - (size_t)used, ": %s", strerror_r(sys_errno, text, sizeof text));
  }
  trim_utf8(err->message);
  err->code = refine_by_errno(code, sys_errno);
  err->sys_errno = sys_errno;
  err->where = where;
  return false;
}

bool tc_error_add_prefix(tc_error *err, const char *format, ...)
{
  if (err == NULL || err->code == TC_OK)
    return false;
  char whole[sizeof err->message];
  va_list args;
  va_start(args, format);
  int used = vsnprintf(whole, sizeof whole, format, args);
  va_end(args);
  if (used < 0 || (size_t)used + 3 >= sizeof whole)
    return false;
  snprintf(whole + used, sizeof whole - (size_t)used, ": %s", err->message);
  memcpy(err->message, whole, sizeof whole);
  trim_utf8(err->message);
  return false;
}

void tc_error_clear(tc_error *err) { *err = (tc_error){0}; }
