#include "pdf/qr.h"

#include <qrencode.h>
#include <string.h>

static size_t collect(const QRcode *code, tc_qr_run *runs)
{
  size_t count = 0;
  for (int row = 0; row < code->width; row++) {
    for (int column = 0; column < code->width;) {
      int end = column;
      while (end < code->width && (code->data[row * code->width + end] & 1) != 0)
        end++;
      if (end > column)
        runs[count++] = (tc_qr_run){row, column, end - column};
      column = end > column ? end : column + 1;
    }
  }
  return count;
}

bool tc_qr_encode(const char *payload, int *width, tc_qr_run **runs, size_t *count, tc_error *err)
{
  QRcode *code = QRcode_encodeString8bit(payload, 0, QR_ECLEVEL_M);
  if (code == NULL)
    return tc_fail(err, TC_USAGE, "a QR code cannot hold %zu bytes", strlen(payload));
  size_t side = (size_t)code->width;
  tc_qr_run *found = calloc(side * (side / 2 + 1), sizeof *found);
  if (found != NULL) {
    *count = collect(code, found);
    *width = code->width;
    *runs = found;
  }
  QRcode_free(code);
  return found != NULL || tc_fail(err, TC_NO_MEMORY, "no memory for a QR code");
}
