#include "tests/storage/support.h"

#include "base/file.h"
#include "storage/migrate.h"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];
static tc_cluster *cluster;

static void remove_folder(void)
{
  char command[128];
  snprintf(command, sizeof command, "rm -rf -- '%s'", folder);
  if (system(command) != 0)
    fprintf(stderr, "%s stays\n", folder);
}

const char *support_folder(void)
{
  if (folder[0] == '\0') {
    snprintf(folder, sizeof folder, "/tmp/tc-storage-XXXXXX");
    if (mkdtemp(folder) == NULL || chmod(folder, 0711) != 0)
      abort();
    atexit(remove_folder);
  }
  return folder;
}

const char *support_path(const char *name)
{
  static char paths[8][PATH_MAX];
  static int next;
  char *path = paths[next++ % 8];
  snprintf(path, PATH_MAX, "%s/%s", support_folder(), name);
  return path;
}

tc_cluster_options support_cluster_options(const char *data_folder)
{
  return (tc_cluster_options){.data_folder = data_folder, .root_folder = support_path("root"), .durable = false};
}

int support_open_database(void **state)
{
  tc_error err = {0};
  tc_cluster_options options = support_cluster_options(support_path("data"));
  tc_db *db = NULL;
  if (!tc_cluster_open(&options, &cluster, &err)) {
    fprintf(stderr, "no cluster: %s\n", err.message);
    return -1;
  }
  tc_db_options db_options = {.conninfo = tc_cluster_conninfo(cluster), .connections = 12};
  if (!tc_db_open(&db_options, &db, &err)) {
    fprintf(stderr, "no database: %s\n", err.message);
    return -1;
  }
  *state = db;
  return 0;
}

int support_close_database(void **state)
{
  tc_error err = {0};
  tc_db_close(*state);
  *state = NULL;
  bool ok = tc_cluster_close(cluster, &err);
  cluster = NULL;
  if (!ok)
    fprintf(stderr, "%s\n", err.message);
  return ok ? 0 : -1;
}

const char *support_cluster_conninfo(void) { return tc_cluster_conninfo(cluster); }

int support_open_warehouse(void **state)
{
  tc_error err = {0};
  tc_migrate_report report;
  if (support_open_database(state) != 0)
    return -1;
  if (!tc_migrate(*state, TC_SCHEMAS_SQL, &report, &err)) {
    fprintf(stderr, "no migration: %s\n", err.message);
    return -1;
  }
  return 0;
}

bool support_attack(const char *sql, char *why)
{
  static tc_db *superuser;
  tc_error err = {0};
  tc_auto(tc_db_tx) tx = NULL;
  char conninfo[512];
  if (superuser == NULL) {
    snprintf(conninfo, sizeof conninfo, "%s user=postgres", tc_cluster_conninfo(cluster));
    tc_db_options options = {.conninfo = conninfo, .connections = 1};
    assert_ok(tc_db_open(&options, &superuser, &err), err);
  }
  assert_ok(tc_db_begin(superuser, TC_DB_READ_COMMITTED, &tx, &err), err);
  assert_ok(tc_db_script(tx, "SET LOCAL truecopy.writer = ''; SET LOCAL session_replication_role = replica", &err),
            err);
  bool ok = tc_db_script(tx, sql, &err) && tc_db_commit(&tx, &err);
  if (!ok && why != NULL)
    snprintf(why, 300, "%s", err.message);
  return ok;
}
