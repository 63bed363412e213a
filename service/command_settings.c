/*
 * truecopy settings: the settings, their values and where those come from; with --markdown the page docs/settings.md.
 */
#include "service/command_table.h"

#include "service/app.h"
#include "service/output.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef struct arguments {
  tc_app_options app;
  bool json, markdown;
  const tc_settings *settings;
} arguments;

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
  (void)argument;
  arguments *a = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &a->app;
    return 0;
  case 'j':
    a->json = true;
    return 0;
  case 'm':
    a->markdown = true;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option options[] = {
    {"json", 'j', NULL, 0, "One JSON object a line for each setting", 0},
    {"markdown", 'm', NULL, 0, "The documentation's page: names, defaults and meanings, no values", 0},
    {0}};
static const struct argp_child children[] = {{&tc_app_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {options, parse_option, NULL, "Shows every setting.", children, NULL, NULL};

static const char *shown(const tc_setting *row, const char *value)
{
  if (row->kind != TC_SETTING_SECRET)
    return value;
  return *value != '\0' ? "(set)" : "";
}

static void print_human(const tc_setting *row, const char *value, void *data)
{
  const arguments *a = data;
  printf("%s = %s\n    %s [%s]\n", row->name, shown(row, value), row->help, tc_settings_origin(a->settings, row->name));
}

static void print_json(const tc_setting *row, const char *value, void *data)
{
  const arguments *a = data;
  tc_auto(tc_json) line = tc_json_object();
  tc_json_set_text(line, "name", row->name);
  tc_json_set_text(line, "value", shown(row, value));
  tc_json_set_text(line, "default", row->fallback);
  tc_json_set_text(line, "origin", tc_settings_origin(a->settings, row->name));
  tc_json_set_text(line, "help", row->help);
  tc_output_print(line);
}

static void print_range(const tc_setting *row)
{
  switch (row->kind) {
  case TC_SETTING_INTEGER:
    printf("%" PRId64 " – %" PRId64, row->min, row->max);
    break;
  case TC_SETTING_BOOLEAN:
    printf("true, false");
    break;
  case TC_SETTING_CHOICE:
    for (const char *const *choice = row->choices; *choice != NULL; choice++)
      printf("%s%s", choice == row->choices ? "" : ", ", *choice);
    break;
  case TC_SETTING_SECRET:
    printf("secret");
    break;
  case TC_SETTING_TEXT:
    printf("text");
    break;
  }
}

static void print_markdown(const tc_setting *row, const char *value, void *data)
{
  (void)value;
  (void)data;
  printf("| `%s` | ", row->name);
  if (*row->fallback != '\0')
    printf("`%s`", row->fallback);
  printf(" | ");
  print_range(row);
  printf(" | %s |\n", row->help);
}

static void print_markdown_head(void)
{
  puts(
      "# Settings\n\n"
      "Written by `truecopy settings --markdown` from the tables in the code; a test compares.\n\n"
      "A setting's value comes from, each winning over the one before: its default, the file of `--config FILE`\n"
      "(`name = value`, one a line), the environment (`TRUECOPY_` and the name in capitals, dots as underscores), and\n"
      "`--set name=value`.\n\n"
      "| setting | default | range | meaning |\n| --- | --- | --- | --- |");
}

int tc_command_settings(int argc, char **argv)
{
  arguments a = {0};
  tc_auto(tc_app) app = {0};
  int status = 0;
  tc_app_line line = {argc, argv, &argp, &a, &a.app};
  if (!tc_app_start(&line, &app, &status))
    return status;
  a.settings = app.settings;
  if (a.markdown)
    print_markdown_head();
  tc_settings_each(app.settings, a.markdown ? print_markdown : a.json ? print_json : print_human, &a);
  return 0;
}
