/*
 * Dotted leaders, ruled lines and the boxes around single digits, taken out of a page before it is read: they run
 * through the values and cost more letters than any other thing on a form. Only the copy for recognition changes.
 * Ownership: the results are the caller's. Threading: free of state.
 */
#pragma once

#include "imaging/image.h"

/* `grey` GREY8 and `binary` BILEVEL of one size and resolution (a resolution of 0 is taken as 300 dpi). */
TC_NODISCARD bool tc_leaders_remove(const tc_image *grey, const tc_image *binary, tc_image **out_grey,
                                    tc_image **out_binary, tc_error *err);
