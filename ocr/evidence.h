/*
 * What vouches for a field: its value's own structure, further readings of its place, checks against other fields; and
 * the status that follows. A finding lives from the first reading to the finished field.
 * Ownership: a finding owns its texts. Threading: free of state.
 */
#pragma once

#include "ocr/slots.h"

enum { TC_READINGS_MAX = 3, TC_FINDING_EVIDENCE_MAX = 12 };

typedef struct tc_finding {
  const tc_field_model *model;
  tc_slot slot;
  size_t page; /* from 0 */
  tc_value value;
  char *printed;                               /* the reading that was chosen, as printed; NULL: none */
  bool agreed;                                 /* every further reading gave the same value */
  bool reread;                                 /* there was a further reading */
  bool majority;                               /* more readings than one gave this value */
  bool vouched;                                /* a cross-check agrees */
  bool contradicted;                           /* a cross-check fails */
  const char *checks[TC_FINDING_EVIDENCE_MAX]; /* names of cross-checks that spoke, static or the table's */
  size_t check_count;
  tc_field_status status;
  double confidence;
} tc_finding;

void tc_finding_finish(tc_finding *finding);

typedef struct tc_evidence_context {
  const tc_paper_types *types;
  const tc_extract_options *options;
} tc_evidence_context;

/* Reads the value out of the slot, and again by other means where that can change the status. */
TC_NODISCARD bool tc_evidence_read(const tc_evidence_context *context, tc_finding *finding, tc_error *err);
/* Runs the type's cross-checks over its findings (one a field, in the type's order). */
void tc_evidence_cross(const tc_paper_types *types, const tc_paper_type *type, tc_finding *findings);
/* The status that the evidence allows. */
void tc_evidence_judge(const tc_extract_options *options, tc_finding *finding);
