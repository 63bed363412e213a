/* What the files audit_*.c share: one audit under way, in one snapshot. */
#pragma once

#include "storage/audit.h"

typedef struct tc_audit_known_head {
  tc_merkle_head head;
  const char *from; /* where it was kept, for the message */
} tc_audit_known_head;

typedef struct tc_audit {
  const tc_audit_options *options;
  tc_db_tx *tx;
  tc_audit_summary summary;
  tc_audit_known_head *heads; /* to be met while the tree is recomputed, by size */
  size_t head_count, head_capacity;
} tc_audit;

void tc_audit_find(tc_audit *audit, tc_audit_severity severity, const char *code, const char *subject,
                   const char *format, ...) TC_PRINTF(5, 6);

/* audit_heads.c: reads all heads (table, file, outside), compares them with one another and checks signatures. */
TC_NODISCARD bool tc_audit_heads(tc_audit *audit, tc_error *err);
/* audit_ledger.c: every entry's leaf, the tree, its nodes, and the heads met on the way. */
TC_NODISCARD bool tc_audit_entries(tc_audit *audit, tc_error *err);
/* audit_rows.c: every row of every table against the latest entry that names it. */
TC_NODISCARD bool tc_audit_rows(tc_audit *audit, tc_error *err);
/* audit_sense.c: what must also agree: register, states, schema, sequence; and the blobs. */
TC_NODISCARD bool tc_audit_sense(tc_audit *audit, tc_error *err);
TC_NODISCARD bool tc_audit_blobs(tc_audit *audit, tc_error *err);
