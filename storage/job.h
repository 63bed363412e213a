/*
 * The queue of jobs, in the database: any number of machines take from it (FOR UPDATE SKIP LOCKED). A taken job is
 * leased for a time; a worker that dies lets the lease run out and the job is taken again. Delivery is at least once:
 * what a job does must bear repetition. Also idempotency keys: what was answered to a request, kept for its repetition.
 * Threading: as the transaction's.
 */
#pragma once

#include "storage/db.h"

typedef struct tc_job_new {
  const char *office;
  const char *kind;
  const tc_json *arguments; /* NULL: {} */
  const char *subject;      /* the record's id; NULL: none */
  const char *unique_key;   /* a second job with this key while one is waiting or running is not made; NULL: none */
  int priority;             /* higher first */
  int delay_s;
  int attempts_max; /* 0: 5 */
} tc_job_new;

typedef struct tc_job {
  char id[TC_ID_SIZE];
  char office[65];
  char kind[65];
  char subject[65];
  tc_json *arguments;
  int attempt; /* from 1 */
} tc_job;
void tc_job_finish(tc_job *job);
TC_AUTO_VALUE(tc_job, tc_job_finish);

/* *out_id is that of the waiting job when unique_key names one. */
TC_NODISCARD bool tc_job_add(tc_db_tx *tx, const tc_job_new *job, char out_id[TC_ID_SIZE], tc_error *err);
typedef struct tc_job_want {
  const char *const *kinds; /* NULL-terminated; NULL: any */
  const char *worker;       /* who takes it */
  int lease_s;              /* at least 1 */
} tc_job_want;
/* Takes the next job that is due; *found false where there is none. */
TC_NODISCARD bool tc_job_take(tc_db_tx *tx, const tc_job_want *want, tc_job *out, bool *found, tc_error *err);
TC_NODISCARD bool tc_job_extend(tc_db_tx *tx, const tc_job *job, int lease_s, tc_error *err);
/* The job is done; `result` (may be NULL) is kept for whoever asks. TC_CONFLICT when the lease was lost to another. */
TC_NODISCARD bool tc_job_done(tc_db_tx *tx, const tc_job *job, const tc_json *result, tc_error *err);
/* It failed: tried again later (with growing delay), or, at its last attempt or when `final`, failed for good. */
TC_NODISCARD bool tc_job_failed(tc_db_tx *tx, const tc_job *job, const tc_error *cause, bool final, tc_error *err);
/* {id, office, kind, state: waiting|running|done|failed, attempt, subject, result, error, created_at, ended_at}. */
TC_NODISCARD bool tc_job_read(tc_db_tx *tx, const char *office, const char *id, tc_json **out, tc_error *err);

/* An Idempotency-Key's answer: claims the key (*claimed true: go on, then tc_idempotency_store in the same or a later
   transaction), or gives the stored answer. The same key with another request digest is TC_CONFLICT; a claim without
   an answer yet
   too (the first request is still running), unless it is older than ten minutes. */
typedef struct tc_idempotency_claim {
  bool claimed;
  int status;      /* of the stored answer */
  tc_json *answer; /* owned; NULL when claimed */
} tc_idempotency_claim;
void tc_idempotency_claim_finish(tc_idempotency_claim *claim);
TC_AUTO_VALUE(tc_idempotency_claim, tc_idempotency_claim_finish);
TC_NODISCARD bool tc_idempotency_take(tc_db_tx *tx, const char *office, const char *key, const tc_digest *request,
                                      tc_idempotency_claim *out, tc_error *err);
TC_NODISCARD bool tc_idempotency_store(tc_db_tx *tx, const char *office, const char *key, int status,
                                       const tc_json *answer, tc_error *err);
