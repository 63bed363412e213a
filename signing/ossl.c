#include "signing/ossl.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

bool tc_ossl_error(tc_error *err, tc_code code, const char *where, const char *format, ...)
{
  char what[300];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(what, sizeof what, format, arguments); /* NOLINT(clang-analyzer-valist.Uninitialized): started above */
  va_end(arguments);
  unsigned long number = ERR_get_error();
  const char *reason = number != 0 ? ERR_reason_error_string(number) : NULL;
  bool no_memory = number != 0 && ERR_GET_REASON(number) == ERR_R_MALLOC_FAILURE;
  ERR_clear_error();
  return tc_error_set(err, no_memory ? TC_NO_MEMORY : code, 0, where, reason != NULL ? "%s: %s" : "%s", what,
                      reason != NULL ? reason : "");
}

int64_t tc_asn1_seconds(const ASN1_TIME *time)
{
  struct tm broken = {0};
  if (time == NULL || ASN1_TIME_to_tm(time, &broken) != 1)
    return INT64_MIN;
  return (int64_t)timegm(&broken);
}

BIO *tc_bio_over(tc_bytes bytes) { return bytes.size <= INT_MAX ? BIO_new_mem_buf(bytes.data, (int)bytes.size) : NULL; }
