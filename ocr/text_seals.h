/*
 * Lines of text that run into a seal. What stands within one (the office's name around its rim, arms, a star) is no
 * text of the page, unless a line from outside goes on there. Internal to ocr/.
 */
#pragma once

#include "ocr/text_lines.h"

/* Letters within the seals are none until further notice. */
void tc_text_seals_hide(const tc_ink *ink, const tc_seals *seals, tc_letters *letters);
/* Adds the letters within a seal that stand in the line, one next to the other from its ends on. */
TC_NODISCARD bool tc_text_seals_extend(const tc_ink *ink, tc_letters *letters, tc_text_line *line, tc_error *err);
/* Marks within seals that stand over or under a line are marks again. */
void tc_text_seals_claim_marks(const tc_ink *ink, tc_letters *letters, const tc_text_lines *lines);
/* What is left within seals is of no line and no reading. */
void tc_text_seals_close(const tc_letters *letters, tc_text_lines *lines);
