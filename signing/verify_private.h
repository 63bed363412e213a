/*
 * Private to signing/: the checks of one SignedData, shared by signatures, embedded time-stamps and the client that
 * takes a token from a server.
 */
#pragma once

#include "signing/cms_view.h"
#include "signing/verify_cache_private.h"

typedef struct tc_core {
  tc_cms_view view;
  X509 *signer; /* borrowed from the view or the helpers; NULL: not found */
  tc_check structure, digest, signature, signing_certificate, algorithm;
  tc_signature_algorithm scheme;
  int64_t claimed_time; /* signing-time attribute; 0: none */
  TS_TST_INFO *stamp;   /* of a token */
  int64_t stamp_time;
  bool over_signature; /* the token's imprint is of a signature's value */
} tc_core;

void tc_core_finish(tc_core *core);
TC_AUTO_VALUE(tc_core, tc_core_finish);

typedef struct tc_core_options {
  tc_signature_kind kind;
  const tc_hash_value *content; /* what is signed, or what a token's imprint must be */
  const tc_certs *helpers;
  size_t max_certificates;
  tc_verify_cache *cache; /* as of tc_verify_options */
  int64_t proven_time;    /* the moment at which algorithms must have been good; 0: today */
  bool over_signature;    /* of a token: its imprint is of a signature's value, which nobody can choose */
} tc_core_options;

/* Runs structure, digest, signature, signing certificate and algorithms. */
TC_NODISCARD bool tc_core_verify(tc_bytes cms, const tc_core_options *options, tc_core *out, tc_error *err);

/* Judges the algorithms at a moment, in place of the verdict so far. */
void tc_core_check_strength(tc_core *core, int64_t when);

/* A TSTInfo (RFC 3161 2.4.2) read strictly; NULL: not one. */
TS_TST_INFO *tc_stamp_info_read(tc_bytes der);
/* The imprint's algorithm, and whether the imprint is this value. */
tc_hash tc_stamp_info_hash(TS_TST_INFO *info);
bool tc_stamp_info_matches(TS_TST_INFO *info, const tc_hash_value *value);

/* Parts of verify.c that verify_stamp.c shares. */
enum { TC_FUTURE_SKEW_S = 300 };
void tc_result_find(tc_signature_result *result, tc_reason reason);
void tc_result_set(tc_signature_result *result, tc_check_name name, tc_answer answer, tc_reason reason);
/* The certificates and CRLs embedded in a SignedData, each on a path that holds. */
TC_NODISCARD bool tc_account_for(const tc_cms_view *view, const tc_trust *trust, const tc_path_options *path,
                                 const tc_certs *chain, tc_signature_result *result, tc_error *err);
/* The path of a time-stamp's signer. Where nothing at hand tells whether it is revoked by now, it is enough that it was
   good when it stamped, by what is at hand of then. */
TC_NODISCARD bool tc_stamp_trust(const tc_core *core, const tc_trust *trust, const tc_path_options *options,
                                 tc_path_result *out, tc_error *err);
/* Each unsigned attribute is a signature time-stamp that holds, or a finding. The earliest time counts. */
TC_NODISCARD bool tc_check_unsigned(const tc_core *core, const tc_verify_options *options, tc_signature_result *result,
                                    tc_error *err);
