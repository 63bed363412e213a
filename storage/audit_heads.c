/*
 * Heads come from the table, from the file beside the database, and from elsewhere. The file has what the table has, in
 * the same words; the table may be ahead by what a crash kept from the file.
 */
#include "base/file.h"
#include "storage/audit_private.h"
#include "storage/ledger_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { FILE_LIMIT = 1 << 30 };

static bool expect_head(tc_audit *audit, uint64_t size, const tc_digest *root, const char *from, tc_error *err)
{
  if (audit->head_count == audit->head_capacity) {
    size_t capacity = audit->head_capacity > 0 ? 2 * audit->head_capacity : 64;
    tc_audit_known_head *heads = reallocarray(audit->heads, capacity, sizeof *heads);
    if (heads == NULL)
      return tc_fail(err, TC_NO_MEMORY, "no memory for the ledger's heads");
    audit->heads = heads;
    audit->head_capacity = capacity;
  }
  audit->heads[audit->head_count++] = (tc_audit_known_head){{size, *root}, from};
  return true;
}

static bool check_signature(tc_audit *audit, const tc_ledger_head *head, tc_bytes signature, tc_error *err)
{
  const tc_ledger_signer *signer = audit->options->signer;
  tc_auto(tc_buf) message = {0};
  char subject[32];
  bool valid = false;
  snprintf(subject, sizeof subject, "head %" PRIu64, head->size);
  if (signer == NULL || signer->verify == NULL)
    return true;
  if (!tc_ledger_head_message(head, &message, err) ||
      !signer->verify(signer->data, head->key_id, tc_buf_bytes(&message), signature, &valid, err))
    return false;
  if (!valid)
    tc_audit_find(audit, TC_AUDIT_FAULT, "head_signature", subject, "its signature is not valid");
  return true;
}

/* A head of the file that the table has in the same words is met; another is a fault, and its root still counts. */
static bool compare_line(tc_audit *audit, tc_bytes line, const tc_db_rows *rows, size_t *at, tc_error *err)
{
  tc_auto(tc_buf) signature = {0}, ours = {0}, stored = {0};
  tc_ledger_head head, row;
  tc_error broken = {0};
  char subject[48];
  if (!tc_ledger_head_parse(line, &head, &signature, &broken)) {
    tc_audit_find(audit, TC_AUDIT_FAULT, "heads_file", "heads' file", "a line cannot be read: %s", broken.message);
    return true;
  }
  snprintf(subject, sizeof subject, "head %" PRIu64, head.size);
  while (*at < tc_db_rows_count(rows) && (uint64_t)tc_db_get_integer(rows, *at, 0) < head.size) {
    tc_audit_find(audit, TC_AUDIT_FAULT, "head_unknown", subject, "the table has a head before it that the file lacks");
    ++*at;
  }
  if (*at == tc_db_rows_count(rows) || (uint64_t)tc_db_get_integer(rows, *at, 0) != head.size) {
    tc_audit_find(audit, TC_AUDIT_FAULT, "head_missing", subject, "the file has it, the table does not");
    return expect_head(audit, head.size, &head.root, "the heads' file", err) &&
           check_signature(audit, &head, tc_buf_bytes(&signature), err);
  }
  if (!tc_ledger_head_row(rows, *at, &row, &stored, err) ||
      !tc_ledger_head_line(&row, tc_buf_bytes(&stored), &ours, err))
    return false;
  if (ours.size != line.size || memcmp(ours.data, line.data, line.size) != 0)
    tc_audit_find(audit, TC_AUDIT_FAULT, "head_changed", subject, "the table and the file differ");
  ++*at;
  return expect_head(audit, head.size, &head.root, "the heads' file", err);
}

static bool compare_file(tc_audit *audit, const tc_db_rows *rows, tc_error *err)
{
  tc_auto(tc_buf) text = {0};
  tc_error missing = {0};
  size_t at = 0;
  if (audit->options->heads_file == NULL)
    return true;
  if (!tc_file_read(audit->options->heads_file, FILE_LIMIT, &text, &missing)) {
    if (tc_db_rows_count(rows) > 0 || missing.code != TC_NOT_FOUND)
      tc_audit_find(audit, TC_AUDIT_FAULT, "heads_file", "heads' file", "%s", missing.message);
    return true;
  }
  tc_bytes rest = tc_buf_bytes(&text), line;
  while (tc_bytes_next_line(&rest, &line))
    if (!compare_line(audit, line, rows, &at, err))
      return false;
  for (; at < tc_db_rows_count(rows); at++)
    tc_audit_find(audit, TC_AUDIT_NOTE, "head_not_kept", "heads' file",
                  "the head of %s entries is not in it yet: sequence again", tc_db_get_text(rows, at, 0));
  return true;
}

/* Heads that an auditor brings: whatever table and file say by now, the tree must still contain them. */
static bool expect_kept(tc_audit *audit, tc_error *err)
{
  const char *path = audit->options->kept_heads_file;
  tc_auto(tc_buf) text = {0};
  if (path == NULL)
    return true;
  if (!tc_file_read(path, FILE_LIMIT, &text, err))
    return false;
  tc_bytes rest = tc_buf_bytes(&text), line;
  for (size_t number = 1; tc_bytes_next_line(&rest, &line); number++) {
    tc_auto(tc_buf) signature = {0};
    tc_ledger_head head;
    if (!tc_ledger_head_parse(line, &head, &signature, err))
      return tc_error_prefix(err, "%s: line %zu is no head of a ledger", path, number);
    if (!check_signature(audit, &head, tc_buf_bytes(&signature), err) ||
        !expect_head(audit, head.size, &head.root, "the heads kept elsewhere", err))
      return false;
  }
  return audit->head_count > 0 || tc_fail(err, TC_FORMAT, "%s: there is no head in it", path);
}

static int by_size(const void *a, const void *b)
{
  uint64_t x = ((const tc_audit_known_head *)a)->head.size, y = ((const tc_audit_known_head *)b)->head.size;
  return x < y ? -1 : x > y;
}

TC_NODISCARD bool tc_audit_heads(tc_audit *audit, tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  if (!tc_db_query(audit->tx, "SELECT tree_size, root, at, key_id, signature FROM ledger_head ORDER BY tree_size", NULL,
                   0, &rows, err))
    return false;
  audit->summary.heads = (int64_t)tc_db_rows_count(rows);
  for (size_t i = 0; i < tc_db_rows_count(rows); i++) {
    tc_auto(tc_buf) signature = {0};
    tc_ledger_head head;
    if (!tc_ledger_head_row(rows, i, &head, &signature, err) ||
        !expect_head(audit, head.size, &head.root, "the table", err) ||
        !check_signature(audit, &head, tc_buf_bytes(&signature), err))
      return false;
  }
  for (size_t i = 0; i < audit->options->outside_count; i++)
    if (!expect_head(audit, audit->options->outside[i].size, &audit->options->outside[i].root, "elsewhere", err))
      return false;
  if (!expect_kept(audit, err) || !compare_file(audit, rows, err))
    return false;
  if (audit->head_count > 0)
    qsort(audit->heads, audit->head_count, sizeof *audit->heads, by_size);
  return true;
}
