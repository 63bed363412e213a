/*
 * truecopy renew: the copies' long life. What is below its level is raised, what nears the end of its archive
 * time-stamp gets the next one, what nobody signed in time is withdrawn. Meant for a timer; `truecopy serve` does the
 * same beside its work.
 */
#include "service/command_table.h"

#include "service/open.h"
#include "service/output.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct arguments {
  tc_app_options app;
  bool json;
  long days;
} arguments;

enum { KEY_WITHIN = 0x2000, DAYS_MAX = 36500, DAY_S = 86400 };

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
  arguments *a = state->input;
  char *end = NULL;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &a->app;
    return 0;
  case 'j':
    a->json = true;
    return 0;
  case KEY_WITHIN:
    a->days = strtol(argument, &end, 10);
    if (*argument == '\0' || *end != '\0' || a->days < 0 || a->days > DAYS_MAX)
      argp_error(state, "--within wants a number of days, 0 to %d", DAYS_MAX);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option options[] = {
    {"within", KEY_WITHIN, "DAYS", 0, "Also what is due within so many days", 0},
    {"json", 'j', NULL, 0, "One JSON object a line for each copy", 0},
    {0}};
static const struct argp_child children[] = {{&tc_app_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {options,
                                 parse_option,
                                 NULL,
                                 "Raises copies to their signature level, and adds the next archive time-stamp where "
                                 "the last one or its algorithm nears its end. Exit status 2: some are still below.",
                                 children,
                                 NULL,
                                 NULL};

static void print(const arguments *a, const tc_pipeline_raise *raised)
{
  if (!a->json) {
    printf("%s: %s -> %s%s%s\n", raised->id, raised->from, raised->level, raised->pending ? ", pending: " : "",
           raised->pending ? raised->why.message : "");
    return;
  }
  tc_auto(tc_json) line = tc_json_object();
  tc_json_set_text(line, "record", raised->id);
  tc_json_set_text(line, "from", raised->from);
  tc_json_set_text(line, "level", raised->level);
  tc_json_set_boolean(line, "changed", raised->changed);
  tc_json_set_boolean(line, "pending", raised->pending);
  if (raised->pending)
    tc_json_set_text(line, "problem", raised->why.message);
  tc_output_print(line);
}

/* Each copy once. */
static bool renew(tc_pipeline *pipeline, void *input, int *status, tc_error *err)
{
  const arguments *a = input;
  int lapsed = 0;
  tc_pipeline_due due = {.before = (int64_t)time(NULL) + a->days * DAY_S};
  if (!tc_pipeline_lapse(pipeline, (int64_t)time(NULL), &lapsed, err) ||
      !tc_pipeline_renew_begin(pipeline, &due.begun, err))
    return false;
  for (;;) {
    tc_pipeline_raise raised = {0};
    bool found = false;
    if (!tc_pipeline_renew_next(pipeline, &due, &raised, &found, err))
      return false;
    if (!found)
      return tc_pipeline_sequence(pipeline, err);
    if (raised.pending)
      *status = 2;
    print(a, &raised);
  }
}

int tc_command_renew(int argc, char **argv)
{
  arguments a = {0};
  tc_app_line line = {argc, argv, &argp, &a, &a.app};
  return tc_run_on_pipeline(&line, renew);
}
