#include "service/app.h"

#include "base/log.h"

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

extern char **environ;

enum { KEY_CONFIG = 0x1000, KEY_SET, KEY_DATA };

static const struct argp_option app_argp_options[] = {
    {"config", KEY_CONFIG, "FILE", 0, "Read settings from FILE (name = value, one a line)", 90},
    {"set", KEY_SET, "NAME=VALUE", 0, "Set one setting; `truecopy settings` lists them", 90},
    {"data", KEY_DATA, "DIR", 0, "The data folder (the same as --set storage.data_folder=DIR)", 90},
    {0}};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
  tc_app_options *app = state->input;
  switch (key) {
  case KEY_CONFIG:
    app->config = argument;
    return 0;
  case KEY_DATA: {
    /* Lives as long as the program: command lines are parsed once. */
    static char flag[PATH_MAX + 32];
    if (snprintf(flag, sizeof flag, "storage.data_folder=%s", argument) >= (int)sizeof flag)
      argp_error(state, "the path of --data is too long");
    argument = flag;
  }
    __attribute__((fallthrough));
  case KEY_SET:
    if (app->flag_count + 2 >= TC_ARRAY_LEN(app->flags)) /* one is the share folder's, one the end */
      argp_error(state, "more than %zu settings on the command line", TC_ARRAY_LEN(app->flags) - 2);
    app->flags[app->flag_count++] = argument;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

const struct argp tc_app_argp = {.options = app_argp_options, .parser = parse_option};

/* An installed program finds its data beside its prefix; one in a build folder in the source tree above it. */
static bool find_share_dir(char **out, tc_error *err)
{
  char program[PATH_MAX];
  ssize_t size = readlink("/proc/self/exe", program, sizeof program - 1);
  if (size <= 0)
    return tc_fail(err, TC_IO, "the program's own path cannot be read from /proc/self/exe");
  program[size] = '\0';
  static const char *const candidates[] = {"../share/truecopy", "../../..", "../.."};
  const char *dir = dirname(program);
  for (size_t i = 0; i < TC_ARRAY_LEN(candidates); i++) {
    tc_auto(tc_str) probe = NULL;
    if (!tc_str_printf(&probe, err, "%s/%s/schemas/national", dir, candidates[i]))
      return false;
    if (access(probe, R_OK) == 0)
      return tc_str_printf(out, err, "%s/%s", dir, candidates[i]);
  }
  return tc_fail(err, TC_CONFIG,
                 "the data files (schemas/) are neither beside the program's prefix nor in its sources");
}

/* The settings, and, where they name no share folder, again with the one that was found. */
static bool load_settings(tc_app_options *given, tc_settings **out, tc_error *err)
{
  tc_settings_sources sources = {.file = given->config, .environ = (const char *const *)environ, .flags = given->flags};
  tc_settings_table tables[TC_SETTINGS_TABLES];
  tc_collect_settings(tables);
  tc_auto(tc_settings) settings = NULL;
  if (!tc_settings_load(tables, TC_SETTINGS_TABLES, &sources, &settings, err))
    return false;
  if (*tc_settings_text(settings, "pipeline.share_folder") != '\0') {
    *out = tc_steal(&settings);
    return true;
  }
  tc_auto(tc_str) share = NULL;
  tc_auto(tc_str) flag = NULL;
  if (!find_share_dir(&share, err) || !tc_str_printf(&flag, err, "pipeline.share_folder=%s", share))
    return false;
  given->flags[given->flag_count] = flag;
  bool ok = tc_settings_load(tables, TC_SETTINGS_TABLES, &sources, out, err);
  given->flags[given->flag_count] = NULL;
  return ok;
}

static void start_log(const tc_settings *settings)
{
  static const char *const levels[] = {"debug", "info", "warning", "error"};
  const char *least = tc_settings_text(settings, "base.log_level");
  const char *format = tc_settings_text(settings, "base.log_format");
  tc_log_level level = TC_LOG_INFO;
  for (size_t i = 0; i < TC_ARRAY_LEN(levels); i++)
    if (strcmp(levels[i], least) == 0)
      level = (tc_log_level)i;
  tc_log_init(STDERR_FILENO, level,
              strcmp(format, "json") == 0    ? TC_LOG_JSON
              : strcmp(format, "human") == 0 ? TC_LOG_HUMAN
                                             : TC_LOG_AUTO);
}

bool tc_app_init(const tc_app_options *given, tc_app *out, tc_error *err)
{
  tc_app_options options = *given;
  tc_settings *settings = NULL;
  if (!load_settings(&options, &settings, err))
    return false;
  start_log(settings);
  out->settings = settings;
  return true;
}

bool tc_app_start(const tc_app_line *line, tc_app *out, int *status)
{
  argp_err_exit_status = tc_code_info(TC_USAGE)->exit_status;
  tc_error err = {0};
  error_t problem = argp_parse(line->argp, line->argc, line->argv, 0, NULL, line->input);
  if (problem != 0)
    (void)tc_fail_errno(&err, TC_USAGE, problem, "the command line cannot be read");
  if (problem == 0 && tc_app_init(line->options, out, &err))
    return true;
  *status = tc_app_report(&err);
  return false;
}

void tc_app_finish(tc_app *app)
{
  tc_settings_destroy(app->settings);
  *app = (tc_app){0};
}

bool tc_app_share_path(const tc_app *app, const char *below, char **out, tc_error *err)
{
  return tc_str_printf(out, err, "%s/%s", tc_settings_text(app->settings, "pipeline.share_folder"), below);
}

int tc_app_report(const tc_error *err)
{
  fprintf(stderr, "truecopy: %s\n", err->message);
  return tc_code_info(err->code)->exit_status;
}
