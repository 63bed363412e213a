/*
 * What vouches for a field: its value's own structure, further readings of its place, checks against other fields; and
 * the status that follows. A finding lives from the first reading to the finished field.
 * Ownership: a finding owns its texts. Threading: free of state.
 */
#pragma once

#include "ocr/slots.h"

enum { TC_READINGS_MAX = 5, TC_FINDING_EVIDENCE_MAX = 12 };

/* One reading of a field's place. */
typedef struct tc_reading {
  const char *by; /* stable name: "first", "second_reader", "other_model", "black_and_white", "machine_signs",
                     "combined" (out of those), "code"; static */
  char *printed;
  tc_value value;
} tc_reading;

#define TC_READING_FIRST "first"
#define TC_READING_SECOND_READER "second_reader"
#define TC_READING_CODE "code"
#define TC_READING_MACHINE "machine_signs"
#define TC_READING_COMBINED "combined"

/* What the second reader thinks of the first reading, and of its own. */
typedef struct tc_opinion {
  bool given;
  double weight;     /* of the first reading: tc_posterior_weigh, 0 … −100 */
  double confidence; /* in its own least sure sign */
} tc_opinion;

typedef struct tc_finding {
  const tc_field_model *model;
  tc_slot slot;
  size_t page; /* from 0 */
  tc_reading readings[TC_READINGS_MAX];
  size_t reading_count;
  size_t chosen; /* of the readings */
  tc_opinion opinion;
  double backed;     /* 1: the second reader and the engine gave the chosen value; less: how likely (ocr/combine.h) */
  bool settled;      /* what readers dispute in it one of them cannot be right about (ocr/settle.h), or is certain of */
  bool could;        /* be sure, if it is likely enough: no rule is against it */
  bool named;        /* of machine-readable lines: their name is the one printed */
  bool bounded;      /* an address that begins and ends as addresses do, whatever stands around it */
  double beside;     /* print beside the words read, or white for a word between them, in their heights */
  bool untidy;       /* its punctuation is none that a printer sets, or no reader's (ocr/agreement.h) */
  bool vouched;      /* a cross-check agrees */
  bool contradicted; /* a cross-check fails */
  const char *checks[TC_FINDING_EVIDENCE_MAX]; /* names of cross-checks that spoke, static or the table's */
  size_t check_count;
  tc_json *choices; /* of its disputed words; NULL unless asked for */
  tc_field_status status;
  double confidence;
} tc_finding;

void tc_finding_finish(tc_finding *finding);

/* The reading that was chosen; NULL where nothing was read. */
const tc_reading *tc_finding_reading(const tc_finding *finding);
/* The reading made in one way; NULL where there is none. */
const tc_reading *tc_finding_reading_by(const tc_finding *finding, const char *by);
/* The engine's, in whatever way. */
bool tc_reading_is_engine(const tc_reading *reading);
/* How many readings gave the chosen value, the chosen one included. */
size_t tc_finding_votes(const tc_finding *finding);

typedef struct tc_evidence_context {
  const tc_paper_types *types;
  const tc_paper_type *type;
  double type_confidence; /* 0 … 1 */
  const tc_extract_options *options;
} tc_evidence_context;

/* From slots to statuses, over all findings of a type (one a field, in its order): reads each slot's value, runs the
   cross-checks, reads again by other means where that can change a status, and judges. */
TC_NODISCARD bool tc_evidence_gather(const tc_evidence_context *context, tc_finding *findings, tc_error *err);
