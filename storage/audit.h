/*
 * The audit: does everything that is kept agree with everything else, and with the heads kept outside the database?
 * Reads one snapshot, streams, changes nothing. It recomputes all digests and leaves itself and trusts no function of
 * the database. It finds: a changed column of any table, rows that vanished or came in past the ledger, a changed,
 * removed or added ledger entry, a removed last entry, a ledger that was recomputed (from a head kept outside), a
 * changed or missing blob, a gap or a repeat in the register, tables without their triggers, changed functions.
 */
#pragma once

#include "storage/blob.h"
#include "storage/ledger.h"

typedef enum tc_audit_severity {
  TC_AUDIT_NOTE, /* harmless: a blob that no row names, entries not yet in the tree */
  TC_AUDIT_FAULT /* the warehouse is not what the ledger says */
} tc_audit_severity;

typedef struct tc_audit_finding {
  tc_audit_severity severity;
  const char *code;    /* stable: row_changed, row_vanished, row_unknown, leaf_changed, head_mismatch … */
  const char *subject; /* table and key, blob, head; borrowed for the call */
  const char *message;
} tc_audit_finding;

typedef struct tc_audit_options {
  tc_db *db;
  tc_blob_store *blobs;           /* NULL: blobs are not looked at */
  const tc_ledger_signer *signer; /* its verify; NULL: signatures of heads are not checked */
  const char *heads_file;         /* NULL: none */
  const char *kept_heads_file;    /* an earlier copy of it, kept where nobody here can write; NULL: none */
  const tc_merkle_head *outside;  /* further heads kept elsewhere; NULL: none */
  size_t outside_count;
  bool skip_content; /* blobs: look whether they are there, do not read them */
  void (*found)(const tc_audit_finding *finding, void *data);
  void *data;
} tc_audit_options;

typedef struct tc_audit_summary {
  int64_t tables, rows, entries, heads, blobs;
  int64_t notes, faults;
} tc_audit_summary;

/* True when the audit ran to its end; whether all is well is summary.faults == 0. */
TC_NODISCARD bool tc_audit_run(const tc_audit_options *options, tc_audit_summary *out, tc_error *err);
