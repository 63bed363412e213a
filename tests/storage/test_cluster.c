#include "storage/cluster.h"

#include "base/file.h"
#include "storage/db.h"
#include "tests/storage/support.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void put_row(const tc_cluster *cluster, int64_t value)
{
  tc_error err = {0};
  tc_auto(tc_db) db = NULL;
  tc_auto(tc_db_tx) tx = NULL;
  tc_db_options options = {.conninfo = tc_cluster_conninfo(cluster), .connections = 1};
  assert_ok(tc_db_open(&options, &db, &err), err);
  assert_ok(tc_db_begin(db, TC_DB_READ_COMMITTED, &tx, &err), err);
  assert_ok(tc_db_script(tx, "CREATE TABLE IF NOT EXISTS public.kept (value bigint)", &err), err);
  tc_db_param params[] = {tc_db_integer(value)};
  assert_ok(tc_db_run(tx, "INSERT INTO public.kept VALUES ($1)", params, 1, NULL, &err), err);
  assert_ok(tc_db_commit(&tx, &err), err);
}

static int64_t sum_rows(const tc_cluster *cluster)
{
  tc_error err = {0};
  tc_auto(tc_db) db = NULL;
  tc_auto(tc_db_tx) tx = NULL;
  tc_auto(tc_db_rows) rows = NULL;
  tc_db_options options = {.conninfo = tc_cluster_conninfo(cluster), .connections = 1};
  assert_ok(tc_db_open(&options, &db, &err), err);
  assert_ok(tc_db_begin(db, TC_DB_SNAPSHOT, &tx, &err), err);
  assert_ok(tc_db_query(tx, "SELECT coalesce(sum(value), 0) FROM public.kept", NULL, 0, &rows, &err), err);
  return tc_db_get_integer(rows, 0, 0);
}

static pid_t server_pid(const char *data_folder)
{
  char command[400], text[64] = "";
  snprintf(command, sizeof command, "cat '%s'/postgres/cluster/postmaster.pid %s/*/cluster/postmaster.pid 2>/dev/null",
           data_folder, support_path("root"));
  FILE *from = popen(command, "r");
  assert_non_null(from);
  if (fgets(text, sizeof text, from) == NULL)
    text[0] = '\0';
  pclose(from);
  return (pid_t)strtol(text, NULL, 10);
}

/* Also false for a zombie that nobody has reaped yet. */
static bool lives(pid_t pid)
{
  char path[64], target[8];
  snprintf(path, sizeof path, "/proc/%d/cwd", (int)pid);
  return readlink(path, target, sizeof target) > 0;
}

/* One folder of 200 characters with blanks, quotes and a comma, through a whole life. */
static void test_cluster__lives_in_a_long_folder_with_blanks_and_is_found_again(void **state)
{
  (void)state;
  tc_error err = {0};
  char name[240] = "a folder, with 'blanks' $HOME \"quotes\" ";
  while (strlen(name) < 200)
    strcat(name, "x");
  const char *data = support_path(name);
  tc_cluster_options options = support_cluster_options(data);
  tc_cluster *cluster = NULL;
  assert_ok(tc_cluster_open(&options, &cluster, &err), err);
  put_row(cluster, 1);
  assert_ok(tc_cluster_close(cluster, &err), err);
  assert_int_equal(server_pid(data), 0);
  assert_ok(tc_cluster_open(&options, &cluster, &err), err);
  assert_int_equal(sum_rows(cluster), 1);
  assert_ok(tc_cluster_close(cluster, &err), err);
}

static void test_cluster__is_shared_and_the_last_one_stops_it(void **state)
{
  (void)state;
  tc_error err = {0};
  const char *data = support_path("shared");
  tc_cluster_options options = support_cluster_options(data);
  tc_cluster *first = NULL, *second = NULL;
  assert_ok(tc_cluster_open(&options, &first, &err), err);
  pid_t pid = server_pid(data);
  assert_ok(tc_cluster_open(&options, &second, &err), err);
  assert_int_equal(server_pid(data), pid);
  assert_ok(tc_cluster_close(first, &err), err);
  put_row(second, 2);
  assert_ok(tc_cluster_close(second, &err), err);
  assert_false(lives(pid));
}

/* A truecopy that is killed leaves its server running: the next one joins it, and stops it at its end. */
static void test_cluster__left_running_by_a_killed_process_is_joined(void **state)
{
  (void)state;
  tc_error err = {0};
  const char *data = support_path("left");
  tc_cluster_options options = support_cluster_options(data);
  pid_t child = fork();
  if (child == 0) {
    tc_cluster *lost = NULL;
    _exit(tc_cluster_open(&options, &lost, &err) ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  assert_int_equal(status, 0);
  pid_t pid = server_pid(data);
  assert_true(lives(pid));
  tc_cluster *cluster = NULL;
  assert_ok(tc_cluster_open(&options, &cluster, &err), err);
  assert_int_equal(server_pid(data), pid);
  put_row(cluster, 3);
  assert_ok(tc_cluster_close(cluster, &err), err);
  assert_false(lives(pid));
}

static void test_cluster__recovers_after_the_server_was_killed(void **state)
{
  (void)state;
  tc_error err = {0};
  const char *data = support_path("killed");
  tc_cluster_options options = support_cluster_options(data);
  tc_cluster *cluster = NULL;
  assert_ok(tc_cluster_open(&options, &cluster, &err), err);
  put_row(cluster, 4);
  pid_t pid = server_pid(data);
  assert_int_equal(kill(pid, SIGKILL), 0);
  tc_cluster *again = NULL;
  assert_ok(tc_cluster_open(&options, &again, &err), err);
  assert_int_not_equal(server_pid(data), pid);
  assert_int_equal(sum_rows(again), 4);
  assert_ok(tc_cluster_close(again, &err), err);
  assert_ok(tc_cluster_close(cluster, &err), err);
}

static void test_cluster__a_pid_file_that_names_a_stranger_does_not_matter(void **state)
{
  (void)state;
  tc_error err = {0};
  const char *data = support_path("stranger");
  tc_cluster_options options = support_cluster_options(data);
  tc_cluster *cluster = NULL;
  assert_ok(tc_cluster_open(&options, &cluster, &err), err);
  put_row(cluster, 5);
  assert_ok(tc_cluster_close(cluster, &err), err);
  char command[400];
  snprintf(command, sizeof command,
           "for f in '%s'/postgres/cluster %s/*/cluster; do [ -d $f ] && echo %d >$f/postmaster.pid; done; true", data,
           support_path("root"), (int)getpid());
  assert_int_equal(system(command), 0);
  assert_ok(tc_cluster_open(&options, &cluster, &err), err);
  assert_int_equal(sum_rows(cluster), 5);
  assert_ok(tc_cluster_close(cluster, &err), err);
}

static void test_cluster__names_what_is_wrong_with_its_settings(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_cluster *cluster = NULL;
  tc_cluster_options options = support_cluster_options(support_path("wrong"));
  options.postgres_folder = "/nowhere";
  assert_fails(tc_cluster_open(&options, &cluster, &err), err, TC_CONFIG);
  options.postgres_folder = NULL;
  options.system_user = "no-such-user";
  if (geteuid() == 0)
    assert_fails(tc_cluster_open(&options, &cluster, &err), err, TC_CONFIG);
  options.system_user = "root";
  if (geteuid() == 0)
    assert_fails(tc_cluster_open(&options, &cluster, &err), err, TC_CONFIG);
}

/* A cluster without its password must not be taken for a new one. */
static void test_cluster__refuses_when_its_password_is_gone(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_cluster *cluster = NULL;
  const char *data = support_path("shared");
  tc_cluster_options options = support_cluster_options(data);
  char path[400];
  snprintf(path, sizeof path, "%s/database.password", data);
  assert_int_equal(unlink(path), 0);
  assert_fails(tc_cluster_open(&options, &cluster, &err), err, TC_CONFIG);
}

static void read_place(const char *data, char out[400])
{
  char path[400];
  snprintf(path, sizeof path, "%s/cluster.place", data);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  assert_non_null(fgets(out, 400, file));
  fclose(file);
  out[strcspn(out, "\n")] = '\0';
}

/* The place outlives the data folder when it is root's: it must not be found again by the same path. */
static void test_cluster__is_new_in_a_data_folder_that_was_deleted_and_made_again(void **state)
{
  (void)state;
  tc_error err = {0};
  const char *data = support_path("again");
  char first[400], second[400], command[500];
  tc_cluster_options options = support_cluster_options(data);
  tc_cluster *cluster = NULL;
  assert_ok(tc_cluster_open(&options, &cluster, &err), err);
  put_row(cluster, 6);
  assert_ok(tc_cluster_close(cluster, &err), err);
  read_place(data, first);
  snprintf(command, sizeof command, "test -d '%s/cluster' && rm -rf '%s'", first, data);
  assert_int_equal(system(command), 0);
  assert_ok(tc_cluster_open(&options, &cluster, &err), err);
  put_row(cluster, 7);
  assert_int_equal(sum_rows(cluster), 7);
  assert_ok(tc_cluster_close(cluster, &err), err);
  read_place(data, second);
  if (geteuid() == 0)
    assert_string_not_equal(first, second);
}

/* Moved, the folder keeps its cluster; root goes nowhere outside its own folder, whatever the file says. */
static void test_cluster__is_found_by_its_place(void **state)
{
  (void)state;
  tc_error err = {0};
  const char *data = support_path("moved");
  char command[900];
  tc_cluster_options options = support_cluster_options(data);
  tc_cluster *cluster = NULL;
  snprintf(command, sizeof command, "mv '%s' '%s'", support_path("again"), data);
  assert_int_equal(system(command), 0);
  assert_ok(tc_cluster_open(&options, &cluster, &err), err);
  assert_int_equal(sum_rows(cluster), 7);
  assert_ok(tc_cluster_close(cluster, &err), err);
  if (geteuid() != 0)
    return;
  snprintf(command, sizeof command, "mv '%s/cluster.place' '%s/kept'", data, data);
  assert_int_equal(system(command), 0);
  assert_fails(tc_cluster_open(&options, &cluster, &err), err, TC_CONFIG);
  snprintf(command, sizeof command, "echo '%s/../elsewhere' >'%s/cluster.place'", support_path("root"), data);
  assert_int_equal(system(command), 0);
  assert_fails(tc_cluster_open(&options, &cluster, &err), err, TC_CONFIG);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cluster__lives_in_a_long_folder_with_blanks_and_is_found_again),
      cmocka_unit_test(test_cluster__is_shared_and_the_last_one_stops_it),
      cmocka_unit_test(test_cluster__left_running_by_a_killed_process_is_joined),
      cmocka_unit_test(test_cluster__recovers_after_the_server_was_killed),
      cmocka_unit_test(test_cluster__a_pid_file_that_names_a_stranger_does_not_matter),
      cmocka_unit_test(test_cluster__names_what_is_wrong_with_its_settings),
      cmocka_unit_test(test_cluster__refuses_when_its_password_is_gone),
      cmocka_unit_test(test_cluster__is_new_in_a_data_folder_that_was_deleted_and_made_again),
      cmocka_unit_test(test_cluster__is_found_by_its_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
