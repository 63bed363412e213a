/*
 * Merkle trees of RFC 6962, section 2.1 (SHA-256; leaf hash over 0x00 ‖ leaf, node hash over 0x01 ‖ left ‖ right), and
 * their proofs: pure computation over hashes that the caller keeps.
 * Threading: free of state, but for tc_merkle, which belongs to one thread at a time.
 */
#pragma once

#include "base/digest.h"

#define TC_MERKLE_PROOF_MAX 64

TC_NODISCARD bool tc_merkle_leaf(tc_bytes leaf, tc_digest *out, tc_error *err);
TC_NODISCARD bool tc_merkle_node(const tc_digest *left, const tc_digest *right, tc_digest *out, tc_error *err);

/* A growing tree, of which only the right edge is kept: the root of each complete subtree, largest first. */
typedef struct tc_merkle {
  uint64_t size; /* leaves */
  tc_digest edge[64];
  int edge_count;
} tc_merkle;

/* Called with each complete subtree as it comes into being: level 0 is the leaf itself; `index` counts the nodes of
   that level from 0. NULL: nobody. */
typedef bool (*tc_merkle_visit)(int level, uint64_t index, const tc_digest *node, void *data, tc_error *err);
TC_NODISCARD bool tc_merkle_add(tc_merkle *tree, const tc_digest *leaf, tc_merkle_visit visit, void *data,
                                tc_error *err);
/* The root; of an empty tree SHA-256 of nothing. */
TC_NODISCARD bool tc_merkle_root(const tc_merkle *tree, tc_digest *out, tc_error *err);

/* Reads a complete subtree's node back. */
typedef bool (*tc_merkle_fetch)(int level, uint64_t index, tc_digest *out, void *data, tc_error *err);

typedef struct tc_merkle_proof {
  tc_digest nodes[TC_MERKLE_PROOF_MAX];
  int count;
} tc_merkle_proof;

/* PATH(index, D[size]), section 2.1.1. index < size. */
TC_NODISCARD bool tc_merkle_inclusion(uint64_t index, uint64_t size, tc_merkle_fetch fetch, void *data,
                                      tc_merkle_proof *out, tc_error *err);
/* PROOF(first, D[second]), section 2.1.2. 0 < first ≤ second. */
TC_NODISCARD bool tc_merkle_consistency(uint64_t first, uint64_t second, tc_merkle_fetch fetch, void *data,
                                        tc_merkle_proof *out, tc_error *err);
typedef struct tc_merkle_head {
  uint64_t size; /* leaves */
  tc_digest root;
} tc_merkle_head;

/* What a verifier does (RFC 9162, 2.1.3.2 and 2.1.4.2): *holds tells; false is an error of computation alone. */
TC_NODISCARD bool tc_merkle_check_inclusion(const tc_digest *leaf, uint64_t index, const tc_merkle_head *head,
                                            const tc_merkle_proof *proof, bool *holds, tc_error *err);
TC_NODISCARD bool tc_merkle_check_consistency(const tc_merkle_head *first, const tc_merkle_head *second,
                                              const tc_merkle_proof *proof, bool *holds, tc_error *err);
