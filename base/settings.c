#include "base/settings_private.h"

#include "base/text.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES_MAX = 4096 };

static int compare_entries(const void *a, const void *b)
{
  return strcmp((*(tc_settings_entry *const *)a)->row->name, (*(tc_settings_entry *const *)b)->row->name);
}

static int compare_name(const void *name, const void *item)
{
  return strcmp(name, (*(tc_settings_entry *const *)item)->row->name);
}

static tc_settings_entry *find(const tc_settings *settings, const char *name)
{
  tc_settings_entry **found =
      bsearch(name, settings->by_name, settings->count, sizeof(tc_settings_entry *), compare_name);
  return found != NULL ? *found : NULL;
}

static const tc_settings_entry *get(const tc_settings *settings, const char *name)
{
  const tc_settings_entry *found = find(settings, name);
  assert(found != NULL && "a setting that no table has");
  return found;
}

static bool read_integer(const tc_setting *row, const char *text, int64_t *out, tc_error *err)
{
  char *end = NULL;
  errno = 0;
  long long value = strtoll(text, &end, 10);
  bool whole = end != text && *end == '\0' && !isspace((unsigned char)*text);
  if (!whole || errno != 0 || value < row->min || value > row->max)
    return tc_fail(err, TC_CONFIG, "%s = %.64s: a whole number from %" PRId64 " to %" PRId64 " is expected", row->name,
                   text, row->min, row->max);
  *out = value;
  return true;
}

static bool read_boolean(const tc_setting *row, const char *text, bool *out, tc_error *err)
{
  bool yes = strcmp(text, "true") == 0;
  if (!yes && strcmp(text, "false") != 0)
    return tc_fail(err, TC_CONFIG, "%s = %.64s: true or false is expected", row->name, text);
  *out = yes;
  return true;
}

static bool check_choice(const tc_setting *row, const char *text, tc_error *err)
{
  tc_auto(tc_buf) list = {0};
  for (const char *const *choice = row->choices; *choice != NULL; choice++) {
    if (strcmp(text, *choice) == 0)
      return true;
    if (!tc_buf_printf(&list, err, "%s%s", list.size > 0 ? ", " : "", *choice))
      return false;
  }
  return tc_fail(err, TC_CONFIG, "%s = %.64s: one of %s is expected", row->name, text, tc_buf_text(&list));
}

static bool check_text(const tc_setting *row, const char *text, tc_error *err)
{
  int64_t max = row->max > 0 ? row->max : TEXT_BYTES_MAX;
  size_t length = strlen(text);
  if ((int64_t)length < row->min || (int64_t)length > max)
    return tc_fail(err, TC_CONFIG, "%s: a text of %" PRId64 " to %" PRId64 " bytes is expected, this one has %zu",
                   row->name, row->min, max, length);
  if (!tc_text_is_valid(tc_bytes_of_text(text)))
    return tc_fail(err, TC_CONFIG, "%s: the text is not UTF-8", row->name);
  return true;
}

static bool assign(tc_settings_entry *slot, const char *text, const char *origin, tc_error *err)
{
  const tc_setting *row = slot->row;
  bool ok = row->kind == TC_SETTING_INTEGER   ? read_integer(row, text, &slot->integer, err)
            : row->kind == TC_SETTING_BOOLEAN ? read_boolean(row, text, &slot->boolean, err)
            : row->kind == TC_SETTING_CHOICE  ? check_choice(row, text, err)
                                              : check_text(row, text, err);
  tc_auto(tc_str) value = NULL;
  if (!ok || !tc_str_copy(text, &value, err))
    return false;
  free(slot->value);
  slot->value = tc_steal(&value);
  slot->origin = origin;
  return true;
}

bool tc_settings_fail_at(const tc_settings_place *at, tc_error *err)
{
  if (at->name != NULL)
    return tc_error_prefix(err, "%s, line %d", at->name, at->line);
  return tc_error_prefix(err, "%s", at->origin);
}

bool tc_settings_assign_named(tc_settings *settings, const char *name, const char *value, const tc_settings_place *at,
                              tc_error *err)
{
  tc_settings_entry *slot = find(settings, name);
  if (slot == NULL)
    tc_fail(err, TC_CONFIG, "there is no setting of the name %.64s", name);
  else if (at->name != NULL && strcmp(slot->origin, at->origin) == 0)
    tc_fail(err, TC_CONFIG, "%s stands there a second time", name);
  else if (assign(slot, value, at->origin, err))
    return true;
  return tc_settings_fail_at(at, err);
}

bool tc_settings_assign(tc_settings_entry *slot, const char *value, const tc_settings_place *at, tc_error *err)
{
  return assign(slot, value, at->origin, err) || tc_settings_fail_at(at, err);
}

static bool create_empty(const tc_settings_table *tables, size_t count, tc_settings **out, tc_error *err)
{
  size_t total = 0;
  for (size_t i = 0; i < count; i++)
    total += tables[i].count;
  tc_auto(tc_settings) settings = calloc(1, sizeof *settings);
  if (settings == NULL || (settings->entries = calloc(total + 1, sizeof(tc_settings_entry))) == NULL ||
      (settings->by_name = calloc(total + 1, sizeof(tc_settings_entry *))) == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for %zu settings", total);
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < tables[i].count; j++) {
      tc_settings_entry *slot = &settings->entries[settings->count];
      slot->row = &tables[i].rows[j];
      settings->by_name[settings->count++] = slot;
      if (!assign(slot, slot->row->fallback, "default", err))
        return tc_error_prefix(err, "the default");
    }
  qsort(settings->by_name, settings->count, sizeof(tc_settings_entry *), compare_entries);
  for (size_t i = 1; i < settings->count; i++)
    assert(compare_entries(&settings->by_name[i - 1], &settings->by_name[i]) != 0 && "two settings of one name");
  *out = tc_steal(&settings);
  return true;
}

bool tc_settings_load(const tc_settings_table *tables, size_t count, const tc_settings_sources *sources,
                      tc_settings **out, tc_error *err)
{
  tc_auto(tc_settings) settings = NULL;
  if (!create_empty(tables, count, &settings, err))
    return false;
  if (sources != NULL && sources->file != NULL && !tc_settings_load_file(settings, sources->file, err))
    return false;
  const char *const *variable = sources != NULL ? sources->environ : NULL;
  for (; variable != NULL && *variable != NULL; variable++)
    if (!tc_settings_load_variable(settings, *variable, err))
      return false;
  const char *const *flag = sources != NULL ? sources->flags : NULL;
  for (; flag != NULL && *flag != NULL; flag++)
    if (!tc_settings_load_flag(settings, *flag, err))
      return false;
  *out = tc_steal(&settings);
  return true;
}

void tc_settings_destroy(tc_settings *settings)
{
  if (settings == NULL)
    return;
  for (size_t i = 0; i < settings->count; i++)
    free(settings->entries[i].value);
  free(settings->entries);
  free(settings->by_name);
  free(settings);
}

const char *tc_settings_text(const tc_settings *settings, const char *name) { return get(settings, name)->value; }

int64_t tc_settings_integer(const tc_settings *settings, const char *name)
{
  const tc_settings_entry *found = get(settings, name);
  assert(found->row->kind == TC_SETTING_INTEGER);
  return found->integer;
}

bool tc_settings_boolean(const tc_settings *settings, const char *name)
{
  const tc_settings_entry *found = get(settings, name);
  assert(found->row->kind == TC_SETTING_BOOLEAN);
  return found->boolean;
}

const char *tc_settings_origin(const tc_settings *settings, const char *name) { return get(settings, name)->origin; }

void tc_settings_each(const tc_settings *settings, void (*visit)(const tc_setting *row, const char *value, void *data),
                      void *data)
{
  for (size_t i = 0; i < settings->count; i++)
    visit(settings->entries[i].row, settings->entries[i].value, data);
}

bool tc_settings_to_json(const tc_settings *settings, tc_json **out, tc_error *err)
{
  tc_auto(tc_json) values = tc_json_object();
  for (size_t i = 0; i < settings->count; i++) {
    const tc_settings_entry *slot = &settings->entries[i];
    if (slot->row->kind != TC_SETTING_SECRET && !tc_json_set_text(values, slot->row->name, slot->value))
      return tc_fail(err, TC_NO_MEMORY, "no memory for the settings");
  }
  *out = tc_steal(&values);
  return true;
}

bool tc_settings_from_json(const tc_settings_table *tables, size_t count, const tc_json *values, tc_settings **out,
                           tc_error *err)
{
  tc_auto(tc_settings) settings = NULL;
  if (!tc_json_is_object(values))
    return tc_fail(err, TC_CONFIG, "settings are a JSON object");
  if (!create_empty(tables, count, &settings, err))
    return false;
  const tc_settings_place at = {.origin = "parent"};
  tc_json_member member;
  for (bool more = tc_json_first(values, &member); more; more = tc_json_next(values, &member)) {
    const char *text = tc_json_as_text(member.value, NULL);
    if (text == NULL)
      return tc_fail(err, TC_CONFIG, "%.64s: the values of settings are texts", member.key);
    if (!tc_settings_assign_named(settings, member.key, text, &at, err))
      return false;
  }
  *out = tc_steal(&settings);
  return true;
}
