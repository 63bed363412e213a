#include "base/file.h"
#include "base/settings_private.h"

#include <ctype.h>
#include <string.h>

enum { FILE_BYTES_MAX = 1 << 20 };

static const char prefix[] = "TRUECOPY_";
static const char *const no_settings[] = {"TRUECOPY_SHARED", "TRUECOPY_SETTINGS"};
static const char tests_prefix[] = "TRUECOPY_TEST_";

static char *trim(char *text)
{
  while (isspace((unsigned char)*text))
    text++;
  char *end = text + strlen(text);
  while (end > text && isspace((unsigned char)end[-1]))
    *--end = '\0';
  return text;
}

/* What stands right of the sign: in quotes as it is, otherwise up to a comment. NULL: quotes that do not close. */
static char *read_value(char *text)
{
  text = trim(text);
  if (*text == '"') {
    char *end = strchr(text + 1, '"');
    if (end == NULL)
      return NULL;
    char *rest = trim(end + 1);
    if (*rest != '\0' && *rest != '#')
      return NULL;
    *end = '\0';
    return text + 1;
  }
  for (char *at = text; *at != '\0'; at++)
    if (*at == '#' && (at == text || isspace((unsigned char)at[-1]))) {
      *at = '\0';
      break;
    }
  return trim(text);
}

static bool load_line(tc_settings *settings, char *text, const tc_settings_place *at, tc_error *err)
{
  text = trim(text);
  if (*text == '\0' || *text == '#')
    return true;
  char *sign = strchr(text, '=');
  char *value = NULL;
  if (sign != NULL) {
    *sign = '\0';
    value = read_value(sign + 1);
  }
  if (value == NULL) {
    tc_fail(err, TC_CONFIG, "a line is: name = value, or name = \"value\"");
    return tc_settings_fail_at(at, err);
  }
  return tc_settings_assign_named(settings, trim(text), value, at, err);
}

bool tc_settings_load_file(tc_settings *settings, const char *path, tc_error *err)
{
  tc_auto(tc_buf) text = {0};
  if (!tc_file_read(path, FILE_BYTES_MAX, &text, err))
    return false;
  if (text.size > 0 && memchr(text.data, '\0', text.size) != NULL)
    return tc_fail(err, TC_CONFIG, "%s is not a text file", path);
  tc_settings_place at = {.origin = "file", .name = path, .line = 1};
  for (char *line = (char *)text.data; line != NULL; at.line++) {
    char *end = strchr(line, '\n');
    if (end != NULL)
      *end = '\0';
    if (!load_line(settings, line, &at, err))
      return false;
    line = end != NULL ? end + 1 : NULL;
  }
  return true;
}

static bool is_environment_name(const tc_setting *row, const char *name, size_t length)
{
  if (strlen(row->name) != length)
    return false;
  for (size_t i = 0; i < length; i++) {
    char expected = row->name[i] == '.' ? '_' : (char)toupper((unsigned char)row->name[i]);
    if (name[i] != expected)
      return false;
  }
  return true;
}

static bool is_no_setting(const char *name, size_t length)
{
  if (strncmp(name, tests_prefix, sizeof tests_prefix - 1) == 0)
    return true;
  for (size_t i = 0; i < TC_ARRAY_LEN(no_settings); i++)
    if (strlen(no_settings[i]) == length && strncmp(name, no_settings[i], length) == 0)
      return true;
  return false;
}

bool tc_settings_load_variable(tc_settings *settings, const char *variable, tc_error *err)
{
  const char *sign = strchr(variable, '=');
  if (sign == NULL || strncmp(variable, prefix, sizeof prefix - 1) != 0)
    return true;
  size_t length = (size_t)(sign - variable);
  if (is_no_setting(variable, length))
    return true;
  const char *name = variable + sizeof prefix - 1;
  const tc_settings_place at = {.origin = "environment"};
  for (size_t i = 0; i < settings->count; i++)
    if (is_environment_name(settings->entries[i].row, name, length - (sizeof prefix - 1)))
      return tc_settings_assign(&settings->entries[i], sign + 1, &at, err);
  tc_fail(err, TC_CONFIG, "there is no setting for the variable %.*s", (int)(length < 64 ? length : 64), variable);
  return tc_settings_fail_at(&at, err);
}

bool tc_settings_load_flag(tc_settings *settings, const char *flag, tc_error *err)
{
  const tc_settings_place at = {.origin = "flag"};
  const char *sign = strchr(flag, '=');
  if (sign == NULL) {
    tc_fail(err, TC_CONFIG, "name=value is expected, not %.64s", flag);
    return tc_settings_fail_at(&at, err);
  }
  tc_auto(tc_str) name = NULL;
  return tc_str_printf(&name, err, "%.*s", (int)(sign - flag), flag) &&
         tc_settings_assign_named(settings, name, sign + 1, &at, err);
}
