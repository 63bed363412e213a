#include "pipeline/template.h"

#include <inttypes.h>
#include <string.h>

enum { NAME_MAX_BYTES = 64 };

static bool fill_place(const char *name, const tc_json *values, tc_buf *out, tc_error *err)
{
  const tc_json *value = tc_json_get(values, name);
  if (tc_json_is_text(value))
    return tc_buf_append_text(out, tc_json_as_text(value, ""), err);
  if (tc_json_is_number(value))
    return tc_buf_printf(out, err, "%" PRId64, tc_json_get_integer(values, name, 0));
  return tc_fail(err, TC_CONFIG, "the text asks for {%s}, which this place does not offer", name);
}

bool tc_template_fill(const char *text, const tc_json *values, tc_buf *out, tc_error *err)
{
  for (const char *at = text; *at != '\0';) {
    const char *open = strchr(at, '{');
    if (open == NULL)
      return tc_buf_append_text(out, at, err);
    const char *close = strchr(open, '}');
    if (close == NULL || close - open - 1 >= NAME_MAX_BYTES)
      return tc_fail(err, TC_CONFIG, "the text \"%s\" has an open brace", text);
    char name[NAME_MAX_BYTES] = "";
    memcpy(name, open + 1, (size_t)(close - open - 1));
    if (!tc_buf_append(out, at, (size_t)(open - at), err) || !fill_place(name, values, out, err))
      return false;
    at = close + 1;
  }
  return true;
}

bool tc_template_text(const char *text, const tc_json *values, char **out, tc_error *err)
{
  tc_auto(tc_buf) buf = {0};
  return tc_template_fill(text, values, &buf, err) && tc_str_copy(tc_buf_text(&buf), out, err);
}
