/*
 * Private to pdf/: making objects with qpdf's C API, in fewer words. Errors stay in the document until tc_qpdf_check.
 */
#pragma once

#include "pdf/qpdf_handle.h"

/* An object written out in PDF syntax, without references. */
qpdf_oh tc_qpdf_parse(tc_qpdf *qpdf, const char *text);
qpdf_oh tc_qpdf_text(tc_qpdf *qpdf, const char *utf8);
qpdf_oh tc_qpdf_indirect(tc_qpdf *qpdf, qpdf_oh object);
void tc_qpdf_put(tc_qpdf *qpdf, qpdf_oh dictionary, const char *key, qpdf_oh value);
/* A stream of these bytes as they are; its dictionary starts as `dictionary` in PDF syntax ("" for none). */
qpdf_oh tc_qpdf_stream(tc_qpdf *qpdf, tc_bytes bytes, const char *dictionary);
/* The same, packed with Flate. */
TC_NODISCARD bool tc_qpdf_packed(tc_qpdf *qpdf, tc_bytes bytes, const char *dictionary, qpdf_oh *out, tc_error *err);
