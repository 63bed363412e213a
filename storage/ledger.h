/*
 * The ledger: a tamper-evident account of every row of every table.
 *
 * Every table of truecopy's schema, but the four of the ledger itself, has triggers (put there by migrate.h, so that
 * none can be forgotten) that write, for each row inserted, changed or deleted, its table, its key and a digest of its
 * whole content, SHA-256(salt ‖ table ‖ "\n" ‖ canonical JSON of the row), into ledger_row under the transaction's one
 * ledger_entry. When the transaction commits, the entry becomes a leaf:
 *     leaf hash = SHA-256(0x00 ‖ salt ‖ canonical JSON {"at","id","rows":[[op,table,key,digest]…],"ticket","v"})
 * with a random salt of 32 bytes, so that a leaf tells nothing once its salt is disposed of. The entry's ticket, drawn
 * from a sequence while the transaction still holds its row locks, orders changes of the same row.
 *
 * Only sessions of truecopy are recorded (db.h sets truecopy.writer): what any other hand changes in the database has
 * no entry, and so the audit finds it.
 *
 * One sequencer at a time gives committed entries their places in an RFC 6962 tree (tc_ledger_sequence) and signs the
 * head; heads also go, appended and synced, into a file outside the database. No lock is held while signing.
 * Threading: any thread; several processes may sequence, one does the work.
 */
#pragma once

#include "storage/db.h"
#include "storage/merkle.h"

/* How heads are signed: the key lives elsewhere. NULL functions: heads stay unsigned (sign) or unchecked (verify). */
typedef struct tc_ledger_signer {
  const char *key_id; /* stable name of the key: fingerprint of its certificate */
  bool (*sign)(void *data, tc_bytes message, tc_buf *signature, tc_error *err);
  /* *valid: whether it is; an error where that cannot be said */
  bool (*verify)(void *data, const char *key_id, tc_bytes message, tc_bytes signature, bool *valid, tc_error *err);
  void *data;
} tc_ledger_signer;

typedef struct tc_ledger_head {
  uint64_t size;
  tc_digest root;
  char at[32]; /* UTC, ISO 8601 */
  char key_id[129];
} tc_ledger_head;

/* The exact bytes that a head's signature covers: canonical JSON {"at","key","root","size","v"}. */
TC_NODISCARD bool tc_ledger_head_message(const tc_ledger_head *head, tc_buf *out, tc_error *err);

typedef struct tc_ledger_sequence_options {
  tc_db *db;
  const tc_ledger_signer *signer; /* NULL: heads are unsigned */
  const char *heads_file;         /* outside the database; made where it is missing */
} tc_ledger_sequence_options;

/* Places every committed entry that has no place, and signs and keeps a head over them all. Does nothing where nothing
   is new, but for bringing the heads' file up to what the database has (after a crash between the two). *out (may be
   NULL) gets the newest head. Cheap to call after every batch. */
TC_NODISCARD bool tc_ledger_sequence(const tc_ledger_sequence_options *options, tc_ledger_head *out, tc_error *err);

/* The newest head; *found false in an empty ledger. */
TC_NODISCARD bool tc_ledger_read_head(tc_db_tx *tx, tc_ledger_head *out, bool *found, tc_error *err);
/* A proof that a row's present content is in the tree of a head: {head:{…}, index, path:[hex…], salt, entry (the
   canonical JSON text), image (the canonical JSON text of the row)}. TC_NOT_FOUND before it was sequenced. */
TC_NODISCARD bool tc_ledger_prove_row(tc_db_tx *tx, const char *table, const char *key, tc_json **out, tc_error *err);
TC_NODISCARD bool tc_ledger_prove_consistency(tc_db_tx *tx, uint64_t first, uint64_t second, tc_merkle_proof *out,
                                              tc_error *err);
/* Checks what tc_ledger_prove_row gave, without a database. */
TC_NODISCARD bool tc_ledger_check_row_proof(const tc_json *proof, const tc_merkle_head *head, bool *holds,
                                            tc_error *err);
