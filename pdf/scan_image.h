/*
 * Private to pdf/: an image XObject of a scanned PDF as a tc_pdf_image, and its bytes.
 */
#pragma once

#include "pdf/image.h"
#include "pdf/qpdf_handle.h"

/* Never refuses an image for what it is (encoding OTHER, colour UNKNOWN say so); TC_FORMAT: one without a size. */
TC_NODISCARD bool tc_scan_image_describe(tc_qpdf *qpdf, qpdf_oh stream, tc_pdf_image *out, tc_error *err);
/* The encoded bytes; where a Flate filter stands around the image's own coding, what is inside it. */
TC_NODISCARD bool tc_scan_image_bytes(tc_qpdf *qpdf, qpdf_oh stream, size_t limit, tc_buf *out, tc_error *err);
TC_NODISCARD bool tc_scan_image_samples(tc_qpdf *qpdf, qpdf_oh stream, const tc_pdf_image *image, size_t limit,
                                        tc_buf *out, tc_error *err);
