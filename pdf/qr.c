#include "pdf/qr.h"

#include <errno.h>
#include <limits.h>
#include <qrencode.h>
#include <string.h>

/* libqrencode exports it and keeps it out of its header; QRcode_encodeInput is this with -1, the best mask. */
extern QRcode *QRcode_encodeMask(QRinput *input, int mask);

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

static QRcode *encode(const char *payload, int mask)
{
  QRinput *input = QRinput_new2(0, QR_ECLEVEL_M); /* the smallest version that holds it */
  QRcode *code = NULL;
  size_t size = strlen(payload);
  if (input != NULL && size <= INT_MAX &&
      QRinput_append(input, QR_MODE_8, (int)size, (const unsigned char *)payload) == 0)
    code = QRcode_encodeMask(input, mask);
  QRinput_free(input);
  return code;
}

bool tc_qr_encode(const char *payload, int mask, int *width, tc_qr_run **runs, size_t *count, tc_error *err)
{
  errno = 0;
  QRcode *code = encode(payload, mask);
  if (code == NULL && errno == ENOMEM)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a QR code");
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
