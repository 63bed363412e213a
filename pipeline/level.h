/*
 * Raising a signed PDF to a PAdES level (ETSI EN 319 142-1 5.4, 6.2), by revisions appended to it:
 *
 *   B → T    signatures without a time-stamp of their own get a document time-stamp over them
 *   T → LT   a security store with chains and revocation data of every signer and time-stamp authority
 *   LT → LTA a document time-stamp over all of it; the next one, years later, is the same step again
 *
 * A worker looks into the file; this side asks the outside services. Where one of them fails, what was reached so far
 * is a good file of its level, and the result says why it went no further. Ownership: borrowed. Threading: any thread,
 * one file a call.
 */
#pragma once

#include "base/worker.h"
#include "pipeline/keyring.h"

typedef enum tc_level { TC_LEVEL_B, TC_LEVEL_T, TC_LEVEL_LT, TC_LEVEL_LTA } tc_level;
const char *tc_level_name(tc_level level); /* "B", "T", "LT", "LTA" */
TC_NODISCARD bool tc_level_from_name(const char *name, tc_level *out, tc_error *err);

typedef struct tc_level_request {
  tc_worker_pool *pool;
  tc_keyring *keyring;
  const tc_settings *settings;
  int fd; /* the PDF, open for reading and writing; extended in place, also where it stops half-way */
  tc_level wanted;
  bool only_last; /* the newest signature and what follows it: those before are others' matter */
} tc_level_request;

typedef struct tc_level_reached {
  tc_level level;
  bool changed;        /* the file was extended */
  int64_t holds_until; /* of LTA: the archive time-stamp's end, in seconds since 1970; 0: none */
  tc_error why;        /* why it is not the level that was wanted; TC_OK: it is */
} tc_level_reached;

/* Fails where the file itself is the trouble; a service that does not answer is no failure. */
TC_NODISCARD bool tc_level_raise(const tc_level_request *request, tc_level_reached *out, tc_error *err);

/* Until when a time-stamp of this authority is relied on: its certificate's end, or its kind of key's (the setting
   signing.algorithm_ends). */
TC_NODISCARD bool tc_level_authority_end(const tc_settings *settings, tc_bytes certificate, int64_t *out,
                                         tc_error *err);
