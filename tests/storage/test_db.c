#include "storage/db.h"

#include "storage/migrate.h"
#include "tests/storage/support.h"

#include "base/file.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static tc_db_tx *begin(tc_db *db)
{
  tc_error err = {0};
  tc_db_tx *tx = NULL;
  assert_ok(tc_db_begin(db, TC_DB_READ_COMMITTED, &tx, &err), err);
  return tx;
}

static int set_up(void **state)
{
  tc_error err = {0};
  if (support_open_database(state) != 0)
    return -1;
  tc_auto(tc_db_tx) tx = begin(*state);
  return tc_db_script(tx,
                      "CREATE SCHEMA truecopy; CREATE TABLE thing (id bigint PRIMARY KEY, n bigint CHECK (n < 100))",
                      &err) &&
                 tc_db_commit(&tx, &err)
             ? 0
             : -1;
}

static void test_db__carries_every_kind_of_value(void **state)
{
  tc_error err = {0};
  tc_auto(tc_db_tx) tx = begin(*state);
  tc_auto(tc_db_rows) rows = NULL;
  tc_auto(tc_buf) blob = {0};
  tc_auto(tc_json) json = NULL;
  static const uint8_t bytes[] = {0, 1, 255, '\''};
  tc_digest digest = {{1, 2, 3}}, back;
  tc_db_param params[] = {tc_db_text("a 'quoted' \\ text"),
                          tc_db_integer(INT64_MIN),
                          tc_db_number(0.1),
                          tc_db_boolean(true),
                          tc_db_blob((tc_bytes){bytes, sizeof bytes}),
                          tc_db_digest(&digest),
                          tc_db_text(NULL),
                          tc_db_text("{\"a\":[1]}")};
  assert_ok(tc_db_query(tx, "SELECT $1, $2, $3, $4, $5, $6, $7, $8::jsonb", params, 8, &rows, &err), err);
  assert_string_equal(tc_db_get_text(rows, 0, 0), "a 'quoted' \\ text");
  assert_true(tc_db_get_integer(rows, 0, 1) == INT64_MIN);
  assert_true(tc_db_get_number(rows, 0, 2) == 0.1);
  assert_true(tc_db_get_boolean(rows, 0, 3));
  assert_ok(tc_db_get_blob(rows, 0, 4, &blob, &err), err);
  assert_int_equal(blob.size, sizeof bytes);
  assert_memory_equal(blob.data, bytes, sizeof bytes);
  assert_ok(tc_db_get_digest(rows, 0, 5, &back, &err), err);
  assert_memory_equal(&back, &digest, sizeof digest);
  assert_true(tc_db_is_null(rows, 0, 6));
  assert_ok(tc_db_get_json(rows, 0, 7, &json, &err), err);
  assert_int_equal(tc_json_count(tc_json_get(json, "a")), 1);
  assert_fails(tc_db_get_digest(rows, 0, 0, &back, &err), err, TC_DATABASE);
}

static void test_db__maps_failures_to_codes(void **state)
{
  static const struct {
    const char *sql;
    tc_code code;
  } cases[] = {
      {"INSERT INTO thing VALUES (1, 1), (1, 1)", TC_CONFLICT},
      {"INSERT INTO thing VALUES (2, 1000)", TC_USAGE},
      {"SELECT 1 / 0", TC_USAGE},
      {"SELECT nothing FROM nowhere", TC_DATABASE},
      {"SELECT pg_read_file('/etc/passwd')", TC_DENIED},
      {"SELECT pg_sleep(20) FROM (SELECT set_config('statement_timeout', '50ms', true)) AS s", TC_TIMEOUT},
  };
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++) {
    tc_error err = {0};
    tc_auto(tc_db_tx) tx = begin(*state);
    if (cases[i].code == TC_TIMEOUT)
      assert_ok(tc_db_script(tx, "SET LOCAL statement_timeout = '50ms'", &err), err);
    assert_fails(tc_db_run(tx, cases[i].sql, NULL, 0, NULL, &err), err, cases[i].code);
    /* The transaction is broken: nothing of it can be committed. */
    assert_fails(tc_db_commit(&tx, &err), err, TC_DATABASE);
  }
}

static void test_db__rolls_back_what_is_not_committed(void **state)
{
  tc_error err = {0};
  {
    tc_auto(tc_db_tx) tx = begin(*state);
    assert_ok(tc_db_run(tx, "INSERT INTO thing VALUES (10, 1)", NULL, 0, NULL, &err), err);
  }
  tc_auto(tc_db_tx) tx = begin(*state);
  tc_auto(tc_db_rows) rows = NULL;
  assert_ok(tc_db_query(tx, "SELECT FROM thing WHERE id = 10", NULL, 0, &rows, &err), err);
  assert_int_equal(tc_db_rows_count(rows), 0);
}

static bool count_row(const tc_db_rows *row, void *data, tc_error *err)
{
  int64_t *sum = data;
  *sum += tc_db_get_integer(row, 0, 0);
  return *sum < 1000000 || tc_fail(err, TC_LIMIT, "enough");
}

static void test_db__streams_and_can_stop(void **state)
{
  tc_error err = {0};
  int64_t sum = 0;
  tc_auto(tc_db_tx) tx = begin(*state);
  tc_db_param params[] = {tc_db_integer(1000)};
  tc_db_stream_options stream = {"SELECT generate_series(1, $1)", params, 1, count_row, &sum};
  assert_ok(tc_db_stream(tx, &stream, &err), err);
  assert_int_equal(sum, 500500);
  params[0] = tc_db_integer(100000000);
  assert_fails(tc_db_stream(tx, &stream, &err), err, TC_LIMIT);
  tc_db_rollback(tc_steal(&tx));
  tc_auto(tc_db_tx) next = begin(*state);
  assert_ok(tc_db_run(next, "SELECT 1", NULL, 0, NULL, &err), err);
}

typedef struct adder {
  tc_db *db;
  bool ok;
} adder;

static bool add_one(tc_db_tx *tx, void *data, tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  (void)data;
  if (!tc_db_query(tx, "SELECT n FROM thing WHERE id = 20", NULL, 0, &rows, err))
    return false;
  tc_db_param params[] = {tc_db_integer(tc_db_get_integer(rows, 0, 0) + 1)};
  return tc_db_run(tx, "UPDATE thing SET n = $1 WHERE id = 20", params, 1, NULL, err);
}

static void *add_often(void *data)
{
  adder *a = data;
  a->ok = true;
  for (int i = 0; i < 5; i++) {
    tc_error err = {0};
    while (!tc_db_transact(a->db, TC_DB_REPEATABLE_READ, add_one, NULL, &err))
      tc_error_clear(&err);
  }
  return NULL;
}

/* Lost updates would show: under repeatable read the server refuses them, and the work runs again. */
static void test_db__runs_again_after_a_serialization_failure(void **state)
{
  tc_error err = {0};
  adder adders[4];
  pthread_t threads[4];
  tc_auto(tc_db_tx) tx = begin(*state);
  assert_ok(tc_db_run(tx, "INSERT INTO thing VALUES (20, 0)", NULL, 0, NULL, &err), err);
  assert_ok(tc_db_commit(&tx, &err), err);
  for (int i = 0; i < 4; i++) {
    adders[i] = (adder){.db = *state};
    pthread_create(&threads[i], NULL, add_often, &adders[i]);
  }
  for (int i = 0; i < 4; i++)
    pthread_join(threads[i], NULL);
  tc_auto(tc_db_tx) after = begin(*state);
  tc_auto(tc_db_rows) rows = NULL;
  assert_ok(tc_db_query(after, "SELECT n FROM thing WHERE id = 20", NULL, 0, &rows, &err), err);
  assert_int_equal(tc_db_get_integer(rows, 0, 0), 20);
}

static void test_db__opens_a_broken_connection_again(void **state)
{
  tc_error err = {0};
  (void)state;
  tc_auto(tc_db) db = NULL;
  tc_db_options options = {.conninfo = support_cluster_conninfo(), .connections = 2};
  assert_ok(tc_db_open(&options, &db, &err), err);
  static const char cut[] = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND"
                            " usename = 'truecopy' AND application_name = 'truecopy'";
  tc_auto(tc_db_tx) held = begin(db);
  tc_auto(tc_db_tx) killer = begin(db);
  assert_ok(tc_db_run(killer, cut, NULL, 0, NULL, &err), err);
  usleep(100000);
  assert_fails(tc_db_run(held, "SELECT 1", NULL, 0, NULL, &err), err, TC_DATABASE);
  assert_fails(tc_db_commit(&held, &err), err, TC_DATABASE);
  assert_ok(tc_db_commit(&killer, &err), err);
  for (int i = 0; i < 3; i++) {
    tc_auto(tc_db_tx) tx = begin(db);
    assert_ok(tc_db_run(tx, "SELECT 1", NULL, 0, NULL, &err), err);
  }
}

/* A stopped process keeps its socket open and says nothing: what a hung server or a lost network looks like. */
static void test_db__gives_up_a_server_that_stops_answering(void **state)
{
  tc_error err = {0};
  (void)state;
  tc_auto(tc_db) db = NULL;
  tc_db_options options = {.conninfo = support_cluster_conninfo(), .connections = 2, .statement_timeout_s = 1};
  assert_ok(tc_db_open(&options, &db, &err), err);
  tc_auto(tc_db_tx) tx = begin(db);
  tc_auto(tc_db_rows) rows = NULL;
  assert_ok(tc_db_query(tx, "SELECT pg_backend_pid()", NULL, 0, &rows, &err), err);
  pid_t backend = (pid_t)tc_db_get_integer(rows, 0, 0);
  assert_int_equal(kill(backend, SIGSTOP), 0);
  assert_fails(tc_db_run(tx, "SELECT 1", NULL, 0, NULL, &err), err, TC_DATABASE);
  assert_fails(tc_db_run(tx, "SELECT 2", NULL, 0, NULL, &err), err, TC_DATABASE);
  assert_fails(tc_db_commit(&tx, &err), err, TC_DATABASE);
  assert_int_equal(kill(backend, SIGCONT), 0);
  tc_auto(tc_db_tx) next = begin(db);
  assert_ok(tc_db_run(next, "SELECT 1", NULL, 0, NULL, &err), err);
}

static void test_db__says_when_the_server_is_away_or_the_pool_is_empty(void **state)
{
  tc_error err = {0};
  tc_db *db = NULL;
  tc_db_options away = {.conninfo = "host=/nowhere dbname=x user=x", .connect_timeout_s = 1};
  assert_fails(tc_db_open(&away, &db, &err), err, TC_DATABASE);
  char wrong[600];
  snprintf(wrong, sizeof wrong, "%s password=wrong", support_cluster_conninfo());
  tc_db_options refused = {.conninfo = wrong, .connect_timeout_s = 5};
  assert_fails(tc_db_open(&refused, &db, &err), err, TC_DATABASE);
  (void)state;
  tc_auto(tc_db) small = NULL;
  tc_db_options one = {.conninfo = support_cluster_conninfo(), .connections = 1, .connect_timeout_s = 1};
  assert_ok(tc_db_open(&one, &small, &err), err);
  tc_auto(tc_db_tx) first = begin(small);
  tc_db_tx *second = NULL;
  assert_fails(tc_db_begin(small, TC_DB_READ_COMMITTED, &second, &err), err, TC_TIMEOUT);
}

static void write_file(const char *name, const char *text)
{
  tc_error err = {0};
  assert_ok(tc_dir_make(support_path("sql"), 0700, &err), err);
  assert_ok(tc_file_write(support_path(name), tc_bytes_of_text(text), 0600, &err), err);
}

/* The real first migration, then inventions. */
static void test_migrate__applies_in_order_and_guards_what_was_applied(void **state)
{
  tc_error err = {0};
  tc_migrate_report report;
  tc_auto(tc_buf) first = {0};
  tc_auto(tc_db_tx) tx = begin(*state);
  assert_ok(tc_db_script(tx, "DROP SCHEMA truecopy CASCADE", &err), err);
  assert_ok(tc_db_commit(&tx, &err), err);
  assert_fails(tc_migrate(*state, support_path("no folder"), &report, &err), err, TC_NOT_FOUND);
  assert_ok(tc_file_read(TC_SCHEMAS_SQL "/0001_ledger.sql", 1 << 20, &first, &err), err);
  write_file("sql/0001_ledger.sql", tc_buf_text(&first));
  write_file("sql/0003_gap.sql", "SELECT 1");
  assert_fails(tc_migrate(*state, support_path("sql"), &report, &err), err, TC_CONFIG);
  assert_int_equal(unlink(support_path("sql/0003_gap.sql")), 0);
  assert_ok(tc_migrate(*state, support_path("sql"), &report, &err), err);
  assert_int_equal(report.applied, 1);
  assert_ok(tc_migrate(*state, support_path("sql"), &report, &err), err);
  assert_int_equal(report.applied, 0);
  write_file("sql/0002_wrong.sql", "CREATE TABLE truecopy.half (id integer PRIMARY KEY); SELECT nonsense");
  assert_fails(tc_migrate(*state, support_path("sql"), &report, &err), err, TC_DATABASE);
  assert_int_equal(unlink(support_path("sql/0002_wrong.sql")), 0);
  write_file("sql/0002_bare.sql", "CREATE TABLE truecopy.bare (id integer)");
  assert_fails(tc_migrate(*state, support_path("sql"), &report, &err), err, TC_DATABASE); /* no primary key */
  assert_int_equal(unlink(support_path("sql/0002_bare.sql")), 0);
  write_file("sql/0002_more.sql", "CREATE TABLE truecopy.more (id integer PRIMARY KEY)");
  assert_ok(tc_migrate(*state, support_path("sql"), &report, &err), err);
  assert_int_equal(report.version, 2);
  write_file("sql/0002_more.sql", "CREATE TABLE truecopy.more (id bigint PRIMARY KEY)");
  assert_fails(tc_migrate(*state, support_path("sql"), &report, &err), err, TC_CONFIG);
  assert_int_equal(unlink(support_path("sql/0002_more.sql")), 0);
  assert_fails(tc_migrate(*state, support_path("sql"), &report, &err), err, TC_CONFIG); /* older than the database */
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_db__carries_every_kind_of_value),
      cmocka_unit_test(test_db__maps_failures_to_codes),
      cmocka_unit_test(test_db__rolls_back_what_is_not_committed),
      cmocka_unit_test(test_db__streams_and_can_stop),
      cmocka_unit_test(test_db__runs_again_after_a_serialization_failure),
      cmocka_unit_test(test_db__opens_a_broken_connection_again),
      cmocka_unit_test(test_db__gives_up_a_server_that_stops_answering),
      cmocka_unit_test(test_db__says_when_the_server_is_away_or_the_pool_is_empty),
      cmocka_unit_test(test_migrate__applies_in_order_and_guards_what_was_applied),
  };
  return cmocka_run_group_tests(tests, set_up, support_close_database);
}
