/* Raised copies and what comes next for them. */
#include "tests/storage/scenario.h"

#include "storage/renewal.h"

#include <time.h>

static tc_renewal_want want_at(int64_t before)
{
  return (tc_renewal_want){.office = SCENARIO_OFFICE, .before = before, .lease_s = 600};
}

static void test_renewal__a_raised_copy_is_the_newest_and_the_old_one_stays_known(void **state)
{
  scenario s = {.db = *state};
  scenario_run(&s, "raised", TC_RECORD_ARCHIVED);
  tc_record_info before = scenario_read(&s);
  tc_record_raise raise = {
      .actor = "a", .from = before.copy, .document = scenario_digest("lta"), .size = 9, .level = "LTA"};
  SCENARIO_STEP(s.db, tc_record_raised(tx, &s.ref, &raise, err));
  tc_record_info after = scenario_read(&s);
  assert_memory_equal(&after.copy, &raise.document, sizeof after.copy);
  assert_string_equal(after.level, "LTA");
  assert_int_equal(after.version, before.version); /* nobody's step is out of date */
  assert_int_equal(after.state, TC_RECORD_ARCHIVED);
  const tc_digest both[] = {before.copy, after.copy};
  for (size_t i = 0; i < TC_ARRAY_LEN(both); i++) {
    char office[65], id[TC_ID_SIZE];
    bool found = false;
    SCENARIO_STEP(s.db, tc_record_find_copy(tx, &both[i], office, id, &found, err));
    assert_true(found);
    assert_string_equal(id, s.id);
  }
  /* Another worker that began with the same copy comes too late. */
  raise.document = scenario_digest("second");
  SCENARIO_STEP_FAILS(s.db, tc_record_raised(tx, &s.ref, &raise, err), TC_CONFLICT);
  tc_record_info still = scenario_read(&s);
  assert_memory_equal(&still.copy, &both[1], sizeof both[1]);
}

static void test_renewal__only_a_copy_is_raised(void **state)
{
  scenario s = {.db = *state};
  scenario_run(&s, "unsigned", TC_RECORD_PREPARED);
  tc_record_raise raise = {.actor = "a", .document = scenario_digest("x"), .size = 1, .level = "T"};
  SCENARIO_STEP_FAILS(s.db, tc_record_raised(tx, &s.ref, &raise, err), TC_CONFLICT);
}

static void test_renewal__what_is_due_is_taken_once(void **state)
{
  scenario s = {.db = *state};
  int64_t now = (int64_t)time(NULL);
  scenario_run(&s, "due", TC_RECORD_ARCHIVED);
  tc_renewal renewal = {.wanted = "LTA", .due_at = now - 10, .problem = "the server is away"};
  tc_renewal_want want = want_at(now);
  int64_t begun = 0;
  char id[TC_ID_SIZE] = "";
  bool found = false;
  SCENARIO_STEP(s.db, tc_renewal_set(tx, &s.ref, &renewal, err));
  SCENARIO_STEP(s.db, tc_renewal_begin(tx, &begun, err));
  tc_auto(tc_json) record = NULL;
  SCENARIO_STEP(s.db, tc_record_json(tx, &s.ref, &record, err));
  const tc_json *row = tc_json_get(record, "renewal");
  assert_string_equal(tc_json_get_text(row, "problem", ""), "the server is away");
  assert_true(tc_json_get_boolean(row, "pending", false));
  SCENARIO_STEP(s.db, tc_renewal_take(tx, &want, id, &found, err));
  assert_true(found);
  assert_string_equal(id, s.id);
  SCENARIO_STEP(s.db, tc_renewal_take(tx, &want, id, &found, err));
  assert_false(found); /* its time was put off by the lease */
  want = want_at(now + 3600);
  want.begun = begun;
  SCENARIO_STEP(s.db, tc_renewal_take(tx, &want, id, &found, err));
  assert_false(found); /* and a run that looks far ahead meets it once */
  SCENARIO_STEP(s.db, tc_renewal_begin(tx, &want.begun, err));
  SCENARIO_STEP(s.db, tc_renewal_take(tx, &want, id, &found, err));
  assert_true(found); /* the next run, however soon, meets what a dead worker took */
  SCENARIO_STEP(s.db, tc_renewal_set(tx, &s.ref, NULL, err));
  SCENARIO_STEP(s.db, tc_renewal_take(tx, &want, id, &found, err));
  assert_false(found);
}

static void test_renewal__withdrawn_records_are_left_alone(void **state)
{
  scenario s = {.db = *state};
  int64_t now = (int64_t)time(NULL);
  scenario_run(&s, "gone", TC_RECORD_PREPARED);
  tc_renewal renewal = {.wanted = "LTA", .due_at = now - 10};
  tc_record_move move = {.from = TC_RECORD_PREPARED, .to = TC_RECORD_WITHDRAWN, .actor = "a", .reason = "changed_mind"};
  tc_renewal_want want = want_at(now);
  char id[TC_ID_SIZE] = "";
  bool found = true;
  SCENARIO_STEP(s.db, tc_renewal_set(tx, &s.ref, &renewal, err));
  SCENARIO_STEP(s.db, tc_record_transition(tx, &s.ref, &move, err));
  SCENARIO_STEP(s.db, tc_renewal_take(tx, &want, id, &found, err));
  assert_false(found);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_renewal__a_raised_copy_is_the_newest_and_the_old_one_stays_known),
      cmocka_unit_test(test_renewal__only_a_copy_is_raised),
      cmocka_unit_test(test_renewal__what_is_due_is_taken_once),
      cmocka_unit_test(test_renewal__withdrawn_records_are_left_alone),
  };
  return cmocka_run_group_tests(tests, support_open_warehouse, support_close_database);
}
