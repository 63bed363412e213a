/*
 * Private to pdf/: the tagged structure of a copy as objects (ISO 32000-1, 14.7): the tree under the catalog, and the
 * parent tree that leads from a page's marked content back to its elements.
 */
#pragma once

#include "pdf/qpdf_handle.h"
#include "pdf/structure.h"

/* Under the catalog. */
TC_NODISCARD bool tc_compose_structure(tc_qpdf *q, qpdf_oh catalog, const tc_structure *structure, size_t pages,
                                       tc_error *err);
/* After it: a form's widget, which gets its way back, as a Form element of the document (ISO 14289-1, 7.18.4). */
TC_NODISCARD bool tc_compose_structure_widget(tc_qpdf *q, qpdf_oh catalog, qpdf_oh widget, size_t page, tc_error *err);
