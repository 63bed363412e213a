/* A record taken step by step to a state, each step in its own transaction, as the pipeline does it. */
#pragma once

#include "storage/blob.h"
#include "storage/record.h"
#include "storage/register.h"

#include "tests/storage/support.h"

#define SCENARIO_OFFICE "ward-1"

typedef struct scenario {
  tc_db *db;
  tc_blob_store *blobs; /* NULL: digests without files */
  char id[TC_ID_SIZE];
  tc_record_ref ref;
  tc_digest capture, prepared, signed_once, seal_prepared, sealed;
} scenario;

/* Steps up to and with `state`; `name` makes the captures' content. */
void scenario_run(scenario *s, const char *name, tc_record_state state);
tc_record_info scenario_read(const scenario *s);
tc_digest scenario_digest(const char *text);
/* One call in a transaction of its own, which must succeed. */
#define SCENARIO_STEP(db_, call)                                                   \
  do {                                                                             \
    tc_error step_err_ = {0};                                                      \
    tc_auto(tc_db_tx) tx = NULL;                                                   \
    assert_ok(tc_db_begin(db_, TC_DB_READ_COMMITTED, &tx, &step_err_), step_err_); \
    tc_error *err = &step_err_;                                                    \
    assert_ok(call, step_err_);                                                    \
    assert_ok(tc_db_commit(&tx, &step_err_), step_err_);                           \
  } while (0)
#define SCENARIO_STEP_FAILS(db_, call, code)                                       \
  do {                                                                             \
    tc_error step_err_ = {0};                                                      \
    tc_auto(tc_db_tx) tx = NULL;                                                   \
    assert_ok(tc_db_begin(db_, TC_DB_READ_COMMITTED, &tx, &step_err_), step_err_); \
    tc_error *err = &step_err_;                                                    \
    assert_fails(call, step_err_, code);                                           \
  } while (0)
