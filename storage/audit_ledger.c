/*
 * The ledger recomputed. Entries stream in the order of their places with their rows; each entry's canonical JSON is
 * written anew and hashed. The leaf must be the one stored, places must follow one another, and wherever the tree
 * reaches the size of a head, the roots must be the same. An entry whose salt was disposed of counts by its leaf.
 */
#include "storage/audit_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef struct walk {
  tc_audit *audit;
  tc_merkle tree;
  size_t next_head;
  bool open; /* an entry is being collected */
  int64_t id;
  bool placed, sealed, disposed;
  int64_t leaf_index;
  int64_t next_ordinal;
  char ticket[24], at[40];
  tc_digest leaf;
  tc_buf salt, rows;
} walk;

static const char sql_entries[] =
    "SELECT e.id, e.ticket, e.at, e.salt, e.leaf, e.leaf_index, r.operation, to_json(r.table_name),"
    "       to_json(r.row_key), encode(r.digest, 'hex'), r.ordinal"
    " FROM ledger_entry e LEFT JOIN ledger_row r ON r.entry_id = e.id"
    " ORDER BY e.leaf_index NULLS LAST, e.ticket NULLS LAST, e.id, r.ordinal";

static bool meet_heads(walk *w, tc_error *err)
{
  tc_audit *audit = w->audit;
  while (w->next_head < audit->head_count && audit->heads[w->next_head].head.size <= w->tree.size) {
    const tc_audit_known_head *known = &audit->heads[w->next_head++];
    tc_digest root;
    char subject[48];
    if (known->head.size < w->tree.size) /* a head of nothing */
      continue;
    if (!tc_merkle_root(&w->tree, &root, err))
      return false;
    snprintf(subject, sizeof subject, "head %" PRIu64, known->head.size);
    if (memcmp(&root, &known->head.root, sizeof root) != 0)
      tc_audit_find(audit, TC_AUDIT_FAULT, "head_mismatch", subject,
                    "the ledger is not the one that this head was made of (head from %s)", known->from);
  }
  return true;
}

/* SHA-256(0x00 ‖ salt ‖ canonical JSON), as ledger_seal() makes it. */
static bool recompute(const walk *w, tc_digest *out, tc_error *err)
{
  tc_auto(tc_buf) text = {0};
  return tc_buf_append(&text, w->salt.data, w->salt.size, err) &&
         tc_buf_printf(&text, err, "{\"at\":\"%s\",\"id\":%" PRId64 ",\"rows\":[%s],\"ticket\":%s,\"v\":1}", w->at,
                       w->id, tc_buf_text(&w->rows), w->ticket) &&
         tc_merkle_leaf(tc_buf_bytes(&text), out, err);
}

static bool check_leaf(walk *w, const char *subject, tc_error *err)
{
  tc_digest leaf;
  if (w->disposed)
    return true;
  if (!recompute(w, &leaf, err))
    return false;
  if (memcmp(&leaf, &w->leaf, sizeof leaf) != 0)
    tc_audit_find(w->audit, TC_AUDIT_FAULT, "leaf_changed", subject, "its content is not what its leaf was made of");
  return true;
}

static bool end_entry(walk *w, tc_error *err)
{
  char subject[48];
  if (!w->open)
    return true;
  w->open = false;
  w->audit->summary.entries++;
  snprintf(subject, sizeof subject, "entry %" PRId64, w->id);
  if (!w->sealed) {
    tc_audit_find(w->audit, TC_AUDIT_FAULT, "entry_unsealed", subject, "it was committed without its leaf");
    return true;
  }
  if (!check_leaf(w, subject, err))
    return false;
  if (!w->placed) {
    tc_audit_find(w->audit, TC_AUDIT_NOTE, "entry_unplaced", subject, "it is not in the tree yet");
    return true;
  }
  if (w->leaf_index != (int64_t)w->tree.size)
    tc_audit_find(w->audit, TC_AUDIT_FAULT, "entry_missing", subject,
                  "its place is %" PRId64 ", where %" PRIu64 " should follow", w->leaf_index, w->tree.size);
  return tc_merkle_add(&w->tree, &w->leaf, NULL, NULL, err) && meet_heads(w, err);
}

static bool begin_entry(walk *w, const tc_db_rows *row, tc_error *err)
{
  w->open = true;
  w->id = tc_db_get_integer(row, 0, 0);
  w->sealed = !tc_db_is_null(row, 0, 1) && !tc_db_is_null(row, 0, 4);
  w->disposed = tc_db_is_null(row, 0, 3);
  w->placed = !tc_db_is_null(row, 0, 5);
  w->leaf_index = tc_db_get_integer(row, 0, 5);
  w->next_ordinal = 1;
  snprintf(w->ticket, sizeof w->ticket, "%s", tc_db_get_text(row, 0, 1));
  snprintf(w->at, sizeof w->at, "%s", tc_db_get_text(row, 0, 2));
  tc_buf_finish(&w->salt);
  tc_buf_finish(&w->rows);
  return (w->disposed || tc_db_get_blob(row, 0, 3, &w->salt, err)) &&
         (!w->sealed || tc_db_get_digest(row, 0, 4, &w->leaf, err));
}

static bool take_row(const tc_db_rows *row, void *data, tc_error *err)
{
  walk *w = data;
  if (w->open && tc_db_get_integer(row, 0, 0) != w->id && !end_entry(w, err))
    return false;
  if (!w->open && !begin_entry(w, row, err))
    return false;
  if (tc_db_is_null(row, 0, 6))
    return true;
  if (tc_db_get_integer(row, 0, 10) != w->next_ordinal++) {
    char subject[48];
    snprintf(subject, sizeof subject, "entry %" PRId64, w->id);
    tc_audit_find(w->audit, TC_AUDIT_FAULT, "leaf_changed", subject, "its rows do not follow one another");
  }
  return tc_buf_printf(&w->rows, err, "%s[\"%s\",%s,%s,\"%s\"]", w->rows.size > 0 ? "," : "", tc_db_get_text(row, 0, 6),
                       tc_db_get_text(row, 0, 7), tc_db_get_text(row, 0, 8), tc_db_get_text(row, 0, 9));
}

/* ---- Nodes: kept for proofs, each must be the hash of the two below it, and none may be missing ---- */

static const char sql_nodes[] =
    "SELECT n.level, n.node_index, n.hash, coalesce(l.hash, le.leaf), coalesce(r.hash, re.leaf)"
    " FROM ledger_node n"
    " LEFT JOIN ledger_node l ON n.level > 1 AND l.level = n.level - 1 AND l.node_index = 2 * n.node_index"
    " LEFT JOIN ledger_node r ON n.level > 1 AND r.level = n.level - 1 AND r.node_index = 2 * n.node_index + 1"
    " LEFT JOIN ledger_entry le ON n.level = 1 AND le.leaf_index = 2 * n.node_index"
    " LEFT JOIN ledger_entry re ON n.level = 1 AND re.leaf_index = 2 * n.node_index + 1";

typedef struct node_count {
  tc_audit *audit;
  uint64_t count;
} node_count;

static bool take_node(const tc_db_rows *row, void *data, tc_error *err)
{
  node_count *nodes = data;
  tc_digest node, left, right, made;
  char subject[64];
  nodes->count++;
  snprintf(subject, sizeof subject, "node %s/%s", tc_db_get_text(row, 0, 0), tc_db_get_text(row, 0, 1));
  bool whole = !tc_db_is_null(row, 0, 3) && !tc_db_is_null(row, 0, 4);
  if (whole && (!tc_db_get_digest(row, 0, 2, &node, err) || !tc_db_get_digest(row, 0, 3, &left, err) ||
                !tc_db_get_digest(row, 0, 4, &right, err) || !tc_merkle_node(&left, &right, &made, err)))
    return false;
  if (!whole || memcmp(&made, &node, sizeof node) != 0)
    tc_audit_find(nodes->audit, TC_AUDIT_FAULT, "node_changed", subject, "it is not the hash of what is below it");
  return true;
}

static bool check_nodes(tc_audit *audit, uint64_t size, tc_error *err)
{
  node_count nodes = {.audit = audit};
  uint64_t expected = 0;
  tc_db_stream_options stream = {.sql = sql_nodes, .visit = take_node, .data = &nodes};
  if (!tc_db_stream(audit->tx, &stream, err))
    return false;
  for (uint64_t left = size >> 1; left > 0; left >>= 1)
    expected += left;
  if (nodes.count != expected)
    tc_audit_find(audit, TC_AUDIT_FAULT, "node_missing", "nodes", "%" PRIu64 " are kept where %" PRIu64 " belong",
                  nodes.count, expected);
  return true;
}

TC_NODISCARD bool tc_audit_entries(tc_audit *audit, tc_error *err)
{
  walk w = {.audit = audit};
  tc_db_stream_options stream = {.sql = sql_entries, .visit = take_row, .data = &w};
  bool ok = tc_db_stream(audit->tx, &stream, err) && end_entry(&w, err);
  tc_buf_finish(&w.salt);
  tc_buf_finish(&w.rows);
  if (!ok)
    return false;
  for (; w.next_head < audit->head_count; w.next_head++) {
    char subject[48];
    snprintf(subject, sizeof subject, "head %" PRIu64, audit->heads[w.next_head].head.size);
    tc_audit_find(audit, TC_AUDIT_FAULT, "entries_removed", subject,
                  "the ledger has only %" PRIu64 " entries (head from %s)", w.tree.size,
                  audit->heads[w.next_head].from);
  }
  return check_nodes(audit, w.tree.size, err);
}
