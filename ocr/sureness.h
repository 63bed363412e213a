/*
 * What no probability makes sure: the rules that a value must pass before its calibration is asked. Each stands for a
 * way in which values that looked certain were wrong. Threading: free of state.
 */
#pragma once

#include "ocr/evidence.h"

/* What is wrong in its structure, found in the wrong place, filled in by hand, beside words that nobody read, disputed
   by its readers, or contradicted by another field or the paper's code is never sure, however many readings agree. */
bool tc_finding_could_be_sure(const tc_finding *finding);

/* An address from the words that open one to its province. */
bool tc_finding_is_bounded(const tc_words *words, const tc_finding *finding);
