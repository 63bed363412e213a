/*
 * Which findings stand there in a hand: a person keys those beside their crop. Internal to ocr/.
 * Threading: free of state.
 */
#pragma once

#include "ocr/evidence.h"

/* After tc_evidence_judge: the status of a finding whose ink looks written becomes TC_FIELD_HANDWRITTEN. Without the
   option `ink` nothing changes. */
TC_NODISCARD bool tc_by_hand_judge(const tc_extract_options *options, tc_finding *finding, tc_error *err);
/* The same of a whole form in one clear hand: all findings of a type, judged one by one before. Where one value beside
   its label is written, no other such value is sure. */
TC_NODISCARD bool tc_by_hand_judge_form(const tc_extract_options *options, tc_finding *findings, size_t count,
                                        tc_error *err);
