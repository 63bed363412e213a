/*
 * Readings of a field's place: the first one, out of the page's words; further ones, of the place's own lines, by the
 * second reader or by the engine in other ways. Threading: free of state.
 */
#pragma once

#include "ocr/reading_add.h"

TC_NODISCARD bool tc_readings_first(const tc_evidence_context *context, tc_finding *finding, tc_error *err);
/* Looks for print beside the words of the first reading, and for whites between them that a word would fill. */
TC_NODISCARD bool tc_readings_beside(const tc_evidence_context *context, tc_finding *finding, tc_error *err);
/* Further readings out of the paper's codes, where one of them speaks of this paper. */
TC_NODISCARD bool tc_readings_codes(const tc_evidence_context *context, tc_finding *findings, const tc_codes *codes,
                                    tc_error *err);
/* Reads again as far as it takes: where the second reader says the same as the first, or is certain of what has a
   structure, there is no third reading. */
TC_NODISCARD bool tc_readings_more(const tc_evidence_context *context, tc_finding *finding, tc_error *err);
/* A reading of machine-readable lines that check digits and the card's print agree on, where none is so yet. */
TC_NODISCARD bool tc_readings_machine(const tc_evidence_context *context, tc_finding *findings, tc_error *err);
/* What the paper's code says in letters that differ from a reading in nothing but marks is the value, and what it says
   where no reading makes sense. */
TC_NODISCARD bool tc_readings_prefer_code(const tc_evidence_context *context, tc_finding *finding, tc_error *err);
