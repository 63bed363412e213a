/*
 * Private to pipeline/: the two signatures of a certified copy, shared by the step-by-step way of sign.c, whose steps
 * may lie days and machines apart, and by issue.c, which makes a copy whose keys are all at hand. Threading: any
 * thread.
 */
#pragma once

#include "pipeline/context.h"

typedef struct tc_sign_place {
  tc_record_signer signer;
  tc_role role;
  const char *field_name;
  const char *reason_key; /* in attestation.json */
  size_t block;           /* of the attestation's blocks */
  int docmdp;             /* the certifier's: form filling and signing stay allowed (ISO 32000-1, table 254) */
  bool lock;              /* the agency's: both fields stay as they are */
} tc_sign_place;
enum { TC_SIGN_PLACES = 2 };
extern const tc_sign_place tc_sign_places[TC_SIGN_PLACES]; /* in the order of signing */

/* The arguments of the task "prepare" but for page and rect; `block` is among them. */
TC_NODISCARD bool tc_sign_arguments(tc_pipeline *p, const tc_sign_place *where, const tc_record_info *info,
                                    tc_json *out, tc_error *err);
/* Binds the record's number, or finds the one that is bound; a comparison (NULL: none) is written first, in the same
   transaction. Gives the record as it is then, for composing. */
TC_NODISCARD bool tc_sign_draw_number(tc_pipeline *p, const char *id, const tc_record_comparison *comparison,
                                      tc_record_info *info, tc_json **record, tc_error *err);
/* The CMS over a prepared place, by the keyring's key or, where it is `given`, made elsewhere. */
TC_NODISCARD bool tc_sign_make_cms(tc_pipeline *p, const tc_record_pending *pending, tc_bytes given, tc_buf *out,
                                   tc_error *err);
/* Whether a file of ours, as it lies on the disk, verifies as anybody would find it. TC_INTERNAL: it does not. */
TC_NODISCARD bool tc_sign_verify_own(tc_pipeline *p, const char *id, int fd, tc_error *err);

/* issue.c: from compared to archived in one go, for a record whose keys are all at hand; with a comparison from the
   state before it. */
TC_NODISCARD bool tc_pipeline_issue(tc_pipeline *p, const char *id, const tc_record_comparison *comparison,
                                    tc_error *err);
