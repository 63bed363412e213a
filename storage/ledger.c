/*
 * The sequencer. Three steps, of which a crash may cut any: entries get their places (one transaction a batch, under an
 * advisory lock); the head is signed with nothing locked, and its row written; the heads' file is brought up to what
 * the table has. Each step begins by looking at what is there, so running it again finishes it.
 */
#include "storage/ledger.h"

#include "base/file.h"
#include "storage/ledger_private.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

enum { BATCH = 5000 };

static const char sql_lock[] = "SELECT pg_advisory_xact_lock(hashtextextended('truecopy.ledger', 0))";

TC_NODISCARD bool tc_ledger_fetch(int level, uint64_t index, tc_digest *out, void *tx, tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  tc_db_param leaf[] = {tc_db_integer((int64_t)index)};
  tc_db_param node[] = {tc_db_integer(level), tc_db_integer((int64_t)index)};
  bool ok = level == 0 ? tc_db_query(tx, "SELECT leaf FROM ledger_entry WHERE leaf_index = $1", leaf, 1, &rows, err)
                       : tc_db_query(tx, "SELECT hash FROM ledger_node WHERE level = $1 AND node_index = $2", node, 2,
                                     &rows, err);
  if (!ok)
    return false;
  if (tc_db_rows_count(rows) != 1)
    return tc_fail(err, TC_DATABASE, "the ledger lacks the node %d/%" PRIu64 ": run truecopy audit", level, index);
  return tc_db_get_digest(rows, 0, 0, out, err);
}

TC_NODISCARD bool tc_ledger_load_edge(tc_db_tx *tx, uint64_t size, tc_merkle *out, tc_error *err)
{
  tc_merkle tree = {.size = size};
  uint64_t start = 0;
  for (int level = 62; level >= 0; level--) {
    if ((size >> level & 1) == 0)
      continue;
    if (!tc_ledger_fetch(level, start >> level, &tree.edge[tree.edge_count], tx, err))
      return false;
    tree.edge_count++;
    start += UINT64_C(1) << level;
  }
  *out = tree;
  return true;
}

/* ---- Places ---- */

/* Arrays as PostgreSQL writes them: {1,2,3}. */
typedef struct batch {
  tc_buf ids, levels, indexes, hashes;
} batch;

static void batch_finish(batch *b)
{
  tc_buf_finish(&b->ids);
  tc_buf_finish(&b->levels);
  tc_buf_finish(&b->indexes);
  tc_buf_finish(&b->hashes);
}
TC_AUTO_VALUE(batch, batch_finish);

static const char *separator(const tc_buf *list) { return list->size == 0 ? "{" : ","; }

static bool keep_node(int level, uint64_t index, const tc_digest *node, void *data, tc_error *err)
{
  batch *b = data;
  char hex[TC_SHA256_HEX_SIZE];
  if (level == 0)
    return true;
  tc_digest_hex(node, hex);
  return tc_buf_printf(&b->levels, err, "%s%d", separator(&b->levels), level) &&
         tc_buf_printf(&b->indexes, err, "%s%" PRIu64, separator(&b->indexes), index) &&
         tc_buf_printf(&b->hashes, err, "%s%s", separator(&b->hashes), hex);
}

static bool write_batch(tc_db_tx *tx, batch *b, uint64_t first, tc_error *err)
{
  if (!tc_buf_append_text(&b->ids, "}", err))
    return false;
  tc_db_param places[] = {tc_db_text(tc_buf_text(&b->ids)), tc_db_integer((int64_t)first)};
  if (!tc_db_run(tx,
                 "UPDATE ledger_entry e SET leaf_index = $2 + u.n - 1"
                 " FROM unnest($1::bigint[]) WITH ORDINALITY AS u(id, n) WHERE e.id = u.id",
                 places, 2, NULL, err))
    return false;
  if (b->levels.size == 0)
    return true;
  if (!tc_buf_append_text(&b->levels, "}", err) || !tc_buf_append_text(&b->indexes, "}", err) ||
      !tc_buf_append_text(&b->hashes, "}", err))
    return false;
  tc_db_param nodes[] = {tc_db_text(tc_buf_text(&b->levels)), tc_db_text(tc_buf_text(&b->indexes)),
                         tc_db_text(tc_buf_text(&b->hashes))};
  return tc_db_run(tx,
                   "INSERT INTO ledger_node (level, node_index, hash)"
                   " SELECT l, i, decode(h, 'hex') FROM unnest($1::integer[], $2::bigint[], $3::text[]) AS u(l, i, h)",
                   nodes, 3, NULL, err);
}

typedef struct placing {
  uint64_t size; /* of the tree, afterwards */
  bool more;
} placing;

static bool read_size(tc_db_tx *tx, uint64_t *out, tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  if (!tc_db_query(tx, "SELECT coalesce(max(leaf_index) + 1, 0) FROM ledger_entry", NULL, 0, &rows, err))
    return false;
  *out = (uint64_t)tc_db_get_integer(rows, 0, 0);
  return true;
}

/* Any order would do for the tree; the ticket's keeps it close to what happened. */
static bool place_batch(tc_db_tx *tx, void *data, tc_error *err)
{
  placing *result = data;
  tc_auto(batch) b = {0};
  tc_auto(tc_db_rows) locked = NULL, rows = NULL;
  tc_merkle tree;
  uint64_t first = 0;
  tc_db_param limit[] = {tc_db_integer(BATCH)};
  if (!tc_db_query(tx, sql_lock, NULL, 0, &locked, err) || !read_size(tx, &first, err) ||
      !tc_db_query(tx,
                   "SELECT id, leaf FROM ledger_entry WHERE leaf_index IS NULL AND ticket IS NOT NULL"
                   " ORDER BY ticket LIMIT $1",
                   limit, 1, &rows, err) ||
      !tc_ledger_load_edge(tx, first, &tree, err))
    return false;
  size_t count = tc_db_rows_count(rows);
  for (size_t i = 0; i < count; i++) {
    tc_digest leaf;
    if (!tc_db_get_digest(rows, i, 1, &leaf, err) || !tc_merkle_add(&tree, &leaf, keep_node, &b, err) ||
        !tc_buf_printf(&b.ids, err, "%s%s", separator(&b.ids), tc_db_get_text(rows, i, 0)))
      return false;
  }
  *result = (placing){tree.size, count == BATCH};
  return count == 0 || write_batch(tx, &b, first, err);
}

/* ---- Heads ---- */

static tc_json *head_json(const tc_ledger_head *head)
{
  char root[TC_SHA256_HEX_SIZE];
  tc_digest_hex(&head->root, root);
  tc_json *object = tc_json_object();
  bool ok = tc_json_set_text(object, "at", head->at) && tc_json_set_text(object, "key", head->key_id) &&
            tc_json_set_text(object, "root", root) && tc_json_set_integer(object, "size", (int64_t)head->size) &&
            tc_json_set_integer(object, "v", 1);
  if (!ok) {
    tc_json_release(object);
    return NULL;
  }
  return object;
}

TC_NODISCARD bool tc_ledger_head_message(const tc_ledger_head *head, tc_buf *out, tc_error *err)
{
  tc_auto(tc_json) object = head_json(head);
  return object != NULL ? tc_json_write_canonical(object, out, err)
                        : tc_fail(err, TC_NO_MEMORY, "no memory for a head");
}

TC_NODISCARD bool tc_ledger_head_line(const tc_ledger_head *head, tc_bytes signature, tc_buf *out, tc_error *err)
{
  tc_auto(tc_json) object = head_json(head);
  tc_auto(tc_buf) hex = {0};
  if (!tc_buf_reserve(&hex, 2 * signature.size + 1, err))
    return false;
  tc_hex(signature, (char *)hex.data);
  if (object == NULL || !tc_json_set_text(object, "signature", (const char *)hex.data))
    return tc_fail(err, TC_NO_MEMORY, "no memory for a head");
  return tc_json_write_canonical(object, out, err);
}

TC_NODISCARD bool tc_ledger_head_row(const tc_db_rows *rows, size_t row, tc_ledger_head *head, tc_buf *signature,
                                     tc_error *err)
{
  tc_ledger_head found = {.size = (uint64_t)tc_db_get_integer(rows, row, 0)};
  snprintf(found.at, sizeof found.at, "%s", tc_db_get_text(rows, row, 2));
  snprintf(found.key_id, sizeof found.key_id, "%s", tc_db_get_text(rows, row, 3));
  if (!tc_db_get_digest(rows, row, 1, &found.root, err) ||
      (signature != NULL && !tc_db_get_blob(rows, row, 4, signature, err)))
    return false;
  *head = found;
  return true;
}

TC_NODISCARD bool tc_ledger_read_head(tc_db_tx *tx, tc_ledger_head *out, bool *found, tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  if (!tc_db_query(tx, "SELECT tree_size, root, at, key_id, signature FROM ledger_head ORDER BY tree_size DESC LIMIT 1",
                   NULL, 0, &rows, err))
    return false;
  *found = tc_db_rows_count(rows) > 0;
  return !*found || tc_ledger_head_row(rows, 0, out, NULL, err);
}

static void write_time(char out[32])
{
  struct timespec now;
  struct tm utc;
  char seconds[24];
  clock_gettime(CLOCK_REALTIME, &now);
  gmtime_r(&now.tv_sec, &utc);
  strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", &utc);
  snprintf(out, 32, "%s.%06ldZ", seconds, now.tv_nsec / 1000);
}

/* The head over `size` leaves, or the newest one where that is newer. Read and committed before anything is signed. */
static bool make_head(tc_db *db, uint64_t size, tc_ledger_head *out, bool *found, tc_error *err)
{
  tc_auto(tc_db_tx) tx = NULL;
  tc_merkle tree;
  tc_ledger_head head = {.size = size};
  if (!tc_db_begin(db, TC_DB_SNAPSHOT, &tx, err) || !tc_ledger_read_head(tx, out, found, err))
    return false;
  if (*found && out->size >= size)
    return true;
  if (!tc_ledger_load_edge(tx, size, &tree, err) || !tc_merkle_root(&tree, &head.root, err))
    return false;
  *found = false;
  *out = head;
  return true;
}

/* Heads are written in the order of their sizes, which the file beside the database relies on: the lock makes it so. */
static bool keep_head(tc_db *db, const tc_ledger_head *head, tc_bytes signature, tc_error *err)
{
  tc_auto(tc_db_tx) tx = NULL;
  tc_auto(tc_db_rows) locked = NULL;
  static const uint8_t none = 0;
  tc_db_param params[] = {tc_db_integer((int64_t)head->size), tc_db_digest(&head->root), tc_db_text(head->at),
                          tc_db_text(head->key_id),
                          tc_db_blob((tc_bytes){signature.data != NULL ? signature.data : &none, signature.size})};
  return tc_db_begin(db, TC_DB_READ_COMMITTED, &tx, err) && tc_db_query(tx, sql_lock, NULL, 0, &locked, err) &&
         tc_db_run(tx,
                   "INSERT INTO ledger_head (tree_size, root, at, key_id, signature) SELECT $1, $2, $3, $4, $5"
                   " WHERE NOT EXISTS (SELECT FROM ledger_head WHERE tree_size >= $1)",
                   params, 5, NULL, err) &&
         tc_db_commit(&tx, err);
}

static bool sign_head(const tc_ledger_sequence_options *options, uint64_t size, tc_ledger_head *out, tc_error *err)
{
  tc_auto(tc_buf) message = {0}, signature = {0};
  tc_ledger_head head;
  bool found = false;
  if (!make_head(options->db, size, &head, &found, err))
    return false;
  if (found) {
    *out = head;
    return true;
  }
  const tc_ledger_signer *signer = options->signer;
  write_time(head.at);
  snprintf(head.key_id, sizeof head.key_id, "%s", signer != NULL ? signer->key_id : "");
  if (!tc_ledger_head_message(&head, &message, err) ||
      (signer != NULL && signer->sign != NULL &&
       !signer->sign(signer->data, tc_buf_bytes(&message), &signature, err)) ||
      !keep_head(options->db, &head, tc_buf_bytes(&signature), err))
    return false;
  *out = head;
  return true;
}

/* ---- The heads' file ---- */

TC_NODISCARD bool tc_ledger_head_parse(tc_bytes line, tc_ledger_head *head, tc_buf *signature, tc_error *err)
{
  tc_auto(tc_json) object = NULL;
  if (!tc_json_parse(line, &object, err))
    return false;
  tc_ledger_head found = {.size = (uint64_t)tc_json_get_integer(object, "size", 0)};
  const char *hex = tc_json_get_text(object, "signature", "");
  snprintf(found.at, sizeof found.at, "%s", tc_json_get_text(object, "at", ""));
  snprintf(found.key_id, sizeof found.key_id, "%s", tc_json_get_text(object, "key", ""));
  if (!tc_digest_from_hex(tc_json_get_text(object, "root", ""), &found.root, err))
    return false;
  for (size_t i = 0; signature != NULL && hex[i] != '\0' && hex[i + 1] != '\0'; i += 2) {
    char pair[3] = {hex[i], hex[i + 1], '\0'};
    uint8_t byte = (uint8_t)strtoul(pair, NULL, 16);
    if (!tc_buf_append(signature, &byte, 1, err))
      return false;
  }
  *head = found;
  return true;
}

/* Cuts off a line that a crash left unfinished, and finds the size of the last head. */
static bool find_last(int fd, uint64_t *size, tc_error *err)
{
  struct stat status;
  char tail[8192];
  if (fstat(fd, &status) != 0)
    return tc_fail_errno(err, TC_IO, errno, "the heads' file cannot be examined");
  off_t start = status.st_size > (off_t)sizeof tail ? status.st_size - (off_t)sizeof tail : 0;
  size_t count = (size_t)(status.st_size - start);
  if (!tc_fd_read_at(fd, tail, count, start, err))
    return false;
  while (count > 0 && tail[count - 1] != '\n')
    count--;
  if (ftruncate(fd, start + (off_t)count) != 0 || lseek(fd, 0, SEEK_END) < 0)
    return tc_fail_errno(err, TC_IO, errno, "the heads' file cannot be mended");
  *size = 0;
  if (count == 0)
    return start == 0 || tc_fail(err, TC_FORMAT, "the heads' file has no lines");
  size_t from = count - 1;
  while (from > 0 && tail[from - 1] != '\n')
    from--;
  tc_ledger_head head;
  if (!tc_ledger_head_parse((tc_bytes){(const uint8_t *)tail + from, count - 1 - from}, &head, NULL, err))
    return tc_error_prefix(err, "the heads' file's last line");
  *size = head.size;
  return true;
}

static bool append_heads(tc_db *db, int fd, tc_error *err)
{
  tc_auto(tc_db_tx) tx = NULL;
  tc_auto(tc_db_rows) rows = NULL;
  tc_auto(tc_buf) lines = {0};
  uint64_t last = 0;
  if (!find_last(fd, &last, err) || !tc_db_begin(db, TC_DB_SNAPSHOT, &tx, err))
    return false;
  tc_db_param params[] = {tc_db_integer((int64_t)last)};
  if (!tc_db_query(tx,
                   "SELECT tree_size, root, at, key_id, signature FROM ledger_head WHERE tree_size > $1"
                   " ORDER BY tree_size",
                   params, 1, &rows, err))
    return false;
  for (size_t i = 0; i < tc_db_rows_count(rows); i++) {
    tc_auto(tc_buf) signature = {0};
    tc_ledger_head head;
    if (!tc_ledger_head_row(rows, i, &head, &signature, err) ||
        !tc_ledger_head_line(&head, tc_buf_bytes(&signature), &lines, err) || !tc_buf_append_text(&lines, "\n", err))
      return false;
  }
  if (!tc_fd_write_all(fd, lines.data, lines.size, err))
    return false;
  return fsync(fd) == 0 || tc_fail_errno(err, TC_IO, errno, "the heads' file cannot be synced");
}

static bool keep_outside(const tc_ledger_sequence_options *options, tc_error *err)
{
  if (options->heads_file == NULL)
    return true;
  tc_auto(tc_str) folder = NULL;
  const char *slash = strrchr(options->heads_file, '/');
  if (!tc_str_printf(&folder, err, "%.*s", slash != NULL ? (int)(slash - options->heads_file) : 1,
                     slash != NULL ? options->heads_file : ".") ||
      !tc_dir_make(folder, 0700, err))
    return false;
  bool fresh = access(options->heads_file, F_OK) != 0;
  tc_auto(tc_fd) fd = open(options->heads_file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0 || flock(fd, LOCK_EX) != 0)
    return tc_fail_errno(err, TC_IO, errno, "%s cannot be opened", options->heads_file);
  return append_heads(options->db, fd, err) && (!fresh || tc_dir_sync(folder, err));
}

TC_NODISCARD bool tc_ledger_sequence(const tc_ledger_sequence_options *options, tc_ledger_head *out, tc_error *err)
{
  placing placed = {.more = true};
  tc_ledger_head head = {0};
  while (placed.more)
    if (!tc_db_transact(options->db, TC_DB_READ_COMMITTED, place_batch, &placed, err))
      return false;
  if ((placed.size > 0 && !sign_head(options, placed.size, &head, err)) || !keep_outside(options, err))
    return false;
  if (out != NULL)
    *out = head;
  return true;
}
