/*
 * Private to pdf/: sets an attestation on as many A4 pages as it needs, tags what it sets, and tells where the blocks
 * for the signatures stand.
 */
#pragma once

#include "pdf/canvas.h"
#include "pdf/compose.h"
#include "pdf/structure.h"

TC_NODISCARD bool tc_attestation_lay_out(tc_canvas *canvas, tc_structure *structure, size_t document,
                                         const tc_compose_options *options, tc_compose_result *result, tc_error *err);
