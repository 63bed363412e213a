#include "storage/job.h"

#include "tests/storage/scenario.h"

static tc_job take(tc_db *db, const char *kind, bool expect)
{
  tc_job job = {.attempt = 0};
  bool found = !expect;
  const char *const kinds[] = {kind, NULL};
  tc_job_want want = {kinds, "me", 60};
  SCENARIO_STEP(db, tc_job_take(tx, &want, &job, &found, err));
  assert_int_equal(found, expect);
  return job;
}

static const char *state_of(tc_db *db, const char *id)
{
  static char state[16];
  tc_auto(tc_json) json = NULL;
  SCENARIO_STEP(db, tc_job_read(tx, SCENARIO_OFFICE, id, &json, err));
  snprintf(state, sizeof state, "%s", tc_json_get_text(json, "state", ""));
  return state;
}

static int set_up(void **state)
{
  if (support_open_warehouse(state) != 0)
    return -1;
  SCENARIO_STEP((tc_db *)*state, tc_office_ensure(tx, SCENARIO_OFFICE, "Ward 1", err));
  return 0;
}

static void test_job__is_taken_once_by_priority_and_done(void **state)
{
  char low[TC_ID_SIZE], high[TC_ID_SIZE];
  tc_job_new job = {.office = SCENARIO_OFFICE, .kind = "plain"};
  tc_db *db = *state;
  SCENARIO_STEP(db, tc_job_add(tx, &job, low, err));
  job.priority = 5;
  SCENARIO_STEP(db, tc_job_add(tx, &job, high, err));
  tc_auto(tc_job) first = take(db, "plain", true);
  tc_auto(tc_job) second = take(db, "plain", true);
  tc_auto(tc_job) none = take(db, "plain", false);
  assert_string_equal(first.id, high);
  assert_string_equal(second.id, low);
  SCENARIO_STEP(db, tc_job_extend(tx, &first, 100, err));
  SCENARIO_STEP(db, tc_job_done(tx, &first, NULL, err));
  assert_string_equal(state_of(db, high), "done");
  SCENARIO_STEP_FAILS(db, tc_job_done(tx, &first, NULL, err), TC_CONFLICT);
  SCENARIO_STEP(db, tc_job_done(tx, &second, NULL, err));
}

static void test_job__with_a_key_waits_once(void **state)
{
  char first[TC_ID_SIZE], again[TC_ID_SIZE];
  tc_job_new job = {.office = SCENARIO_OFFICE, .kind = "keyed", .unique_key = "record 1"};
  tc_db *db = *state;
  SCENARIO_STEP(db, tc_job_add(tx, &job, first, err));
  SCENARIO_STEP(db, tc_job_add(tx, &job, again, err));
  assert_string_equal(first, again);
  tc_auto(tc_job) taken = take(db, "keyed", true);
  SCENARIO_STEP(db, tc_job_done(tx, &taken, NULL, err));
  SCENARIO_STEP(db, tc_job_add(tx, &job, again, err));
  assert_string_not_equal(first, again);
}

/* A worker that dies says nothing: its lease runs out, another takes over, and the last attempt ends it. */
static void test_job__outlives_its_workers_but_not_for_ever(void **state)
{
  char id[TC_ID_SIZE];
  tc_job_new job = {.office = SCENARIO_OFFICE, .kind = "deadly", .attempts_max = 2};
  tc_db *db = *state;
  SCENARIO_STEP(db, tc_job_add(tx, &job, id, err));
  tc_auto(tc_job) first = take(db, "deadly", true);
  tc_auto(tc_job) none = take(db, "deadly", false);
  SCENARIO_STEP(db, tc_db_run(tx, "UPDATE job SET lease_until = now() - interval '1s' WHERE kind = 'deadly'", NULL, 0,
                              NULL, err));
  tc_auto(tc_job) second = take(db, "deadly", true);
  assert_int_equal(second.attempt, 2);
  SCENARIO_STEP_FAILS(db, tc_job_done(tx, &first, NULL, err), TC_CONFLICT);
  SCENARIO_STEP(db, tc_db_run(tx, "UPDATE job SET lease_until = now() - interval '1s' WHERE state = 'running'", NULL, 0,
                              NULL, err));
  tc_auto(tc_job) nobody = take(db, "deadly", false);
  assert_string_equal(state_of(db, id), "failed");
}

static void test_job__that_fails_is_tried_later_and_ends_when_final(void **state)
{
  char id[TC_ID_SIZE];
  tc_job_new job = {.office = SCENARIO_OFFICE, .kind = "failing"};
  tc_db *db = *state;
  tc_error cause = {.code = TC_NETWORK, .message = "no answer"};
  SCENARIO_STEP(db, tc_job_add(tx, &job, id, err));
  tc_auto(tc_job) first = take(db, "failing", true);
  SCENARIO_STEP(db, tc_job_failed(tx, &first, &cause, false, err));
  assert_string_equal(state_of(db, id), "waiting");
  tc_auto(tc_job) none = take(db, "failing", false); /* not due yet */
  SCENARIO_STEP(db, tc_db_run(tx, "UPDATE job SET due_at = now() WHERE kind = 'failing'", NULL, 0, NULL, err));
  tc_auto(tc_job) second = take(db, "failing", true);
  SCENARIO_STEP(db, tc_job_failed(tx, &second, &cause, true, err));
  assert_string_equal(state_of(db, id), "failed");
}

static void test_idempotency__answers_a_repetition_with_the_first_answer(void **state)
{
  tc_db *db = *state;
  tc_digest request = scenario_digest("request"), other = scenario_digest("other");
  tc_auto(tc_idempotency_claim) first = {0}, second = {0}, third = {0}, stale = {0};
  tc_auto(tc_json) answer = tc_json_object();
  assert_true(tc_json_set_text(answer, "id", "abc"));
  SCENARIO_STEP(db, tc_idempotency_take(tx, SCENARIO_OFFICE, "k1", &request, &first, err));
  assert_true(first.claimed);
  SCENARIO_STEP_FAILS(db, tc_idempotency_take(tx, SCENARIO_OFFICE, "k1", &request, &second, err), TC_CONFLICT);
  SCENARIO_STEP(db, tc_idempotency_store(tx, SCENARIO_OFFICE, "k1", 201, answer, err));
  SCENARIO_STEP(db, tc_idempotency_take(tx, SCENARIO_OFFICE, "k1", &request, &second, err));
  assert_false(second.claimed);
  assert_int_equal(second.status, 201);
  assert_string_equal(tc_json_get_text(second.answer, "id", ""), "abc");
  SCENARIO_STEP_FAILS(db, tc_idempotency_take(tx, SCENARIO_OFFICE, "k1", &other, &third, err), TC_CONFLICT);
  SCENARIO_STEP_FAILS(db, tc_idempotency_take(tx, SCENARIO_OFFICE, "a key", &other, &third, err), TC_USAGE);
  SCENARIO_STEP_FAILS(db, tc_idempotency_store(tx, SCENARIO_OFFICE, "never", 200, answer, err), TC_NOT_FOUND);
  SCENARIO_STEP(db, tc_idempotency_take(tx, SCENARIO_OFFICE, "k2", &request, &third, err));
  SCENARIO_STEP(db, tc_db_run(tx, "UPDATE idempotency SET created_at = now() - interval '1 hour' WHERE key = 'k2'",
                              NULL, 0, NULL, err));
  SCENARIO_STEP(db, tc_idempotency_take(tx, SCENARIO_OFFICE, "k2", &request, &stale, err));
  assert_true(stale.claimed);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_job__is_taken_once_by_priority_and_done),
      cmocka_unit_test(test_job__with_a_key_waits_once),
      cmocka_unit_test(test_job__outlives_its_workers_but_not_for_ever),
      cmocka_unit_test(test_job__that_fails_is_tried_later_and_ends_when_final),
      cmocka_unit_test(test_idempotency__answers_a_repetition_with_the_first_answer),
  };
  return cmocka_run_group_tests(tests, set_up, support_close_database);
}
