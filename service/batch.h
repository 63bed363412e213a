/*
 * A batch: files taken the whole way, side by side, on all workers. A file is one paper and one row, or, where several
 * cards lay on a glass, one a card. One failure is its own row; memory does not grow with the number of files (a row
 * holds only texts). Used by `demo` and `certify`.
 * Ownership: rows belong to the batch. Threading: tc_batch_run uses threads of its own and returns when all ended.
 */
#pragma once

#include "pipeline/pipeline.h"

typedef struct tc_batch_row {
  const char *file; /* borrowed */
  char id[TC_ID_SIZE];
  bool existing; /* the capture was known */
  bool certified;
  char document_type[65];
  char number[97];
  int sure, check, missing;
  char level[9];    /* "B", "T", "LT", "LTA" */
  bool pending;     /* below the level of the settings: raised later */
  char verdict[16]; /* of the finished copy; "" before */
  char *name;       /* friendly name of the copy; NULL before */
  int64_t elapsed_ms;
  tc_error error; /* code TC_OK where all went well */
} tc_batch_row;

typedef struct tc_batch_options {
  tc_pipeline *pipeline;
  const char *const *files;
  size_t file_count;
  const tc_pipeline_comparison *comparison;
  const char *requester;  /* NULL: unknown */
  const char *out_folder; /* where copies go; NULL: nowhere */
  bool progress;          /* a line on standard error, rewritten on a terminal */
  /* Called as each paper ends, one at a time, in no order; NULL: not. */
  void (*finished)(const tc_batch_row *row, void *data);
  void *data;
} tc_batch_options;

/* Gives an array of rows, in the order of the files, freed by tc_batch_free. Fails only where no file could be started.
 */
TC_NODISCARD bool tc_batch_run(const tc_batch_options *options, tc_batch_row **out, size_t *out_count, tc_error *err);
void tc_batch_free(tc_batch_row *rows, size_t count);
