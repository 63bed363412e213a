#include "service/output.h"

#include <stdio.h>

tc_json *tc_output_of_file(const char *file, const tc_json *members)
{
  tc_json *line = tc_json_object();
  tc_json_set_text(line, "file", file);
  tc_json_member member;
  for (bool more = tc_json_first(members, &member); more; more = tc_json_next(members, &member))
    tc_json_set(line, member.key, tc_json_keep((tc_json *)(uintptr_t)member.value));
  return line;
}

tc_json *tc_output_of_error(const tc_error *err)
{
  tc_json *error = tc_json_object();
  tc_json_set_text(error, "code", tc_code_info(err->code)->name);
  tc_json_set_text(error, "message", err->message);
  tc_json *result = tc_json_object();
  tc_json_set(result, "error", error);
  return result;
}

void tc_output_print(const tc_json *value)
{
  tc_auto(tc_buf) text = {0};
  tc_error err = {0};
  if (tc_json_write(value, &text, &err))
    puts(tc_buf_text(&text));
  fflush(stdout);
}
