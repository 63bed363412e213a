/*
 * Everything storage/ has, opened as the settings say: the private cluster (or the database set), the pool, the
 * migrations, the blobs, the place of the heads. What the program and the pipeline hold.
 *
 *   <data folder>/blobs/…            blob.h
 *   <data folder>/heads/heads.jsonl  ledger.h: heads kept outside the database
 *   <data folder>/postgres/          cluster.h
 *
 * Ownership: the caller closes. Threading: any number of threads once open.
 */
#pragma once

#include "storage/audit.h"
#include "storage/blob.h"
#include "storage/cluster.h"
#include "storage/db.h"
#include "storage/job.h"
#include "storage/ledger.h"
#include "storage/migrate.h"
#include "storage/record.h"
#include "storage/register.h"
#include "storage/storage_settings.h"

typedef struct tc_storage tc_storage;

typedef struct tc_storage_options {
  const tc_settings *settings;
  const char *data_folder; /* overrides the setting; NULL: the setting */
  const char *schemas_sql; /* folder of the migrations */
} tc_storage_options;

TC_NODISCARD bool tc_storage_open(const tc_storage_options *options, tc_storage **out, tc_error *err);
/* No transaction may be open. An error is of the private cluster's stop; the object is gone anyway. */
bool tc_storage_close(tc_storage *storage, tc_error *err);
static inline void tc_storage_destroy(tc_storage *storage) { (void)tc_storage_close(storage, NULL); }
TC_AUTO_POINTER(tc_storage, tc_storage_destroy);

tc_db *tc_storage_db(tc_storage *storage);
tc_blob_store *tc_storage_blobs(tc_storage *storage);
const char *tc_storage_data_folder(const tc_storage *storage); /* absolute; borrowed */
const char *tc_storage_heads_file(const tc_storage *storage);
/* tc_ledger_sequence and tc_audit_run over this storage. */
TC_NODISCARD bool tc_storage_sequence(tc_storage *storage, const tc_ledger_signer *signer, tc_ledger_head *out,
                                      tc_error *err);
