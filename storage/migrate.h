/*
 * Migrations: the files NNNN_name.sql of a folder (schemas/sql), applied in order, each in a transaction of its own,
 * all under an advisory lock, so that any number of processes may start at once. Each applied file's SHA-256 is kept:
 * a file that was edited, renamed or lost after it was applied is an error. After each file, every table is put under
 * the ledger's watch (ledger.h), so that no table can be forgotten.
 */
#pragma once

#include "storage/db.h"

typedef struct tc_migrate_report {
  int applied; /* by this call */
  int version; /* number of the last one there */
} tc_migrate_report;

/* Errors: TC_CONFIG (the folder is empty, has a gap or two files of a number; a file was edited after it was applied;
   the database is newer than this program), TC_DATABASE (a statement failed: file and the server's message). */
TC_NODISCARD bool tc_migrate(tc_db *db, const char *folder, tc_migrate_report *out, tc_error *err);
