/*
 * Path validation over NIST's PKITS (../shared/corpora/pkits): 246 cases with the roots and CRLs that each names. All
 * must agree, and none may be accepted that the suite rejects.
 */
#include "tests/tc_test.h"

#include "base/json.h"
#include "signing/trust.h"

#include <time.h>
#include <unistd.h>

static const char *shared(void)
{
  static char path[4096];
  const char *named = getenv("TRUECOPY_SHARED");
  snprintf(path, sizeof path, "%s%s", named != NULL ? named : SOURCE_ROOT, named != NULL ? "" : "/../shared");
  return path;
}

static void add(tc_certs *certs, const char *folder, const char *name)
{
  tc_error err = {0};
  char path[8192];
  snprintf(path, sizeof path, "%s/corpora/pkits/%s/%s", shared(), folder, name);
  tc_auto(tc_certs) one = NULL;
  assert_ok(tc_certs_create(&one, &err), err);
  if (!tc_certs_add_path(one, path, &err)) { /* a case about an unreadable certificate or CRL */
    tc_error_clear(&err);
    return;
  }
  assert_ok(tc_certs_add_all(certs, one, &err), err);
}

static void add_list(tc_certs *certs, const char *folder, const tc_json *names)
{
  for (size_t i = 0; i < tc_json_count(names); i++)
    add(certs, folder, tc_json_as_text(tc_json_at(names, i), ""));
}

/* RFC 5280 6.1.1: the inputs that a case states. */
static void case_options(const tc_json *one, const char *policies[], tc_path_options *options)
{
  const tc_json *params = tc_json_get(one, "params");
  const tc_json *set = tc_json_get(params, "user_initial_policy_set");
  options->time = options->now = (int64_t)time(NULL);
  options->revocation = tc_json_get_boolean(one, "revocation", true);
  for (size_t i = 0; i < tc_json_count(set) && i < 7; i++)
    policies[i] = tc_json_as_text(tc_json_at(set, i), "");
  options->policies = tc_json_count(set) > 0 ? policies : NULL;
  options->require_explicit_policy = tc_json_get_boolean(params, "initial_explicit_policy", false);
  options->inhibit_policy_mapping = tc_json_get_boolean(params, "initial_policy_mapping_inhibit", false);
  options->inhibit_any_policy = tc_json_get_boolean(params, "initial_any_policy_inhibit", false);
}

static bool accepts(const tc_trust *trust, const tc_json *one)
{
  tc_error err = {0};
  tc_auto(tc_certs) helpers = NULL;
  tc_auto(tc_certs) leaf = NULL;
  tc_auto(tc_path_result) result = {0};
  assert_ok(tc_certs_create(&helpers, &err), err);
  assert_ok(tc_certs_create(&leaf, &err), err);
  add_list(helpers, "certs", tc_json_get(one, "other_certs"));
  add_list(helpers, "crls", tc_json_get(one, "crls"));
  add(leaf, "certs", tc_json_get_text(one, "cert", ""));
  if (tc_certs_count(leaf) == 0)
    return false;
  tc_path_options options = tc_path_options_default();
  const char *policies[8] = {NULL};
  case_options(one, policies, &options);
  options.helpers = helpers;
  assert_ok(tc_trust_validate(trust, tc_certs_der(leaf, 0), &options, &result, &err), err);
  return result.path == TC_YES && (!options.revocation || result.unrevoked == TC_YES);
}

static void test_trust__pkits(void **state)
{
  (void)state;
  tc_error err = {0};
  char path[8192];
  tc_auto(tc_json) cases = NULL;
  tc_auto(tc_trust) trust = NULL;
  tc_auto(tc_certs) root = NULL;
  snprintf(path, sizeof path, "%s/corpora/pkits/pkits.json", shared());
  assert_ok(tc_json_read_file(path, 4 << 20, &cases, &err), err);
  assert_ok(tc_trust_create(&trust, &err), err);
  assert_ok(tc_certs_create(&root, &err), err);
  add(root, "certs", "TrustAnchorRootCertificate.crt");
  add(root, "crls", "TrustAnchorRootCRL.crl");
  assert_ok(tc_trust_add(trust, root, &err), err);
  size_t agree = 0;
  size_t false_accepts = 0;
  for (size_t i = 0; i < tc_json_count(cases); i++) {
    const tc_json *one = tc_json_at(cases, i);
    bool expected = tc_json_get(one, "error") == NULL;
    bool actual = accepts(trust, one);
    agree += expected == actual;
    false_accepts += actual && !expected;
    if (expected != actual)
      print_message("%s %s: %s\n", tc_json_get_text(one, "id", ""), tc_json_get_text(one, "name", ""),
                    actual ? "accepted" : "rejected");
  }
  print_message("PKITS: %zu of %zu agree, %zu false accepts\n", agree, tc_json_count(cases), false_accepts);
  assert_int_equal(false_accepts, 0);
  assert_int_equal(agree, tc_json_count(cases));
}

int main(void)
{
  char path[8192];
  snprintf(path, sizeof path, "%s/corpora/pkits/pkits.json", shared());
  const char *ci = getenv("CI");
  if (access(path, R_OK) != 0 && !(ci != NULL && strcmp(ci, "true") == 0))
    return 77;
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_trust__pkits)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
