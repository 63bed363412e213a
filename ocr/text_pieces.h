/*
 * Lines parted where what follows a gap stands on another height: what was typed into a form hardly ever stands on the
 * form's own lines, and a model that sees both at once misreads the smaller part (a 1 for a 7). Internal to ocr/.
 */
#pragma once

#include "ocr/text_lines.h"

/* Parts of lines are in any order, marks among them. New lines come at the end. */
TC_NODISCARD bool tc_text_pieces_part(const tc_ink *ink, const tc_letters *letters, tc_text_lines *lines,
                                      tc_error *err);
