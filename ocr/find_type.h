/*
 * Which of the known types a document is, and how sure that is. Internal to ocr/. Threading: free of state.
 */
#pragma once

#include "ocr/slots.h"

/* One page in the making. */
typedef struct tc_sheet {
  size_t index; /* of the document's pages */
  tc_lines *lines;
  tc_tokens *tokens;
  tc_anchors *anchors;
  tc_title title;
} tc_sheet;

/* Lines and tokens of the sheets are there. Where no type fits, it is the one called "other". TC_CONFIG where that one
   is missing. */
TC_NODISCARD bool tc_find_type(const tc_paper_types *types, const tc_sheet *sheets, size_t sheet_count,
                               const tc_paper_type **out, double *confidence, tc_error *err);
