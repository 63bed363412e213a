/*
 * Each file is applied in a transaction of its own that begins by taking the advisory lock and looking at what is there
 * already; so two processes that start at once take turns, and a crash leaves whole migrations only.
 */
#include "storage/migrate.h"

#include "base/file.h"
#include "storage/schema_private.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { FILES_MAX = 9999, FILE_LIMIT = 4 << 20 };

typedef struct migration {
  char *name; /* the file's */
  char hex[TC_SHA256_HEX_SIZE];
  tc_buf text;
} migration;

typedef struct migrations {
  migration *rows;
  size_t count;
} migrations;

static void migrations_finish(migrations *all)
{
  for (size_t i = 0; i < all->count; i++) {
    free(all->rows[i].name);
    tc_buf_finish(&all->rows[i].text);
  }
  free(all->rows);
}
TC_AUTO_VALUE(migrations, migrations_finish);

static int is_migration(const struct dirent *entry)
{
  const char *name = entry->d_name;
  size_t size = strlen(name);
  for (int i = 0; i < 4; i++)
    if (!isdigit((unsigned char)name[i]))
      return 0;
  return name[4] == '_' && size > 9 && strcmp(name + size - 4, ".sql") == 0;
}

static bool read_one(const char *folder, const char *name, migration *out, tc_error *err)
{
  tc_auto(tc_str) path = NULL;
  tc_digest digest;
  if (!tc_str_printf(&path, err, "%s/%s", folder, name) || !tc_str_copy(name, &out->name, err) ||
      !tc_file_read(path, FILE_LIMIT, &out->text, err) || !tc_digest_of(tc_buf_bytes(&out->text), &digest, err))
    return false;
  tc_digest_hex(&digest, out->hex);
  return true;
}

static bool read_names(const char *folder, struct dirent **names, size_t count, migrations *all, tc_error *err)
{
  all->rows = calloc(count > 0 ? count : 1, sizeof *all->rows);
  if (all->rows == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the migrations");
  for (size_t i = 0; i < count; i++) {
    if (strtol(names[i]->d_name, NULL, 10) != (long)i + 1)
      return tc_fail(err, TC_CONFIG, "%s: the migration %04zu is missing or there twice (found %s)", folder, i + 1,
                     names[i]->d_name);
    all->count++;
    if (!read_one(folder, names[i]->d_name, &all->rows[i], err))
      return false;
  }
  return count > 0 || tc_fail(err, TC_CONFIG, "%s holds no migrations (NNNN_name.sql)", folder);
}

static bool read_folder(const char *folder, migrations *all, tc_error *err)
{
  struct dirent **names = NULL;
  int count = scandir(folder, &names, is_migration, alphasort);
  if (count < 0 || count > FILES_MAX)
    return tc_fail_errno(err, TC_CONFIG, errno, "the folder of migrations %s cannot be read", folder);
  bool ok = read_names(folder, names, (size_t)count, all, err);
  for (int i = 0; i < count; i++)
    free(names[i]);
  free(names);
  return ok;
}

/* How many are applied; each must be the file that was applied. */
static bool compare(tc_db_tx *tx, const migrations *all, size_t *applied, tc_error *err)
{
  tc_auto(tc_db_rows) there = NULL, rows = NULL;
  if (!tc_db_query(tx, "SELECT to_regclass('truecopy.migration') IS NOT NULL", NULL, 0, &there, err))
    return false;
  *applied = 0;
  if (!tc_db_get_boolean(there, 0, 0))
    return true;
  if (!tc_db_query(tx, "SELECT number, name, sha256 FROM truecopy.migration ORDER BY number", NULL, 0, &rows, err))
    return false;
  size_t count = tc_db_rows_count(rows);
  if (count > all->count)
    return tc_fail(err, TC_CONFIG, "the database is at migration %zu, this program knows %zu: use a newer truecopy",
                   count, all->count);
  for (size_t i = 0; i < count; i++)
    if (tc_db_get_integer(rows, i, 0) != (int64_t)i + 1 || strcmp(tc_db_get_text(rows, i, 2), all->rows[i].hex) != 0)
      return tc_fail(err, TC_CONFIG,
                     "%s is not what was applied as %s: bring the old file back, and put the change into a new one",
                     all->rows[i].name, tc_db_get_text(rows, i, 1));
  *applied = count;
  return true;
}

static bool keep_fingerprint(tc_db_tx *tx, tc_error *err)
{
  char hex[TC_SHA256_HEX_SIZE];
  int server = 0;
  if (!tc_schema_fingerprint(tx, hex, &server, err))
    return false;
  tc_db_param params[] = {tc_db_integer(server), tc_db_text(hex)};
  return tc_db_run(tx,
                   "INSERT INTO truecopy.schema_state (id, server, fingerprint) VALUES (1, $1, $2)"
                   " ON CONFLICT (id) DO UPDATE SET server = excluded.server, fingerprint = excluded.fingerprint"
                   " WHERE schema_state.server <> excluded.server OR schema_state.fingerprint <> excluded.fingerprint",
                   params, 2, NULL, err);
}

static bool apply(tc_db_tx *tx, const migration *one, size_t number, tc_error *err)
{
  tc_db_param params[] = {tc_db_integer((int64_t)number), tc_db_text(one->name), tc_db_text(one->hex)};
  if (!tc_db_script(tx, tc_buf_text(&one->text), err))
    return tc_error_prefix(err, "%s", one->name);
  return tc_db_run(tx, "INSERT INTO truecopy.migration (number, name, sha256) VALUES ($1, $2, $3)", params, 3, NULL,
                   err) &&
         tc_db_script(tx, "SELECT truecopy.ledger_watch()", err) && keep_fingerprint(tx, err);
}

/* The server's major version changed since the fingerprint was taken: take it anew. */
static bool follow_server(tc_db_tx *tx, tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  if (!tc_db_query(tx,
                   "SELECT count(*) FROM truecopy.schema_state"
                   " WHERE server = current_setting('server_version_num')::integer / 10000",
                   NULL, 0, &rows, err))
    return false;
  return tc_db_get_integer(rows, 0, 0) == 1 || keep_fingerprint(tx, err);
}

/* Applies the next one; *more tells whether there was one. */
static bool step(tc_db *db, const migrations *all, size_t *applied, bool *more, tc_error *err)
{
  tc_auto(tc_db_tx) tx = NULL;
  if (!tc_db_begin(db, TC_DB_READ_COMMITTED, &tx, err) || !tc_db_take_time(tx, err) ||
      !tc_db_script(tx, "SELECT pg_advisory_xact_lock(hashtextextended('truecopy.migrate', 0))", err) ||
      !compare(tx, all, applied, err))
    return false;
  *more = *applied < all->count;
  if (*more ? !apply(tx, &all->rows[*applied], *applied + 1, err) : !follow_server(tx, err))
    return false;
  return tc_db_commit(&tx, err);
}

TC_NODISCARD bool tc_migrate(tc_db *db, const char *folder, tc_migrate_report *out, tc_error *err)
{
  tc_auto(migrations) all = {0};
  tc_migrate_report report = {0};
  size_t applied = 0;
  if (!read_folder(folder, &all, err))
    return false;
  for (bool more = true; more;) {
    if (!step(db, &all, &applied, &more, err))
      return false;
    report.applied += more ? 1 : 0;
  }
  report.version = (int)all.count;
  *out = report;
  return true;
}
