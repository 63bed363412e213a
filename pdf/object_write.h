/*
 * Private to pdf/: parts of serialising, for writers that change a few entries of a dictionary or array.
 */
#pragma once

#include "pdf/object.h"
#include "pdf/update.h"

/* The entries of a dictionary without << >>, but those whose key is listed (NULL-terminated; NULL: none). */
TC_NODISCARD bool tc_pdf_write_entries(const tc_pdf_object *dict, const char *const *except, tc_buf *out,
                                       tc_error *err);
/* The elements of an array without [ ], each followed by a blank. */
TC_NODISCARD bool tc_pdf_write_elements(const tc_pdf_object *array, tc_buf *out, tc_error *err);
