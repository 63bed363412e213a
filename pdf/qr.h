/*
 * A QR code as runs of dark modules, for who draws it and who looks whether it was drawn. pdf/qr.c is the one file that
 * knows libqrencode. Error correction M: 15 % of a worn print may be missing. Ownership: the runs are the caller's
 * (free). Threading: free of state.
 */
#pragma once

#include "base/buf.h"

typedef struct tc_qr_run {
  int row, column, length; /* modules, from the top left */
} tc_qr_run;

/* *width: modules of a side. The runs stand row by row, left to right. TC_USAGE: more than a QR code holds. */
TC_NODISCARD bool tc_qr_encode(const char *payload, int *width, tc_qr_run **runs, size_t *count, tc_error *err);
