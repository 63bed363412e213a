/*
 * Proofs for outsiders: a row's present content, the entry that recorded it, and the way from its leaf to a signed
 * head. They are checked without a database, by tc_ledger_check_row_proof or by anybody who reads ledger.h.
 */
#include "storage/ledger.h"

#include "storage/ledger_private.h"

#include <stdio.h>
#include <string.h>

static const char sql_latest[] =
    "SELECT e.leaf_index, encode(e.salt, 'hex'), "
    "format('{\"at\":\"%s\",\"id\":%s,\"rows\":[%s],\"ticket\":%s,\"v\":1}',"
    "       e.at, e.id, (SELECT string_agg(format('[\"%s\",%s,%s,\"%s\"]', r.operation, to_json(r.table_name),"
    "       to_json(r.row_key), encode(r.digest, 'hex')), ',' ORDER BY r.ordinal) FROM ledger_row r WHERE"
    "       r.entry_id = e.id), e.ticket), ledger_row_image($1, $2)"
    " FROM ledger_entry e JOIN ledger_row l ON l.entry_id = e.id"
    " WHERE l.table_name = $1 AND l.row_key = $2 ORDER BY e.ticket DESC, l.ordinal DESC LIMIT 1";

static tc_json *path_json(const tc_merkle_proof *proof)
{
  tc_json *path = tc_json_array();
  for (int i = 0; i < proof->count; i++) {
    char hex[TC_SHA256_HEX_SIZE];
    tc_digest_hex(&proof->nodes[i], hex);
    if (!tc_json_append(path, tc_json_text(hex))) {
      tc_json_release(path);
      return NULL;
    }
  }
  return path;
}

static bool write_proof(const tc_db_rows *rows, const tc_ledger_head *head, const tc_merkle_proof *proof, tc_json **out,
                        tc_error *err)
{
  tc_auto(tc_json) object = tc_json_object();
  tc_json *at = tc_json_object();
  char root[TC_SHA256_HEX_SIZE];
  tc_digest_hex(&head->root, root);
  bool ok = tc_json_set_integer(at, "size", (int64_t)head->size) && tc_json_set_text(at, "root", root) &&
            tc_json_set_text(at, "at", head->at) && tc_json_set_text(at, "key", head->key_id);
  ok = tc_json_set(object, "head", at) && ok && tc_json_set_integer(object, "index", tc_db_get_integer(rows, 0, 0)) &&
       tc_json_set(object, "path", path_json(proof)) && tc_json_set_text(object, "salt", tc_db_get_text(rows, 0, 1)) &&
       tc_json_set_text(object, "entry", tc_db_get_text(rows, 0, 2)) &&
       tc_json_set_text(object, "image", tc_db_get_text(rows, 0, 3));
  if (!ok)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a proof");
  *out = tc_steal(&object);
  return true;
}

TC_NODISCARD bool tc_ledger_prove_row(tc_db_tx *tx, const char *table, const char *key, tc_json **out, tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  tc_ledger_head head;
  tc_merkle_proof proof;
  bool found = false;
  tc_db_param params[] = {tc_db_text(table), tc_db_text(key)};
  if (!tc_db_query(tx, sql_latest, params, 2, &rows, err) || !tc_ledger_read_head(tx, &head, &found, err))
    return false;
  if (tc_db_rows_count(rows) == 0 || tc_db_is_null(rows, 0, 1) || tc_db_is_null(rows, 0, 3))
    return tc_fail(err, TC_NOT_FOUND, "the ledger has no such row: %s %s", table, key);
  if (!found || tc_db_is_null(rows, 0, 0) || (uint64_t)tc_db_get_integer(rows, 0, 0) >= head.size)
    return tc_fail(err, TC_NOT_FOUND, "the row's entry is not under a head yet: sequence the ledger first");
  return tc_merkle_inclusion((uint64_t)tc_db_get_integer(rows, 0, 0), head.size, tc_ledger_fetch, tx, &proof, err) &&
         write_proof(rows, &head, &proof, out, err);
}

TC_NODISCARD bool tc_ledger_prove_consistency(tc_db_tx *tx, uint64_t first, uint64_t second, tc_merkle_proof *out,
                                              tc_error *err)
{
  return tc_merkle_consistency(first, second, tc_ledger_fetch, tx, out, err);
}

/* ---- Checking ---- */

static bool read_salt(const char *hex, uint8_t out[TC_SHA256_SIZE], tc_error *err)
{
  tc_digest salt;
  if (!tc_digest_from_hex(hex, &salt, err))
    return false;
  memcpy(out, salt.bytes, TC_SHA256_SIZE);
  return true;
}

static bool read_path(const tc_json *path, tc_merkle_proof *out, tc_error *err)
{
  if (tc_json_count(path) > TC_MERKLE_PROOF_MAX)
    return tc_fail(err, TC_FORMAT, "the proof's path is too long");
  out->count = (int)tc_json_count(path);
  for (int i = 0; i < out->count; i++)
    if (!tc_digest_from_hex(tc_json_as_text(tc_json_at(path, (size_t)i), ""), &out->nodes[i], err))
      return false;
  return true;
}

/* Does one of the entry's rows have the digest of this image, under the name of its table? */
static bool names_image(const tc_json *entry, const uint8_t *salt, const char *image, bool *holds, tc_error *err)
{
  const tc_json *rows = tc_json_get(entry, "rows");
  for (size_t i = 0; i < tc_json_count(rows); i++) {
    tc_auto(tc_buf) text = {0};
    tc_digest digest;
    char hex[TC_SHA256_HEX_SIZE];
    const tc_json *row = tc_json_at(rows, i);
    if (!tc_buf_append(&text, salt, TC_SHA256_SIZE, err) ||
        !tc_buf_printf(&text, err, "%s\n%s", tc_json_as_text(tc_json_at(row, 1), ""), image) ||
        !tc_digest_of(tc_buf_bytes(&text), &digest, err))
      return false;
    tc_digest_hex(&digest, hex);
    *holds = strcmp(hex, tc_json_as_text(tc_json_at(row, 3), "")) == 0;
    if (*holds)
      break;
  }
  return true;
}

TC_NODISCARD bool tc_ledger_check_row_proof(const tc_json *proof, const tc_merkle_head *head, bool *holds,
                                            tc_error *err)
{
  uint8_t salt[TC_SHA256_SIZE];
  const char *text = tc_json_get_text(proof, "entry", "");
  tc_auto(tc_json) entry = NULL;
  tc_auto(tc_buf) content = {0};
  tc_merkle_proof path;
  tc_digest leaf;
  bool named = false, included = false;
  if (!read_salt(tc_json_get_text(proof, "salt", ""), salt, err) ||
      !tc_json_parse(tc_bytes_of_text(text), &entry, err) || !read_path(tc_json_get(proof, "path"), &path, err) ||
      !names_image(entry, salt, tc_json_get_text(proof, "image", ""), &named, err) ||
      !tc_buf_append(&content, salt, sizeof salt, err) || !tc_buf_append_text(&content, text, err) ||
      !tc_merkle_leaf(tc_buf_bytes(&content), &leaf, err) ||
      !tc_merkle_check_inclusion(&leaf, (uint64_t)tc_json_get_integer(proof, "index", -1), head, &path, &included, err))
    return false;
  *holds = named && included;
  return true;
}
