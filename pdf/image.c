#include "pdf/image.h"

#include "base/file.h"
#include "pdf/scan.h"

#include <string.h>

void tc_pdf_image_finish(tc_pdf_image *image)
{
  tc_buf_finish(&image->icc);
  tc_buf_finish(&image->palette);
  tc_buf_finish(&image->jbig2_globals);
  *image = (tc_pdf_image){0};
}

const char *tc_pdf_encoding_name(tc_pdf_encoding encoding)
{
  static const char *const names[] = {
      [TC_PDF_RAW] = "raw",     [TC_PDF_FLATE] = "flate", [TC_PDF_LZW] = "lzw",     [TC_PDF_RUN_LENGTH] = "run_length",
      [TC_PDF_DCT] = "dct",     [TC_PDF_CCITT] = "ccitt", [TC_PDF_JBIG2] = "jbig2", [TC_PDF_JPX] = "jpx",
      [TC_PDF_OTHER] = "other",
  };
  return (size_t)encoding < TC_ARRAY_LEN(names) ? names[encoding] : "other";
}

size_t tc_pdf_source_size(const tc_pdf_source *source)
{
  if (source->scan != NULL)
    return 0;
  return source->size > 0 ? (size_t)source->size : source->memory.size;
}

static bool read_file(const tc_pdf_source *source, tc_pdf_sink sink, void *context, tc_error *err)
{
  uint8_t piece[65536];
  off_t done = 0;
  while (done < source->size) {
    off_t left = source->size - done;
    size_t size = left < (off_t)sizeof piece ? (size_t)left : sizeof piece;
    if (!tc_fd_read_at(source->fd, piece, size, source->offset + done, err) || !sink(piece, size, context, err))
      return false;
    done += (off_t)size;
  }
  return true;
}

bool tc_pdf_source_read(const tc_pdf_source *source, tc_pdf_sink sink, void *context, tc_error *err)
{
  if (source->scan != NULL) {
    tc_auto(tc_buf) bytes = {0};
    return tc_scan_read_image(source->scan, source->scan_page, &bytes, err) &&
           sink(bytes.data, bytes.size, context, err);
  }
  if (source->size > 0)
    return read_file(source, sink, context, err);
  return source->memory.size == 0 || sink(source->memory.data, source->memory.size, context, err);
}
