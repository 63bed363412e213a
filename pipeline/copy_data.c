#include "pipeline/copy_data.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

tc_answer tc_copy_data_paper_valid(const tc_json *data, int64_t now)
{
  const char *until = tc_json_get_text(data, "valid_until", "");
  if (strlen(until) != 10)
    return TC_UNKNOWN;
  time_t local = (time_t)(now + tc_json_get_integer(data, "utc_offset_minutes", 0) * 60);
  struct tm tm;
  char today[16];
  gmtime_r(&local, &tm);
  strftime(today, sizeof today, "%Y-%m-%d", &tm);
  return strcmp(today, until) <= 0 ? TC_YES : TC_NO;
}
