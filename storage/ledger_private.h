/* What ledger.c, ledger_proof.c and audit_*.c share. */
#pragma once

#include "storage/ledger.h"

/* Reads complete subtrees from the database: a tc_merkle_fetch whose data is the tc_db_tx. */
TC_NODISCARD bool tc_ledger_fetch(int level, uint64_t index, tc_digest *out, void *tx, tc_error *err);
/* The tree's right edge at a size. */
TC_NODISCARD bool tc_ledger_load_edge(tc_db_tx *tx, uint64_t size, tc_merkle *out, tc_error *err);

/* A line of the heads' file: canonical JSON {"at","key","root","signature","size","v"}, without its line feed. */
TC_NODISCARD bool tc_ledger_head_line(const tc_ledger_head *head, tc_bytes signature, tc_buf *out, tc_error *err);
TC_NODISCARD bool tc_ledger_head_parse(tc_bytes line, tc_ledger_head *head, tc_buf *signature, tc_error *err);
/* Columns tree_size, root, at, key_id, signature from `column` on. */
TC_NODISCARD bool tc_ledger_head_row(const tc_db_rows *rows, size_t row, tc_ledger_head *head, tc_buf *signature,
                                     tc_error *err);
