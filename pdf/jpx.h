/*
 * Private to pdf/: the headers of a JPEG 2000 file (ISO/IEC 15444-1, annex I), as far as PDF/A asks (ISO 19005-3,
 * 6.2.8.3).
 */
#pragma once

#include "pdf/image.h"

/* Sets bits and components, and the colour where the image has none yet. What may not stand in a PDF/A as it is (no
   file format around the codestream, a palette, opacity, channels of unequal depth …) leaves colour UNKNOWN. */
TC_NODISCARD bool tc_jpx_describe(tc_bytes file, tc_pdf_image *image, tc_error *err);
