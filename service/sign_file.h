/*
 * PAdES on one PDF that exists, by incremental update: not a byte before the signature changes. The signed file grows
 * on the disk beside its name, so that memory does not grow with it; where anything fails there is none. Threading: any
 * number of files at once.
 */
#pragma once

#include "base/file.h"
#include "pipeline/level.h"
#include "pipeline/nation.h"

typedef struct tc_sign_options {
  const char *reason, *location, *field, *stamp, *seal, *page; /* as on the command line; NULL: not said */
  bool certify, lock;
} tc_sign_options;

/* What all files of a call have in common; borrowed. */
typedef struct tc_signing {
  const tc_sign_options *options;
  const tc_settings *settings;
  tc_nation *nation;
  tc_keyring *keyring;
  tc_worker_pool *pool;
  tc_role role;
  tc_level level;
} tc_signing;

/* `to` is replaced where it exists. The level that was asked for, or an error. */
TC_NODISCARD bool tc_sign_file(const tc_signing *signing, const char *in, const char *to, tc_error *err);

/* The same in two steps, for many files: signed and time-stamped, then raised and put at its name. Validation data must
   be younger than a signature, so what is asked after the last one of many serves all of them. A draft that is not
   completed is finished with tc_draft_finish, and leaves nothing. */
TC_NODISCARD bool tc_sign_start(const tc_signing *signing, const char *in, const char *to, tc_draft *out,
                                tc_error *err);
TC_NODISCARD bool tc_sign_complete(const tc_signing *signing, tc_draft *draft, tc_error *err);
