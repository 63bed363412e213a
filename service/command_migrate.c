#include "service/command_table.h"

#include "service/open.h"

#include <stdio.h>

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
  (void)argument;
  if (key == ARGP_KEY_INIT) {
    state->child_inputs[0] = state->input;
    return 0;
  }
  return ARGP_ERR_UNKNOWN;
}

static const struct argp_child children[] = {{&tc_app_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {NULL,
                                 parse_option,
                                 NULL,
                                 "Brings the database's schema up to date. Every command that opens the warehouse does "
                                 "the same; this one does nothing else.",
                                 children,
                                 NULL,
                                 NULL};

int tc_command_migrate(int argc, char **argv)
{
  tc_app_options options = {0};
  tc_auto(tc_app) app = {0};
  int status = 0;
  tc_app_line line = {argc, argv, &argp, &options, &options};
  if (!tc_app_start(&line, &app, &status))
    return status;
  tc_error err = {0};
  tc_auto(tc_str) sql = NULL;
  tc_storage *storage = NULL;
  if (!tc_app_share_path(&app, "schemas/sql", &sql, &err))
    return tc_app_report(&err);
  tc_storage_options open = {.settings = app.settings, .schemas_sql = sql};
  if (!tc_storage_open(&open, &storage, &err))
    return tc_app_report(&err);
  puts("The database's schema is up to date.");
  return tc_storage_close(storage, &err) ? 0 : tc_app_report(&err);
}
