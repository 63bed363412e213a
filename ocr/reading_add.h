/*
 * A text that was read at a field's place becomes a reading of it: without what a seal or a rank left at its edge, its
 * value out of its longest beginning that has the structure. Threading: free of state.
 */
#pragma once

#include "ocr/evidence.h"

/* Reads the value of a text that is the finding's from now on, also on failure. `by` is static. */
TC_NODISCARD bool tc_reading_add(const tc_evidence_context *context, tc_finding *finding, const char *by, char *take,
                                 tc_error *err);
/* Both have a value, and the same; a code's, but for capitals. */
bool tc_reading_same(const tc_reading *a, const tc_reading *b);

/* The text begins with one of the family names that the field's model tells of. */
bool tc_reading_is_family(const tc_evidence_context *context, const tc_field_model *model, const char *text);
/* Behind a rank or a degree before a signer's family name, or what is left of it at the edge of the place; else the
   text itself. */
const char *tc_reading_behind_rank(const tc_evidence_context *context, const tc_field_model *model,
                                   const char *printed);
