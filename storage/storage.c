#include "storage/storage.h"

#include "base/file.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

struct tc_storage {
  tc_cluster *cluster; /* NULL: a database of one's own */
  tc_db *db;
  tc_blob_store *blobs;
  char *data_folder;
  char *heads_file;
};

static bool find_folder(tc_storage *storage, const tc_storage_options *options, tc_error *err)
{
  const char *wanted =
      options->data_folder != NULL ? options->data_folder : tc_settings_text(options->settings, "storage.data_folder");
  if (wanted[0] == '\0')
    return tc_fail(err, TC_CONFIG, "no data folder is given: set storage.data_folder");
  if (!tc_dir_make(wanted, 0700, err))
    return false;
  storage->data_folder = realpath(wanted, NULL);
  if (storage->data_folder == NULL)
    return tc_fail_errno(err, TC_IO, errno, "%s cannot be found", wanted);
  return tc_str_printf(&storage->heads_file, err, "%s/heads/heads.jsonl", storage->data_folder);
}

static bool open_cluster(tc_storage *storage, const tc_settings *settings, tc_error *err)
{
  tc_cluster_options options = {.data_folder = storage->data_folder,
                                .postgres_folder = tc_settings_text(settings, "storage.postgres_folder"),
                                .system_user = tc_settings_text(settings, "storage.postgres_user"),
                                .durable = tc_settings_boolean(settings, "storage.durable"),
                                .start_timeout_s = (int)tc_settings_integer(settings, "storage.start_timeout")};
  return tc_cluster_open(&options, &storage->cluster, err);
}

static bool open_database(tc_storage *storage, const tc_storage_options *options, tc_error *err)
{
  const tc_settings *settings = options->settings;
  const char *given = tc_settings_text(settings, "storage.database");
  tc_migrate_report report;
  if (given[0] == '\0' && !open_cluster(storage, settings, err))
    return false;
  tc_db_options db = {.conninfo = given[0] != '\0' ? given : tc_cluster_conninfo(storage->cluster),
                      .connections = (int)tc_settings_integer(settings, "storage.connections"),
                      .connect_timeout_s = (int)tc_settings_integer(settings, "storage.connect_timeout"),
                      .statement_timeout_s = (int)tc_settings_integer(settings, "storage.statement_timeout")};
  return tc_db_open(&db, &storage->db, err) && tc_migrate(storage->db, options->schemas_sql, &report, err);
}

static bool open_blobs(tc_storage *storage, const tc_settings *settings, tc_error *err)
{
  tc_auto(tc_str) folder = NULL;
  return tc_str_printf(&folder, err, "%s/blobs", storage->data_folder) &&
         tc_blob_store_open_folder(folder, tc_settings_integer(settings, "storage.max_blob"), &storage->blobs, err);
}

TC_NODISCARD bool tc_storage_open(const tc_storage_options *options, tc_storage **out, tc_error *err)
{
  tc_auto(tc_storage) storage = calloc(1, sizeof *storage);
  if (storage == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the storage");
  if (!find_folder(storage, options, err) || !open_database(storage, options, err) ||
      !open_blobs(storage, options->settings, err))
    return false;
  *out = tc_steal(&storage);
  return true;
}

bool tc_storage_close(tc_storage *storage, tc_error *err)
{
  if (storage == NULL)
    return true;
  tc_db_close(storage->db);
  tc_blob_store_close(storage->blobs);
  bool ok = tc_cluster_close(storage->cluster, err);
  free(storage->data_folder);
  free(storage->heads_file);
  free(storage);
  return ok;
}

tc_db *tc_storage_db(tc_storage *storage) { return storage->db; }
tc_blob_store *tc_storage_blobs(tc_storage *storage) { return storage->blobs; }
const char *tc_storage_data_folder(const tc_storage *storage) { return storage->data_folder; }
const char *tc_storage_heads_file(const tc_storage *storage) { return storage->heads_file; }

TC_NODISCARD bool tc_storage_sequence(tc_storage *storage, const tc_ledger_signer *signer, tc_ledger_head *out,
                                      tc_error *err)
{
  tc_ledger_sequence_options options = {.db = storage->db, .signer = signer, .heads_file = storage->heads_file};
  return tc_ledger_sequence(&options, out, err);
}
