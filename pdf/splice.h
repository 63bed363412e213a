/*
 * Private to pdf/: the last of the three writers. qpdf has written a whole PDF into memory in which every large stream
 * is a token; this copies that file to a descriptor, in order, and puts each stream's bytes where its token stands. The
 * cross-reference table and the file identifier are made anew. At no time is more than one packed image in memory.
 */
#pragma once

#include "pdf/image.h"

enum { TC_SPLICE_TOKEN_SIZE = 18 };

typedef struct tc_splice_stream {
  tc_pdf_source source;
  size_t row_bytes;   /* > 0: samples in rows of so many bytes, written as Flate with PNG prediction … */
  size_t rows;        /* … this many */
  size_t pixel_bytes; /* bytes to the sample on the left: at least 1 */
} tc_splice_stream;

/* The token of streams[index]: what qpdf is given as the stream's bytes. */
void tc_splice_token(size_t index, char out[TC_SPLICE_TOKEN_SIZE + 1]);

/* `skeleton` has a cross-reference table (no object streams). TC_FORMAT: a source ends too early. */
TC_NODISCARD bool tc_splice(tc_bytes skeleton, const tc_splice_stream *streams, size_t count, int out_fd,
                            uint64_t *out_size, tc_error *err);
