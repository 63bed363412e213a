/*
 * truecopy pki: the demo's keys and certificates.
 */
#include "service/command_table.h"

#include "service/open.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

typedef struct arguments {
  tc_app_options app;
  const char *verb, *argument;
} arguments;

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
  arguments *a = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &a->app;
    return 0;
  case ARGP_KEY_ARG:
    if (a->verb == NULL)
      a->verb = argument;
    else if (a->argument == NULL)
      a->argument = argument;
    else
      argp_usage(state);
    return 0;
  case ARGP_KEY_NO_ARGS:
    a->verb = "show";
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_child children[] = {{&tc_app_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {NULL,
                                 parse_option,
                                 "[show | export DIR | revoke ROLE]",
                                 "Shows the signers' certificates; exports the roots, issuing CAs and fresh CRLs that "
                                 "verifying needs; revokes the certificate of a role (officer, certifier, agency).",
                                 children,
                                 NULL,
                                 NULL};

static void show(tc_keyring *keyring)
{
  printf("keys: %s\n", tc_keyring_is_demo(keyring) ? "the demo PKI's: what they sign has no value" : "configured");
  for (tc_role role = 0; role < TC_ROLE_COUNT; role++) {
    const tc_cert_info *info = tc_keyring_info(keyring, role);
    char until[32];
    time_t end = (time_t)info->not_after;
    struct tm tm;
    gmtime_r(&end, &tm);
    strftime(until, sizeof until, "%Y-%m-%d", &tm);
    printf("%-10s %s, %s, until %s, serial %s, SHA-256 %s\n", tc_role_name(role), info->subject, info->key, until,
           info->serial, info->fingerprint);
  }
}

static bool revoke_role(tc_keyring *keyring, const char *name, tc_error *err)
{
  static const tc_pki_role roles[TC_ROLE_COUNT] = {TC_PKI_OFFICER, TC_PKI_CERTIFIER, TC_PKI_AGENCY};
  if (!tc_keyring_is_demo(keyring))
    return tc_fail(err, TC_CONFLICT, "only the demo PKI can be revoked here; ask your certification authority");
  for (tc_role role = 0; role < TC_ROLE_COUNT; role++)
    if (strcmp(name, tc_role_name(role)) == 0)
      return tc_pki_revoke(tc_keyring_pki(keyring), roles[role], (int64_t)time(NULL), 1, err);
  return tc_fail(err, TC_USAGE, "there is no role '%s'; the roles are officer, certifier and agency", name);
}

static bool run(const arguments *a, tc_keyring *keyring, tc_error *err)
{
  if (strcmp(a->verb, "show") == 0 && a->argument == NULL) {
    show(keyring);
    return true;
  }
  if (strcmp(a->verb, "export") == 0 && a->argument != NULL)
    return tc_keyring_export_trust(keyring, a->argument, err);
  if (strcmp(a->verb, "revoke") == 0 && a->argument != NULL)
    return revoke_role(keyring, a->argument, err);
  return tc_fail(err, TC_USAGE, "pki %s: see `truecopy pki --help`", a->verb);
}

int tc_command_pki(int argc, char **argv)
{
  arguments a = {0};
  tc_auto(tc_app) app = {0};
  int status = 0;
  tc_app_line line = {argc, argv, &argp, &a, &a.app};
  if (!tc_app_start(&line, &app, &status))
    return status;
  tc_error err = {0};
  tc_auto(tc_nation) nation = NULL;
  tc_auto(tc_keyring) keyring = NULL;
  bool ok =
      tc_open_nation(&app, &nation, &err) && tc_open_keyring(&app, nation, &keyring, &err) && run(&a, keyring, &err);
  return ok ? 0 : tc_app_report(&err);
}
