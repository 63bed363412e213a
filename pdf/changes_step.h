/*
 * Private to pdf/: runs the steps from the first signed revision to the last.
 */
#pragma once

#include "pdf/changes_private.h"

TC_NODISCARD bool tc_pdf_steps(const tc_pdf_document *document, const tc_pdf_signatures *signatures,
                               const tc_pdf_references *references, size_t first, tc_pdf_changes *changes,
                               tc_error *err);
