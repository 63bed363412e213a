#include "service/batch.h"

#include "base/file.h"
#include "base/queue.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* What became of a file: the rows of its papers. */
typedef struct file_rows {
  tc_batch_row *rows;
  size_t count;
} file_rows;

typedef struct batch {
  const tc_batch_options *options;
  file_rows *files;
  tc_batch_row *rows; /* of all files */
  size_t row_count;
  pthread_mutex_t lock;
  size_t ended;
} batch;

static int64_t now_ms(void)
{
  struct timespec ts;
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* ---- One file ---- */

static void count_fields(const tc_json *record, tc_batch_row *row)
{
  tc_json_member field;
  const tc_json *fields = tc_json_get(record, "fields");
  for (bool more = tc_json_first(fields, &field); more; more = tc_json_next(fields, &field)) {
    const char *status = tc_json_get_text(field.value, "status", "");
    if (strcmp(status, "sure") == 0 || strcmp(status, "blank") == 0)
      row->sure++;
    else if (strcmp(status, "missing") == 0)
      row->missing++;
    else
      row->check++;
  }
}

static bool describe(tc_pipeline *p, tc_batch_row *row, tc_error *err)
{
  tc_record_info info;
  tc_auto(tc_json) record = NULL;
  if (!tc_pipeline_info(p, row->id, &info, err) || !tc_pipeline_record(p, row->id, &record, err))
    return false;
  snprintf(row->document_type, sizeof row->document_type, "%s", info.document_type);
  snprintf(row->number, sizeof row->number, "%s", info.number_text);
  snprintf(row->level, sizeof row->level, "%s", info.level);
  count_fields(record, row);
  return tc_pipeline_friendly_name(p, row->id, &row->name, err);
}

static bool hand_out(const tc_batch_options *options, const tc_batch_row *row, int fd, tc_error *err)
{
  tc_auto(tc_str) path = NULL;
  return options->out_folder == NULL ||
         (tc_str_printf(&path, err, "%s/%s", options->out_folder, row->name) && tc_file_write_fd(path, fd, 0644, err));
}

static bool finish_copy(const tc_batch_options *options, tc_batch_row *row, tc_error *err)
{
  tc_auto(tc_fd) fd = -1;
  int64_t size;
  tc_auto(tc_json) result = NULL;
  if (!tc_pipeline_open_copy(options->pipeline, row->id, &fd, &size, err) ||
      !tc_pipeline_verify(options->pipeline, fd, &result, err) || !describe(options->pipeline, row, err))
    return false;
  snprintf(row->verdict, sizeof row->verdict, "%s", tc_json_get_text(result, "verdict", ""));
  row->certified = true;
  return hand_out(options, row, fd, err);
}

static bool receive_file(const tc_batch_options *options, const char *file, tc_received *out, tc_error *err)
{
  tc_auto(tc_fd) fd = -1;
  off_t size;
  if (!tc_file_open(file, &fd, &size, err))
    return false;
  tc_intake intake = {.fd = fd,
                      .file_name = file,
                      .grade = TC_GRADE_CERTIFIED,
                      .actor = "truecopy",
                      .channel = "counter",
                      .capture_mode = "file",
                      .requester = options->requester};
  return tc_pipeline_receive(options->pipeline, &intake, out, err);
}

static bool take_paper(const tc_batch_options *options, const tc_received *received, size_t paper, tc_batch_row *row)
{
  tc_record_state reached;
  memcpy(row->id, received->papers[paper].id, sizeof row->id);
  row->existing = received->papers[paper].existing;
  return tc_pipeline_advance(options->pipeline, row->id, TC_RECORD_ARCHIVED, options->comparison, &reached,
                             &row->error);
}

/* Gives at least one row, which tells what failed; none only without memory. */
static void take_file(const tc_batch_options *options, const char *file, file_rows *out)
{
  tc_received received = {0};
  tc_error err = {0};
  int64_t start = now_ms();
  const bool ok = receive_file(options, file, &received, &err);
  out->count = ok ? received.count : 1;
  out->rows = calloc(out->count, sizeof *out->rows);
  if (out->rows == NULL)
    out->count = 0;
  for (size_t i = 0; i < out->count; i++) {
    tc_batch_row *row = &out->rows[i];
    row->file = file;
    row->error = err;
    if (ok)
      (void)!take_paper(options, &received, i, row);
    row->elapsed_ms = now_ms() - start;
    start = now_ms();
  }
}

/* To its level, as far as the services allow; where another process is at it, its copy is as good. */
static bool raise_and_hand_out(const tc_batch_options *options, tc_batch_row *row, tc_error *err)
{
  tc_pipeline_raise raised = {0};
  tc_error why = {0};
  if (!tc_pipeline_raise_copy(options->pipeline, row->id, &raised, &why) && why.code != TC_CONFLICT)
    return tc_error_set(err, why.code, why.sys_errno, why.where, "%s", why.message);
  row->pending = raised.pending;
  return finish_copy(options, row, err);
}

/* ---- All of them ---- */

static void show_progress(const batch *b)
{
  const tc_batch_options *o = b->options;
  if (!o->progress)
    return;
  bool terminal = isatty(STDERR_FILENO) == 1;
  if (terminal || b->ended == o->file_count || b->ended % 10 == 0)
    fprintf(stderr, "%s%zu of %zu papers%s", terminal ? "\r" : "", b->ended, o->file_count,
            terminal && b->ended < o->file_count ? "" : "\n");
}

static void run_one(size_t index, void *data)
{
  batch *b = data;
  take_file(b->options, b->options->files[index], &b->files[index]);
  pthread_mutex_lock(&b->lock);
  b->ended++;
  show_progress(b);
  pthread_mutex_unlock(&b->lock);
}

/* After all of them are signed: validation data that are younger than the last signature serve every copy, and nobody
   waits for the next second of a responder's clock but once. */
static void finish_one(size_t index, void *data)
{
  batch *b = data;
  tc_batch_row *row = &b->rows[index];
  int64_t start = now_ms();
  if (row->error.code == TC_OK)
    (void)raise_and_hand_out(b->options, row, &row->error);
  row->elapsed_ms += now_ms() - start;
  pthread_mutex_lock(&b->lock);
  if (b->options->finished != NULL)
    b->options->finished(row, b->options->data);
  pthread_mutex_unlock(&b->lock);
}

/* The files' rows one after another. */
static bool join_rows(batch *b, tc_error *err)
{
  for (size_t i = 0; i < b->options->file_count; i++)
    b->row_count += b->files[i].count;
  b->rows = calloc(b->row_count + 1, sizeof *b->rows);
  if (b->rows == NULL || b->row_count < b->options->file_count)
    return tc_fail(err, TC_NO_MEMORY, "no memory for %zu files", b->options->file_count);
  size_t at = 0;
  for (size_t i = 0; i < b->options->file_count; i++)
    for (size_t k = 0; k < b->files[i].count; k++)
      b->rows[at++] = b->files[i].rows[k];
  return true;
}

bool tc_batch_run(const tc_batch_options *options, tc_batch_row **out, size_t *out_count, tc_error *err)
{
  batch b = {.options = options};
  b.files = calloc(options->file_count + 1, sizeof *b.files);
  if (b.files == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for %zu files", options->file_count);
  pthread_mutex_init(&b.lock, NULL);
  /* Two more threads than workers: while some wait for the disk and the database, all workers are busy. */
  size_t threads = tc_worker_pool_count(tc_pipeline_pool(options->pipeline)) + 2;
  bool ok = tc_parallel(options->file_count, threads, run_one, &b, err) && join_rows(&b, err) &&
            tc_parallel(b.row_count, threads, finish_one, &b, err);
  pthread_mutex_destroy(&b.lock);
  tc_error ledger = {0};
  ok = ok && (tc_pipeline_sequence(options->pipeline, &ledger) || tc_fail(err, ledger.code, "%s", ledger.message));
  for (size_t i = 0; i < options->file_count; i++)
    free(b.files[i].rows);
  free(b.files);
  if (!ok) {
    tc_batch_free(b.rows, b.row_count);
    return false;
  }
  *out = b.rows;
  *out_count = b.row_count;
  return true;
}

void tc_batch_free(tc_batch_row *rows, size_t count)
{
  for (size_t i = 0; rows != NULL && i < count; i++)
    free(rows[i].name);
  free(rows);
}
