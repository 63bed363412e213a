/*
 * truecopy demo: everything on embedded defaults. Certifies every paper in the samples folder, prints a table, and
 * serves the pages until it is interrupted; with --once it ends after the table.
 */
#include "service/command_table.h"

#include "service/batch.h"
#include "service/open.h"
#include "service/server.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

typedef struct arguments {
  tc_app_options app;
  bool once;
} arguments;

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
  (void)argument;
  arguments *a = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &a->app;
    return 0;
  case '1':
    a->once = true;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option options[] = {
    {"once", '1', NULL, 0, "End after the table; exit status 0 if everything was certified and verified", 0}, {0}};
static const struct argp_child children[] = {{&tc_app_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {options,
                                 parse_option,
                                 NULL,
                                 "Certifies the sample papers with a private database and a demo PKI, then serves the "
                                 "pages. The copies are samples without value and say so.",
                                 children,
                                 NULL,
                                 NULL};

/* ---- The samples ---- */

typedef struct file_list {
  char **items;
  size_t count;
} file_list;

static void file_list_finish(file_list *list)
{
  for (size_t i = 0; i < list->count; i++)
    free(list->items[i]);
  free(list->items);
}
TC_AUTO_VALUE(file_list, file_list_finish);

static int is_capture(const struct dirent *entry)
{
  static const char *const endings[] = {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".heic", ".pdf"};
  const char *dot = strrchr(entry->d_name, '.');
  for (size_t i = 0; dot != NULL && i < TC_ARRAY_LEN(endings); i++)
    if (strcasecmp(dot, endings[i]) == 0)
      return 1;
  return 0;
}

static bool list_samples(const char *folder, file_list *out, tc_error *err)
{
  struct dirent **entries = NULL;
  int count = scandir(folder, &entries, is_capture, alphasort);
  if (count <= 0) {
    free(entries);
    return tc_fail(err, TC_NOT_FOUND, "there are no samples in %s", folder);
  }
  out->items = calloc((size_t)count, sizeof *out->items);
  bool ok = out->items != NULL || tc_fail(err, TC_NO_MEMORY, "no memory for %d samples", count);
  for (int i = 0; i < count; i++) {
    ok = ok && tc_str_printf(&out->items[i], err, "%s/%s", folder, entries[i]->d_name);
    out->count += ok;
    free(entries[i]);
  }
  free(entries);
  return ok;
}

/* ---- The table ---- */

static const char *base_name(const char *path)
{
  const char *slash = strrchr(path, '/');
  return slash != NULL ? slash + 1 : path;
}

static void print_table(const tc_batch_row *rows, size_t count)
{
  printf("\n%-34s %-27s %5s %6s %8s  %-16s %-13s %7s\n", "file", "type", "sure", "check", "missing", "number",
         "verdict", "time");
  for (size_t i = 0; i < count; i++) {
    const tc_batch_row *row = &rows[i];
    if (row->error.code != TC_OK)
      printf("%-34s %s\n", base_name(row->file), row->error.message);
    else
      printf("%-34s %-27s %5d %6d %8d  %-16s %-13s %6.1fs\n", base_name(row->file), row->document_type, row->sure,
             row->check, row->missing, row->number, row->verdict, (double)row->elapsed_ms / 1000);
  }
}

static size_t count_good(const tc_batch_row *rows, size_t count)
{
  size_t good = 0;
  for (size_t i = 0; i < count; i++)
    good += rows[i].error.code == TC_OK && rows[i].certified && strcmp(rows[i].verdict, "valid") == 0;
  return good;
}

static bool certify_samples(tc_pipeline *pipeline, bool *all_good, tc_error *err)
{
  tc_auto(tc_str) folder = NULL;
  tc_auto(file_list) files = {0};
  const char *share = tc_settings_text(tc_pipeline_config(pipeline), "pipeline.share_folder");
  if (!tc_str_printf(&folder, err, "%s/samples", share) || !list_samples(folder, &files, err))
    return false;
  tc_pipeline_comparison comparison = {.actor = "truecopy demo"};
  tc_batch_options batch = {.pipeline = pipeline,
                            .files = (const char *const *)files.items,
                            .file_count = files.count,
                            .comparison = &comparison,
                            .progress = true};
  tc_batch_row *rows = NULL;
  size_t count = 0;
  if (!tc_batch_run(&batch, &rows, &count, err))
    return false;
  print_table(rows, count);
  size_t good = count_good(rows, count);
  printf("\n%zu of %zu papers are certified and verified. Data folder: %s\n", good, count,
         tc_storage_data_folder(tc_pipeline_storage(pipeline)));
  fflush(stdout);
  *all_good = good == count;
  tc_batch_free(rows, count);
  return true;
}

static bool serve(tc_pipeline *pipeline, tc_error *err)
{
  tc_auto(tc_server) server = NULL;
  if (!tc_server_start(pipeline, &server, err))
    return false;
  printf("Open %s in a browser. Ctrl-C ends.\n", tc_server_url(server));
  fflush(stdout);
  tc_wait_for_stop();
  return true;
}

int tc_command_demo(int argc, char **argv)
{
  arguments a = {0};
  tc_auto(tc_app) app = {0};
  int status = 0;
  tc_app_line line = {argc, argv, &argp, &a, &a.app};
  if (!tc_app_start(&line, &app, &status))
    return status;
  if (!a.once)
    tc_block_stop_signals();
  tc_error err = {0};
  tc_pipeline *pipeline = NULL;
  bool all_good = false;
  bool ok = tc_open_pipeline(&app, &pipeline, &err) && certify_samples(pipeline, &all_good, &err) &&
            (a.once || serve(pipeline, &err));
  ok = tc_pipeline_close(pipeline, ok ? &err : NULL) && ok;
  return !ok ? tc_app_report(&err) : all_good ? 0 : 1;
}
