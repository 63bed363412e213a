/*
 * Private to service/. What every command starts from: the settings, loaded from their sources, and the folders.
 * Ownership: the app owns its settings and texts; commands borrow. Threading: read-only after tc_app_init.
 */
#pragma once

#include "base/settings.h"

#include <argp.h>

enum { TC_SETTINGS_TABLES = 9 };
/* The tables of all modules, in layer order. */
void tc_collect_settings(tc_settings_table out[TC_SETTINGS_TABLES]);

typedef struct tc_app {
  tc_settings *settings;
} tc_app;

/* The options that every command takes (--config, --set, --data); a command lists it among its argp children with
   a tc_app_options as the child's input. */
typedef struct tc_app_options {
  const char *config;
  const char *flags[68]; /* NULL-terminated "name=value"; the last one wins */
  size_t flag_count;
  char *found[3]; /* used while loading */
} tc_app_options;
extern const struct argp tc_app_argp;

/* Loads the settings (the share folder is found beside the program, the data folder in the
   user's, where they are not set) and starts the log. */
TC_NODISCARD bool tc_app_init(const tc_app_options *options, tc_app *out, tc_error *err);
void tc_app_finish(tc_app *app);
TC_AUTO_VALUE(tc_app, tc_app_finish);

/* A path under the share folder, e.g. "schemas/sql"; the caller's, freed with free(). */
TC_NODISCARD bool tc_app_share_path(const tc_app *app, const char *below, char **out, tc_error *err);

/* Parses a command's line with `argp` (whose children hold tc_app_argp) and initialises the app; on failure reports and
   gives the exit status in *status. `input` is the command's own. */
typedef struct tc_app_line {
  int argc;
  char **argv;
  const struct argp *argp;
  void *input;
  tc_app_options *options;
} tc_app_line;
TC_NODISCARD bool tc_app_start(const tc_app_line *line, tc_app *out, int *status);

/* Prints "truecopy: message" on standard error and returns the exit status of the error's code. */
int tc_app_report(const tc_error *err);
