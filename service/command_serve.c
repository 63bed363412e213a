#include "service/command_table.h"

#include "service/open.h"
#include "service/server.h"

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
static const struct argp argp = {
    NULL,     parse_option, NULL, "Serves the API and the pages on loopback until it is interrupted.",
    children, NULL,         NULL};

static bool serve(tc_pipeline *pipeline, tc_error *err)
{
  tc_auto(tc_server) server = NULL;
  if (!tc_server_start(pipeline, &server, err))
    return false;
  printf("truecopy serves %s\n", tc_server_url(server));
  fflush(stdout);
  tc_wait_for_stop();
  return true;
}

int tc_command_serve(int argc, char **argv)
{
  tc_app_options options = {0};
  tc_auto(tc_app) app = {0};
  int status = 0;
  tc_app_line line = {argc, argv, &argp, &options, &options};
  if (!tc_app_start(&line, &app, &status))
    return status;
  tc_block_stop_signals();
  tc_error err = {0};
  tc_pipeline *pipeline = NULL;
  bool ok = tc_open_pipeline(&app, &pipeline, &err) && serve(pipeline, &err);
  ok = tc_pipeline_close(pipeline, ok ? &err : NULL) && ok;
  return ok ? 0 : tc_app_report(&err);
}
