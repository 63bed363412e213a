/*
 * truecopy extract: fields out of captures. Files are read side by side; results come in the order given, each as soon
 * as all before it are out; a file that cannot be read is reported and the rest go on.
 */
#include "service/command_table.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/queue.h"
#include "service/open.h"
#include "service/output.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

typedef struct arguments {
  tc_app_options app;
  bool json, timings;
  const char *type;
  char **files;
  size_t file_count;
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
  case 't':
    a->type = argument;
    return 0;
  case 'T':
    a->timings = true;
    return 0;
  case ARGP_KEY_ARGS:
    a->files = state->argv + state->next;
    a->file_count = (size_t)(state->argc - state->next);
    return 0;
  case ARGP_KEY_NO_ARGS:
    argp_usage(state);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option options[] = {
    {"json", 'j', NULL, 0, "One JSON object a line for each file; of several cards on a glass for each", 0},
    {"type", 't', "TYPE", 0, "Take the papers for this type instead of finding it out", 0},
    {"timings", 'T', NULL, 0, "Add the seconds of each stage, by page", 0},
    {0}};
static const struct argp_child children[] = {{&tc_app_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    options,   parse_option,
    "FILE...", "Reads JPEG, PNG, TIFF, WebP, HEIC and scanned PDF files and prints their fields.",
    children,  NULL,
    NULL};

/* ---- Output in order ---- */

typedef struct extracting {
  const arguments *arguments;
  tc_worker_pool *pool;
  pthread_mutex_t lock;
  char **lines; /* finished and not printed yet */
  bool *done;
  size_t printed;
  int status; /* the worst so far */
} extracting;

static void print_ready(extracting *e)
{
  while (e->printed < e->arguments->file_count && e->done[e->printed]) {
    if (e->lines[e->printed] != NULL)
      fputs(e->lines[e->printed], stdout);
    free(e->lines[e->printed]);
    e->lines[e->printed++] = NULL;
  }
  fflush(stdout);
}

static void hand_in(extracting *e, size_t index, char *line, int status)
{
  pthread_mutex_lock(&e->lock);
  e->lines[index] = line;
  e->done[index] = true;
  if (status > e->status)
    e->status = status;
  print_ready(e);
  pthread_mutex_unlock(&e->lock);
}

/* ---- One file ---- */

static char *json_line(const char *file, const tc_json *result, tc_error *err)
{
  tc_auto(tc_json) line = tc_output_of_file(file, result);
  tc_auto(tc_buf) text = {0};
  char *out = NULL;
  return tc_json_write(line, &text, err) && tc_str_printf(&out, err, "%s\n", tc_buf_text(&text)) ? out : NULL;
}

/* A line of seconds by stage; `page` from 1, 0 the document as a whole. */
static bool append_stages(const tc_json *stages, size_t page, tc_buf *text, tc_error *err)
{
  tc_json_member stage;
  bool ok = page > 0 ? tc_buf_printf(text, err, "  page %zu:", page) : tc_buf_append_text(text, "  document:", err);
  for (bool more = tc_json_first(stages, &stage); ok && more; more = tc_json_next(stages, &stage))
    ok = tc_buf_printf(text, err, " %s %.2f s", stage.key, tc_json_as_number(stage.value, 0));
  return ok && tc_buf_append_text(text, "\n", err);
}

static char *human_text(const char *file, const tc_json *result, tc_error *err)
{
  tc_auto(tc_buf) text = {0};
  if (!tc_buf_printf(&text, err, "%s: %s (%.0f%%), %lld ms\n", file, tc_json_get_text(result, "document_type", "?"),
                     100 * tc_json_get_number(result, "document_type_confidence", 0),
                     (long long)tc_json_get_integer(result, "elapsed_ms", 0)))
    return NULL;
  tc_json_member field;
  const tc_json *fields = tc_json_get(result, "fields");
  for (bool more = tc_json_first(fields, &field); more; more = tc_json_next(fields, &field))
    if (!tc_buf_printf(&text, err, "  %-24s %-12s %s\n", field.key, tc_json_get_text(field.value, "status", ""),
                       tc_json_get_text(field.value, "value", "")))
      return NULL;
  const tc_json *timings = tc_json_get(result, "timings");
  const tc_json *pages = tc_json_get(timings, "pages");
  for (size_t i = 0; i < tc_json_count(pages); i++)
    if (!append_stages(tc_json_at(pages, i), i + 1, &text, err))
      return NULL;
  if (tc_json_get(timings, "document") != NULL && !append_stages(tc_json_get(timings, "document"), 0, &text, err))
    return NULL;
  char *out = NULL;
  return tc_str_copy(tc_buf_text(&text), &out, err) ? out : NULL;
}

/* A line, or the lines for a person, of one result. */
static bool append_result(const extracting *e, const char *file, const tc_json *result, tc_buf *out, tc_error *err)
{
  tc_auto(tc_str) text = e->arguments->json ? json_line(file, result, err) : human_text(file, result, err);
  return text != NULL && tc_buf_append_text(out, text, err);
}

/* `inspected`: seconds that looking at the file took, which count for its first paper. */
static bool read_paper(extracting *e, const tc_recognise_options *wanted, double inspected, tc_json **out,
                       tc_error *err)
{
  tc_auto(tc_recognition) recognition = {0};
  if (!tc_recognise(e->pool, wanted, &recognition, err))
    return false;
  tc_json *result = tc_steal(&recognition.result);
  tc_json_set_integer(result, "elapsed_ms", (int64_t)((recognition.elapsed + inspected) * 1000 + 0.5));
  if (e->arguments->timings) {
    tc_json_set_number(recognition.timings, "inspect", round(inspected * 1e4) / 1e4);
    tc_json_set(result, "timings", tc_steal(&recognition.timings));
  }
  *out = result;
  return true;
}

/* Nearly always one paper; of cards on a glass several. */
static bool read_file(extracting *e, const char *file, tc_buf *out, tc_error *err)
{
  tc_auto(tc_fd) fd = -1;
  off_t size;
  tc_auto(tc_json) inspection = NULL;
  const double start = tc_clock_seconds();
  if (!tc_file_open(file, &fd, &size, err) || !tc_inspect(e->pool, fd, &inspection, err))
    return false;
  double inspected = tc_clock_seconds() - start;
  const tc_json *pages = tc_json_get(inspection, "pages");
  for (size_t i = 0; i < tc_inspection_papers(pages); i++) {
    tc_auto(tc_json) of_paper = tc_inspection_pages(pages, i);
    tc_auto(tc_json) result = NULL;
    const tc_recognise_options wanted = {.fd = fd, .type = e->arguments->type, .pages = of_paper};
    if (!read_paper(e, &wanted, inspected, &result, err) || !append_result(e, file, result, out, err))
      return false;
    inspected = 0;
  }
  return true;
}

static void extract_one(size_t index, void *data)
{
  extracting *e = data;
  const char *file = e->arguments->files[index];
  tc_error err = {0};
  tc_error unwritten = {0};
  tc_auto(tc_buf) text = {0};
  int status = 0;
  char *lines = NULL;
  if (!read_file(e, file, &text, &err)) {
    status = tc_code_info(err.code)->exit_status;
    tc_auto(tc_json) result = tc_output_of_error(&err);
    if (e->arguments->json)
      lines = json_line(file, result, &unwritten);
    else
      fprintf(stderr, "truecopy: %s: %s\n", file, err.message);
  } else if (!tc_str_copy(tc_buf_text(&text), &lines, &unwritten)) {
    lines = NULL;
  }
  hand_in(e, index, lines, status);
}

static int extract_all(const arguments *a, tc_worker_pool *pool)
{
  extracting e = {.arguments = a, .pool = pool};
  tc_error err = {0};
  e.lines = calloc(a->file_count, sizeof *e.lines);
  e.done = calloc(a->file_count, sizeof *e.done);
  bool ok = e.lines != NULL && e.done != NULL;
  if (!ok)
    (void)tc_fail(&err, TC_NO_MEMORY, "no memory for %zu files", a->file_count);
  pthread_mutex_init(&e.lock, NULL);
  ok = ok && tc_parallel(a->file_count, tc_worker_pool_count(pool), extract_one, &e, &err);
  pthread_mutex_destroy(&e.lock);
  free(e.lines);
  free(e.done);
  return ok ? e.status : tc_app_report(&err);
}

int tc_command_extract(int argc, char **argv)
{
  arguments a = {0};
  tc_auto(tc_app) app = {0};
  int status = 0;
  tc_app_line line = {argc, argv, &argp, &a, &a.app};
  if (!tc_app_start(&line, &app, &status))
    return status;
  tc_error err = {0};
  tc_auto(tc_worker_pool) pool = NULL;
  return tc_open_workers(&app, &pool, &err) ? extract_all(&a, pool) : tc_app_report(&err);
}
