#include "service/app.h"

#include "base/log.h"

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

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
    if (*argument == '\0')
      argp_error(state, "--data wants a folder");
    if (snprintf(flag, sizeof flag, "storage.data_folder=%s", argument) >= (int)sizeof flag)
      argp_error(state, "the path of --data is too long");
    argument = flag;
  }
    __attribute__((fallthrough));
  case KEY_SET:
    if (app->flag_count + 4 >= TC_ARRAY_LEN(app->flags)) /* three are for folders found, one is the end */
      argp_error(state, "more than %zu settings on the command line", TC_ARRAY_LEN(app->flags) - 4);
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

/* The pages: installed beside the schemas; in a build folder, beside the program. */
static bool find_web_folder(char **out, tc_error *err)
{
  char program[PATH_MAX];
  ssize_t size = readlink("/proc/self/exe", program, sizeof program - 1);
  if (size <= 0)
    return tc_fail(err, TC_IO, "the program's own path cannot be read from /proc/self/exe");
  program[size] = '\0';
  const char *dir = dirname(program);
  tc_auto(tc_str) built = NULL;
  if (!tc_str_printf(&built, err, "%s/web", dir))
    return false;
  return access(built, R_OK) == 0 ? tc_str_copy(built, out, err)
                                  : tc_str_printf(out, err, "%s/../share/truecopy/web", dir);
}

/* $XDG_DATA_HOME/truecopy, or ~/.local/share/truecopy; stays empty without a HOME: only who keeps something needs one.
 */
static bool find_data_folder(char **out, tc_error *err)
{
  const char *base = getenv("XDG_DATA_HOME");
  if (base != NULL && base[0] == '/')
    return tc_str_printf(out, err, "%s/truecopy", base);
  const char *home = getenv("HOME");
  if (home == NULL || home[0] != '/')
    return tc_str_copy("", out, err);
  return tc_str_printf(out, err, "%s/.local/share/truecopy", home);
}

/* Folders that are found rather than set, for settings that are empty. */
static const struct {
  const char *setting;
  bool (*find)(char **out, tc_error *err);
} found_folders[] = {{"pipeline.share_folder", find_share_dir},
                     {"storage.data_folder", find_data_folder},
                     {"service.web_folder", find_web_folder}};

static bool load_from(const tc_settings_sources *sources, tc_settings **settings, tc_error *err)
{
  tc_settings_table tables[TC_SETTINGS_TABLES];
  tc_settings *loaded = NULL;
  tc_collect_settings(tables);
  if (!tc_settings_load(tables, TC_SETTINGS_TABLES, sources, &loaded, err))
    return false;
  tc_settings_destroy(*settings);
  *settings = loaded;
  return true;
}

/* The settings, and, where they leave a folder open, again with the one that was found. */
static bool load_settings(tc_app_options *given, tc_settings **out, tc_error *err)
{
  tc_settings_sources sources = {.file = given->config, .environ = (const char *const *)environ, .flags = given->flags};
  tc_auto(tc_settings) settings = NULL;
  if (!load_from(&sources, &settings, err))
    return false;
  for (size_t i = 0; i < TC_ARRAY_LEN(found_folders); i++) {
    tc_auto(tc_str) folder = NULL;
    tc_auto(tc_str) flag = NULL;
    if (*tc_settings_text(settings, found_folders[i].setting) != '\0')
      continue;
    if (!found_folders[i].find(&folder, err) || !tc_str_printf(&flag, err, "%s=%s", found_folders[i].setting, folder))
      return false;
    given->found[i] = tc_steal(&flag);
    given->flags[given->flag_count++] = given->found[i];
    if (!load_from(&sources, &settings, err))
      return false;
  }
  *out = tc_steal(&settings);
  return true;
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
  bool ok = load_settings(&options, &settings, err);
  for (size_t i = 0; i < TC_ARRAY_LEN(options.found); i++)
    free(options.found[i]);
  if (!ok)
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
