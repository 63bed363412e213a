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

/* ISO/IEC 18004, 7.8: one of eight patterns makes the modules an even mixture. Whoever draws takes the best of them,
   whose search is nine tenths of the work; who looks at a drawn code knows which it was. */
enum { TC_QR_MASKS = 8, TC_QR_BEST_MASK = -1 };

/* *width: modules of a side. The runs stand row by row, left to right; the first is the finder's, seven modules from
   the corner. mask: 0 to TC_QR_MASKS - 1, or TC_QR_BEST_MASK. TC_USAGE: nothing, or more than a QR code holds. */
TC_NODISCARD bool tc_qr_encode(const char *payload, int mask, int *width, tc_qr_run **runs, size_t *count,
                               tc_error *err);
