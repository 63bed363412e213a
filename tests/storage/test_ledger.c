#include "storage/ledger.h"

#include "storage/audit.h"
#include "tests/storage/scenario.h"

#include <pthread.h>

static tc_ledger_head sequence(tc_db *db)
{
  tc_error err = {0};
  tc_ledger_head head = {0};
  tc_ledger_sequence_options options = {.db = db, .heads_file = support_path("ledger/heads.jsonl")};
  assert_ok(tc_ledger_sequence(&options, &head, &err), err);
  return head;
}

static void test_ledger__proves_a_row_and_only_that(void **state)
{
  scenario s = {.db = *state};
  tc_error failure = {0};
  char key[120];
  bool holds = false;
  scenario_run(&s, "proved", TC_RECORD_SEALED);
  snprintf(key, sizeof key, "[\"%s\", \"%s\", 1]", SCENARIO_OFFICE, s.id);
  tc_auto(tc_json) proof = NULL;
  SCENARIO_STEP_FAILS(s.db, tc_ledger_prove_row(tx, "certified_copy", key, &proof, err), TC_NOT_FOUND);
  tc_ledger_head head = sequence(*state);
  SCENARIO_STEP(s.db, tc_ledger_prove_row(tx, "certified_copy", key, &proof, err));
  tc_merkle_head tree = {head.size, head.root};
  assert_ok(tc_ledger_check_row_proof(proof, &tree, &holds, &failure), failure);
  assert_true(holds);
  assert_non_null(strstr(tc_json_get_text(proof, "image", ""), s.id));
  tree.root.bytes[3] ^= 1;
  assert_ok(tc_ledger_check_row_proof(proof, &tree, &holds, &failure), failure);
  assert_false(holds);
  tree.root.bytes[3] ^= 1;
  assert_true(tc_json_set_text(proof, "image", "{}"));
  assert_ok(tc_ledger_check_row_proof(proof, &tree, &holds, &failure), failure);
  assert_false(holds);
  SCENARIO_STEP_FAILS(s.db, tc_ledger_prove_row(tx, "certified_copy", "[\"no\", \"such\", 1]", &proof, err),
                      TC_NOT_FOUND);
}

static void test_ledger__grows_consistently(void **state)
{
  tc_error failure = {0};
  tc_ledger_head first = sequence(*state);
  tc_ledger_head same = sequence(*state);
  assert_int_equal(first.size, same.size);
  scenario s = {.db = *state};
  scenario_run(&s, "more", TC_RECORD_COMPARED);
  tc_ledger_head second = sequence(*state);
  assert_true(second.size > first.size);
  tc_merkle_proof proof;
  bool holds = false;
  tc_merkle_head a = {first.size, first.root}, b = {second.size, second.root};
  SCENARIO_STEP(s.db, tc_ledger_prove_consistency(tx, first.size, second.size, &proof, err));
  assert_ok(tc_merkle_check_consistency(&a, &b, &proof, &holds, &failure), failure);
  assert_true(holds);
}

static void print(const tc_audit_finding *finding, void *data)
{
  (void)data;
  fprintf(stderr, "%s: %s: %s\n", finding->code, finding->subject, finding->message);
}

static void *sequence_much(void *data)
{
  tc_error err = {0};
  for (int i = 0; i < 10; i++) {
    tc_ledger_sequence_options options = {.db = data, .heads_file = support_path("ledger/heads.jsonl")};
    if (!tc_ledger_sequence(&options, NULL, &err))
      return strdup(err.message);
  }
  return NULL;
}

static void *work_much(void *data)
{
  for (int i = 0; i < 10; i++) {
    tc_error err = {0};
    tc_auto(tc_db_tx) tx = NULL;
    char id[32];
    snprintf(id, sizeof id, "office-%d-%lu", i, (unsigned long)pthread_self() % 100000);
    if (!tc_db_begin(data, TC_DB_READ_COMMITTED, &tx, &err) || !tc_office_ensure(tx, id, "name", &err) ||
        !tc_office_ensure(tx, "shared", id, &err) || !tc_db_commit(&tx, &err))
      return strdup(err.message);
  }
  return NULL;
}

/* Writers and sequencers at once: the tree stays whole, and the order of changes of one row is kept. */
static void test_ledger__holds_under_many_writers_and_sequencers(void **state)
{
  pthread_t threads[8];
  tc_error err = {0};
  support_path("ledger/heads.jsonl");
  for (int i = 0; i < 8; i++)
    pthread_create(&threads[i], NULL, i < 3 ? sequence_much : work_much, *state);
  for (int i = 0; i < 8; i++) {
    void *message = NULL;
    pthread_join(threads[i], &message);
    if (message != NULL)
      fail_msg("%s", (char *)message);
  }
  tc_audit_summary summary;
  sequence(*state);
  tc_audit_options options = {.db = *state, .heads_file = support_path("ledger/heads.jsonl"), .found = print};
  assert_ok(tc_audit_run(&options, &summary, &err), err);
  assert_int_equal(summary.faults, 0);
  assert_int_equal(summary.notes, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ledger__proves_a_row_and_only_that),
      cmocka_unit_test(test_ledger__grows_consistently),
      cmocka_unit_test(test_ledger__holds_under_many_writers_and_sequencers),
  };
  return cmocka_run_group_tests(tests, support_open_warehouse, support_close_database);
}
