/*
 * A tree of n leaves is a row of complete subtrees, one for each bit of n, largest first. Appending is binary addition
 * over that row; every node a proof needs is either such a complete subtree, read back through `fetch`, or a node at
 * the right edge, made of them. So range() below, which gives the hash of any span of leaves in O(log n) fetches,
 * carries both kinds of proof, and these follow the recursions of RFC 6962 word by word.
 */
#include "storage/merkle.h"

#include <assert.h>
#include <string.h>

TC_NODISCARD bool tc_merkle_leaf(tc_bytes leaf, tc_digest *out, tc_error *err)
{
  static const uint8_t prefix = 0x00;
  tc_auto(tc_sha256) digest = NULL;
  return tc_sha256_create(&digest, err) && tc_sha256_update(digest, &prefix, 1, err) &&
         tc_sha256_update(digest, leaf.data, leaf.size, err) && tc_sha256_end(digest, out, err);
}

TC_NODISCARD bool tc_merkle_node(const tc_digest *left, const tc_digest *right, tc_digest *out, tc_error *err)
{
  uint8_t block[1 + 2 * TC_SHA256_SIZE] = {0x01};
  memcpy(block + 1, left->bytes, TC_SHA256_SIZE);
  memcpy(block + 1 + TC_SHA256_SIZE, right->bytes, TC_SHA256_SIZE);
  return tc_digest_of((tc_bytes){block, sizeof block}, out, err);
}

TC_NODISCARD bool tc_merkle_add(tc_merkle *tree, const tc_digest *leaf, tc_merkle_visit visit, void *data,
                                tc_error *err)
{
  tc_digest node = *leaf;
  int level = 0;
  int edge_count = tree->edge_count;
  if (visit != NULL && !visit(0, tree->size, &node, data, err))
    return false;
  for (uint64_t carry = tree->size; (carry & 1) != 0; carry >>= 1) {
    if (!tc_merkle_node(&tree->edge[--edge_count], &node, &node, err))
      return false;
    level++;
    if (visit != NULL && !visit(level, tree->size >> level, &node, data, err))
      return false;
  }
  tree->edge[edge_count] = node;
  tree->edge_count = edge_count + 1;
  tree->size++;
  return true;
}

TC_NODISCARD bool tc_merkle_root(const tc_merkle *tree, tc_digest *out, tc_error *err)
{
  if (tree->edge_count == 0)
    return tc_digest_of((tc_bytes){NULL, 0}, out, err);
  tc_digest root = tree->edge[tree->edge_count - 1];
  for (int i = tree->edge_count - 2; i >= 0; i--)
    if (!tc_merkle_node(&tree->edge[i], &root, &root, err))
      return false;
  *out = root;
  return true;
}

/* The largest power of two smaller than n (n > 1): k of section 2.1. */
static int split_level(uint64_t n) { return 63 - __builtin_clzll(n - 1); }

typedef struct source {
  tc_merkle_fetch fetch;
  void *data;
} source;

/* The hash of the leaves [start, start + count), where start is a multiple of the span's own top power of two. */
static bool range(const source *from, uint64_t start, uint64_t count, tc_digest *out, tc_error *err)
{
  if ((count & (count - 1)) == 0) {
    int level = __builtin_ctzll(count);
    return from->fetch(level, start >> level, out, from->data, err);
  }
  uint64_t k = UINT64_C(1) << split_level(count);
  tc_digest left, right;
  return range(from, start, k, &left, err) && range(from, start + k, count - k, &right, err) &&
         tc_merkle_node(&left, &right, out, err);
}

static bool add_range(const source *from, uint64_t start, uint64_t count, tc_merkle_proof *proof, tc_error *err)
{
  assert(proof->count < TC_MERKLE_PROOF_MAX);
  return range(from, start, count, &proof->nodes[proof->count], err) && (proof->count++, true);
}

/* PATH(index, D[start : start + count]) */
static bool path(const source *from, uint64_t index, uint64_t start, uint64_t count, tc_merkle_proof *proof,
                 tc_error *err)
{
  if (count == 1)
    return true;
  uint64_t k = UINT64_C(1) << split_level(count);
  if (index < k)
    return path(from, index, start, k, proof, err) && add_range(from, start + k, count - k, proof, err);
  return path(from, index - k, start + k, count - k, proof, err) && add_range(from, start, k, proof, err);
}

TC_NODISCARD bool tc_merkle_inclusion(uint64_t index, uint64_t size, tc_merkle_fetch fetch, void *data,
                                      tc_merkle_proof *out, tc_error *err)
{
  if (index >= size)
    return tc_fail(err, TC_USAGE, "leaf %llu is outside a tree of %llu", (unsigned long long)index,
                   (unsigned long long)size);
  tc_merkle_proof proof = {.count = 0};
  source from = {fetch, data};
  if (!path(&from, index, 0, size, &proof, err))
    return false;
  *out = proof;
  return true;
}

/* SUBPROOF(m, D[start : start + count], whole) */
static bool subproof(const source *from, uint64_t m, uint64_t start, uint64_t count, bool whole, tc_merkle_proof *proof,
                     tc_error *err)
{
  if (m == count)
    return whole || add_range(from, start, count, proof, err);
  uint64_t k = UINT64_C(1) << split_level(count);
  if (m <= k)
    return subproof(from, m, start, k, whole, proof, err) && add_range(from, start + k, count - k, proof, err);
  return subproof(from, m - k, start + k, count - k, false, proof, err) && add_range(from, start, k, proof, err);
}

TC_NODISCARD bool tc_merkle_consistency(uint64_t first, uint64_t second, tc_merkle_fetch fetch, void *data,
                                        tc_merkle_proof *out, tc_error *err)
{
  if (first == 0 || first > second)
    return tc_fail(err, TC_USAGE, "no consistency proof from %llu to %llu leaves", (unsigned long long)first,
                   (unsigned long long)second);
  tc_merkle_proof proof = {.count = 0};
  source from = {fetch, data};
  if (!subproof(&from, first, 0, second, true, &proof, err))
    return false;
  *out = proof;
  return true;
}

/* RFC 9162, 2.1.3.2 */
TC_NODISCARD bool tc_merkle_check_inclusion(const tc_digest *leaf, uint64_t index, const tc_merkle_head *head,
                                            const tc_merkle_proof *proof, bool *holds, tc_error *err)
{
  if (index >= head->size) {
    *holds = false;
    return true;
  }
  uint64_t fn = index, sn = head->size - 1;
  tc_digest r = *leaf;
  for (int i = 0; i < proof->count; i++) {
    if (sn == 0) {
      *holds = false;
      return true;
    }
    bool from_left = (fn & 1) != 0 || fn == sn;
    if (!(from_left ? tc_merkle_node(&proof->nodes[i], &r, &r, err) : tc_merkle_node(&r, &proof->nodes[i], &r, err)))
      return false;
    if (from_left)
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    fn >>= 1;
    sn >>= 1;
  }
  *holds = sn == 0 && memcmp(r.bytes, head->root.bytes, TC_SHA256_SIZE) == 0;
  return true;
}

typedef struct two_roots {
  uint64_t fn, sn;
  tc_digest fr, sr;
} two_roots;

static bool consistency_step(two_roots *at, const tc_digest *c, tc_error *err)
{
  if ((at->fn & 1) == 0 && at->fn != at->sn) {
    if (!tc_merkle_node(&at->sr, c, &at->sr, err))
      return false;
  } else {
    if (!tc_merkle_node(c, &at->fr, &at->fr, err) || !tc_merkle_node(c, &at->sr, &at->sr, err))
      return false;
    while ((at->fn & 1) == 0 && at->fn != 0) {
      at->fn >>= 1;
      at->sn >>= 1;
    }
  }
  at->fn >>= 1;
  at->sn >>= 1;
  return true;
}

/* RFC 9162, 2.1.4.2 */
TC_NODISCARD bool tc_merkle_check_consistency(const tc_merkle_head *first, const tc_merkle_head *second,
                                              const tc_merkle_proof *proof, bool *holds, tc_error *err)
{
  bool power = first->size != 0 && (first->size & (first->size - 1)) == 0;
  bool same = first->size == second->size;
  if (first->size == 0 || first->size > second->size || (same ? proof->count != 0 : proof->count == 0)) {
    *holds = false;
    return true;
  }
  if (same) {
    *holds = memcmp(first->root.bytes, second->root.bytes, TC_SHA256_SIZE) == 0;
    return true;
  }
  two_roots at = {first->size - 1, second->size - 1, {{0}}, {{0}}};
  at.fr = at.sr = power ? first->root : proof->nodes[0];
  for (; (at.fn & 1) != 0; at.fn >>= 1)
    at.sn >>= 1;
  for (int i = power ? 0 : 1; i < proof->count; i++) {
    if (at.sn == 0) {
      *holds = false;
      return true;
    }
    if (!consistency_step(&at, &proof->nodes[i], err))
      return false;
  }
  *holds = at.sn == 0 && memcmp(at.fr.bytes, first->root.bytes, TC_SHA256_SIZE) == 0 &&
           memcmp(at.sr.bytes, second->root.bytes, TC_SHA256_SIZE) == 0;
  return true;
}
