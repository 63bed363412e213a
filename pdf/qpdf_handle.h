/*
 * Private to pdf/: the one header that brings in qpdf's C API, with its errors in the house's convention. Object
 * handles (qpdf_oh) live until qpdf_oh_release_all or the end of their document; every getter here takes objects of
 * the wrong type and answers with the fallback.
 */
#pragma once

#include "base/buf.h"
#include "pdf/geometry.h"

#include <qpdf/qpdf-c.h>

typedef struct _qpdf_data tc_qpdf;

/* Opens bytes that stay valid as long as the document (they are not copied). Recovery is off, nothing is printed. */
TC_NODISCARD bool tc_qpdf_open(tc_bytes bytes, tc_qpdf **out, tc_error *err);
/* The same with a password; NULL: the empty one. */
TC_NODISCARD bool tc_qpdf_open_locked(tc_bytes bytes, const char *password, tc_qpdf **out, tc_error *err);
void tc_qpdf_destroy(tc_qpdf *qpdf);
TC_AUTO_POINTER(tc_qpdf, tc_qpdf_destroy);

/* Fails if the calls since the last check left an error behind. */
TC_NODISCARD bool tc_qpdf_check(tc_qpdf *qpdf, const char *doing, tc_error *err);

qpdf_oh tc_qpdf_get(tc_qpdf *qpdf, qpdf_oh object, const char *key); /* of a dictionary or a stream; else null */
double tc_qpdf_number(tc_qpdf *qpdf, qpdf_oh object, double fallback);
long long tc_qpdf_integer(tc_qpdf *qpdf, qpdf_oh object, long long fallback);
bool tc_qpdf_boolean(tc_qpdf *qpdf, qpdf_oh object, bool fallback);
const char *tc_qpdf_name(tc_qpdf *qpdf, qpdf_oh object); /* with its slash; "" for anything else; short-lived */
bool tc_qpdf_name_is(tc_qpdf *qpdf, qpdf_oh object, const char *name);
size_t tc_qpdf_count(tc_qpdf *qpdf, qpdf_oh array); /* 0 of anything else */
qpdf_oh tc_qpdf_at(tc_qpdf *qpdf, qpdf_oh array, size_t index);
/* False unless the array has four finite numbers; corners are put in order. */
bool tc_qpdf_rect(tc_qpdf *qpdf, qpdf_oh array, tc_pdf_rect *out);

/* A stream's bytes as they stand in the file; appends to *out. */
TC_NODISCARD bool tc_qpdf_raw(tc_qpdf *qpdf, qpdf_oh stream, tc_buf *out, tc_error *err);
/* A stream's bytes without its filters, at most `limit` (TC_LIMIT); TC_UNSUPPORTED: filters that cannot be bounded or
   that code images. Appends to *out. */
TC_NODISCARD bool tc_qpdf_data(tc_qpdf *qpdf, qpdf_oh stream, size_t limit, tc_buf *out, tc_error *err);
