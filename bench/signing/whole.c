/*
 * bench/signing: whole certified copies from pages that were read before: compose, sign twice, time-stamp, verify,
 * store durably. Reading comes first and is not counted; what is counted is a running office's: workers and keys are
 * there.
 *
 *   whole [--data DIR] [--set NAME=VALUE…] FILE...
 *
 * Prints a JSON object: copies, failed, seconds, and the processor seconds of this process and of its workers.
 */
#include "base/clock.h"
#include "base/file.h"
#include "base/queue.h"
#include "service/command_table.h"
#include "service/open.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

typedef struct bench {
  tc_app_options app;
  char **files;
  size_t count;
  tc_pipeline *pipeline;
  char (*ids)[TC_ID_SIZE];
  tc_record_state until;
  _Atomic size_t failed;
} bench;

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
  bench *b = state->input;
  (void)argument;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &b->app;
    return 0;
  case ARGP_KEY_ARGS:
    b->files = state->argv + state->next;
    b->count = (size_t)(state->argc - state->next);
    return 0;
  case ARGP_KEY_END:
    if (b->count == 0)
      argp_error(state, "which captures?");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_child children[] = {{&tc_app_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {NULL,     parse_option, "FILE...", "Whole copies, for bench/signing",
                                 children, NULL,         NULL};

static bool receive(bench *b, const tc_intake *intake, size_t index, tc_error *err)
{
  tc_received received = {0};
  if (!tc_pipeline_receive(b->pipeline, intake, &received, err))
    return false;
  memcpy(b->ids[index], received.papers[0].id, sizeof b->ids[index]);
  return true;
}

static bool take(bench *b, size_t index, tc_error *err)
{
  tc_auto(tc_fd) fd = -1;
  off_t size;
  tc_record_state reached;
  static const tc_pipeline_comparison nobody = {.actor = "bench"};
  if (!tc_file_open(b->files[index], &fd, &size, err))
    return false;
  tc_intake intake = {.fd = fd, .grade = TC_GRADE_CERTIFIED, .actor = "bench", .channel = "counter"};
  return (*b->ids[index] != '\0' || receive(b, &intake, index, err)) &&
         tc_pipeline_advance(b->pipeline, b->ids[index], b->until, &nobody, &reached, err);
}

static void run_one(size_t index, void *data)
{
  bench *b = data;
  tc_error err = {0};
  if (!take(b, index, &err) && atomic_fetch_add(&b->failed, 1) == 0)
    fprintf(stderr, "whole: %s: %s\n", b->files[index], err.message);
}

static bool run_to(bench *b, tc_record_state until, tc_error *err)
{
  b->until = until;
  return tc_parallel(b->count, tc_worker_pool_count(tc_pipeline_pool(b->pipeline)) + 2, run_one, b, err);
}

static bool run(tc_pipeline *pipeline, void *input, int *status, tc_error *err)
{
  bench *b = input;
  b->pipeline = pipeline;
  b->ids = calloc(b->count, sizeof *b->ids);
  if (b->ids == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory");
  bool ok = run_to(b, TC_RECORD_RECOGNISED, err);
  double start = tc_clock_seconds(), processor = tc_clock_processor_seconds();
  if (ok) {
    printf("{\"begun\": %.4f}\n", start); /* whoever counts other processes' seconds begins here */
    fflush(stdout);
  }
  ok = ok && run_to(b, TC_RECORD_ARCHIVED, err);
  if (ok)
    printf("{\"copies\": %zu, \"failed\": %zu, \"seconds\": %.4f, \"processor\": %.4f}\n", b->count, b->failed,
           tc_clock_seconds() - start, tc_clock_processor_seconds() - processor);
  *status = ok && b->failed == 0 ? 0 : 1;
  free(b->ids);
  return ok;
}

int main(int argc, char **argv)
{
  if (argc > 1 && strcmp(argv[1], TC_WORKER_COMMAND) == 0)
    return tc_command_worker(argc - 1, argv + 1);
  bench b = {0};
  tc_app_line line = {argc, argv, &argp, &b, &b.app};
  return tc_run_on_pipeline(&line, run);
}
