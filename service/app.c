#include "service/app.h"

#include "base/log.h"

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

extern char **environ;

enum { KEY_CONFIG = 0x1000, KEY_SET, KEY_DATA };

static const struct argp_option options[] = {
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
    if (app->flag_count + 1 >= TC_ARRAY_LEN(app->flags))
      argp_error(state, "more than %zu settings on the command line", TC_ARRAY_LEN(app->flags) - 1);
    app->flags[app->flag_count++] = argument;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

const struct argp tc_app_argp = {.options = options, .parser = parse_option};

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

bool tc_app_init(const tc_app_options *given, tc_app *out, tc_error *err)
{
  tc_auto(tc_app) app = {0};
  tc_settings_sources sources = {.file = given->config, .environ = (const char *const *)environ, .flags = given->flags};
  if (!tc_settings_load(tc_all_settings, tc_all_settings_count, &sources, &app.settings, err) ||
      !find_share_dir(&app.share_dir, err))
    return false;
  *out = app;
  app = (tc_app){0};
  return true;
}

void tc_app_finish(tc_app *app)
{
  tc_settings_destroy(app->settings);
  free(app->share_dir);
  *app = (tc_app){0};
}

bool tc_app_share_path(const tc_app *app, const char *below, char **out, tc_error *err)
{
  return tc_str_printf(out, err, "%s/%s", app->share_dir, below);
}

int tc_app_report(const tc_error *err)
{
  fprintf(stderr, "truecopy: %s\n", err->message);
  return tc_code_info(err->code)->exit_status;
}
