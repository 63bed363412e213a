#include "storage/register.h"

#include "tests/storage/scenario.h"

#include <pthread.h>

enum { THREADS = 8, RECORDS = 12 };

static tc_register_binding binding(const char *book)
{
  return (tc_register_binding){
      .book = book, .year = 2026, .date = "2026-11-22", .format = "%N/%B-%Y", .actor = "a", .copies = 1};
}

static void test_register__gives_a_record_one_number(void **state)
{
  scenario s = {.db = *state};
  tc_register_number first, again;
  tc_register_binding b = binding("one");
  scenario_run(&s, "numbered", TC_RECORD_COMPARED);
  SCENARIO_STEP(s.db, tc_register_bind(tx, &s.ref, &b, &first, err));
  SCENARIO_STEP(s.db, tc_register_bind(tx, &s.ref, &b, &again, err));
  assert_int_equal(first.number, 1);
  assert_int_equal(again.number, 1);
  assert_string_equal(first.text, "1/one-2026");
  SCENARIO_STEP(s.db, tc_register_void(tx, &s.ref, "misprint", "a", err));
  SCENARIO_STEP_FAILS(s.db, tc_register_void(tx, &s.ref, "misprint", "a", err), TC_NOT_FOUND);
  SCENARIO_STEP_FAILS(s.db, tc_register_void(tx, &s.ref, "", "a", err), TC_USAGE);
  SCENARIO_STEP(s.db, tc_register_bind(tx, &s.ref, &b, &again, err));
  assert_int_equal(again.number, 2);
  b.date = "not a date";
  scenario other = {.db = *state};
  scenario_run(&other, "misdated", TC_RECORD_COMPARED);
  SCENARIO_STEP_FAILS(s.db, tc_register_bind(tx, &other.ref, &b, &again, err), TC_USAGE);
}

static void test_register__keeps_what_is_issued(void **state)
{
  scenario s = {.db = *state};
  scenario_run(&s, "issued", TC_RECORD_SEALED);
  SCENARIO_STEP_FAILS(s.db, tc_register_void(tx, &s.ref, "regret", "a", err), TC_CONFLICT);
}

static void test_register__only_numbers_what_can_be_prepared(void **state)
{
  scenario s = {.db = *state};
  tc_register_number number;
  tc_register_binding b = binding("one");
  scenario_run(&s, "too early", TC_RECORD_RECOGNISED);
  SCENARIO_STEP_FAILS(s.db, tc_register_bind(tx, &s.ref, &b, &number, err), TC_CONFLICT);
}

typedef struct clerk {
  tc_db *db;
  char (*ids)[TC_ID_SIZE];
  unsigned seed;
  int failures;
} clerk;

typedef struct binding_job {
  tc_record_ref ref;
  bool give_up;
} binding_job;

static bool bind_maybe(tc_db_tx *tx, void *data, tc_error *err)
{
  const binding_job *job = data;
  tc_register_number number;
  tc_register_binding b = binding("busy");
  if (!tc_register_bind(tx, &job->ref, &b, &number, err))
    return false;
  return !job->give_up || tc_fail(err, TC_USAGE, "rolled back on purpose");
}

static bool void_it(tc_db_tx *tx, void *data, tc_error *err)
{
  const binding_job *job = data;
  return tc_register_void(tx, &job->ref, "test", "a", err);
}

static void *clerk_works(void *data)
{
  clerk *c = data;
  for (int i = 0; i < RECORDS; i++) {
    tc_error err = {0};
    binding_job job = {{SCENARIO_OFFICE, c->ids[i], 0}, rand_r(&c->seed) % 3 == 0};
    bool ok = tc_db_transact(c->db, TC_DB_READ_COMMITTED, bind_maybe, &job, &err);
    if (ok == job.give_up)
      c->failures++;
    if (ok && rand_r(&c->seed) % 4 == 0 && !tc_db_transact(c->db, TC_DB_READ_COMMITTED, void_it, &job, &err))
      c->failures++;
  }
  return NULL;
}

static int64_t ask(tc_db *db, const char *sql)
{
  tc_auto(tc_db_rows) rows = NULL;
  SCENARIO_STEP(db, tc_db_query(tx, sql, NULL, 0, &rows, err));
  return tc_db_get_integer(rows, 0, 0);
}

/* Eight clerks draw from one book, a third of the transactions fail, a quarter of the numbers are voided. */
static void test_register__has_no_gap_and_no_repeat_under_concurrency(void **state)
{
  static char ids[THREADS][RECORDS][TC_ID_SIZE];
  clerk clerks[THREADS];
  pthread_t threads[THREADS];
  for (int t = 0; t < THREADS; t++)
    for (int i = 0; i < RECORDS; i++) {
      scenario s = {.db = *state};
      char name[32];
      snprintf(name, sizeof name, "busy %d %d", t, i);
      scenario_run(&s, name, TC_RECORD_COMPARED);
      memcpy(ids[t][i], s.id, TC_ID_SIZE);
    }
  for (int t = 0; t < THREADS; t++) {
    clerks[t] = (clerk){*state, ids[t], (unsigned)t + 1, 0};
    pthread_create(&threads[t], NULL, clerk_works, &clerks[t]);
  }
  for (int t = 0; t < THREADS; t++) {
    pthread_join(threads[t], NULL);
    assert_int_equal(clerks[t].failures, 0);
  }
  int64_t count = ask(*state, "SELECT count(*) FROM register_entry WHERE book = 'busy'");
  assert_true(count > 20);
  assert_int_equal(count, ask(*state, "SELECT max(number) FROM register_entry WHERE book = 'busy'"));
  assert_int_equal(count, ask(*state, "SELECT count(DISTINCT number) FROM register_entry WHERE book = 'busy'"));
  assert_int_equal(count, ask(*state, "SELECT last_number FROM register_book WHERE book = 'busy'"));
  assert_true(ask(*state, "SELECT count(*) FROM register_entry WHERE book = 'busy' AND state = 'void'") > 0);
  tc_auto(tc_json) list = NULL, books = NULL;
  tc_register_query query = {.office = SCENARIO_OFFICE, .book = "busy", .year = 2026, .limit = 1000};
  SCENARIO_STEP((tc_db *)*state, tc_register_list(tx, &query, &list, err));
  assert_int_equal(tc_json_count(list), count);
  SCENARIO_STEP((tc_db *)*state, tc_register_books(tx, SCENARIO_OFFICE, &books, err));
  assert_true(tc_json_count(books) >= 2);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_register__gives_a_record_one_number),
      cmocka_unit_test(test_register__keeps_what_is_issued),
      cmocka_unit_test(test_register__only_numbers_what_can_be_prepared),
      cmocka_unit_test(test_register__has_no_gap_and_no_repeat_under_concurrency),
  };
  return cmocka_run_group_tests(tests, support_open_warehouse, support_close_database);
}
