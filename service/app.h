/*
 * What every command starts from: the settings, loaded from their sources, and the folders.
 * Ownership: the app owns its settings and texts; commands borrow. Threading: read-only after tc_app_init.
 */
#pragma once

#include "base/settings.h"

#include <argp.h>

typedef struct tc_app {
  tc_settings *settings;
  char *share_dir; /* schemas and samples: beside the program's install prefix, or the source tree of a build folder */
} tc_app;

/* The tables of all modules, in layer order. */
extern const tc_settings_table tc_all_settings[];
extern const size_t tc_all_settings_count;

/* The options that every command takes (--config, --set, --data); a command lists it among its argp children with
   a tc_app_options as the child's input. */
typedef struct tc_app_options {
  const char *config;
  const char *flags[65]; /* NULL-terminated "name=value"; the last one wins */
  size_t flag_count;
} tc_app_options;
extern const struct argp tc_app_argp;

TC_NODISCARD bool tc_app_init(const tc_app_options *options, tc_app *out, tc_error *err);
void tc_app_finish(tc_app *app);
TC_AUTO_VALUE(tc_app, tc_app_finish);

/* A path under the share folder, e.g. "schemas/sql"; the caller's, freed with free(). */
TC_NODISCARD bool tc_app_share_path(const tc_app *app, const char *below, char **out, tc_error *err);

/* Prints "truecopy: message" on standard error and returns the exit status of the error's code. */
int tc_app_report(const tc_error *err);
