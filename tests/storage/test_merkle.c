/* The reference vectors of the Certificate Transparency code base, and every proof of small trees. */
#include "storage/merkle.h"

#include "tests/tc_test.h"

static const char *const leaves_hex[] = {
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
static const char *const roots_hex[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

enum { TREE = 70 };
typedef struct nodes {
  tc_digest at[8][TREE];
} nodes;

static bool keep(int level, uint64_t index, const tc_digest *node, void *data, tc_error *err)
{
  (void)err;
  ((nodes *)data)->at[level][index] = *node;
  return true;
}

static bool fetch(int level, uint64_t index, tc_digest *out, void *data, tc_error *err)
{
  (void)err;
  *out = ((nodes *)data)->at[level][index];
  return true;
}

static void build(nodes *all, tc_digest leaf[TREE], tc_digest root[TREE + 1])
{
  tc_error err = {0};
  tc_merkle tree = {0};
  for (int i = 0; i < TREE; i++) {
    uint8_t byte = (uint8_t)i;
    assert_ok(tc_merkle_leaf((tc_bytes){&byte, 1}, &leaf[i], &err), err);
    assert_ok(tc_merkle_add(&tree, &leaf[i], keep, all, &err), err);
    assert_ok(tc_merkle_root(&tree, &root[i + 1], &err), err);
  }
}

static void test_merkle__roots_are_those_of_rfc_6962(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_merkle tree = {0};
  tc_digest root;
  char hex[TC_SHA256_HEX_SIZE];
  assert_ok(tc_merkle_root(&tree, &root, &err), err);
  tc_digest_hex(&root, hex);
  assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (size_t i = 0; i < TC_ARRAY_LEN(leaves_hex); i++) {
    uint8_t bytes[16];
    size_t size = strlen(leaves_hex[i]) / 2;
    for (size_t k = 0; k < size; k++) {
      char pair[3] = {leaves_hex[i][2 * k], leaves_hex[i][2 * k + 1], 0};
      bytes[k] = (uint8_t)strtoul(pair, NULL, 16);
    }
    tc_digest leaf;
    assert_ok(tc_merkle_leaf((tc_bytes){bytes, size}, &leaf, &err), err);
    assert_ok(tc_merkle_add(&tree, &leaf, NULL, NULL, &err), err);
    assert_ok(tc_merkle_root(&tree, &root, &err), err);
    tc_digest_hex(&root, hex);
    assert_string_equal(hex, roots_hex[i]);
  }
}

static void test_merkle__inclusion_holds_for_every_leaf_and_no_other(void **state)
{
  (void)state;
  tc_error err = {0};
  static nodes all;
  tc_digest leaf[TREE], root[TREE + 1];
  build(&all, leaf, root);
  for (uint64_t size = 1; size <= TREE; size++)
    for (uint64_t i = 0; i < size; i++) {
      tc_merkle_proof proof;
      bool holds = false;
      tc_merkle_head head = {size, root[size]};
      assert_ok(tc_merkle_inclusion(i, size, fetch, &all, &proof, &err), err);
      assert_ok(tc_merkle_check_inclusion(&leaf[i], i, &head, &proof, &holds, &err), err);
      assert_true(holds);
      assert_ok(tc_merkle_check_inclusion(&leaf[(i + 1) % TREE], i, &head, &proof, &holds, &err), err);
      assert_false(holds);
      assert_ok(tc_merkle_check_inclusion(&leaf[i], i + 1, &head, &proof, &holds, &err), err);
      assert_false(holds);
    }
  tc_merkle_proof proof;
  assert_fails(tc_merkle_inclusion(3, 3, fetch, &all, &proof, &err), err, TC_USAGE);
}

static void test_merkle__consistency_holds_between_every_two_sizes(void **state)
{
  (void)state;
  tc_error err = {0};
  static nodes all;
  tc_digest leaf[TREE], root[TREE + 1];
  build(&all, leaf, root);
  for (uint64_t second = 1; second <= TREE; second++)
    for (uint64_t first = 1; first <= second; first++) {
      tc_merkle_proof proof;
      bool holds = false;
      tc_merkle_head a = {first, root[first]}, b = {second, root[second]};
      assert_ok(tc_merkle_consistency(first, second, fetch, &all, &proof, &err), err);
      assert_ok(tc_merkle_check_consistency(&a, &b, &proof, &holds, &err), err);
      assert_true(holds);
      a.root.bytes[0] ^= 1;
      assert_ok(tc_merkle_check_consistency(&a, &b, &proof, &holds, &err), err);
      assert_false(holds);
    }
  tc_merkle_proof proof;
  assert_fails(tc_merkle_consistency(0, 3, fetch, &all, &proof, &err), err, TC_USAGE);
  assert_fails(tc_merkle_consistency(4, 3, fetch, &all, &proof, &err), err, TC_USAGE);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_merkle__roots_are_those_of_rfc_6962),
      cmocka_unit_test(test_merkle__inclusion_holds_for_every_leaf_and_no_other),
      cmocka_unit_test(test_merkle__consistency_holds_between_every_two_sizes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
