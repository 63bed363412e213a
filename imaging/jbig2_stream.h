/*
 * Private to imaging/: JBIG2 streams of a PDF (ISO 32000-2, 7.4.7) through jbig2dec, whose types stay in
 * jbig2_stream.c.
 */
#pragma once

#include "imaging/decode.h"

TC_NODISCARD bool tc_jbig2_decode(const tc_encoded_image *image, tc_image **out, tc_error *err);
