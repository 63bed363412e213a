/*
 * Reading one paper type: internal to ocr/. Ownership: the type read is the caller's. Threading: free of state.
 */
#pragma once

#include "ocr/paper_model.h"

/* Errors as for tc_paper_types_load. */
TC_NODISCARD bool tc_type_file_read(const char *path, const tc_words *words, tc_paper_type **out, tc_error *err);
void tc_paper_type_destroy(tc_paper_type *type);
typedef tc_paper_type tc_owned_type;
TC_AUTO_POINTER(tc_owned_type, tc_paper_type_destroy);
