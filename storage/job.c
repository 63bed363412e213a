/*
 * The queue. Taking is one statement: the first due row that nobody else has locked, or whose lease ran out. Jobs of a
 * worker that died come back with their attempt counted, so that one which kills its workers ends as failed.
 */
#include "storage/job.h"

#include "storage/record_private.h"

#include <stdio.h>
#include <string.h>

enum { ATTEMPTS_DEFAULT = 5 };

void tc_job_finish(tc_job *job)
{
  if (job->arguments != NULL)
    tc_json_release(job->arguments);
  *job = (tc_job){0};
}

/* A waiting or running job with the same key. */
static bool find_same(tc_db_tx *tx, const tc_job_new *job, char out_id[TC_ID_SIZE], bool *found, tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  tc_db_param params[] = {tc_db_text(job->office), tc_db_text(job->unique_key)};
  if (!tc_db_query(tx,
                   "SELECT id FROM job WHERE office_id = $1 AND unique_key = $2 AND state IN ('waiting', 'running')",
                   params, 2, &rows, err))
    return false;
  *found = tc_db_rows_count(rows) > 0;
  if (*found)
    snprintf(out_id, TC_ID_SIZE, "%s", tc_db_get_text(rows, 0, 0));
  return true;
}

TC_NODISCARD bool tc_job_add(tc_db_tx *tx, const tc_job_new *job, char out_id[TC_ID_SIZE], tc_error *err)
{
  char id[TC_ID_SIZE];
  tc_auto(tc_buf) text = {0};
  tc_db_param arguments;
  bool found = false;
  int64_t added = 0;
  if (!tc_id_random(id, err) || !tc_record_json_param(job->arguments, &text, &arguments, err))
    return false;
  tc_db_param params[] = {
      tc_db_text(job->office),      tc_db_text(id),
      tc_db_text(job->kind),        tc_db_text(job->subject),
      tc_db_text(job->unique_key),  arguments,
      tc_db_integer(job->priority), tc_db_integer(job->attempts_max > 0 ? job->attempts_max : ATTEMPTS_DEFAULT),
      tc_db_integer(job->delay_s)};
  if (!tc_db_run(tx,
                 "INSERT INTO job (office_id, id, kind, subject, unique_key, arguments, priority, attempts_max, due_at)"
                 " VALUES ($1, $2, $3, $4, $5, coalesce($6::jsonb, '{}'), $7, $8, now() + $9 * interval '1 second')"
                 " ON CONFLICT DO NOTHING",
                 params, 9, &added, err) ||
      (added == 0 && !find_same(tx, job, id, &found, err)))
    return false;
  if (added == 0 && !found)
    return tc_fail(err, TC_CONFLICT, "a job of the same kind has just ended: ask again");
  memcpy(out_id, id, TC_ID_SIZE);
  return true;
}

static bool kinds_array(const char *const *kinds, tc_buf *out, tc_error *err)
{
  for (size_t i = 0; kinds[i] != NULL; i++)
    if (!tc_buf_printf(out, err, "%s%s", i == 0 ? "{" : ",", kinds[i]))
      return false;
  return tc_buf_append_text(out, out->size == 0 ? "{}" : "}", err);
}

/* Jobs whose last attempt died with its worker fail here: nobody else would say so. */
static bool bury(tc_db_tx *tx, tc_error *err)
{
  return tc_db_run(tx,
                   "UPDATE job SET state = 'failed', ended_at = now(), lease_until = NULL, error_code = 'worker',"
                   "               error_message = 'its workers died'"
                   " WHERE (office_id, id) IN (SELECT office_id, id FROM job WHERE state = 'running' AND"
                   "   lease_until < now() AND attempt >= attempts_max FOR UPDATE SKIP LOCKED)",
                   NULL, 0, NULL, err);
}

static const char sql_take[] =
    "UPDATE job SET state = 'running', attempt = attempt + 1, worker = $2,"
    "               lease_until = now() + $3 * interval '1 second'"
    " WHERE (office_id, id) = (SELECT office_id, id FROM job"
    "   WHERE ($1::text[] IS NULL OR kind = ANY ($1::text[]))"
    "     AND (state = 'waiting' AND due_at <= now() OR state = 'running' AND lease_until < now())"
    "   ORDER BY priority DESC, due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)"
    " RETURNING office_id, id, kind, subject, arguments, attempt";

TC_NODISCARD bool tc_job_take(tc_db_tx *tx, const tc_job_want *want, tc_job *out, bool *found, tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  tc_auto(tc_buf) kinds = {0};
  tc_auto(tc_job) job = {0};
  if ((want->kinds != NULL && !kinds_array(want->kinds, &kinds, err)) || !bury(tx, err))
    return false;
  tc_db_param params[] = {tc_db_text(want->kinds != NULL ? tc_buf_text(&kinds) : NULL), tc_db_text(want->worker),
                          tc_db_integer(want->lease_s)};
  if (!tc_db_query(tx, sql_take, params, 3, &rows, err))
    return false;
  *found = tc_db_rows_count(rows) > 0;
  if (!*found)
    return true;
  snprintf(job.office, sizeof job.office, "%s", tc_db_get_text(rows, 0, 0));
  snprintf(job.id, sizeof job.id, "%s", tc_db_get_text(rows, 0, 1));
  snprintf(job.kind, sizeof job.kind, "%s", tc_db_get_text(rows, 0, 2));
  snprintf(job.subject, sizeof job.subject, "%s", tc_db_get_text(rows, 0, 3));
  job.attempt = (int)tc_db_get_integer(rows, 0, 5);
  if (!tc_db_get_json(rows, 0, 4, &job.arguments, err))
    return false;
  *out = job;
  job.arguments = NULL; /* handed over */
  return true;
}

static bool held(int64_t changed, const tc_job *job, tc_error *err)
{
  return changed == 1 || tc_fail(err, TC_CONFLICT, "the lease of job %s ran out and another worker has it", job->id);
}

#define MINE " WHERE office_id = $1 AND id = $2 AND state = 'running' AND attempt = $3"

TC_NODISCARD bool tc_job_extend(tc_db_tx *tx, const tc_job *job, int lease_s, tc_error *err)
{
  int64_t changed = 0;
  tc_db_param params[] = {tc_db_text(job->office), tc_db_text(job->id), tc_db_integer(job->attempt),
                          tc_db_integer(lease_s)};
  return tc_db_run(tx, "UPDATE job SET lease_until = now() + $4 * interval '1 second'" MINE, params, 4, &changed,
                   err) &&
         held(changed, job, err);
}

TC_NODISCARD bool tc_job_done(tc_db_tx *tx, const tc_job *job, const tc_json *result, tc_error *err)
{
  int64_t changed = 0;
  tc_auto(tc_buf) text = {0};
  tc_db_param json;
  if (!tc_record_json_param(result, &text, &json, err))
    return false;
  tc_db_param params[] = {tc_db_text(job->office), tc_db_text(job->id), tc_db_integer(job->attempt), json};
  return tc_db_run(tx, "UPDATE job SET state = 'done', ended_at = now(), lease_until = NULL, result = $4::jsonb" MINE,
                   params, 4, &changed, err) &&
         held(changed, job, err);
}

TC_NODISCARD bool tc_job_failed(tc_db_tx *tx, const tc_job *job, const tc_error *cause, bool final, tc_error *err)
{
  int64_t changed = 0;
  tc_db_param params[] = {tc_db_text(job->office),
                          tc_db_text(job->id),
                          tc_db_integer(job->attempt),
                          tc_db_boolean(final),
                          tc_db_text(tc_code_info(cause->code)->name),
                          tc_db_text(cause->message)};
  return tc_db_run(tx,
                   "UPDATE job SET state = CASE WHEN $4 OR attempt >= attempts_max THEN 'failed' ELSE 'waiting' END,"
                   "  ended_at = CASE WHEN $4 OR attempt >= attempts_max THEN now() END, lease_until = NULL,"
                   "  due_at = now() + least(600, 2 ^ attempt) * interval '1 second', error_code = $5,"
                   "  error_message = $6" MINE,
                   params, 6, &changed, err) &&
         held(changed, job, err);
}

TC_NODISCARD bool tc_job_read(tc_db_tx *tx, const char *office, const char *id, tc_json **out, tc_error *err)
{
  tc_db_param params[] = {tc_db_text(office), tc_db_text(id)};
  return tc_record_query_json(tx,
                              "SELECT jsonb_build_object('id', id, 'office', office_id, 'kind', kind, 'state', state,"
                              "  'attempt', attempt, 'subject', subject, 'result', result, 'created_at', created_at,"
                              "  'ended_at', ended_at, 'error', CASE WHEN error_code IS NOT NULL THEN"
                              "  jsonb_build_object('code', error_code, 'message', error_message) END)"
                              " FROM job WHERE office_id = $1 AND id = $2",
                              params, 2, out, err);
}
