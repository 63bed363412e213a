/*
 * Private to pdf/: a copy's XMP packet (ISO 16684-1; ISO 19005-3, 6.6) and dates.
 */
#pragma once

#include "pdf/compose.h"

TC_NODISCARD bool tc_xmp_write(const tc_compose_options *options, tc_buf *out, tc_error *err);
/* ISO 32000-1, 7.9.4, in UTC. */
void tc_pdf_date(time_t when, char out[32]);
