/*
 * truecopy certify: captures to certified copies, offline, through the whole pipeline and the warehouse.
 */
#include "service/command_table.h"

#include "base/file.h"
#include "service/batch.h"
#include "service/open.h"
#include "service/output.h"

#include <stdio.h>
#include <string.h>

typedef struct arguments {
  tc_app_options app;
  bool json;
  const char *out, *compared_by, *compared_title, *requester;
  char **files;
  size_t file_count;
} arguments;

enum { KEY_COMPARED_BY = 0x2000, KEY_COMPARED_TITLE, KEY_REQUESTER };

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
  case 'o':
    a->out = argument;
    return 0;
  case KEY_COMPARED_BY:
    a->compared_by = argument;
    return 0;
  case KEY_COMPARED_TITLE:
    a->compared_title = argument;
    return 0;
  case KEY_REQUESTER:
    a->requester = argument;
    return 0;
  case ARGP_KEY_ARGS:
    a->files = state->argv + state->next;
    a->file_count = (size_t)(state->argc - state->next);
    return 0;
  case ARGP_KEY_END:
    if (a->file_count == 0)
      argp_error(state, "which captures? Give one file or more");
    if (a->out == NULL)
      argp_error(state, "where do the copies go? Give --out DIR");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option options[] = {
    {"out", 'o', "DIR", 0, "Folder for the copies, and for trust/ with the roots and CRLs that they need", 0},
    {"compared-by", KEY_COMPARED_BY, "NAME", 0,
     "Who held the originals beside the captures; only the demo's samples go without", 0},
    {"compared-title", KEY_COMPARED_TITLE, "TITLE", 0, "The function of that person", 0},
    {"requester", KEY_REQUESTER, "NAME", 0, "Who asked for the copies", 0},
    {"json", 'j', NULL, 0, "One JSON object a line for each file", 0},
    {0}};
static const struct argp_child children[] = {{&tc_app_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    options,
    parse_option,
    "FILE...",
    "Certifies captures (JPEG, PNG, TIFF, WebP, HEIC, scanned PDF): recognises them, binds numbers, "
    "signs, seals and archives. The same capture is never certified twice.",
    children,
    NULL,
    NULL};

static void print_json(const tc_batch_row *row)
{
  tc_auto(tc_json) members = row->error.code != TC_OK ? tc_output_of_error(&row->error) : tc_json_object();
  if (row->error.code == TC_OK) {
    tc_json_set_text(members, "record", row->id);
    tc_json_set_boolean(members, "existing", row->existing);
    tc_json_set_text(members, "document_type", row->document_type);
    tc_json_set_text(members, "number", row->number);
    tc_json_set_text(members, "copy", row->name);
    tc_json_set_text(members, "level", row->level);
    tc_json_set_boolean(members, "pending", row->pending);
    tc_json_set_text(members, "verdict", row->verdict);
    tc_json_set_integer(members, "elapsed_ms", row->elapsed_ms);
  }
  tc_auto(tc_json) line = tc_output_of_file(row->file, members);
  tc_output_print(line);
}

static void print_row(const tc_batch_row *row, void *data)
{
  const arguments *a = data;
  if (a->json)
    print_json(row);
  else if (row->error.code != TC_OK)
    fprintf(stderr, "truecopy: %s: %s\n", row->file, row->error.message);
  else
    printf("%s: %s/%s (%s, %s, level %s%s)%s\n", row->file, a->out, row->name, row->number, row->verdict, row->level,
           row->pending ? ", to be raised" : "", row->existing ? " (the capture was known)" : "");
}

/* The worst file decides. */
static int status_of(const tc_batch_row *rows, size_t count)
{
  int status = 0;
  for (size_t i = 0; i < count; i++) {
    int one = tc_code_info(rows[i].error.code)->exit_status;
    if (one == 0 && strcmp(rows[i].verdict, "valid") != 0)
      one = strcmp(rows[i].verdict, "invalid") == 0 ? 1 : 2;
    status = one > status ? one : status;
  }
  return status;
}

static bool certify(tc_pipeline *pipeline, void *input, int *status, tc_error *err)
{
  const arguments *a = input;
  tc_pipeline_comparison comparison = {.actor = "truecopy certify", .name = a->compared_by, .title = a->compared_title};
  tc_batch_options batch = {.pipeline = pipeline,
                            .files = (const char *const *)a->files,
                            .file_count = a->file_count,
                            .comparison = &comparison,
                            .requester = a->requester,
                            .out_folder = a->out,
                            .progress = !a->json && isatty(STDERR_FILENO) == 1,
                            .finished = print_row,
                            .data = input};
  tc_batch_row *rows = NULL;
  size_t count = 0;
  tc_auto(tc_str) trust = NULL;
  if (!tc_str_printf(&trust, err, "%s/trust", a->out) || !tc_dir_make(trust, 0755, err) ||
      !tc_batch_run(&batch, &rows, &count, err))
    return false;
  *status = status_of(rows, count);
  tc_batch_free(rows, count);
  return tc_keyring_export_trust(tc_pipeline_keyring(pipeline), trust, err);
}

int tc_command_certify(int argc, char **argv)
{
  arguments a = {0};
  tc_app_line line = {argc, argv, &argp, &a, &a.app};
  return tc_run_on_pipeline(&line, certify);
}
