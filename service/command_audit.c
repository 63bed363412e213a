/*
 * truecopy audit: does everything that is kept agree with everything else, and with the heads kept outside?
 */
#include "service/command_table.h"

#include "service/open.h"
#include "service/output.h"

#include <inttypes.h>
#include <stdio.h>

typedef struct arguments {
  tc_app_options app;
  bool json;
  const char *heads;
} arguments;

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
  arguments *a = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &a->app;
    return 0;
  case 'j':
    a->json = true;
    return 0;
  case 'H':
    a->heads = argument;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option options[] = {
    {"heads", 'H', "FILE", 0, "A copy of heads/heads.jsonl made earlier and kept elsewhere: the ledger must contain it",
     0},
    {"json", 'j', NULL, 0, "One JSON object a line for each finding", 0},
    {0}};
static const struct argp_child children[] = {{&tc_app_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {options,
                                 parse_option,
                                 NULL,
                                 "Audits the warehouse: rows, files, register, ledger and signed heads. Exit status: 0 "
                                 "all agrees, 1 there are faults.",
                                 children,
                                 NULL,
                                 NULL};

static void print_finding(const tc_audit_finding *finding, void *data)
{
  const arguments *a = data;
  const char *severity = finding->severity == TC_AUDIT_FAULT ? "fault" : "note";
  if (!a->json) {
    printf("%s: %s: %s: %s\n", severity, finding->code, finding->subject, finding->message);
    return;
  }
  tc_auto(tc_json) line = tc_json_object();
  tc_json_set_text(line, "severity", severity);
  tc_json_set_text(line, "code", finding->code);
  tc_json_set_text(line, "subject", finding->subject);
  tc_json_set_text(line, "message", finding->message);
  tc_output_print(line);
}

static void print_summary(const arguments *a, const tc_audit_summary *s)
{
  if (!a->json) {
    printf("%" PRId64 " tables, %" PRId64 " rows, %" PRId64 " entries, %" PRId64 " heads, %" PRId64 " files: %" PRId64
           " faults, %" PRId64 " notes\n",
           s->tables, s->rows, s->entries, s->heads, s->blobs, s->faults, s->notes);
    return;
  }
  tc_auto(tc_json) line = tc_json_object();
  tc_json_set_integer(line, "tables", s->tables);
  tc_json_set_integer(line, "rows", s->rows);
  tc_json_set_integer(line, "entries", s->entries);
  tc_json_set_integer(line, "heads", s->heads);
  tc_json_set_integer(line, "blobs", s->blobs);
  tc_json_set_integer(line, "faults", s->faults);
  tc_json_set_integer(line, "notes", s->notes);
  tc_output_print(line);
}

static bool audit(tc_pipeline *pipeline, void *input, int *status, tc_error *err)
{
  const arguments *a = input;
  tc_audit_summary summary = {0};
  tc_pipeline_audit_options with = {.kept_heads_file = a->heads, .found = print_finding, .data = input};
  if (!tc_pipeline_audit(pipeline, &with, &summary, err))
    return false;
  print_summary(a, &summary);
  *status = summary.faults > 0 ? 1 : 0;
  return true;
}

int tc_command_audit(int argc, char **argv)
{
  arguments a = {0};
  tc_app_line line = {argc, argv, &argp, &a, &a.app};
  return tc_run_on_pipeline(&line, audit);
}
