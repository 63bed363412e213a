/*
 * The audit, in one snapshot: first the heads, as something to compare with; then the ledger, entry by entry, up to the
 * roots that the heads name; only then are the ledger's row digests worth anything, and every row is compared with the
 * last one recorded for it. What is left are agreements that no digest covers: numbers without gaps, states and their
 * events, the schema itself, the blobs.
 */
#include "storage/audit.h"

#include "storage/audit_private.h"

#include <stdarg.h>
#include <stdio.h>

void tc_audit_find(tc_audit *audit, tc_audit_severity severity, const char *code, const char *subject,
                   const char *format, ...)
{
  char message[400];
  va_list arguments;
  va_start(arguments, format);
  /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): va_start is right above */
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  if (severity == TC_AUDIT_NOTE)
    audit->summary.notes++;
  else
    audit->summary.faults++;
  tc_audit_finding finding = {severity, code, subject, message};
  if (audit->options->found != NULL)
    audit->options->found(&finding, audit->options->data);
}

static bool run(tc_audit *audit, tc_error *err)
{
  return tc_db_take_time(audit->tx, err) && tc_audit_heads(audit, err) && tc_audit_entries(audit, err) &&
         tc_audit_rows(audit, err) && tc_audit_sense(audit, err) &&
         (audit->options->blobs == NULL || tc_audit_blobs(audit, err));
}

TC_NODISCARD bool tc_audit_run(const tc_audit_options *options, tc_audit_summary *out, tc_error *err)
{
  tc_audit audit = {.options = options};
  tc_auto(tc_db_tx) tx = NULL;
  if (!tc_db_begin(options->db, TC_DB_SNAPSHOT, &tx, err))
    return false;
  audit.tx = tx;
  bool ok = run(&audit, err);
  free(audit.heads);
  if (!ok)
    return false;
  *out = audit.summary;
  return true;
}
