/*
 * Private to pipeline/: what a keyring consists of. keyring_open.c makes it, keyring.c works with it.
 */
#pragma once

#include "pipeline/keyring.h"

#include <pthread.h>

/* When a role's certificate was last found good, in whole seconds. What is asked again within the same second has the
   same answer: the clock of a check counts seconds. 0: not yet. */
typedef struct tc_fitness {
  _Atomic int64_t valid_at;     /* its own dates, its usage, its key */
  _Atomic int64_t unrevoked_at; /* as far as anybody could be asked */
} tc_fitness;

struct tc_keyring {
  const tc_settings *settings; /* borrowed */
  char *data_folder;           /* where the demo's secret lies */
  pthread_mutex_t lock;        /* over the demo PKI */
  tc_pki *pki;                 /* demo */
  tc_key *keys[TC_ROLE_COUNT];
  tc_certs *chains[TC_ROLE_COUNT];
  tc_signer signers[TC_ROLE_COUNT]; /* borrow from pki, or from keys and chains */
  tc_cert_info infos[TC_ROLE_COUNT];
  tc_authority *authority;
  tc_stamper *stamper;
  tc_revocation *revocation;
  int64_t check_revocation_s;
  tc_fitness fitness[TC_ROLE_COUNT];
};

/* keyring_open.c: a token that went away and is back is logged in to again, with the secret that the settings (or the
   demo's file) hold for the role. A person's PIN is nowhere, so a person's token asks that person. */
TC_NODISCARD bool tc_keyring_login_again(tc_keyring *keyring, tc_role role, tc_error *err);
