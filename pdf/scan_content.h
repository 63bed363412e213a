/*
 * Private to pdf/: what a page's content paints. It follows the graphics state just far enough to answer one question:
 * is there exactly one image, placed by this matrix, and nothing else to be seen?
 */
#pragma once

#include "pdf/qpdf_handle.h"

typedef struct tc_scan_painting {
  const char *because;     /* why it is not just one image; NULL if it is; static storage */
  qpdf_oh image;           /* the image XObject */
  tc_pdf_matrix placement; /* its unit square → user space of the page */
  size_t words_hidden;
} tc_scan_painting;

TC_NODISCARD bool tc_scan_painting_of(tc_qpdf *qpdf, qpdf_oh page, tc_pdf_rect visible, size_t max_content_bytes,
                                      tc_scan_painting *out, tc_error *err);
